#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

#include "service/copy/copy_support.hpp"
#include "store/copy/copy_mark.hpp"

namespace lotkeeper::tests {
namespace {

using service::copy_database;
using service::CopyOptions;
using service::CopyReport;
using store::CopiedTable;
using store::OwnedRow;

const FakeClock k_clock{k_noon};

class Stopped : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Copies until `calls` transactions stand, as a process does that is killed then. Whether it came
/// to its end before.
bool copy_and_stop(const std::string& from, const std::string& to, int calls) {
  CopyOptions options{from, to, {2, 1000}, {}};
  options.on_progress = [&](service::CopyStage, std::uint64_t, std::uint64_t) {
    if (--calls == 0) throw Stopped("killed");
  };
  try {
    static_cast<void>(copy_database(options, k_clock));
  } catch (const Stopped&) {
    return false;
  }
  return true;
}

void expect_unusable(const std::string& url) {
  try {
    const service::App app({url, {}, {}, {}}, k_clock);
    FAIL() << "half a copy was served";
  } catch (const database::DatabaseError& error) {
    EXPECT_NE(std::string_view(error.what()).find("an unfinished copy"), std::string_view::npos)
        << error.what();
  }
}

TEST(Copy, knows_every_table_that_the_migrations_make) {
  std::set<std::string> left;
  for (const database::Table& table : database::schema()) {
    EXPECT_FALSE(table.key.empty()) << table.name << " has no key to go on from";
    if (!store::why_left_behind(table.name).empty()) left.insert(table.name);
  }
  EXPECT_EQ(left, (std::set<std::string>{"copy_mark", "migration", "migration_lock", "writer"}));
}

TEST(Copy, finds_in_a_new_database_only_what_the_migrations_are_known_to_put_there) {
  const auto tables = database::schema();
  TestStore store;
  for (const database::Table& table : tables) {
    if (!store::why_left_behind(table.name).empty()) continue;
    EXPECT_EQ(store.number("SELECT COUNT(*) FROM " + table.name),
              store::is_seeded(table.name) ? 1 : 0)
        << table.name;
  }
}

TEST(Copy, there_and_back_gives_an_equal_database) {
  const FilledFile original(7);
  const TestDatabase there;
  const TemporaryFolder folder;
  const std::string back = "sqlite:" + (folder.path() / "back.db").string();

  for (const auto& [from, to] : {std::pair(original.url(), there.url()), {there.url(), back}}) {
    const CopyReport report = copy_database({from, to, {3, 8}, {}}, k_clock);
    EXPECT_TRUE(report.is_equal());
    EXPECT_FALSE(report.went_on);
    EXPECT_GE(report.tables.size(), 27U);
    for (const auto& table : report.tables) EXPECT_EQ(table.rows_to, 7) << table.table;
  }
  EXPECT_EQ(data_of(back), data_of(original.url()));
  EXPECT_EQ(data_of(there.url()), data_of(original.url()));
  const service::App app({there.url(), {}, {}, {}}, k_clock);
}

TEST(Copy, of_an_older_schema_does_all_that_its_steps_do) {
  const TemporaryFolder folder;
  const std::string url = "sqlite:" + (folder.path() / "old.db").string();
  {
    const auto old = database::Database::open(url, {});
    const auto stop_before = [](database::Connection&, std::string_view step) {
      if (step == "0005_permit_search.sql") throw Stopped("as an older program left it");
    };
    EXPECT_THROW(database::migrate(old->writer(), k_noon, stop_before), Stopped);
    store::Permit imported = permit_of("A 1");
    imported.id = *base::Uuid::parse("9f0c4d6e-0000-4000-8000-000000000001");
    insert(old->writer(), {imported});
  }
  const TestDatabase target;
  static_cast<void>(copy_database({url, target.url(), {}, {}}, k_clock));
  for (const std::string& side : {url, target.url()}) {
    EXPECT_EQ(text_of(*database::Database::open(side, {}), "SELECT COUNT(*) FROM undated_permit"),
              "1")
        << side;
  }
}

TEST(Copy, goes_on_where_it_was_stopped_and_cannot_be_used_before) {
  const FilledFile original(3);
  const auto expected = data_of(original.url());
  const TestDatabase there;
  int stops = 0;
  // Each run gets some transactions further; one that did not would never end.
  while (!copy_and_stop(original.url(), there.url(), 11)) {
    ASSERT_LT(++stops, 20);
    expect_unusable(there.url());
    if (stops == 5) {
      // The comparison may be stopped as well, and begins anew.
      const CopyReport report = copy_database({original.url(), there.url(), {}, {}}, k_clock);
      EXPECT_TRUE(report.went_on);
      EXPECT_TRUE(report.is_equal());
      break;
    }
  }
  EXPECT_GE(stops, 3);
  EXPECT_EQ(data_of(there.url()), expected);
}

TEST(Copy, stopped_after_any_transaction_comes_to_the_same_end) {
  const FilledFile original(3);
  const auto expected = data_of(original.url());
  const int most = tested_engine() == database::Engine::sqlite ? 60 : 12;
  for (int calls = 1; calls <= most; calls += 5) {
    const TestDatabase there;
    ASSERT_FALSE(copy_and_stop(original.url(), there.url(), calls));
    expect_unusable(there.url());
    ASSERT_TRUE(copy_database({original.url(), there.url(), {}, {}}, k_clock).is_equal());
    ASSERT_EQ(data_of(there.url()), expected);
  }
}

TEST(Copy, of_a_source_that_was_changed_meanwhile_is_never_taken_for_whole) {
  const FilledFile original(3);
  const TestDatabase there;
  ASSERT_FALSE(copy_and_stop(original.url(), there.url(), 50));
  {
    const auto database = database::Database::open(original.url(), {});
    database->writer().run_script("UPDATE permit SET end_at = end_at + 1");
  }
  const CopyReport report = copy_database({original.url(), there.url(), {}, {}}, k_clock);
  EXPECT_FALSE(report.is_equal());
  for (const auto& table : report.tables) {
    EXPECT_EQ(table.is_equal(), table.table != "permit") << table.table;
  }
  expect_unusable(there.url());
}

TEST(Copy, sees_a_row_that_is_missing_and_one_too_many) {
  for (const char* change :
       {"DELETE FROM zone WHERE capacity IS NULL", "UPDATE token SET hint = 'x'",
        "UPDATE audit SET action = subject || '', subject = action"}) {
    const FilledFile original(3);
    const TestDatabase there;
    ASSERT_FALSE(copy_and_stop(original.url(), there.url(), 50));
    {
      const auto database = database::Database::open(there.url(), {});
      database->writer().run_script(change);
    }
    const CopyReport report = copy_database({original.url(), there.url(), {}, {}}, k_clock);
    const bool is_mended = report.is_equal() && data_of(there.url()) == data_of(original.url());
    EXPECT_EQ(report.is_equal(), is_mended) << change;
    if (!report.is_equal()) expect_unusable(there.url());
  }
}

TEST(Copy, holds_few_bytes_of_large_content_at_a_time) {
  const FilledFile original(1);
  {
    const auto database = database::Database::open(original.url(), {});
    static constexpr database::Statement k_add_row{
        "test.content",
        "INSERT INTO attachment_content (client_id, hash, size, content) VALUES (1, $1, $2, $3)"};
    const std::vector<std::uint8_t> content(1000, 7);
    for (std::uint8_t i = 0; i < 10; ++i) {
      const std::vector<std::uint8_t> hash(32, i);
      database->writer().run(k_add_row, {database::Bytes(hash), 1000, database::Bytes(content)});
    }
  }
  const auto tables = database::schema();
  const auto table = std::ranges::find(tables, "attachment_content", &database::Table::name);
  ASSERT_NE(table, tables.end());
  const CopiedTable content(*table);
  const auto database = database::Database::open(original.url(), {});
  EXPECT_EQ(content.rows_after(database->writer(), {}, {100, 3500}).size(), 4U)
      << "the empty one that was there, and three";
  const OwnedRow last =
      content.key_of(content.rows_after(database->writer(), {}, {2, 9999}).back());
  EXPECT_EQ(content.rows_after(database->writer(), last, {100, 3500}).size(), 3U);
  EXPECT_EQ(content.rows_after(database->writer(), last, {100, 10}).size(), 1U)
      << "one larger than the limit";
}

TEST(Copy, sums_up_rows_by_kind_length_and_content) {
  const auto sum_of = [](const std::vector<OwnedRow>& rows) {
    store::RowDigest sum;
    for (const OwnedRow& row : rows) sum.add(row);
    return sum.digest();
  };
  const std::vector<std::vector<OwnedRow>> different{{{std::string("ab"), std::string("c")}},
                                                     {{std::string("a"), std::string("bc")}},
                                                     {{std::int64_t{0}, std::monostate()}},
                                                     {{std::monostate(), std::int64_t{0}}},
                                                     {{std::string()}},
                                                     {{std::monostate()}},
                                                     {{std::int64_t{1}}},
                                                     {{std::int64_t{-1}}},
                                                     {{std::vector<std::uint8_t>{97}}},
                                                     {{std::string("a")}},
                                                     {{base::Uuid()}},
                                                     {{std::vector<std::uint8_t>(16, 0)}},
                                                     {}};
  std::set<base::Digest> sums;
  for (const auto& rows : different) sums.insert(sum_of(rows));
  EXPECT_EQ(sums.size(), different.size());
}

}  // namespace
}  // namespace lotkeeper::tests
