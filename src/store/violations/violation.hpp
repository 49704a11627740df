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

/// Violations with what belongs to one: details, payments, appeals, and the events of its life.
namespace lotkeeper::store {

/// The document's ViolationTypeID of a violation whose details say of what types it is.
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
  std::int64_t paid_cents = 0;      ///< the sum of its payments, less those that were reversed
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
  /// What was paid and owed when it was sent; none where that was before these were kept.
  std::optional<std::int64_t> sent_paid_cents;
  std::optional<std::int64_t> sent_owed_cents;
  std::string uuid;
  std::optional<std::string> other;  ///< JSON: what an import brought beyond
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

/// Writes the row, over what stood under its id.
void save_violation(database::Connection& connection, ClientId client, const Violation& violation);

/// The details of each violation, by id.
[[nodiscard]] std::vector<std::vector<ViolationDetail>> find_details(
    database::Connection& connection, ClientId client, std::span<const ViolationId> violations);

[[nodiscard]] bool has_detail(database::Connection& connection, ClientId client, std::int64_t id);

/// Stores details of a violation, whose ids are free.
void insert_details(database::Connection& connection, ClientId client, ViolationId violation,
                    std::span<const ViolationDetail> details);

// Handing out to collections

/// Whether anything is overdue at `now`.
[[nodiscard]] bool has_overdue(database::Connection& connection, ClientId client,
                               base::Instant now);

/// Marks up to `limit` violations that are overdue at `now` (`store/violations/owed.hpp`) as sent
/// at `now` in `batch`, with what is owed then. Returns how many it marked.
[[nodiscard]] std::int64_t mark_overdue(database::Connection& connection, ClientId client,
                                        BatchId batch, base::Instant now, std::int64_t limit);

/// The violations of a batch above `after`, by id.
[[nodiscard]] std::vector<Violation> list_batch(database::Connection& connection, ClientId client,
                                                BatchId batch, ViolationId after,
                                                std::int64_t limit);

[[nodiscard]] std::int64_t count_batch(database::Connection& connection, ClientId client,
                                       BatchId batch);

/// What the violations of a batch come to.
struct BatchSums {
  /// Owed when they were sent; none for a batch from before that was kept.
  std::optional<std::int64_t> sent_owed_cents;
  std::int64_t owed_cents = 0;  ///< of these, at `now`
  std::int64_t unpaid = 0;      ///< violations of which something is still owed
};
[[nodiscard]] BatchSums sum_batch(database::Connection& connection, ClientId client, BatchId batch,
                                  base::Instant now);

}  // namespace lotkeeper::store
