#pragma once

#include <chrono>
#include <memory>
#include <string_view>

#include "database/database.hpp"

namespace lotkeeper::database {

/// `postgresql://…` or `postgres://…`.
[[nodiscard]] bool is_postgres_url(std::string_view url);

/// Connects to the database that `url` names. Any number of processes may use it. Throws
/// std::invalid_argument if the URL cannot be parsed, and DatabaseUnavailable if no server that
/// accepts writes is reached within `patience`.
[[nodiscard]] std::unique_ptr<Database> open_postgres(std::string_view url,
                                                      std::chrono::milliseconds patience);

}  // namespace lotkeeper::database
