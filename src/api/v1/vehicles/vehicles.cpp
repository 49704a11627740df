#include "api/v1/vehicles/vehicles.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "api/v1/commit.hpp"
#include "api/v1/vehicles/vehicle_attributes.hpp"

namespace lotkeeper::api::v1 {
namespace {

namespace json = boost::json;
using boost::asio::awaitable;
using domain::Permission;
using domain::Result;
using http::Answer;
using http::Call;
using http::Effect;
using service::Services;

awaitable<Result<Answer>> push(Services& services, Call& call);

}  // namespace

http::Endpoints vehicle_endpoints(Services& services) {
  const auto with = [&services](awaitable<Result<Answer>> (*handler)(Services&, Call&)) {
    return [&services, handler](Call& call) { return handler(services, call); };
  };
  return {
      {"vehicles/push", Permission::vehicles_push, Effect::writes, with(push)},
  };
}

namespace {

/// `warnings` is one of the document's own keys here: it is always there.
std::string vehicle_reply(const service::Receipt& receipt) {
  return json::serialize(
      json::object{{"status", "success"},
                   {"vehicle_id_id", receipt.reference},
                   {"warnings", json::array(receipt.warnings.begin(), receipt.warnings.end())}});
}

awaitable<Result<Answer>> push(Services& services, Call& call) {
  const store::ClientId client = call.caller.client->id;
  AttributeReader attributes(call);
  service::PushVehicle push;
  read_vehicle(attributes, push);

  if (attributes.has_faults()) {
    auto found = co_await services.quick_reads.ask(
        asker_of(call), [client, &push](database::Connection& connection) {
          return service::find_unknown_items(connection, client, push.items);
        });
    attributes.faults(std::move(found));
    co_return tl::unexpected(vehicle_refusal(attributes));
  }

  push.vehicle.client = client;
  push.integration = call.caller.integration->id;
  push.warnings = attributes.warnings();
  co_return co_await commit(services, call, push, vehicle_reply);
}

}  // namespace
}  // namespace lotkeeper::api::v1
