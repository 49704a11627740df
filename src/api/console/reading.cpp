#include "api/console/reading.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/text/text.hpp"
#include "domain/day.hpp"

namespace lotkeeper::api::console {
namespace {

using Kind = base::JsonValue::Kind;

std::optional<std::int64_t> whole(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || read != end || text.empty()) return std::nullopt;
  return number;
}

std::optional<base::Instant> moment_of(std::string_view text, const domain::TimeZone& zone) {
  const auto wall = domain::parse_wall_time(text);
  if (!wall) return std::nullopt;
  const auto readings = zone.resolve(*wall);
  if (!readings) return std::nullopt;
  return readings->first;
}

bool has_strange_character(std::string_view text, bool lines) {
  return std::ranges::any_of(text, [lines](char c) {
    const auto byte = static_cast<unsigned char>(c);
    if (lines && (c == '\n' || c == '\t' || c == '\r')) return false;
    return byte < 0x20 || byte == 0x7f;
  });
}

}  // namespace

BodyReader::BodyReader(const Call& call) : m_call(call) {
  const std::string_view text = call.request.body;
  auto body = base::parse_json(text.empty() ? std::string_view("{}") : text);
  m_is_readable = body.has_value() && body->kind == Kind::object;
  if (!body) {
    m_faults.push_back({ErrorCode::unparsable, {}, std::move(body.error().reason)});
  } else if (body->kind != Kind::object) {
    m_faults.push_back({ErrorCode::unparsable, {}, "The body must be one JSON object."});
  } else {
    m_body = std::move(*body);
  }
}

const base::JsonValue* BodyReader::find(std::string_view key) {
  m_known.push_back(key);
  const auto found = std::ranges::find(m_body.members, key, &base::JsonMember::key);
  if (found == m_body.members.end() || found->value.kind == Kind::null) return nullptr;
  return &found->value;
}

void BodyReader::fault(std::string_view key, std::string detail, ErrorCode code) {
  // Of a body that cannot be read nothing else is known, and its keys are not missing.
  if (!m_is_readable) return;
  m_faults.push_back({code, std::string(key), std::move(detail)});
}

std::optional<std::string> BodyReader::text(std::string_view key, TextLimits limits) {
  const base::JsonValue* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (value->kind != Kind::string) {
    fault(key, fmt::format("\"{}\" must be a text.", key));
    return std::nullopt;
  }
  const std::string_view trimmed =
      limits.exact ? std::string_view(value->text) : base::trim_white_space(value->text);
  if (trimmed.empty()) {
    return limits.least == 0 ? std::optional(std::string()) : std::nullopt;
  }
  const std::size_t length = base::count_code_points(trimmed);
  if (length < limits.least || length > limits.most) {
    fault(key, fmt::format("\"{}\" must have {} to {} characters.", key, limits.least, limits.most),
          length > limits.most ? ErrorCode::field_too_long : ErrorCode::field_too_short);
    return std::nullopt;
  }
  if (has_strange_character(trimmed, limits.lines)) {
    fault(key, fmt::format("\"{}\" must not have control characters.", key));
    return std::nullopt;
  }
  return std::string(trimmed);
}

std::string BodyReader::required_text(std::string_view key, TextLimits limits) {
  const std::size_t before = m_faults.size();
  auto found = text(key, limits);
  if (!found && m_faults.size() == before) {
    fault(key, fmt::format("Send \"{}\" as a text.", key), ErrorCode::field_missing);
  }
  return found.value_or("");
}

std::optional<std::int64_t> BodyReader::number(std::string_view key, NumberLimits limits) {
  const base::JsonValue* value = find(key);
  if (value == nullptr) return std::nullopt;
  const auto read = value->kind == Kind::number ? whole(value->text) : std::nullopt;
  if (read && *read >= limits.least && *read <= limits.most) return read;
  fault(key, limits.most == std::numeric_limits<std::int64_t>::max()
                 ? fmt::format("\"{}\" must be a whole number of {} or more.", key, limits.least)
                 : fmt::format("\"{}\" must be a whole number from {} to {}.", key, limits.least,
                               limits.most));
  return std::nullopt;
}

std::int64_t BodyReader::required_number(std::string_view key, NumberLimits limits) {
  const std::size_t before = m_faults.size();
  const auto found = number(key, limits);
  if (!found && m_faults.size() == before) {
    fault(key, fmt::format("Send \"{}\" as a whole number.", key), ErrorCode::field_missing);
  }
  return found.value_or(0);
}

std::optional<double> BodyReader::fraction(std::string_view key, double least, double most) {
  const base::JsonValue* value = find(key);
  if (value == nullptr) return std::nullopt;
  double read = 0;
  const char* const end = value->text.data() + value->text.size();
  const auto [last, error] = std::from_chars(value->text.data(), end, read);
  if (value->kind == Kind::number && error == std::errc() && last == end && read >= least &&
      read <= most) {
    return read;
  }
  fault(key, fmt::format("\"{}\" must be a number from {} to {}.", key, least, most));
  return std::nullopt;
}

bool BodyReader::flag(std::string_view key) {
  const base::JsonValue* value = find(key);
  if (value == nullptr) return false;
  if (value->kind != Kind::boolean) fault(key, fmt::format("\"{}\" must be true or false.", key));
  return value->text == "true";
}

std::vector<std::int64_t> BodyReader::numbers(std::string_view key, std::size_t most) {
  std::vector<std::int64_t> list;
  const base::JsonValue* value = find(key);
  if (value == nullptr) return list;
  bool good = value->kind == Kind::array && value->items.size() <= most;
  for (const base::JsonValue& item : value->items) {
    const auto read = item.kind == Kind::number ? whole(item.text) : std::nullopt;
    good = good && read.has_value();
    if (read) list.push_back(*read);
  }
  if (!good)
    fault(key, fmt::format("\"{}\" must be a list of at most {} whole numbers.", key, most));
  return list;
}

std::vector<std::string> BodyReader::texts(std::string_view key, std::size_t most) {
  std::vector<std::string> list;
  const base::JsonValue* value = find(key);
  if (value == nullptr) return list;
  bool good = value->kind == Kind::array && value->items.size() <= most;
  for (const base::JsonValue& item : value->items) {
    good = good && item.kind == Kind::string;
    list.push_back(item.text);
  }
  if (!good) fault(key, fmt::format("\"{}\" must be a list of at most {} texts.", key, most));
  return list;
}

std::optional<base::Instant> BodyReader::time(std::string_view key) {
  const auto sent = text(key, {1, 20});
  if (!sent) return std::nullopt;
  const domain::TimeZone zone =
      m_call.principal ? m_call.principal->time_zone : domain::TimeZone::utc();
  if (const auto found = moment_of(*sent, zone)) return found;
  fault(key, fmt::format("\"{}\" must be a time such as 2026-05-04T10:42:00, or with a Z for UTC.",
                         key));
  return std::nullopt;
}

bool BodyReader::is_good() {
  for (const base::JsonMember& member : m_body.members) {
    if (std::ranges::find(m_known, member.key) != m_known.end()) continue;
    m_faults.push_back({ErrorCode::field_invalid,
                        {},
                        fmt::format("The body has an unknown key. Known keys are: {}.",
                                    fmt::join(m_known, ", "))});
    break;
  }
  return m_faults.empty();
}

tl::unexpected<domain::Refusal> BodyReader::refusal() {
  return tl::unexpected<domain::Refusal>({std::move(m_faults), {}, 0});
}

std::optional<std::string> QueryReader::text(std::string_view key, std::size_t most) {
  const std::string* const found = m_call.query.find(key);
  if (found == nullptr) return std::nullopt;
  const std::string_view trimmed = base::trim_white_space(*found);
  if (trimmed.empty()) return std::nullopt;
  if (base::count_code_points(trimmed) > most) {
    fault(key, fmt::format("\"{}\" must have at most {} characters.", key, most));
    return std::nullopt;
  }
  if (has_strange_character(trimmed, false)) {
    fault(key, fmt::format("\"{}\" must not have control characters.", key));
    return std::nullopt;
  }
  return std::string(trimmed);
}

std::optional<std::int64_t> QueryReader::number(std::string_view key, NumberLimits limits) {
  const auto sent = text(key);
  if (!sent) return std::nullopt;
  const auto read = whole(*sent);
  if (read && *read >= limits.least && *read <= limits.most) return read;
  fault(key, fmt::format("\"{}\" must be a whole number of {} or more.", key, limits.least));
  return std::nullopt;
}

std::int64_t QueryReader::limit() {
  const auto sent = text("limit");
  if (!sent) return 50;
  const auto read = whole(*sent);
  if (read && *read >= 1 && *read <= 200) return *read;
  fault("limit", "\"limit\" must be a whole number from 1 to 200.");
  return 50;
}

std::optional<base::Instant> QueryReader::moment(std::string_view key, bool until) {
  const auto sent = text(key);
  if (!sent) return std::nullopt;
  const domain::TimeZone& zone = m_call.principal->time_zone;
  if (const auto time = moment_of(*sent, zone)) return time;
  if (const auto found =
          until ? domain::end_of_day(*sent, zone) : domain::begin_of_day(*sent, zone)) {
    return found;
  }
  fault(key, fmt::format("\"{}\" must be a day such as 2026-05-04, or a time such as "
                         "2026-05-04T10:42:00.",
                         key));
  return std::nullopt;
}

std::string QueryReader::day(std::string_view key, const std::string& otherwise) {
  const auto sent = text(key);
  if (!sent) return otherwise;
  if (domain::begin_of_day(*sent, domain::TimeZone::utc())) return *sent;
  fault(key, fmt::format("\"{}\" must be a day such as 2026-05-04.", key));
  return otherwise;
}

std::string_view QueryReader::word(std::string_view key,
                                   std::initializer_list<std::string_view> words) {
  const auto sent = text(key);
  if (!sent) return *words.begin();
  for (const std::string_view word : words) {
    if (word == *sent) return word;
  }
  fault(key, fmt::format("\"{}\" must be one of: {}.", key, fmt::join(words, ", ")));
  return *words.begin();
}

void QueryReader::fault(std::string_view key, std::string detail) {
  m_faults.push_back({ErrorCode::field_invalid, std::string(key), std::move(detail)});
}

bool QueryReader::is_good() const { return m_faults.empty() && m_call.query.faults().empty(); }

tl::unexpected<domain::Refusal> QueryReader::refusal() {
  std::vector<domain::Fault> faults = m_call.query.faults();
  std::ranges::move(m_faults, std::back_inserter(faults));
  return tl::unexpected<domain::Refusal>({std::move(faults), {}, 0});
}

std::int64_t id_of(std::string_view text) {
  const auto read = whole(text);
  return read && *read > 0 ? *read : 0;
}

}  // namespace lotkeeper::api::console
