#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text/json.hpp"
#include "domain/fault.hpp"
#include "http/endpoint.hpp"

/// How a request's attributes are read: possible names in any ASCII case, values as text, white
/// space dropped, and every fault noted, so that a caller learns of all of them at once.
namespace lotkeeper::api::v1 {

using domain::ErrorCode;

/// A row of one of the document's attribute tables.
struct Attribute {
  std::vector<std::string_view> names;  ///< "Possible Names": the first listed wins
  std::string_view title;               ///< what it is, for a sentence: "the plate"
  std::size_t limit = 0;                ///< in code points; 0: none
  /// Absent where it is required. An optional attribute has none.
  std::optional<ErrorCode> missing = {};
  ErrorCode malformed = ErrorCode::field_invalid;
  ErrorCode too_long = ErrorCode::field_too_long;
  /// Text that counts as absent, though it is not empty; null where there is none.
  bool (*counts_as_absent)(std::string_view text) = nullptr;
  /// Its names are of two kinds (province and state) and often come together: no warning where
  /// their values differ.
  bool may_differ = false;
};

/// A value that was sent: there, and text or a number.
struct SentText {
  std::string text;       ///< trimmed, never empty; a number in plain digits
  std::string_view name;  ///< the documented name it came under
  bool was_number = false;
};

/// `"plate" or "LicencePlate"`
[[nodiscard]] std::string quoted_names(const Attribute& attribute);

/// A documented name that a key is nearly one of.
struct NearMiss {
  std::size_t distance = 0;
  std::string_view name;

  auto operator<=>(const NearMiss&) const = default;
};

/// The name of `attribute` that `key` is nearest to; nullopt where it is none, or is one of them.
[[nodiscard]] std::optional<NearMiss> find_near_miss(std::string_view key,
                                                     const Attribute& attribute);

/// Whether `key` is one of the attribute's names, in any ASCII case.
[[nodiscard]] bool is_name_of(std::string_view key, const Attribute& attribute);

class AttributeReader {
 public:
  /// Starts from what was wrong with the request's header.
  explicit AttributeReader(const http::Call& call);
  /// Reads an object that did not come as a request: a row of an import. It must outlive this.
  explicit AttributeReader(const base::JsonValue& object);

  /// The value before any judgement of its content. Notes a fault, and returns nullopt, where it is
  /// required and absent, or neither text nor number. Notes a warning where several names of the
  /// attribute differ in value.
  [[nodiscard]] std::optional<SentText> find(const Attribute& attribute);

  /// `find`, then `judge`: what most attributes need.
  [[nodiscard]] std::optional<SentText> text(const Attribute& attribute);

  /// Whether `sent` keeps the attribute's limit and has no control character; notes the fault.
  [[nodiscard]] bool judge(const Attribute& attribute, const SentText& sent);

  /// The attribute's value as it was sent (an array, say), by the same rules of names; null where
  /// it is absent.
  [[nodiscard]] const base::JsonValue* value(const Attribute& attribute);

  /// Notes that a required attribute is absent, with a hint where an unknown key is nearly one of
  /// its names.
  void note_missing(const Attribute& attribute);

  /// " The body has … did you mean …?" where an unknown key is nearly a name of the attribute;
  /// otherwise empty.
  [[nodiscard]] std::string near_miss(const Attribute& attribute) const;

  void fault(ErrorCode code, const Attribute& attribute, std::string detail);
  void faults(std::vector<domain::Fault> faults);
  void warn(std::string warning) { m_warnings.push_back(std::move(warning)); }

  /// Whether any key of the body is one of the attribute's names and has a value.
  [[nodiscard]] bool mentions(const Attribute& attribute) const;

  /// Whether the attribute was sent as a text of nothing but white space, under any of its names,
  /// and under none with a value: where that means more than absence.
  [[nodiscard]] bool was_emptied(const Attribute& attribute) const;

  [[nodiscard]] bool has_faults() const { return !m_faults.empty(); }
  [[nodiscard]] bool has_fault(std::string_view field) const;

  /// All faults: those of `order` first named come first (the document's table), others before.
  [[nodiscard]] domain::Refusal refusal(std::initializer_list<const Attribute*> order = {});

  [[nodiscard]] const std::vector<std::string>& warnings() const { return m_warnings; }

 private:
  /// The member that counts, and the documented name it came under; null where it is absent.
  const base::JsonMember* pick(const Attribute& attribute, std::string_view& name);

  const base::JsonValue& m_body;
  const bool m_has_empty_text;
  std::vector<domain::Fault> m_faults;
  std::vector<std::string> m_warnings;
};

}  // namespace lotkeeper::api::v1
