#include "domain/clients/list.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace lotkeeper::domain {
namespace {

std::vector<ReferenceItem> items_of(ListKind kind) {
  std::vector<ReferenceItem> items;
  std::ranges::copy_if(reference_data(), std::back_inserter(items),
                       [&](const ReferenceItem& item) { return item.kind == kind; });
  return items;
}

std::string_view name_of(ListKind kind, std::int64_t id) {
  const auto items = items_of(kind);
  const auto found = std::ranges::find(items, id, &ReferenceItem::id);
  return found == items.end() ? std::string_view() : found->name;
}

TEST(ListKind, every_name_reads_back_as_its_own_kind) {
  const auto names = list_kind_names();
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto kind = parse_list_kind(names[i]);
    ASSERT_TRUE(kind.has_value()) << names[i];
    EXPECT_EQ(static_cast<std::size_t>(*kind), i);
    EXPECT_EQ(to_string(*kind), names[i]);
  }
  EXPECT_EQ(std::set<std::string_view>(names.begin(), names.end()).size(), names.size());
}

TEST(ListKind, is_named_as_the_command_line_has_it) {
  const std::vector<std::pair<ListKind, std::string_view>> expected{
      {ListKind::user_type, "user-type"},
      {ListKind::locker_user_type, "locker-user-type"},
      {ListKind::login_source, "login-source"},
      {ListKind::plate_type, "plate-type"},
      {ListKind::make, "make"},
      {ListKind::vehicle_type, "type"},
      {ListKind::colour, "colour"},
      {ListKind::province, "province"},
      {ListKind::location, "location"},
      {ListKind::violation_type, "violation-type"},
      {ListKind::category, "category"}};
  EXPECT_EQ(expected.size(), list_kind_names().size());
  for (const auto& [kind, name] : expected) EXPECT_EQ(to_string(kind), name);
}

TEST(ListKind, an_unknown_name_is_refused) {
  for (const std::string name : {"", "makes", "Make", "plate_type", "vehicle-type"}) {
    EXPECT_FALSE(parse_list_kind(name).has_value()) << name;
  }
}

TEST(ListName, case_and_runs_of_white_space_make_no_difference) {
  for (const std::string name :
       {"Alfa Romeo", "ALFA ROMEO", "  alfa   romeo ", "alfa\u00a0romeo"}) {
    EXPECT_EQ(fold_list_name(ListKind::make, name), "alfa romeo") << name;
  }
  EXPECT_NE(fold_list_name(ListKind::make, "AlfaRomeo"), "alfa romeo");
}

TEST(ListName, accents_make_a_difference_but_for_provinces) {
  EXPECT_EQ(fold_list_name(ListKind::province, "QUÉBEC"), "quebec");
  EXPECT_EQ(fold_list_name(ListKind::province, "Que\u0301bec"), "quebec");
  EXPECT_NE(fold_list_name(ListKind::make, "Citroën"), fold_list_name(ListKind::make, "Citroen"));
}

TEST(ListName, has_the_documents_limit_where_requests_bear_it) {
  for (const ListKind kind : {ListKind::plate_type, ListKind::make, ListKind::vehicle_type,
                              ListKind::colour, ListKind::province}) {
    EXPECT_EQ(list_name_limit(kind), 50U) << to_string(kind);
  }
  for (const ListKind kind :
       {ListKind::user_type, ListKind::locker_user_type, ListKind::login_source, ListKind::location,
        ListKind::violation_type, ListKind::category}) {
    EXPECT_EQ(list_name_limit(kind), 200U) << to_string(kind);
  }
}

TEST(ReferenceData, has_the_documents_ids) {
  EXPECT_EQ(name_of(ListKind::login_source, 1), "OPSCOM");
  EXPECT_EQ(name_of(ListKind::province, 9), "Ontario");
  EXPECT_EQ(name_of(ListKind::make, 13), "Chevrolet");
  EXPECT_EQ(name_of(ListKind::colour, 14), "Red");
  EXPECT_EQ(name_of(ListKind::vehicle_type, 5), "Compact");
  EXPECT_EQ(name_of(ListKind::plate_type, 4), "Passenger");
}

TEST(ReferenceData, has_the_provinces_then_the_states_with_dc_and_the_territories) {
  const auto provinces = items_of(ListKind::province);
  ASSERT_EQ(provinces.size(), 69U);
  std::set<std::string_view> codes;
  for (const ReferenceItem& province : provinces) {
    EXPECT_EQ(province.code.size(), 2U) << province.name;
    EXPECT_TRUE(std::ranges::all_of(province.code, [](char c) { return c >= 'A' && c <= 'Z'; }))
        << province.name;
    EXPECT_TRUE(codes.insert(province.code).second) << province.code << " stands twice";
  }
  for (const std::string_view code : {"DC", "AS", "GU", "MP", "PR", "VI"}) {
    EXPECT_TRUE(codes.contains(code)) << code;
  }
  for (const ReferenceItem& province : provinces) {
    const bool is_canadian = std::set<std::string_view>{"AB", "BC", "MB", "NB", "NL", "NS", "NT",
                                                        "NU", "ON", "PE", "QC", "SK", "YT"}
                                 .contains(province.code);
    EXPECT_EQ(province.id <= k_last_canadian_province, is_canadian) << province.name;
  }
}

TEST(ReferenceData, has_a_type_code_for_each_plate_type) {
  for (const ReferenceItem& type : items_of(ListKind::plate_type)) {
    EXPECT_FALSE(type.code.empty()) << type.name;
  }
}

TEST(ReferenceData, counts_up_from_1_in_each_list) {
  std::map<ListKind, std::int64_t> last;
  for (const ReferenceItem& item : reference_data()) {
    EXPECT_EQ(item.id, ++last[item.kind]) << item.name;
  }
}

TEST(ReferenceData, has_names_that_compare_unequal_and_keep_the_limit) {
  std::map<ListKind, std::set<std::string>> names;
  for (const ReferenceItem& item : reference_data()) {
    EXPECT_TRUE(names[item.kind].insert(fold_list_name(item.kind, item.name)).second) << item.name;
    EXPECT_LE(item.name.size(), list_name_limit(item.kind)) << item.name;
  }
}

}  // namespace
}  // namespace lotkeeper::domain
