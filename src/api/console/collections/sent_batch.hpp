#pragma once

#include <string>
#include <string_view>

#include "database/connection.hpp"
#include "domain/time.hpp"
#include "store/collections/collection.hpp"

/// A batch for collections as CSV: what went out, whatever became of it since.
namespace lotkeeper::api::console {

struct SentBatch {
  store::ClientId client = 0;
  store::CollectionBatch batch;
  domain::TimeZone time_zone = domain::TimeZone::utc();
};

[[nodiscard]] std::string sent_heading();

/// The rows of `records`, which are a part of the batch's reply: JSON objects between commas. What
/// was paid and owed is that of the moment when the batch was made; the debtor is the vehicle's
/// first driver in the record. Throws where the text is no such records.
[[nodiscard]] std::string sent_rows(database::Connection& connection, const SentBatch& sent,
                                    std::string_view records);

}  // namespace lotkeeper::api::console
