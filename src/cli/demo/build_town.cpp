#include "cli/demo/build_town.hpp"

#include <algorithm>
#include <future>
#include <limits>
#include <stdexcept>

#include "base/text/text.hpp"
#include "cli/demo/demo_data.hpp"
#include "cli/demo/settler.hpp"
#include "cli/demo/town/places.hpp"
#include "service/clients/tenancy.hpp"
#include "service/clients/zones.hpp"
#include "service/operators/operators.hpp"
#include "store/collections/collection.hpp"
#include "store/violations/violation_type.hpp"

namespace lotkeeper::cli::demo {
namespace {

using service::App;
using store::ListKind;

template <class T>
void require_success(const domain::Result<T>& result) {
  if (!result) throw std::runtime_error(result.error().faults.front().detail);
}

void add_client(App& app) {
  if (store::find_client(*app.database().read(), k_town_client)) return;
  service::ClientSettings settings{k_town_name, k_town_time_zone, "CAD"};
  settings.ticket_prefix = "ML-";
  settings.days_until_due = 14;
  settings.ticket_text_en =
      "Pay at town hall, 20 Main Street, or at pay.maple-landing.example.\n"
      "To appeal, write to the same address before the ticket is due.";
  settings.ticket_text_fr =
      "Payez à l’hôtel de ville, 20, rue Main, ou sur payer.maple-landing.example.\n"
      "Pour contester, écrivez à la même adresse avant l’échéance.";
  require_success(service::add_client(app, k_town_client, settings));
}

void add_zones(App& app, store::ClientId client) {
  const auto is_there = [&](const char* name) {
    return store::find_zone_name(*app.database().read(), client, base::fold_name(name));
  };
  for (const TownZone& zone : k_zones) {
    if (is_there(zone.name)) continue;
    require_success(service::add_zone(app, k_town_client, zone.name, zone.capacity));
  }
  for (const TownAlias& alias : k_aliases) {
    if (is_there(alias.name)) continue;
    require_success(service::alias_zone(app, k_town_client, alias.name, k_zones[alias.zone].name));
  }
}

/// Each has a token, which is not shown.
void add_vendors(App& app, store::ClientId client) {
  for (const TownVendor& vendor : k_vendors) {
    if (store::find_integration(*app.database().read(), client, vendor.name)) continue;
    require_success(service::add_integration(app, k_town_client, vendor.name,
                                             {vendor.allowed, vendor.permit_type}));
  }
  const auto tokens = store::list_tokens(*app.database().read());
  for (const TownVendor& vendor : k_vendors) {
    const bool has_token = std::ranges::any_of(tokens, [&](const store::TokenRow& token) {
      return token.client == client && token.integration == vendor.name;
    });
    if (has_token) continue;
    require_success(service::issue_token(app, k_town_client, vendor.name, std::nullopt));
  }
}

void save_lists(service::WriteBatch& batch, store::ClientId client) {
  const auto save = [&](ListKind kind, std::int64_t id, const char* name, const char* code,
                        const char* info) {
    store::ListItem item;
    item.id = id;
    item.name = name;
    if (code != nullptr) item.code = code;
    if (info != nullptr) item.info = info;
    item.created = item.modified.emplace(batch.now);
    store::save_items(batch.connection, {client, kind}, std::span(&item, 1));
  };
  for (const TownUserType& type : k_user_types) {
    save(ListKind::user_type, type.id, type.name, nullptr, type.info);
  }
  for (std::size_t i = 0; i < k_categories.size(); ++i) {
    save(ListKind::category, static_cast<std::int64_t>(i) + 1, k_categories[i], nullptr, nullptr);
  }
  constexpr std::int64_t k_a_week = 168;
  for (const TownViolationType& type : k_violation_types) {
    save(ListKind::violation_type, type.id, type.name, type.bylaw, nullptr);
    const bool has_discount = type.discount_cents > 0;
    const store::ViolationType terms{
        type.id,      type.category,       type.cents,
        has_discount, type.discount_cents, has_discount ? k_a_week : 0};
    store::save_violation_types(batch.connection, client, std::span(&terms, 1));
  }
}

/// They all have the demo's password.
void add_operators(App& app) {
  for (const TownOperator& one : k_operators) {
    if (store::find_operator(*app.database().read(), std::string_view(one.name))) continue;
    const bool is_everywhere = one.role == domain::Role::administrator;
    require_success(service::add_operator(
        app, one.name, k_demo_password, one.role,
        is_everywhere ? std::nullopt : std::optional<std::string>(k_town_client), true));
  }
}

TownKeys find_keys(App& app, store::ClientId client) {
  const auto connection = app.database().read();
  TownKeys keys;
  keys.client = client;
  const auto tokens = store::list_tokens(*connection);
  for (const TownVendor& vendor : k_vendors) {
    keys.vendors.push_back(store::find_integration(*connection, client, vendor.name)->id);
    const auto token = std::ranges::find_if(tokens, [&](const store::TokenRow& one) {
      return one.client == client && one.integration == vendor.name;
    });
    keys.tokens.push_back(token->id);
  }
  for (const TownOperator& one : k_operators) {
    keys.operators.push_back(*store::find_operator(*connection, std::string_view(one.name)));
  }
  for (const TownZone& zone : k_zones) {
    keys.zones.push_back(*store::find_zone(*connection, client, base::fold_name(zone.name)));
  }
  return keys;
}

bool stands(App& app) {
  // The last step adds these.
  const auto connection = app.database().read();
  const auto client = store::find_client(*connection, k_town_client);
  return client &&
         !store::list_batches(*connection, client->id, std::numeric_limits<std::int64_t>::max(), 1)
              .empty();
}

}  // namespace

void build_town(App& app, base::Instant now, const TownSize& size) {
  if (stands(app)) return;
  auto making = std::async(std::launch::async, [now, size] {
    return make_town(k_town_seed, now, *domain::TimeZone::find(k_town_time_zone), size);
  });
  add_client(app);
  const store::ClientId client = store::find_client(*app.database().read(), k_town_client)->id;
  add_zones(app, client);
  add_vendors(app, client);
  require_success(app.change([client](service::WriteBatch& batch) {
    save_lists(batch, client);
    return domain::Result<std::string>();
  }));
  add_operators(app);
  const TownKeys keys = find_keys(app, client);
  const Town town = making.get();
  require_success(app.change([&](service::WriteBatch& batch) {
    settle(batch, town, keys, now);
    write_requests(batch.connection, town, keys, now);
    return domain::Result<std::string>();
  }));
}

void build_town(const std::string& database_url) {
  const base::SystemClock present;
  const PastClock clock(present);
  service::AppOptions options;
  options.database_url = database_url;
  options.patience = std::chrono::seconds(3);
  App app(std::move(options), clock);
  build_town(app, present.now());
}

}  // namespace lotkeeper::cli::demo
