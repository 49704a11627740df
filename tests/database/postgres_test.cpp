#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "base/thread.hpp"
#include "database/migrate.hpp"
#include "store/samples.hpp"

// What is PostgreSQL's own: several processes on one database, sessions that break off, commits
// whose fate is not known.
namespace lotkeeper::tests {
namespace {

using database::Connection;
using database::Database;
using database::Row;
using database::Statement;
using database::Transaction;
using std::chrono::steady_clock;

constexpr Statement k_add{"test.add", "INSERT INTO thing (id, number) VALUES ($1, $2)"};
constexpr Statement k_count{"test.count", "SELECT COUNT(*) FROM thing"};

std::int64_t ask(Connection& connection, const Statement& statement) {
  std::int64_t answer = -1;
  connection.run(statement, {}, [&](const Row& row) { answer = row.integer(0); });
  return answer;
}

class Postgres : public testing::Test {
 protected:
  Postgres() : m_one(open()), m_other(open()) {
    m_one->writer().run_script("CREATE TABLE thing (id BIGINT PRIMARY KEY, number BIGINT)");
  }

  std::unique_ptr<Database> open() { return Database::open(m_place.url(), {}); }

  /// Ends every session on this database but the one that asks.
  void end_sessions() { signal_sessions("pg_terminate_backend", ""); }

  /// The same, and returns when they are gone.
  void end_sessions_for_certain() {
    end_sessions();
    const auto third = open();
    static constexpr Statement k_left{
        "test.left",
        "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid()"};
    while (ask(third->writer(), k_left) > 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }

  void signal_sessions(const std::string& function, const std::string& which) {
    const auto third = open();
    third->writer().run_script("SELECT " + function +
                               "(pid) FROM pg_stat_activity WHERE datname = current_database() "
                               "AND pid <> pg_backend_pid()" +
                               which);
  }

  TestDatabase m_place;
  std::unique_ptr<Database> m_one;
  std::unique_ptr<Database> m_other;
};

TEST_F(Postgres, refuses_what_two_transactions_cannot_both_have_seen) {
  Transaction first(m_one->writer());
  Transaction second(m_other->writer());
  EXPECT_EQ(ask(m_one->writer(), k_count), 0);
  EXPECT_EQ(ask(m_other->writer(), k_count), 0);
  m_one->writer().run(k_add, {1, 1});
  m_other->writer().run(k_add, {2, 1});
  first.commit();
  EXPECT_THROW(second.commit(), database::Conflict) << "each counted before the other wrote";
  EXPECT_EQ(ask(m_one->writer(), k_count), 1);
}

TEST_F(Postgres, counts_a_taken_key_as_a_conflict) {
  m_one->writer().run(k_add, {1, 1});
  Transaction late(m_other->writer());
  EXPECT_THROW(m_other->writer().run(k_add, {1, 2}), database::Conflict);
}

TEST_F(Postgres, uses_another_session_where_one_ended_while_it_stood_idle) {
  m_one->writer().run(k_add, {1, 1});
  EXPECT_EQ(ask(*m_one->read(), k_count), 1);
  end_sessions();
  EXPECT_EQ(ask(*m_one->read(), k_count), 1);
  Transaction transaction(m_one->writer());
  m_one->writer().run(k_add, {2, 1});
  transaction.commit();
  EXPECT_EQ(ask(*m_one->read(), k_count), 2);
}

TEST_F(Postgres, is_in_no_doubt_about_a_batch_whose_session_ended_before_it_was_sent) {
  static constexpr Statement k_add_many{
      "test.add_many", "INSERT INTO thing SELECT unnest((SELECT $1::BIGINT[])), 1 RETURNING id"};
  const auto fresh = open();  // its first session was made, and nobody has used it yet
  for (const std::int64_t id : {1, 2}) {
    end_sessions_for_certain();
    Transaction transaction(fresh->writer(), Transaction::Kind::guarded);
    std::size_t stored = 0;
    fresh->writer().ask_with_commit(
        {&k_add_many, {}, [&](const Row&) { ++stored; }, {database::Parameters{id}}});
    transaction.commit();
    EXPECT_EQ(stored, 1U) << id;
  }
  EXPECT_EQ(ask(m_one->writer(), k_count), 2);
}

TEST_F(Postgres, uses_another_session_where_one_ended_behind_a_rollback) {
  // Nobody has waited for the ROLLBACK's answer.
  {
    const Transaction abandoned(m_one->writer());
    m_one->writer().run(k_add, {1, 1});
  }
  end_sessions_for_certain();
  Transaction transaction(m_one->writer());
  m_one->writer().run(k_add, {2, 1});
  transaction.commit();
  EXPECT_EQ(ask(m_other->writer(), k_count), 1);
}

TEST_F(Postgres, takes_no_setting_of_the_session_for_granted) {
  // What a pooler in transaction mode does: the session was a reader's a moment ago.
  m_one->writer().run_script("SET default_transaction_read_only = on");
  Transaction transaction(m_one->writer());
  m_one->writer().run(k_add, {1, 1});
  transaction.commit();
  EXPECT_EQ(ask(m_other->writer(), k_count), 1);

  const auto reading = m_one->read();
  reading->run_script("SET default_transaction_read_only = off");
  EXPECT_THROW(reading->run(k_add, {2, 2}), database::DatabaseError) << "a reader writes nothing";
  EXPECT_EQ(ask(*reading, k_count), 1) << "it goes on after a refusal";
}

#ifndef NDEBUG
TEST_F(Postgres, is_never_asked_on_an_event_loop) {
  const base::OnEventLoop mark;
  EXPECT_THROW(ask(m_one->writer(), k_count), std::logic_error);
  EXPECT_THROW(ask(*m_one->read(), k_count), std::logic_error);
}
#endif

TEST_F(Postgres, runs_no_part_of_a_transaction_whose_session_ended) {
  {
    Transaction transaction(m_one->writer());
    m_one->writer().run(k_add, {1, 1});
    end_sessions();
    EXPECT_THROW(m_one->writer().run(k_add, {2, 1}), database::DatabaseUnavailable);
    EXPECT_THROW(m_one->writer().run(k_add, {3, 1}), database::DatabaseUnavailable);
    EXPECT_THROW(transaction.commit(), database::DatabaseUnavailable);
  }
  EXPECT_EQ(ask(m_one->writer(), k_count), 0);
  m_one->writer().run(k_add, {1, 1});
  EXPECT_EQ(ask(m_one->writer(), k_count), 1);
}

TEST_F(Postgres, does_not_know_the_outcome_where_the_session_ended_before_the_commits_answer) {
  Transaction transaction(m_one->writer());
  m_one->writer().run(k_add, {1, 1});
  end_sessions();
  EXPECT_THROW(transaction.commit(), database::OutcomeUnknown);
}

/// While this lives every commit waits for a standby that never comes.
class NoStandby {
 public:
  explicit NoStandby(Connection& connection) : m_connection(connection) { set("'nobody'"); }
  NoStandby(const NoStandby&) = delete;
  NoStandby& operator=(const NoStandby&) = delete;
  ~NoStandby() { set("''"); }

 private:
  void set(const std::string& standbys) {
    m_connection.run_script("ALTER SYSTEM SET synchronous_standby_names = " + standbys);
    m_connection.run_script("SELECT pg_reload_conf()");
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  }
  Connection& m_connection;
};

TEST_F(Postgres, never_takes_a_commit_that_gave_up_on_the_standby_for_a_success) {
  for (const char* signal : {"pg_cancel_backend", "pg_terminate_backend"}) {
    const NoStandby nobody(m_other->writer());
    std::thread operator_who_is_tired([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      signal_sessions(signal, " AND wait_event = 'SyncRep'");
    });
    {
      Transaction transaction(m_one->writer());
      m_one->writer().run(k_add, {steady_clock::now().time_since_epoch().count(), 1});
      EXPECT_THROW(transaction.commit(), database::OutcomeUnknown) << signal;
    }
    operator_who_is_tired.join();
  }
}

TEST_F(Postgres, waits_for_the_disk_though_a_role_says_not_to) {
  m_one->writer().run_script(
      "DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' SET synchronous_commit = "
      "off'; END $$");
  const auto later = open();
  EXPECT_EQ(text_of(*later, "SELECT current_setting('synchronous_commit')"), "on");
}

TEST_F(Postgres, passes_over_a_server_that_takes_no_writes) {
  m_one->writer().run_script(
      "DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' SET "
      "default_transaction_read_only = on'; END $$");
  try {
    static_cast<void>(open());
    FAIL() << "a server that takes no writes was taken";
  } catch (const database::DatabaseUnavailable& error) {
    EXPECT_NE(std::string_view(error.what()).find("read-only"), std::string_view::npos)
        << error.what();
  }
}

TEST_F(Postgres, says_at_once_that_nobody_listens_and_never_the_password) {
  const auto began = steady_clock::now();
  for (const char* url : {"postgresql://u:secret@127.0.0.1:1/db", "postgres://u:secret@[x/db",
                          "postgresql://u:secret@h/db?nonsense=secret"}) {
    try {
      static_cast<void>(Database::open(url, {}));
      FAIL() << url;
    } catch (const std::exception& error) {
      EXPECT_EQ(std::string_view(error.what()).find("secret"), std::string_view::npos)
          << error.what();
    }
  }
  EXPECT_LT(steady_clock::now() - began, std::chrono::seconds(2));
}

TEST_F(Postgres, keeps_values_out_of_its_errors) {
  m_one->writer().run_script("CREATE TABLE car (plate TEXT PRIMARY KEY)");
  static constexpr Statement k_park{"test.park", "INSERT INTO car (plate) VALUES ($1)"};
  m_one->writer().run(k_park, {"ABC123"});
  try {
    m_one->writer().run(k_park, {"ABC123"});
    FAIL() << "a plate stands twice";
  } catch (const database::DatabaseError& error) {
    EXPECT_EQ(std::string_view(error.what()).find("ABC123"), std::string_view::npos);
    EXPECT_NE(std::string_view(error.what()).find("car_pkey"), std::string_view::npos);
  }
}

TEST_F(Postgres, is_migrated_once_by_servers_that_start_together) {
  std::vector<std::thread> servers;
  std::atomic<int> failures = 0;
  for (int i = 0; i < 6; ++i) {
    servers.emplace_back([&] {
      try {
        database::migrate(open()->writer(), k_noon, {});
      } catch (const std::exception& error) {
        ++failures;
        ADD_FAILURE() << error.what();
      }
    });
  }
  for (std::thread& server : servers) server.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(text_of(*m_one, "SELECT COUNT(*) FROM migration"),
            std::to_string(database::embedded_migrations().size()));
}

TEST_F(Postgres, compares_text_by_code_point_whatever_the_databases_collation) {
  EXPECT_EQ(text_of(*m_one, "SELECT CASE WHEN 'a' < 'B' THEN 'otherwise' ELSE 'by code point' END"),
            "otherwise")
      << "the test's database itself must sort otherwise, or this shows nothing";
  database::migrate(m_one->writer(), k_noon, {});
  EXPECT_EQ(text_of(*m_one,
                    "SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = 'public' "
                    "AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'"),
            "0");
  static constexpr Statement k_zone{
      "test.zone",
      "INSERT INTO zone (client_id, zone_id, name, name_norm, created_at) VALUES (1, $1, $2, $2, "
      "0)"};
  std::int64_t id = 0;
  for (const char* name : {"a", "B", "é", "Z", "lot 1", "Lot 1"}) {
    m_one->writer().run(k_zone, {++id, name});
  }
  static constexpr Statement k_names{"test.names", "SELECT name FROM zone ORDER BY name"};
  std::string names;
  m_one->read()->run(k_names, {}, [&](const Row& row) { names.append(row.text(0)).append(","); });
  EXPECT_EQ(names, "B,Lot 1,Z,a,lot 1,é,");
}

TEST_F(Postgres, says_so_where_every_reading_connection_is_lent) {
  std::vector<database::ReaderLease> lent;
  for (int i = 0; i < 16; ++i) lent.push_back(m_one->read());
  EXPECT_THROW(static_cast<void>(m_one->read()), database::DatabaseUnavailable);
  lent.pop_back();
  EXPECT_EQ(ask(*m_one->read(), k_count), 0);
}

TEST_F(Postgres, reads_answers_larger_than_the_sockets_buffers) {
  m_one->writer().run_script("CREATE TABLE big (id BIGINT PRIMARY KEY, text TEXT)");
  static constexpr Statement k_echo{"test.echo",
                                    "INSERT INTO big (id, text) VALUES ($1, $2) RETURNING text"};
  const std::string text(20'000, 'x');
  std::vector<database::Parameters> rows;
  for (int id = 0; id < 500; ++id) rows.push_back({id, text});
  std::size_t bytes = 0;
  m_one->writer().run_many(k_echo, rows,
                           [&](std::size_t, const Row& row) { bytes += row.text(0).size(); });
  EXPECT_EQ(bytes, 500 * text.size());
}

}  // namespace
}  // namespace lotkeeper::tests
