#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "database/connection.hpp"
#include "store/ids.hpp"

/// What integrations asked: the latest of it one by one, and all of it counted by the hour. No
/// token, plate or name is in it.
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
  std::int64_t times = 1;  ///< so many equal refusals within a minute; `at` is the first
};

/// What one integration asked of one endpoint within an hour, with one outcome.
struct RequestCount {
  ClientId client = 0;
  base::Instant hour;
  IntegrationId integration = 0;
  std::string endpoint;
  int code = 0;
  std::int64_t total = 0;
  base::Instant last;
};

/// Keeps requests and gives them numbers. To the row of one that has a number already `times` is
/// added.
void write_requests(database::Connection& connection, std::span<LoggedRequest> requests);
void add_request_counts(database::Connection& connection, std::span<const RequestCount> counts);

/// Those of an integration below `before`, latest first.
[[nodiscard]] std::vector<LoggedRequest> list_requests(database::Connection& connection,
                                                       ClientId client, IntegrationId integration,
                                                       std::int64_t before, std::int64_t limit);

/// The counts of a client from `first` on, by hour.
[[nodiscard]] std::vector<RequestCount> list_request_counts(database::Connection& connection,
                                                            ClientId client, base::Instant first);

/// The one that has just `newer` after it; of it number and time alone.
[[nodiscard]] std::optional<LoggedRequest> find_latest_request(database::Connection& connection,
                                                               ClientId client,
                                                               IntegrationId integration,
                                                               std::int64_t newer);

/// Forgets up to `most` of an integration's requests, latest first, that came at `day` or later and
/// have a number up to `last`. Returns how many.
std::int64_t forget_requests_of_day(database::Connection& connection, ClientId client,
                                    IntegrationId integration, std::int64_t last, base::Instant day,
                                    std::int64_t most);

/// Forgets up to `most` of an integration's requests that came before `before`, or more than a day
/// after `now`. Returns how many.
std::int64_t forget_requests(database::Connection& connection, ClientId client,
                             IntegrationId integration, base::Instant before, base::Instant now,
                             std::int64_t most);
void forget_request_counts(database::Connection& connection, ClientId client, base::Instant before,
                           base::Instant now);

}  // namespace lotkeeper::store
