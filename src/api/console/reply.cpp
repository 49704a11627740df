#include "api/console/reply.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/text/csv.hpp"
#include "domain/money.hpp"

namespace lotkeeper::api::console {
namespace {

std::string_view kind_of(int status) {
  switch (status) {
    case 401:
      return "signIn";
    case 404:
      return "notFound";
    case 403:
      return "role";
    case 405:
      return "method";
    case 409:
      return "conflict";
    case 413:
      return "tooLarge";
    case 415:
      return "mediaType";
    case 429:
      return "slowDown";
    case 503:
      return "busy";
    case 500:
      return "internal";
    default:
      return "invalid";
  }
}

/// A sentence of the command line's verbs as the console shows it.
std::string as_sentence(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  if (text.empty()) return text;
  if (text.front() >= 'a' && text.front() <= 'z')
    text.front() = static_cast<char>(text.front() - 32);
  if (text.back() != '.' && text.back() != '?') text += '.';
  return text;
}

json::object to_json(const domain::Fault& fault) {
  json::object object;
  if (!fault.field.empty()) object["field"] = fault.field;
  object["detail"] = as_sentence(
      fault.detail.empty() ? std::string(domain::error_entry(fault.code).message) : fault.detail);
  return object;
}

class TableSource final : public http::BodySource {
 public:
  TableSource(service::Services& services, store::ClientId client, std::string heading,
              NextRows next)
      : m_services(services),
        m_client(client),
        m_rows(std::move(heading)),
        m_next(std::move(next)) {}

  boost::asio::awaitable<std::optional<std::string>> next() override {
    if (m_is_first) {
      m_is_first = false;
      co_return std::exchange(m_rows, {});
    }
    while (m_has_more) {
      m_rows.clear();
      m_has_more = co_await m_services.read_aside(
          service::Party{m_client}, service::LongReads::Kind::goes_on,
          [this](database::Connection& connection) { return m_next(connection, m_rows); });
      if (!m_rows.empty()) co_return std::exchange(m_rows, {});
    }
    co_return std::nullopt;
  }

 private:
  service::Services& m_services;
  store::ClientId m_client;
  std::string m_rows;
  NextRows m_next;
  bool m_is_first = true;
  bool m_has_more = true;
};

}  // namespace

Reply ok(const json::object& body, int status) {
  Reply reply;
  reply.status = status;
  reply.body = json::serialize(body);
  return reply;
}

Reply no_content() {
  Reply reply;
  reply.status = 204;
  return reply;
}

Result<Reply> done(const Result<std::string>& outcome) {
  if (!outcome) return tl::unexpected(outcome.error());
  return ok({{"message", as_sentence(*outcome)}});
}

json::value time_or_null(const std::optional<base::Instant>& time) {
  if (!time) return nullptr;
  return json::string(domain::format_utc(*time));
}

json::value number_or_null(const std::optional<std::int64_t>& number) {
  if (!number) return nullptr;
  return *number;
}

json::value text_or_null(const std::optional<std::string>& text) {
  if (!text) return nullptr;
  return json::string(*text);
}

json::value filled_or_null(const std::string& text) {
  if (text.empty()) return nullptr;
  return json::string(text);
}

Reply error_reply(const domain::Refusal& refusal, std::string_view request_id, int status) {
  const domain::Fault& first = refusal.faults.front();
  Reply reply;
  reply.status = status != 0 ? status : domain::error_entry(first.code).http_status;
  json::object object{{"error", kind_of(reply.status)}};
  for (const auto& member : to_json(first)) object[member.key()] = member.value();
  object["requestId"] = request_id;
  if (refusal.faults.size() > 1) {
    json::array all;
    for (const domain::Fault& fault : refusal.faults) all.push_back(to_json(fault));
    object["errors"] = std::move(all);
  }
  if (refusal.retry_after_seconds > 0) {
    reply.headers.push_back({"Retry-After", std::to_string(refusal.retry_after_seconds)});
  }
  reply.body = json::serialize(object);
  return reply;
}

Reply plain_error(int status, std::string_view error, std::string_view detail,
                  std::string_view request_id) {
  Reply reply;
  reply.status = status;
  reply.body = json::serialize(
      json::object{{"error", error}, {"detail", detail}, {"requestId", request_id}});
  return reply;
}

std::string_view message_of(int code) {
  const auto entry = domain::find_error_entry(code);
  return entry ? entry->message : "This version does not know this error code.";
}

json::object session_json(const store::Session& session, store::SessionId present) {
  return {{"id", session.id},
          {"operator", session.operator_name},
          {"createdAt", domain::format_utc(session.created)},
          {"lastSeenAt", domain::format_utc(session.last_seen)},
          {"expiresAt", domain::format_utc(session.expires)},
          {"agent", session.agent},
          {"isPresent", session.id == present}};
}

domain::Refusal not_found(std::string_view what) {
  return domain::refuse(ErrorCode::record_not_found, {}, fmt::format("There is no such {}.", what));
}

void append_row(std::string& text, std::span<const std::string> cells) {
  std::vector<std::string> safe;
  safe.reserve(cells.size());
  for (const std::string& cell : cells) safe.push_back(base::without_formulas(cell));
  base::append_csv_row(text, safe, ',', base::CsvQuotes::around_texts);
}

Reply csv_reply(Context& context, const Call& call, std::string_view file_name,
                std::span<const std::string_view> columns, NextRows next) {
  std::string heading;
  append_row(heading, std::vector<std::string>(columns.begin(), columns.end()));
  Reply reply;
  reply.content_type = "text/csv; charset=utf-8";
  reply.headers.push_back(
      {"Content-Disposition", fmt::format("attachment; filename=\"{}\"", file_name)});
  reply.source = std::make_unique<TableSource>(context.app.services(), call.client_id(),
                                               std::move(heading), std::move(next));
  return reply;
}

std::string money(std::int64_t cents) { return domain::to_string(domain::Money{cents}); }

}  // namespace lotkeeper::api::console
