#include "service/commit/change.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>

#include "service/app.hpp"
#include "store/samples.hpp"
#include "support/faulty_database.hpp"

// Changes by people, where a session to the database ends, and the end of an office.
namespace lotkeeper::tests {
namespace {

using domain::ErrorCode;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// A change on a database that other servers write to as well.
class Changes : public testing::Test {
 protected:
  Changes() : m_faulty(*m_store.database, Breakage::none) {
    m_faulty.share();
    m_committer.emplace(m_faulty, m_clock, service::CommitterOptions{}, nullptr);
  }
  ~Changes() override { m_committer->stop(); }

  void commit(service::Change& change) {
    service::commit_despite_lost_sessions(m_faulty, *m_committer, change);
  }

  static service::Change change() {
    return service::Change([](service::WriteBatch& batch) -> domain::Result<std::string> {
      store::Permit permit = permit_of("A1");
      (void)insert(batch.connection, {permit});
      return std::string("done");
    });
  }
  std::int64_t permits() { return m_store.number("SELECT COUNT(*) FROM permit"); }

  TestStore m_store;
  FaultyDatabase m_faulty;
  FakeClock m_clock{k_noon};
  std::optional<service::GroupCommitter> m_committer;
};

TEST_F(Changes, are_tried_again_where_a_session_had_ended) {
  m_faulty.set(Breakage::away_once);
  service::Change wanted = change();
  commit(wanted);
  EXPECT_TRUE(wanted.outcome);
  EXPECT_EQ(permits(), 1);
}

TEST_F(Changes, are_refused_at_once_where_the_database_is_known_to_be_away) {
  m_faulty.set(Breakage::away);
  service::Change wanted = change();
  const auto began = steady_clock::now();
  commit(wanted);
  EXPECT_LT(steady_clock::now() - began, milliseconds(250));
  ASSERT_FALSE(wanted.outcome);
  EXPECT_EQ(wanted.outcome.error().faults.front().code, ErrorCode::busy);
  m_faulty.set(Breakage::none);
  EXPECT_EQ(permits(), 0);
}

TEST_F(Changes, that_are_refused_are_not_tried_again) {
  int runs = 0;
  service::Change wanted([&](service::WriteBatch&) -> domain::Result<std::string> {
    ++runs;
    return domain::refused(ErrorCode::record_exists, {}, "It is there.");
  });
  commit(wanted);
  EXPECT_EQ(runs, 1);
}

TEST(SqliteOffice, ends_though_its_last_requests_cannot_be_noted) {
  TestApi api;  // for its client and integration
  api.app.stop();
  service::AppOptions options{api.store.url(), {}, {}, {}, {.rows_a_day = 100}};
  TestDatabase copy(&api.store);
  options.database_url = copy.url();
  service::App app(options, api.clock);
  const store::Directory& directory = app.directory();
  const auto caller = directory.find_caller("OC_TOMA", api.token("all"), k_noon);
  ASSERT_TRUE(caller);
  // All readers that there are: the next one is opened afresh.
  std::vector<database::ReaderLease> readers;
  for (int i = 0; i < 4; ++i) readers.push_back(app.database().read());
  std::filesystem::remove(database::sqlite_path(copy.url()));
  for (int i = 0; i < 3; ++i) {
    app.requests().note({caller->client->id, caller->integration->id, k_noon, "permits/push", 200,
                         0, "", "", std::to_string(i), 180});
  }
  EXPECT_NO_THROW(app.stop());
  readers.clear();
}

}  // namespace
}  // namespace lotkeeper::tests
