#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "database/database.hpp"
#include "domain/clients/client.hpp"
#include "domain/permits/permit.hpp"
#include "domain/time.hpp"
#include "store/clients/tenancy.hpp"
#include "store/ids.hpp"

namespace lotkeeper::store {

/// A tenant: a city, a university.
struct Client {
  ClientId id = 0;
  std::string code;
  std::string name;
  domain::TimeZone time_zone = domain::TimeZone::utc();
  std::string currency;
};

/// An outside system that speaks to one client's data.
struct Integration {
  IntegrationId id = 0;
  std::string name;
  domain::Permissions permissions;
  domain::PermitType permit_type = domain::PermitType::temp;
};

/// Who makes a request: what a token that is known, current and of the addressed client stands for.
struct Caller {
  std::shared_ptr<const Client> client;
  std::shared_ptr<const Integration> integration;
  TokenId token = 0;

  [[nodiscard]] bool may(domain::Permission permission) const {
    return integration->permissions.test(static_cast<std::size_t>(permission));
  }
};

/// Clients, integrations and tokens, kept in memory, because every request asks for them. Safe to
/// ask from any thread; a request never waits for the database here.
class Directory {
 public:
  explicit Directory(database::Database& database);
  ~Directory();

  using Timer = std::chrono::steady_clock;
  /// So long after a change is seen all is loaded once more, and this often in any case. Where a
  /// database is spread over machines (Citus) the version may be seen before the change itself.
  static constexpr std::chrono::seconds k_settled_after{1};
  static constexpr std::chrono::minutes k_reload_every{1};

  /// Loads anew where the database has changed since, or it is time to. Throws DatabaseError. A
  /// client whose time zone this system does not know keeps what was loaded before; the first load
  /// throws.
  void refresh(Timer::time_point now = Timer::now());

  /// The holder of `token` for the client addressed as `client_code` (in any spelling). nullopt
  /// where the client or the token is unknown, of another client, expired or revoked: alike, so
  /// that none of it can be probed.
  [[nodiscard]] std::optional<Caller> find_caller(std::string_view client_code,
                                                  std::string_view token, base::Instant now) const;

  /// Tokens used since the last call, with the time of their last use.
  [[nodiscard]] std::vector<TokenUse> take_last_uses();

 private:
  struct Snapshot;

  database::Database& m_database;
  std::mutex m_refresh;
  Timer::time_point m_reload_at;  ///< guarded by it, as the next
  Timer::time_point m_settled_at;
  std::atomic<std::shared_ptr<const Snapshot>> m_snapshot;
};

}  // namespace lotkeeper::store
