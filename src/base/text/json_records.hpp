#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>

namespace lotkeeper::base {

/// The text is not JSON, or has no list of records. Items that were already read remain valid.
class JsonRecordsError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Reads the items of a JSON list one by one. The list is the whole text (`[…]`) or an object's
/// member `records` (`{"records":[…],…}`). Memory does not grow with the text: an item over 1 MiB
/// is cut off, and is then not valid JSON.
class JsonRecordReader {
 public:
  /// Fills `room` and returns the number of bytes written. 0 at the end.
  using Source = std::function<std::size_t(std::span<char> room)>;

  explicit JsonRecordReader(Source source);
  JsonRecordReader(const JsonRecordReader&) = delete;
  JsonRecordReader& operator=(const JsonRecordReader&) = delete;
  ~JsonRecordReader();

  /// The next item as JSON text, or nullopt after the last. Throws JsonRecordsError if the text is
  /// not JSON, ends early, or has no such list. Also throws anything that the source throws.
  [[nodiscard]] std::optional<std::string> next();

 private:
  struct Parser;

  Source m_source;
  std::unique_ptr<Parser> m_parser;
  std::string m_room;
  bool m_ended = false;
  std::string m_broken;  ///< the error after the finished items
};

}  // namespace lotkeeper::base
