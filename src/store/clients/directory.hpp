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

/// An outside system that works with one client's data.
struct Integration {
  IntegrationId id = 0;
  std::string name;
  domain::Permissions permissions;
  domain::PermitType permit_type = domain::PermitType::temp;
};

/// The sender of a request, identified by a known and valid token of the addressed client.
struct Caller {
  std::shared_ptr<const Client> client;
  std::shared_ptr<const Integration> integration;
  TokenId token = 0;

  [[nodiscard]] bool may(domain::Permission permission) const {
    return integration->permissions.test(static_cast<std::size_t>(permission));
  }
};

/// Clients, integrations and tokens, kept in memory because every request needs them. Thread-safe.
/// A request never waits for the database here.
class Directory {
 public:
  explicit Directory(database::Database& database);
  ~Directory();

  using Timer = std::chrono::steady_clock;
  /// Everything is loaded again this long after a change was seen, and regularly in any case. On a
  /// distributed database (Citus) the new version may be visible before the change itself.
  static constexpr std::chrono::seconds k_settled_after{1};
  static constexpr std::chrono::minutes k_reload_every{1};

  /// Reloads if the database has changed or a reload is due. Throws DatabaseError. If this system
  /// does not know the time zone of a client, that client keeps what was loaded before. On the
  /// first load this throws.
  void refresh(Timer::time_point now = Timer::now());

  /// The holder of `token` for the client addressed as `client_code` (in any spelling). nullopt if
  /// the client or the token is unknown, or the token is expired, revoked or another client's.
  /// These cases look alike, so that nobody can probe for them.
  [[nodiscard]] std::optional<Caller> find_caller(std::string_view client_code,
                                                  std::string_view token, base::Instant now) const;

  /// Tokens used since the last call, each with the time of its last use.
  [[nodiscard]] std::vector<TokenUse> take_last_uses();

 private:
  struct Snapshot;

  database::Database& m_database;
  std::mutex m_refresh;
  Timer::time_point m_reload_at;  ///< guarded by it, as is the next
  Timer::time_point m_settled_at;
  std::atomic<std::shared_ptr<const Snapshot>> m_snapshot;
};

}  // namespace lotkeeper::store
