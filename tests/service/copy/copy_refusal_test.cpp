#include <gtest/gtest.h>

#include <filesystem>

#include <fmt/format.h>

#include "service/copy/copy_support.hpp"
#include "service/schema.hpp"
#include "store/copy/copy_mark.hpp"
#include "store/writer.hpp"

namespace lotkeeper::tests {
namespace {

const FakeClock k_clock{k_noon};

/// The copy is refused with a sentence that has `words`.
void expect_refused(const std::string& from, const std::string& to, std::string_view words) {
  try {
    static_cast<void>(service::copy_database({from, to, {}, {}}, k_clock));
    FAIL() << "copied; expected: " << words;
  } catch (const service::CopyRefused& refused) {
    EXPECT_NE(std::string_view(refused.what()).find(words), std::string_view::npos)
        << refused.what();
  }
}

void expect_refused_and_unchanged(const std::string& from, const std::string& to,
                                  std::string_view words) {
  const auto source = content_of(from);
  const auto target = content_of(to);
  expect_refused(from, to, words);
  EXPECT_EQ(content_of(from), source) << words;
  EXPECT_EQ(content_of(to), target) << words;
}

std::string file_in(const TemporaryFolder& folder) {
  return "sqlite:" + (folder.path() / "b.db").string();
}

void stop_half_way(const std::string& from, const std::string& to) {
  service::CopyOptions options{from, to, {}, {}};
  options.on_progress = [](service::CopyStage, std::uint64_t, std::uint64_t) {
    throw std::runtime_error("killed");
  };
  EXPECT_THROW(static_cast<void>(service::copy_database(options, k_clock)), std::runtime_error);
}

TEST(CopyRefusal, of_a_target_that_holds_data_of_its_own) {
  const FilledFile original(2);
  const TestStore other;
  other.database->writer().run_script(
      "INSERT INTO list_item (client_id, kind, item_id, name, name_norm, created_at) "
      "VALUES (1, 'colour', 1, 'a', 'a', 0)");
  const std::string url = other.place.url();
  const_cast<TestStore&>(other).database.reset();
  expect_refused_and_unchanged(original.url(), url, "its table list_item is not empty");
}

TEST(CopyRefusal, of_a_target_that_holds_another_programs_tables) {
  const FilledFile original(2);
  const TestDatabase there;
  database::Database::open(there.url(), {})
      ->writer()
      .run_script("CREATE TABLE client (client_id BIGINT PRIMARY KEY)");
  expect_refused(original.url(), there.url(), "another program's tables");
  const auto database = database::Database::open(there.url(), {});
  EXPECT_FALSE(database::has_table(database->writer(), "migration"));
  EXPECT_FALSE(database::has_table(database->writer(), "permit"));
}

TEST(CopyRefusal, of_a_target_that_another_copy_has_begun) {
  const FilledFile original(2);
  const FilledFile other(2, k_noon + std::chrono::hours(1));
  const TestDatabase there;
  stop_half_way(other.url(), there.url());
  expect_refused_and_unchanged(original.url(), there.url(),
                               "an unfinished copy of another database");
}

TEST(CopyRefusal, of_a_target_that_is_finished) {
  const FilledFile original(2);
  const TestDatabase there;
  ASSERT_TRUE(service::copy_database({original.url(), there.url(), {}, {}}, k_clock).is_equal());
  expect_refused_and_unchanged(original.url(), there.url(), "already a finished copy");
}

TEST(CopyRefusal, of_half_a_copy_as_a_source) {
  const FilledFile original(2);
  const TestDatabase half;
  stop_half_way(original.url(), half.url());
  const TemporaryFolder folder;
  expect_refused_and_unchanged(half.url(), file_in(folder), "unfinished copy");
}

TEST(CopyRefusal, of_a_source_that_does_not_exist) {
  const TemporaryFolder folder;
  const TestDatabase there;
  expect_refused("sqlite:" + (folder.path() / "none.db").string(), there.url(), "does not exist");
  EXPECT_TRUE(std::filesystem::is_empty(folder.path())) << "nothing is made where nothing was";
}

TEST(CopyRefusal, of_a_source_that_is_empty) {
  const TestDatabase here;
  static_cast<void>(database::Database::open(here.url(), {}));
  const TemporaryFolder folder;
  expect_refused_and_unchanged(here.url(), file_in(folder), "has no Lotkeeper data");
}

TEST(CopyRefusal, of_a_newer_source) {
  const FilledFile original(1);
  database::Database::open(original.url(), {})
      ->writer()
      .run_script("INSERT INTO migration VALUES (9000, '9000_from_the_future.sql', 1)");
  const TestDatabase there;
  expect_refused_and_unchanged(original.url(), there.url(), "made by a newer Lotkeeper");
}

TEST(CopyRefusal, of_one_database_as_both) {
  const FilledFile original(1);
  expect_refused_and_unchanged(original.url(), original.url(), "the same database");
  const TestDatabase there;
  expect_refused(there.url(), there.url(), "the same database");
}

TEST(CopyRefusal, of_a_file_that_a_server_has) {
  const FilledFile original(1);
  const TestDatabase there;
  {
    const service::App server({original.url(), {}, {}, {}}, k_clock);
    expect_refused(original.url(), there.url(), "is using the source");
  }
  const TemporaryFolder folder;
  const service::App server({file_in(folder), {}, {}, {}}, k_clock);
  expect_refused(original.url(), file_in(folder), "is using the target");
}

TEST(PostgresCopyRefusal, of_a_database_that_a_server_has_until_it_is_stopped_or_long_gone) {
  const FilledFile original(1);
  const TestDatabase there;
  const TemporaryFolder folder;
  {
    const service::App server({there.url(), {}, {}, {}}, k_clock);
    expect_refused(original.url(), there.url(), "is using the target");
    expect_refused(there.url(), file_in(folder), "is using the source");
    EXPECT_TRUE(std::filesystem::is_empty(folder.path())) << "the target was made all the same";
  }
  // Stopped; then one that was killed a while ago.
  ASSERT_TRUE(service::copy_database({original.url(), there.url(), {}, {}}, k_clock).is_equal());
  const auto database = database::Database::open(there.url(), {});
  store::claim_writers(database->writer(), base::make_uuid_v7(k_noon), 1,
                       k_noon - std::chrono::seconds(30));
  expect_refused(there.url(), file_in(folder), "last seen 30 s ago");
  store::claim_writers(database->writer(), base::make_uuid_v7(k_noon), 1,
                       k_noon - std::chrono::seconds(61));
  database->writer().run_script("UPDATE writer SET seen_at = seen_at - 60000");
  EXPECT_TRUE(service::copy_database({there.url(), file_in(folder), {}, {}}, k_clock).is_equal());
}

TEST(PostgresCopyRefusal, of_a_source_that_a_server_took_meanwhile) {
  const FilledFile original(3);
  const TestDatabase here;
  ASSERT_TRUE(service::copy_database({original.url(), here.url(), {}, {}}, k_clock).is_equal());
  const TemporaryFolder folder;
  service::CopyOptions options{here.url(), file_in(folder), {}, {}};
  std::unique_ptr<service::App> server;
  options.on_progress = [&](service::CopyStage, std::uint64_t, std::uint64_t) {
    if (!server) {
      server = std::make_unique<service::App>(service::AppOptions{here.url(), {}, {}, {}}, k_clock);
    }
  };
  EXPECT_THROW(static_cast<void>(service::copy_database(options, k_clock)), service::CopyRefused);
  const auto database = database::Database::open(file_in(folder), {});
  EXPECT_FALSE(store::find_copy_mark(database->writer())->finished_at);
}

TEST(PostgresCopyRefusal, of_a_text_that_it_cannot_hold_names_its_row) {
  for (const char* text : {"char(97, 0, 98)", "CAST(x'61ff' AS TEXT)"}) {
    const TemporaryFolder folder;
    const std::string from = file_in(folder);
    {
      const auto database = database::Database::open(from, {});
      service::bring_up_to_date(database->writer(), k_noon);
      database->writer().run_script(
          fmt::format("INSERT INTO list_item (client_id, kind, item_id, name, name_norm, info, "
                      "created_at) VALUES (1, 'colour', 7, 'a', 'a', {}, 0)",
                      text));
    }
    const TestDatabase there;
    expect_refused(
        from, there.url(),
        "table list_item has a text that the target cannot store, because it contains a NUL or "
        "invalid UTF-8: column \"info\" of the row client_id = 1, kind = "
        "'colour', item_id = 7");
  }
}

}  // namespace
}  // namespace lotkeeper::tests
