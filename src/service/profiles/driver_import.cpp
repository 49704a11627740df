#include "service/profiles/driver_import.hpp"

#include <charconv>

#include "service/profiles/profile_history.hpp"

namespace lotkeeper::service {

using store::ItemId;
using store::ListKind;
using store::Profile;
using store::ProfileId;

std::optional<ItemId> Lists::find(ListKind kind, const std::string& text) {
  const auto [found, is_new] = m_found.try_emplace({kind, text});
  if (is_new) found->second = look_up({m_client, kind}, text);
  return found->second;
}

std::optional<ItemId> Lists::look_up(store::ListOf list, const std::string& text) {
  if (list.kind == ListKind::province) return store::find_item_by_code(m_connection, list, text);
  if (list.kind == ListKind::login_source) {
    return store::find_item_by_name(m_connection, list, text);
  }
  ItemId id = 0;
  const char* end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, id);
  if (error != std::errc() || read != end) return std::nullopt;
  if (!store::find_item(m_connection, list, id)) return std::nullopt;
  return id;
}

void DriverImport::load(std::span<const SentProfile* const> pushes, Lists& lists) {
  load_keys(pushes, lists);
  load_holders(pushes, &ProfileChanges::email, store::find_profile_ids_by_email, m_by_email);
  load_holders(pushes, &ProfileChanges::user_name, store::find_profile_ids_by_user_name,
               m_by_user_name);
}

void DriverImport::load_keys(std::span<const SentProfile* const> pushes, Lists& lists) {
  std::vector<store::ProfileKey> keys;
  for (const SentProfile* push : pushes) {
    if (!push->unique_id || !push->login_source) continue;
    const auto source = lists.find(ListKind::login_source, *push->login_source);
    if (source) keys.push_back({*push->unique_id, *source});
  }
  const auto found = store::find_profile_ids(m_connection, m_client, keys);

  std::vector<ProfileId> ids;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto [place, is_new] =
        m_by_key.emplace(std::pair(keys[i].login_source, keys[i].unique_id), found[i]);
    if (is_new && found[i]) ids.push_back(*found[i]);
  }
  for (auto& profile : store::find_profiles(m_connection, m_client, ids)) {
    // Most pushes repeat the person's own address and name: these need not be looked up.
    if (profile->email_norm) m_by_email[*profile->email_norm] = profile->id;
    if (profile->user_name_norm) m_by_user_name[*profile->user_name_norm] = profile->id;
    m_profiles.emplace(profile->id, std::move(*profile));
  }
}

void DriverImport::load_holders(std::span<const SentProfile* const> pushes,
                                ProfileChanges::Change ProfileChanges::* attribute,
                                FindIds* find_ids, Holders& holders) {
  std::vector<std::string_view> texts;
  std::vector<std::optional<ProfileId>*> places;
  for (const SentProfile* push : pushes) {
    const ProfileChanges::Change& sent = push->changes.*attribute;
    if (!sent || sent->empty()) continue;
    const auto [holder, is_new] = holders.try_emplace(store::fold_login(*sent));
    if (!is_new) continue;
    texts.push_back(holder->first);
    places.push_back(&holder->second);
  }
  const auto found = find_ids(m_connection, m_client, texts);
  for (std::size_t i = 0; i < found.size(); ++i) *places[i] = found[i];
}

std::optional<ProfileId> DriverImport::with_key(const std::string& unique_id,
                                                ItemId login_source) const {
  return m_by_key.at({login_source, unique_id});
}

std::optional<ProfileId> DriverImport::with_email(std::string_view sent) const {
  return m_by_email.at(store::fold_login(sent));
}

std::optional<ProfileId> DriverImport::with_user_name(std::string_view sent) const {
  return m_by_user_name.at(store::fold_login(sent));
}

const Profile& DriverImport::at(ProfileId id) {
  const auto found = m_profiles.find(id);
  if (found != m_profiles.end()) return found->second;
  auto loaded = store::find_profiles(m_connection, m_client, std::span(&id, 1));
  return m_profiles.emplace(id, std::move(loaded.front()).value()).first->second;
}

ProfileId DriverImport::put(Profile next, store::TokenId token) {
  if (next.id == 0) {
    // Ids are taken all together, when it is known how many are needed.
    next.id = -++m_created;
  } else {
    const Profile& standing = at(next.id);
    m_replaced.push_back(
        {m_client, next.id, standing.version, replaced_values(standing, next), token, {}, {}});
    if (standing.email_norm) m_by_email[*standing.email_norm].reset();
    if (standing.user_name_norm) m_by_user_name[*standing.user_name_norm].reset();
  }
  if (next.email_norm) m_by_email[*next.email_norm] = next.id;
  if (next.user_name_norm) m_by_user_name[*next.user_name_norm] = next.id;
  if (next.unique_id) m_by_key[{next.login_source, *next.unique_id}] = next.id;
  m_writes.push_back(next);
  const ProfileId id = next.id;
  m_profiles.insert_or_assign(id, std::move(next));
  return id;
}

void DriverImport::write(base::Instant now) {
  if (m_created > 0) {
    m_first_new = store::take_ids(m_connection, m_client, store::k_profile_ids, m_created);
  }
  for (Profile& profile : m_writes) profile.id = final_id(profile.id);
  // In the order in which they were put: an address that one profile leaves another may take.
  for (const bool written : store::save_profiles(m_connection, m_writes)) {
    if (!written) throw database::DatabaseError("another server changed a profile meanwhile");
  }
  if (m_replaced.empty()) return;
  for (store::ReplacedProfile& replaced : m_replaced) replaced.id = final_id(replaced.id);
  store::insert_replaced_profiles(m_connection, m_replaced, now);
}

ProfileId DriverImport::final_id(ProfileId id) const { return id > 0 ? id : m_first_new - id - 1; }

}  // namespace lotkeeper::service
