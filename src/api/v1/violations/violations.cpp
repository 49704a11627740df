#include "api/v1/violations/violations.hpp"

#include <limits>

#include <spdlog/spdlog.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "api/v1/attributes.hpp"
#include "api/v1/commit.hpp"
#include "domain/time.hpp"

namespace lotkeeper::api::v1 {
namespace {

namespace json = boost::json;
using boost::asio::awaitable;
using domain::Permission;
using domain::Result;
using http::Answer;
using http::Call;
using http::Effect;
using service::Collections;
using service::Services;

struct Handlers {
  Services& services;
  Collections& collections;
};

awaitable<Result<Answer>> send_overdue(Handlers handlers, Call& call);
awaitable<Result<Answer>> batches(Handlers handlers, Call& call);

}  // namespace

http::Endpoints violation_endpoints(Services& services, Collections& collections) {
  const auto with = [handlers = Handlers{services, collections}](
                        awaitable<Result<Answer>> (*handler)(Handlers, Call&)) {
    return [handlers, handler](Call& call) { return handler(handlers, call); };
  };
  // An answer lost on the way is fetched again from violations/batches: no Idempotency-Key here.
  return {
      {"violations/send_overdue_to_collections", Permission::violations_send_overdue_to_collections,
       Effect::reads, with(send_overdue)},
      {"violations/batches", Permission::violations_batches, Effect::reads, with(batches)},
  };
}

namespace {

// How many past batches one reply lists at the most.
constexpr std::int64_t k_most_listed = 1'000;

const Attribute k_batch{
    .names = {"batch"}, .title = "the batch's id", .malformed = ErrorCode::record_not_found};

/// The end of the document's reply: our version, no session, and which batch this is.
std::string reply_end(const std::optional<Collections::Batch>& batch) {
  json::value number = nullptr;
  if (batch) number = json::object{{"id", batch->id}, {"count", batch->violations}};
  const json::object end{
      {"state", json::object{{"version", LOTKEEPER_VERSION}, {"csrf_token", ""}}},
      {"batch", std::move(number)}};
  return "]," + json::serialize(end).substr(1);
}

/// A batch's reply, part by part as its reader takes it.
class BatchReply final : public http::BodySource {
 public:
  BatchReply(Collections& collections, service::Party party, Collections::Batch batch)
      : m_collections(collections), m_party(party), m_batch(std::move(batch)) {}

  awaitable<std::optional<std::string>> next() override {
    if (m_is_done) co_return std::nullopt;
    auto records = co_await next_part();
    std::string piece = m_part == 1 ? R"({"records":[)" : (records ? "," : "");
    if (records) {
      piece += *records;
    } else {
      piece += reply_end(m_batch);
      m_is_done = true;
    }
    co_return piece;
  }

 private:
  /// The transfer breaks off where this throws, and the log says why.
  awaitable<std::optional<std::string>> next_part() {
    try {
      co_return co_await m_collections.part(m_party, m_batch->id, ++m_part);
    } catch (const std::exception& error) {
      spdlog::error("batch {} broke off at part {}: {}", m_batch->id, m_part, error.what());
      throw;
    }
  }

  Collections& m_collections;
  service::Party m_party;
  std::optional<Collections::Batch> m_batch;
  std::int64_t m_part = 0;
  bool m_is_done = false;
};

Answer stream(Handlers handlers, const Call& call, Collections::Batch batch) {
  Answer answer;
  answer.source =
      std::make_unique<BatchReply>(handlers.collections, asker_of(call), std::move(batch));
  return answer;
}

// violations/send_overdue_to_collections: chapter "Pull API: Overdue Violations"

awaitable<Result<Answer>> send_overdue(Handlers handlers, Call& call) {
  auto batch = co_await handlers.collections.hand_out(call.caller.client->id, asker_of(call));
  if (!batch) co_return tl::unexpected(std::move(batch.error()));

  if (!*batch) co_return Answer{R"({"records":[)" + reply_end(std::nullopt)};
  co_return stream(handlers, call, std::move(**batch));
}

// violations/batches: ours, so that an answer lost on the way is not money lost

std::optional<store::BatchId> read_batch(AttributeReader& attributes) {
  const auto sent = attributes.find(k_batch);
  if (!sent) return std::nullopt;
  const bool is_number =
      sent->text.size() <= 18 && sent->text.find_first_not_of("0123456789") == std::string::npos;
  if (is_number) return std::stoll(sent->text);
  attributes.fault(ErrorCode::record_not_found, k_batch,
                   "This is not a batch id. Leave \"batch\" out to list all batches.");
  return std::nullopt;
}

std::string list_reply(const std::vector<store::CollectionBatch>& batches) {
  json::array rows;
  for (const store::CollectionBatch& batch : batches) {
    rows.push_back(json::object{{"id", batch.id},
                                {"count", batch.violations},
                                {"created", domain::format_utc(batch.created)}});
  }
  return json::serialize(json::object{{"status", "success"}, {"batches", std::move(rows)}});
}

awaitable<Result<Answer>> batches(Handlers handlers, Call& call) {
  AttributeReader attributes(call);
  const auto id = read_batch(attributes);
  if (attributes.has_faults()) co_return tl::unexpected(attributes.refusal());

  if (!id) {
    const auto all = co_await handlers.services.quick_reads.ask(
        asker_of(call), [client = call.caller.client->id](database::Connection& connection) {
          return store::list_batches(connection, client, std::numeric_limits<store::BatchId>::max(),
                                     k_most_listed);
        });
    co_return Answer{list_reply(all)};
  }
  auto batch = co_await handlers.services.quick_reads.ask(
      asker_of(call), [&](database::Connection& connection) {
        return handlers.collections.find(connection, call.caller.client->id, *id);
      });
  if (!batch) co_return tl::unexpected(std::move(batch.error()));
  co_return stream(handlers, call, std::move(*batch));
}

}  // namespace
}  // namespace lotkeeper::api::v1
