#include "service/vehicles/vehicle_writes.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "base/text/text.hpp"
#include "service/clients/new_names.hpp"

namespace lotkeeper::service {
namespace {

using database::Connection;
using domain::ErrorCode;
using domain::Fault;
using store::ClientId;
using store::ItemId;
using store::ListKind;

/// One of the lists that a vehicle points to, in the order of the document's table.
struct ListField {
  ListKind kind;
  std::optional<SentItem> SentItems::* sent;
  std::string_view id_name;  ///< the attributes, and how a sentence calls what they name
  std::string_view name_name;
  std::string_view title;
  bool grows;  ///< by the names that are sent
  void (*point)(store::Vehicle& vehicle, std::optional<ItemId> item);
};
constexpr std::array k_fields{
    ListField{ListKind::plate_type, &SentItems::plate_type, "plateTypeID", "plateType",
              "plate type", false,
              [](store::Vehicle& vehicle, std::optional<ItemId> item) {
                vehicle.plate_type = item.value_or(0);
              }},
    ListField{ListKind::province, &SentItems::province, "provID", "prov", "province or state",
              false,
              [](store::Vehicle& vehicle, std::optional<ItemId> item) {
                vehicle.province = item.value_or(0);
              }},
    ListField{ListKind::make, &SentItems::make, "makeID", "make", "make", true,
              [](store::Vehicle& vehicle, std::optional<ItemId> item) { vehicle.make = item; }},
    ListField{ListKind::vehicle_type, &SentItems::type, "typeID", "type", "type of vehicle", true,
              [](store::Vehicle& vehicle, std::optional<ItemId> item) { vehicle.type = item; }},
    ListField{ListKind::colour, &SentItems::colour, "colourID", "colour", "colour", true,
              [](store::Vehicle& vehicle, std::optional<ItemId> item) { vehicle.colour = item; }},
};

/// What the requests of a batch name of one list: each id and name is looked up once. Refers to
/// their texts.
class NamedItems {
 public:
  void want(const SentItem& sent) {
    if (sent.id) m_ids.try_emplace(*sent.id, false);
    if (!sent.name.empty()) m_names.try_emplace(sent.name_norm, Name{sent.name, std::nullopt});
  }

  void look_up(Connection& connection, store::ListOf list) {
    if (!m_ids.empty()) look_up_ids(connection, list);
    if (!m_names.empty()) look_up_names(connection, list);
  }

  [[nodiscard]] std::optional<ItemId> find(const SentItem& sent) const {
    if (sent.id && m_ids.at(*sent.id)) return sent.id;
    return sent.name.empty() ? std::nullopt : m_names.at(sent.name_norm).id;
  }

  void add(const SentItem& sent, ItemId id) { m_names.at(sent.name_norm).id = id; }

 private:
  struct Name {
    std::string_view text;
    std::optional<ItemId> id;
  };

  void look_up_ids(Connection& connection, store::ListOf list) {
    std::vector<ItemId> ids;
    ids.reserve(m_ids.size());
    for (const auto& [id, stands] : m_ids) ids.push_back(id);
    const auto found = store::find_items(connection, list, ids);
    auto known = found.begin();
    for (auto& [id, stands] : m_ids) stands = (known++)->has_value();
  }

  void look_up_names(Connection& connection, store::ListOf list) {
    std::vector<std::string_view> texts;
    texts.reserve(m_names.size());
    for (const auto& [norm, name] : m_names) texts.push_back(name.text);
    const auto by_name = store::find_items_by_name(connection, list, texts);
    auto known = by_name.begin();
    for (auto& [norm, name] : m_names) name.id = *known++;
    if (list.kind == ListKind::province) prefer_codes(connection, list);
  }

  /// An abbreviation is what is meant, whatever a province may be called.
  void prefer_codes(Connection& connection, store::ListOf list) {
    std::vector<std::string> codes;
    codes.reserve(m_names.size());
    for (const auto& [norm, name] : m_names) codes.push_back(base::ascii_upper(name.text));
    const std::vector<std::string_view> views(codes.begin(), codes.end());
    const auto by_code = store::find_items_by_code(connection, list, views);
    auto known = by_code.begin();
    for (auto& [norm, name] : m_names) {
      if (known->has_value()) name.id = *known;
      ++known;
    }
  }

  std::map<ItemId, bool> m_ids;  ///< whether there is one
  std::map<std::string_view, Name> m_names;
};

/// The lists of one client, as k_fields has them.
using Lists = std::array<NamedItems, k_fields.size()>;

void want(Lists& lists, const SentItems& items) {
  for (std::size_t i = 0; i < k_fields.size(); ++i) {
    if (const auto& sent = items.*k_fields[i].sent) lists[i].want(*sent);
  }
}

void look_up(Connection& connection, ClientId client, Lists& lists) {
  for (std::size_t i = 0; i < k_fields.size(); ++i) {
    lists[i].look_up(connection, {client, k_fields[i].kind});
  }
}

/// Nothing of the request is repeated: a name may be a person's.
Fault unknown_item(const ListField& field, const SentItem& sent) {
  if (sent.name.empty()) {
    return {
        ErrorCode::field_invalid, std::string(field.id_name),
        fmt::format(
            "No {} of this client has this id. Send an existing id, or send the name as \"{}\".",
            field.title, field.name_name)};
  }
  return {
      ErrorCode::field_invalid, std::string(field.name_name),
      fmt::format(
          "No {} of this client has this name. Send an existing name{}, or send the id as \"{}\".",
          field.title, field.kind == ListKind::province ? " or postal abbreviation" : "",
          field.id_name)};
}

std::vector<Fault> unknown_items(const Lists& lists, const SentItems& items) {
  std::vector<Fault> faults;
  for (std::size_t i = 0; i < k_fields.size(); ++i) {
    const ListField& field = k_fields[i];
    const auto& sent = items.*field.sent;
    if (!sent || lists[i].find(*sent)) continue;
    if (field.grows && !sent->name.empty()) continue;
    faults.push_back(unknown_item(field, *sent));
  }
  return faults;
}

/// Points the vehicle to what is known of its items.
void point(store::Vehicle& vehicle, const Lists& lists, const SentItems& items) {
  for (std::size_t i = 0; i < k_fields.size(); ++i) {
    const auto& sent = items.*k_fields[i].sent;
    k_fields[i].point(vehicle, sent ? lists[i].find(*sent) : std::nullopt);
  }
}

constexpr store::IntegrationId k_no_integration = 0;

using Pushes = std::vector<PushVehicle*>;

/// Refuses those whose plate type, province or ids the client does not have; returns the others.
Pushes with_known_items(std::map<ClientId, Lists>& lists, const Pushes& pushes) {
  Pushes known;
  known.reserve(pushes.size());
  for (PushVehicle* push : pushes) {
    const Lists& of_client = lists.at(push->vehicle.client);
    if (auto faults = unknown_items(of_client, push->items); !faults.empty()) {
      push->outcome = tl::unexpected(domain::Refusal{std::move(faults), {}, 0});
      continue;
    }
    point(push->vehicle, of_client, push->items);
    known.push_back(push);
  }
  return known;
}

void refuse_as_standing(PushVehicle& push) {
  push.outcome = domain::refused(ErrorCode::vehicle_exists, {},
                                 "A vehicle with the same plate, province and plate type already "
                                 "exists. There is no need to send it again.");
}

/// Refuses those that stand, or come a second time; returns the others.
Pushes not_standing(Connection& connection, const Pushes& pushes) {
  std::vector<const store::Vehicle*> vehicles;
  vehicles.reserve(pushes.size());
  for (const PushVehicle* push : pushes) vehicles.push_back(&push->vehicle);
  const auto same = store::find_same_vehicles(connection, vehicles);

  Pushes fresh;
  fresh.reserve(pushes.size());
  std::set<std::tuple<ClientId, std::string_view, ItemId, ItemId>> in_batch;
  for (std::size_t i = 0; i < pushes.size(); ++i) {
    const store::Vehicle& vehicle = pushes[i]->vehicle;
    if (same[i] ||
        !in_batch.emplace(vehicle.client, vehicle.plate_norm, vehicle.province, vehicle.plate_type)
             .second) {
      refuse_as_standing(*pushes[i]);
    } else {
      fresh.push_back(pushes[i]);
    }
  }
  return fresh;
}

/// How many new names each integration may still add today, and how many it adds now.
class Allowance {
 public:
  Allowance(WriteBatch& batch, ClientId client) : m_batch(batch), m_client(client) {}

  /// Takes one; false if none is left. The office's own import may add any number, because a person
  /// chose its content.
  bool take(store::IntegrationId integration) {
    if (integration == k_no_integration) return true;
    const auto [left, is_first] = m_left.try_emplace(integration, 0);
    if (is_first) left->second = new_items_left(m_batch, m_client, integration);
    if (left->second == 0) return false;
    --left->second;
    ++m_taken[integration];
    return true;
  }

  void note() const {
    for (const auto& [integration, items] : m_taken) {
      note_new_names(m_batch, m_client, integration, {0, items});
    }
  }

 private:
  WriteBatch& m_batch;
  ClientId m_client;
  std::map<store::IntegrationId, std::int64_t> m_left;
  std::map<store::IntegrationId, std::int64_t> m_taken;
};

/// Adds the names that a list lacks and that these pushes, all of one client, bring: as many as
/// their integrations may add.
void add_new_names(WriteBatch& batch, ClientId client, Lists& lists, const Pushes& pushes) {
  Allowance allowance(batch, client);
  for (std::size_t i = 0; i < k_fields.size(); ++i) {
    if (!k_fields[i].grows) continue;
    std::map<std::string_view, const SentItem*> missing;
    for (const PushVehicle* push : pushes) {
      const auto& sent = push->items.*k_fields[i].sent;
      if (!sent || lists[i].find(*sent) || missing.contains(sent->name_norm)) continue;
      if (allowance.take(push->integration)) missing.emplace(sent->name_norm, &*sent);
    }
    if (missing.empty()) continue;

    std::vector<std::string_view> names;
    names.reserve(missing.size());
    for (const auto& [norm, sent] : missing) names.push_back(sent->name);
    const auto ids =
        store::intern_items(batch.connection, {client, k_fields[i].kind}, names, batch.now);
    auto id = ids.begin();
    for (const auto& [norm, sent] : missing) lists[i].add(*sent, *id++);
  }
  allowance.note();
}

/// The push's own warnings, and one for each name that was not added. The name is not repeated: it
/// may be a person's.
std::vector<std::string> warnings_of(const PushVehicle& push, const Lists& lists) {
  std::vector<std::string> warnings = push.warnings;
  for (std::size_t i = 0; i < k_fields.size(); ++i) {
    const auto& sent = push.items.*k_fields[i].sent;
    if (!k_fields[i].grows || !sent || lists[i].find(*sent)) continue;
    warnings.push_back(
        fmt::format("The {} is unknown and was not added, because {} new makes, types and colours "
                    "were already added today. The vehicle was stored without it.",
                    k_fields[i].title, k_most_new_items));
  }
  return warnings;
}

void store_all(WriteBatch& batch, std::map<ClientId, Lists>& lists, const Pushes& pushes) {
  std::map<ClientId, Pushes> by_client;
  for (PushVehicle* push : pushes) by_client[push->vehicle.client].push_back(push);
  for (const auto& [client, own] : by_client) {
    Lists& of_client = lists.at(client);
    add_new_names(batch, client, of_client, own);

    store::VehicleId id =
        store::take_vehicle_ids(batch.connection, client, static_cast<std::int64_t>(own.size()));
    std::vector<const store::Vehicle*> vehicles;
    vehicles.reserve(own.size());
    for (PushVehicle* push : own) {
      store::Vehicle& vehicle = push->vehicle;
      point(vehicle, of_client, push->items);
      vehicle.id = id++;
      vehicle.created = batch.now;
      vehicle.modified = batch.now;
      push->outcome = Receipt{std::to_string(vehicle.id), warnings_of(*push, of_client)};
      vehicles.push_back(&vehicle);
    }
    const auto stored = store::insert_vehicles(batch.connection, vehicles);
    for (std::size_t i = 0; i < own.size(); ++i) {
      // Another server was quicker.
      if (!stored[i]) refuse_as_standing(*own[i]);
    }
  }
}

void apply_pushes(WriteBatch& batch, std::span<Command* const> commands) {
  Pushes pushes;
  pushes.reserve(commands.size());
  std::map<ClientId, Lists> lists;
  for (Command* command : commands) {
    pushes.push_back(static_cast<PushVehicle*>(command));
    want(lists[pushes.back()->vehicle.client], pushes.back()->items);
  }
  for (auto& [client, of_client] : lists) look_up(batch.connection, client, of_client);

  // Whoever is refused is so before anything is written, so that a refusal adds no name and takes
  // no id.
  const Pushes known = with_known_items(lists, pushes);
  store_all(batch, lists, not_standing(batch.connection, known));
}

}  // namespace

Command::Apply PushVehicle::apply() const { return apply_pushes; }

std::vector<Fault> find_unknown_items(Connection& connection, ClientId client,
                                      const SentItems& items) {
  Lists lists;
  want(lists, items);
  look_up(connection, client, lists);
  return unknown_items(lists, items);
}

}  // namespace lotkeeper::service
