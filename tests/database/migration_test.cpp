#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/text/text.hpp"
#include "database/migrate.hpp"
#include "store/samples.hpp"

namespace lotkeeper::tests {
namespace {

using database::Row;
using database::Statement;

/// SQL in upper case without its comments, each run of anything but letters, digits and `_` as one
/// space: for looking words up.
std::string words_of(std::string_view sql) {
  std::string words = " ";
  for (std::size_t at = 0; at < sql.size(); ++at) {
    if (sql.substr(at).starts_with("--")) at = std::min(sql.find('\n', at), sql.size());
    if (sql.substr(at).starts_with("/*")) at = sql.find("*/", at) + 2;
    if (at >= sql.size()) break;
    const char c = sql[at];
    const bool is_word = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
    if (is_word) {
      words += c;
    } else if (words.back() != ' ') {
      words += ' ';
    }
  }
  return base::ascii_upper(words + ' ');
}

/// The first column of each index (primary keys among them), as "table.column".
std::vector<std::string> leading_columns(database::Database& database) {
  static constexpr Statement k_of_sqlite{
      "test.indexes_of_sqlite",
      "SELECT m.name || '.' || c.name FROM sqlite_schema m, pragma_index_list(m.name) i, "
      "pragma_index_info(i.name) c WHERE m.type = 'table' AND c.seqno = 0"};
  static constexpr Statement k_of_postgresql{
      "test.indexes_of_postgresql",
      "SELECT t.relname || '.' || a.attname FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid "
      "JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0] "
      "WHERE t.relnamespace = 'public'::regnamespace"};
  std::vector<std::string> columns;
  database.read()->run(tested_engine() == database::Engine::sqlite ? k_of_sqlite : k_of_postgresql,
                       {}, [&](const Row& row) { columns.emplace_back(row.text(0)); });
  return columns;
}

/// The number that a step's name begins with.
int number_of(const base::EmbeddedFile& file) {
  return std::stoi(std::string(file.path.substr(0, 4)));
}

/// How many tables there are whose names are LIKE `pattern`.
std::string count_tables(database::Database& database, std::string_view pattern) {
  static constexpr Statement k_of_sqlite{
      "test.tables_of_sqlite",
      "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name LIKE $1"};
  static constexpr Statement k_of_postgresql{
      "test.tables_of_postgresql",
      "SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE $1"};
  std::string count;
  database.read()->run(tested_engine() == database::Engine::sqlite ? k_of_sqlite : k_of_postgresql,
                       {pattern}, [&](const Row& row) { count = row.text(0); });
  return count;
}

TEST(Migrations, make_an_empty_database_current) {
  TestStore store;
  const auto known = database::embedded_migrations();
  ASSERT_FALSE(known.empty());
  EXPECT_EQ(store.number("SELECT MAX(number) FROM migration"), number_of(known.back()));
  EXPECT_EQ(store.number("SELECT COUNT(*) FROM migration"),
            static_cast<std::int64_t>(known.size()));
  EXPECT_EQ(store.text("SELECT name FROM migration WHERE number = 1"),
            "0001_tenancy_and_permits.sql");
  EXPECT_EQ(store.number("SELECT applied_at FROM migration WHERE number = 1"),
            base::to_epoch_ms(k_noon));
  EXPECT_EQ(store.number("SELECT COUNT(*) FROM permit"), 0);
}

TEST(Migrations, stand_in_the_order_of_their_numbers) {
  int number = 0;
  for (const base::EmbeddedFile& file : database::embedded_migrations()) {
    EXPECT_GT(number_of(file), number) << file.path;
    number = number_of(file);
  }
}

TEST(Migrations, leave_a_current_database_as_it_is) {
  TestStore store;
  insert(store.writer(), {permit_of("A 1")});
  database::migrate(store.writer(), k_noon + std::chrono::hours(1), {});

  EXPECT_EQ(store.number("SELECT COUNT(*) FROM permit"), 1);
  EXPECT_EQ(store.number("SELECT MAX(applied_at) FROM migration"), base::to_epoch_ms(k_noon));
}

TEST(Migrations, outlast_the_process) {
  TestStore store;
  insert(store.writer(), {permit_of("A 1")});
  store.database.reset();

  store.database = database::Database::open(store.place.url(), {});
  database::migrate(store.writer(), k_noon, {});
  EXPECT_EQ(store.number("SELECT COUNT(*) FROM permit"), 1);
}

TEST(Migrations, refuse_a_database_with_a_step_that_is_not_known_and_touch_nothing) {
  for (const std::string number : {"9000", "7"}) {  // 7 was left out
    TestStore store;
    store.writer().run_script("INSERT INTO migration VALUES (" + number + ", 'unknown.sql', 1)");
    const std::string before = store.text("SELECT COUNT(*) FROM migration");
    try {
      database::migrate(store.writer(), k_noon, {});
      FAIL() << "a newer database was taken: " << number;
    } catch (const database::DatabaseError& error) {
      const std::string_view sentence = error.what();
      EXPECT_NE(sentence.find("made by a newer Lotkeeper"), std::string_view::npos) << sentence;
      EXPECT_NE(sentence.find("step " + number + ","), std::string_view::npos) << sentence;
      EXPECT_NE(sentence.find("install that version or a later one"), std::string_view::npos)
          << sentence;
    }
    EXPECT_EQ(store.text("SELECT COUNT(*) FROM migration"), before);
  }
}

TEST(Migrations, do_what_a_step_asks_for_once_and_with_the_step_or_not_at_all) {
  TestDatabase place;
  const auto database = database::Database::open(place.url(), {});
  const std::string last(database::embedded_migrations().back().path);
  std::vector<std::string> done;
  bool breaks_off = true;
  const auto after_step = [&](database::Connection&, std::string_view step) {
    if (breaks_off && step == last) throw std::runtime_error("the power went");
    done.emplace_back(step);
  };
  EXPECT_THROW(database::migrate(database->writer(), k_noon, after_step), std::runtime_error);
  EXPECT_EQ(text_of(*database, "SELECT COUNT(*) FROM migration"),
            std::to_string(database::embedded_migrations().size() - 1));
  breaks_off = false;
  database::migrate(database->writer(), k_noon, after_step);
  database::migrate(database->writer(), k_noon, after_step);
  EXPECT_EQ(done.size(), database::embedded_migrations().size());
  EXPECT_EQ(done.back(), last);
}

TEST(Migrations, find_out_who_took_the_payments_of_before_and_leave_all_else) {
  TestDatabase place;
  const auto database = database::Database::open(place.url(), {});
  EXPECT_THROW(database::migrate(database->writer(), k_noon,
                                 [](database::Connection&, std::string_view step) {
                                   if (step == "0010_violations.sql") throw std::runtime_error("");
                                 }),
               std::runtime_error);
  database->writer().run_script(
      "INSERT INTO client (client_id, code, code_norm, name, time_zone, currency, created_at) "
      "VALUES (1, 'C', 'C', 'C', 'UTC', 'CAD', 1);"
      "INSERT INTO payment (client_id, violation_id, payment_id, paid_at, amount_cents, method, "
      "created_at) VALUES (1, 5, 1, 10, 500, 'cash', 20), (1, 5, 2, 10, 700, 'card', 30), "
      "(1, 6, 3, 10, 500, 'cash', 20);"
      "INSERT INTO violation_event (client_id, violation_id, event_id, at, action, reason, "
      "amount_cents, operator_id) VALUES (1, 5, 1, 20, 'pay', 'cash', 500, 7), "
      "(1, 5, 2, 30, 'pay', 'card', 700, NULL), (1, 6, 3, 20, 'adjust', 'x', 500, 8)");
  database::migrate(database->writer(), k_noon, {});
  const auto taken_by = [&](const char* payment) {
    return text_of(*database,
                   std::string("SELECT operator_id FROM payment WHERE payment_id = ") + payment);
  };
  EXPECT_EQ(taken_by("1"), "7");
  EXPECT_EQ(taken_by("2"), "");
  EXPECT_EQ(taken_by("3"), "");
  EXPECT_EQ(text_of(*database, "SELECT appeal_days FROM client"), "15");
  EXPECT_EQ(text_of(*database, "SELECT ticket_text_en || ticket_text_fr FROM client"), "");
}

TEST(Migrations, that_break_off_leave_nothing_half_done) {
  TestDatabase place;
  const auto database = database::Database::open(place.url(), {});
  // What the first migration makes late is there already: it fails after it has made others.
  database->writer().run_script("CREATE TABLE audit (other TEXT)");
  EXPECT_THROW(database::migrate(database->writer(), k_noon, {}), database::DatabaseError);
  EXPECT_EQ(count_tables(*database, "permit"), "0");
  EXPECT_EQ(text_of(*database, "SELECT COUNT(*) FROM migration"), "0");
}

TEST(Migrations, use_nothing_that_only_one_engine_has) {
  const std::vector<std::string> forbidden{
      "TRIGGER",  "SEQUENCE",     "SERIAL",  "BIGSERIAL", "AUTOINCREMENT", "LISTEN",
      "NOTIFY",   "DEFERRABLE",   "TEMP",    "TEMPORARY", "NOW",           "CURRENT_TIMESTAMP",
      "STRFTIME", "CURRENT_DATE", "DATETIME"};
  for (const base::EmbeddedFile& file : database::embedded_migrations()) {
    const std::string words = words_of(file.content);
    ASSERT_TRUE(words.find(" CREATE ") != std::string::npos ||
                words.find(" ALTER TABLE ") != std::string::npos)
        << file.path;
    for (const std::string& word : forbidden) {
      EXPECT_EQ(words.find(" " + word + " "), std::string::npos) << file.path << " has " << word;
    }
  }
}

TEST(Migrations, that_would_break_the_rule_are_seen) {
  EXPECT_NE(words_of("CREATE TABLE a (b BIGINT DEFAULT now())").find(" NOW "), std::string::npos);
  EXPECT_NE(words_of("create temp table a").find(" TEMP "), std::string::npos);
  EXPECT_EQ(words_of("a -- temp\nb /* now() */ c").find(" TEMP "), std::string::npos);
}

TEST(Migrations, lead_every_key_and_index_with_the_client) {
  // What belongs to no client (servers among it), and how a client is found in the first place.
  const std::set<std::string> global{"migration.number", "migration_lock.id", "copy_mark.id",
                                     "directory_version.id", "writer.writer_id", "client.code_norm",
                                     // Operators belong to no client; their roles do.
                                     "operator.operator_id", "operator.name_norm",
                                     "operator_session.session_id", "operator_session.hash",
                                     "sign_in_failure.scope", "first_link.id"};
  TestStore store;
  const auto columns = leading_columns(*store.database);
  EXPECT_GE(columns.size(), 15U);
  for (const std::string& column : columns) {
    EXPECT_TRUE(column.ends_with(".client_id") || global.contains(column)) << column;
  }
}

TEST(Migrations, give_every_table_a_key) {
  TestStore store;
  std::set<std::string> keyed;
  for (const std::string& column : leading_columns(*store.database)) {
    keyed.insert(column.substr(0, column.find('.')));
  }
  EXPECT_EQ(count_tables(*store.database, "%"), std::to_string(keyed.size()));
}

}  // namespace
}  // namespace lotkeeper::tests
