#pragma once

#include <cstddef>

/// The limits of the document's chapter "Push API: Vehicle Create", in code points. Those of the
/// names of plate types, makes … are `list_name_limit`.
namespace lotkeeper::domain {

inline constexpr std::size_t k_vehicle_plate_limit = 50;
inline constexpr std::size_t k_vin_limit = 25;

}  // namespace lotkeeper::domain
