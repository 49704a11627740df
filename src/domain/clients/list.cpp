#include "domain/clients/list.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/text/text.hpp"

namespace lotkeeper::domain {
namespace {

constexpr std::array<std::string_view, 11> k_names{
    "user-type", "locker-user-type", "login-source", "plate-type",     "make",    "type",
    "colour",    "province",         "location",     "violation-type", "category"};

}  // namespace

std::span<const std::string_view> list_kind_names() { return k_names; }

std::string_view to_string(ListKind kind) { return k_names.at(static_cast<std::size_t>(kind)); }

std::optional<ListKind> parse_list_kind(std::string_view name) {
  const auto found = std::ranges::find(k_names, name);
  if (found == k_names.end()) return std::nullopt;
  return static_cast<ListKind>(found - k_names.begin());
}

std::string fold_list_name(ListKind kind, std::string_view name) {
  std::string folded = base::fold_name(name);
  return kind == ListKind::province ? base::without_accents(folded) : folded;
}

std::size_t list_name_limit(ListKind kind) {
  constexpr std::size_t k_sent_name_limit = 50;
  constexpr std::size_t k_name_limit = 200;
  switch (kind) {
    case ListKind::plate_type:
    case ListKind::make:
    case ListKind::vehicle_type:
    case ListKind::colour:
    case ListKind::province:
      return k_sent_name_limit;
    case ListKind::user_type:
    case ListKind::locker_user_type:
    case ListKind::login_source:
    case ListKind::location:
    case ListKind::violation_type:
    case ListKind::category:
      break;
  }
  return k_name_limit;
}

}  // namespace lotkeeper::domain
