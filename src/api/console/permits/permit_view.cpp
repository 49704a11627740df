#include "api/console/permits/permit_view.hpp"

#include "api/console/reply.hpp"

namespace lotkeeper::api::console {
namespace {

template <class Permit>
std::string zone_of(const Permit& permit) {
  if (!permit.sent_zone) return {};
  return permit.zone ? permit.zone_title : *permit.sent_zone;
}

template <class Permit>
json::object plate_permit(const Permit& permit) {
  return {{"reference", permit.id.to_string()},
          {"plate", permit.plate},
          {"type", domain::to_string(permit.type)},
          {"zone", filled_or_null(zone_of(permit))},
          {"isConnected", !permit.sent_zone || permit.zone.has_value()},
          {"permitNo", filled_or_null(permit.permit_no)},
          {"startTime", domain::format_utc(permit.start)},
          {"endTime", domain::format_utc(permit.end)},
          {"endedSecondsAgo", nullptr}};
}

}  // namespace

json::object plate_permit_json(const store::ValidPermit& permit) { return plate_permit(permit); }
json::object plate_permit_json(const store::ListedPermit& permit) { return plate_permit(permit); }

std::string zone_shown(const store::ListedPermit& permit) { return zone_of(permit); }

std::string_view permit_state(const store::ListedPermit& permit, base::Instant now) {
  if (permit.deleted) return "deleted";
  if (permit.end <= now) return "expired";
  return permit.start <= now ? "valid" : "future";
}

json::object permit_json(const store::ListedPermit& permit, base::Instant now) {
  return {{"reference", permit.id.to_string()},
          {"integration", permit.integration_name},
          {"type", domain::to_string(permit.type)},
          {"plate", permit.plate},
          {"zone", filled_or_null(zone_of(permit))},
          {"isConnected", !permit.sent_zone || permit.zone.has_value()},
          {"permitNo", filled_or_null(permit.permit_no)},
          {"startTime", domain::format_utc(permit.start)},
          {"endTime", domain::format_utc(permit.end)},
          {"amountCents", number_or_null(permit.amount_cents)},
          {"currency", text_or_null(permit.currency)},
          {"createdAt", domain::format_utc(permit.created)},
          {"deletedAt", time_or_null(permit.deleted)},
          {"state", permit_state(permit, now)}};
}

}  // namespace lotkeeper::api::console
