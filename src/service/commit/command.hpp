#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "database/connection.hpp"
#include "domain/fault.hpp"
#include "service/clients/client_time_zones.hpp"
#include "service/clients/zone_names.hpp"
#include "service/party.hpp"
#include "store/permits/income.hpp"
#include "store/permits/permit.hpp"
#include "store/requests/idempotency.hpp"

namespace lotkeeper::service {

/// The result of a write for its caller, once it is durable.
struct Receipt {
  std::string reference;
  std::vector<std::string> warnings;
};

/// The transaction that several commands share. `now` does not change within it.
struct WriteBatch {
  database::Connection& connection;
  base::Instant now;
  std::int64_t replica;
  ZoneNames& zone_names;
  ClientTimeZones& time_zones;
  store::OperatorId operator_id = 0;  ///< who makes a change in the console; 0: no console operator
  /// Whether one statement on arrays may handle many commands. If a unique key rejects one of its
  /// rows, the whole transaction fails and is run again without arrays.
  bool on_arrays = false;

  /// Adds to a counter of live permits. Written once for each zone name and type.
  void count(store::ClientId client, store::ZoneNameId zone_name, domain::PermitType type,
             std::int64_t by) {
    counts[{client, zone_name, type}] += by;
  }

  /// Adds (`sign` 1) or subtracts (-1) what `permit` brought in. Written once for each sum.
  void earn(const store::Permit& permit, std::int64_t sign) {
    if (!permit.amount_cents) return;
    auto& sum = earned[{{permit.client, permit.integration, permit.zone_name, permit.type,
                         permit.currency.value_or("")},
                        std::chrono::floor<Slot>(permit.start.time_since_epoch()).count()}];
    sum.first += sign;
    sum.second += sign * *permit.amount_cents;
  }

  // In every time zone, days begin at a multiple of this.
  static constexpr std::int64_t k_slot = 900'000;
  using Slot = std::chrono::duration<std::int64_t, std::ratio<k_slot / 1'000>>;
  /// Permits and cents, by income subject and time slot of the start.
  std::map<std::pair<store::Income, std::int64_t>, std::pair<std::int64_t, std::int64_t>> earned =
      {};

  /// Ordered, so that two servers lock their rows in the same order.
  std::map<std::tuple<store::ClientId, store::ZoneNameId, domain::PermitType>, std::int64_t>
      counts = {};
};

/// One caller's write, from decoding to the durable outcome. Owned by the caller until the commit
/// has answered.
class Command {
 public:
  /// Applies commands of one kind together and sets the `outcome` of each. It may run again from
  /// the start after a rollback, so its result must depend only on the commands and the database.
  using Apply = void (*)(WriteBatch& batch, std::span<Command* const> commands);

  Command() = default;
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;
  virtual ~Command() = default;

  /// Commands with the same function are applied together.
  [[nodiscard]] virtual Apply apply() const = 0;

  /// Two commands with the same subject (other than none) never share a batch, so the second sees
  /// the result of the first.
  [[nodiscard]] virtual std::optional<base::Uuid> subject() const { return std::nullopt; }

  /// Whether it may be applied again although its transaction may have been committed. It then
  /// recognises its own write and has the same outcome. An update cannot: others may have changed
  /// the permit since.
  [[nodiscard]] virtual bool finds_its_own() const { return false; }

  /// Whether its writes are correct whatever others write meanwhile, because they state what must
  /// not have changed. A batch of such commands need not be serializable.
  [[nodiscard]] virtual bool is_guarded() const { return false; }

  /// How many writes it counts as.
  [[nodiscard]] virtual std::size_t weight() const { return 1; }

  /// Whose write it is, to decide its turn.
  Party party;

  /// Set if the caller sent an Idempotency-Key. The reply made from this command's receipt is
  /// stored with it.
  std::optional<store::IdempotencyKey> key;
  std::string (*encode)(const Receipt& receipt) = nullptr;

  domain::Result<Receipt> outcome;
  /// Set instead of a receipt if the key was answered before.
  std::optional<std::string> replayed_reply;
};

/// Commands that are all of one kind, cast to that kind.
template <class Kind>
std::vector<Kind*> as(std::span<Command* const> commands) {
  std::vector<Kind*> typed;
  typed.reserve(commands.size());
  for (Command* command : commands) typed.push_back(static_cast<Kind*>(command));
  return typed;
}

}  // namespace lotkeeper::service
