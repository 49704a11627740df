#include "database/statements.hpp"

#include <cstddef>

namespace lotkeeper::database {
namespace {

constexpr std::size_t k_end = std::string_view::npos;

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// The position after `text` in `script`, searching from `from`. The end of the script if not
/// found.
std::size_t behind(std::string_view script, std::string_view text, std::size_t from) {
  const std::size_t at = script.find(text, from);
  return at == k_end ? script.size() : at + text.size();
}

/// The `$$` or `$tag$` that begins at `at`. Empty if there is none: `$1` is a parameter.
std::string_view dollar_tag(std::string_view script, std::size_t at) {
  if (at > 0 && is_name(script[at - 1])) return {};
  std::size_t end = at + 1;
  while (end < script.size() && is_name(script[end])) ++end;
  const bool is_tag = end < script.size() && script[end] == '$' &&
                      (end == at + 1 || script[at + 1] < '0' || script[at + 1] > '9');
  return is_tag ? script.substr(at, end + 1 - at) : std::string_view();
}

/// The position after the comment that begins at `at`, or `at` if there is none. PostgreSQL's
/// comments nest.
std::size_t behind_comment(std::string_view script, std::size_t at) {
  if (script.substr(at, 2) == "--") return behind(script, "\n", at);
  if (script.substr(at, 2) != "/*") return at;
  std::size_t depth = 0;
  while (at < script.size()) {
    const std::string_view two = script.substr(at, 2);
    if (two == "/*") {
      ++depth;
      at += 2;
    } else if (two == "*/") {
      at += 2;
      if (--depth == 0) return at;
    } else {
      ++at;
    }
  }
  return at;
}

/// The position after the quoted text or name that begins at `at`, or `at` if there is none. A
/// doubled quote ends one text and begins the next, which has the same effect.
std::size_t behind_quotes(std::string_view script, std::size_t at) {
  const char c = script[at];
  if (c == '\'' || c == '"') return behind(script, std::string_view(&c, 1), at + 1);
  if (c != '$') return at;
  const std::string_view tag = dollar_tag(script, at);
  return tag.empty() ? at : behind(script, tag, at + tag.size());
}

}  // namespace

std::vector<std::string> split_statements(std::string_view script) {
  std::vector<std::string> statements;
  std::string statement;
  const auto end_statement = [&] {
    while (!statement.empty() && is_space(statement.back())) statement.pop_back();
    if (!statement.empty()) statements.push_back(statement);
    statement.clear();
  };
  for (std::size_t at = 0; at < script.size();) {
    if (const std::size_t end = behind_comment(script, at); end != at) {
      // Keep the tokens on both sides of the comment apart.
      if (!statement.empty()) statement += ' ';
      at = end;
    } else if (const std::size_t quoted = behind_quotes(script, at); quoted != at) {
      statement += script.substr(at, quoted - at);
      at = quoted;
    } else if (script[at] == ';') {
      end_statement();
      ++at;
    } else {
      if (!statement.empty() || !is_space(script[at])) statement += script[at];
      ++at;
    }
  }
  end_statement();
  return statements;
}

}  // namespace lotkeeper::database
