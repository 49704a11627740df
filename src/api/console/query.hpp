#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "domain/fault.hpp"

namespace lotkeeper::api::console {

/// `name=value&…` of one request, percent-decoded. It notes which keys a handler asks for: a
/// misspelt filter must be refused, as without it everything would show.
class Query {
 public:
  explicit Query(std::string_view text);

  /// Its value, nullptr where it was not sent; from now on `key` is a known one.
  [[nodiscard]] const std::string* find(std::string_view key) const;
  /// A query that cannot be read, and each key that nobody asked for until now.
  [[nodiscard]] std::vector<domain::Fault> faults() const;

 private:
  std::map<std::string, std::string, std::less<>> m_members;
  bool m_is_readable = true;
  mutable std::vector<std::string_view> m_known;  ///< names of literals, in the order of asking
};

}  // namespace lotkeeper::api::console
