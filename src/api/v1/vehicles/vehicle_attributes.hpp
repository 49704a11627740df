#pragma once

#include "api/v1/attributes.hpp"
#include "service/vehicles/vehicle_writes.hpp"

/// The attributes of the document's chapter "Push API: Vehicle Create", and how each is read.
namespace lotkeeper::api::v1 {

/// Reads a vehicle's plate, year and VIN, and what it names of the client's lists, into `push`, and
/// notes every fault; where there is one, what was readable is in `push.items`, for
/// `find_unknown_items`. Leaves the client and the warnings to the caller.
void read_vehicle(AttributeReader& attributes, service::PushVehicle& push);

/// All attributes, in the order of the document's table; an entry of a list is one, with two names.
[[nodiscard]] std::vector<const Attribute*> vehicle_attributes();

/// All faults of a vehicle, in the order of the document's table.
[[nodiscard]] domain::Refusal vehicle_refusal(AttributeReader& attributes);

}  // namespace lotkeeper::api::v1
