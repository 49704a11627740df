#include <gtest/gtest.h>

#include <algorithm>

#include "base/compress.hpp"
#include "base/text/json_records.hpp"

namespace lotkeeper::tests {
namespace {

/// All records of a text that comes `at_once` bytes at a time; what went wrong comes last.
std::vector<std::string> records_of(std::string_view text, std::size_t at_once = 4096) {
  base::JsonRecordReader reader([&](std::span<char> room) {
    const std::size_t count = std::min({room.size(), at_once, text.size()});
    std::copy_n(text.data(), count, room.data());
    text.remove_prefix(count);
    return count;
  });
  std::vector<std::string> records;
  try {
    while (auto record = reader.next()) records.push_back(*record);
  } catch (const base::JsonRecordsError& error) {
    records.emplace_back(error.what());
  }
  return records;
}

using Records = std::vector<std::string>;

TEST(JsonRecords, are_the_items_of_the_member_records) {
  EXPECT_EQ(records_of(R"({"status":"x","records":[{"a":1},{"a":2}],"state":{"records":[9]}})"),
            (Records{R"({"a":1})", R"({"a":2})"}));
}

TEST(JsonRecords, may_be_a_list_itself) {
  EXPECT_EQ(records_of(R"( [ {"a":1} , 2, "three", null, [4] ] )"),
            (Records{R"({"a":1})", "2", R"("three")", "null", "[4]"}));
}

TEST(JsonRecords, keep_what_they_hold_whatever_the_pieces_in_which_it_comes) {
  const std::string record =
      R"({"text":"quote \" and ü and \n","number":-12.50,"big":123456789012345678901234567890,)"
      R"("list":[1,[],{"deep":{"er":true}},"",false],"empty":{},"key \"q\"":null})";
  const std::string text = "{\"records\":[" + record + "," + record + "]}";
  for (const std::size_t at_once : {1U, 2U, 3U, 7U, 64U, 4096U}) {
    EXPECT_EQ(records_of(text, at_once), (Records{record, record})) << at_once;
  }
}

TEST(JsonRecords, accept_trailing_commas_as_the_api_does) {
  EXPECT_EQ(records_of(R"({"records":[{"a":1,},],})"), Records{R"({"a":1})"});
}

TEST(JsonRecords, are_none_in_an_empty_list) {
  EXPECT_EQ(records_of(R"({"records":[]})"), Records{});
  EXPECT_EQ(records_of("[]"), Records{});
}

TEST(JsonRecords, say_what_is_wrong_after_those_that_were_whole) {
  const Records broken = records_of(R"({"records":[{"a":1},{"a":)");
  ASSERT_EQ(broken.size(), 2U);
  EXPECT_EQ(broken[0], R"({"a":1})");
  EXPECT_NE(broken[1].find("ends in the middle"), std::string::npos);
  EXPECT_NE(records_of(R"({"records":[{"a":1} {"a":2}]})").back().find("not valid JSON"),
            std::string::npos);
  EXPECT_NE(records_of(R"({"violations":[{"a":1}]})").back().find("no list of records"),
            std::string::npos);
  EXPECT_NE(records_of("").back().find("ends in the middle"), std::string::npos);
  EXPECT_NE(records_of(R"([1] [2])").back().find("not valid JSON"), std::string::npos);
}

TEST(JsonRecords, of_a_megabyte_and_more_are_cut_and_those_behind_go_on) {
  const std::string long_record = "{\"a\":\"" + std::string(3'000'000, 'x') + "\",\"b\":1}";
  const Records records = records_of("[{\"a\":1}," + long_record + ",{\"a\":2}]");
  ASSERT_EQ(records.size(), 3U);
  EXPECT_LT(records[1].size(), 2'000U);
  EXPECT_EQ(records[1].substr(0, 5), "{\"a\":");
  EXPECT_EQ(records[2], R"({"a":2})");
  std::string many = "[[0";
  for (int i = 0; i < 1'000'000; ++i) many += ",1";
  const Records lists = records_of(many + "],2]");
  ASSERT_EQ(lists.size(), 2U);
  EXPECT_LT(lists[0].size(), 2'000U);
}

TEST(Compressed, comes_back_as_it_was) {
  for (const std::string& text : {std::string(), std::string("a"), std::string(3'000'000, 'x')}) {
    EXPECT_EQ(base::decompress(base::compress(text)), text);
  }
  EXPECT_LT(base::compress(std::string(3'000'000, 'x')).size(), 1'000U);
}

TEST(Compressed, is_refused_where_it_is_damaged) {
  std::string compressed = base::compress(std::string(1'000, 'x') + "end");
  EXPECT_THROW(static_cast<void>(base::decompress("nonsense")), std::runtime_error);
  compressed.resize(compressed.size() - 1);
  EXPECT_THROW(static_cast<void>(base::decompress(compressed)), std::runtime_error);
}

}  // namespace
}  // namespace lotkeeper::tests
