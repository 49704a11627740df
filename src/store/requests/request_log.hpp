#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "database/connection.hpp"
#include "store/ids.hpp"

/// Requests by integrations: the latest ones individually, and all of them counted by the hour.
/// Contains no token, plate or name.
namespace lotkeeper::store {

struct LoggedRequest {
  ClientId client = 0;
  IntegrationId integration = 0;
  std::int64_t number = 0;  ///< counts up within a client
  base::Instant at;
  std::string endpoint;
  int status = 0;
  int code = 0;  ///< 0: a success
  std::string field;
  std::string detail;
  std::string request_id;
  std::int64_t microseconds = 0;
  std::int64_t times = 1;  ///< the number of equal refusals within a minute; `at` is the first
};

/// The number of requests of one integration to one endpoint within an hour, with one outcome.
struct RequestCount {
  ClientId client = 0;
  base::Instant hour;
  IntegrationId integration = 0;
  std::string endpoint;
  int code = 0;
  std::int64_t total = 0;
  base::Instant last;
};

/// Stores requests and numbers them. For a request that already has a number, adds `times` to its
/// row.
void write_requests(database::Connection& connection, std::span<LoggedRequest> requests);
void add_request_counts(database::Connection& connection, std::span<const RequestCount> counts);

/// Requests of an integration below `before`, latest first.
[[nodiscard]] std::vector<LoggedRequest> list_requests(database::Connection& connection,
                                                       ClientId client, IntegrationId integration,
                                                       std::int64_t before, std::int64_t limit);

/// The counts of a client from `first` on, by hour.
[[nodiscard]] std::vector<RequestCount> list_request_counts(database::Connection& connection,
                                                            ClientId client, base::Instant first);

/// The request that has exactly `newer` requests after it. Only its number and time are set.
[[nodiscard]] std::optional<LoggedRequest> find_latest_request(database::Connection& connection,
                                                               ClientId client,
                                                               IntegrationId integration,
                                                               std::int64_t newer);

/// Deletes up to `most` of an integration's requests, latest first, that came at `day` or later and
/// have a number up to `last`. Returns how many.
std::int64_t forget_requests_of_day(database::Connection& connection, ClientId client,
                                    IntegrationId integration, std::int64_t last, base::Instant day,
                                    std::int64_t most);

/// Deletes up to `most` of an integration's requests that came before `before`, or more than a day
/// after `now`. Returns how many.
std::int64_t forget_requests(database::Connection& connection, ClientId client,
                             IntegrationId integration, base::Instant before, base::Instant now,
                             std::int64_t most);
void forget_request_counts(database::Connection& connection, ClientId client, base::Instant before,
                           base::Instant now);

}  // namespace lotkeeper::store
