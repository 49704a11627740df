#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/test_api.hpp"

/// Scenario tables: each row is one request to a server of its own, and all that must be true of
/// the reply and of the store.
///
/// Rows are plain constants, so that hundreds of them compile quickly. In bodies, headers and
/// expectations `TOKEN:name` stands for a token of TestApi, `REF:n` for the reference that the n-th
/// step before was answered with (`UPPER:n` in upper case), `REF:new` for the reply's own, and
/// `REPEAT<n,text>` for n times the text.
namespace lotkeeper::tests {

/// Members of a body: names as they are, values in JSON. In changes an empty value leaves the name
/// out.
using Members = std::initializer_list<std::pair<std::string_view, std::string_view>>;
using Texts = std::initializer_list<std::string_view>;

/// Something that happened before: a request that succeeded, or what `act` does.
struct Step {
  std::string_view to = {};
  Members changes = {};
  Members headers = {};
  std::string_view client = "OC_TOMA";
  void (*act)(TestApi& api) = nullptr;
};

struct Scenario {
  std::string_view name;     ///< what the row claims
  std::string_view to = {};  ///< "permits/push"; its base body is changed by `changes`
  std::initializer_list<Step> before = {};
  Members changes = {};
  std::string_view body = {};  ///< instead of the changed base body, unless null
  Members headers = {};
  std::string_view client = "OC_TOMA";
  http::Method method = http::Method::post;
  std::string_view path = {};  ///< instead of the endpoint's own
  /// What the server is started with; null: nothing in particular.
  http::DispatchOptions (*options)() = nullptr;
  Breakage breakage = Breakage::none;  ///< after the steps before, ahead of the request

  int status = 200;
  /// Each fault as its code and, where it has one, its field: "9006 plate". All, in their order.
  Texts errors = {};
  Texts contains = {};
  Texts lacks = {};
  Members reply_headers = {};  ///< exactly these values
  Texts lacks_headers = {};
  Members stored = {};  ///< SQL, and the text of the first column of its first row
  /// Permits written, zone names made and keys kept. Nothing at all for a refusal.
  std::int64_t writes = 0;
};

/// A table's rows under its name. Rows without `to` go to `endpoint`.
struct Table {
  std::string_view name;
  std::string_view endpoint;
  std::vector<Scenario> rows;

  Table(std::string_view table_name, std::string_view table_endpoint,
        std::span<const Scenario> table_rows)
      : name(table_name), endpoint(table_endpoint), rows(table_rows.begin(), table_rows.end()) {
    for (Scenario& row : rows) {
      if (row.to.empty() && row.path.empty()) row.to = endpoint;
    }
  }
};

/// Makes a file's table known to the tests: one constant in the file, and nothing anywhere else.
class RegisteredTable {
 public:
  explicit RegisteredTable(Table (*make)());
};

/// Every registered table.
[[nodiscard]] const std::vector<Table>& scenario_tables();

enum class Effect { writes, asks };

/// An endpoint under test: "permits/push" …
struct Endpoint {
  std::string_view name;
  Effect effect;
  /// Of a good body, without the token. In an update "REF:1" is the reference of the step before.
  std::vector<std::pair<std::string_view, std::string_view>> members;
};

/// Makes an endpoint known to the tests that go over all of them.
class RegisteredEndpoint {
 public:
  RegisteredEndpoint(std::string_view name, Effect effect, Members members);
};

/// Every registered endpoint, by name.
[[nodiscard]] std::vector<Endpoint> endpoints_under_test();

/// An endpoint as a part of a row's name: "permits_push".
[[nodiscard]] std::string as_row_name(std::string_view endpoint);

/// A good body for an endpoint, changed.
[[nodiscard]] std::string changed_body(std::string_view endpoint, Members changes);

/// Keeps a text for as long as the program runs: for rows that are made by a loop.
[[nodiscard]] std::string_view keep(std::string text);

}  // namespace lotkeeper::tests
