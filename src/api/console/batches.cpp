#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "api/console/reading.hpp"
#include "api/console/reply.hpp"
#include "api/console/violation_view.hpp"
#include "store/collection.hpp"

namespace lotkeeper::api::console {
namespace {

using http::Method;

Result<Reply> list_batches(Desk& desk, Call& call);
Result<Reply> download_batch(Desk& desk, Call& call);
Result<Reply> export_batch(Desk& desk, Call& call);

}  // namespace

Routes batch_routes() {
  return {
      {Method::get, "/batches", Access::office, list_batches},
      {Method::get, "/batches/{id}/records.json", Access::office, download_batch},
      {Method::get, "/batches/{id}/records.csv", Access::office, export_batch},
  };
}

namespace {

constexpr std::int64_t k_chunk = 200;

Result<Reply> list_batches(Desk& desk, Call& call) {
  QueryReader query(call);
  const auto before = query.number("cursor", {1});
  const std::int64_t limit = query.limit();
  if (!query.is_good()) return query.refusal();

  const auto connection = desk.office.database().read();
  const auto batches =
      store::list_batches(*connection, call.client_id(),
                          before.value_or(std::numeric_limits<std::int64_t>::max()), limit);
  json::array list;
  for (const store::CollectionBatch& batch : batches) {
    list.push_back(json::object{{"id", batch.id},
                                {"violations", batch.violations},
                                {"createdAt", domain::format_utc(batch.created)},
                                {"isReady", batch.rendered.has_value()}});
  }
  const bool has_more = static_cast<std::int64_t>(batches.size()) == limit;
  return ok({{"batches", std::move(list)},
             {"next", has_more ? json::value(std::to_string(batches.back().id)) : nullptr}});
}

/// The records of a batch as they went out, part by part.
class BatchRecords final : public http::BodySource {
 public:
  BatchRecords(service::Collections& collections, store::ClientId client,
               service::Collections::Batch batch)
      : m_collections(collections), m_client(client), m_batch(std::move(batch)) {}

  boost::asio::awaitable<std::optional<std::string>> next() override {
    if (m_is_done) co_return std::nullopt;
    std::optional<std::string> records;
    try {
      records = co_await m_collections.part(m_client, m_batch.id, ++m_part);
    } catch (const std::exception& error) {
      spdlog::error("batch {} broke off at part {}: {}", m_batch.id, m_part, error.what());
      throw;
    }
    std::string piece = m_part == 1 ? R"({"records":[)" : (records ? "," : "");
    if (records) {
      piece += *records;
    } else {
      piece += fmt::format(R"(],"batch":{{"id":{},"count":{}}}}})", m_batch.id, m_batch.violations);
      m_is_done = true;
    }
    co_return piece;
  }

 private:
  service::Collections& m_collections;
  store::ClientId m_client;
  service::Collections::Batch m_batch;
  std::int64_t m_part = 0;
  bool m_is_done = false;
};

Result<Reply> download_batch(Desk& desk, Call& call) {
  auto batch =
      desk.collections.find(*desk.office.database().read(), call.client_id(), id_of(call.ids[0]));
  if (!batch) return tl::unexpected(std::move(batch.error()));

  Reply reply;
  reply.headers.push_back(
      {"Content-Disposition", fmt::format("attachment; filename=\"batch-{}.json\"", batch->id)});
  reply.source =
      std::make_unique<BatchRecords>(desk.collections, call.client_id(), std::move(*batch));
  return reply;
}

Result<Reply> export_batch(Desk& desk, Call& call) {
  const store::BatchId id = id_of(call.ids[0]);
  if (!store::find_batch(*desk.office.database().read(), call.client_id(), id)) {
    return tl::unexpected(not_found("batch"));
  }
  static constexpr std::string_view k_columns[] = {"ticket", "plate", "issued", "due",  "types",
                                                   "fine",   "paid",  "owed",   "state"};
  return csv_reply(desk, call, fmt::format("batch-{}.csv", id), k_columns,
                   [client = call.client_id(), id, now = call.now, after = store::ViolationId{0}](
                       database::Connection& connection, std::string& rows) mutable {
                     auto violations = store::list_batch(connection, client, id, after, k_chunk);
                     const bool has_more = static_cast<std::int64_t>(violations.size()) == k_chunk;
                     if (!violations.empty()) after = violations.back().id;
                     for (const ViolationView& view :
                          view_violations(connection, client, std::move(violations), now)) {
                       const std::vector<std::string> cells{
                           view.violation.ticket,
                           view.plate,
                           domain::format_utc(view.violation.issued),
                           domain::format_utc(view.violation.due),
                           fmt::format("{}", fmt::join(view.types, "; ")),
                           money(view.cost_cents),
                           money(view.violation.paid_cents),
                           money(view.owed_cents),
                           std::string(view.state)};
                       append_row(rows, cells);
                     }
                     return has_more;
                   });
}

}  // namespace
}  // namespace lotkeeper::api::console
