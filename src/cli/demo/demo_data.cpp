#include "cli/demo/demo_data.hpp"

#include <stdexcept>

#include "base/text/text.hpp"
#include "cli/demo/demo_violations.hpp"
#include "domain/permits/plate.hpp"
#include "service/clients/tenancy.hpp"
#include "service/clients/zones.hpp"
#include "service/operators/operators.hpp"
#include "service/permits/permit_writes.hpp"
#include "service/profiles/profile_writes.hpp"
#include "store/clients/list.hpp"

namespace lotkeeper::cli {
namespace {

constexpr const char* k_integration = "Demo";

template <class T>
void require_success(const domain::Result<T>& result) {
  if (!result) throw std::runtime_error(result.error().faults.front().detail);
}

struct SamplePermit {
  const char* plate;
  const char* zone;
  const char* permit_no;
  domain::PermitType type;
  int hours_from, hours_to;  ///< around now
};

// Invented permits, which `permits/check` and `permits/stats` show first. No plate has two valid
// ones.
constexpr SamplePermit k_permits[] = {
    {"DEMO 001", "zone1", "D-0001", domain::PermitType::standard, -24 * 90, 24 * 275},
    {"DEMO 002", "zone1", "D-0002", domain::PermitType::standard, -24 * 30, 24 * 335},
    {"DEMO 003", "Lot 01", "D-0003", domain::PermitType::temp, -1, 4},
    {"DEMO 004", "Lot 02", "D-0004", domain::PermitType::temp, -6, -2},
    {"DEMO 005", "Lot 4", "D-0005", domain::PermitType::validator, -1, 2},
};

struct SampleItem {
  store::ListKind kind;
  store::ItemId id;
  const char* name;
  const char* info;
};

// The user types come from the document.
constexpr SampleItem k_items[] = {
    {store::ListKind::user_type, 1, "Full Time Student", "Student"},
    {store::ListKind::user_type, 6, "Demo", "Public"},
    {store::ListKind::user_type, 7, "Full Time Staff", "Staff"},
    {store::ListKind::user_type, 8, "Part Time Staff", "Staff"},
    {store::ListKind::user_type, 9, "Part Time Student", "Student"},
    {store::ListKind::user_type, 10, "Exchange Student", "Student"},
    {store::ListKind::user_type, 11, "Athletics Member", "Athletics"},
    {store::ListKind::user_type, 12, "Complimentary", "Public"},
    {store::ListKind::user_type, 13, "Daily Reserved", "Public"},
    {store::ListKind::locker_user_type, 1, "Student Locker", "Student"},
    {store::ListKind::locker_user_type, 2, "Staff Locker", "Staff"},
    {store::ListKind::locker_user_type, 3, "Day Locker", "Public"},
};

void fill_lists(service::WriteBatch& batch, store::ClientId client) {
  for (const SampleItem& sample : k_items) {
    store::ListItem item;
    item.id = sample.id;
    item.name = sample.name;
    item.info = sample.info;
    item.created = item.modified.emplace(batch.now);
    store::save_items(batch.connection, {client, sample.kind}, {&item, 1});
  }
}

struct SamplePerson {
  const char* unique_id;
  const char* first_name;
  const char* last_name;
  const char* email;
  const char* user_type;
};

// Invented. The demo's violations bring the document's driver, whose id is 73. These ids follow.
constexpr SamplePerson k_people[] = {
    {"demo-0001", "Maya", "Okafor", "maya.okafor@demo.example", "1"},
    {"demo-0002", "Luc", "Tremblay", "luc.tremblay@demo.example", "7"},
    {"demo-0003", "Ingrid", "Solberg", "ingrid.solberg@demo.example", "9"},
};

void push_people(service::App& app, store::ClientId client) {
  for (const SamplePerson& sample : k_people) {
    service::PushProfile push;
    push.sent.client = client;
    push.sent.unique_id = sample.unique_id;
    push.sent.login_source = "OPSCOM";
    push.sent.changes.first_name = sample.first_name;
    push.sent.changes.last_name = sample.last_name;
    push.sent.changes.email = sample.email;
    push.sent.changes.user_type = sample.user_type;
    push.uuid = base::make_uuid_v7(app.clock().now());
    app.committer().commit_and_wait(push);
    require_success(push.outcome);
  }
}

void push_samples(service::App& app) {
  const auto caller = app.directory().find_caller(k_demo_client, k_demo_token, app.clock().now());
  if (!caller) throw std::runtime_error("the demo's own token does not work");
  const auto hour = std::chrono::floor<std::chrono::hours>(app.clock().now());
  for (const SamplePermit& sample : k_permits) {
    service::PushPermit push;
    push.permit.client = caller->client->id;
    push.permit.id = base::make_uuid_v7(app.clock().now());
    push.permit.integration = caller->integration->id;
    push.permit.token = caller->token;
    push.permit.type = sample.type;
    push.permit.plate = sample.plate;
    push.permit.plate_norm = domain::normalise_plate(sample.plate);
    push.permit.plate_shape = domain::plate_shape(push.permit.plate_norm);
    push.permit.permit_no = sample.permit_no;
    push.permit.start = hour + std::chrono::hours(sample.hours_from);
    push.permit.end = hour + std::chrono::hours(sample.hours_to);
    push.zone_name = sample.zone;
    push.zone_name_norm = base::fold_name(sample.zone);
    app.committer().commit_and_wait(push);
    require_success(push.outcome);
  }
}

}  // namespace

void fill_demo(service::App& app) {
  // Step by step, so that a demo stopped in the middle continues where it was.
  auto client = store::find_client(*app.database().read(), k_demo_client);
  if (!client) {
    service::ClientSettings settings{"Tomahawk", "UTC", "CAD"};
    settings.ticket_text_en =
        "Pay at town hall, 1 Main Street, or at pay.example.org.\n"
        "To appeal, write to the same address before the ticket is due.";
    settings.ticket_text_fr =
        "Payez à l’hôtel de ville, 1, rue Principale, ou sur payer.example.org.\n"
        "Pour contester, écrivez à la même adresse avant l’échéance.";
    require_success(service::add_client(app, k_demo_client, settings));
    client = store::find_client(*app.database().read(), k_demo_client);
  }
  if (!store::find_integration(*app.database().read(), client->id, k_integration)) {
    require_success(
        service::add_integration(app, k_demo_client, k_integration, {"all", std::nullopt}));
  }
  constexpr std::pair<const char*, std::int64_t> k_zones[] = {
      {"zone1", 40}, {"Lot 01", 12}, {"Lot 02", 25}, {"Lot 4", 8}};
  for (const auto& [zone, capacity] : k_zones) {
    const std::string norm = base::fold_name(zone);
    if (store::find_zone_name(*app.database().read(), client->id, norm)) continue;
    require_success(service::add_zone(app, k_demo_client, zone, capacity));
  }
  if (!store::has_operators(*app.database().read())) {
    require_success(service::add_operator(app, k_demo_operator, k_demo_password,
                                          domain::Role::administrator, std::nullopt, true));
  }
  const store::ListOf user_types{client->id, store::ListKind::user_type};
  if (store::list_items(*app.database().read(), user_types).empty()) {
    require_success(app.change([&client](service::WriteBatch& batch) {
      fill_lists(batch, client->id);
      return domain::Result<std::string>();
    }));
  }
  if (app.directory().find_caller(k_demo_client, k_demo_token, app.clock().now())) return;
  require_success(
      service::issue_token(app, k_demo_client, k_integration, std::nullopt, k_demo_token));
  add_demo_violations(app, client->id);
  push_people(app, client->id);
  push_samples(app);
}

}  // namespace lotkeeper::cli
