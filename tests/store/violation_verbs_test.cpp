#include <gtest/gtest.h>

#include "service/tenancy.hpp"
#include "service/violation_writes.hpp"
#include "store/vehicle.hpp"
#include "store/violation_life.hpp"
#include "store/violation_type.hpp"
#include "support/overdue.hpp"

// The life of a violation: each verb, what it refuses, and that a refusal writes nothing.
namespace lotkeeper::tests {
namespace {

using domain::Result;
using service::AppealDecision;
using service::WriteBatch;
using std::chrono::hours;
using store::ClientId;

constexpr store::ViolationId k_violation = 9;  // the document's, of 50.00; 40.00 within 168 hours
constexpr store::VehicleId k_vehicle = 8;

class ViolationVerbs : public testing::Test {
 protected:
  ViolationVerbs() {
    import_overdue(m_api, "OC_TOMA");
    run([](WriteBatch& batch, ClientId client) -> Result<void> {
      const store::ViolationType type{9, 1, 5'000, true, 1'000, 168};
      store::save_violation_types(batch.connection, client, std::span(&type, 1));
      return {};
    });
  }

  using Verb = std::function<Result<void>(WriteBatch&, ClientId)>;
  std::string run(const Verb& verb) { return change_violation(m_api, verb); }

  /// Issues one of the document's type on the document's vehicle, and returns its id.
  store::ViolationId issue(bool is_warning = false) {
    store::ViolationId id = 0;
    EXPECT_EQ(run([&](WriteBatch& batch, ClientId client) -> Result<void> {
                service::IssueViolation wanted;
                wanted.vehicle = k_vehicle;
                wanted.types = {9};
                wanted.category = 2;
                wanted.location = 6;
                wanted.comment = "blocking the door";
                wanted.issued = batch.now;
                wanted.is_warning = is_warning;
                auto issued = service::issue_violation(batch, client, wanted);
                if (!issued) return tl::unexpected(issued.error());
                id = issued->id;
                return {};
              }),
              "");
    return id;
  }

  std::string pay(store::ViolationId id, std::int64_t cents, hours ago = hours(0),
                  const std::string& method = "cash") {
    return run([&](WriteBatch& batch, ClientId client) -> Result<void> {
      auto paid = service::pay_violation(batch, client, {id, cents, batch.now - ago, method});
      if (!paid) return tl::unexpected(paid.error());
      return {};
    });
  }

  std::int64_t owed(store::ViolationId id) {
    const auto connection = m_api.office.database().read();
    return *service::owed_for(*connection, 1, id, m_api.clock.now());
  }

  std::string text(const std::string& sql) { return m_api.text(sql); }

  /// A verb that must be refused, with a sentence that holds `words`, and write nothing.
  void expect_refused(const Verb& verb, const std::string& words) {
    const std::string before = everything();
    const std::string detail = run(verb);
    EXPECT_NE(detail.find(words), std::string::npos) << detail;
    EXPECT_EQ(everything(), before) << "a refusal wrote something";
  }

  std::string everything() {
    return m_api.content() + text("SELECT COUNT(*) FROM violation_event") + "/" +
           text("SELECT COUNT(*) FROM payment") + "/" + text("SELECT COUNT(*) FROM appeal") + "/" +
           text("SELECT CAST(SUM(last_id) AS BIGINT) FROM id_counter");
  }

  TestApi m_api;
};

TEST_F(ViolationVerbs, issues_with_the_clients_next_ticket_and_due_date) {
  const auto id = issue();
  EXPECT_EQ(id, 10) << "ids go on above those that were imported";
  EXPECT_EQ(text("SELECT ticket || ' ' || fine_cents || ' ' || (due_at - issued_at) FROM violation "
                 "WHERE violation_id = 10"),
            "1-100014 5000 " + std::to_string(20LL * 24 * 3600 * 1000));
  EXPECT_EQ(text("SELECT detail_id || ' ' || discount_cents || ' ' || discount_hours FROM "
                 "violation_detail WHERE violation_id = 10"),
            "11 1000 168");
  EXPECT_EQ(text("SELECT violations || ' ' || unpaid || ' ' || warnings FROM vehicle"), "1 1 0");
  EXPECT_EQ(text("SELECT action FROM violation_event WHERE violation_id = 10"), "issue");
}

TEST_F(ViolationVerbs, issues_by_the_clients_own_prefix_and_days) {
  ASSERT_TRUE(service::set_client(m_api.office, "OC_TOMA",
                                  {{}, {}, {}, std::string("OT-"), std::int64_t{5}}));
  issue();
  EXPECT_EQ(text("SELECT ticket || ' ' || ((due_at - issued_at) / 86400000) FROM violation "
                 "WHERE violation_id = 10"),
            "OT-100014 5");
}

TEST_F(ViolationVerbs, warns_without_cost) {
  const auto id = issue(true);
  EXPECT_EQ(owed(id), 0);
  EXPECT_NE(text("SELECT closed_at FROM violation WHERE violation_id = 10"), "");
  EXPECT_EQ(text("SELECT violations || ' ' || unpaid || ' ' || warnings FROM vehicle"), "0 0 1");
  EXPECT_NE(pay(id, 100).find("warning"), std::string::npos);
}

TEST_F(ViolationVerbs, refuse_to_issue_on_what_is_not_there) {
  const auto with = [](auto change) {
    return [change](WriteBatch& batch, ClientId client) -> Result<void> {
      service::IssueViolation wanted;
      wanted.vehicle = k_vehicle;
      wanted.types = {9};
      wanted.issued = batch.now;
      change(wanted);
      auto issued = service::issue_violation(batch, client, wanted);
      if (!issued) return tl::unexpected(issued.error());
      return {};
    };
  };
  expect_refused(with([](auto& wanted) { wanted.vehicle = 999; }), "no vehicle");
  expect_refused(with([](auto& wanted) { wanted.types = {999}; }), "no violation type");
  expect_refused(with([](auto& wanted) { wanted.types.clear(); }), "at least one");
  expect_refused(with([](auto& wanted) { wanted.category = 999; }), "no category");
  expect_refused(with([](auto& wanted) { wanted.location = 999; }), "no location");
}

TEST_F(ViolationVerbs, pays_part_and_then_the_rest) {
  const auto id = issue();
  EXPECT_EQ(owed(id), 4'000) << "the discount runs";
  EXPECT_EQ(pay(id, 1'500), "");
  EXPECT_EQ(owed(id), 2'500);
  EXPECT_EQ(text("SELECT unpaid FROM vehicle"), "1");
  EXPECT_EQ(pay(id, 2'500, hours(0), "card"), "");
  EXPECT_EQ(owed(id), 0);
  EXPECT_EQ(text("SELECT paid_cents FROM violation WHERE violation_id = 10"), "4000");
  EXPECT_EQ(text("SELECT unpaid FROM vehicle"), "0");
  m_api.clock.advance(hours(1'000));
  EXPECT_EQ(owed(id), 0) << "who paid in time owes nothing when the discount is over";
}

TEST_F(ViolationVerbs, takes_a_payment_once) {
  EXPECT_EQ(pay(k_violation, 1'000), "");
  EXPECT_EQ(pay(k_violation, 1'000), "");
  EXPECT_EQ(text("SELECT COUNT(*) FROM payment"), "1");
  EXPECT_EQ(pay(k_violation, 1'000, hours(1)), "");
  EXPECT_EQ(text("SELECT COUNT(*) FROM payment"), "2");
}

TEST_F(ViolationVerbs, refuse_payments_that_cannot_be) {
  const auto paying = [](store::ViolationId id, std::int64_t cents, hours later = hours(0)) {
    return [=](WriteBatch& batch, ClientId client) -> Result<void> {
      auto paid = service::pay_violation(batch, client, {id, cents, batch.now + later, "cash"});
      if (!paid) return tl::unexpected(paid.error());
      return {};
    };
  };
  expect_refused(paying(999, 100), "no such violation");
  expect_refused(paying(k_violation, 0), "above 0");
  expect_refused(paying(k_violation, -5), "above 0");
  expect_refused(paying(k_violation, 5'001), "at most what is owed, 50.00");
  expect_refused(paying(k_violation, 100, hours(1)), "future");
}

TEST_F(ViolationVerbs, adjusts_with_a_reason) {
  EXPECT_EQ(run([](WriteBatch& batch, ClientId client) {
              return service::adjust_violation(batch, client, k_violation, 2'000, "first offence");
            }),
            "");
  EXPECT_EQ(owed(k_violation), 2'000);
  EXPECT_EQ(text("SELECT adjusted_fine_cents || adjustment_reason FROM violation"),
            "2000first offence");
}

TEST_F(ViolationVerbs, opens_again_what_is_adjusted_above_what_was_paid) {
  pay(k_violation, 5'000);
  EXPECT_NE(text("SELECT closed_at FROM violation"), "");
  run([](WriteBatch& batch, ClientId client) {
    return service::adjust_violation(batch, client, k_violation, 6'000, "repeat offence");
  });
  // Whoever has paid all that was owed when paying is done; a higher fine was not owed then.
  EXPECT_EQ(owed(k_violation), 1'000);
  EXPECT_EQ(text("SELECT closed_at FROM violation"), "");
}

TEST_F(ViolationVerbs, refuse_what_has_no_reason_or_no_sense) {
  const auto adjusting = [](std::int64_t cents, const char* reason) {
    return [=](WriteBatch& batch, ClientId client) {
      return service::adjust_violation(batch, client, k_violation, cents, reason);
    };
  };
  expect_refused(adjusting(100, " "), "Say why");
  expect_refused(adjusting(0, "why"), "above 0");
  expect_refused(
      [](WriteBatch& batch, ClientId client) {
        return service::spoil_violation(batch, client, k_violation, "");
      },
      "Say why");
  expect_refused(
      [](WriteBatch& batch, ClientId client) {
        return service::cancel_violation(batch, client, 999, "why");
      },
      "no such violation");
}

TEST_F(ViolationVerbs, spoil_and_cancel_leave_nothing_owed) {
  const auto spoiled = issue();
  EXPECT_EQ(run([&](WriteBatch& batch, ClientId client) {
              return service::spoil_violation(batch, client, spoiled, "wrong plate");
            }),
            "");
  EXPECT_EQ(owed(spoiled), 0);
  EXPECT_EQ(run([](WriteBatch& batch, ClientId client) {
              return service::cancel_violation(batch, client, k_violation, "goodwill");
            }),
            "");
  EXPECT_EQ(owed(k_violation), 0);
  EXPECT_EQ(text("SELECT COUNT(*) FROM violation WHERE closed_at IS NOT NULL"), "2");
  expect_refused(
      [](WriteBatch& batch, ClientId client) {
        return service::cancel_violation(batch, client, k_violation, "again");
      },
      "already");
}

TEST_F(ViolationVerbs, refuse_to_void_what_was_paid_for) {
  pay(k_violation, 100);
  expect_refused(
      [](WriteBatch& batch, ClientId client) {
        return service::spoil_violation(batch, client, k_violation, "why");
      },
      "Something was paid");
}

class Appeals : public ViolationVerbs {
 protected:
  Appeals() {
    EXPECT_EQ(run([](WriteBatch& batch, ClientId client) {
                return service::appeal_violation(batch, client, k_violation, "I was loading.");
              }),
              "");
  }
  std::string decide(AppealDecision decision, std::int64_t cents = 0) {
    return run([=](WriteBatch& batch, ClientId client) {
      return service::decide_appeal(batch, client, k_violation, decision, cents, "We looked.");
    });
  }
  bool is_collectable() {
    return store::has_overdue(*m_api.office.database().read(), 1, m_api.clock.now());
  }
};

TEST_F(Appeals, keep_a_violation_from_collections_until_they_are_upheld) {
  EXPECT_FALSE(is_collectable());
  EXPECT_EQ(decide(AppealDecision::uphold), "");
  EXPECT_TRUE(is_collectable());
  EXPECT_EQ(owed(k_violation), 5'000);
  EXPECT_EQ(text("SELECT appeal_comment || appeal_reply FROM violation"),
            "I was loading.We looked.");
  EXPECT_EQ(text("SELECT decision FROM appeal"), "uphold");
}

TEST_F(Appeals, may_reduce_the_fine) {
  EXPECT_EQ(decide(AppealDecision::reduce, 2'500), "");
  EXPECT_EQ(owed(k_violation), 2'500);
  EXPECT_TRUE(is_collectable());
}

TEST_F(Appeals, may_cancel_the_violation) {
  EXPECT_EQ(decide(AppealDecision::cancel), "");
  EXPECT_EQ(owed(k_violation), 0);
  EXPECT_FALSE(is_collectable());
}

TEST_F(Appeals, refuse_what_has_no_sense) {
  const auto appealing = [](WriteBatch& batch, ClientId client) {
    return service::appeal_violation(batch, client, k_violation, "again");
  };
  const auto reducing = [](std::int64_t cents) {
    return [=](WriteBatch& batch, ClientId client) {
      return service::decide_appeal(batch, client, k_violation, AppealDecision::reduce, cents,
                                    "reply");
    };
  };
  expect_refused(appealing, "open already");
  expect_refused(reducing(0), "above 0 and below 50.00");
  expect_refused(reducing(5'000), "above 0 and below 50.00");
  decide(AppealDecision::uphold);
  expect_refused(reducing(100), "No appeal of it is open");
  EXPECT_EQ(run(appealing), "") << "a second appeal may follow the first";
}

TEST_F(Appeals, refuse_once_nothing_is_owed_or_it_was_sent) {
  decide(AppealDecision::uphold);
  const auto appealing = [](WriteBatch& batch, ClientId client) {
    return service::appeal_violation(batch, client, k_violation, "too late");
  };
  EXPECT_EQ(
      m_api.post("violations/send_overdue_to_collections", R"({"apiToken":"TOKEN:all"})").status,
      200);
  expect_refused(appealing, "sent to collections");
  pay(k_violation, 5'000);
  expect_refused(appealing, "Nothing is owed");
}

}  // namespace
}  // namespace lotkeeper::tests
