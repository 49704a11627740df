#pragma once

#include <optional>
#include <string>
#include <vector>

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

}  // namespace lotkeeper::service
