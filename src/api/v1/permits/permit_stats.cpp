#include "api/v1/permits/permit_stats.hpp"

#include <utility>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "api/v1/commit.hpp"
#include "api/v1/permits/permit_attributes.hpp"
#include "service/permits/permit_reads.hpp"

namespace lotkeeper::api::v1 {
namespace {

namespace json = boost::json;
using boost::asio::awaitable;
using domain::Result;
using http::Answer;
using http::Call;
using service::Services;

// Up to so many names are looked up on the event loop: less than a millisecond.
constexpr std::int64_t k_few = 100;
// So many stand in each piece of a long reply.
constexpr std::int64_t k_page = 1'000;

/// The reply as a text: begun, then name by name, then closed.
class StatsText {
 public:
  StatsText(const service::Stats& stats, std::vector<std::string> warnings)
      : m_without_zone(stats.without_zone), m_warnings(std::move(warnings)) {
    json::array data;
    for (const service::ZoneTotal& row : stats.zones) {
      data.push_back(json::object{{"type", domain::to_string(row.type)},
                                  {"zone", row.zone},
                                  {"total", std::to_string(row.total)}});
    }
    m_text = R"({"data":)" + json::serialize(data);
  }

  void add(const std::vector<store::DisconnectedName>& names) {
    for (const store::DisconnectedName& name : names) {
      m_text += m_has_names ? "," : R"(,"disconnected":[)";
      m_has_names = true;
      m_text += json::serialize(
          json::object{{"zone", name.name}, {"total", std::to_string(name.permits)}});
    }
  }

  void close() {
    if (m_has_names) m_text += "]";
    if (m_without_zone > 0) m_text += fmt::format(R"(,"withoutZone":"{}")", m_without_zone);
    if (!m_warnings.empty()) {
      m_text +=
          R"(,"warnings":)" + json::serialize(json::array(m_warnings.begin(), m_warnings.end()));
    }
    m_text += "}";
  }

  [[nodiscard]] std::string take() { return std::exchange(m_text, {}); }

 private:
  std::int64_t m_without_zone;
  std::vector<std::string> m_warnings;
  std::string m_text;
  bool m_has_names = false;
};

/// A reply that is made while it is sent, as there are many names: some at a time, none of them on
/// the event loop.
class StatsReply final : public http::BodySource {
 public:
  StatsReply(Services& services, service::Party party, service::DisconnectedNames names,
             StatsText text)
      : m_services(services), m_party(party), m_names(std::move(names)), m_text(std::move(text)) {}

  awaitable<std::optional<std::string>> next() override {
    if (m_is_closed) co_return std::nullopt;
    std::string piece;
    while (piece.empty()) {  // of a page of names none may have a permit any more
      const auto page = co_await m_services.read_aside(
          m_party, service::LongReads::Kind::goes_on,
          [this](database::Connection& connection) { return m_names.next(connection, k_page); });
      m_text.add(page);
      m_is_closed = m_names.is_at_end();
      if (m_is_closed) m_text.close();
      piece = m_text.take();
    }
    co_return piece;
  }

 private:
  Services& m_services;
  service::Party m_party;
  service::DisconnectedNames m_names;
  StatsText m_text;
  bool m_is_closed = false;
};

/// What the first piece of a reply needs.
struct Beginning {
  service::Stats stats;
  std::vector<store::DisconnectedName> names;
};

}  // namespace

awaitable<Result<Answer>> stats(Services& services, Call& call) {
  AttributeReader attributes(call);
  service::StatsQuestion question;
  question.client = call.caller.client->id;
  question.zones = read_zones(attributes);
  question.active_at =
      read_moment(attributes, k_active_at, call.caller.client->time_zone, call.now);
  if (attributes.has_faults()) co_return tl::unexpected(attributes.refusal());

  service::DisconnectedNames names(question.client, question.active_at);
  const auto begin = [&](database::Connection& connection) {
    Beginning beginning{service::count_permits(connection, question), {}};
    if (!question.zones) beginning.names = names.next(connection, k_few);
    return beginning;
  };
  // Counted permit by permit, or many zones to look up: not on the event loop.
  const bool is_long =
      question.active_at || (question.zones && std::ssize(*question.zones) > k_few);
  Beginning beginning;
  if (is_long) {
    beginning =
        co_await services.read_aside(asker_of(call), service::LongReads::Kind::begins, begin);
  } else {
    beginning = co_await services.quick_reads.ask(asker_of(call), begin);
  }

  for (const std::string& zone : beginning.stats.unknown_zones) {
    attributes.warn(fmt::format("No zone is called \"{}\".", zone));
  }
  if (question.zones) beginning.stats.without_zone = 0;
  StatsText text(beginning.stats, attributes.warnings());
  text.add(beginning.names);
  if (question.zones || names.is_at_end()) {
    text.close();
    co_return Answer{text.take()};
  }
  Answer answer;
  answer.source =
      std::make_unique<StatsReply>(services, asker_of(call), std::move(names), std::move(text));
  co_return answer;
}

}  // namespace lotkeeper::api::v1
