#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/text/json.hpp"
#include "domain/fault.hpp"
#include "domain/time.hpp"

/// Writes and reads the document's violation record. A record is described once, key by key in the
/// document's order (violation_record.cpp). A RecordWriter turns it into JSON. A RecordReader reads
/// JSON into it.
namespace lotkeeper::service {

/// Keys that an import brought and that Lotkeeper keeps without giving them a meaning: key and JSON
/// text. Stored as one JSON object, or not at all if every key has its usual value.
using Carried = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] Carried read_carried(const std::optional<std::string>& object);
[[nodiscard]] std::optional<std::string> write_carried(const Carried& carried);

/// Returns a value as JSON text.
[[nodiscard]] std::string to_json_text(const base::JsonValue& value);

/// The allowed range of a number, both ends included.
struct NumberRange {
  std::int64_t least = 0;
  std::int64_t most = 0;
};
// Ids count up from the highest that an import brought, and stay exact in JSON (2^53).
inline constexpr NumberRange k_ids{1, 1'000'000'000'000'000};
inline constexpr NumberRange k_counts{0, 1'000'000'000};
/// 99999999.99. Sums of many such amounts still fit.
inline constexpr std::int64_t k_most_cents = 9'999'999'999;

class RecordWriter {
 public:
  RecordWriter(std::string& out, const domain::TimeZone& zone) : m_out(out), m_zone(zone) {}

  [[nodiscard]] static constexpr bool reads() { return false; }

  /// An id of a record.
  void id(std::string_view key, const std::int64_t& value) { number(key, value); }
  void id(std::string_view key, const std::optional<std::int64_t>& value) { number(key, value); }
  void number(std::string_view key, std::int64_t value, NumberRange = {});
  void number(std::string_view key, const std::optional<std::int64_t>& value, NumberRange = {});
  /// 0 or 1.
  void bit(std::string_view key, bool value) { number(key, value ? 1 : 0); }
  /// true or false.
  void flag(std::string_view key, bool value) { raw(key, value ? "true" : "false"); }
  void text(std::string_view key, const std::string& value);
  void text(std::string_view key, const std::optional<std::string>& value);
  /// Text that may have several lines.
  void lines(std::string_view key, const std::optional<std::string>& value) { text(key, value); }
  /// `2016-05-03T20:00:00.000000Z`
  void time(std::string_view key, base::Instant value);
  void time(std::string_view key, const std::optional<base::Instant>& value);
  /// Midnight of a `YYYY-MM-DD` in the client's zone.
  void date(std::string_view key, const std::optional<std::string>& value);
  /// Cents: whole amounts as whole numbers (50), others as decimals (12.5).
  void money(std::string_view key, std::int64_t cents);
  /// Hundredths of a cent, as text with four decimals.
  void tax(std::string_view key, std::int64_t hundredths);
  /// The value that an import brought for this key, else its usual value.
  void carried(std::string_view key, std::string_view usual);
  /// A key whose value is always the same, because it must not be published or follows from other
  /// keys.
  void fixed(std::string_view key, std::string_view json) { raw(key, json); }

  template <class Record, class Describe>
  void child(std::string_view key, std::optional<Record>& record, Describe describe) {
    name(key);
    if (!record) {
      m_out += "null";
      return;
    }
    object(*record, describe);
  }

  template <class Record, class Describe>
  void children(std::string_view key, std::vector<Record>& records, Describe describe) {
    name(key);
    m_out += '[';
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (i > 0) m_out += ',';
      object(records[i], describe);
    }
    m_out += ']';
  }

  template <class Record, class Describe>
  void object(Record& record, Describe describe) {
    const Carried outer = std::exchange(m_carried, {});
    m_out += '{';
    m_is_first = true;
    describe(*this, record);
    m_out += '}';
    m_is_first = false;
    m_carried = outer;
  }

  /// Sets what is carried for the current object.
  void carries(const std::optional<std::string>& other) { m_carried = read_carried(other); }

 private:
  void name(std::string_view key);
  void raw(std::string_view key, std::string_view json);

  std::string& m_out;
  const domain::TimeZone& m_zone;
  Carried m_carried;
  bool m_is_first = true;
};

/// The origin of a record that is read.
enum class RecordOrigin : std::uint8_t {
  import,  ///< from outside; the current rules apply
  own,     ///< written by a RecordWriter; it may be older than some rules on ranges and characters
};

class RecordReader {
 public:
  RecordReader(const base::JsonValue& object, const domain::TimeZone& zone,
               RecordOrigin origin = RecordOrigin::import)
      : m_object(&object), m_zone(zone), m_is_own(origin == RecordOrigin::own) {}

  [[nodiscard]] static constexpr bool reads() { return true; }

  /// Everything that does not match the document, each with its key and one message. Limited to as
  /// many as a person can read.
  [[nodiscard]] std::vector<domain::Fault>& faults() { return m_faults; }

  /// Within `k_ids`. An optional id may also be 0, for none.
  void id(std::string_view key, std::int64_t& value);
  void id(std::string_view key, std::optional<std::int64_t>& value);
  void number(std::string_view key, std::int64_t& value, NumberRange range);
  void number(std::string_view key, std::optional<std::int64_t>& value, NumberRange range);
  void bit(std::string_view key, bool& value);
  void flag(std::string_view key, bool& value);
  /// Without control characters.
  void text(std::string_view key, std::string& value);
  void text(std::string_view key, std::optional<std::string>& value);
  /// Without control characters except tabs and line breaks.
  void lines(std::string_view key, std::optional<std::string>& value);
  void time(std::string_view key, base::Instant& value);
  void time(std::string_view key, std::optional<base::Instant>& value);
  void date(std::string_view key, std::optional<std::string>& value);
  void money(std::string_view key, std::int64_t& cents);
  void tax(std::string_view key, std::int64_t& hundredths);
  void carried(std::string_view key, std::string_view usual);
  void fixed(std::string_view, std::string_view) {}

  template <class Record, class Describe>
  void child(std::string_view key, std::optional<Record>& record, Describe describe) {
    const base::JsonValue* value = find(key);
    if (value == nullptr) return;
    if (value->kind != base::JsonValue::Kind::object) return refuse(key, "a JSON object or null");
    object(*value, record.emplace(), describe);
  }

  template <class Record, class Describe>
  void children(std::string_view key, std::vector<Record>& records, Describe describe) {
    const base::JsonValue* value = find(key);
    if (value == nullptr) return;
    if (value->kind != base::JsonValue::Kind::array) return refuse(key, "a JSON array");
    for (const base::JsonValue& item : value->items) {
      if (item.kind != base::JsonValue::Kind::object) return refuse(key, "an array of objects");
      object(item, records.emplace_back(), describe);
    }
  }

  template <class Record, class Describe>
  void object(const base::JsonValue& value, Record& record, Describe describe) {
    const base::JsonValue* outer = std::exchange(m_object, &value);
    Carried outer_carried = std::exchange(m_carried, {});
    describe(*this, record);
    m_carried = std::move(outer_carried);
    m_object = outer;
  }

  /// Returns what is carried of the current object. Call it after the last key.
  void carries(std::optional<std::string>& other) { other = write_carried(m_carried); }

  /// Adds a fault of the current object: "Issued" must be …
  void refuse(std::string_view key, std::string_view wanted);

 private:
  [[nodiscard]] bool read_text(std::string_view key, std::string& value, bool may_have_lines);
  /// The value of a key; nullptr if it is absent or null.
  [[nodiscard]] const base::JsonValue* find(std::string_view key) const;
  [[nodiscard]] const base::JsonValue* find_required(std::string_view key, std::string_view wanted);

  const base::JsonValue* m_object;
  const domain::TimeZone& m_zone;
  const bool m_is_own;
  Carried m_carried;
  std::vector<domain::Fault> m_faults;
};

}  // namespace lotkeeper::service
