#include <gtest/gtest.h>

#include "service/clients/tenancy.hpp"
#include "service/violations/violation_writes.hpp"
#include "store/vehicles/vehicle.hpp"
#include "store/violations/violation_events.hpp"
#include "store/violations/violation_type.hpp"
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

  std::string reverse(store::ViolationId id, store::PaymentId payment,
                      const std::string& reason = "wrong ticket") {
    return run([&](WriteBatch& batch, ClientId client) {
      return service::reverse_payment(batch, client, id, payment, reason);
    });
  }

  std::int64_t owed(store::ViolationId id) {
    const auto connection = m_api.app.database().read();
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
  ASSERT_TRUE(
      service::set_client(m_api.app, "OC_TOMA", {{}, {}, {}, std::string("OT-"), std::int64_t{5}}));
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
  expect_refused(paying(k_violation, 5'001), "more than the 50.00 owed");
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
  expect_refused(adjusting(100, " "), "Give a reason");
  expect_refused(adjusting(0, "why"), "above 0");
  expect_refused(
      [](WriteBatch& batch, ClientId client) {
        return service::spoil_violation(batch, client, k_violation, "");
      },
      "Give a reason");
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
      "A payment is recorded");
}

TEST_F(ViolationVerbs, reverses_a_payment_and_owes_again_what_was_owed) {
  EXPECT_EQ(pay(k_violation, 5'000), "");
  EXPECT_NE(text("SELECT closed_at FROM violation"), "");
  EXPECT_EQ(reverse(k_violation, 1), "");
  EXPECT_EQ(owed(k_violation), 5'000);
  EXPECT_EQ(text("SELECT closed_at FROM violation"), "");
  EXPECT_EQ(text("SELECT paid_cents FROM violation"), "0");
  EXPECT_EQ(text("SELECT unpaid FROM vehicle"), "1");
  EXPECT_TRUE(store::has_overdue(*m_api.app.database().read(), 1, m_api.clock.now()));
  EXPECT_EQ(text("SELECT action || ' ' || amount_cents || ' ' || reason FROM violation_event "
                 "ORDER BY event_id DESC"),
            "reverse 5000 wrong ticket");
  EXPECT_EQ(text("SELECT COUNT(*) FROM payment"), "1") << "the payment stays in the books";
  EXPECT_EQ(run([](WriteBatch& batch, ClientId client) {
              return service::cancel_violation(batch, client, k_violation, "goodwill");
            }),
            "")
      << "nothing is paid any more, so it may be cancelled";
}

TEST_F(ViolationVerbs, judge_a_discount_anew_when_a_payment_is_reversed) {
  const auto id = issue();
  EXPECT_EQ(pay(id, 4'000), "");
  EXPECT_EQ(reverse(id, 1), "");
  EXPECT_EQ(owed(id), 4'000) << "the discount still runs";
  EXPECT_EQ(pay(id, 1'000), "");
  EXPECT_EQ(pay(id, 3'000, hours(0), "card"), "");
  m_api.clock.advance(hours(169));
  EXPECT_EQ(owed(id), 0) << "who paid in time has the discount for good";
  EXPECT_EQ(reverse(id, 3), "");
  EXPECT_EQ(owed(id), 4'000) << "what is left paid no sum in time: the discount is gone";
  EXPECT_EQ(pay(id, 3'000, hours(169), "cheque"), "")
      << "the right payment, taken in time, is entered";
  EXPECT_EQ(owed(id), 0);
}

TEST_F(ViolationVerbs, reverse_a_payment_once_and_with_a_reason) {
  pay(k_violation, 1'000);
  const auto reversing = [](store::ViolationId id, store::PaymentId payment, const char* reason) {
    return [=](WriteBatch& batch, ClientId client) {
      return service::reverse_payment(batch, client, id, payment, reason);
    };
  };
  expect_refused(reversing(k_violation, 1, " "), "Give a reason");
  expect_refused(reversing(k_violation, 99, "why"), "no such payment");
  expect_refused(reversing(999, 1, "why"), "no such violation");
  EXPECT_EQ(reverse(k_violation, 1), "");
  expect_refused(reversing(k_violation, 1, "again"), "already reversed");
  expect_refused(reversing(issue(), 1, "of another ticket"), "no such payment");
}

TEST_F(ViolationVerbs, an_import_that_runs_again_does_not_bring_a_reversed_payment_back) {
  const base::Instant at = m_api.clock.now() - hours(5);
  const auto import = [&](bool is_import) {
    bool is_new = false;
    EXPECT_EQ(run([&](WriteBatch& batch, ClientId client) -> Result<void> {
                const auto paid = service::pay_violation(
                    batch, client, {k_violation, 1'000, at, "cash", is_import});
                if (!paid) return tl::unexpected(paid.error());
                is_new = *paid;
                return {};
              }),
              "");
    return is_new;
  };
  EXPECT_TRUE(import(true));
  EXPECT_EQ(reverse(k_violation, 1), "");
  EXPECT_FALSE(import(true));
  EXPECT_EQ(owed(k_violation), 5'000);
  EXPECT_TRUE(import(false)) << "a clerk may enter the same payment again";
  EXPECT_EQ(owed(k_violation), 4'000);
}

TEST_F(ViolationVerbs, reverse_a_payment_of_what_is_in_collections) {
  EXPECT_EQ(
      m_api.post("violations/send_overdue_to_collections", R"({"apiToken":"TOKEN:all"})").status,
      200);
  pay(k_violation, 5'000);
  EXPECT_EQ(reverse(k_violation, 1), "");
  EXPECT_EQ(owed(k_violation), 5'000);
  EXPECT_NE(text("SELECT sent_at FROM violation"), "") << "it stays with the agency";
  EXPECT_FALSE(store::has_overdue(*m_api.app.database().read(), 1, m_api.clock.now()));
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
    return store::has_overdue(*m_api.app.database().read(), 1, m_api.clock.now());
  }
  /// When the violation is due, in days from k_noon.
  std::int64_t days_until_due() {
    return (m_api.number("SELECT due_at FROM violation WHERE violation_id = 9") -
            base::to_epoch_ms(k_noon)) /
           86'400'000;
  }
  void set_appeal_days(std::int64_t days) {
    service::ClientSettings settings;
    settings.appeal_days = days;
    ASSERT_TRUE(service::set_client(m_api.app, "OC_TOMA", settings));
  }
};

TEST_F(Appeals, keep_a_violation_from_collections_until_they_are_upheld) {
  EXPECT_FALSE(is_collectable());
  EXPECT_EQ(decide(AppealDecision::uphold), "");
  EXPECT_FALSE(is_collectable()) << "the driver has 15 days to pay after the decision";
  m_api.clock.advance(hours(15 * 24));
  EXPECT_FALSE(is_collectable());
  m_api.clock.advance(std::chrono::milliseconds(1));
  EXPECT_TRUE(is_collectable());
  EXPECT_EQ(owed(k_violation), 5'000);
  EXPECT_EQ(text("SELECT appeal_comment || appeal_reply FROM violation"),
            "I was loading.We looked.");
  EXPECT_EQ(text("SELECT decision FROM appeal"), "uphold");
}

TEST_F(Appeals, may_reduce_the_fine) {
  EXPECT_EQ(decide(AppealDecision::reduce, 2'500), "");
  EXPECT_EQ(owed(k_violation), 2'500);
  EXPECT_FALSE(is_collectable());
  EXPECT_EQ(days_until_due(), 15);
}

TEST_F(Appeals, set_the_due_date_by_the_clients_days_but_never_an_earlier_one) {
  struct Row {
    AppealDecision decision;
    std::int64_t appeal_days;
    std::int64_t due_before;  ///< in days from the decision
    std::int64_t due_after;
  };
  const Row rows[] = {
      {AppealDecision::uphold, 15, -30, 15}, {AppealDecision::uphold, 15, 14, 15},
      {AppealDecision::uphold, 15, 15, 15},  {AppealDecision::uphold, 15, 16, 16},
      {AppealDecision::uphold, 0, -30, 0},   {AppealDecision::uphold, 3'650, -30, 3'650},
      {AppealDecision::reduce, 30, -1, 30},  {AppealDecision::reduce, 30, 40, 40},
      {AppealDecision::cancel, 15, -30, -30}};
  for (const Row& row : rows) {
    SCOPED_TRACE(std::to_string(row.appeal_days) + " days, due in " +
                 std::to_string(row.due_before));
    set_appeal_days(row.appeal_days);
    EXPECT_EQ(run([&](WriteBatch& batch, ClientId client) -> Result<void> {
                auto violation = *store::find_violation(batch.connection, client, k_violation);
                violation.due = batch.now + hours(24 * row.due_before);
                violation.adjusted_fine_cents = 0;
                violation.cancelled.reset();
                violation.closed.reset();
                violation.appealed = batch.now;
                violation.appeal_decided.reset();
                store::save_violation(batch.connection, client, violation);
                return {};
              }),
              "");
    EXPECT_EQ(decide(row.decision, row.decision == AppealDecision::reduce ? 100 : 0), "");
    EXPECT_EQ(days_until_due(), row.due_after);
    EXPECT_FALSE(is_collectable());
  }
}

TEST_F(Appeals, a_pull_right_after_a_decision_does_not_hand_the_violation_out) {
  decide(AppealDecision::reduce, 2'500);
  const std::string pull = R"({"apiToken":"TOKEN:all"})";
  auto reply = m_api.post("violations/send_overdue_to_collections", pull);
  EXPECT_NE(reply.body.find(R"("records":[])"), std::string::npos) << reply.body;
  EXPECT_EQ(text("SELECT sent_at FROM violation"), "");
  m_api.clock.advance(hours(15 * 24) + std::chrono::milliseconds(1));
  reply = m_api.post("violations/send_overdue_to_collections", pull);
  EXPECT_NE(reply.body.find(R"("Due":"2026-03-17T12:00:00.000000Z")"), std::string::npos)
      << reply.body;
  EXPECT_EQ(text("SELECT sent_owed_cents || ' ' || sent_paid_cents FROM violation"), "2500 0");
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
  expect_refused(appealing, "already open");
  expect_refused(reducing(0), "above 0 and below 50.00");
  expect_refused(reducing(5'000), "above 0 and below 50.00");
  decide(AppealDecision::uphold);
  expect_refused(reducing(100), "It has no open appeal");
  EXPECT_EQ(run(appealing), "") << "a second appeal may follow the first";
}

TEST_F(Appeals, refuse_once_nothing_is_owed_or_it_was_sent) {
  decide(AppealDecision::uphold);
  m_api.clock.advance(hours(16 * 24));
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
