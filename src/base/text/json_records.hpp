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

/// The text is not JSON, or has no list of records: what was read before stands.
class JsonRecordsError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Reads the items of a JSON list one by one, in memory that does not grow with the text (of an
/// item over 1 MiB comes the beginning alone, which is no JSON then): of the list itself (`[…]`),
/// or of an object's member `records` (`{"records":[…],…}`).
class JsonRecordReader {
 public:
  /// Fills `room` and says with how many bytes; 0 at the end.
  using Source = std::function<std::size_t(std::span<char> room)>;

  explicit JsonRecordReader(Source source);
  JsonRecordReader(const JsonRecordReader&) = delete;
  JsonRecordReader& operator=(const JsonRecordReader&) = delete;
  ~JsonRecordReader();

  /// The next item as JSON text; nullopt after the last. Throws JsonRecordsError where the text is
  /// no JSON, ends early, or has no such list; and whatever the source throws.
  [[nodiscard]] std::optional<std::string> next();

 private:
  struct Parser;

  Source m_source;
  std::unique_ptr<Parser> m_parser;
  std::string m_room;
  bool m_ended = false;
  std::string m_broken;  ///< what was wrong behind the items that are finished
};

}  // namespace lotkeeper::base
