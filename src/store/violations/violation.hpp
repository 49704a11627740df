#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "database/connection.hpp"
#include "store/clients/list.hpp"
#include "store/ids.hpp"

/// Violations with everything that belongs to one: details, payments, appeals and events.
namespace lotkeeper::store {

/// The API document's ViolationTypeID of a violation whose types are in its details.
inline constexpr ItemId k_see_details = -1;

struct Violation {
  ViolationId id = 0;
  std::string ticket;
  std::optional<VehicleId> vehicle;
  std::optional<ItemId> category;
  ItemId type = k_see_details;
  std::optional<ItemId> location;
  base::Instant issued;
  base::Instant due;
  std::int64_t fine_cents = 0;
  std::int64_t adjusted_fine_cents = 0;  ///< 0: not adjusted
  std::int64_t towing_cents = 0;
  std::int64_t tax_hundredths = 0;  ///< hundredths of a cent
  std::int64_t paid_cents = 0;      ///< the sum of its payments, less reversed ones
  std::optional<std::int64_t> warning;
  bool spoiled = false;
  std::optional<base::Instant> cancelled;
  std::optional<base::Instant> appealed;
  std::optional<base::Instant> appeal_decided;
  std::optional<std::string> appeal_comment;
  std::optional<std::string> appeal_reply;
  std::optional<std::string> adjustment_reason;
  std::optional<std::string> comment;
  std::optional<std::string> private_comments;
  std::optional<base::Instant> closed;  ///< nothing is owed any more
  std::optional<base::Instant> sent;    ///< to collections
  std::optional<BatchId> batch;
  /// What was paid and owed when it was sent. None if it was sent before these were recorded.
  std::optional<std::int64_t> sent_paid_cents;
  std::optional<std::int64_t> sent_owed_cents;
  std::string uuid;
  std::optional<std::string> other;  ///< JSON: unknown fields that an import brought
  base::Instant created;

  [[nodiscard]] bool is_void() const {
    return spoiled || cancelled.has_value() || warning.value_or(0) != 0;
  }
  [[nodiscard]] bool has_open_appeal() const { return appealed && !appeal_decided; }
};

struct ViolationDetail {
  std::int64_t id = 0;  ///< counts up within a client
  ItemId type = 0;
  std::optional<ItemId> location;
  std::int64_t fine_cents = 0;
  bool discount = false;
  std::int64_t discount_cents = 0;
  std::int64_t discount_hours = 0;
  base::Instant created;
};

[[nodiscard]] std::optional<Violation> find_violation(database::Connection& connection,
                                                      ClientId client, ViolationId id);
[[nodiscard]] std::optional<ViolationId> find_violation_by_ticket(database::Connection& connection,
                                                                  ClientId client,
                                                                  std::string_view ticket);

/// Writes the row, replacing one with the same id.
void save_violation(database::Connection& connection, ClientId client, const Violation& violation);

/// The details of each violation, ordered by id.
[[nodiscard]] std::vector<std::vector<ViolationDetail>> find_details(
    database::Connection& connection, ClientId client, std::span<const ViolationId> violations);

[[nodiscard]] bool has_detail(database::Connection& connection, ClientId client, std::int64_t id);

/// Stores details of a violation. Their ids must be free.
void insert_details(database::Connection& connection, ClientId client, ViolationId violation,
                    std::span<const ViolationDetail> details);

// Sending to collections

/// Whether anything is overdue at `now`.
[[nodiscard]] bool has_overdue(database::Connection& connection, ClientId client,
                               base::Instant now);

/// Marks up to `limit` violations that are overdue at `now` (`store/violations/owed.hpp`) as sent
/// at `now` in `batch`, and records what is owed then. Returns how many it marked.
[[nodiscard]] std::int64_t mark_overdue(database::Connection& connection, ClientId client,
                                        BatchId batch, base::Instant now, std::int64_t limit);

/// The violations of a batch with ids above `after`, ordered by id.
[[nodiscard]] std::vector<Violation> list_batch(database::Connection& connection, ClientId client,
                                                BatchId batch, ViolationId after,
                                                std::int64_t limit);

[[nodiscard]] std::int64_t count_batch(database::Connection& connection, ClientId client,
                                       BatchId batch);

/// Totals of the violations in a batch.
struct BatchSums {
  /// What was owed when they were sent. None for a batch from before that was recorded.
  std::optional<std::int64_t> sent_owed_cents;
  std::int64_t owed_cents = 0;  ///< what is owed at `now`
  std::int64_t unpaid = 0;      ///< violations on which something is still owed
};
[[nodiscard]] BatchSums sum_batch(database::Connection& connection, ClientId client, BatchId batch,
                                  base::Instant now);

}  // namespace lotkeeper::store
