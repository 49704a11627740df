#include <boost/json/array.hpp>

#include "api/console/clients/names.hpp"
#include "api/console/permits/permit_view.hpp"
#include "api/console/reading.hpp"
#include "api/console/reply.hpp"
#include "api/console/violations/violation_view.hpp"
#include "domain/permits/plate.hpp"
#include "domain/vehicles/vehicle.hpp"
#include "store/profiles/people_search.hpp"
#include "store/vehicles/vehicle_driver.hpp"

#include <limits>

namespace lotkeeper::api::console {
namespace {

using http::Method;

Result<Reply> list_vehicles(Context& context, Call& call);
Result<Reply> export_vehicles(Context& context, Call& call);
Result<Reply> get_vehicle(Context& context, Call& call);

}  // namespace

Routes vehicle_routes() {
  return {
      {Method::get, "/vehicles", Access::viewer, list_vehicles},
      {Method::get, "/vehicles.csv", Access::viewer, export_vehicles},
      {Method::get, "/vehicles/{id}", Access::viewer, get_vehicle},
  };
}

namespace {

constexpr std::int64_t k_chunk = 500;
constexpr std::int64_t k_most_violations = 50;

store::VehiclePlace read_place(const Call& call, QueryReader& query) {
  store::VehiclePlace place;
  place.client = call.client_id();
  if (const auto plate = query.text("plate", domain::k_vehicle_plate_limit)) {
    place.plate_start = domain::normalise_plate(*plate);
    if (place.plate_start.empty()) query.fault("plate", "A plate must have a letter or a digit.");
  }
  return place;
}

Result<Reply> list_vehicles(Context& context, Call& call) {
  QueryReader query(call);
  store::VehiclePlace place = read_place(call, query);
  if (const auto cursor = query.text("cursor", 100)) {
    const std::size_t point = cursor->find('.');
    place.after_id = id_of(std::string_view(*cursor).substr(0, point));
    if (point != std::string::npos) place.after_plate = cursor->substr(point + 1);
    if (place.after_id == 0) query.fault("cursor", "Send the \"next\" value of the previous page.");
  }
  const std::int64_t limit = query.limit();
  if (!query.is_good()) return query.refusal();

  const auto connection = context.app.database().read();
  const auto vehicles = store::list_vehicles(*connection, place, limit);
  Names names(*connection, call.client_id());
  json::array list = vehicles_json(*connection, call.client_id(), names, vehicles, call.now);
  json::value next = nullptr;
  if (static_cast<std::int64_t>(vehicles.size()) == limit) {
    next = std::to_string(vehicles.back().id) + "." + vehicles.back().plate_norm;
  }
  return ok({{"vehicles", std::move(list)}, {"next", std::move(next)}});
}

std::string text_of(const json::value& value) {
  if (value.is_string()) return std::string(value.as_string());
  if (value.is_int64()) return std::to_string(value.as_int64());
  return {};
}

Result<Reply> export_vehicles(Context& context, Call& call) {
  QueryReader query(call);
  store::VehiclePlace place = read_place(call, query);
  if (!query.is_good()) return query.refusal();

  static constexpr std::string_view k_columns[] = {"id",   "plate",      "plateType", "province",
                                                   "make", "type",       "colour",    "year",
                                                   "vin",  "violations", "unpaid",    "warnings"};
  return csv_reply(
      context, call, "vehicles.csv", k_columns,
      [place, now = call.now](database::Connection& connection, std::string& rows) mutable {
        const auto vehicles = store::list_vehicles(connection, place, k_chunk);
        Names names(connection, place.client);
        for (const json::value& one :
             vehicles_json(connection, place.client, names, vehicles, now)) {
          std::vector<std::string> cells;
          for (const std::string_view column : k_columns)
            cells.push_back(text_of(one.as_object().at(column)));
          append_row(rows, cells);
        }
        if (!vehicles.empty()) {
          place.after_id = vehicles.back().id;
          place.after_plate = vehicles.back().plate_norm;
        }
        return static_cast<std::int64_t>(vehicles.size()) == k_chunk;
      });
}

Result<Reply> get_vehicle(Context& context, Call& call) {
  const store::VehicleId id = id_of(call.ids[0]);
  const auto connection = context.app.database().read();
  const store::ClientId client = call.client_id();
  const auto vehicle = store::find_vehicles(*connection, client, std::span(&id, 1)).front();
  if (!vehicle) return tl::unexpected(not_found("vehicle"));

  json::array drivers;
  if (call.may(domain::Role::office)) {
    const auto found = store::find_drivers(*connection, client, std::span(&id, 1)).front();
    for (const store::ProfileId driver : found) drivers.emplace_back(driver);
  }
  json::array permits;
  for (const store::ValidPermit& permit : store::find_valid(
           *connection, client, domain::plate_shape(vehicle->plate_norm), call.now, call.now)) {
    const bool is_its = permit.plate_norm == vehicle->plate_norm;
    if (is_its) permits.push_back(plate_permit_json(permit));
  }
  const auto views = view_violations(
      *connection, client,
      store::list_violations_of(*connection, client, id, std::numeric_limits<std::int64_t>::max(),
                                k_most_violations),
      call.now);
  Names names(*connection, client);
  const auto sum = store::sum_vehicles(*connection, client, std::span(&id, 1), call.now).front();
  json::object body = vehicle_json(names, *vehicle, sum);
  body["createdAt"] = domain::format_utc(vehicle->created);
  body["drivers"] = std::move(drivers);
  body["driverList"] = json::array();
  if (call.may(domain::Role::office)) {
    body["driverList"] = drivers_json(*connection, client, std::span(&id, 1)).front();
  }
  body["permits"] = std::move(permits);
  body["violationList"] = summaries_json(views);
  return ok(body);
}

}  // namespace
}  // namespace lotkeeper::api::console
