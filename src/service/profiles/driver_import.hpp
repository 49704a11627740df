#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "database/connection.hpp"
#include "service/profiles/profile_writes.hpp"
#include "store/clients/list.hpp"
#include "store/profiles/profile.hpp"
#include "store/profiles/profile_history.hpp"

/// What pushes of profiles are judged by, each thing looked up once for all of a batch.
namespace lotkeeper::service {

/// The lists of one client.
class Lists {
 public:
  Lists(database::Connection& connection, store::ClientId client)
      : m_connection(connection), m_client(client) {}

  /// A province by its abbreviation, a login source by its name, anything else by its id.
  [[nodiscard]] std::optional<store::ItemId> find(store::ListKind kind, const std::string& text);

 private:
  [[nodiscard]] std::optional<store::ItemId> look_up(store::ListOf list, const std::string& text);

  database::Connection& m_connection;
  store::ClientId m_client;
  std::map<std::pair<store::ListKind, std::string>, std::optional<store::ItemId>> m_found;
};

/// The profiles of one client that some pushes are about, as they stand after what was put so far:
/// each push is judged as if it came after the one before, though all are written together.
class DriverImport {
 public:
  DriverImport(database::Connection& connection, store::ClientId client)
      : m_connection(connection), m_client(client) {}

  /// Looks up all that judging `pushes` will ask for. Called once, before anything else.
  void load(std::span<const SentProfile* const> pushes, Lists& lists);

  /// The profile that has what a push sends.
  [[nodiscard]] std::optional<store::ProfileId> with_key(const std::string& unique_id,
                                                         store::ItemId login_source) const;
  [[nodiscard]] std::optional<store::ProfileId> with_email(std::string_view sent) const;
  [[nodiscard]] std::optional<store::ProfileId> with_user_name(std::string_view sent) const;

  /// The profile of an id that one of the above has given.
  [[nodiscard]] const store::Profile& at(store::ProfileId id);

  /// Puts `next` over what stood, which `token` (0: an import) replaces; a new profile comes
  /// without an id and gets a provisional one. Returns its id.
  store::ProfileId put(store::Profile next, store::TokenId token);

  /// Writes what was put, under its final ids, and what it replaced. Throws DatabaseError where
  /// another server changed one of the profiles meanwhile.
  void write(base::Instant now);

  /// The final id of what `put` returned, once it is written.
  [[nodiscard]] store::ProfileId final_id(store::ProfileId id) const;

 private:
  /// Who has a text that only one profile of a client may have, by the text as it is compared.
  using Holders = std::unordered_map<std::string, std::optional<store::ProfileId>>;
  using FindIds = decltype(store::find_profile_ids_by_email);

  void load_keys(std::span<const SentProfile* const> pushes, Lists& lists);
  void load_holders(std::span<const SentProfile* const> pushes,
                    ProfileChanges::Change ProfileChanges::* attribute, FindIds* find_ids,
                    Holders& holders);

  database::Connection& m_connection;
  store::ClientId m_client;
  std::unordered_map<store::ProfileId, store::Profile> m_profiles;
  std::map<std::pair<store::ItemId, std::string>, std::optional<store::ProfileId>> m_by_key;
  Holders m_by_email;
  Holders m_by_user_name;
  std::vector<store::Profile> m_writes;
  std::vector<store::ReplacedProfile> m_replaced;
  std::int64_t m_created = 0;
  store::ProfileId m_first_new = 0;
};

}  // namespace lotkeeper::service
