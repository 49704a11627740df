#include "store/clients/directory.hpp"

#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace lotkeeper::store {
namespace {

using database::Row;
using database::Statement;

constexpr Statement k_version{"directory.version",
                              "SELECT version FROM directory_version WHERE id = 1"};
constexpr Statement k_clients{"directory.clients",
                              "SELECT client_id, code, code_norm, name, time_zone, currency "
                              "FROM client"};
constexpr Statement k_integrations{
    "directory.integrations",
    "SELECT client_id, integration_id, name, permit_type FROM integration"};
constexpr Statement k_permissions{
    "directory.permissions",
    "SELECT client_id, integration_id, permission FROM integration_permission"};
constexpr Statement k_tokens{"directory.tokens",
                             "SELECT client_id, token_id, integration_id, hash, expires_at "
                             "FROM token WHERE revoked_at IS NULL"};

struct DigestHash {
  std::size_t operator()(const base::Digest& digest) const {
    std::size_t hash = 0;
    std::memcpy(&hash, digest.data(), sizeof hash);
    return hash;
  }
};

struct HeldToken {
  TokenId id = 0;
  std::shared_ptr<const Integration> integration;
  std::optional<base::Instant> expires_at;
};

struct KnownClient {
  std::shared_ptr<const Client> client;
  std::unordered_map<base::Digest, HeldToken, DigestHash> tokens;
};

}  // namespace

struct Directory::Snapshot {
  std::int64_t version = 0;
  std::unordered_map<std::string, KnownClient> clients;  ///< by normalised code
  struct LastUse {
    ClientId client = 0;
    /// In milliseconds. Written by each thread that uses the token. 0 if the token was not used
    /// since the last `take_last_uses`.
    mutable std::atomic<std::int64_t> at{0};
  };
  std::unordered_map<TokenId, LastUse> last_uses;
};

Directory::Directory(database::Database& database) : m_database(database) { refresh(); }
Directory::~Directory() = default;

void Directory::refresh(Timer::time_point now) {
  const std::scoped_lock one_at_a_time(m_refresh);
  const database::ReaderLease reading = m_database.read();
  // So that all lists come from the version that was read.
  const database::Snapshot one_moment(*reading);
  auto next = std::make_shared<Snapshot>();
  reading->run(k_version, {}, [&](const Row& row) { next->version = row.integer(0); });
  const auto current = m_snapshot.load();
  const bool is_changed = !current || current->version != next->version;
  const bool is_unsettled = m_settled_at != Timer::time_point();
  const bool is_due = now >= m_reload_at || (is_unsettled && now >= m_settled_at);
  if (!is_changed && !is_due) return;

  std::unordered_map<ClientId, KnownClient*> by_id;
  reading->run(k_clients, {}, [&](const Row& row) {
    auto client = std::make_shared<Client>();
    auto zone = domain::TimeZone::find(row.text(4));
    if (!zone) {
      // Falling back to UTC would shift every time that this client sends.
      const std::string problem =
          fmt::format("this system does not know the time zone \"{}\" of client {}; install tzdata",
                      row.text(4), row.text(1));
      if (!current) throw database::DatabaseError(problem);
      spdlog::error("{}", problem);
      const auto former = current->clients.find(std::string(row.text(2)));
      if (former == current->clients.end()) return;
      zone = former->second.client->time_zone;
    }
    client->id = row.integer(0);
    client->code = row.text(1);
    client->name = row.text(3);
    client->time_zone = *zone;
    client->currency = row.text(5);
    KnownClient& known = next->clients[std::string(row.text(2))];
    by_id[client->id] = &known;
    known.client = std::move(client);
  });

  std::unordered_map<ClientId, std::unordered_map<IntegrationId, std::shared_ptr<Integration>>>
      integrations;
  reading->run(k_integrations, {}, [&](const Row& row) {
    auto integration = std::make_shared<Integration>();
    integration->id = row.integer(1);
    integration->name = row.text(2);
    integration->permit_type = static_cast<domain::PermitType>(row.integer(3));
    integrations[row.integer(0)][integration->id] = std::move(integration);
  });
  reading->run(k_permissions, {}, [&](const Row& row) {
    const auto permission = domain::parse_permission(row.text(2));
    const auto& integration = integrations[row.integer(0)][row.integer(1)];
    if (permission && integration) {
      integration->permissions.set(static_cast<std::size_t>(*permission));
    }
  });
  reading->run(k_tokens, {}, [&](const Row& row) {
    const auto client = by_id.find(row.integer(0));
    const auto& integration = integrations[row.integer(0)][row.integer(2)];
    base::Digest hash{};
    const database::Bytes stored = row.bytes(3);
    if (client == by_id.end() || !integration || stored.size() != hash.size()) return;
    std::memcpy(hash.data(), stored.data(), hash.size());
    client->second->tokens[hash] = HeldToken{row.integer(1), integration, row.maybe_instant(4)};
    next->last_uses[row.integer(1)].client = row.integer(0);
  });

  // Carry over uses that were noted in the old snapshot and not taken yet. A use noted in between
  // is lost until the token's next use.
  if (current) {
    for (const auto& [token, use] : current->last_uses) {
      const auto kept = next->last_uses.find(token);
      if (kept != next->last_uses.end()) kept->second.at.store(use.at.load());
    }
  }
  m_snapshot.store(std::move(next));
  m_reload_at = now + k_reload_every;
  m_settled_at = is_changed ? now + k_settled_after : Timer::time_point();
}

std::optional<Caller> Directory::find_caller(std::string_view client_code, std::string_view token,
                                             base::Instant now) const {
  const auto snapshot = m_snapshot.load();
  // Hash the token for an unknown client too, so that the response time reveals nothing about
  // client codes.
  const base::Digest hash = base::sha256(token);
  const auto known = snapshot->clients.find(domain::normalise_client_code(client_code));
  if (known == snapshot->clients.end()) return std::nullopt;
  const auto held = known->second.tokens.find(hash);
  if (held == known->second.tokens.end()) return std::nullopt;
  const HeldToken& found = held->second;
  if (found.expires_at && *found.expires_at <= now) return std::nullopt;

  const auto last_use = snapshot->last_uses.find(found.id);
  if (last_use != snapshot->last_uses.end()) {
    last_use->second.at.store(base::to_epoch_ms(now), std::memory_order_relaxed);
  }
  return Caller{known->second.client, found.integration, found.id};
}

std::vector<TokenUse> Directory::take_last_uses() {
  std::vector<TokenUse> uses;
  const auto snapshot = m_snapshot.load();
  for (const auto& [token, use] : snapshot->last_uses) {
    const std::int64_t at = use.at.exchange(0, std::memory_order_relaxed);
    if (at != 0) uses.push_back({use.client, token, base::from_epoch_ms(at)});
  }
  return uses;
}

}  // namespace lotkeeper::store
