#include "api/v1/attributes.hpp"

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/text/text.hpp"

namespace lotkeeper::api::v1 {
namespace {

using base::JsonMember;
using base::JsonValue;
using Kind = JsonValue::Kind;

constexpr std::size_t k_nowhere = std::numeric_limits<std::size_t>::max();

/// Where a key stands among an attribute's names. Names that differ in case only are one name with
/// several spellings: a documented spelling comes before any other.
struct Rank {
  std::size_t name = k_nowhere;      ///< index of the first name that is equal but for case
  std::size_t spelling = k_nowhere;  ///< index of the name that is equal to the letter

  auto operator<=>(const Rank&) const = default;
};

Rank rank_of(std::string_view key, const Attribute& attribute) {
  Rank rank;
  for (std::size_t i = 0; i < attribute.names.size(); ++i) {
    // Most keys are of another length: of every attribute each key of the body is asked.
    if (key.size() != attribute.names[i].size()) continue;
    if (!base::equals_ignoring_ascii_case(key, attribute.names[i])) continue;
    rank.name = std::min(rank.name, i);
    if (key == attribute.names[i]) rank.spelling = i;
  }
  return rank;
}

std::string_view content(const JsonValue& value) { return base::trim_white_space(value.text); }

bool is_empty_text(const JsonValue& value) {
  return value.kind == Kind::string && content(value).empty();
}

bool is_absent(const JsonValue& value) { return value.kind == Kind::null || is_empty_text(value); }

bool is_text(const JsonValue& value) {
  return value.kind == Kind::string || value.kind == Kind::number;
}

bool has_value(const JsonValue& value, const Attribute& attribute) {
  if (is_absent(value)) return false;
  return attribute.counts_as_absent == nullptr || !is_text(value) ||
         !attribute.counts_as_absent(content(value));
}

bool same(const JsonValue& one, const JsonValue& other) {
  if (is_text(one) && is_text(other)) return content(one) == content(other);
  const auto same_member = [](const JsonMember& left, const JsonMember& right) {
    return left.key == right.key && same(left.value, right.value);
  };
  return one.kind == other.kind && one.text == other.text &&
         std::ranges::equal(one.items, other.items, same) &&
         std::ranges::equal(one.members, other.members, same_member);
}

/// The key that counts of those that are names of the attribute and have a value.
struct Winner {
  Rank rank;
  const JsonMember* member = nullptr;  ///< null where there is none
  bool is_alone = true;                ///< no other key is such
};

Winner find_winner(const JsonValue& body, const Attribute& attribute) {
  Winner winner;
  for (const JsonMember& member : body.members) {
    const Rank rank = rank_of(member.key, attribute);
    if (rank.name == k_nowhere || !has_value(member.value, attribute)) continue;
    // Of equals the earlier counts.
    const bool is_first = winner.member == nullptr;
    if (is_first || rank < winner.rank) winner = {rank, &member};
    winner.is_alone = is_first;
  }
  return winner;
}

/// Whether a key that lost has another value.
bool any_differs(const JsonValue& body, const Attribute& attribute, const JsonMember& winner) {
  return std::ranges::any_of(body.members, [&](const JsonMember& member) {
    return &member != &winner && rank_of(member.key, attribute).name != k_nowhere &&
           has_value(member.value, attribute) && !same(member.value, winner.value);
  });
}

/// For comparing a key with a name that it may have been meant for: `end_time` is `endtime`.
std::string plain(std::string_view key) {
  std::string text = base::ascii_lower(key);
  std::erase_if(text, [](char c) { return c == '_' || c == '-' || c == ' '; });
  return text;
}

}  // namespace

std::string quoted_names(const Attribute& attribute) {
  std::string text = fmt::format("\"{}\"", attribute.names.front());
  for (std::size_t i = 1; i < attribute.names.size(); ++i) {
    text += fmt::format(" or \"{}\"", attribute.names[i]);
  }
  return text;
}

bool is_name_of(std::string_view key, const Attribute& attribute) {
  return rank_of(key, attribute).name != k_nowhere;
}

std::optional<NearMiss> find_near_miss(std::string_view key, const Attribute& attribute) {
  // Far longer keys are not near, and what is echoed stays short.
  constexpr std::size_t k_longest = 40;
  constexpr std::size_t k_near = 2;
  if (key.size() > k_longest || base::has_control_character(key) || is_name_of(key, attribute)) {
    return std::nullopt;
  }
  std::optional<NearMiss> nearest;
  for (const std::string_view name : attribute.names) {
    const std::size_t distance = base::edit_distance(plain(key), plain(name));
    // Of a short name nearly anything is near.
    if (distance > k_near || distance * 3 > name.size()) continue;
    const NearMiss miss{distance, name};
    if (!nearest || miss < *nearest) nearest = miss;
  }
  return nearest;
}

AttributeReader::AttributeReader(const base::JsonValue& object)
    : m_body(object),
      m_has_empty_text(std::ranges::any_of(object.members, is_empty_text, &JsonMember::value)) {}

AttributeReader::AttributeReader(const http::Call& call) : AttributeReader(call.body) {
  m_faults = call.header_faults;
  // The dispatcher has read the token; what is left is to warn where two differ.
  static const Attribute token{{"apiToken"}, "the token"};
  static_cast<void>(value(token));
}

const JsonMember* AttributeReader::pick(const Attribute& attribute, std::string_view& name) {
  const Winner winner = find_winner(m_body, attribute);
  if (winner.member == nullptr) return nullptr;
  name = attribute.names[winner.rank.name];
  const bool may_warn = !winner.is_alone && !attribute.may_differ;
  if (may_warn && any_differs(m_body, attribute, *winner.member)) {
    warn(
        fmt::format("{} was sent under several names with different values. The value of \"{}\" "
                    "was used.",
                    attribute.names.front(), name));
  }
  return winner.member;
}

const JsonValue* AttributeReader::value(const Attribute& attribute) {
  std::string_view name;
  const JsonMember* picked = pick(attribute, name);
  return picked == nullptr ? nullptr : &picked->value;
}

std::optional<SentText> AttributeReader::find(const Attribute& attribute) {
  std::string_view name;
  const JsonMember* picked = pick(attribute, name);
  if (picked == nullptr) {
    if (attribute.missing) note_missing(attribute);
    return std::nullopt;
  }
  if (!is_text(picked->value)) {
    fault(attribute.malformed, attribute,
          fmt::format("Send {} as a JSON string.", attribute.title));
    return std::nullopt;
  }
  return SentText{std::string(content(picked->value)), name, picked->value.kind == Kind::number};
}

std::optional<SentText> AttributeReader::text(const Attribute& attribute) {
  auto sent = find(attribute);
  if (!sent || !judge(attribute, *sent)) return std::nullopt;
  return sent;
}

bool AttributeReader::judge(const Attribute& attribute, const SentText& sent) {
  if (attribute.limit != 0 && base::count_code_points(sent.text) > attribute.limit) {
    fault(attribute.too_long, attribute,
          fmt::format("Send at most {} characters for {}.", attribute.limit, attribute.title));
    return false;
  }
  if (base::has_control_character(sent.text)) {
    fault(attribute.malformed, attribute,
          fmt::format("Send {} without control characters.", attribute.title));
    return false;
  }
  return true;
}

void AttributeReader::note_missing(const Attribute& attribute) {
  std::string detail = fmt::format("Send {} as {}.", attribute.title, quoted_names(attribute));
  detail += near_miss(attribute);
  m_faults.push_back({*attribute.missing, std::string(attribute.names.front()), std::move(detail)});
}

std::string AttributeReader::near_miss(const Attribute& attribute) const {
  // A body that was written for this API has not more; one that was not may have thousands.
  constexpr std::size_t k_most_keys = 100;
  std::optional<std::pair<NearMiss, std::string_view>> nearest;
  const std::size_t keys = std::min(m_body.members.size(), k_most_keys);
  for (const JsonMember& member : std::span(m_body.members).first(keys)) {
    if (is_absent(member.value)) continue;
    const auto miss = find_near_miss(member.key, attribute);
    if (!miss) continue;
    const std::pair found{*miss, std::string_view(member.key)};
    if (!nearest || found < *nearest) nearest = found;
  }
  if (!nearest) return {};
  return fmt::format(" The body has \"{}\": did you mean \"{}\"?", nearest->second,
                     nearest->first.name);
}

void AttributeReader::fault(ErrorCode code, const Attribute& attribute, std::string detail) {
  m_faults.push_back({code, std::string(attribute.names.front()), std::move(detail)});
}

void AttributeReader::faults(std::vector<domain::Fault> faults) {
  std::ranges::move(faults, std::back_inserter(m_faults));
}

bool AttributeReader::mentions(const Attribute& attribute) const {
  return std::ranges::any_of(m_body.members, [&](const JsonMember& member) {
    return rank_of(member.key, attribute).name != k_nowhere && !is_absent(member.value);
  });
}

bool AttributeReader::was_emptied(const Attribute& attribute) const {
  if (!m_has_empty_text || find_winner(m_body, attribute).member != nullptr) return false;
  return std::ranges::any_of(m_body.members, [&](const JsonMember& member) {
    return is_empty_text(member.value) && rank_of(member.key, attribute).name != k_nowhere;
  });
}

bool AttributeReader::has_fault(std::string_view field) const {
  return std::ranges::any_of(m_faults,
                             [&](const domain::Fault& fault) { return fault.field == field; });
}

domain::Refusal AttributeReader::refusal(std::initializer_list<const Attribute*> order) {
  const auto place = [&](const domain::Fault& fault) {
    const auto found = std::ranges::find_if(
        order, [&](const Attribute* attribute) { return attribute->names.front() == fault.field; });
    return found == order.end() ? std::ptrdiff_t{-1} : found - order.begin();
  };
  std::ranges::stable_sort(m_faults, std::ranges::less{}, place);
  return {std::move(m_faults), {}, 0};
}

}  // namespace lotkeeper::api::v1
