#include <algorithm>

#include <boost/json/array.hpp>

#include "api/console/reading.hpp"
#include "api/console/reply.hpp"
#include "domain/clients/list.hpp"
#include "domain/violations/violation.hpp"
#include "service/clients/lists.hpp"
#include "service/clients/tenancy.hpp"
#include "store/operators/operator.hpp"
#include "store/violations/violation_type.hpp"

namespace lotkeeper::api::console {
namespace {

using http::Method;

Result<Reply> get_settings(Context& context, Call& call);
Result<Reply> set_settings(Context& context, Call& call);
Result<Reply> add_client(Context& context, Call& call);
Result<Reply> get_lists(Context& context, Call& call);
Result<Reply> get_list(Context& context, Call& call);
Result<Reply> add_item(Context& context, Call& call);
Result<Reply> change_item(Context& context, Call& call);
Result<Reply> remove_item(Context& context, Call& call);

}  // namespace

Routes settings_routes() {
  return {
      {Method::get, "/settings", Access::viewer, get_settings},
      {Method::put, "/settings", Access::administrator, set_settings},
      {Method::post, "/clients", Access::signed_in, add_client},
      {Method::get, "/lists", Access::viewer, get_lists},
      {Method::get, "/lists/{kind}", Access::viewer, get_list},
      {Method::post, "/lists/{kind}", Access::office, add_item},
      {Method::put, "/lists/{kind}/{id}", Access::office, change_item},
      {Method::del, "/lists/{kind}/{id}", Access::office, remove_item},
  };
}

namespace {

// What vendors send is in the lists too, so there is no telling how long they are.
constexpr std::int64_t k_most_of_each = 500;
constexpr TextLimits k_ticket_text{0, 2'000, true};

Result<Reply> get_settings(Context&, Call& call) {
  const store::ClientRow& client = call.client();
  return ok({{"code", client.code},
             {"name", client.name},
             {"timeZone", client.time_zone},
             {"currency", client.currency},
             {"ticketPrefix", client.ticket_prefix},
             {"daysUntilDue", client.days_until_due},
             {"appealDays", client.appeal_days},
             {"ticketTextEn", client.ticket_text_en},
             {"ticketTextFr", client.ticket_text_fr}});
}

Result<Reply> set_settings(Context& context, Call& call) {
  BodyReader body(call);
  service::ClientSettings settings;
  settings.name = body.text("name");
  settings.time_zone = body.text("timeZone");
  settings.currency = body.text("currency");
  settings.ticket_prefix = body.text("ticketPrefix");
  settings.days_until_due = body.number("daysUntilDue", {0, 3'650});
  settings.appeal_days = body.number("appealDays", {0, 3'650});
  settings.ticket_text_en = body.text("ticketTextEn", k_ticket_text);
  settings.ticket_text_fr = body.text("ticketTextFr", k_ticket_text);
  if (!body.is_good()) return body.refusal();

  return done(service::set_client(call.actor(context), call.client().code, settings));
}

Result<Reply> add_client(Context& context, Call& call) {
  // Not a matter of a role in a client: whoever keeps all of them may add one.
  if (!store::role_in(*context.app.database().read(), call.principal->session.operator_id,
                      store::k_all_clients)) {
    return plain_error(403, "role", "Only an administrator of all clients can add a client.",
                       call.request_id);
  }
  BodyReader body(call);
  const std::string code = body.required_text("code", {1, 50});
  service::ClientSettings settings;
  settings.name = body.text("name");
  settings.time_zone = body.text("timeZone");
  settings.currency = body.text("currency");
  if (!body.is_good()) return body.refusal();

  return done(service::add_client(call.actor(context), code, settings));
}

json::object item_json(const store::ListItem& item, const store::ViolationType* terms) {
  json::object one{{"id", item.id},
                   {"name", item.name},
                   {"code", text_or_null(item.code)},
                   {"info", text_or_null(item.info)},
                   {"costCents", nullptr},
                   {"discountCents", nullptr},
                   {"discountHours", nullptr}};
  if (terms == nullptr) return one;
  one["costCents"] = terms->cost_cents;
  if (!terms->discount) return one;
  one["discountCents"] = terms->discount_cents;
  one["discountHours"] = terms->discount_hours;
  return one;
}

/// A page of a list: its entries, and where the next one begins.
struct Page {
  json::array items;
  json::value next = nullptr;
};

Page read_page(database::Connection& connection, store::ListOf list,
               const std::vector<store::ViolationType>& types, store::ItemId after,
               std::int64_t limit) {
  Page page;
  const auto items = store::list_items_after(connection, list, after, limit);
  for (const store::ListItem& item : items) {
    const store::ViolationType* terms = nullptr;
    if (list.kind == store::ListKind::violation_type) {
      const auto found = std::ranges::find(types, item.id, &store::ViolationType::id);
      if (found != types.end()) terms = &*found;
    }
    page.items.push_back(item_json(item, terms));
  }
  if (std::ssize(items) == limit) page.next = json::string(std::to_string(items.back().id));
  return page;
}

Result<Reply> get_lists(Context& context, Call& call) {
  const auto connection = context.app.database().read();
  const auto types = store::list_violation_types(*connection, call.client_id());
  json::object lists;
  json::object next;
  for (const std::string_view name : domain::list_kind_names()) {
    const store::ListOf list{call.client_id(), *domain::parse_list_kind(name)};
    Page page = read_page(*connection, list, types, 0, k_most_of_each);
    lists[name] = std::move(page.items);
    if (!page.next.is_null()) next[name] = std::move(page.next);
  }
  return ok({{"lists", std::move(lists)}, {"next", std::move(next)}});
}

Result<Reply> get_list(Context& context, Call& call) {
  QueryReader query(call);
  const store::ItemId after = query.number("cursor", {1}).value_or(0);
  const auto limit = query.limit();
  if (!query.is_good()) return query.refusal();
  const auto kind = domain::parse_list_kind(call.ids[0]);
  if (!kind) return tl::unexpected(not_found("list"));

  const auto connection = context.app.database().read();
  const auto types = store::list_violation_types(*connection, call.client_id());
  Page page = read_page(*connection, {call.client_id(), *kind}, types, after, limit);
  return ok({{"items", std::move(page.items)}, {"next", std::move(page.next)}});
}

std::optional<std::string> amount(const std::optional<std::int64_t>& cents) {
  if (!cents) return std::nullopt;
  return money(*cents);
}

/// What an entry may have beside its name. A discount may be 0 where it is taken away.
service::ListItemSettings read_settings(BodyReader& body, std::int64_t least_discount) {
  service::ListItemSettings settings;
  settings.code = body.text("code");
  settings.info = body.text("info");
  settings.country = body.text("country");
  settings.cost = amount(body.number("costCents", {1, 99'999'999}));
  settings.discount = amount(body.number("discountCents", {least_discount, 99'999'999}));
  settings.discount_hours = body.number("discountHours", {1, domain::k_longest_discount_hours});
  settings.category = body.text("category");
  return settings;
}

Result<Reply> add_item(Context& context, Call& call) {
  const auto kind = domain::parse_list_kind(call.ids[0]);
  if (!kind) return tl::unexpected(not_found("list"));
  BodyReader body(call);
  const std::string name = body.required_text("name");
  const auto settings = read_settings(body, 1);
  if (!body.is_good()) return body.refusal();

  return done(
      service::add_list_item(call.actor(context), call.client().code, *kind, name, settings));
}

Result<Reply> change_item(Context& context, Call& call) {
  const auto kind = domain::parse_list_kind(call.ids[0]);
  if (!kind) return tl::unexpected(not_found("list"));
  BodyReader body(call);
  const auto name = body.text("name");
  const auto settings = read_settings(body, 0);
  if (!body.is_good()) return body.refusal();

  const store::ItemId id = id_of(call.ids[1]);
  if (!store::find_item(*context.app.database().read(), {call.client_id(), *kind}, id)) {
    return tl::unexpected(not_found("entry"));
  }
  return done(service::change_list_item(call.actor(context), call.client().code, *kind, id, name,
                                        settings));
}

Result<Reply> remove_item(Context& context, Call& call) {
  const auto kind = domain::parse_list_kind(call.ids[0]);
  if (!kind) return tl::unexpected(not_found("list"));
  const store::ItemId id = id_of(call.ids[1]);
  if (!store::find_item(*context.app.database().read(), {call.client_id(), *kind}, id)) {
    return tl::unexpected(not_found("entry"));
  }
  return done(service::remove_list_item(call.actor(context), call.client().code, *kind, id));
}

}  // namespace
}  // namespace lotkeeper::api::console
