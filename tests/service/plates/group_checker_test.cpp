#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <deque>
#include <exception>
#include <optional>
#include <vector>

#include "domain/permits/plate.hpp"
#include "service/plates/group_checker.hpp"
#include "store/samples.hpp"
#include "support/faulty_database.hpp"

namespace lotkeeper::tests {
namespace {

/// What came of one check.
struct Outcome {
  std::vector<base::Uuid> valid;
  bool is_unavailable = false;
  bool has_failed = false;
  bool is_refused = false;
};

/// A checker whose database other processes may write to, so that checks wait for one another.
class GroupCheckers : public testing::Test {
 protected:
  GroupCheckers() : m_faulty(*m_store.database, Breakage::none) {
    m_faulty.share();
    m_checker.emplace(m_faulty);
  }

  /// The outcomes of checks that are asked at the same moment, in their order.
  std::vector<Outcome> check(const std::vector<std::string>& plates) {
    std::vector<service::PlateCheck> checks;
    for (const std::string& plate : plates) {
      checks.push_back({k_client, domain::normalise_plate(plate), {}, {k_noon, k_noon}});
    }
    std::vector<Outcome> outcomes(checks.size());
    boost::asio::io_context& loop = m_loops.emplace_back();
    for (std::size_t i = 0; i < checks.size(); ++i) {
      boost::asio::co_spawn(loop, m_checker->check(checks[i]),
                            [&outcome = outcomes[i]](const std::exception_ptr& failure,
                                                     domain::Result<service::PlateAnswer> answer) {
                              try {
                                if (failure) std::rethrow_exception(failure);
                              } catch (const database::DatabaseUnavailable&) {
                                outcome.is_unavailable = true;
                                return;
                              } catch (const database::DatabaseError&) {
                                outcome.has_failed = true;
                                return;
                              }
                              outcome.is_refused = !answer;
                              if (!answer) return;
                              for (const auto& permit : answer->valid)
                                outcome.valid.push_back(permit.id);
                            });
    }
    loop.run();
    return outcomes;
  }

  /// They outlive the checker, whose threads may still be waking one that has its last answer.
  std::deque<boost::asio::io_context> m_loops;
  TestStore m_store;
  FaultyDatabase m_faulty;
  std::optional<service::GroupChecker> m_checker;
};

TEST_F(GroupCheckers, give_each_caller_the_answer_to_its_own_question) {
  std::vector<store::Permit> permits;
  for (int i = 0; i < 300; ++i) permits.push_back(permit_of("K" + std::to_string(i)));
  insert(m_store.writer(), permits);

  std::vector<std::string> plates;
  for (int i = 0; i < 300; ++i) {
    plates.push_back("K" + std::to_string((i * 7) % 300));
    plates.push_back("NONE" + std::to_string(i));
  }
  const auto outcomes = check(plates);
  for (std::size_t i = 0; i < plates.size(); ++i) {
    EXPECT_FALSE(outcomes[i].is_unavailable);
    if (i % 2 == 1) {
      EXPECT_TRUE(outcomes[i].valid.empty()) << plates[i];
    } else {
      EXPECT_EQ(outcomes[i].valid, std::vector{permits[(i / 2 * 7) % 300].id}) << plates[i];
    }
  }
}

TEST_F(GroupCheckers, tell_every_caller_that_the_database_is_away_and_recover) {
  insert(m_store.writer(), {permit_of("A1")});
  m_faulty.set(Breakage::away);
  for (const Outcome& outcome : check({"A1", "B2", "A1"})) EXPECT_TRUE(outcome.is_unavailable);
  m_faulty.set(Breakage::none);
  for (const Outcome& outcome : check({"A1", "A1"})) EXPECT_EQ(outcome.valid.size(), 1U);
}

TEST_F(GroupCheckers, refuse_what_comes_after_the_stop) {
  insert(m_store.writer(), {permit_of("A1")});
  m_checker->stop();
  EXPECT_TRUE(check({"A1"}).front().is_refused);
}

TEST_F(GroupCheckers, tell_each_caller_of_a_failure_of_its_own) {
  m_faulty.set(Breakage::failing);
  for (const Outcome& outcome : check({"A1", "B2"})) EXPECT_TRUE(outcome.has_failed);
}

TEST_F(GroupCheckers, ask_one_by_one_where_the_engine_takes_no_arrays) {
  const store::Permit permit = permit_of("A1");
  insert(m_store.writer(), {permit});
  m_faulty.set(Breakage::takes_no_arrays);
  for (int round = 0; round < 2; ++round) {
    const auto outcomes = check({"A1", "B2", "A1", "C3"});
    EXPECT_EQ(outcomes[0].valid, std::vector{permit.id});
    EXPECT_TRUE(outcomes[1].valid.empty());
    EXPECT_FALSE(outcomes[1].has_failed);
    EXPECT_EQ(outcomes[2].valid, std::vector{permit.id});
  }
}

TEST_F(GroupCheckers, answer_another_integration_before_the_rest_of_a_flood) {
  const service::PlateCheck asked{k_client, "A1", {}, {k_noon, k_noon}};
  std::vector<int> order;
  boost::asio::io_context& loop = m_loops.emplace_back();
  const auto ask = [&](store::IntegrationId integration) {
    boost::asio::co_spawn(loop, m_checker->check(asked, {k_client, integration}),
                          [&order, integration](const std::exception_ptr&,
                                                const domain::Result<service::PlateAnswer>&) {
                            order.push_back(static_cast<int>(integration));
                          });
  };
  for (int i = 0; i < 3'000; ++i) ask(1);
  ask(2);
  loop.run();
  ASSERT_EQ(order.size(), 3'001U);
  const auto place = std::ranges::find(order, 2) - order.begin();
  EXPECT_LT(place, 2'900) << "it did not wait for all that came before";
}

TEST_F(GroupCheckers, ask_together_what_waits_together) {
  std::vector<std::string> plates;
  for (int i = 0; i < 400; ++i) plates.push_back("K" + std::to_string(i));
  const std::size_t before = m_faulty.readings();
  check(plates);
  EXPECT_LE(m_faulty.readings() - before, 200U);
}

}  // namespace
}  // namespace lotkeeper::tests
