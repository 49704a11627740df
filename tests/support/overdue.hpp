#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "support/test_api.hpp"

/// Violations for tests: the document's record, and others made of it.
namespace lotkeeper::tests {

/// The document's reply (chapter "Pull API: Overdue Violations").
[[nodiscard]] const boost::json::value& documents_reply();

/// A change of the record before it is imported.
using RecordChange = void (*)(boost::json::object& record);

/// Imports the document's violation for a client, changed; its ids and ticket are moved up by
/// `shift`, so that there may be many. Returns the refusal's details, empty if it was
/// imported, "present" if it was already stored.
std::string import_overdue(TestApi& api, std::string_view client, std::int64_t shift = 0,
                           RecordChange change = nullptr);

/// Imports `count` of them, from `first` on.
void import_many(TestApi& api, std::string_view client, std::int64_t first, std::int64_t count);

/// Runs a verb in a transaction of the server's; its refusal's detail, empty if there was none.
std::string change_violation(
    TestApi& api,
    const std::function<domain::Result<void>(service::WriteBatch& batch, store::ClientId client)>&
        verb,
    std::string_view client = "OC_TOMA");

}  // namespace lotkeeper::tests
