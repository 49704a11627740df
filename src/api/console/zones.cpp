#include <algorithm>

#include <boost/json/array.hpp>

#include "api/console/reading.hpp"
#include "api/console/reply.hpp"
#include "base/text.hpp"
#include "domain/permit.hpp"
#include "service/tenancy.hpp"
#include "service/zones.hpp"
#include "store/permit.hpp"
#include "store/zone.hpp"

namespace lotkeeper::api::console {
namespace {

using http::Method;

Result<Reply> list_zones(Desk& desk, Call& call);
Result<Reply> add_zone(Desk& desk, Call& call);
Result<Reply> set_zone(Desk& desk, Call& call);
Result<Reply> add_alias(Desk& desk, Call& call);
Result<Reply> remove_alias(Desk& desk, Call& call);
Result<Reply> list_disconnected(Desk& desk, Call& call);
Result<Reply> connect_name(Desk& desk, Call& call);

}  // namespace

Routes zone_routes() {
  return {
      {Method::get, "/zones", Access::viewer, list_zones},
      {Method::post, "/zones", Access::office, add_zone},
      {Method::put, "/zones/{id}", Access::office, set_zone},
      {Method::post, "/zones/{id}/aliases", Access::office, add_alias},
      {Method::del, "/zones/{id}/aliases", Access::office, remove_alias},
      {Method::get, "/disconnected", Access::office, list_disconnected},
      {Method::post, "/disconnected/{id}/connect", Access::office, connect_name},
  };
}

namespace {

constexpr TextLimits k_zone_name{1, domain::k_zone_name_limit};
constexpr NumberLimits k_capacity{0, 1'000'000};

Result<Reply> list_zones(Desk& desk, Call& call) {
  json::array list;
  for (const store::Zone& zone :
       store::list_zones(*desk.office.database().read(), call.client_id())) {
    json::array aliases;
    for (const std::string& alias : zone.aliases) aliases.emplace_back(alias);
    list.push_back(json::object{{"id", zone.id},
                                {"name", zone.name},
                                {"capacity", number_or_null(zone.capacity)},
                                {"aliases", std::move(aliases)}});
  }
  return ok({{"zones", std::move(list)}});
}

Result<store::Zone> require_zone(Desk& desk, const Call& call, store::ZoneId id) {
  for (store::Zone& zone : store::list_zones(*desk.office.database().read(), call.client_id())) {
    if (zone.id == id) return std::move(zone);
  }
  return tl::unexpected(not_found("zone"));
}

Result<Reply> add_zone(Desk& desk, Call& call) {
  BodyReader body(call);
  const std::string name = body.required_text("name", k_zone_name);
  const auto capacity = body.number("capacity", k_capacity);
  if (!body.is_good()) return body.refusal();

  return done(service::add_zone(desk.office, call.client().code, name, capacity));
}

Result<Reply> set_zone(Desk& desk, Call& call) {
  BodyReader body(call);
  const std::string name = body.required_text("name", k_zone_name);
  const auto capacity = body.number("capacity", k_capacity);
  if (!body.is_good()) return body.refusal();

  const auto zone = require_zone(desk, call, id_of(call.ids[0]));
  if (!zone) return tl::unexpected(zone.error());
  return done(service::set_zone(desk.office, call.client().code, zone->name, name, capacity));
}

Result<Reply> add_alias(Desk& desk, Call& call) {
  BodyReader body(call);
  const std::string alias = body.required_text("alias", k_zone_name);
  if (!body.is_good()) return body.refusal();

  const auto zone = require_zone(desk, call, id_of(call.ids[0]));
  if (!zone) return tl::unexpected(zone.error());
  return done(service::alias_zone(desk.office, call.client().code, alias, zone->name));
}

Result<Reply> remove_alias(Desk& desk, Call& call) {
  QueryReader query(call);
  const auto alias = query.text("alias", domain::k_zone_name_limit);
  if (!alias && query.is_good()) query.fault("alias", "Send the alias that is to be removed.");
  if (!query.is_good()) return query.refusal();

  const auto zone = require_zone(desk, call, id_of(call.ids[0]));
  if (!zone) return tl::unexpected(zone.error());
  const auto is_it = [&](const std::string& name) {
    return base::fold_name(name) == base::fold_name(*alias);
  };
  if (std::ranges::none_of(zone->aliases, is_it)) return tl::unexpected(not_found("alias"));
  return done(service::unalias_zone(desk.office, call.client().code, *alias));
}

struct Disconnected {
  store::ZoneNameId id = 0;
  std::string name;
  std::int64_t permits = 0;
};

std::vector<Disconnected> find_disconnected(database::Connection& connection,
                                            store::ClientId client) {
  std::map<store::ZoneNameId, Disconnected> names;
  for (const store::PermitCount& count : store::count_permits(connection, client)) {
    if (count.zone || count.zone_name == 0) continue;
    Disconnected& name = names[count.zone_name];
    name.id = count.zone_name;
    name.name = count.sent_zone;
    name.permits += count.total;
  }
  std::vector<Disconnected> list;
  list.reserve(names.size());
  for (auto& [id, name] : names) list.push_back(std::move(name));
  std::ranges::stable_sort(list, std::ranges::greater(), &Disconnected::permits);
  return list;
}

/// A name without what people write differently: spaces, dashes, dots, leading zeros.
std::string bare(std::string_view name) {
  std::string text;
  for (const char c : base::fold_name(name)) {
    if (c == ' ' || c == '-' || c == '_' || c == '.' || c == '#') continue;
    const bool follows_digit = !text.empty() && text.back() >= '0' && text.back() <= '9';
    if (c == '0' && !follows_digit) continue;
    text += c;
  }
  return text;
}

/// The zone whose name is most like `name`, where one is near.
json::value nearest(const std::vector<store::Zone>& zones, const std::string& name) {
  const std::string wanted = bare(name);
  std::size_t least = 1 + wanted.size() / 4;
  json::value found = nullptr;
  for (const store::Zone& zone : zones) {
    const std::size_t distance = base::edit_distance(wanted, bare(zone.name));
    if (distance >= least) continue;
    least = distance;
    found = zone.id;
  }
  return found;
}

Result<Reply> list_disconnected(Desk& desk, Call& call) {
  const auto connection = desk.office.database().read();
  const auto zones = store::list_zones(*connection, call.client_id());
  json::array list;
  for (const Disconnected& name : find_disconnected(*connection, call.client_id())) {
    if (name.permits <= 0) continue;
    list.push_back(json::object{{"id", name.id},
                                {"name", name.name},
                                {"permits", name.permits},
                                {"nearest", nearest(zones, name.name)}});
  }
  return ok({{"names", std::move(list)}});
}

Result<Reply> connect_name(Desk& desk, Call& call) {
  BodyReader body(call);
  const auto zone_id = body.number("zone", {1});
  const auto capacity = body.number("capacity", k_capacity);
  if (!body.is_good()) return body.refusal();

  const auto names = find_disconnected(*desk.office.database().read(), call.client_id());
  const auto name = std::ranges::find(names, id_of(call.ids[0]), &Disconnected::id);
  if (name == names.end()) return tl::unexpected(not_found("disconnected name"));
  if (!zone_id) {
    return done(service::add_zone(desk.office, call.client().code, name->name, capacity));
  }
  const auto zone = require_zone(desk, call, *zone_id);
  if (!zone) return refused(ErrorCode::field_invalid, "zone", "There is no zone with this id.");
  return done(service::alias_zone(desk.office, call.client().code, name->name, zone->name));
}

}  // namespace
}  // namespace lotkeeper::api::console
