#include <algorithm>
#include <map>
#include <tuple>

#include "cli/demo/settler.hpp"
#include "cli/demo/town/places.hpp"
#include "cli/demo/town/town_parts.hpp"
#include "domain/fault.hpp"
#include "store/clients/tenancy.hpp"
#include "store/requests/request_log.hpp"

namespace lotkeeper::cli::demo {
namespace {

constexpr const char* k_push = "permits/push";

/// One request of a vendor.
struct Asked {
  Instant at;
  std::size_t vendor = 0;
  const char* endpoint = k_push;
  int code = 0;
};

std::vector<Asked> requests_of(const Town& town) {
  std::vector<Asked> all;
  all.reserve(town.permits.size() + town.refusals.size());
  for (const TownPermit& permit : town.permits) all.push_back({permit.made, permit.vendor});
  for (const TownRefusal& refusal : town.refusals) {
    all.push_back({refusal.at, refusal.vendor, k_push, refusal.code});
  }
  for (const Deed& deed : town.deeds) {
    if (deed.act == Act::extend) all.push_back({deed.at, deed.who, "permits/update"});
    if (deed.act == Act::refund) all.push_back({deed.at, deed.who, "permits/delete"});
    if (deed.act == Act::hand_out) {
      all.push_back({deed.at, deed.who, "violations/send_overdue_to_collections"});
    }
  }
  std::ranges::stable_sort(all, {}, &Asked::at);
  return all;
}

struct Why {
  const char* field;
  const char* detail;
};

/// What the server answers with this code.
Why why(int code) {
  switch (static_cast<domain::ErrorCode>(code)) {
    case domain::ErrorCode::plate_missing:
      return {"plate",
              "Send the plate as \"plate\" or \"LicencePlate\". The body has \"LicensePlate\": did "
              "you mean \"LicencePlate\"?"};
    case domain::ErrorCode::record_exists:
      return {"",
              "A live permit with the same plate, zone, start, end and ticket number stands; its "
              "reference is in reference_id."};
    default:
      return {"endTime", "The end is not after the start; send a later end time."};
  }
}

std::vector<store::RequestCount> count_by_hour(const std::vector<Asked>& asked,
                                               const TownKeys& keys) {
  std::map<std::tuple<Instant, std::size_t, std::string_view, int>, store::RequestCount> hours;
  for (const Asked& one : asked) {
    const Instant hour = std::chrono::floor<std::chrono::hours>(one.at);
    store::RequestCount& count = hours[{hour, one.vendor, one.endpoint, one.code}];
    count = {keys.client,     hour,  keys.vendors[one.vendor], one.endpoint, one.code,
             count.total + 1, one.at};
  }
  std::vector<store::RequestCount> counts;
  counts.reserve(hours.size());
  for (auto& [key, count] : hours) counts.push_back(std::move(count));
  return counts;
}

/// Equal refusals within a minute share one row.
std::vector<store::LoggedRequest> log_of(const std::vector<Asked>& asked, Instant since,
                                         const TownKeys& keys) {
  Dice dice(k_town_seed);
  std::map<std::tuple<std::size_t, int, std::int64_t>, std::size_t> refusals;
  std::vector<store::LoggedRequest> log;
  for (const Asked& one : asked) {
    if (one.at < since) continue;
    if (one.code != 0) {
      const std::int64_t minute = base::to_epoch_ms(one.at) / 60'000;
      const auto [place, is_new] = refusals.try_emplace({one.vendor, one.code, minute}, log.size());
      if (!is_new) {
        ++log[place->second].times;
        continue;
      }
    }
    store::LoggedRequest request;
    request.client = keys.client;
    request.integration = keys.vendors[one.vendor];
    request.at = one.at;
    request.endpoint = one.endpoint;
    request.status = 200;
    request.code = one.code;
    if (one.code != 0) {
      request.status = domain::find_error_entry(one.code)->http_status;
      request.field = why(one.code).field;
      request.detail = why(one.code).detail;
    }
    request.request_id = make_reference(one.at, dice).to_string();
    // Refusals do not wait for the disk.
    request.microseconds =
        one.code == 0 ? 1'400 + dice.below(1'800) + dice.below(2'500) : 120 + dice.below(300);
    log.push_back(std::move(request));
  }
  return log;
}

}  // namespace

void write_requests(database::Connection& connection, const Town& town, const TownKeys& keys,
                    Instant now) {
  constexpr std::chrono::days k_kept{14};
  const std::vector<Asked> asked = requests_of(town);
  store::add_request_counts(connection, count_by_hour(asked, keys));
  auto log = log_of(asked, now - k_kept, keys);
  store::write_requests(connection, log);

  std::map<std::size_t, Instant> last;
  for (const Asked& one : asked) last[one.vendor] = one.at;
  std::vector<store::TokenUse> uses;
  uses.reserve(last.size());
  for (const auto& [vendor, at] : last) uses.push_back({keys.client, keys.tokens[vendor], at});
  store::note_last_uses(connection, uses);
}

}  // namespace lotkeeper::cli::demo
