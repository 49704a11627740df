#include <algorithm>

#include "base/text/json.hpp"
#include "cli/command_line.hpp"
#include "cli/table.hpp"
#include "domain/money.hpp"
#include "service/clients/lists.hpp"
#include "service/clients/tenancy.hpp"
#include "store/violations/violation_type.hpp"

namespace lotkeeper::cli {
namespace {

using store::ListKind;

constexpr const char* k_kinds =
    "The lists of a client:\n"
    "  user-type, locker-user-type          kinds of people; profiles/push sends their ids\n"
    "  login-source                         where people sign in: OPSCOM, and any you add\n"
    "  plate-type, province                 of vehicles; vehicles/push sends their ids or names\n"
    "  make, type, colour                   of vehicles; a new name that vehicles/push sends is\n"
    "                                       added to the list\n"
    "  location, violation-type, category   of violations";

struct ListArguments {
  std::string client;
  std::string kind;
  std::string name;
  store::ItemId id = 0;
  service::ListItemSettings settings;
};

CLI::App* add_list_verb(CLI::App& group, const char* verb, const char* description,
                        ListArguments& arguments, ParsedCommand& parsed) {
  CLI::App* command = group.add_subcommand(verb, description);
  command->add_option("client", arguments.client, "the client's code")
      ->type_name("CLIENT")
      ->required();
  command
      ->add_option("kind", arguments.kind,
                   "user-type, locker-user-type, login-source, plate-type, province, make,\n"
                   "type, colour, location, violation-type or category")
      ->type_name("KIND")
      ->required();
  add_database_option(*command, parsed);
  return command;
}

/// A province's country: its own, else the one in the reference data.
std::string country_of(const store::ListItem& province) {
  std::int64_t country =
      province.id <= domain::k_last_canadian_province ? domain::k_canada : domain::k_united_states;
  if (const auto other = base::parse_json(province.other.value_or("{}"))) {
    const auto found = std::ranges::find(other->members, "Country", &base::JsonMember::key);
    if (found != other->members.end()) {
      country = found->value.text == std::to_string(domain::k_canada) ? domain::k_canada
                                                                      : domain::k_united_states;
    }
  }
  return country == domain::k_canada ? "CA" : "US";
}

/// The extra columns of this list, and how to fill them.
class Columns {
 public:
  Columns(database::Connection& connection, store::ClientId client, ListKind kind) : m_kind(kind) {
    if (kind != ListKind::violation_type) return;
    for (const auto& type : store::list_violation_types(connection, client)) {
      m_types.emplace(type.id, type);
    }
    for (const auto& item : store::list_items(connection, {client, ListKind::category})) {
      m_categories.emplace(item.id, item.name);
    }
  }

  [[nodiscard]] std::vector<std::string> heading() const {
    switch (m_kind) {
      case ListKind::province:
        return {"CODE", "COUNTRY"};
      case ListKind::plate_type:
        return {"CODE"};
      case ListKind::violation_type:
        return {"CODE", "COST", "DISCOUNT", "HOURS", "CATEGORY"};
      default:
        return {};
    }
  }

  [[nodiscard]] std::vector<std::string> cells(const store::ListItem& item) const {
    const std::string code = item.code.value_or("-");
    switch (m_kind) {
      case ListKind::province:
        return {code, country_of(item)};
      case ListKind::plate_type:
        return {code};
      case ListKind::violation_type:
        return costs(item, code);
      default:
        return {};
    }
  }

 private:
  [[nodiscard]] std::vector<std::string> costs(const store::ListItem& item,
                                               const std::string& code) const {
    const auto found = m_types.find(item.id);
    const store::ViolationType type =
        found == m_types.end() ? store::ViolationType{} : found->second;
    const auto category = m_categories.find(type.category.value_or(0));
    return {code, domain::to_string(domain::Money{type.cost_cents}),
            type.discount ? domain::to_string(domain::Money{type.discount_cents}) : "-",
            type.discount ? std::to_string(type.discount_hours) : "-",
            category == m_categories.end() ? "-" : category->second};
  }

  ListKind m_kind;
  std::map<store::ItemId, store::ViolationType> m_types;
  std::map<store::ItemId, std::string> m_categories;
};

domain::Result<std::string> show(service::App& app, const std::string& client_code, ListKind kind) {
  const auto connection = app.database().read();
  auto client = service::require_client(*connection, client_code);
  if (!client) return tl::unexpected(std::move(client.error()));
  const auto items = store::list_items(*connection, {client->id, kind});
  const Columns columns(*connection, client->id, kind);
  const bool any_info =
      std::ranges::any_of(items, [](const store::ListItem& item) { return item.info.has_value(); });

  std::vector<std::vector<std::string>> rows;
  const auto add_row = [&](std::string id, std::string name, std::vector<std::string> own,
                           std::string info) {
    std::vector<std::string>& row = rows.emplace_back();
    row = {std::move(id), std::move(name)};
    std::ranges::move(own, std::back_inserter(row));
    if (any_info) row.push_back(std::move(info));
  };
  add_row("ID", "NAME", columns.heading(), "INFO");
  for (const store::ListItem& item : items) {
    add_row(std::to_string(item.id), item.name, columns.cells(item), item.info.value_or("-"));
  }
  return format_table(rows);
}

void add_settings(CLI::App& command, service::ListItemSettings& settings) {
  command.add_option("--info", settings.info, "a short note; for a user type, the API's ext_info")
      ->type_name("TEXT");
  command
      .add_option("--code", settings.code,
                  "for a new province: its postal abbreviation (required);\n"
                  "for a plate type: the API's typeCode; for a violation type: its bylaw")
      ->type_name("TEXT");
  command.add_option("--country", settings.country, "for a new province: its country (required)")
      ->type_name("CA|US");
  command
      .add_option(
          "--cost", settings.cost,
          "for a violation type: the fine, such as 50.00; a new type costs nothing by default")
      ->type_name("AMOUNT");
  command
      .add_option("--discount", settings.discount,
                  "for a violation type: amount taken off for early payment; 0: no discount")
      ->type_name("AMOUNT");
  command
      .add_option("--discount-hours", settings.discount_hours,
                  "for a violation type: how many hours after issue the discount lasts")
      ->type_name("N")
      ->check(CLI::Range(1, 100'000).description(""));
  command
      .add_option("--category", settings.category,
                  "for a violation type: one of the client's categories")
      ->type_name("NAME");
}

/// Runs `action` on the list named on the command line.
AppAction on_list(const std::shared_ptr<ListArguments>& arguments,
                  domain::Result<std::string> (*action)(service::App&, const ListArguments&,
                                                        ListKind)) {
  return [arguments, action](service::App& app) -> domain::Result<std::string> {
    auto kind = service::require_list_kind(arguments->kind);
    if (!kind) return tl::unexpected(std::move(kind.error()));
    return action(app, *arguments, *kind);
  };
}

}  // namespace

void add_list_commands(CLI::App& parser, ParsedCommand& parsed) {
  CLI::App* group =
      parser.add_subcommand("list", "A client's lists: makes, provinces, user types …");
  group->footer(k_kinds);
  group->require_subcommand(1);
  const auto arguments = std::make_shared<ListArguments>();

  CLI::App* add = add_list_verb(*group, "add", "Add an entry to a list", *arguments, parsed);
  add->add_option("name", arguments->name,
                  "its name; must be new to the list (case and spaces do not matter)")
      ->type_name("NAME")
      ->required();
  add_settings(*add, arguments->settings);
  add->callback([&parsed, arguments] {
    parsed.on_app =
        on_list(arguments, [](service::App& app, const ListArguments& given, ListKind kind) {
          return service::add_list_item(app, given.client, kind, given.name, given.settings);
        });
  });

  CLI::App* rename =
      add_list_verb(*group, "rename", "Rename an entry; records that use it show the new name",
                    *arguments, parsed);
  rename->add_option("id", arguments->id, "its id, from lotkeeper list show")
      ->type_name("ID")
      ->required();
  rename->add_option("new", arguments->name, "its new name")->type_name("NEW")->required();
  rename->callback([&parsed, arguments] {
    parsed.on_app =
        on_list(arguments, [](service::App& app, const ListArguments& given, ListKind kind) {
          return service::change_list_item(app, given.client, kind, given.id, given.name, {});
        });
  });

  CLI::App* set = add_list_verb(
      *group, "set",
      "Change settings of an entry other than its name; those not given stay as they are",
      *arguments, parsed);
  set->add_option("id", arguments->id, "its id, from lotkeeper list show")
      ->type_name("ID")
      ->required();
  add_settings(*set, arguments->settings);
  set->callback([&parsed, arguments] {
    parsed.on_app =
        on_list(arguments, [](service::App& app, const ListArguments& given, ListKind kind) {
          return service::change_list_item(app, given.client, kind, given.id, std::nullopt,
                                           given.settings);
        });
  });

  CLI::App* remove = add_list_verb(
      *group, "remove",
      "Remove an unused entry; its id is never reused. An entry that vehicles, profiles\n"
      "or violations use is not removed; the error says how many use it",
      *arguments, parsed);
  remove->add_option("id", arguments->id, "its id, from lotkeeper list show")
      ->type_name("ID")
      ->required();
  remove->callback([&parsed, arguments] {
    parsed.on_app =
        on_list(arguments, [](service::App& app, const ListArguments& given, ListKind kind) {
          return service::remove_list_item(app, given.client, kind, given.id);
        });
  });

  CLI::App* shown = add_list_verb(*group, "show", "Show a list", *arguments, parsed);
  shown->callback([&parsed, arguments] {
    parsed.on_app = on_list(arguments, [](service::App& app, const ListArguments& given,
                                          ListKind kind) { return show(app, given.client, kind); });
  });
}

}  // namespace lotkeeper::cli
