#include "service/clients/zone_names.hpp"

#include <chrono>
#include <utility>

namespace lotkeeper::service {
namespace {

constexpr std::chrono::milliseconds k_kept_for{900};

// Beyond this many names, remembering them does not help.
constexpr std::size_t k_most = 4'096;

}  // namespace

std::optional<store::ZoneName> ZoneNames::find(store::ClientId client, std::string_view norm,
                                               base::Instant now) const {
  const auto names = m_known.find(client);
  if (names == m_known.end()) return std::nullopt;
  const auto known = names->second.find(norm);
  if (known == names->second.end()) return std::nullopt;
  const auto age = now - known->second.since;
  if (age < base::Instant::duration::zero() || age > k_kept_for) return std::nullopt;
  return known->second.name;
}

void ZoneNames::found(store::ClientId client, std::string_view norm, const store::ZoneName& name) {
  if (name.zone) m_found.push_back({client, std::string(norm), name});
}

void ZoneNames::committed(base::Instant now) {
  m_remembered += m_found.size();
  if (m_remembered > k_most) {
    m_known.clear();
    m_remembered = m_found.size();
  }
  for (Found& found : m_found) {
    m_known[found.client].insert_or_assign(std::move(found.norm), Known{found.name, now});
  }
  m_found.clear();
}

}  // namespace lotkeeper::service
