#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/uuid.hpp"
#include "domain/fault.hpp"
#include "service/commit/command.hpp"
#include "store/permits/permit.hpp"

/// The verbs that change permits (chapter "Permits API" of the API document).
namespace lotkeeper::service {

/// A permit to be stored. Its id is made before the first attempt, so that a retry after a lost
/// answer finds its own row.
///
/// Refused: 9022 where a live permit of the integration has the same plate, zone name, start, end
/// and ticket number; the refusal names it.
class PushPermit final : public Command {
 public:
  store::Permit permit;
  std::optional<std::string> zone_name;  ///< as sent
  std::string zone_name_norm;
  std::vector<std::string> warnings;

  [[nodiscard]] Apply apply() const override;
  [[nodiscard]] bool is_guarded() const override { return true; }
  [[nodiscard]] bool finds_its_own() const override { return true; }
};

/// A change of a permit; what is nullopt stays.
///
/// Refused: 9009 where the integration has no such live permit; 9005 where the new end is not after
/// the start; 9022 where the permit would become identical to another live one.
class UpdatePermit final : public Command {
 public:
  struct Plate {
    std::string sent, norm, shape;
  };

  store::PermitKey permit;
  store::TokenId token = 0;
  std::optional<Plate> plate;
  std::optional<base::Instant> end;
  std::optional<std::int64_t> amount_cents;
  std::optional<std::string> currency;
  std::string client_currency;  ///< for an amount where no currency was sent or stored
  std::vector<std::string> warnings;

  [[nodiscard]] Apply apply() const override;
  [[nodiscard]] bool is_guarded() const override { return true; }
  [[nodiscard]] std::optional<base::Uuid> subject() const override { return permit.id; }
};

/// The end of a permit: it stops counting and validating at once and is kept for audit.
///
/// Refused: 9009 where the integration has no such live permit.
class DeletePermit final : public Command {
 public:
  store::PermitKey permit;
  store::TokenId token = 0;
  std::vector<std::string> warnings;

  [[nodiscard]] Apply apply() const override;
  [[nodiscard]] bool is_guarded() const override { return true; }
  [[nodiscard]] std::optional<base::Uuid> subject() const override { return permit.id; }
};

/// The faults of an update or (without an end) a delete that only the store can find (9009, 9005),
/// for a request that is refused for others as well.
[[nodiscard]] std::vector<domain::Fault> find_update_faults(database::Connection& connection,
                                                            const store::PermitKey& permit,
                                                            std::optional<base::Instant> end);

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
