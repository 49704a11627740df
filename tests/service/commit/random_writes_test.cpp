#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "base/text/text.hpp"
#include "domain/permits/plate.hpp"
#include "store/samples.hpp"

// Thousands of pushes, updates and deletes from several threads, out of a small world in which they
// meet all the time: afterwards every figure equals a recount.
namespace lotkeeper::tests {
namespace {

constexpr int k_threads = 4;
constexpr int k_writes_each = 900;
constexpr int k_plates = 12;
constexpr int k_hours = 4;

/// What one thread's writes were answered with.
struct Tally {
  int pushed = 0, updated = 0, deleted = 0, refused = 0;
};

class RandomWriter {
 public:
  RandomWriter(TestApi& api, unsigned seed)
      : m_api(api),
        m_caller(*api.app.directory().find_caller("OC_TOMA", api.token("all"), k_noon)),
        m_random(seed) {}

  Tally run() {
    for (int i = 0; i < k_writes_each; ++i) {
      const int kind = pick(10);
      if (kind < 5 || m_own.empty()) {
        push();
      } else if (kind < 8) {
        update();
      } else {
        end();
      }
    }
    return m_tally;
  }

 private:
  int pick(int below) { return std::uniform_int_distribution<>(0, below - 1)(m_random); }
  std::string plate() { return "R" + std::to_string(pick(k_plates)); }
  base::Instant end_time() { return k_noon + std::chrono::hours(1 + pick(k_hours)); }
  base::Uuid& own() {
    return m_own[static_cast<std::size_t>(pick(static_cast<int>(m_own.size())))];
  }

  void push() {
    service::PushPermit command;
    command.permit = permit_of(plate());
    command.permit.client = m_caller.client->id;
    command.permit.integration = m_caller.integration->id;
    command.permit.end = end_time();
    command.permit.type = pick(2) == 0 ? domain::PermitType::temp : domain::PermitType::standard;
    if (const int zone = pick(5); zone > 0) {
      command.zone_name = zone < 3 ? "Lot 4" : "Nowhere " + std::to_string(zone);
      command.zone_name_norm = base::fold_name(*command.zone_name);
    }
    commit(command, m_tally.pushed);
    if (command.outcome) m_own.push_back(command.permit.id);
  }

  void update() {
    service::UpdatePermit command;
    command.permit = {m_caller.client->id, m_caller.integration->id, own()};
    if (pick(2) == 0) {
      const std::string sent = plate();
      command.plate = {sent, sent, domain::plate_shape(sent)};
    }
    if (pick(2) == 0) command.end = end_time();
    if (pick(3) == 0) command.amount_cents = 100 + pick(100);
    command.client_currency = "CAD";
    commit(command, m_tally.updated);
  }

  void end() {
    service::DeletePermit command;
    command.permit = {m_caller.client->id, m_caller.integration->id, own()};
    commit(command, m_tally.deleted);
  }

  void commit(service::Command& command, int& successes) {
    m_api.app.committer().commit_and_wait(command);
    if (command.outcome) {
      ++successes;
    } else {
      ++m_tally.refused;
      const auto code = command.outcome.error().faults.front().code;
      EXPECT_TRUE(code == domain::ErrorCode::record_exists ||
                  code == domain::ErrorCode::record_not_found)
          << static_cast<int>(code);
    }
  }

  TestApi& m_api;
  store::Caller m_caller;
  std::mt19937 m_random;
  std::vector<base::Uuid> m_own;
  Tally m_tally;
};

TEST(RandomWrites, leave_figures_that_equal_a_recount) {
  TestApi api;
  std::vector<Tally> tallies(k_threads);
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < k_threads; ++i) {
    threads.emplace_back([&, i] { tallies[i] = RandomWriter(api, 1'000 + i).run(); });
  }
  for (std::thread& thread : threads) thread.join();

  Tally all;
  for (const Tally& tally : tallies) {
    all.pushed += tally.pushed;
    all.updated += tally.updated;
    all.deleted += tally.deleted;
    all.refused += tally.refused;
  }
  EXPECT_GT(all.pushed, 100);
  EXPECT_GT(all.updated, 100);
  EXPECT_GT(all.deleted, 100);
  EXPECT_GT(all.refused, 100) << "they met";

  EXPECT_EQ(api.miscounts(), 0);
  EXPECT_EQ(api.number("SELECT COUNT(*) FROM permit"), all.pushed);
  EXPECT_EQ(api.number("SELECT COUNT(*) FROM permit WHERE deleted_at IS NULL"),
            all.pushed - all.deleted);
  EXPECT_EQ(api.number("SELECT CAST(SUM(total) AS BIGINT) FROM permit_count"),
            all.pushed - all.deleted);
  EXPECT_EQ(api.number("SELECT COUNT(*) FROM permit_history WHERE replaced_by = 'delete'"),
            all.deleted);
  EXPECT_EQ(api.number("SELECT COUNT(*) FROM (SELECT 1 FROM permit WHERE deleted_at IS NULL "
                       "GROUP BY client_id, plate_norm, integration_id, zone_name_id, permit_no, "
                       "start_at, end_at HAVING COUNT(*) > 1) t"),
            0)
      << "no two live permits are identical";
  if (tested_engine() == database::Engine::sqlite) {
    EXPECT_EQ(api.text("PRAGMA integrity_check"), "ok");
  }
}

}  // namespace
}  // namespace lotkeeper::tests
