#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/uuid.hpp"
#include "domain/fault.hpp"
#include "service/commit/command.hpp"
#include "service/permits/permit_writes.hpp"

namespace lotkeeper::service {

/// 9022, which names the permit that stands where it is known.
[[nodiscard]] tl::unexpected<domain::Refusal> already_stands(
    const std::optional<base::Uuid>& standing);

/// Applies pushes as the others' `apply` does, in a transaction that they may share with any
/// others.
void apply_pushes(WriteBatch& batch, std::span<Command* const> commands);

/// A batch that has nothing but new pushes, for PostgreSQL: BEGIN, one statement for all of them
/// and the COMMIT are one round trip, and one more each second for the zone names.
class SingleRoundTripInsert {
 public:
  /// nullopt where something else is among `commands`, or an Idempotency-Key.
  [[nodiscard]] static std::optional<SingleRoundTripInsert> of(std::span<Command* const> commands);

  /// Leaves all to the commit. Throws database::NotSupported, here or in the commit.
  void apply(WriteBatch& batch);

  /// After the commit: names what stands in the way of each that was not stored. Returns those in
  /// whose way nothing stands any more.
  [[nodiscard]] std::vector<Command*> describe_conflicts(database::Connection& connection);

 private:
  explicit SingleRoundTripInsert(std::vector<PushPermit*> pushes) : m_pushes(std::move(pushes)) {}

  std::vector<PushPermit*> m_pushes;
  std::vector<Receipt> m_receipts;  ///< of those that will have been stored, by m_pushes' order
};

}  // namespace lotkeeper::service
