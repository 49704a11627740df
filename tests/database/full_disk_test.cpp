#include <gtest/gtest.h>

#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>

#include "store/samples.hpp"

// What a commit leaves on disk that fails for want of room: nothing, then and later.
namespace lotkeeper::tests {
namespace {

namespace fs = std::filesystem;

/// No file of this process grows beyond `size` until this is gone.
class NoRoomBeyond {
 public:
  explicit NoRoomBeyond(std::uintmax_t size) {
    m_former_action = std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &m_former);
    const rlimit limit{size, m_former.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  NoRoomBeyond(const NoRoomBeyond&) = delete;
  NoRoomBeyond& operator=(const NoRoomBeyond&) = delete;
  ~NoRoomBeyond() {
    ::setrlimit(RLIMIT_FSIZE, &m_former);
    std::signal(SIGXFSZ, m_former_action);
  }

 private:
  rlimit m_former{};
  void (*m_former_action)(int) = nullptr;
};

std::vector<store::Permit> permits(const std::string& prefix, int count) {
  std::vector<store::Permit> all;
  for (int i = 0; i < count; ++i) all.push_back(permit_of(prefix + std::to_string(i)));
  return all;
}

/// How many permits a server would find that starts on what is on disk now, as after a power cut.
std::int64_t permits_after_a_power_cut(const TestStore& store) {
  const TemporaryFolder folder;
  const std::string copy = (folder.path() / "copy.db").string();
  fs::copy_file(store.path(), copy);
  if (fs::exists(store.path() + "-wal")) fs::copy_file(store.path() + "-wal", copy + "-wal");
  const auto database = database::Database::open("sqlite:" + copy, {});
  static constexpr database::Statement k_check{"test.check", "PRAGMA integrity_check"};
  database->writer().run(k_check, {},
                         [](const database::Row& row) { EXPECT_EQ(row.text(0), "ok"); });
  static constexpr database::Statement k_count{"test.count", "SELECT COUNT(*) FROM permit"};
  std::int64_t count = -1;
  database->writer().run(k_count, {}, [&](const database::Row& row) { count = row.integer(0); });
  return count;
}

void commit_permits(TestStore& store, const std::string& prefix, int count) {
  database::Transaction transaction(store.writer());
  insert(store.writer(), permits(prefix, count));
  transaction.commit();
}

class FullDisk : public testing::TestWithParam<int> {};

TEST_P(FullDisk, a_commit_that_found_no_room_stays_undone) {
  TestStore store;
  commit_permits(store, "FIRST", 5);
  const std::uintmax_t log_size = fs::file_size(store.path() + "-wal");
  {
    const NoRoomBeyond limit(log_size + static_cast<std::uintmax_t>(GetParam()));
    EXPECT_THROW(commit_permits(store, "LOST", 300), database::DatabaseError);
    store.writer().checkpoint(false);
  }
  EXPECT_EQ(permits_after_a_power_cut(store), 5);

  store.writer().checkpoint(false);
  EXPECT_EQ(permits_after_a_power_cut(store), 5) << "upkeep brought it back";

  commit_permits(store, "LAST", 2);
  EXPECT_EQ(permits_after_a_power_cut(store), 7);
  EXPECT_EQ(store.number("SELECT COUNT(*) FROM permit"), 7);
}

// How many bytes of the log fit on the disk: none, a page's header, some pages, all but a few.
INSTANTIATE_TEST_SUITE_P(Room, FullDisk, testing::Values(0, 24, 5'000, 20'000, 40'000));

}  // namespace
}  // namespace lotkeeper::tests
