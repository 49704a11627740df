#include "domain/clients/client.hpp"

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
  const auto& names = k_permission_names;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto permission = parse_permission(names[i]);
    ASSERT_TRUE(permission.has_value()) << names[i];
    EXPECT_EQ(static_cast<std::size_t>(*permission), i);
    EXPECT_EQ(to_string(*permission), names[i]);
  }
  EXPECT_EQ(std::set<std::string_view>(names.begin(), names.end()).size(), names.size());
}

TEST(Permission, an_unknown_name_is_refused) {
  for (const std::string name : {"", "permits", "permits.Push", "permits/push", "all"}) {
    EXPECT_FALSE(parse_permission(name).has_value()) << name;
  }
}

}  // namespace
}  // namespace lotkeeper::domain
