#include <algorithm>
#include <set>

#include <boost/json/array.hpp>

#include "api/console/money/overview_cache.hpp"
#include "api/console/reading.hpp"
#include "api/console/reply.hpp"
#include "domain/day.hpp"
#include "service/clients/new_names.hpp"
#include "store/clients/zone.hpp"
#include "store/requests/request_log.hpp"

namespace lotkeeper::api::console {

namespace {

using http::Method;

Result<Reply> get_overview(Context& context, Call& call);

}  // namespace

OverviewCache::Counts OverviewCache::get(database::Connection& connection, store::ClientId client,
                                         const store::ViolationMoments& moments) {
  return m_counts.get(client, moments.now, [&] {
    return Counts{moments.now,
                  store::count_permits_at(connection, client, moments.now, moments.now),
                  store::total_violations(connection, client, moments)};
  });
}

std::vector<store::FineRow> OverviewCache::fines(database::Connection& connection,
                                                 store::ClientId client, base::Instant now) {
  return m_fines.get(client, now, [&] { return store::list_fines(connection, client, now); });
}

OverviewCache::ByName OverviewCache::valid_by_name(database::Connection& connection,
                                                   store::ClientId client, base::Instant now) {
  return m_valid_by_name.get(client, now, [&] {
    return std::make_shared<const ByName::element_type>(
        store::count_disconnected_at(connection, client, now, now));
  });
}

Routes overview_routes() {
  return {{Method::get, "/overview", Access::viewer, get_overview, Pace::sums_up}};
}

namespace {

constexpr std::chrono::hours k_hour{1};
// Longer than the longest silence that anyone would need to be told of.
constexpr std::chrono::days k_watched{60};
constexpr std::string_view k_push = "permits/push";

base::Instant hour_of(base::Instant moment) {
  return std::chrono::floor<std::chrono::hours>(moment);
}

store::ViolationMoments moments_of(const Call& call) {
  const domain::TimeZone& zone = call.principal->time_zone;
  const std::string day = zone.date_at(call.now);
  return {call.now, *domain::begin_of_day(day, zone),
          *domain::begin_of_day(day.substr(0, 8) + "01", zone)};
}

void add_zones(json::object& body, database::Connection& connection, const Call& call,
               const OverviewCache::Counts& counts) {
  std::map<store::ZoneId, std::int64_t> valid;
  std::int64_t without_zone = 0;
  std::int64_t disconnected = 0;
  for (const store::ZoneCount& count : counts.valid) {
    if (count.zone) {
      valid[*count.zone] += count.total;
    } else {
      (count.is_disconnected ? disconnected : without_zone) += count.total;
    }
  }
  json::array zones;
  for (const store::Zone& zone : store::list_zones(connection, call.client_id())) {
    zones.push_back(json::object{{"id", zone.id},
                                 {"name", zone.name},
                                 {"validNow", valid[zone.id]},
                                 {"capacity", number_or_null(zone.capacity)}});
  }
  body["zones"] = std::move(zones);
  body["withoutZone"] = without_zone;
  body["disconnected"] = disconnected;
}

json::array pushes_json(const std::vector<store::RequestCount>& counts, base::Instant now) {
  std::map<base::Instant, std::pair<std::int64_t, std::int64_t>> hours;
  for (int back = 23; back >= 0; --back) hours[hour_of(now) - back * k_hour] = {0, 0};
  for (const store::RequestCount& count : counts) {
    const auto hour = hours.find(count.hour);
    if (hour == hours.end() || count.endpoint != k_push) continue;
    (count.code == 0 ? hour->second.first : hour->second.second) += count.total;
  }
  json::array list;
  for (const auto& [hour, sums] : hours) {
    list.push_back(json::object{
        {"hour", domain::format_utc(hour)}, {"accepted", sums.first}, {"failed", sums.second}});
  }
  return list;
}

/// What an integration did of late.
struct Feed {
  std::optional<base::Instant> last_push;
  std::int64_t accepted = 0;  ///< of the last day, as the failures
  std::int64_t failed = 0;
  std::map<int, std::int64_t> failures;  ///< by code
  std::set<base::Instant> hours;         ///< with a push
};

std::map<store::IntegrationId, Feed> feeds_of(const std::vector<store::RequestCount>& counts,
                                              base::Instant now) {
  std::map<store::IntegrationId, Feed> feeds;
  for (const store::RequestCount& count : counts) {
    Feed& feed = feeds[count.integration];
    if (count.endpoint == k_push && count.code == 0) {
      feed.last_push = std::max(feed.last_push.value_or(count.last), count.last);
      feed.hours.insert(count.hour);
    }
    if (count.hour < hour_of(now) - 23 * k_hour) continue;
    if (count.code == 0) {
      feed.accepted += count.total;
    } else {
      feed.failed += count.total;
      feed.failures[count.code] += count.total;
    }
  }
  return feeds;
}

/// The longest pause between two hours with pushes; none where fewer than a dozen hours had any.
std::optional<std::chrono::seconds> usual_gap(const std::set<base::Instant>& hours) {
  constexpr std::size_t k_enough = 12;
  if (hours.size() < k_enough) return std::nullopt;
  std::chrono::seconds longest = k_hour;
  for (auto hour = std::next(hours.begin()); hour != hours.end(); ++hour) {
    longest = std::max(longest,
                       std::chrono::duration_cast<std::chrono::seconds>(*hour - *std::prev(hour)));
  }
  return longest;
}

json::object feed_json(const store::IntegrationRow& integration, const Feed& feed,
                       const store::NewNames& new_names, base::Instant now) {
  std::vector<std::pair<int, std::int64_t>> by_count(feed.failures.begin(), feed.failures.end());
  std::ranges::stable_sort(by_count, std::ranges::greater(), &std::pair<int, std::int64_t>::second);
  json::array failures;
  for (const auto& [code, count] : by_count) {
    failures.push_back(
        json::object{{"code", code}, {"message", message_of(code)}, {"count", count}});
  }
  const auto gap = usual_gap(feed.hours);
  const bool is_silent = gap && feed.last_push && now - *feed.last_push > *gap + k_hour;
  return {{"id", integration.id},
          {"name", integration.name},
          {"lastPushAt", time_or_null(feed.last_push)},
          {"accepted", feed.accepted},
          {"failed", feed.failed},
          {"failures", std::move(failures)},
          {"usualGapSeconds", gap ? json::value(gap->count()) : nullptr},
          {"isSilent", is_silent},
          {"newZoneNames", new_names.zones},
          {"newItems", new_names.items},
          {"bringsManyNames", service::are_many(new_names)}};
}

Result<Reply> get_overview(Context& context, Call& call) {
  const auto connection = context.app.database().read();
  const auto counts = context.overviews.get(*connection, call.client_id(), moments_of(call));
  const auto requests =
      store::list_request_counts(*connection, call.client_id(), call.now - k_watched);

  json::object body{{"at", domain::format_utc(counts.at)}};
  add_zones(body, *connection, call, counts);
  body["pushes"] = pushes_json(requests, call.now);
  const store::ViolationTotals& totals = counts.violations;
  body["violations"] = json::object{{"issuedToday", totals.issued_today},
                                    {"issuedThisMonth", totals.issued_this_month},
                                    {"open", totals.open},
                                    {"owedCents", totals.owed_cents},
                                    {"overdue", totals.overdue},
                                    {"appealed", totals.appealed},
                                    {"inCollections", totals.in_collections},
                                    {"inCollectionsCents", totals.in_collections_cents}};
  auto feeds = feeds_of(requests, call.now);
  std::map<store::IntegrationId, store::NewNames> new_names;
  for (const auto& row : store::list_new_names(*connection, call.client_id(), call.now)) {
    new_names[row.integration] = row.names;
  }
  json::array list;
  for (const store::IntegrationRow& integration : store::list_integrations(*connection)) {
    if (integration.client != call.client_id()) continue;
    list.push_back(
        feed_json(integration, feeds[integration.id], new_names[integration.id], call.now));
  }
  body["feeds"] = std::move(list);
  return ok(body);
}

}  // namespace
}  // namespace lotkeeper::api::console
