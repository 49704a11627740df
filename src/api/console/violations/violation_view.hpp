#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "api/console/call.hpp"
#include "store/violations/violation_search.hpp"

/// Violations as the console shows them.
namespace lotkeeper::api::console {

/// A violation with what a list shows of it.
struct ViolationView {
  store::Violation violation;
  std::string plate;  ///< empty without vehicle
  std::vector<store::ViolationDetail> details;
  std::string_view state;       ///< open, overdue, appealed …
  std::int64_t cost_cents = 0;  ///< as adjusted, without discount
  std::int64_t owed_cents = 0;  ///< now
  std::vector<std::string> types;
  std::string location;
};

[[nodiscard]] std::vector<ViolationView> view_violations(database::Connection& connection,
                                                         store::ClientId client,
                                                         std::vector<store::Violation> violations,
                                                         base::Instant now);
[[nodiscard]] boost::json::object summary_json(const ViolationView& view);
[[nodiscard]] boost::json::array summaries_json(std::span<const ViolationView> views);

/// The whole of one, as `getViolation` answers; 9009 where there is none.
[[nodiscard]] Result<Reply> violation_reply(Context& context, const Call& call,
                                            store::ViolationId violation);

}  // namespace lotkeeper::api::console
