#include "service/clients/new_names.hpp"

#include <algorithm>
#include <string>

#include <spdlog/spdlog.h>

#include "store/clients/tenancy.hpp"

namespace lotkeeper::service {
namespace {

std::string title_of(database::Connection& connection, store::ClientId client,
                     store::IntegrationId integration) {
  for (const store::IntegrationRow& row : store::list_integrations(connection)) {
    if (row.client == client && row.id == integration) {
      return "integration \"" + row.name + "\" of client " + row.client_code;
    }
  }
  return "an import for client number " + std::to_string(client);
}

}  // namespace

bool are_many(const store::NewNames& names) {
  return names.zones >= k_many_new_zones || names.items >= k_most_new_items;
}

std::int64_t new_items_left(WriteBatch& batch, store::ClientId client,
                            store::IntegrationId integration) {
  const auto today = store::find_new_names(batch.connection, client, integration, batch.now);
  return std::max<std::int64_t>(0, k_most_new_items - today.items);
}

void note_new_names(WriteBatch& batch, store::ClientId client, store::IntegrationId integration,
                    const store::NewNames& added) {
  const store::NewNames sums =
      store::add_new_names(batch.connection, client, integration, batch.now, added);
  const store::NewNames before{sums.zones - added.zones, sums.items - added.items};
  if (sums.zones >= k_many_new_zones && before.zones < k_many_new_zones) {
    spdlog::warn(
        "{} has sent {} new zone names today that match no zone; is it sending something else as "
        "the zone?",
        title_of(batch.connection, client, integration), sums.zones);
  }
  if (sums.items >= k_most_new_items && before.items < k_most_new_items) {
    spdlog::warn(
        "{} has sent {} new makes, types and colours of vehicles today; until tomorrow (UTC) a "
        "vehicle with a further new one is stored without it",
        title_of(batch.connection, client, integration), sums.items);
  }
}

}  // namespace lotkeeper::service
