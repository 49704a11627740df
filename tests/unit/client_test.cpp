#include "domain/client.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace lotkeeper::domain {
namespace {

TEST(ClientCode, case_and_dash_make_no_difference) {
  for (const std::string code : {"OC_TOMA", "OC-TOMA", "oc-toma", "Oc_Toma"}) {
    EXPECT_EQ(normalise_client_code(code), "OC_TOMA") << code;
  }
  EXPECT_NE(normalise_client_code("OCTOMA"), "OC_TOMA");
}

TEST(ClientCode, has_1_to_50_ascii_letters_digits_dashes_and_underscores) {
  for (const std::string& code :
       {std::string("A"), std::string("oc-TOMA_9"), std::string(50, 'x')}) {
    EXPECT_TRUE(is_client_code(code)) << code;
  }
  for (const std::string& code :
       {std::string(), std::string(51, 'x'), std::string("OC TOMA"), std::string("OC.TOMA"),
        std::string("é"), std::string("A/B"), std::string("A\0", 2)}) {
    EXPECT_FALSE(is_client_code(code)) << code;
  }
}

TEST(Permission, every_name_reads_back_as_its_own_permission) {
  const auto names = permission_names();
  ASSERT_EQ(names.size(), k_permission_count);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto permission = parse_permission(names[i]);
    ASSERT_TRUE(permission.has_value()) << names[i];
    EXPECT_EQ(static_cast<std::size_t>(*permission), i);
    EXPECT_EQ(to_string(*permission), names[i]);
  }
  EXPECT_EQ(std::set<std::string_view>(names.begin(), names.end()).size(), k_permission_count);
}

TEST(Permission, is_named_as_the_tail_of_the_url) {
  EXPECT_EQ(to_string(Permission::permits_push), "permits.push");
  EXPECT_EQ(to_string(Permission::permits_update), "permits.update");
  EXPECT_EQ(to_string(Permission::permits_delete), "permits.delete");
  EXPECT_EQ(to_string(Permission::permits_stats), "permits.stats");
  EXPECT_EQ(to_string(Permission::permits_check), "permits.check");
  EXPECT_EQ(to_string(Permission::vehicles_push), "vehicles.push");
  EXPECT_EQ(to_string(Permission::profiles_push), "profiles.push");
  EXPECT_EQ(to_string(Permission::profiles_types_list), "profiles.types.list");
  EXPECT_EQ(to_string(Permission::violations_send_overdue_to_collections),
            "violations.send_overdue_to_collections");
  EXPECT_EQ(to_string(Permission::violations_batches), "violations.batches");
}

TEST(Permission, an_unknown_name_is_refused) {
  for (const std::string name : {"", "permits", "permits.Push", "permits/push", "all"}) {
    EXPECT_FALSE(parse_permission(name).has_value()) << name;
  }
}

}  // namespace
}  // namespace lotkeeper::domain
