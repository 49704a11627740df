#include <gtest/gtest.h>

#include <fstream>

#include <sys/resource.h>
#include <sys/stat.h>

#include <atomic>
#include <csignal>
#include <thread>

#include "database/sqlite/connection.hpp"
#include "store/samples.hpp"

// What is SQLite's own: the lock on the file, the settings that keep it whole, and its log.
namespace lotkeeper::tests {
namespace {

using database::Connection;
using database::Database;
using database::Row;
using database::SqliteConnection;
using database::SqliteRole;
using database::Statement;

std::string setting(Connection& connection, const Statement& pragma) {
  std::string value = "no answer";
  connection.run(pragma, {}, [&](const Row& row) { value = row.text(0); });
  return value;
}

constexpr Statement k_synchronous{"test.synchronous", "PRAGMA synchronous"};
constexpr Statement k_mmap_size{"test.mmap_size", "PRAGMA mmap_size"};
constexpr Statement k_journal_mode{"test.journal_mode", "PRAGMA journal_mode"};
constexpr Statement k_autocheckpoint{"test.autocheckpoint", "PRAGMA wal_autocheckpoint"};
constexpr Statement k_query_only{"test.query_only", "PRAGMA query_only"};
constexpr Statement k_integrity{"test.integrity", "PRAGMA integrity_check"};

TEST(Sqlite, writer_and_reader_have_the_settings_that_keep_the_file_whole) {
  TestStore store;
  const database::ReaderLease reading = store.database->read();
  for (Connection* connection : {&store.writer(), &*reading}) {
    EXPECT_EQ(setting(*connection, k_synchronous), "2") << "2 is FULL";
    EXPECT_EQ(setting(*connection, k_mmap_size), "0");
    EXPECT_EQ(setting(*connection, k_journal_mode), "wal");
    EXPECT_EQ(setting(*connection, k_autocheckpoint), "0");
  }
  EXPECT_EQ(setting(store.writer(), k_query_only), "0");
  EXPECT_EQ(setting(*reading, k_query_only), "1");
}

TEST(Sqlite, a_statement_may_have_any_number_of_parameters) {
  constexpr int k_count = 60;
  static const std::string sql = [] {
    std::string text = "SELECT 0";
    for (int number = k_count; number >= 1; --number) text += " + $" + std::to_string(number);
    return text;
  }();
  const Statement sum{"test.sum", sql};
  database::Parameters numbers;
  for (int number = 1; number <= k_count; ++number) numbers.emplace_back(number);
  TestStore store;
  std::int64_t answer = 0;
  store.writer().run(sum, numbers, [&](const database::Row& row) { answer = row.integer(0); });
  EXPECT_EQ(answer, k_count * (k_count + 1) / 2);
}

TEST(Sqlite, a_file_that_was_removed_is_not_made_again_by_a_reader) {
  TestStore store;
  insert(store.writer(), {permit_of("A1")});
  const database::ReaderLease first = store.database->read();
  std::filesystem::remove(store.path());
  EXPECT_THROW((void)store.database->read(), database::DatabaseUnavailable);
  EXPECT_FALSE(std::filesystem::exists(store.path()));
  EXPECT_TRUE(std::filesystem::exists(store.path() + "-wal")) << "what can be saved is in it";
}

TEST(Sqlite, a_file_that_was_replaced_is_not_read) {
  TestStore store;
  insert(store.writer(), {permit_of("A1")});
  const database::ReaderLease first = store.database->read();
  std::filesystem::rename(store.path(), store.path() + ".kept");
  {
    TestStore other;
    std::filesystem::copy_file(other.path(), store.path());
  }
  const auto size = std::filesystem::file_size(store.path());
  EXPECT_THROW((void)store.database->read(), database::DatabaseUnavailable);
  EXPECT_EQ(std::filesystem::file_size(store.path()), size);
}

TEST(Sqlite, a_path_is_absolute_and_its_disk_known_before_the_file_is_made) {
  const TemporaryFolder folder;
  const std::filesystem::path former = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  const std::string path = database::sqlite_path("sqlite:new.db");
  const auto database = Database::open("sqlite:new.db", {});
  const auto free = database->storage().free_bytes;
  std::filesystem::current_path(former);
  EXPECT_EQ(path, (std::filesystem::canonical(folder.path()) / "new.db").string());
  EXPECT_GT(free.value_or(0), 0U);
}

TEST(Sqlite, a_file_has_one_process_whatever_its_name) {
  TestStore store;
  const std::string other = store.path() + ".other";
  std::filesystem::create_hard_link(store.path(), other);
  EXPECT_THROW(static_cast<void>(Database::open("sqlite:" + other, {})), database::DatabaseInUse);
  EXPECT_EQ(store.number("SELECT COUNT(*) FROM permit"), 0) << "the first goes on";
}

TEST(Sqlite, a_file_has_one_process_at_a_time) {
  TestStore store;
  try {
    static_cast<void>(Database::open("sqlite:" + store.path(), {}));
    FAIL() << "two have the file";
  } catch (const database::DatabaseInUse& error) {
    const std::string_view sentence = error.what();
    EXPECT_TRUE(sentence.starts_with(store.path())) << sentence;
    EXPECT_NE(sentence.find("is in use by another Lotkeeper process"), std::string_view::npos);
    EXPECT_NE(sentence.find("--database"), std::string_view::npos);
  }
}

TEST(Sqlite, a_file_is_free_again_when_it_is_closed) {
  TestStore store;
  store.database.reset();
  EXPECT_NO_THROW(static_cast<void>(Database::open("sqlite:" + store.path(), {})));
}

TEST(Sqlite, a_file_is_waited_for) {
  TestStore store;
  std::thread closing([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    store.database.reset();
  });
  EXPECT_NO_THROW(
      static_cast<void>(Database::open("sqlite:" + store.path(), std::chrono::seconds(20))));
  closing.join();
}

TEST(Sqlite, a_folder_that_is_not_there_is_told_in_a_sentence) {
  try {
    static_cast<void>(Database::open("sqlite:/nowhere/at/all/test.db", {}));
    FAIL() << "a file was made in no folder";
  } catch (const database::DatabaseUnavailable& error) {
    EXPECT_NE(std::string_view(error.what()).find("does its folder exist"), std::string_view::npos)
        << error.what();
  }
}

TEST(Sqlite, a_url_of_another_form_is_told_without_its_secrets) {
  for (const char* url : {"mysql://user:secret@host/db", "sqlite:", "lotkeeper.db", ""}) {
    try {
      static_cast<void>(Database::open(url, {}));
      FAIL() << url;
    } catch (const std::invalid_argument& error) {
      const std::string_view sentence = error.what();
      EXPECT_NE(sentence.find("sqlite:PATH"), std::string_view::npos) << sentence;
      EXPECT_EQ(sentence.find("secret"), std::string_view::npos) << sentence;
    }
  }
}

TEST(Sqlite, a_file_is_for_its_owners_eyes_alone) {
  const mode_t before = ::umask(0);
  {
    TestStore store;
    for (const std::string end : {"", "-wal", ".lock"}) {
      struct stat found{};
      ASSERT_EQ(::stat((store.path() + end).c_str(), &found), 0) << end;
      EXPECT_EQ(found.st_mode & 0077U, 0U) << end;
    }
  }
  ::umask(before);
}

constexpr Statement k_fill{"test.fill", "INSERT INTO filling (id, bytes) VALUES ($1, $2)"};

/// Writes a row of so many KiB, in a transaction of its own.
void fill(Connection& connection, std::int64_t id, std::size_t kibibytes) {
  const std::vector<std::uint8_t> bytes(kibibytes * 1024, 'x');
  database::Transaction transaction(connection);
  connection.run(k_fill, {id, database::Bytes(bytes)});
  transaction.commit();
}

constexpr const char* k_make_filling =
    "CREATE TABLE filling (id BIGINT PRIMARY KEY, bytes BYTEA NOT NULL)";

TEST(Sqlite, a_reader_never_checkpoints) {
  TemporaryFolder folder;
  const std::string path = (folder.path() / "test.db").string();
  std::ofstream(path).close();
  database::SqliteSharing sharing(path);
  sharing.release_snapshots = [](bool) {};
  auto writer = std::make_unique<SqliteConnection>(path, SqliteRole::writer, sharing);
  auto reader = std::make_unique<SqliteConnection>(path, SqliteRole::reader, sharing);
  writer->run_script(k_make_filling);
  for (int id = 0; id < 100; ++id) fill(*writer, id, 64);
  const auto file_size = std::filesystem::file_size(path);
  const auto log_size = std::filesystem::file_size(path + "-wal");
  ASSERT_GT(log_size, 6U * 1024 * 1024);

  EXPECT_EQ(setting(*reader, k_journal_mode), "wal");
  EXPECT_FALSE(reader->checkpoint(false));
  EXPECT_FALSE(reader->checkpoint(true));
  EXPECT_EQ(std::filesystem::file_size(path), file_size);

  // The last to leave moves the log into the file and removes it, unless it is a reader.
  writer.reset();
  reader.reset();
  EXPECT_EQ(std::filesystem::file_size(path), file_size);
  ASSERT_TRUE(std::filesystem::exists(path + "-wal"));
  EXPECT_EQ(std::filesystem::file_size(path + "-wal"), log_size);

  writer = std::make_unique<SqliteConnection>(path, SqliteRole::writer, sharing);
  static constexpr Statement k_count{"test.count", "SELECT COUNT(*) FROM filling"};
  EXPECT_EQ(setting(*writer, k_count), "100") << "nothing was lost";
  writer.reset();
  EXPECT_FALSE(std::filesystem::exists(path + "-wal")) << "the writer moved it into the file";
}

/// Commits rows, each with the upkeep that follows it; returns the largest size of the log.
std::uintmax_t fill_and_tidy(TestStore& store, int rows, std::size_t kibibytes) {
  std::uintmax_t largest = 0;
  for (int id = 0; id < rows; ++id) {
    fill(store.writer(), id, kibibytes);
    store.writer().checkpoint(false);
    largest = std::max(largest, std::filesystem::file_size(store.path() + "-wal"));
  }
  return largest;
}

TEST(Sqlite, the_log_stays_bounded_under_many_commits) {
  TestStore store;
  store.writer().run_script(k_make_filling);
  // 200 MiB.
  const std::uintmax_t largest = fill_and_tidy(store, 400, 512);
  // Writing waits from 104 MiB on (checkpointer.cpp), and the last commit may go beyond.
  EXPECT_LT(largest, 112U * 1024 * 1024);
  EXPECT_EQ(setting(store.writer(), k_integrity), "ok");
}

TEST(Sqlite, the_log_is_moved_in_steps_long_before_it_starts_over) {
  TestStore store;
  store.writer().run_script(k_make_filling);
  fill_and_tidy(store, 20, 1024);
  EXPECT_GT(std::filesystem::file_size(store.path()), 15U * 1024 * 1024);
  EXPECT_GT(std::filesystem::file_size(store.path() + "-wal"), 20U * 1024 * 1024)
      << "the log itself is kept: the file was not synced";
}

/// What is in the file alone, without its log.
std::string rows_without_log(const TestStore& store) {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "test.db").string();
  std::filesystem::copy_file(store.path(), path);
  return text_of(*Database::open("sqlite:" + path, {}), "SELECT COUNT(*) FROM filling");
}

void tidy_while_idle(TestStore& store) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (store.writer().checkpoint(true)) {
    ASSERT_LT(std::chrono::steady_clock::now(), until);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

TEST(Sqlite, all_of_the_log_is_in_the_file_once_nobody_writes) {
  TestStore store;
  store.writer().run_script(k_make_filling);
  fill_and_tidy(store, 50, 64);
  tidy_while_idle(store);
  EXPECT_EQ(rows_without_log(store), "50");
}

TEST(Sqlite, a_log_that_grew_beyond_its_usual_size_is_cut_when_it_starts_over) {
  constexpr std::uintmax_t k_kept = 112ULL * 1024 * 1024;
  TestStore store;
  store.writer().run_script(k_make_filling);
  const auto log_size = [&] { return std::filesystem::file_size(store.path() + "-wal"); };
  {
    const auto reading = store.database->read();
    fill(store.writer(), 0, 120 * 1024);
    EXPECT_GT(log_size(), k_kept);
  }
  tidy_while_idle(store);
  fill(store.writer(), 1, 1);
  EXPECT_LE(log_size(), k_kept);
  EXPECT_EQ(setting(store.writer(), k_integrity), "ok");
}

TEST(Sqlite, a_reader_that_nobody_uses_does_not_hold_the_log) {
  TestStore store;
  store.writer().run_script(k_make_filling);
  fill(store.writer(), 0, 64);
  static constexpr Statement k_count{"test.count", "SELECT COUNT(*) FROM filling"};
  EXPECT_EQ(setting(*store.database->read(), k_count), "1");
  {
    const auto reading = store.database->read();
    for (int id = 1; id < 50; ++id) fill(store.writer(), id, 64);
    store.writer().checkpoint(true);
    EXPECT_EQ(setting(*reading, k_count), "50");
  }
  tidy_while_idle(store);
  EXPECT_EQ(rows_without_log(store), "50");
}

TEST(Sqlite, a_reader_sees_what_was_committed_before_it_asks_and_one_moment_in_a_snapshot) {
  TestStore store;
  store.writer().run_script(k_make_filling);
  static constexpr Statement k_count{"test.count", "SELECT COUNT(*) FROM filling"};
  const auto reading = store.database->read();
  for (int id = 0; id < 5; ++id) {
    fill(store.writer(), id, 1);
    EXPECT_EQ(setting(*reading, k_count), std::to_string(id + 1));
    EXPECT_EQ(setting(*store.database->read(), k_count), std::to_string(id + 1));
  }
  {
    const database::Snapshot one_moment(*reading);
    EXPECT_EQ(setting(*reading, k_count), "5");
    fill(store.writer(), 5, 1);
    EXPECT_EQ(setting(*reading, k_count), "5");
  }
  EXPECT_EQ(setting(*reading, k_count), "6");
}

TEST(Sqlite, the_log_stays_bounded_though_readers_overlap) {
  TestStore store;
  store.writer().run_script(k_make_filling);
  std::atomic<bool> done{false};
  std::thread readers([&] {
    static constexpr Statement k_any{"test.any", "SELECT COUNT(*) FROM filling WHERE id = 1"};
    auto first = std::make_unique<database::ReaderLease>(store.database->read());
    (*first)->begin();
    (*first)->run(k_any, {});
    while (!done) {
      auto second = std::make_unique<database::ReaderLease>(store.database->read());
      (*second)->begin();
      (*second)->run(k_any, {});
      (*first)->rollback();
      first = std::move(second);
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    (*first)->rollback();
  });
  std::uintmax_t largest = 0;
  for (int id = 0; id < 400; ++id) {
    fill(store.writer(), id, 512);
    store.writer().checkpoint(false);
    largest = std::max(largest, std::filesystem::file_size(store.path() + "-wal"));
  }
  done = true;
  readers.join();
  // 200 MiB were written.
  EXPECT_LT(largest, 128U * 1024 * 1024);
}

TEST(Sqlite, a_log_without_its_file_of_shared_memory_is_read_after_a_crash) {
  TestStore store;
  store.writer().run_script(k_make_filling);
  for (int id = 0; id < 20; ++id) fill(store.writer(), id, 8);

  // What a crash leaves: the file and its log as they are now.
  TemporaryFolder after;
  const std::string path = (after.path() / "test.db").string();
  std::filesystem::copy_file(store.path(), path);
  std::filesystem::copy_file(store.path() + "-wal", path + "-wal");
  const auto database = Database::open("sqlite:" + path, {});
  EXPECT_EQ(text_of(*database, "SELECT COUNT(*) FROM filling"), "20");
  EXPECT_EQ(setting(database->writer(), k_integrity), "ok");
}

/// No file of this process grows beyond `bytes` while this lives: a disk without room.
class RoomLimit {
 public:
  explicit RoomLimit(std::uintmax_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &m_before);
    const rlimit limit{bytes, m_before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  RoomLimit(const RoomLimit&) = delete;
  RoomLimit& operator=(const RoomLimit&) = delete;
  ~RoomLimit() {
    ::setrlimit(RLIMIT_FSIZE, &m_before);
    std::signal(SIGXFSZ, SIG_DFL);
  }

 private:
  rlimit m_before{};
};

TEST(Sqlite, a_commit_without_room_is_undone_and_the_next_one_stands) {
  TestStore store;
  store.writer().run_script(k_make_filling);
  for (int id = 0; id < 10; ++id) fill(store.writer(), id, 8);
  for (int round = 0; round < 5; ++round) {
    const auto room = std::filesystem::file_size(store.path() + "-wal") + 5'000U;
    {
      const RoomLimit limit(room);
      EXPECT_THROW(fill(store.writer(), 100, 200), database::DatabaseError);
      EXPECT_THROW(fill(store.writer(), 100, 2'000), database::DatabaseError);
    }
    EXPECT_EQ(store.number("SELECT COUNT(*) FROM filling"), 10 + round);
    fill(store.writer(), 10 + round, 8);
    EXPECT_EQ(store.number("SELECT COUNT(*) FROM filling"), 11 + round);

    TemporaryFolder after;
    const std::string path = (after.path() / "test.db").string();
    std::filesystem::copy_file(store.path(), path);
    std::filesystem::copy_file(store.path() + "-wal", path + "-wal");
    const auto database = Database::open("sqlite:" + path, {});
    EXPECT_EQ(text_of(*database, "SELECT COUNT(*) FROM filling"), std::to_string(11 + round))
        << "after a crash";
    EXPECT_EQ(setting(database->writer(), k_integrity), "ok");
  }
  EXPECT_EQ(setting(store.writer(), k_integrity), "ok");
}

TEST(Sqlite, a_log_that_breaks_off_gives_what_was_committed_before) {
  TestStore store;
  store.writer().run_script(k_make_filling);
  std::vector<std::uintmax_t> log_after;
  for (int id = 0; id < 10; ++id) {
    fill(store.writer(), id, 8);
    log_after.push_back(std::filesystem::file_size(store.path() + "-wal"));
  }
  TemporaryFolder after;
  const std::string path = (after.path() / "test.db").string();
  std::filesystem::copy_file(store.path(), path);
  std::filesystem::copy_file(store.path() + "-wal", path + "-wal");
  std::filesystem::resize_file(path + "-wal", log_after[6] + 5'000);  // in the midst of the eighth

  const auto database = Database::open("sqlite:" + path, {});
  EXPECT_EQ(text_of(*database, "SELECT COUNT(*) FROM filling"), "7");
  EXPECT_EQ(setting(database->writer(), k_integrity), "ok");
}

}  // namespace
}  // namespace lotkeeper::tests
