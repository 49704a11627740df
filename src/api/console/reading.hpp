#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/console/call.hpp"
#include "base/text/json.hpp"

/// How the console reads what it is sent: every fault is noted, with its key and what would be
/// right, and all of them are told at once.
namespace lotkeeper::api::console {

struct TextLimits {
  std::size_t least = 1;  ///< 0: an empty text is one, and not none
  std::size_t most = 200;
  bool lines = false;  ///< line feeds and tabs may stand in it
  bool exact = false;  ///< white space at its ends belongs to it
};

struct NumberLimits {
  std::int64_t least = 0;
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
};

/// The members of a JSON body.
class BodyReader {
 public:
  explicit BodyReader(const Call& call);

  [[nodiscard]] std::optional<std::string> text(std::string_view key, TextLimits limits = {});
  /// A required one; empty where it is at fault.
  [[nodiscard]] std::string required_text(std::string_view key, TextLimits limits = {});
  [[nodiscard]] std::optional<std::int64_t> number(std::string_view key, NumberLimits limits = {});
  [[nodiscard]] std::int64_t required_number(std::string_view key, NumberLimits limits = {});
  [[nodiscard]] std::optional<double> fraction(std::string_view key, double least, double most);
  [[nodiscard]] bool flag(std::string_view key);
  [[nodiscard]] std::vector<std::int64_t> numbers(std::string_view key, std::size_t most);
  [[nodiscard]] std::vector<std::string> texts(std::string_view key, std::size_t most);
  /// A time with `Z`, or a wall time of the client's zone.
  [[nodiscard]] std::optional<base::Instant> time(std::string_view key);

  void fault(std::string_view key, std::string detail, ErrorCode code = ErrorCode::field_invalid);

  /// Whether all is well; asked after the last key, as a key that nobody read is a fault too.
  [[nodiscard]] bool is_good();
  [[nodiscard]] tl::unexpected<domain::Refusal> refusal();

 private:
  [[nodiscard]] const base::JsonValue* find(std::string_view key);

  const Call& m_call;
  base::JsonValue m_body;
  bool m_is_readable = true;
  std::vector<std::string_view> m_known;
  std::vector<domain::Fault> m_faults;
};

/// The members of a query, and the ids in a path.
class QueryReader {
 public:
  explicit QueryReader(const Call& call) : m_call(call) {}

  [[nodiscard]] std::optional<std::string> text(std::string_view key, std::size_t most = 255);
  [[nodiscard]] std::optional<std::int64_t> number(std::string_view key, NumberLimits limits = {});
  /// 50 unless told, 1 to 200.
  [[nodiscard]] std::int64_t limit();
  /// The beginning of a day, or a time; `until`: the moment behind a day, or the time itself.
  [[nodiscard]] std::optional<base::Instant> moment(std::string_view key, bool until);
  /// A day, `otherwise` where none is told.
  [[nodiscard]] std::string day(std::string_view key, const std::string& otherwise);
  /// One of `words`, the first where none is told.
  [[nodiscard]] std::string_view word(std::string_view key,
                                      std::initializer_list<std::string_view> words);

  void fault(std::string_view key, std::string detail);
  /// Whether all is well; asked after the last key, as a key that nobody read is a fault too.
  [[nodiscard]] bool is_good() const;
  [[nodiscard]] tl::unexpected<domain::Refusal> refusal();

 private:
  const Call& m_call;
  std::vector<domain::Fault> m_faults;
};

/// A whole number above 0 that a path has, or 0, which no record has.
[[nodiscard]] std::int64_t id_of(std::string_view text);

}  // namespace lotkeeper::api::console
