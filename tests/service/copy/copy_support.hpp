#pragma once

#include <functional>
#include <string>
#include <vector>

#include "database/migrate.hpp"
#include "database/schema.hpp"
#include "service/copy/copy.hpp"
#include "store/copy/copied_table.hpp"
#include "store/samples.hpp"

namespace lotkeeper::tests {

/// Every table. They outlive all connections, which keep what they prepared of them.
inline const std::vector<std::unique_ptr<store::CopiedTable>>& all_tables() {
  static const auto tables = [] {
    std::vector<std::unique_ptr<store::CopiedTable>> made;
    for (const database::Table& table : database::schema()) {
      made.push_back(std::make_unique<store::CopiedTable>(table));
    }
    return made;
  }();
  return tables;
}

/// A row for any table: values that databases like to mistake (none, empty, negative, not ASCII),
/// different for each `number`.
inline store::OwnedRow row_for(const database::Table& table, std::int64_t number) {
  store::OwnedRow row;
  for (std::size_t place = 0; place < table.columns.size(); ++place) {
    const database::Column& column = table.columns[place];
    if (column.may_be_null && (static_cast<std::int64_t>(place) + number) % 3 == 0) {
      row.emplace_back(std::monostate());
      continue;
    }
    switch (column.type) {
      case database::ColumnType::integer:
        row.emplace_back(number % 2 == 0 ? number : -number * 1'000'000'000'007);
        break;
      case database::ColumnType::text:
        row.emplace_back(number == 0 ? std::string()
                                     : "Ünïcode 𝄞 '\"\\ %s " + std::to_string(number));
        break;
      case database::ColumnType::uuid:
        row.emplace_back(base::make_uuid_v7(k_noon));
        break;
      case database::ColumnType::bytes: {
        std::vector<std::uint8_t> bytes;
        for (std::int64_t i = 0; i < number; ++i) {
          bytes.push_back(static_cast<std::uint8_t>(i * 85 + number));  // 0 and 255 among them
        }
        row.emplace_back(bytes);
        break;
      }
    }
  }
  return row;
}

/// A SQLite file of its own, current, with `rows` rows in every table that moves.
class FilledFile {
 public:
  explicit FilledFile(std::int64_t rows, base::Instant made = k_noon) {
    const auto database = database::Database::open(url(), {});
    database::migrate(database->writer(), made, {});
    const auto tables = database::schema();
    for (std::size_t i = 0; i < tables.size(); ++i) {
      if (!store::why_left_behind(tables[i].name).empty()) continue;
      const store::CopiedTable& copied = *all_tables()[i];
      copied.clear(database->writer());
      std::vector<store::OwnedRow> filling;
      for (std::int64_t row = 0; row < rows; ++row) filling.push_back(row_for(tables[i], row));
      copied.insert(database->writer(), filling);
    }
    database->writer().run_script("UPDATE client SET time_zone = 'UTC'");  // a server reads it
  }

  [[nodiscard]] std::string url() const { return "sqlite:" + (m_folder.path() / "a.db").string(); }

 private:
  TemporaryFolder m_folder;
};

/// All rows of all tables, those included that a copy leaves behind.
inline std::vector<std::vector<store::OwnedRow>> content_of(const std::string& url) {
  std::vector<std::vector<store::OwnedRow>> content;
  const auto database = database::Database::open(url, {});
  for (const auto& table : all_tables()) {
    content.emplace_back();
    if (!database::has_table(database->writer(), table->name())) continue;
    content.back() = table->rows_after(database->writer(), {}, {100'000, 1'000'000'000});
  }
  return content;
}

/// The same without what each database has of its own.
inline std::vector<std::vector<store::OwnedRow>> data_of(const std::string& url) {
  auto content = content_of(url);
  const auto tables = database::schema();
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (!store::why_left_behind(tables[i].name).empty()) content[i].clear();
  }
  return content;
}

}  // namespace lotkeeper::tests
