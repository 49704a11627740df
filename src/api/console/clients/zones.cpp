#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <boost/json/array.hpp>

#include "api/console/money/overview_cache.hpp"
#include "api/console/reading.hpp"
#include "api/console/reply.hpp"
#include "base/text/text.hpp"
#include "domain/permits/permit.hpp"
#include "service/clients/tenancy.hpp"
#include "service/clients/zones.hpp"
#include "store/clients/zone.hpp"
#include "store/permits/permit_count.hpp"

namespace lotkeeper::api::console {
namespace {

using http::Method;

Result<Reply> list_zones(Context& context, Call& call);
Result<Reply> add_zone(Context& context, Call& call);
Result<Reply> set_zone(Context& context, Call& call);
Result<Reply> add_alias(Context& context, Call& call);
Result<Reply> remove_alias(Context& context, Call& call);
Result<Reply> list_disconnected(Context& context, Call& call);
Result<Reply> get_disconnected(Context& context, Call& call);
Result<Reply> connect_name(Context& context, Call& call);

}  // namespace

Routes zone_routes() {
  return {
      {Method::get, "/zones", Access::viewer, list_zones},
      {Method::post, "/zones", Access::office, add_zone},
      {Method::put, "/zones/{id}", Access::office, set_zone},
      {Method::post, "/zones/{id}/aliases", Access::office, add_alias},
      {Method::del, "/zones/{id}/aliases", Access::office, remove_alias},
      {Method::get, "/disconnected", Access::office, list_disconnected, Pace::sums_up},
      {Method::get, "/disconnected/{id}", Access::office, get_disconnected, Pace::sums_up},
      {Method::post, "/disconnected/{id}/connect", Access::office, connect_name},
  };
}

namespace {

constexpr TextLimits k_zone_name{1, domain::k_zone_name_limit};
constexpr NumberLimits k_capacity{0, 1'000'000};

Result<Reply> list_zones(Context& context, Call& call) {
  json::array list;
  for (const store::Zone& zone :
       store::list_zones(*context.app.database().read(), call.client_id())) {
    json::array aliases;
    for (const std::string& alias : zone.aliases) aliases.emplace_back(alias);
    list.push_back(json::object{{"id", zone.id},
                                {"name", zone.name},
                                {"capacity", number_or_null(zone.capacity)},
                                {"aliases", std::move(aliases)}});
  }
  return ok({{"zones", std::move(list)}});
}

Result<store::Zone> require_zone(Context& context, const Call& call, store::ZoneId id) {
  for (store::Zone& zone : store::list_zones(*context.app.database().read(), call.client_id())) {
    if (zone.id == id) return std::move(zone);
  }
  return tl::unexpected(not_found("zone"));
}

Result<Reply> add_zone(Context& context, Call& call) {
  BodyReader body(call);
  const std::string name = body.required_text("name", k_zone_name);
  const auto capacity = body.number("capacity", k_capacity);
  if (!body.is_good()) return body.refusal();

  return done(service::add_zone(call.actor(context), call.client().code, name, capacity));
}

Result<Reply> set_zone(Context& context, Call& call) {
  BodyReader body(call);
  const std::string name = body.required_text("name", k_zone_name);
  const auto capacity = body.number("capacity", k_capacity);
  if (!body.is_good()) return body.refusal();

  const auto zone = require_zone(context, call, id_of(call.ids[0]));
  if (!zone) return tl::unexpected(zone.error());
  return done(
      service::set_zone(call.actor(context), call.client().code, zone->name, name, capacity));
}

Result<Reply> add_alias(Context& context, Call& call) {
  BodyReader body(call);
  const std::string alias = body.required_text("alias", k_zone_name);
  if (!body.is_good()) return body.refusal();

  const auto zone = require_zone(context, call, id_of(call.ids[0]));
  if (!zone) return tl::unexpected(zone.error());
  return done(service::alias_zone(call.actor(context), call.client().code, alias, zone->name));
}

Result<Reply> remove_alias(Context& context, Call& call) {
  QueryReader query(call);
  const auto alias = query.text("alias", domain::k_zone_name_limit);
  if (!alias && query.is_good()) query.fault("alias", "Send the alias to remove.");
  if (!query.is_good()) return query.refusal();

  const auto zone = require_zone(context, call, id_of(call.ids[0]));
  if (!zone) return tl::unexpected(zone.error());
  const auto is_it = [&](const std::string& name) {
    return base::fold_name(name) == base::fold_name(*alias);
  };
  if (std::ranges::none_of(zone->aliases, is_it)) return tl::unexpected(not_found("alias"));
  return done(service::unalias_zone(call.actor(context), call.client().code, *alias));
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

/// The numbers in a name: "Lot 04-B2" has 4 and 2.
std::vector<std::string> numbers_in(std::string_view name) {
  std::vector<std::string> numbers;
  bool is_in_one = false;
  for (const char c : name) {
    const bool is_digit = c >= '0' && c <= '9';
    if (is_digit && !is_in_one) numbers.emplace_back();
    const bool leads = c == '0' && (!is_in_one || numbers.back().empty());
    if (is_digit && !leads) numbers.back() += c;
    is_in_one = is_digit;
  }
  return numbers;
}

struct NearZone {
  const store::Zone* zone = nullptr;  ///< null: none is near
  bool is_same = false;  ///< it alone has the same name, apart from case, blanks and punctuation
};

/// The zone whose name is most like `name`. Lot 44 is not near Lot 4: where numbers differ these
/// are two places.
NearZone nearest(const std::vector<store::Zone>& zones, const std::string& name) {
  const std::string wanted = bare(name);
  const auto numbers = numbers_in(name);
  std::size_t least = 1 + wanted.size() / 4;
  std::size_t same = 0;
  NearZone found;
  for (const store::Zone& zone : zones) {
    if (numbers_in(zone.name) != numbers) continue;
    const std::size_t distance = base::edit_distance(wanted, bare(zone.name));
    if (distance == 0) ++same;
    if (distance >= least) continue;
    least = distance;
    found.zone = &zone;
  }
  found.is_same = same == 1 && !wanted.empty();
  return found;
}

json::object name_json(const store::DisconnectedName& name, const std::vector<store::Zone>& zones) {
  const NearZone near = nearest(zones, name.name);
  return {{"id", name.id},
          {"name", name.name},
          {"permits", name.permits},
          {"nearest", near.zone == nullptr ? json::value() : json::value(near.zone->id)},
          {"nearestIsSame", near.is_same}};
}

/// Where a page of names begins: "PERMITS.ID" of the last of the one before.
struct NamesCursor {
  std::int64_t permits = std::numeric_limits<std::int64_t>::max();
  store::ZoneNameId id = 0;
};

std::optional<NamesCursor> parse_cursor(std::string_view text) {
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos) return std::nullopt;
  const NamesCursor cursor{id_of(text.substr(0, point)), id_of(text.substr(point + 1))};
  if (cursor.permits == 0 || cursor.id == 0) return std::nullopt;
  return cursor;
}

Result<Reply> list_disconnected(Context& context, Call& call) {
  QueryReader query(call);
  const auto sent = query.text("cursor");
  const auto limit = query.limit();
  const auto cursor = sent ? parse_cursor(*sent) : NamesCursor{};
  if (!cursor) query.fault("cursor", "Send the \"next\" value of the previous page.");
  if (!query.is_good()) return query.refusal();

  const auto connection = context.app.database().read();
  const auto zones = store::list_zones(*connection, call.client_id());
  const auto names =
      store::rank_disconnected(*connection, call.client_id(), cursor->permits, cursor->id, limit);
  json::array list;
  for (const store::DisconnectedName& name : names) list.push_back(name_json(name, zones));
  json::value next = nullptr;
  if (std::ssize(names) == limit) {
    next = json::string(fmt::format("{}.{}", names.back().permits, names.back().id));
  }
  return ok({{"names", std::move(list)}, {"next", std::move(next)}});
}

Result<Reply> get_disconnected(Context& context, Call& call) {
  const auto connection = context.app.database().read();
  const auto name = store::find_disconnected(*connection, call.client_id(), id_of(call.ids[0]));
  if (!name) return tl::unexpected(not_found("disconnected name"));

  json::object body = name_json(*name, store::list_zones(*connection, call.client_id()));
  const auto valid = context.overviews.valid_by_name(*connection, call.client_id(), call.now);
  const auto count = valid->find(name->id);
  body["validNow"] = count == valid->end() ? 0 : count->second;
  return ok(body);
}

Result<Reply> connect_name(Context& context, Call& call) {
  BodyReader body(call);
  const auto zone_id = body.number("zone", {1});
  const auto capacity = body.number("capacity", k_capacity);
  if (!body.is_good()) return body.refusal();

  const auto name = store::find_disconnected(*context.app.database().read(), call.client_id(),
                                             id_of(call.ids[0]));
  if (!name) return tl::unexpected(not_found("disconnected name"));
  if (!zone_id) {
    return done(service::add_zone(call.actor(context), call.client().code, name->name, capacity));
  }
  const auto zone = require_zone(context, call, *zone_id);
  if (!zone) return refused(ErrorCode::field_invalid, "zone", "There is no zone with this id.");
  return done(service::alias_zone(call.actor(context), call.client().code, name->name, zone->name));
}

}  // namespace
}  // namespace lotkeeper::api::console
