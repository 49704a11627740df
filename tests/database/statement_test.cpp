#include <gtest/gtest.h>

#include <limits>

#include "database/database.hpp"
#include "support/test_api.hpp"

// What a connection promises, whatever the engine.
namespace lotkeeper::tests {
namespace {

using database::Bytes;
using database::Connection;
using database::Parameters;
using database::Row;
using database::Statement;
using std::string_view_literals::operator""sv;

class Statements : public testing::Test {
 protected:
  Statements() : m_database(database::Database::open(m_place.url(), {})) {
    writer().run_script(
        "CREATE TABLE thing (id BIGINT PRIMARY KEY, text TEXT, bytes BYTEA, number BIGINT, "
        "uuid UUID)");
  }

  Connection& writer() { return m_database->writer(); }
  std::string text(std::string_view sql) { return text_of(*m_database, sql); }

  TestDatabase m_place;
  std::unique_ptr<database::Database> m_database;
};

constexpr Statement k_insert{"test.insert",
                             "INSERT INTO thing (id, text, bytes, number) VALUES ($1, $2, $3, $4)"};
constexpr Statement k_select{"test.select", "SELECT text, bytes, number FROM thing WHERE id = $1"};

TEST_F(Statements, bind_parameters_by_name_whatever_their_order_in_the_text) {
  static constexpr Statement k_backwards{"test.backwards", "SELECT $2 || '-' || $1 || '-' || $2"};
  std::string found;
  writer().run(k_backwards, {"one", "two"}, [&](const Row& row) { found = row.text(0); });
  EXPECT_EQ(found, "two-one-two");
}

TEST_F(Statements, may_leave_a_parameter_unused) {
  static constexpr Statement k_third{"test.third", "SELECT $3"};
  std::string found;
  writer().run(k_third, {"one", "two", "three"}, [&](const Row& row) { found = row.text(0); });
  EXPECT_EQ(found, "three");
}

TEST_F(Statements, are_refused_with_too_few_parameters) {
  EXPECT_THROW(writer().run(k_insert, {1, "text"}), database::DatabaseError);
  EXPECT_EQ(text("SELECT COUNT(*) FROM thing"), "0");
}

TEST_F(Statements, do_not_keep_a_parameter_from_the_use_before) {
  writer().run(k_insert, {1, "text", Bytes(), 5});
  writer().run(k_insert, {2, nullptr, nullptr, nullptr});
  EXPECT_EQ(text("SELECT COUNT(*) FROM thing WHERE text IS NULL AND bytes IS NULL "
                 "AND number IS NULL"),
            "1");
}

TEST_F(Statements, keep_text_with_a_nul_or_refuse_it) {
  const std::string_view with_nul = "a\0b\0"sv;
  // PostgreSQL's text has no NUL; no attribute of the API may have one either.
  if (tested_engine() == database::Engine::postgresql) {
    EXPECT_THROW(writer().run(k_insert, {1, with_nul, nullptr, nullptr}), database::DatabaseError);
    EXPECT_EQ(text("SELECT COUNT(*) FROM thing"), "0");
    return;
  }
  writer().run(k_insert, {1, with_nul, nullptr, nullptr});
  std::string found;
  writer().run(k_select, {1}, [&](const Row& row) { found = row.text(0); });
  EXPECT_EQ(found, with_nul);
}

TEST_F(Statements, keep_text_beyond_ascii) {
  writer().run(k_insert, {1, "Straße 🚗 \xEF\xBB\xBF", nullptr, nullptr});
  std::string found;
  writer().run(k_select, {1}, [&](const Row& row) { found = row.text(0); });
  EXPECT_EQ(found, "Straße 🚗 \xEF\xBB\xBF");
}

TEST_F(Statements, tell_empty_from_null) {
  writer().run(k_insert, {1, std::string_view(), Bytes(), 0});
  writer().run(k_insert, {2, nullptr, nullptr, nullptr});
  writer().run(k_select, {1}, [](const Row& row) {
    EXPECT_FALSE(row.is_null(0));
    EXPECT_EQ(row.text(0), "");
    EXPECT_FALSE(row.is_null(1));
    EXPECT_TRUE(row.bytes(1).empty());
    EXPECT_EQ(row.maybe_integer(2), 0);
  });
  writer().run(k_select, {2}, [](const Row& row) {
    EXPECT_TRUE(row.is_null(0));
    EXPECT_TRUE(row.is_null(1));
    EXPECT_EQ(row.maybe_integer(2), std::nullopt);
    EXPECT_EQ(row.maybe_instant(2), std::nullopt);
  });
}

TEST_F(Statements, keep_optional_values) {
  const std::optional<std::string> none;
  const std::optional<std::string> some = "text";
  writer().run(k_insert, {1, none, nullptr, std::optional<std::int64_t>(9)});
  writer().run(k_insert, {2, some, nullptr, std::optional<std::int64_t>()});
  EXPECT_EQ(text("SELECT number FROM thing WHERE text IS NULL"), "9");
  EXPECT_EQ(text("SELECT text FROM thing WHERE number IS NULL"), "text");
}

TEST_F(Statements, keep_every_integer) {
  for (const std::int64_t number : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1},
                                    std::numeric_limits<std::int64_t>::max()}) {
    writer().run(k_insert, {number, nullptr, nullptr, number});
    writer().run(k_select, {number}, [&](const Row& row) { EXPECT_EQ(row.integer(2), number); });
  }
}

TEST_F(Statements, keep_instants_to_the_millisecond) {
  const base::Instant instant = k_noon + std::chrono::milliseconds(123);
  writer().run(k_insert, {1, nullptr, nullptr, instant});
  writer().run(k_select, {1}, [&](const Row& row) { EXPECT_EQ(row.instant(2), instant); });
  EXPECT_EQ(text("SELECT number FROM thing"), "1772452800123");
}

TEST_F(Statements, keep_bytes_and_uuids) {
  const base::Uuid uuid = *base::Uuid::parse("00a9b537-5cb7-5c71-9939-eeae550b0900");
  static constexpr Statement k_name{"test.name", "INSERT INTO thing (id, uuid) VALUES ($1, $2)"};
  static constexpr Statement k_named{"test.named", "SELECT uuid FROM thing WHERE uuid = $1"};
  int found = 0;
  writer().run(k_name, {1, uuid});
  writer().run(k_named, {uuid}, [&](const Row& row) {
    ++found;
    EXPECT_EQ(row.uuid(0), uuid);
    EXPECT_EQ(row.bytes(0).size(), 16U);
  });
  EXPECT_EQ(found, 1);
  const std::vector<std::uint8_t> bytes{0, 255, 0, 1};
  writer().run(k_insert, {2, nullptr, Bytes(bytes), nullptr});
  writer().run(k_select, {2}, [&](const Row& row) {
    const Bytes stored = row.bytes(1);
    EXPECT_EQ(std::vector<std::uint8_t>(stored.begin(), stored.end()), bytes);
    EXPECT_THROW(static_cast<void>(row.uuid(1)), database::DatabaseError);
  });
}

TEST_F(Statements, that_run_many_times_tell_rows_and_writes_of_each) {
  static constexpr Statement k_insert_once{
      "test.insert_once", "INSERT INTO thing (id, number) VALUES ($1, $2) ON CONFLICT DO NOTHING"};
  const std::vector<Parameters> rows{{1, 10}, {2, 20}, {1, 11}, {3, 30}};
  EXPECT_EQ(writer().run_many(k_insert_once, rows), (std::vector<std::int64_t>{1, 1, 0, 1}));

  static constexpr Statement k_from{"test.from",
                                    "SELECT number FROM thing WHERE id >= $1 ORDER BY id"};
  std::vector<std::pair<std::size_t, std::int64_t>> found;
  const std::vector<Parameters> questions{{3}, {9}, {2}};
  writer().run_many(k_from, questions, [&](std::size_t index, const Row& row) {
    found.emplace_back(index, row.integer(0));
  });
  EXPECT_EQ(found, (std::vector<std::pair<std::size_t, std::int64_t>>{{0, 30}, {2, 20}, {2, 30}}));
}

TEST_F(Statements, that_run_for_nothing_do_nothing) {
  EXPECT_TRUE(writer().run_many(k_insert, {}).empty());
}

TEST_F(Statements, that_fail_leave_the_connection_fit_for_use) {
  writer().run(k_insert, {1, nullptr, nullptr, nullptr});
  EXPECT_THROW(writer().run(k_insert, {1, nullptr, nullptr, nullptr}), database::DatabaseError);
  static constexpr Statement k_nonsense{"test.nonsense", "SELECT FROM nowhere"};
  EXPECT_THROW(writer().run(k_nonsense, {}), database::DatabaseError);
  writer().run(k_insert, {2, nullptr, nullptr, nullptr});
  EXPECT_EQ(text("SELECT COUNT(*) FROM thing"), "2");
}

TEST_F(Statements, whose_reader_throws_are_put_back_to_their_start) {
  writer().run(k_insert, {1, nullptr, nullptr, nullptr});
  writer().run(k_insert, {2, nullptr, nullptr, nullptr});
  static constexpr Statement k_all{"test.all", "SELECT id FROM thing"};
  EXPECT_THROW(writer().run(k_all, {}, [](const Row&) { throw std::runtime_error("enough"); }),
               std::runtime_error);
  writer().run_script("DROP TABLE thing");  // refused while a statement is under way
}

TEST_F(Statements, in_a_transaction_that_is_not_committed_are_undone) {
  {
    const database::Transaction transaction(writer());
    writer().run(k_insert, {1, nullptr, nullptr, nullptr});
  }
  EXPECT_EQ(text("SELECT COUNT(*) FROM thing"), "0");
  {
    database::Transaction transaction(writer());
    writer().run(k_insert, {1, nullptr, nullptr, nullptr});
    EXPECT_EQ(text("SELECT COUNT(*) FROM thing"), "0") << "others see what is committed alone";
    transaction.commit();
  }
  EXPECT_EQ(text("SELECT COUNT(*) FROM thing"), "1");
}

TEST_F(Statements, after_a_failure_in_a_transaction_undo_all_of_it) {
  EXPECT_THROW(
      {
        database::Transaction transaction(writer());
        writer().run(k_insert, {1, nullptr, nullptr, nullptr});
        writer().run(k_insert, {1, nullptr, nullptr, nullptr});
        transaction.commit();
      },
      database::DatabaseError);
  EXPECT_EQ(text("SELECT COUNT(*) FROM thing"), "0");
  writer().run(k_insert, {1, nullptr, nullptr, nullptr});
}

TEST_F(Statements, of_a_reader_cannot_write) {
  const database::ReaderLease reading = m_database->read();
  EXPECT_THROW(reading->run(k_insert, {1, nullptr, nullptr, nullptr}), database::DatabaseError);
  // On PostgreSQL each question is a read-only transaction of its own; scripts are the migrations'.
  if (!m_database->is_shared()) {
    EXPECT_THROW(reading->run_script("DROP TABLE thing"), database::DatabaseError);
  }
  EXPECT_EQ(text("SELECT COUNT(*) FROM thing"), "0");
}

TEST_F(Statements, of_a_readers_transaction_see_one_moment) {
  const database::ReaderLease reading = m_database->read();
  static constexpr Statement k_count{"test.count", "SELECT COUNT(*) FROM thing"};
  std::int64_t count = -1;
  const auto counted = [&](const Row& row) { count = row.integer(0); };
  reading->begin();
  reading->run(k_count, {}, counted);
  writer().run(k_insert, {1, nullptr, nullptr, nullptr});
  reading->run(k_count, {}, counted);
  EXPECT_EQ(count, 0);
  reading->rollback();
  reading->run(k_count, {}, counted);
  EXPECT_EQ(count, 1);
}

}  // namespace
}  // namespace lotkeeper::tests
