#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "http/dispatcher.hpp"
#include "service/office.hpp"
#include "support/fake_clock.hpp"

namespace lotkeeper::tests {

/// A folder of its own, gone with the test.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();
  [[nodiscard]] const std::filesystem::path& path() const { return m_path; }

 private:
  std::filesystem::path m_path;
};

/// The whole server but for its sockets, on a real store of its own, with the time standing still at
/// 2026-03-02T12:00:00Z. It has
///
/// | client  | time zone       | currency | zones                                       |
/// |---------|-----------------|----------|---------------------------------------------|
/// | OC_TOMA | UTC             | CAD      | zone1, Lot 01, Lot 02, Lot 4 (alias: Four)   |
/// | TORONTO | America/Toronto | USD      | Lot 4                                       |
///
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

  /// Tokens: `all` (may do everything; permit type temp), `other` (the same, another integration of
  /// OC_TOMA, permit type standard), `stats-only`, `expired`, `revoked`, `toronto` (TORONTO's, all).
  [[nodiscard]] const std::string& token(const std::string& name) const;

  /// POST /api/{client}/v1/<endpoint>. `TOKEN:name` in the body stands for that token.
  Response post(std::string_view endpoint, std::string body, const Headers& headers = {},
                std::string_view client = "OC_TOMA");
  Response request(http::Method method, std::string_view path, std::string body,
                   const Headers& headers = {});

  /// How many rows permits, their history and counters, zone names and idempotency keys have, and how
  /// often permits were changed: a request that stored nothing leaves it as it was.
  [[nodiscard]] std::int64_t footprint();

  /// The first column of the first row; 0 where there is none.
  [[nodiscard]] std::int64_t number(const char* sql);

  FakeClock clock;
  TemporaryFolder folder;
  service::Office office;
  http::Metrics metrics;
  http::Dispatcher dispatcher;

 private:
  std::map<std::string, std::string> m_tokens;
  boost::asio::io_context m_loop;
};

}  // namespace lotkeeper::tests
