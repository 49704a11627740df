#pragma once

#include "base/clock.hpp"
#include "cli/demo/town/town.hpp"
#include "service/app.hpp"

namespace lotkeeper::cli::demo {

/// A clock that is behind by the age of the town, so that the office's setup has the right dates.
class PastClock final : public base::Clock {
 public:
  explicit PastClock(const base::Clock& present) : m_present(present) {}
  [[nodiscard]] base::Instant now() const override { return m_present.now() - k_behind; }

  static constexpr std::chrono::days k_behind{90};

 private:
  const base::Clock& m_present;
};

/// Creates the client TOWN with its town up to `now`, and the demo's operator if there is none.
/// Leaves an existing town as it is. `app` must use a PastClock. Throws std::runtime_error if that
/// fails.
void build_town(service::App& app, base::Instant now, const TownSize& size = {});

/// The same, in a database that no server has open.
void build_town(const std::string& database_url);

}  // namespace lotkeeper::cli::demo
