#include "api/console/query.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <boost/url/parse_query.hpp>

#include "base/text/text.hpp"

namespace lotkeeper::api::console {

Query::Query(std::string_view query) {
  // Boost.URL 1.81 reads on to a zero, whatever the view says.
  const std::string text(query);
  if (text.empty()) return;
  const auto parsed = boost::urls::parse_query(text);
  m_is_readable = parsed.has_value();
  if (!m_is_readable) return;
  boost::urls::encoding_opts plus;
  plus.space_as_plus = true;
  for (const auto& param : *parsed) {
    std::string key = param.key.decode(plus);
    std::string value = param.value.decode(plus);
    m_is_readable = m_is_readable && base::is_valid_utf8(key) && base::is_valid_utf8(value);
    if (m_is_readable && !(key.empty() && value.empty())) {
      m_members.emplace(std::move(key), std::move(value));
    }
  }
}

const std::string* Query::find(std::string_view key) const {
  if (std::ranges::find(m_known, key) == m_known.end()) m_known.push_back(key);
  const auto found = m_members.find(key);
  return found != m_members.end() ? &found->second : nullptr;
}

std::vector<domain::Fault> Query::faults() const {
  constexpr auto k_code = domain::ErrorCode::unparsable;
  if (!m_is_readable) return {{k_code, {}, "The query must be percent-encoded UTF-8."}};
  std::vector<domain::Fault> faults;
  const std::string known = m_known.empty()
                                ? "This address takes none"
                                : fmt::format("Known keys are: {}", fmt::join(m_known, ", "));
  for (const auto& [key, value] : m_members) {
    if (std::ranges::find(m_known, key) != m_known.end()) continue;
    faults.push_back(
        {k_code, key, fmt::format("\"{}\" is not a known query key. {}.", key, known)});
  }
  return faults;
}

}  // namespace lotkeeper::api::console
