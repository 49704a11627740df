#include <gtest/gtest.h>

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <string>

#include "base/text/text.hpp"
#include "service/requests/request_notes.hpp"
#include "store/samples.hpp"
#include "support/faulty_database.hpp"

// What is kept of integrations' requests.
namespace lotkeeper::tests {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using std::chrono::seconds;

class RequestNotesOf : public testing::Test {
 protected:
  RequestNotesOf()
      : m_faulty(*m_store.database, Breakage::none),
        m_committer(m_faulty, m_clock, {}, [](const std::string&) {}) {
    start({});
  }

  void start(service::RequestNotesOptions options) {
    m_notes.emplace(m_buffer, m_committer, *m_store.database, options);
  }

  /// One request, and its refusal's code; 0: a success.
  void note(int code, std::string_view detail = "", std::string_view request_id = "id") {
    m_buffer.note({k_client, k_integration, m_clock.now(), "permits/push", code == 0 ? 200 : 422,
                   code, "endTime", detail, request_id, 180});
  }
  void write() { m_notes->write(); }
  std::int64_t number(std::string_view sql) { return m_store.number(sql); }
  std::string text(std::string_view sql) { return m_store.text(sql); }
  std::int64_t rows() { return number("SELECT COUNT(*) FROM request_log"); }
  std::int64_t counted() {
    return number("SELECT CAST(COALESCE(SUM(total), 0) AS BIGINT) FROM request_hour");
  }

  TestStore m_store;
  FaultyDatabase m_faulty;
  FakeClock m_clock{k_noon};
  service::GroupCommitter m_committer;
  store::RequestBuffer m_buffer;
  std::optional<service::RequestNotes> m_notes;
};

TEST_F(RequestNotesOf, one_integration_lose_no_count_while_the_database_is_away) {
  note(0);
  note(9005);
  m_faulty.set(Breakage::away);
  write();
  note(0);
  write();
  m_faulty.set(Breakage::none);
  note(9005);
  write();
  write();
  EXPECT_EQ(counted(), 4);
  EXPECT_EQ(number("SELECT total FROM request_hour WHERE code = 9005"), 2);
  EXPECT_EQ(number("SELECT COUNT(*) FROM request_log WHERE code = 0"), 2);
  EXPECT_EQ(number("SELECT times FROM request_log WHERE code = 9005"), 2);
}

TEST_F(RequestNotesOf, one_integration_lose_no_count_where_the_database_fails_each_write) {
  note(0);
  m_faulty.set(Breakage::failing);
  write();
  m_faulty.set(Breakage::none);
  write();
  EXPECT_EQ(counted(), 1);
}

TEST_F(RequestNotesOf, one_minute_fold_equal_refusals_into_one_row) {
  note(9005, "late", "first");
  note(9005, "late", "second");
  write();
  m_clock.advance(seconds(20));
  note(9005, "late", "third");
  note(9005, "another");
  write();
  EXPECT_EQ(rows(), 2);
  EXPECT_EQ(number("SELECT times FROM request_log WHERE detail = 'late'"), 3);
  EXPECT_EQ(text("SELECT request_id FROM request_log WHERE detail = 'late'"), "first");

  m_clock.advance(minutes(1));
  note(9005, "late");
  write();
  EXPECT_EQ(rows(), 3);
  EXPECT_EQ(counted(), 5);
}

TEST_F(RequestNotesOf, one_minute_list_every_success) {
  note(0);
  note(0);
  write();
  EXPECT_EQ(rows(), 2);
}

TEST_F(RequestNotesOf, one_day_keep_the_latest_rows_of_an_integration_that_fills_it) {
  m_clock.advance(-days(1));
  note(9033, "yesterday");
  write();
  m_clock.advance(days(1));
  start({.rows_a_day = 300});
  std::int64_t most = 0;
  for (int round = 0; round < 12; ++round) {
    for (int i = 0; i < 50; ++i) note(9033, fmt::format("{}-{}", round, i));
    write();
    most = std::max(most, rows());
  }
  EXPECT_LE(most, 301);
  EXPECT_EQ(number("SELECT COUNT(*) FROM request_log WHERE detail = '11-49'"), 1);
  EXPECT_EQ(number("SELECT COUNT(*) FROM request_log WHERE detail = '0-0'"), 0);
  EXPECT_EQ(number("SELECT COUNT(*) FROM request_log WHERE detail = 'yesterday'"), 1);
  EXPECT_EQ(counted(), 601);
}

/// Adds an integration whose requests may be forgotten.
void add_integration(TestStore& store) {
  constexpr database::Statement k_add_client{
      "test.client",
      "INSERT INTO client (client_id, code, code_norm, name, time_zone, currency, created_at) "
      "VALUES (7, 'C', 'C', 'C', 'UTC', 'CAD', 0)"};
  constexpr database::Statement k_add_integration{
      "test.integration",
      "INSERT INTO integration (client_id, integration_id, name, name_norm, permit_type, "
      "created_at) VALUES (7, 3, 'Kiosk', 'kiosk', 1, 0)"};
  store.writer().run(k_add_client, {});
  store.writer().run(k_add_integration, {});
}

TEST_F(RequestNotesOf, an_integration_be_forgotten_when_their_days_are_over) {
  add_integration(m_store);
  start({.life = days(3)});
  note(9005, "old");
  write();
  m_clock.advance(days(2));
  note(9005, "new");
  write();
  m_notes->forget_old([] { return false; });
  EXPECT_EQ(rows(), 2);
  m_clock.advance(days(1) + seconds(1));
  m_notes->forget_old([] { return false; });
  EXPECT_EQ(rows(), 1);
  EXPECT_EQ(text("SELECT detail FROM request_log"), "new");
}

TEST_F(RequestNotesOf, a_clock_that_was_ahead_do_not_keep_the_others_for_ever) {
  constexpr days k_ahead{365 * 70};
  add_integration(m_store);
  start({.life = days(3)});
  note(9005, "before");
  write();
  m_clock.advance(k_ahead);
  for (int i = 0; i < 600; ++i) {
    note(9005, fmt::format("ahead {}", i));
    if (i % 50 == 49) write();
  }
  m_clock.advance(-k_ahead);
  note(9005, "after");
  write();
  EXPECT_EQ(rows(), 602);
  m_notes->forget_old([] { return false; });
  EXPECT_EQ(rows(), 2) << "those of today stay";
  EXPECT_EQ(counted(), 2);
  m_clock.advance(days(4));
  note(9005, "new");
  write();
  m_notes->forget_old([] { return false; });
  EXPECT_EQ(text("SELECT detail FROM request_log"), "new");
}

TEST_F(RequestNotesOf, nobody_be_kept_where_they_are_off) {
  start({.life = days(0)});
  note(9005);
  write();
  EXPECT_EQ(rows(), 0);
  EXPECT_EQ(counted(), 0);
}

TEST_F(RequestNotesOf, one_request_cut_its_detail_between_characters) {
  std::string detail(499, 'x');
  detail += "\u00e9\u00e9";
  note(9005, detail);
  write();
  EXPECT_EQ(text("SELECT detail FROM request_log"), std::string(499, 'x'));
}

}  // namespace
}  // namespace lotkeeper::tests
