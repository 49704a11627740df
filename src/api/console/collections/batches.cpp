#include <limits>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "api/console/clients/names.hpp"
#include "api/console/collections/sent_batch.hpp"
#include "api/console/reading.hpp"
#include "api/console/reply.hpp"
#include "api/console/violations/violation_view.hpp"
#include "store/collections/collection.hpp"

namespace lotkeeper::api::console {
namespace {

using http::Method;

Result<Reply> list_batches(Context& context, Call& call);
Result<Reply> get_batch(Context& context, Call& call);
Result<Reply> download_batch(Context& context, Call& call);
Result<Reply> export_batch(Context& context, Call& call);

}  // namespace

Routes batch_routes() {
  return {
      {Method::get, "/batches", Access::office, list_batches},
      {Method::get, "/batches/{id}", Access::office, get_batch, Pace::sums_up},
      {Method::get, "/batches/{id}/records.json", Access::office, download_batch},
      {Method::get, "/batches/{id}/records.csv", Access::office, export_batch},
  };
}

namespace {

Result<Reply> list_batches(Context& context, Call& call) {
  QueryReader query(call);
  const auto before = query.number("cursor", {1});
  const std::int64_t limit = query.limit();
  if (!query.is_good()) return query.refusal();

  const auto connection = context.app.database().read();
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
      records = co_await m_collections.part({m_client}, m_batch.id, ++m_part);
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

Result<Reply> download_batch(Context& context, Call& call) {
  auto batch = context.collections.find(*context.app.database().read(), call.client_id(),
                                        id_of(call.ids[0]));
  if (!batch) return tl::unexpected(std::move(batch.error()));

  Reply reply;
  reply.headers.push_back(
      {"Content-Disposition", fmt::format("attachment; filename=\"batch-{}.json\"", batch->id)});
  reply.source =
      std::make_unique<BatchRecords>(context.collections, call.client_id(), std::move(*batch));
  return reply;
}

/// A violation of a batch as it is on the page: with what was owed then and is owed now.
json::object ticket_json(const ViolationView& view, json::array drivers) {
  json::object one = summary_json(view);
  one["sentPaidCents"] = number_or_null(view.violation.sent_paid_cents);
  one["sentOwedCents"] = number_or_null(view.violation.sent_owed_cents);
  one["drivers"] = std::move(drivers);
  return one;
}

Result<Reply> get_batch(Context& context, Call& call) {
  QueryReader query(call);
  const auto after = query.number("cursor", {1});
  const std::int64_t limit = query.limit();
  if (!query.is_good()) return query.refusal();

  const auto reading = context.app.database().read();
  database::Connection& connection = *reading;
  const store::ClientId client = call.client_id();
  const store::BatchId id = id_of(call.ids[0]);
  const auto batch = store::find_batch(connection, client, id);
  if (!batch) return tl::unexpected(not_found("batch"));
  // They look at every ticket of the batch: once, for the first page.
  std::optional<store::BatchSums> sums;
  if (!after) sums = store::sum_batch(connection, client, id, call.now);
  const auto views = view_violations(
      connection, client, store::list_batch(connection, client, id, after.value_or(0), limit),
      call.now);
  std::vector<store::VehicleId> vehicles;
  vehicles.reserve(views.size());
  for (const ViolationView& view : views) vehicles.push_back(view.violation.vehicle.value_or(0));
  auto drivers = drivers_json(connection, client, vehicles);
  json::array tickets;
  for (std::size_t i = 0; i < views.size(); ++i) {
    tickets.push_back(ticket_json(views[i], std::move(drivers[i])));
  }
  const bool has_more = static_cast<std::int64_t>(views.size()) == limit;
  return ok(
      {{"id", batch->id},
       {"violations", batch->violations},
       {"createdAt", domain::format_utc(batch->created)},
       {"isReady", batch->rendered.has_value()},
       {"sentOwedCents", number_or_null(sums ? sums->sent_owed_cents : std::nullopt)},
       {"owedCents", sums ? json::value(sums->owed_cents) : nullptr},
       {"unpaid", sums ? json::value(sums->unpaid) : nullptr},
       {"tickets", std::move(tickets)},
       {"next", has_more ? json::value(std::to_string(views.back().violation.id)) : nullptr}});
}

/// The records of a batch as they went out, as rows of CSV.
class BatchRows final : public http::BodySource {
 public:
  BatchRows(Context& context, const Call& call, service::Collections::Batch batch,
            store::CollectionBatch row)
      : m_collections(context.collections),
        m_services(context.app.services()),
        m_sent{call.client_id(), row, call.principal->time_zone},
        m_batch(std::move(batch)) {}

  boost::asio::awaitable<std::optional<std::string>> next() override {
    if (m_part == 0) {
      ++m_part;
      co_return sent_heading();
    }
    auto records = co_await m_collections.part({m_sent.client}, m_batch.id, m_part++);
    if (!records) co_return std::nullopt;
    std::string rows = co_await m_services.read_aside(
        service::Party{m_sent.client}, service::LongReads::Kind::goes_on,
        [this, &records](database::Connection& connection) {
          return sent_rows(connection, m_sent, *records);
        });
    co_return rows;
  }

 private:
  service::Collections& m_collections;
  service::Services& m_services;
  SentBatch m_sent;
  service::Collections::Batch m_batch;
  std::int64_t m_part = 0;
};

Result<Reply> export_batch(Context& context, Call& call) {
  const store::BatchId id = id_of(call.ids[0]);
  const auto row = store::find_batch(*context.app.database().read(), call.client_id(), id);
  if (!row) return tl::unexpected(not_found("batch"));
  auto batch = context.collections.find(*context.app.database().read(), call.client_id(), id);
  if (!batch) return tl::unexpected(std::move(batch.error()));

  Reply reply;
  reply.content_type = "text/csv; charset=utf-8";
  reply.headers.push_back(
      {"Content-Disposition", fmt::format("attachment; filename=\"batch-{}.csv\"", id)});
  reply.source = std::make_unique<BatchRows>(context, call, std::move(*batch), *row);
  return reply;
}

}  // namespace
}  // namespace lotkeeper::api::console
