#include "service/clients/lists.hpp"

#include <fmt/format.h>

#include "base/text/text.hpp"
#include "domain/money.hpp"
#include "domain/name.hpp"
#include "service/clients/tenancy.hpp"
#include "store/clients/list.hpp"
#include "store/violations/violation_type.hpp"

namespace lotkeeper::service {
namespace {

using database::Connection;
using domain::invalid;
using domain::Result;
using store::ListItem;
using store::ListKind;
using store::ListOf;

constexpr std::size_t k_text_limit = 200;

/// The noun for an entry in messages.
std::string_view noun_of(ListKind kind) {
  switch (kind) {
    case ListKind::user_type:
      return "user type";
    case ListKind::locker_user_type:
      return "locker user type";
    case ListKind::login_source:
      return "login source";
    case ListKind::plate_type:
      return "plate type";
    case ListKind::make:
      return "make";
    case ListKind::vehicle_type:
      return "type";
    case ListKind::colour:
      return "colour";
    case ListKind::province:
      return "province";
    case ListKind::location:
      return "location";
    case ListKind::violation_type:
      return "violation type";
    case ListKind::category:
      return "category";
  }
  return {};
}

/// Checks a name, and that no entry other than `own` has it.
Result<std::string> free_name(Connection& connection, const store::ClientRow& client, ListKind kind,
                              const std::string& name, store::ItemId own) {
  auto checked = domain::checked_name(fmt::format("the name of a {}", noun_of(kind)), name,
                                      domain::list_name_limit(kind));
  if (!checked) return checked;
  const ListOf list{client.id, kind};
  const auto standing = store::find_item_by_name(connection, list, *checked);
  if (!standing || *standing == own) return checked;
  return invalid(fmt::format("{} already has the {} \"{}\", id {}", client.code, noun_of(kind),
                             store::find_item(connection, list, *standing)->name, *standing));
}

bool has_costs(const ListItemSettings& settings) {
  return settings.cost || settings.discount || settings.discount_hours || settings.category;
}

/// Refuses settings that entries of this list do not have.
Result<void> check_settings(ListKind kind, const ListItemSettings& settings) {
  const bool is_province = kind == ListKind::province;
  const bool is_violation_type = kind == ListKind::violation_type;
  if (settings.code && !is_province && !is_violation_type && kind != ListKind::plate_type) {
    return invalid(fmt::format(
        "a {} has no code; provinces, plate types and violation types have one", noun_of(kind)));
  }
  if (settings.country && !is_province) {
    return invalid(fmt::format("a {} has no country; provinces have one", noun_of(kind)));
  }
  if (has_costs(settings) && !is_violation_type) {
    return invalid(fmt::format("a {} has no cost, discount or category; violation types have them",
                               noun_of(kind)));
  }
  return {};
}

Result<void> read_province(Connection& connection, const store::ClientRow& client,
                           const ListItemSettings& settings, ListItem& item) {
  if (!settings.code || !settings.country) {
    return invalid(
        "a province needs a postal abbreviation and a country, such as: --code ON --country CA");
  }
  const std::string code = base::ascii_upper(base::trim_white_space(*settings.code));
  const auto is_letter = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (code.size() != 2 || !is_letter(code[0]) || !is_letter(code[1])) {
    return invalid("a postal abbreviation has two letters, such as ON");
  }
  const ListOf list{client.id, ListKind::province};
  if (const auto standing = store::find_item_by_code(connection, list, code)) {
    return invalid(fmt::format("{} is already the abbreviation of {}'s province \"{}\", id {}",
                               code, client.code,
                               store::find_item(connection, list, *standing)->name, *standing));
  }
  const std::string country = base::ascii_upper(base::trim_white_space(*settings.country));
  if (country != "CA" && country != "US") return invalid("the country must be CA or US");
  item.code = code;
  item.other = fmt::format(R"({{"Country":{},"payments":1}})",
                           country == "CA" ? domain::k_canada : domain::k_united_states);
  return {};
}

/// Reads an amount as a person writes it. 0 is allowed.
Result<std::int64_t> read_cents(std::string_view what, const std::string& text,
                                std::string_view currency) {
  constexpr std::int64_t k_most_cents = 999'999'99;
  const domain::WrittenAmount amount = domain::read_written_amount(text);
  if (amount.doubt == domain::AmountDoubt::ambiguous) {
    return invalid(
        fmt::format("the {} \"{}\" can be read in two ways; write it without a thousands separator "
                    "and with two decimals, such as 1234.00",
                    what, text));
  }
  if (amount.doubt || amount.money.cents < 0 || amount.money.cents > k_most_cents) {
    return invalid(
        fmt::format("the {} must be an amount from 0.01 to 999999.99, such as 50.00", what));
  }
  if (!amount.currency.empty() && amount.currency != currency) {
    return invalid(fmt::format("the {} is in {}, but the client's currency is {}", what,
                               amount.currency, currency));
  }
  return amount.money.cents;
}

/// Applies the given cost settings to a violation type.
Result<void> read_costs(Connection& connection, const store::ClientRow& client,
                        const ListItemSettings& settings, store::ViolationType& type) {
  if (settings.cost) {
    const auto cents = read_cents("cost", *settings.cost, client.currency);
    if (!cents) return tl::unexpected(cents.error());
    if (*cents == 0)
      return invalid("the cost must be an amount from 0.01 to 999999.99, such as 50.00");
    type.cost_cents = *cents;
  }
  std::optional<std::int64_t> discount;
  if (settings.discount) {
    const auto cents = read_cents("discount", *settings.discount, client.currency);
    if (!cents) return tl::unexpected(cents.error());
    discount = *cents;
  }
  if (discount == 0) {
    if (settings.discount_hours)
      return invalid("leave out --discount-hours if there is no discount");
    type.discount = false;
    type.discount_cents = 0;
    type.discount_hours = 0;
  } else if (settings.discount || settings.discount_hours) {
    if (!type.discount && settings.discount.has_value() != settings.discount_hours.has_value()) {
      return invalid(
          "a discount and its hours must be given together, such as: --discount 10.00 "
          "--discount-hours 168");
    }
    if (discount) type.discount_cents = *discount;
    type.discount = true;
    type.discount_hours = settings.discount_hours.value_or(type.discount_hours);
  }
  if (type.discount && type.discount_cents > type.cost_cents)
    return invalid("the discount must not be above the cost");
  if (settings.category) {
    type.category =
        store::find_item_by_name(connection, {client.id, ListKind::category}, *settings.category);
    if (!type.category) {
      return invalid(fmt::format(
          "{0} has no category \"{1}\"; add it with: lotkeeper list add {0} category \"{1}\"",
          client.code, *settings.category));
    }
  }
  return {};
}

/// Reads the settings that an entry of any list may have.
Result<void> read_words(const ListItemSettings& settings, ListItem& item) {
  if (settings.info) {
    auto info = domain::checked_name("the info", *settings.info, k_text_limit);
    if (!info) return tl::unexpected(std::move(info.error()));
    item.info = std::move(*info);
  }
  if (settings.code) {
    auto code = domain::checked_name("the code", *settings.code, k_text_limit);
    if (!code) return tl::unexpected(std::move(code.error()));
    item.code = std::move(*code);
  }
  return {};
}

/// Reads a new entry, except its name and id.
Result<ListItem> read_item(Connection& connection, const store::ClientRow& client, ListKind kind,
                           const ListItemSettings& settings) {
  ListItem item;
  auto read = check_settings(kind, settings);
  if (read) read = read_words(settings, item);
  if (read && kind == ListKind::province) read = read_province(connection, client, settings, item);
  if (!read) return tl::unexpected(std::move(read.error()));
  return item;
}

/// Reads a change to an entry, except to its name.
Result<void> read_change(ListKind kind, const std::optional<std::string>& name,
                         const ListItemSettings& settings, ListItem& item) {
  if (!name && !settings.code && !settings.info && !settings.country && !has_costs(settings)) {
    return invalid("give at least one setting to change");
  }
  if (kind == ListKind::province && (settings.code || settings.country)) {
    return invalid("the abbreviation and the country of a province cannot be changed");
  }
  auto read = check_settings(kind, settings);
  if (read) read = read_words(settings, item);
  return read;
}

Result<ListItem> require_item(Connection& connection, const store::ClientRow& client, ListKind kind,
                              store::ItemId id) {
  if (auto item = store::find_item(connection, {client.id, kind}, id)) return std::move(*item);
  return invalid(
      fmt::format("{0} has no {1} with the id {2}; see them with: lotkeeper list show {0} {3}",
                  client.code, noun_of(kind), id, domain::to_string(kind)));
}

/// The entry, if no record uses it.
Result<ListItem> require_unused(Connection& connection, const store::ClientRow& client,
                                ListKind kind, store::ItemId id) {
  auto item = require_item(connection, client, kind, id);
  if (!item) return item;
  std::vector<std::string> uses;
  for (const store::ListUse& use : store::count_uses(connection, {client.id, kind}, id)) {
    uses.push_back(fmt::format("{} {}{}", use.count, use.noun, use.count == 1 ? "" : "s"));
  }
  if (uses.empty()) return item;
  return invalid(
      fmt::format("the {0} \"{1}\" of {2} is in use by {3} and was not removed; rename it, or "
                  "change those to another {0} first",
                  noun_of(kind), item->name, client.code, fmt::join(uses, " and ")));
}

}  // namespace

Result<ListKind> require_list_kind(const std::string& name) {
  if (const auto kind = domain::parse_list_kind(name)) return *kind;
  return invalid(fmt::format("there is no list \"{}\"; the lists are: {}", name,
                             fmt::join(domain::list_kind_names(), ", ")));
}

Result<std::string> add_list_item(const Actor& actor, const std::string& client_code, ListKind kind,
                                  const std::string& name, const ListItemSettings& settings) {
  return actor.change([&](WriteBatch& batch) -> Result<std::string> {
    Connection& connection = batch.connection;
    auto client = require_client(connection, client_code);
    if (!client) return tl::unexpected(std::move(client.error()));
    auto checked = free_name(connection, *client, kind, name, 0);
    if (!checked) return checked;
    auto item = read_item(connection, *client, kind, settings);
    if (!item) return tl::unexpected(std::move(item.error()));
    std::optional<store::ViolationType> type;
    if (kind == ListKind::violation_type) {
      type.emplace();
      auto read = read_costs(connection, *client, settings, *type);
      if (!read) return tl::unexpected(std::move(read.error()));
    }

    item->name = std::move(*checked);
    item->created = batch.now;
    item->modified = batch.now;
    const store::ItemId id = store::insert_item(connection, {client->id, kind}, *item);
    if (type) {
      type->id = id;
      store::save_violation_types(connection, client->id, std::span(&*type, 1));
    }
    store::insert_audit(connection, client->id, "list add",
                        fmt::format("{} {}", domain::to_string(kind), id), batch.now,
                        batch.operator_id);
    return fmt::format("{} \"{}\" added to {}, id {}\n", noun_of(kind), item->name, client->code,
                       id);
  });
}

Result<std::string> change_list_item(const Actor& actor, const std::string& client_code,
                                     ListKind kind, store::ItemId id,
                                     const std::optional<std::string>& name,
                                     const ListItemSettings& settings) {
  return actor.change([&](WriteBatch& batch) -> Result<std::string> {
    Connection& connection = batch.connection;
    auto client = require_client(connection, client_code);
    if (!client) return tl::unexpected(std::move(client.error()));
    const ListOf list{client->id, kind};
    auto item = require_item(connection, *client, kind, id);
    if (!item) return tl::unexpected(std::move(item.error()));
    auto read = read_change(kind, name, settings, *item);
    if (!read) return tl::unexpected(std::move(read.error()));
    const std::string old_name = item->name;
    if (name) {
      auto checked = free_name(connection, *client, kind, *name, id);
      if (!checked) return checked;
      item->name = std::move(*checked);
    }
    if (has_costs(settings)) {
      auto type = store::find_violation_types(connection, client->id, std::span(&id, 1)).front();
      if (!type) type.emplace().id = id;
      read = read_costs(connection, *client, settings, *type);
      if (!read) return tl::unexpected(std::move(read.error()));
      store::save_violation_types(connection, client->id, std::span(&*type, 1));
    }

    item->modified = batch.now;
    store::save_items(connection, list, std::span(&*item, 1));
    store::insert_audit(connection, client->id, "list change",
                        fmt::format("{} {}", domain::to_string(kind), id), batch.now,
                        batch.operator_id);
    if (item->name == old_name) {
      return fmt::format("{} \"{}\" of {} changed\n", noun_of(kind), old_name, client->code);
    }
    return fmt::format("{} \"{}\" of {} is now \"{}\"\n", noun_of(kind), old_name, client->code,
                       item->name);
  });
}

Result<std::string> remove_list_item(const Actor& actor, const std::string& client_code,
                                     ListKind kind, store::ItemId id) {
  const auto judge = [&](Connection& connection) -> Result<std::pair<store::ClientRow, ListItem>> {
    auto client = require_client(connection, client_code);
    if (!client) return tl::unexpected(std::move(client.error()));
    auto item = require_unused(connection, *client, kind, id);
    if (!item) return tl::unexpected(std::move(item.error()));
    return std::pair(std::move(*client), std::move(*item));
  };
  // Counting reads whole tables. Count on a reader first, so that writers wait only if something is
  // removed.
  if (auto judged = judge(*actor.app().database().read()); !judged) {
    return tl::unexpected(std::move(judged.error()));
  }
  return actor.change([&](WriteBatch& batch) -> Result<std::string> {
    const auto judged = judge(batch.connection);
    if (!judged) return tl::unexpected(judged.error());
    const auto& [client, item] = *judged;

    store::remove_item(batch.connection, {client.id, kind}, id);
    store::insert_audit(batch.connection, client.id, "list remove",
                        fmt::format("{} {}", domain::to_string(kind), id), batch.now,
                        batch.operator_id);
    return fmt::format("{} \"{}\" of {} removed\n", noun_of(kind), item.name, client.code);
  });
}

}  // namespace lotkeeper::service
