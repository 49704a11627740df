#include "service/profiles/profile_writes.hpp"

#include <map>
#include <utility>

#include "service/profiles/driver_import.hpp"

namespace lotkeeper::service {
namespace {

using database::Connection;
using domain::ErrorCode;
using domain::Fault;
using domain::ListKind;
using store::ItemId;
using store::Profile;
using store::ProfileId;
using Change = ProfileChanges::Change;

/// An attribute that is stored as it was sent.
struct TextAttribute {
  Change ProfileChanges::* sent;
  std::optional<std::string> Profile::* stored;
};

constexpr TextAttribute k_texts[] = {
    {&ProfileChanges::first_name, &Profile::first_name},
    {&ProfileChanges::last_name, &Profile::last_name},
    {&ProfileChanges::user_name, &Profile::user_name},
    {&ProfileChanges::email, &Profile::email},
    {&ProfileChanges::street, &Profile::street},
    {&ProfileChanges::city, &Profile::city},
    {&ProfileChanges::postal_code, &Profile::postal_code},
    {&ProfileChanges::street2, &Profile::street2},
    {&ProfileChanges::city2, &Profile::city2},
    {&ProfileChanges::postal_code2, &Profile::postal_code2},
    {&ProfileChanges::phone_cell, &Profile::phone_cell},
    {&ProfileChanges::employ_no, &Profile::employ_no},
    {&ProfileChanges::employee_phone, &Profile::employee_phone},
    {&ProfileChanges::student_no, &Profile::student_no},
    {&ProfileChanges::student_phone, &Profile::student_phone},
    {&ProfileChanges::licence_no, &Profile::licence_no},
    {&ProfileChanges::date_of_birth, &Profile::date_of_birth},
};

/// An attribute that names an item of one of the client's lists.
struct ItemAttribute {
  Change ProfileChanges::* sent;
  std::optional<ItemId> Profile::* stored;
  ListKind kind;
  std::string_view field;
  std::string_view advice;
};

constexpr std::string_view k_province_advice =
    "This client has no such province or state. Send a two-letter postal abbreviation, such as "
    "\"ON\".";

// In the order of the document's table.
constexpr ItemAttribute k_items[] = {
    {&ProfileChanges::province, &Profile::province, ListKind::province, "province",
     k_province_advice},
    {&ProfileChanges::province2, &Profile::province2, ListKind::province, "province2",
     k_province_advice},
    {&ProfileChanges::user_type, &Profile::user_type, ListKind::user_type, "user_type_id",
     "This client has no user type with this id. Send an id that profiles/types/list returns."},
    {&ProfileChanges::locker_user_type, &Profile::locker_user_type, ListKind::locker_user_type,
     "locker_user_type_id", "This client has no locker user type with this id."},
    {&ProfileChanges::licence_province, &Profile::licence_province, ListKind::province,
     "driver_licence_prov", k_province_advice},
};

/// What the store has to say of a push.
struct Judgement {
  std::vector<Fault> faults;
  std::optional<ItemId> login_source;
  std::optional<ProfileId> standing;  ///< whom it is about; nullopt: a new person
};

/// A push whose key is faulty may be meant for `holder`, whose e-mail address or user name it
/// sends.
bool may_mean(const SentProfile& sent, std::optional<ItemId> login_source, const Profile& holder) {
  if (login_source && *login_source != holder.login_source) return false;
  if (!holder.unique_id) return true;
  return sent.unique_id && *sent.unique_id == *holder.unique_id;
}

Judgement judge(const SentProfile& sent, DriverImport& people, Lists& lists) {
  const ProfileChanges& changes = sent.changes;
  Judgement judgement;
  std::vector<Fault>& faults = judgement.faults;
  if (sent.login_source) {
    judgement.login_source = lists.find(ListKind::login_source, *sent.login_source);
    if (!judgement.login_source) {
      faults.push_back({ErrorCode::login_source_invalid, "login_source",
                        "This client has no such login source. Send the one you were given."});
    }
  }
  const auto with_email =
      changes.email && !changes.email->empty() ? people.with_email(*changes.email) : std::nullopt;
  const bool has_key = sent.unique_id && judgement.login_source;
  if (has_key) {
    judgement.standing = people.with_key(*sent.unique_id, *judgement.login_source);
    if (!judgement.standing && with_email) {
      const Profile& holder = people.at(*with_email);
      const bool is_imported = !holder.unique_id && holder.login_source == *judgement.login_source;
      if (is_imported) judgement.standing = with_email;
    }
  }

  const auto require = [&](const Change& change, ErrorCode code, const char* field,
                           const char* advice) {
    const bool is_there = change ? !change->empty() : judgement.standing.has_value();
    if (has_key && !is_there) faults.push_back({code, field, advice});
  };
  const auto is_taken = [&](std::optional<ProfileId> holder) {
    if (!holder || holder == judgement.standing) return false;
    return has_key || !may_mean(sent, judgement.login_source, people.at(*holder));
  };
  require(changes.first_name, ErrorCode::first_name_missing, "first_name",
          "A user needs a first name. Send it as \"first_name\".");
  require(changes.last_name, ErrorCode::last_name_missing, "last_name",
          "A user needs a last name. Send it as \"last_name\".");
  if (changes.user_name && !changes.user_name->empty() &&
      is_taken(people.with_user_name(*changes.user_name))) {
    faults.push_back({ErrorCode::user_name_taken, "user_name",
                      "Another user of this client has this user name. Send a different one."});
  }
  require(changes.email, ErrorCode::email_missing, "email",
          "A user needs an e-mail address. Send it as \"email\".");
  if (is_taken(with_email)) {
    faults.push_back(
        {ErrorCode::email_taken, "email",
         "Another user of this client has this e-mail address. Send a different one."});
  }
  for (const ItemAttribute& item : k_items) {
    const Change& change = changes.*item.sent;
    if (!change || change->empty() || lists.find(item.kind, *change)) continue;
    faults.push_back({ErrorCode::field_invalid, std::string(item.field), std::string(item.advice)});
  }
  return judgement;
}

/// Makes `changes`, found good.
void change(Profile& profile, const ProfileChanges& changes, Lists& lists) {
  for (const TextAttribute& text : k_texts) {
    const Change& sent = changes.*text.sent;
    if (!sent) continue;
    profile.*text.stored = sent->empty() ? std::nullopt : sent;
  }
  for (const ItemAttribute& item : k_items) {
    const Change& sent = changes.*item.sent;
    if (!sent) continue;
    profile.*item.stored = sent->empty() ? std::nullopt : lists.find(item.kind, *sent);
  }
  const auto folded = [](const std::optional<std::string>& text) {
    return text ? std::optional(store::fold_login(*text)) : std::nullopt;
  };
  if (changes.email) profile.email_norm = folded(profile.email);
  if (changes.user_name) profile.user_name_norm = folded(profile.user_name);
}

/// Puts a push that was found good; returns the id of its profile.
ProfileId put(PushProfile& push, const Judgement& judgement, DriverImport& people, Lists& lists,
              base::Instant now) {
  const bool is_new = !judgement.standing;
  Profile next = is_new ? Profile() : people.at(*judgement.standing);
  if (is_new) {
    next.client = push.sent.client;
    next.login_source = *judgement.login_source;
    next.uuid = push.uuid.to_string();
    next.version = 0;
    next.created = now;
  }
  next.unique_id = push.sent.unique_id;
  change(next, push.sent.changes, lists);
  push.was_there = !is_new && next == people.at(next.id);
  if (push.was_there) return next.id;

  ++next.version;
  next.updated = now;
  next.modified = now;
  return people.put(std::move(next), push.token);
}

void apply_to_client(WriteBatch& batch, store::ClientId client,
                     std::span<PushProfile* const> pushes) {
  Lists lists(batch.connection, client);
  DriverImport people(batch.connection, client);
  std::vector<const SentProfile*> sent;
  sent.reserve(pushes.size());
  for (const PushProfile* push : pushes) sent.push_back(&push->sent);
  people.load(sent, lists);

  std::vector<std::pair<PushProfile*, ProfileId>> stored;
  for (PushProfile* push : pushes) {
    Judgement judgement = judge(push->sent, people, lists);
    if (judgement.faults.empty()) {
      stored.emplace_back(push, put(*push, judgement, people, lists, batch.now));
    } else {
      push->outcome = tl::unexpected(domain::Refusal{std::move(judgement.faults), {}, 0});
    }
  }
  people.write(batch.now);
  for (const auto& [push, id] : stored) {
    push->outcome = Receipt{std::to_string(people.final_id(id)), push->warnings};
  }
}

void apply_pushes(WriteBatch& batch, std::span<Command* const> commands) {
  std::map<store::ClientId, std::vector<PushProfile*>> by_client;
  for (Command* command : commands) {
    auto* push = static_cast<PushProfile*>(command);
    by_client[push->sent.client].push_back(push);
  }
  for (const auto& [client, pushes] : by_client) apply_to_client(batch, client, pushes);
}

}  // namespace

Command::Apply PushProfile::apply() const { return apply_pushes; }

std::vector<domain::Fault> find_profile_faults(Connection& connection, const SentProfile& sent) {
  Lists lists(connection, sent.client);
  DriverImport people(connection, sent.client);
  const SentProfile* const one = &sent;
  people.load(std::span(&one, 1), lists);
  return judge(sent, people, lists).faults;
}

}  // namespace lotkeeper::service
