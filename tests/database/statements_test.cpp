#include "database/statements.hpp"

#include <gtest/gtest.h>

#include "database/migrate.hpp"

namespace lotkeeper::database {
namespace {

using Texts = std::vector<std::string>;

TEST(SplitStatements, are_split_where_a_semicolon_ends_one) {
  EXPECT_EQ(split_statements("SELECT 1; SELECT 2 ;\n\n;SELECT 3"),
            (Texts{"SELECT 1", "SELECT 2", "SELECT 3"}));
  EXPECT_EQ(split_statements(" \n; ;"), Texts{});
  EXPECT_EQ(split_statements(""), Texts{});
}

TEST(SplitStatements, keep_what_is_quoted) {
  for (const std::string text :
       {"SELECT 'a;b'", "SELECT 'it''s;'", R"(SELECT ";" FROM t)", "DO $$ BEGIN; END; $$",
        "DO $x$ ; $$ ; $x$", "SELECT '-- ; /*'", "SELECT $1, $2"}) {
    EXPECT_EQ(split_statements(text + ";SELECT 2"), (Texts{text, "SELECT 2"})) << text;
  }
}

TEST(SplitStatements, are_not_ended_by_what_stands_in_a_comment) {
  EXPECT_EQ(split_statements("-- first; it's\nSELECT 1 -- ; \n, 2; /* ; /* ; */ ' */ SELECT 3;"),
            (Texts{"SELECT 1  , 2", "SELECT 3"}));
  EXPECT_EQ(split_statements("SELECT/* x */1"), (Texts{"SELECT 1"}));
  EXPECT_EQ(split_statements("-- nothing else; here"), Texts{});
}

TEST(SplitStatements, that_are_not_ended_are_one) {
  EXPECT_EQ(split_statements("SELECT 'a; SELECT 2"), Texts{"SELECT 'a; SELECT 2"});
  EXPECT_EQ(split_statements("SELECT 1 /* a; SELECT 2"), Texts{"SELECT 1"});
}

TEST(SplitStatements, of_the_migrations_each_begin_with_a_verb) {
  std::size_t seen = 0;
  for (const base::EmbeddedFile& file : embedded_migrations()) {
    for (const std::string& statement : split_statements(file.content)) {
      ++seen;
      const std::string verb = statement.substr(0, statement.find(' '));
      EXPECT_TRUE(verb == "CREATE" || verb == "INSERT" || verb == "ALTER" || verb == "UPDATE" ||
                  verb == "DROP")
          << file.path << ": " << statement;
    }
  }
  EXPECT_GT(seen, 50U);
}

}  // namespace
}  // namespace lotkeeper::database
