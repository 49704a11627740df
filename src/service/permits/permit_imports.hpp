#pragma once

#include "service/permits/permit_writes.hpp"

namespace lotkeeper::service {

/// A permit that another system kept until now. Its reference may be its own (`push.permit.id`), so
/// that machines which know it go on with it. One that stands already with the same values is left
/// as it is.
///
/// Refused: 9022 where a permit with its own reference stands with other values, was deleted or is
/// another integration's, or where the same permit stands under another reference.
class ImportPermit final : public Command {
 public:
  PushPermit push;
  bool has_own_reference = false;

  bool was_there = false;  ///< of a success: nothing was written

  [[nodiscard]] Apply apply() const override;
  [[nodiscard]] std::optional<base::Uuid> subject() const override {
    if (!has_own_reference) return std::nullopt;
    return push.permit.id;
  }
};

}  // namespace lotkeeper::service
