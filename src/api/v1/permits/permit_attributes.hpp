#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/v1/attributes.hpp"
#include "base/uuid.hpp"
#include "domain/permits/permit.hpp"
#include "domain/time.hpp"
#include "service/permits/permit_reads.hpp"

/// The attributes of the document's chapter "Permits API", and how each is read. A reader notes
/// every fault; what it returns counts only where there was none.
namespace lotkeeper::api::v1 {

extern const Attribute k_amount, k_currency, k_start, k_end, k_new_end, k_plate, k_updated_plate,
    k_ticket_number, k_zone, k_permit_type, k_reference, k_own_reference, k_zones, k_active_at,
    k_checked_plate, k_at;

struct SentPlate {
  std::string sent;  ///< for display
  std::string norm;  ///< for every comparison
  std::string shape;
};

/// Both moments that a wall clock may have meant.
using Moments = domain::PossibleTimes;

[[nodiscard]] std::optional<std::int64_t> read_amount_cents(AttributeReader& attributes,
                                                            const Attribute& attribute = k_amount);
[[nodiscard]] std::optional<std::string> read_currency(AttributeReader& attributes);
[[nodiscard]] std::optional<Moments> read_time(AttributeReader& attributes,
                                               const Attribute& attribute,
                                               const domain::TimeZone& zone);
/// `read_time`, or the word `now`.
[[nodiscard]] std::optional<Moments> read_moment(AttributeReader& attributes,
                                                 const Attribute& attribute,
                                                 const domain::TimeZone& zone, base::Instant now);
/// A plate without any letter or digit counts as absent, however long it is.
[[nodiscard]] std::optional<SentPlate> read_plate(AttributeReader& attributes,
                                                  const Attribute& attribute);
[[nodiscard]] std::optional<service::AskedZone> read_zone(AttributeReader& attributes);
[[nodiscard]] std::optional<domain::PermitType> read_permit_type(AttributeReader& attributes);
[[nodiscard]] std::optional<base::Uuid> read_reference(AttributeReader& attributes,
                                                       const Attribute& attribute = k_reference);
/// Names separated by commas, or an array of names in which a comma is part of the name. Empty
/// items and repeats are dropped; nullopt where the attribute is absent.
[[nodiscard]] std::optional<std::vector<service::AskedZone>> read_zones(
    AttributeReader& attributes);

}  // namespace lotkeeper::api::v1
