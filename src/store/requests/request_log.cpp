#include "store/requests/request_log.hpp"

#include <map>

namespace lotkeeper::store {

using database::Connection;
using database::Parameters;
using database::Row;
using database::Statement;

constexpr Statement k_insert{
    "request_log.insert",
    "INSERT INTO request_log (client_id, integration_id, request_no, at, endpoint, status, code, "
    "field, detail, request_id, microseconds, times) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"};
constexpr Statement k_repeat{"request_log.repeat",
                             "UPDATE request_log SET times = times + $4 "
                             "WHERE client_id = $1 AND integration_id = $2 AND request_no = $3"};

void write_requests(Connection& connection, std::span<LoggedRequest> requests) {
  std::map<ClientId, std::int64_t> next;
  for (const LoggedRequest& request : requests) {
    if (request.number == 0) ++next[request.client];
  }
  for (auto& [client, number] : next) number = take_ids(connection, client, "request", number);
  std::vector<Parameters> rows;
  std::vector<Parameters> repeats;
  for (LoggedRequest& request : requests) {
    if (request.number != 0) {
      repeats.push_back({request.client, request.integration, request.number, request.times});
      continue;
    }
    request.number = next[request.client]++;
    rows.push_back({request.client, request.integration, request.number, request.at,
                    request.endpoint, request.status, request.code, request.field, request.detail,
                    request.request_id, request.microseconds, request.times});
  }
  connection.run_many(k_insert, rows);
  connection.run_many(k_repeat, repeats);
}

constexpr Statement k_count{
    "request_hour.add",
    "INSERT INTO request_hour (client_id, hour, integration_id, endpoint, code, total, last_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7) "
    "ON CONFLICT (client_id, hour, integration_id, endpoint, code) DO UPDATE SET "
    "total = request_hour.total + $6, "
    "last_at = CASE WHEN request_hour.last_at > $7 THEN request_hour.last_at ELSE $7 END"};

void add_request_counts(Connection& connection, std::span<const RequestCount> counts) {
  std::vector<Parameters> rows;
  rows.reserve(counts.size());
  for (const RequestCount& count : counts) {
    rows.push_back({count.client, count.hour, count.integration, count.endpoint, count.code,
                    count.total, count.last});
  }
  connection.run_many(k_count, rows);
}

constexpr Statement k_list{
    "request_log.list",
    "SELECT request_no, at, endpoint, status, code, field, detail, request_id, microseconds, times "
    "FROM request_log WHERE client_id = $1 AND integration_id = $2 AND request_no < $3 "
    "ORDER BY request_no DESC LIMIT $4"};

std::vector<LoggedRequest> list_requests(Connection& connection, ClientId client,
                                         IntegrationId integration, std::int64_t before,
                                         std::int64_t limit) {
  std::vector<LoggedRequest> requests;
  connection.run(k_list, {client, integration, before, limit}, [&](const Row& row) {
    requests.push_back({client, integration, row.integer(0), row.instant(1),
                        std::string(row.text(2)), static_cast<int>(row.integer(3)),
                        static_cast<int>(row.integer(4)), std::string(row.text(5)),
                        std::string(row.text(6)), std::string(row.text(7)), row.integer(8),
                        row.integer(9)});
  });
  return requests;
}

constexpr Statement k_list_counts{
    "request_hour.list",
    "SELECT hour, integration_id, endpoint, code, total, last_at FROM request_hour "
    "WHERE client_id = $1 AND hour >= $2 ORDER BY hour"};

std::vector<RequestCount> list_request_counts(Connection& connection, ClientId client,
                                              base::Instant first) {
  std::vector<RequestCount> counts;
  connection.run(k_list_counts, {client, first}, [&](const Row& row) {
    counts.push_back({client, row.instant(0), row.integer(1), std::string(row.text(2)),
                      static_cast<int>(row.integer(3)), row.integer(4), row.instant(5)});
  });
  return counts;
}

constexpr Statement k_latest{
    "request_log.latest",
    "SELECT request_no, at FROM request_log WHERE client_id = $1 AND integration_id = $2 "
    "ORDER BY request_no DESC LIMIT 1 OFFSET $3"};

std::optional<LoggedRequest> find_latest_request(Connection& connection, ClientId client,
                                                 IntegrationId integration, std::int64_t newer) {
  std::optional<LoggedRequest> found;
  connection.run(k_latest, {client, integration, newer}, [&](const Row& row) {
    found.emplace();
    found->client = client;
    found->integration = integration;
    found->number = row.integer(0);
    found->at = row.instant(1);
  });
  return found;
}

constexpr Statement k_of_day{
    "request_log.of_day",
    "SELECT MIN(request_no), COUNT(*) FROM (SELECT request_no, at FROM request_log "
    "WHERE client_id = $1 AND integration_id = $2 AND request_no <= $3 "
    "ORDER BY request_no DESC LIMIT $5) latest WHERE at >= $4"};
constexpr Statement k_forget_of_day{
    "request_log.forget_of_day",
    "DELETE FROM request_log WHERE client_id = $1 AND integration_id = $2 AND request_no >= $3 "
    "AND request_no <= $4"};

std::int64_t forget_requests_of_day(Connection& connection, ClientId client,
                                    IntegrationId integration, std::int64_t last, base::Instant day,
                                    std::int64_t most) {
  std::int64_t first = 0;
  std::int64_t count = 0;
  connection.run(k_of_day, {client, integration, last, day, most}, [&](const Row& row) {
    count = row.integer(1);
    if (count > 0) first = row.integer(0);
  });
  if (count > 0) connection.run(k_forget_of_day, {client, integration, first, last});
  return count;
}

// Later rows were written while the clock was ahead. They would never expire.
constexpr std::chrono::days k_clocks_differ{1};

// The key orders the oldest first, so the last row to delete bounds the deletion.
constexpr Statement k_old{
    "request_log.old",
    "SELECT MAX(request_no), COUNT(*) FROM (SELECT request_no, at FROM request_log "
    "WHERE client_id = $1 AND integration_id = $2 ORDER BY request_no LIMIT $4) oldest "
    "WHERE at < $3 OR at > $5"};
constexpr Statement k_forget{
    "request_log.forget",
    "DELETE FROM request_log WHERE client_id = $1 AND integration_id = $2 AND request_no <= $3 "
    "AND (at < $4 OR at > $5)"};

std::int64_t forget_requests(Connection& connection, ClientId client, IntegrationId integration,
                             base::Instant before, base::Instant now, std::int64_t most) {
  const base::Instant future = now + k_clocks_differ;
  std::int64_t last = 0;
  std::int64_t count = 0;
  connection.run(k_old, {client, integration, before, most, future}, [&](const Row& row) {
    count = row.integer(1);
    if (count > 0) last = row.integer(0);
  });
  if (count > 0) connection.run(k_forget, {client, integration, last, before, future});
  return count;
}

constexpr Statement k_forget_counts{"request_hour.forget",
                                    "DELETE FROM request_hour WHERE client_id = $1 "
                                    "AND (hour < $2 OR hour > $3)"};

void forget_request_counts(Connection& connection, ClientId client, base::Instant before,
                           base::Instant now) {
  connection.run(k_forget_counts, {client, before, now + k_clocks_differ});
}

}  // namespace lotkeeper::store
