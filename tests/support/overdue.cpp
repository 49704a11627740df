#include "support/overdue.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <sstream>

#include "service/violations/violation_import.hpp"
#include "store/clients/tenancy.hpp"

namespace lotkeeper::tests {
namespace {

namespace json = boost::json;

json::object shifted_record(std::int64_t shift) {
  json::object record = documents_reply().at("records").at(0).as_object();
  if (shift == 0) return record;
  const std::int64_t id = 9 + shift;
  const std::string ticket = "1-" + std::to_string(100'013 + shift);
  record["ViolationID"] = id;
  record["Ticket"] = ticket;
  record["UUID"] = "d9a1c8bb-4ed1-411e-91b1-" + std::to_string(100'000'000'000 + shift);
  json::object& detail = record["details"].at(0).as_object();
  detail["ViolationsDetailID"] = 10 + shift;
  detail["ViolationID"] = id;
  detail["Ticket"] = ticket;
  for (std::size_t i = 0; i < 2; ++i) {
    json::object& attachment = record["attachments"].at(i).as_object();
    attachment["attachID"] = 1 + 2 * shift + static_cast<std::int64_t>(i);
    attachment["relatedID"] = id;
    attachment["relatedNote"] = ticket;
  }
  return record;
}

domain::Result<std::string> run(service::WriteBatch& batch, const std::string& code,
                                const json::object& record) {
  const auto client = store::find_client(batch.connection, code);
  const auto zone = domain::TimeZone::find(client->time_zone);
  const auto sent = base::parse_json(json::serialize(record));
  auto read = service::read_violation_record(*sent, *zone);
  if (!read) return tl::unexpected(read.error());
  const auto imported = service::import_violation(batch, client->id, *read);
  if (!imported) return tl::unexpected(imported.error());
  return std::string(*imported ? "" : "present");
}

}  // namespace

const json::value& documents_reply() {
  static const json::value reply = [] {
    std::ifstream file(PROJECT_SOURCE_DIR "/db/demo/overdue_violations.json");
    std::stringstream text;
    text << file.rdbuf();
    return json::parse(text.str());
  }();
  return reply;
}

std::string import_overdue(TestApi& api, std::string_view client, std::int64_t shift,
                           RecordChange change) {
  json::object record = shifted_record(shift);
  if (change != nullptr) change(record);
  const auto result = api.app.change(
      [&](service::WriteBatch& batch) { return run(batch, std::string(client), record); });
  if (result) return *result;
  std::string details;
  for (const domain::Fault& fault : result.error().faults) {
    if (!details.empty()) details += ' ';
    details += fault.detail;
  }
  return details;
}

void import_many(TestApi& api, std::string_view client, std::int64_t first, std::int64_t count) {
  const auto result =
      api.app.change([&](service::WriteBatch& batch) -> domain::Result<std::string> {
        for (std::int64_t shift = first; shift < first + count; ++shift) {
          auto imported = run(batch, std::string(client), shifted_record(shift));
          if (!imported) return imported;
        }
        return std::string();
      });
  if (!result) throw std::runtime_error(result.error().faults.front().detail);
}

std::string change_violation(
    TestApi& api,
    const std::function<domain::Result<void>(service::WriteBatch&, store::ClientId)>& verb,
    std::string_view client) {
  const auto result =
      api.app.change([&](service::WriteBatch& batch) -> domain::Result<std::string> {
        const auto done = verb(batch, store::find_client(batch.connection, client)->id);
        if (!done) return tl::unexpected(done.error());
        return std::string();
      });
  return result ? *result : result.error().faults.front().detail;
}

}  // namespace lotkeeper::tests
