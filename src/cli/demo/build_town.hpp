#pragma once

#include "base/clock.hpp"
#include "cli/demo/town/town.hpp"
#include "service/app.hpp"

namespace lotkeeper::cli::demo {

/// A clock that is behind by as much as the town is old: what its office set up is noted as of
/// then.
class PastClock final : public base::Clock {
 public:
  explicit PastClock(const base::Clock& present) : m_present(present) {}
  [[nodiscard]] base::Instant now() const override { return m_present.now() - k_behind; }

  static constexpr std::chrono::days k_behind{90};

 private:
  const base::Clock& m_present;
};

/// Makes the client TOWN with its town up to `now`, and the demo's operator where there is
/// none; leaves a town that stands as it is. `app` goes by a PastClock. Throws
/// std::runtime_error where that fails.
void build_town(service::App& app, base::Instant now, const TownSize& size = {});

/// The same in a database that no server has open.
void build_town(const std::string& database_url);

}  // namespace lotkeeper::cli::demo
