#include <algorithm>

#include <boost/json/array.hpp>

#include "api/console/clients/names.hpp"
#include "api/console/reading.hpp"
#include "api/console/reply.hpp"
#include "service/profiles/profile_history.hpp"
#include "store/profiles/people_search.hpp"
#include "store/profiles/profile.hpp"

namespace lotkeeper::api::console {
namespace {

using http::Method;
using store::ListKind;
using store::Profile;

Result<Reply> list_profiles(Context& context, Call& call);
Result<Reply> export_profiles(Context& context, Call& call);
Result<Reply> get_profile(Context& context, Call& call);

}  // namespace

Routes profile_routes() {
  return {
      {Method::get, "/profiles", Access::office, list_profiles},
      {Method::get, "/profiles.csv", Access::office, export_profiles},
      {Method::get, "/profiles/{id}", Access::office, get_profile},
  };
}

namespace {

constexpr std::int64_t k_chunk = 500;

json::object profile_json(Names& names, const Profile& profile) {
  return {{"id", profile.id},
          {"uniqueId", text_or_null(profile.unique_id)},
          {"loginSource", names.name(ListKind::login_source, profile.login_source)},
          {"firstName", text_or_null(profile.first_name)},
          {"lastName", text_or_null(profile.last_name)},
          {"email", text_or_null(profile.email)},
          {"userName", text_or_null(profile.user_name)},
          {"userType", names.name(ListKind::user_type, profile.user_type)},
          {"createdAt", domain::format_utc(profile.created)},
          {"updatedAt", time_or_null(profile.updated)}};
}

/// The profiles that bear exactly `text` as e-mail address, user name or unique id.
std::vector<store::ProfileId> find_by_text(database::Connection& connection, store::ClientId client,
                                           const std::string& text) {
  const std::string folded = store::fold_login(text);
  const std::string_view view = folded;
  std::vector<std::optional<store::ProfileId>> found;
  found.push_back(
      store::find_profile_ids_by_email(connection, client, std::span(&view, 1)).front());
  found.push_back(
      store::find_profile_ids_by_user_name(connection, client, std::span(&view, 1)).front());
  std::vector<store::ProfileKey> keys;
  for (const store::ListItem& source :
       store::list_items(connection, {client, ListKind::login_source})) {
    keys.push_back({text, source.id});
  }
  std::ranges::move(store::find_profile_ids(connection, client, keys), std::back_inserter(found));

  std::vector<store::ProfileId> ids;
  for (const auto& id : found) {
    if (id && std::ranges::find(ids, *id) == ids.end()) ids.push_back(*id);
  }
  std::ranges::sort(ids);
  return ids;
}

/// A page of profiles behind `after`: all of them, or the few that `text` finds.
std::vector<Profile> find_page(database::Connection& connection, store::ClientId client,
                               const std::optional<std::string>& text, store::ProfileId after,
                               std::int64_t limit) {
  auto ids = text ? find_by_text(connection, client, *text)
                  : store::list_profile_ids(connection, client, after, limit);
  std::erase_if(ids, [after](store::ProfileId id) { return id <= after; });
  std::vector<Profile> profiles;
  for (auto& profile : store::find_profiles(connection, client, ids)) {
    if (profile) profiles.push_back(std::move(*profile));
  }
  return profiles;
}

Result<Reply> list_profiles(Context& context, Call& call) {
  QueryReader query(call);
  const auto text = query.text("find");
  const store::ProfileId after = query.number("cursor", {1}).value_or(0);
  const std::int64_t limit = query.limit();
  if (!query.is_good()) return query.refusal();

  const auto connection = context.app.database().read();
  const auto profiles = find_page(*connection, call.client_id(), text, after, limit);
  Names names(*connection, call.client_id());
  json::array list;
  for (const Profile& profile : profiles) list.push_back(profile_json(names, profile));
  const bool has_more = !text && static_cast<std::int64_t>(profiles.size()) == limit;
  return ok({{"profiles", std::move(list)},
             {"next", has_more ? json::value(std::to_string(profiles.back().id)) : nullptr}});
}

std::string cell(const json::value& value) {
  if (value.is_string()) return std::string(value.as_string());
  if (value.is_int64()) return std::to_string(value.as_int64());
  return {};
}

Result<Reply> export_profiles(Context& context, Call& call) {
  QueryReader query(call);
  const auto text = query.text("find");
  if (!query.is_good()) return query.refusal();

  static constexpr std::string_view k_columns[] = {"id",        "uniqueId", "loginSource",
                                                   "firstName", "lastName", "email",
                                                   "userName",  "userType", "createdAt"};
  return csv_reply(context, call, "profiles.csv", k_columns,
                   [text, client = call.client_id(), after = store::ProfileId{0}](
                       database::Connection& connection, std::string& rows) mutable {
                     const auto profiles = find_page(connection, client, text, after, k_chunk);
                     Names names(connection, client);
                     for (const Profile& profile : profiles) {
                       const json::object one = profile_json(names, profile);
                       std::vector<std::string> cells;
                       for (const auto column : k_columns) cells.push_back(cell(one.at(column)));
                       append_row(rows, cells);
                       after = profile.id;
                     }
                     return !text && static_cast<std::int64_t>(profiles.size()) == k_chunk;
                   });
}

/// An item of a list by its name, a province by its code; one that was removed since by its id.
json::value shown_value(Names& names, const std::optional<ListKind>& kind,
                        const json::value& value) {
  if (!kind || !value.is_int64()) return value;
  const store::ItemId id = value.as_int64();
  const json::value text =
      *kind == ListKind::province ? names.code(*kind, id) : names.name(*kind, id);
  return text.is_null() ? json::value("#" + std::to_string(id)) : text;
}

json::array history_json(database::Connection& connection, Names& names, const Profile& profile) {
  json::array history;
  for (const auto& change : service::list_profile_changes(connection, profile)) {
    json::array values;
    for (const auto& value : change.values) {
      values.push_back(json::object{{"attribute", value.attribute},
                                    {"was", shown_value(names, value.kind, value.was)},
                                    {"became", shown_value(names, value.kind, value.became)},
                                    {"isWithheld", value.is_withheld}});
    }
    history.push_back(json::object{{"at", domain::format_utc(change.at)},
                                   {"integration", filled_or_null(change.integration)},
                                   {"values", std::move(values)}});
  }
  return history;
}

Result<Reply> get_profile(Context& context, Call& call) {
  const store::ProfileId id = id_of(call.ids[0]);
  const auto connection = context.app.database().read();
  const store::ClientId client = call.client_id();
  const auto profile = store::find_profiles(*connection, client, std::span(&id, 1)).front();
  if (!profile) return tl::unexpected(not_found("profile"));

  Names names(*connection, client);
  const auto ids = store::list_vehicles_of_driver(*connection, client, id);
  std::vector<store::Vehicle> driven;
  for (auto& vehicle : store::find_vehicles(*connection, client, ids)) {
    if (vehicle) driven.push_back(std::move(*vehicle));
  }
  json::array vehicles = vehicles_json(*connection, client, names, driven, call.now);
  json::object body = profile_json(names, *profile);
  body["street"] = text_or_null(profile->street);
  body["city"] = text_or_null(profile->city);
  body["province"] = names.code(ListKind::province, profile->province);
  body["postalCode"] = text_or_null(profile->postal_code);
  body["phoneCell"] = text_or_null(profile->phone_cell);
  body["employNo"] = text_or_null(profile->employ_no);
  body["studentNo"] = text_or_null(profile->student_no);
  body["vehicles"] = std::move(vehicles);
  body["history"] = history_json(*connection, names, *profile);
  return ok(body);
}

}  // namespace
}  // namespace lotkeeper::api::console
