#include "domain/permits/permit.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lotkeeper::domain {
namespace {

TEST(PermitType, every_type_reads_back_from_its_name) {
  for (const PermitType type : {PermitType::standard, PermitType::temp, PermitType::validator}) {
    EXPECT_EQ(parse_permit_type(to_string(type)), type);
  }
}

TEST(PermitType, is_read_in_any_case_and_temporary_is_temp) {
  EXPECT_EQ(parse_permit_type("Standard"), PermitType::standard);
  EXPECT_EQ(parse_permit_type("TEMP"), PermitType::temp);
  EXPECT_EQ(parse_permit_type("Temporary"), PermitType::temp);
  EXPECT_EQ(parse_permit_type("vaLidator"), PermitType::validator);
  EXPECT_EQ(to_string(*parse_permit_type("temporary")), "temp");
}

TEST(PermitType, anything_else_is_refused) {
  for (const std::string text : {"", "tempo", "standard ", "1", "validators", "ſtandard"}) {
    EXPECT_FALSE(parse_permit_type(text).has_value()) << text;
  }
}

TEST(PermitType, the_stored_numbers_never_change) {
  EXPECT_EQ(static_cast<int>(PermitType::standard), 1);
  EXPECT_EQ(static_cast<int>(PermitType::temp), 2);
  EXPECT_EQ(static_cast<int>(PermitType::validator), 3);
}

TEST(Currency, is_read_in_any_case_as_its_upper_case_code) {
  EXPECT_EQ(parse_currency("CAD"), "CAD");
  EXPECT_EQ(parse_currency("usd"), "USD");
  EXPECT_EQ(parse_currency("Cad"), "CAD");
  for (const std::string text : {"", "EUR", "CA", "CADS", "CAD ", "$"}) {
    EXPECT_FALSE(parse_currency(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace lotkeeper::domain
