#include "cli/import/import_server.hpp"

#include <algorithm>
#include <future>
#include <map>
#include <memory>
#include <thread>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "api/v1/imports/import_kinds.hpp"
#include "service/clients/tenancy.hpp"
#include "service/commit/bulk.hpp"

namespace lotkeeper::cli {
namespace {

namespace json = boost::json;
using api::v1::ImportKind;
using domain::ErrorCode;
using domain::Result;
using service::Command;

struct Row {
  std::unique_ptr<Command> command;
  std::optional<domain::Refusal> refusal;  ///< instead of the command
};

using Rows = std::vector<Row>;

std::string refusal_message(const domain::Refusal& refusal) {
  std::string details;
  for (const domain::Fault& fault : refusal.faults) {
    if (!details.empty()) details += '\n';
    details += fault.detail;
  }
  return json::serialize(json::object{{"refused", details}});
}

Result<store::Caller> find_caller(service::App& app, const ImportKind& kind,
                                  const ImportOrder& order) {
  const auto connection = app.database().read();
  const auto client = service::require_client(*connection, order.client);
  if (!client) return tl::unexpected(client.error());
  auto time_zone = domain::TimeZone::find(client->time_zone);
  if (!time_zone) {
    return domain::refused(ErrorCode::field_invalid, {},
                           fmt::format("this system does not know the time zone {} of {}",
                                       client->time_zone, client->code));
  }
  store::Caller caller;
  caller.client = std::make_shared<store::Client>(store::Client{
      client->id, client->code, client->name, std::move(*time_zone), client->currency});
  if (order.integration) {
    auto found = service::require_integration(*connection, *client, *order.integration);
    if (!found) return tl::unexpected(found.error());
    caller.integration = std::make_shared<store::Integration>(
        store::Integration{found->id, found->name, found->permissions, found->permit_type});
  } else if (kind.needs_integration) {
    return domain::refused(ErrorCode::field_missing, {},
                           fmt::format("{0} need an integration: name it with --integration NAME; "
                                       "see integrations with: lotkeeper integration list {1}",
                                       kind.name, client->code));
  }
  return caller;
}

std::vector<std::string> read_columns(const std::string& message) {
  std::vector<std::string> columns;
  const auto value = base::parse_json(message);
  if (!value) throw std::runtime_error("the column names cannot be read");
  for (const base::JsonValue& column : value->items) columns.push_back(column.text);
  return columns;
}

/// Stores rows of one client. Reads the next rows while the previous ones are being committed.
class Import {
 public:
  Import(service::App& app, const ImportKind& kind, store::Caller caller,
         std::vector<std::string> columns)
      : m_app(app), m_kind(kind), m_columns(std::move(columns)) {
    m_row.caller = std::move(caller);
  }

  [[nodiscard]] Rows read(const std::string& message) {
    auto sent = base::parse_json(message);
    if (!sent) throw std::runtime_error("rows cannot be read: " + sent.error().reason);
    m_row.now = m_app.clock().now();
    Rows rows;
    rows.reserve(sent->items.size());
    for (base::JsonValue& cells : sent->items) rows.push_back(read_row(std::move(cells)));
    return rows;
  }

  /// Makes the rows durable and returns the result of each.
  [[nodiscard]] json::object store(Rows& rows) {
    std::vector<Command*> commands;
    for (const Row& row : rows) {
      if (row.command) commands.push_back(row.command.get());
    }
    commit(std::move(commands));
    return answer(rows);
  }

 private:
  Row read_row(base::JsonValue cells) {
    base::JsonValue& body = m_row.body;
    body.kind = base::JsonValue::Kind::object;
    body.members.clear();
    for (std::size_t i = 0; i < std::min(cells.items.size(), m_columns.size()); ++i) {
      if (cells.items[i].text.empty()) continue;
      body.members.push_back({m_columns[i], std::move(cells.items[i])});
    }
    auto command = m_kind.read(m_row, m_app.database());
    if (!command) return {nullptr, std::move(command.error())};
    return {std::move(*command), std::nullopt};
  }

  /// If the queue is full, other writers come first. Tries again for a while.
  void commit(std::vector<Command*> commands) {
    constexpr int k_tries = 50;
    constexpr std::chrono::milliseconds k_pause{100};
    for (int i = 0; i < k_tries && !commands.empty(); ++i) {
      if (i > 0) std::this_thread::sleep_for(k_pause);
      service::commit_in_bulk(m_app.committer(), commands);
      std::erase_if(commands, [](const Command* command) {
        return command->outcome || command->outcome.error().faults.front().code != ErrorCode::busy;
      });
    }
  }

  [[nodiscard]] json::object answer(const Rows& rows) const {
    std::uint64_t imported = 0;
    std::uint64_t present = 0;
    json::array rejected;
    std::map<std::string_view, std::uint64_t> warned;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const Row& row = rows[i];
      if (row.command && m_kind.was_there(*row.command)) {
        ++present;
      } else if (row.command && row.command->outcome) {
        ++imported;
        for (const std::string& warning : row.command->outcome->warnings) ++warned[warning];
      } else {
        const domain::Refusal& refusal = row.refusal ? *row.refusal : row.command->outcome.error();
        const ErrorCode code = refusal.faults.front().code;
        // Not the row's fault. It can be stored later.
        if (code == ErrorCode::busy || code == ErrorCode::outcome_unknown) {
          return {{"failed", refusal.faults.front().detail}};
        }
        std::string reason;
        for (const domain::Fault& fault : refusal.faults) {
          if (!reason.empty()) reason += ' ';
          reason += fault.detail;
        }
        rejected.push_back(json::array{i, static_cast<int>(code), reason});
      }
    }
    json::object warnings;
    for (const auto& [text, count] : warned) warnings[text] = count;
    return {{"imported", imported},
            {"present", present},
            {"rejected", std::move(rejected)},
            {"warnings", std::move(warnings)}};
  }

  service::App& m_app;
  const ImportKind& m_kind;
  std::vector<std::string> m_columns;
  http::Call m_row;  ///< the current row, as an endpoint would get it
};

/// Answers rows until there are no more. Returns false if nothing more can be stored.
bool answer_rows(Import& import, MessageSocket& socket) {
  std::future<bool> storing;
  while (const auto message = socket.receive()) {
    auto rows = std::make_shared<Rows>(import.read(*message));
    // One chunk at a time, so that rows are stored in order.
    if (storing.valid() && !storing.get()) return false;
    storing = std::async(std::launch::async, [&import, &socket, rows] {
      const json::object answer = import.store(*rows);
      socket.send(json::serialize(answer));
      return !answer.contains("failed");
    });
  }
  return !storing.valid() || storing.get();
}

}  // namespace

void import_in_server(service::App& app, const ImportOrder& order, MessageSocket& socket) {
  const ImportKind* kind = api::v1::find_import_kind(order.kind);
  const auto opening = socket.receive();
  if (kind == nullptr || !opening) return;
  auto caller = find_caller(app, *kind, order);
  if (!caller) return socket.send(refusal_message(caller.error()));
  std::vector<std::string> columns = read_columns(*opening);
  const auto warnings = api::v1::check_columns(*kind, columns);
  if (!warnings) return socket.send(refusal_message(warnings.error()));

  const store::ClientId client = caller->client->id;
  const auto noted = app.change([&](service::WriteBatch& batch) -> Result<std::string> {
    store::insert_audit(batch.connection, client, "import " + order.kind,
                        order.integration.value_or(""), batch.now);
    return std::string();
  });
  if (!noted) return socket.send(refusal_message(noted.error()));

  Import import(app, *kind, std::move(*caller), std::move(columns));
  socket.send(
      json::serialize(json::object{{"warnings", json::array(warnings->begin(), warnings->end())}}));
  if (answer_rows(import, socket)) return;
  // Read to the end: closing with unread messages would discard the last answer before the client
  // reads it.
  while (socket.receive()) continue;
}

}  // namespace lotkeeper::cli
