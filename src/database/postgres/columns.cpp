#include "database/postgres/columns.hpp"

#include <endian.h>

#include <cassert>
#include <cstring>

#include "database/postgres/types.hpp"

namespace lotkeeper::database {
namespace {

void add_number(std::string& to, std::int32_t number) {
  const std::uint32_t bytes = htobe32(static_cast<std::uint32_t>(number));
  to.append(reinterpret_cast<const char*>(&bytes), sizeof bytes);
}

struct ElementAdder {
  std::string& to;

  void add(const void* bytes, std::size_t size) const {
    add_number(to, static_cast<std::int32_t>(size));
    to.append(static_cast<const char*>(bytes), size);
  }
  void operator()(std::monostate) const { add_number(to, -1); }
  void operator()(std::int64_t number) const {
    const std::uint64_t bytes = htobe64(static_cast<std::uint64_t>(number));
    add(&bytes, sizeof bytes);
  }
  void operator()(std::string_view text) const { add(text.data(), text.size()); }
  void operator()(const base::Uuid& uuid) const { add(uuid.bytes.data(), uuid.bytes.size()); }
  void operator()(Bytes bytes) const { add(bytes.data(), bytes.size()); }
};

std::optional<std::string> array_of(std::span<const Parameters> rows, std::size_t column) {
  Oid type = k_inferred;
  bool has_null = false;
  for (const Parameters& row : rows) {
    const Oid own = type_of(row[column]);
    assert(own == k_inferred || type == k_inferred || own == type);
    if (own == k_inferred) has_null = true;
    if (own != k_inferred) type = own;
  }
  if (type == k_inferred) return std::nullopt;

  std::string array;
  array.reserve(20 + rows.size() * 20);
  add_number(array, 1);  // dimensions
  add_number(array, has_null ? 1 : 0);
  add_number(array, static_cast<std::int32_t>(type));
  add_number(array, static_cast<std::int32_t>(rows.size()));
  add_number(array, 1);  // the first index
  for (const Parameters& row : rows) std::visit(ElementAdder{array}, row[column].variant());
  return array;
}

}  // namespace

std::vector<std::optional<std::string>> arrays_of_columns(std::span<const Parameters> rows) {
  std::vector<std::optional<std::string>> arrays;
  const std::size_t columns = rows.empty() ? 0 : rows.front().size();
  arrays.reserve(columns);
  for (std::size_t column = 0; column < columns; ++column) arrays.push_back(array_of(rows, column));
  return arrays;
}

}  // namespace lotkeeper::database
