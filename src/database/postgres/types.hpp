#pragma once

#include <libpq-fe.h>

#include "database/value.hpp"

namespace lotkeeper::database {

// OIDs of PostgreSQL's built-in types. They never change (src/include/catalog/pg_type.dat).
constexpr Oid k_inferred = 0;
constexpr Oid k_bytea = 17;
constexpr Oid k_int8 = 20;
constexpr Oid k_text = 25;
constexpr Oid k_uuid = 2950;

/// NULL has no type, so PostgreSQL infers it.
[[nodiscard]] inline Oid type_of(const Value& value) {
  struct Namer {
    Oid operator()(std::monostate) const { return k_inferred; }
    Oid operator()(std::int64_t) const { return k_int8; }
    Oid operator()(std::string_view) const { return k_text; }
    Oid operator()(const base::Uuid&) const { return k_uuid; }
    Oid operator()(Bytes) const { return k_bytea; }
  };
  return std::visit(Namer{}, value.variant());
}

}  // namespace lotkeeper::database
