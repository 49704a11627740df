#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "database/database.hpp"
#include "service/permits/permit_writes.hpp"
#include "store/permits/permit.hpp"
#include "support/test_api.hpp"

/// What the tests of the store begin from.
namespace lotkeeper::tests {

inline constexpr store::ClientId k_client = 7;
inline constexpr store::ClientId k_other_client = 8;
inline constexpr store::IntegrationId k_integration = 3;

/// An empty store of its own, brought up to date.
class TestStore {
 public:
  TestStore();

  [[nodiscard]] database::Connection& writer() { return database->writer(); }
  [[nodiscard]] std::string text(std::string_view sql) { return text_of(*database, sql); }
  [[nodiscard]] std::int64_t number(std::string_view sql);
  /// The file, on SQLite.
  [[nodiscard]] std::string path() const { return database::sqlite_path(place.url()); }

  TestDatabase place;
  std::unique_ptr<database::Database> database;
};

/// A permit of k_client's, valid for an hour from k_noon.
[[nodiscard]] store::Permit permit_of(std::string_view plate, store::ZoneNameId zone_name = 0);

[[nodiscard]] store::PermitKey key_of(const store::Permit& permit);

/// Stores permits; those that were not stored come back as false.
std::vector<bool> insert(database::Connection& connection, std::vector<store::Permit> permits);

/// A push of `permit`, as a handler makes it.
[[nodiscard]] std::unique_ptr<service::PushPermit> push_of(store::Permit permit);

/// How many rows of a table PostgreSQL's transaction in hand has read.
[[nodiscard]] std::int64_t rows_read(database::Connection& connection, std::string_view table);

/// The same of all of its transactions so far, between two of this connection's.
[[nodiscard]] std::int64_t rows_read_so_far(database::Connection& connection,
                                            std::string_view table);

}  // namespace lotkeeper::tests
