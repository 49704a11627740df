#include "store/copy/copied_table.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text/text.hpp"

namespace lotkeeper::store {

using database::Bytes;
using database::Column;
using database::ColumnType;
using database::Connection;
using database::Parameters;
using database::Row;
using database::Value;

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> k_left_behind{{
    {"migration", "each database records its own migrations"},
    {"migration_lock", "a lock for processes that migrate this database"},
    {"copy_mark", "says whether this database is a complete copy"},
    {"writer", "the leases of the servers that write to this database"},
}};

constexpr std::array<std::string_view, 1> k_seeded{"directory_version"};

Value to_value(const OwnedValue& owned) {
  struct Viewer {
    Value operator()(std::monostate) const { return {}; }
    Value operator()(std::int64_t number) const { return number; }
    Value operator()(const std::string& text) const { return text; }
    Value operator()(const base::Uuid& uuid) const { return uuid; }
    Value operator()(const std::vector<std::uint8_t>& bytes) const { return Bytes(bytes); }
  };
  return std::visit(Viewer{}, owned);
}

OwnedValue to_owned(const Row& row, int place, ColumnType type) {
  if (row.is_null(place)) return std::monostate();
  switch (type) {
    case ColumnType::integer:
      return row.integer(place);
    case ColumnType::text:
      return std::string(row.text(place));
    case ColumnType::uuid:
      return row.uuid(place);
    case ColumnType::bytes: {
      const Bytes bytes = row.bytes(place);
      return std::vector<std::uint8_t>(bytes.begin(), bytes.end());
    }
  }
  return std::monostate();
}

Parameters to_parameters(const OwnedRow& row) {
  Parameters parameters;
  parameters.reserve(row.size() + 1);
  for (const OwnedValue& value : row) parameters.push_back(to_value(value));
  return parameters;
}

/// `$1, $2, …`
std::string placeholders(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 1; i <= count; ++i) names.push_back(fmt::format("${}", i));
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

CopiedTable::CopiedTable(const database::Table& table)
    : m_table(table), m_all(table.columns.size()) {
  std::iota(m_all.begin(), m_all.end(), std::size_t{0});
  std::vector<std::string> columns;
  std::vector<std::string> key;
  std::vector<std::string> backwards;
  std::vector<std::string> sizes;
  for (const std::size_t place : m_table.key) {
    key.push_back(m_table.columns[place].name);
    backwards.push_back(key.back() + " DESC");
  }
  for (const std::size_t place : m_all) {
    const Column& column = m_table.columns[place];
    columns.push_back(column.name);
    const bool is_key = std::ranges::find(m_table.key, place) != m_table.key.end();
    if (column.type == ColumnType::bytes && !is_key) {
      sizes.push_back(fmt::format("COALESCE(LENGTH({}), 0)", column.name));
    }
  }
  m_has_bulk = !sizes.empty();

  const std::string& name = m_table.name;
  const std::string all = fmt::format("{}", fmt::join(columns, ", "));
  const std::string keys = fmt::format("{}", fmt::join(key, ", "));
  const std::string size = fmt::format("{}", fmt::join(sizes, " + "));
  const auto text = [&](std::string_view what, std::string sql) {
    return Text{fmt::format("copy.{}.{}", name, what), std::move(sql)};
  };
  const auto page = [&](std::string_view what, const std::string& wanted, bool is_first) {
    const std::size_t limit = is_first ? 1 : key.size() + 1;
    const std::string after =
        is_first ? "" : fmt::format(" WHERE ({}) > ({})", keys, placeholders(key.size()));
    return text(what, fmt::format("SELECT {} FROM {}{} ORDER BY {} LIMIT ${}", wanted, name, after,
                                  keys, limit));
  };
  m_count = text("count", fmt::format("SELECT COUNT(*) FROM {}", name));
  m_any = text("any", fmt::format("SELECT 1 FROM {} LIMIT 1", name));
  m_clear = text("clear", fmt::format("DELETE FROM {}", name));
  m_last_key = text("last_key", fmt::format("SELECT {} FROM {} ORDER BY {} LIMIT 1", keys, name,
                                            fmt::join(backwards, ", ")));
  m_first_page = page("first_page", all, true);
  m_page = page("page", all, false);
  m_first_sizes = page("first_sizes", size, true);
  m_sizes = page("sizes", size, false);
  m_insert = text("insert", fmt::format("INSERT INTO {} ({}) VALUES ({})", name, all,
                                        placeholders(columns.size())));
}

std::int64_t CopiedTable::count(Connection& connection) const {
  std::int64_t count = 0;
  connection.run(m_count.statement(), {}, [&](const Row& row) { count = row.integer(0); });
  return count;
}

bool CopiedTable::is_empty(Connection& connection) const {
  bool is_empty = true;
  connection.run(m_any.statement(), {}, [&](const Row&) { is_empty = false; });
  return is_empty;
}

void CopiedTable::clear(Connection& connection) const { connection.run(m_clear.statement(), {}); }

OwnedRow CopiedTable::read(const Row& row, std::span<const std::size_t> columns) const {
  OwnedRow values;
  values.reserve(columns.size());
  for (const std::size_t place : columns) {
    values.push_back(to_owned(row, static_cast<int>(values.size()), m_table.columns[place].type));
  }
  return values;
}

OwnedRow CopiedTable::last_key(Connection& connection) const {
  OwnedRow key;
  connection.run(m_last_key.statement(), {}, [&](const Row& row) { key = read(row, m_table.key); });
  return key;
}

std::int64_t CopiedTable::rows_within(Connection& connection, const OwnedRow& key,
                                      const PageLimits& limits) const {
  if (!m_has_bulk) return limits.rows;
  Parameters parameters = to_parameters(key);
  parameters.emplace_back(limits.rows);
  std::int64_t rows = 0;
  std::int64_t bytes = 0;
  const Text& text = key.empty() ? m_first_sizes : m_sizes;
  connection.run(text.statement(), parameters, [&](const Row& row) {
    bytes += row.integer(0);
    if (bytes <= limits.bytes) ++rows;
  });
  return std::max<std::int64_t>(rows, 1);
}

std::vector<OwnedRow> CopiedTable::rows_after(Connection& connection, const OwnedRow& key,
                                              const PageLimits& limits) const {
  const std::int64_t most = rows_within(connection, key, limits);
  Parameters parameters = to_parameters(key);
  parameters.emplace_back(most);
  std::vector<OwnedRow> rows;
  const Text& text = key.empty() ? m_first_page : m_page;
  connection.run(text.statement(), parameters,
                 [&](const Row& row) { rows.push_back(read(row, m_all)); });
  return rows;
}

void CopiedTable::insert(Connection& connection, std::span<const OwnedRow> rows) const {
  std::vector<Parameters> batch;
  batch.reserve(rows.size());
  for (const OwnedRow& row : rows) batch.push_back(to_parameters(row));
  connection.run_many(m_insert.statement(), batch);
}

OwnedRow CopiedTable::key_of(const OwnedRow& row) const {
  OwnedRow key;
  for (const std::size_t place : m_table.key) key.push_back(row[place]);
  return key;
}

namespace {

/// A key's value in a form that can be typed again. Bytes that are not plain ASCII are shown as
/// numbers.
std::string shown(const OwnedValue& value) {
  struct Viewer {
    std::string operator()(std::monostate) const { return "NULL"; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(const base::Uuid& uuid) const { return uuid.to_string(); }
    std::string operator()(const std::vector<std::uint8_t>& bytes) const {
      return fmt::format("x'{:02x}'", fmt::join(bytes, ""));
    }
    std::string operator()(const std::string& text) const {
      std::string shown = "'";
      for (const char c : text) {
        if (c >= ' ' && c <= '~') {
          shown += c;
        } else {
          shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        }
      }
      return shown + "'";
    }
  };
  return std::visit(Viewer{}, value);
}

}  // namespace

std::string CopiedTable::unfit_text(const OwnedRow& row) const {
  for (std::size_t place = 0; place < row.size(); ++place) {
    const auto* text = std::get_if<std::string>(&row[place]);
    if (text == nullptr) continue;
    if (text->find('\0') == std::string::npos && base::is_valid_utf8(*text)) continue;
    std::vector<std::string> key;
    key.reserve(m_table.key.size());
    for (const std::size_t of_key : m_table.key) {
      key.push_back(fmt::format("{} = {}", m_table.columns[of_key].name, shown(row[of_key])));
    }
    return fmt::format("column \"{}\" of the row {}", m_table.columns[place].name,
                       fmt::join(key, ", "));
  }
  return {};
}

void RowDigest::add(const OwnedRow& row) {
  struct Adder {
    base::Sha256& hash;
    void add_number(std::uint8_t kind, std::uint64_t number) const {
      std::array<std::uint8_t, 9> written{kind};
      for (std::size_t i = written.size() - 1; i > 0; --i) {
        written[i] = static_cast<std::uint8_t>(number & 0xffU);
        number >>= 8U;
      }
      hash.add(written);
    }
    void operator()(std::monostate) const { add_number(0, 0); }
    void operator()(std::int64_t number) const {
      add_number(1, static_cast<std::uint64_t>(number));
    }
    void operator()(const std::string& text) const {
      add_number(2, text.size());
      hash.add({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    }
    void operator()(const base::Uuid& uuid) const {
      add_number(3, uuid.bytes.size());
      hash.add(uuid.bytes);
    }
    void operator()(const std::vector<std::uint8_t>& bytes) const {
      add_number(4, bytes.size());
      hash.add(bytes);
    }
  };
  for (const OwnedValue& value : row) std::visit(Adder{m_hash}, value);
  ++m_rows;
}

std::string_view why_left_behind(std::string_view table) {
  for (const auto& [name, reason] : k_left_behind) {
    if (name == table) return reason;
  }
  return {};
}

bool is_seeded(std::string_view table) {
  return std::ranges::find(k_seeded, table) != k_seeded.end();
}

}  // namespace lotkeeper::store
