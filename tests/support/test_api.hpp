#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "http/dispatcher.hpp"
#include "service/app.hpp"
#include "service/collections/collections.hpp"
#include "support/fake_clock.hpp"
#include "support/faulty_database.hpp"
#include "support/test_database.hpp"

namespace lotkeeper::tests {

/// 2026-03-02T12:00:00Z, a Monday: the time of a TestApi, which does not move.
inline constexpr base::Instant k_noon = base::from_epoch_ms(1'772'452'800'000);

/// The first column of the first row of an answer as text; empty if it is NULL or there is none.
[[nodiscard]] std::string text_of(database::Database& database, std::string_view sql);

/// The whole server but for its sockets, on a real store of its own, at k_noon. It has
///
/// | client  | time zone       | currency | zones                                       |
/// |---------|-----------------|----------|---------------------------------------------|
/// | OC_TOMA | UTC             | CAD      | zone1, Lot 01, Lot 02, Lot 4 (alias: Four)   |
/// | TORONTO | America/Toronto | USD      | Lot 4                                       |
///
/// the document's user types and locker user types 1 to 3 (OC_TOMA alone),
/// and the integrations whose tokens `token` names.
class TestApi {
 public:
  struct Response {
    int status = 0;
    std::string body;
    std::map<std::string, std::string> headers;
  };
  using Headers = std::vector<std::pair<std::string, std::string>>;

  explicit TestApi(http::DispatchOptions options = {});
  ~TestApi();

  /// Tokens: `all` (may do everything; permit type temp), `rotated` (a second one of the same
  /// integration), `other` (may do everything, another integration of OC_TOMA, permit type
  /// standard), `stats-only`, `push-only`, `expired`, `revoked`, `toronto` (TORONTO's, all).
  [[nodiscard]] const std::string& token(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> tokens() const;

  /// `text` with the tokens that `TOKEN:name` stands for.
  [[nodiscard]] std::string with_tokens(std::string text) const;

  /// POST /api/{client}/v1/<endpoint>. `TOKEN:name` in the body stands for that token.
  Response post(std::string_view endpoint, std::string body, const Headers& headers = {},
                std::string_view client = "OC_TOMA");
  Response request(http::Method method, std::string_view path, std::string body,
                   const Headers& headers = {});
  /// The same from any thread.
  Response request_on_thread(http::Method method, std::string_view path, std::string body,
                             const Headers& headers = {});
  /// An event loop that outlives the office. Threads of the office may still be waking a loop when
  /// its last request is answered.
  boost::asio::io_context& add_loop();

  /// From now on requests meet a server whose database is broken so. Upkeep ends.
  void break_down(Breakage breakage);

  /// Every row that a request can write (permits, their history and counters, zone names, keys,
  /// lists, vehicles, profiles, violations, batches): one that stored nothing leaves it as it was.
  [[nodiscard]] std::string content();

  /// How many times permits and profiles were written, and zone names, keys, list items, vehicles
  /// and batches made.
  [[nodiscard]] std::int64_t writes();

  /// How many counters of live permits and of what they brought in differ from a recount, and how
  /// many permits lack a part of their history.
  [[nodiscard]] std::int64_t miscounts();

  /// The first column of the first row; 0 (an empty text) where there is none.
  [[nodiscard]] std::int64_t number(std::string_view sql);
  [[nodiscard]] std::string text(std::string_view sql);

  FakeClock clock;
  TestDatabase store;

 private:
  Response request_on(boost::asio::io_context& loop, http::Method method, std::string_view path,
                      std::string body, const Headers& headers);

  std::mutex m_loops_mutex;
  std::deque<boost::asio::io_context> m_loops{1};  ///< the first serves `request`

 public:
  service::App app;
  service::Collections collections;
  http::Metrics metrics;

 private:
  struct Broken;

  const http::DispatchOptions m_options;
  http::Dispatcher m_dispatcher;
  std::unique_ptr<Broken> m_broken;
  std::map<std::string, std::string> m_tokens;
};

}  // namespace lotkeeper::tests
