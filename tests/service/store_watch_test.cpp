#include "service/store_watch.hpp"

#include <gtest/gtest.h>

#include <sys/resource.h>

#include <csignal>
#include <filesystem>

#include <sqlite3.h>

#include "store/samples.hpp"
#include "support/captured_log.hpp"
#include "support/faulty_database.hpp"

// Whether writes can be stored is known before anyone loses one.
namespace lotkeeper::tests {
namespace {

namespace fs = std::filesystem;

/// A store whose database may fail, with its committer and the watch over both.
class Watched {
 public:
  explicit Watched(service::StoreWatchOptions options = {})
      : database(*store.database, Breakage::none),
        committer(database, clock, {}, {}),
        watch(database, committer, clock, options) {}
  ~Watched() {
    watch.stop();
    committer.stop();
  }

  /// The error of a push; 0 where it was stored.
  int push(std::string_view plate) {
    const auto command = push_of(permit_of(plate));
    committer.commit_and_wait(*command);
    if (command->outcome) return 0;
    return static_cast<int>(command->outcome.error().faults.front().code);
  }

  TestStore store;
  FakeClock clock{k_noon};
  FaultyDatabase database;
  service::GroupCommitter committer;
  service::StoreWatch watch;
};

TEST(StoreWatch, says_nothing_against_a_store_that_works) {
  Watched watched;
  EXPECT_EQ(watched.watch.why_not_ready(), "");
  watched.watch.look_now();
  EXPECT_EQ(watched.push("A1"), 0);
  EXPECT_EQ(watched.watch.why_not_ready(), "");
}

TEST(StoreWatch, is_not_ready_from_a_failed_commit_to_the_next_good_one) {
  Watched watched;
  watched.watch.look_now();
  watched.database.set(Breakage::away);
  EXPECT_EQ(watched.push("A1"), 9103);
  EXPECT_NE(watched.watch.why_not_ready(), "");
  watched.watch.look_now();
  EXPECT_NE(watched.watch.why_not_ready(), "") << "it looked, and the store is still away";

  watched.database.set(Breakage::none);
  watched.watch.look_now();
  EXPECT_EQ(watched.watch.why_not_ready(), "");
}

TEST(StoreWatch, becomes_ready_again_by_itself) {
  Watched watched;
  watched.watch.look_now();
  watched.database.set(Breakage::failing);
  watched.watch.look_now();
  EXPECT_NE(watched.watch.why_not_ready(), "");
  watched.database.set(Breakage::none);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!watched.watch.why_not_ready().empty() && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(watched.watch.why_not_ready(), "");
}

TEST(StoreWatch, a_store_that_fails_writes_a_line_a_second_and_not_one_for_each_push) {
  Watched watched;
  watched.watch.look_now();
  const CapturedLog log;
  watched.database.set(Breakage::failing);
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < 200; ++i) EXPECT_EQ(watched.push("A" + std::to_string(i)), 9104);
  const auto seconds =
      std::chrono::ceil<std::chrono::seconds>(std::chrono::steady_clock::now() - began).count();
  EXPECT_GE(log.lines(), 1);
  EXPECT_LE(log.lines(), 2 * (seconds + 1)) << "the pushes' line and the watch's own";
}

// PostgreSQL's disk is not the server's to look at.
TEST(SqliteDisk, that_is_nearly_full_makes_the_server_not_ready) {
  TestStore store;
  FakeClock clock(k_noon);
  service::GroupCommitter committer(*store.database, clock, {}, {});
  service::StoreWatch watch(*store.database, committer, clock, {std::uint64_t{1} << 60U});
  EXPECT_EQ(watch.why_not_ready(), "the disk is nearly full");
  EXPECT_GT(watch.free_bytes().value_or(0), 0U);
  watch.stop();
  committer.stop();
}

TEST(StoreWatch, tells_that_the_clock_jumped) {
  const CapturedLog log;
  Watched watched;
  watched.clock.advance(std::chrono::hours(72));
  std::this_thread::sleep_for(std::chrono::milliseconds(600));
  EXPECT_TRUE(log.has("clock jumped ahead by 2"));
  watched.clock.advance(-std::chrono::hours(72));
  std::this_thread::sleep_for(std::chrono::milliseconds(600));
  EXPECT_TRUE(log.has("clock jumped back by 2"));
}

TEST(StoreWatch, tells_at_the_start_that_the_clock_is_behind) {
  TestDatabase place;
  FakeClock clock(k_noon);
  {
    service::App app({place.url(), {}, {}, {}}, clock);
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  }
  const CapturedLog log;
  clock.advance(-std::chrono::hours(24 * 365 * 5));
  if (tested_engine() == database::Engine::sqlite) {
    service::App app({place.url(), {}, {}, {}}, clock);
    EXPECT_TRUE(log.has("one of the two clocks is wrong"));
  }
}

/// The same database for a role that may be denied its rights.
TEST(PostgresStoreWatch, is_not_ready_while_its_rights_are_revoked) {
  TestStore store;
  store.writer().run_script(
      "DO $$ BEGIN CREATE ROLE clerk LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
  store.writer().run_script("GRANT ALL ON ALL TABLES IN SCHEMA public TO clerk");
  std::string url = store.place.url();
  url.replace(url.find("lotkeeper@"), std::string_view("lotkeeper").size(), "clerk");
  const auto database = database::Database::open(url, std::chrono::seconds(3));
  const FakeClock clock(k_noon);
  service::GroupCommitter committer(*database, clock, {}, {});
  service::StoreWatch watch(*database, committer, clock, {});
  watch.look_now();
  EXPECT_EQ(watch.why_not_ready(), "");

  store.writer().run_script("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM clerk");
  watch.look_now();
  EXPECT_EQ(watch.why_not_ready(), "the last write could not be stored");
  const auto command = push_of(permit_of("A1"));
  committer.commit_and_wait(*command);
  EXPECT_FALSE(command->outcome);

  store.writer().run_script("GRANT ALL ON ALL TABLES IN SCHEMA public TO clerk");
  watch.look_now();
  EXPECT_EQ(watch.why_not_ready(), "");
  watch.stop();
  committer.stop();
}

/// On a real SQLite file.
class SqliteStoreWatch : public testing::Test {
 protected:
  SqliteStoreWatch()
      : m_committer(*m_store.database, m_clock, {}, {}),
        m_watch(*m_store.database, m_committer, m_clock, {}) {
    m_watch.look_now();
  }
  ~SqliteStoreWatch() override {
    m_watch.stop();
    m_committer.stop();
  }

  int push(std::string_view plate) {
    const auto command = push_of(permit_of(plate));
    m_committer.commit_and_wait(*command);
    if (command->outcome) return 0;
    return static_cast<int>(command->outcome.error().faults.front().code);
  }

  void expect_that_nothing_is_stored() {
    const CapturedLog log;
    m_watch.look_now();
    EXPECT_EQ(push("LOST1"), 9103);
    EXPECT_EQ(m_watch.why_not_ready(), "the database's file was removed or replaced");
    EXPECT_TRUE(log.has("nothing is stored any more. Stop the server"));
  }

  TestStore m_store;
  FakeClock m_clock{k_noon};
  service::GroupCommitter m_committer;
  service::StoreWatch m_watch;
};

TEST_F(SqliteStoreWatch, stops_writes_where_the_file_was_removed) {
  EXPECT_EQ(push("A1"), 0);
  fs::remove(m_store.path());
  expect_that_nothing_is_stored();
}

TEST_F(SqliteStoreWatch, stops_writes_where_the_file_was_replaced) {
  const std::string other = m_store.path() + ".other";
  fs::copy_file(m_store.path(), other);
  fs::rename(other, m_store.path());
  expect_that_nothing_is_stored();
}

TEST_F(SqliteStoreWatch, stops_writes_where_the_log_was_removed) {
  fs::remove(m_store.path() + "-wal");
  expect_that_nothing_is_stored();
}

TEST_F(SqliteStoreWatch, takes_a_look_that_fails_for_no_loss_until_it_fails_again_and_again) {
  const fs::path folder = fs::path(m_store.path()).parent_path();
  const fs::path away = folder.string() + ".away";
  const auto look_in_vain = [&](int times) {
    fs::rename(folder, away);
    fs::create_symlink(folder, folder);  // a link to itself: ELOOP
    bool is_gone = false;
    for (int i = 0; i < times; ++i) is_gone = !m_store.database->storage().is_gone.empty();
    fs::remove(folder);
    fs::rename(away, folder);
    return is_gone;
  };
  m_watch.stop();
  EXPECT_FALSE(look_in_vain(3));
  EXPECT_EQ(m_store.database->storage().is_gone, "");
  EXPECT_FALSE(look_in_vain(7)) << "counted from the beginning";
  EXPECT_EQ(m_store.database->storage().is_gone, "");
  EXPECT_TRUE(look_in_vain(8));
}

TEST_F(SqliteStoreWatch, stops_writes_within_a_second_by_itself) {
  fs::remove(m_store.path());
  std::this_thread::sleep_for(std::chrono::seconds(1));
  EXPECT_EQ(push("LOST1"), 9103);
}

TEST_F(SqliteStoreWatch, is_not_ready_while_another_program_holds_the_file) {
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(m_store.path().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (m_watch.why_not_ready().empty() && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_NE(m_watch.why_not_ready(), "");
  sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  m_watch.look_now();
  EXPECT_EQ(m_watch.why_not_ready(), "");
  EXPECT_EQ(push("A1"), 0);
}

TEST_F(SqliteStoreWatch, is_not_ready_while_the_disk_is_full) {
  const auto former_action = std::signal(SIGXFSZ, SIG_IGN);
  rlimit former{};
  ::getrlimit(RLIMIT_FSIZE, &former);
  const rlimit limit{1, former.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &limit);
  // SQLite writes no page whose content stays the same.
  m_clock.advance(std::chrono::seconds(1));
  m_watch.look_now();
  const std::string while_full = m_watch.why_not_ready();
  const int code = push("A1");
  ::setrlimit(RLIMIT_FSIZE, &former);
  std::signal(SIGXFSZ, former_action);
  EXPECT_NE(while_full, "");
  EXPECT_NE(code, 0);
  m_watch.look_now();
  EXPECT_EQ(m_watch.why_not_ready(), "");
  EXPECT_EQ(push("A2"), 0);
}

}  // namespace
}  // namespace lotkeeper::tests
