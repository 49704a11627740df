#include "base/text/environment_file.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace lotkeeper::base {
namespace {

std::string value_in(std::string_view text) {
  return value_in_environment_file(text, "LOTKEEPER_DATABASE").value_or("(none)");
}

TEST(EnvironmentFile, gives_a_value_as_systemd_reads_it) {
  const std::pair<const char*, const char*> files[] = {
      {"", "(none)"},
      {"LOTKEEPER_METRICS_TOKEN=secret\n", "(none)"},
      {"LOTKEEPER_DATABASE=\n", "(none)"},
      {"LOTKEEPER_DATABASE=postgresql://u:p=w@h/d\n", "postgresql://u:p=w@h/d"},
      {"LOTKEEPER_DATABASE=postgresql://h/d", "postgresql://h/d"},
      {"LOTKEEPER_DATABASE=postgresql://h/d\r\n", "postgresql://h/d"},
      {"  LOTKEEPER_DATABASE = \"postgresql://h/d\"  \n", "postgresql://h/d"},
      {"LOTKEEPER_DATABASE='postgresql://h/d'\n", "postgresql://h/d"},
      {"# LOTKEEPER_DATABASE=sqlite:a\n; LOTKEEPER_DATABASE=sqlite:b\n", "(none)"},
      {"LOTKEEPER_DATABASE=sqlite:a\nX=1\nLOTKEEPER_DATABASE=sqlite:b\n", "sqlite:b"},
      {"MY_LOTKEEPER_DATABASE=sqlite:a\nLOTKEEPER_DATABASE_X=sqlite:b\n", "(none)"},
  };
  for (const auto& [text, value] : files) EXPECT_EQ(value_in(text), value) << text;
}

TEST(EnvironmentFile, gives_no_value_that_may_mean_something_else) {
  for (const char* text : {"LOTKEEPER_DATABASE=postgresql://h\\\n/d\n",
                           "LOTKEEPER_DATABASE=\"sqlite:a\n", "LOTKEEPER_DATABASE=a\"b\"c\n"}) {
    EXPECT_THROW((void)value_in(text), std::invalid_argument) << text;
  }
}

}  // namespace
}  // namespace lotkeeper::base
