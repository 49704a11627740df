#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/clock.hpp"
#include "service/app.hpp"
#include "store/clients/tenancy.hpp"
#include "store/samples.hpp"

// Two servers on one database, as processes would be: each with connections of its own.
namespace lotkeeper::tests {
namespace {

constexpr int k_threads_each = 6;
constexpr int k_pushes_each = 60;

class PostgresReplicas : public testing::Test {
 protected:
  PostgresReplicas() {
    for (auto& app : m_offices) {
      app = std::make_unique<service::App>(
          service::AppOptions{m_place.url(), std::chrono::seconds(5), {}, {}}, m_clock);
    }
    store::ClientRow client{k_client, "OC_TOMA", "Toma", "UTC", "CAD"};
    const auto added = m_offices[0]->change([&](service::WriteBatch& batch) {
      store::insert_client(batch.connection, client, batch.now);
      return domain::Result<std::string>("");
    });
    EXPECT_TRUE(added);
  }

  std::int64_t number(std::string_view sql) {
    return std::stoll(
        text_of(*database::Database::open(m_place.url(), std::chrono::seconds(5)), sql));
  }

  /// Pushes from many threads to both servers; returns the permits that were acknowledged.
  std::vector<base::Uuid> push_to_both() {
    std::mutex mutex;
    std::vector<base::Uuid> acknowledged;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 2 * k_threads_each; ++thread) {
      threads.emplace_back([&, thread] {
        for (int i = 0; i < k_pushes_each; ++i) {
          const auto push =
              push_of(permit_of("T" + std::to_string(thread) + "P" + std::to_string(i)));
          push->zone_name = "Lot " + std::to_string(i % 3);
          push->zone_name_norm = *push->zone_name;
          m_offices[static_cast<std::size_t>(thread % 2)]->committer().commit_and_wait(*push);
          if (!push->outcome) {
            const auto code = push->outcome.error().faults.front().code;
            EXPECT_TRUE(code == domain::ErrorCode::busy ||
                        code == domain::ErrorCode::outcome_unknown)
                << static_cast<int>(code);
            continue;
          }
          const std::scoped_lock lock(mutex);
          acknowledged.push_back(push->permit.id);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    return acknowledged;
  }

  void expect_all_stand(const std::vector<base::Uuid>& acknowledged) {
    static constexpr database::Statement k_find{"test.find",
                                                "SELECT 1 FROM permit WHERE permit_id = $1"};
    std::int64_t found = 0;
    const auto database = database::Database::open(m_place.url(), std::chrono::seconds(5));
    for (const base::Uuid& id : acknowledged) {
      database->writer().run(k_find, {id}, [&](const database::Row&) { ++found; });
    }
    EXPECT_EQ(found, static_cast<std::int64_t>(acknowledged.size())) << "lost";
    EXPECT_EQ(number("SELECT CAST(SUM(total) AS BIGINT) FROM permit_count"),
              number("SELECT COUNT(*) FROM permit"))
        << "the counters are a recount";
  }

  TestDatabase m_place;
  base::SystemClock m_clock;
  std::array<std::unique_ptr<service::App>, 2> m_offices;
};

TEST_F(PostgresReplicas, count_in_rows_of_their_own_what_both_push) {
  const auto acknowledged = push_to_both();
  EXPECT_EQ(acknowledged.size(), 2U * k_threads_each * k_pushes_each);
  expect_all_stand(acknowledged);
  EXPECT_GE(number("SELECT COUNT(DISTINCT replica) FROM permit_count"), 2);
  EXPECT_EQ(number("SELECT COUNT(*) FROM zone_name"), 3) << "a name is made once";
}

TEST_F(PostgresReplicas, lose_and_double_nothing_where_sessions_end_in_the_midst_of_it) {
  std::atomic<bool> done{false};
  std::thread ending([&] {
    const auto third = database::Database::open(m_place.url(), std::chrono::seconds(5));
    while (!done) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      third->writer().run_script(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
          "current_database() AND pid <> pg_backend_pid()");
    }
  });
  const auto acknowledged = push_to_both();
  done = true;
  ending.join();
  EXPECT_GT(acknowledged.size(), static_cast<std::size_t>(k_pushes_each));
  expect_all_stand(acknowledged);
}

TEST_F(PostgresReplicas, agree_on_who_changed_and_who_deleted_a_permit) {
  constexpr int k_permits = 40;
  std::vector<store::PermitKey> keys;
  for (int i = 0; i < k_permits; ++i) {
    const auto push = push_of(permit_of("R" + std::to_string(i)));
    m_offices[0]->committer().commit_and_wait(*push);
    ASSERT_TRUE(push->outcome);
    keys.push_back({push->permit.client, push->permit.integration, push->permit.id});
  }
  std::atomic<int> updated{0};
  std::atomic<int> deleted{0};
  const auto run_on_both = [&](const auto& write) {
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 2 * k_threads_each; ++thread) {
      threads.emplace_back([&, thread] {
        service::App& app = *m_offices[static_cast<std::size_t>(thread % 2)];
        for (const store::PermitKey& key : keys) write(app.committer(), key, thread);
      });
    }
    for (std::thread& thread : threads) thread.join();
  };

  run_on_both([&](service::GroupCommitter& committer, const store::PermitKey& key, int thread) {
    service::UpdatePermit update;
    update.permit = key;
    update.end = k_noon + std::chrono::hours(5 + thread);  // each leaves another end
    committer.commit_and_wait(update);
    EXPECT_TRUE(update.outcome);
    if (update.outcome) ++updated;
  });
  EXPECT_EQ(updated, k_permits * 2 * k_threads_each);
  EXPECT_EQ(number("SELECT COUNT(*) FROM permit_history"), updated)
      << "none was overwritten unseen";

  run_on_both([&](service::GroupCommitter& committer, const store::PermitKey& key, int) {
    service::DeletePermit deleting;
    deleting.permit = key;
    committer.commit_and_wait(deleting);
    if (deleting.outcome) {
      ++deleted;
    } else {
      EXPECT_EQ(deleting.outcome.error().faults.front().code, domain::ErrorCode::record_not_found);
    }
  });
  EXPECT_EQ(deleted, k_permits) << "each once";
  EXPECT_EQ(number("SELECT CAST(SUM(total) AS BIGINT) FROM permit_count"), 0);
}

TEST_F(PostgresReplicas, know_each_others_tokens_within_a_second) {
  constexpr std::string_view k_token = "TOKEN-OF-THE-OTHER-SERVER";
  const auto issued = m_offices[0]->change([&](service::WriteBatch& batch) {
    store::IntegrationRow integration;
    integration.client = k_client;
    integration.id = k_integration;
    integration.name = "Machines";
    store::insert_integration(batch.connection, integration, batch.now);
    store::insert_token(batch.connection, k_client, k_integration, 1, k_token, std::nullopt,
                        batch.now);
    return domain::Result<std::string>("");
  });
  ASSERT_TRUE(issued);
  const auto is_known = [&] {
    return m_offices[1]->directory().find_caller("OC_TOMA", k_token, m_clock.now()).has_value();
  };
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  while (!is_known() && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_TRUE(is_known());
}

}  // namespace
}  // namespace lotkeeper::tests
