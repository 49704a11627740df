#include "database/postgres/link.hpp"

#include <endian.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "database/postgres/error.hpp"
#include "database/postgres/types.hpp"

namespace lotkeeper::database {
namespace {

constexpr int k_binary = 1;
// A session that only reads never clears its warnings.
constexpr std::size_t k_most_warnings = 16;

/// Parameters in libpq's form. Does not own the texts and bytes.
class Encoded {
 public:
  explicit Encoded(const Parameters& parameters)
      : m_numbers(parameters.size()), m_formats(parameters.size(), k_binary) {
    m_values.reserve(parameters.size());
    m_lengths.reserve(parameters.size());
    for (const Value& value : parameters) std::visit(Adder{*this}, value.variant());
  }

  [[nodiscard]] int count() const { return static_cast<int>(m_values.size()); }
  [[nodiscard]] const char* const* values() const { return m_values.data(); }
  [[nodiscard]] const int* lengths() const { return m_lengths.data(); }
  [[nodiscard]] const int* formats() const { return m_formats.data(); }

 private:
  struct Adder {
    Encoded& to;
    void operator()(std::monostate) const { to.add(nullptr, 0); }
    void operator()(std::int64_t number) const {
      std::uint64_t& kept = to.m_numbers[to.m_values.size()];
      kept = htobe64(static_cast<std::uint64_t>(number));
      to.add(&kept, sizeof kept);
    }
    // An empty view may hold a null pointer, which would be sent as NULL.
    void operator()(std::string_view text) const {
      to.add(text.empty() ? "" : text.data(), text.size());
    }
    void operator()(const base::Uuid& uuid) const { to.add(uuid.bytes.data(), uuid.bytes.size()); }
    void operator()(Bytes bytes) const {
      to.add(bytes.empty() ? static_cast<const void*>("") : bytes.data(), bytes.size());
    }
  };

  void add(const void* bytes, std::size_t size) {
    m_values.push_back(static_cast<const char*>(bytes));
    m_lengths.push_back(static_cast<int>(size));
  }

  std::vector<std::uint64_t> m_numbers;
  std::vector<const char*> m_values;
  std::vector<int> m_lengths;
  std::vector<int> m_formats;
};

std::string on_one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool is_space = c == '\n' || c == '\t' || c == ' ';
    if (!is_space) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  while (line.ends_with(' ')) line.pop_back();
  return line;
}

std::vector<const char*> pointers_of(const std::vector<std::string>& texts) {
  std::vector<const char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

PostgresLink::PostgresLink(const PostgresParameters& parameters)
    : m_handle(PQconnectdbParams(pointers_of(parameters.keywords).data(),
                                 pointers_of(parameters.values).data(), 0)) {
  if (!m_handle) throw std::bad_alloc();
  if (PQstatus(m_handle.get()) != CONNECTION_OK) lose("PostgreSQL cannot be reached");
  const char* encoding = PQparameterStatus(m_handle.get(), "server_encoding");
  if (encoding != nullptr && std::string_view(encoding) != "UTF8") {
    throw LinkLost(
        fmt::format("the database stores text as {}; create it with CREATE DATABASE … ENCODING "
                    "'UTF8' TEMPLATE template0",
                    encoding));
  }
  PQsetNoticeReceiver(m_handle.get(), take_notice, this);
  if (PQsetnonblocking(m_handle.get(), 1) != 0 || PQenterPipelineMode(m_handle.get()) != 1) {
    lose("cannot communicate with PostgreSQL");
  }
}

void PostgresLink::take_notice(void* link, const PGresult* notice) {
  auto& warnings = static_cast<PostgresLink*>(link)->m_warnings;
  if (!is_warning(notice) || warnings.size() >= k_most_warnings) return;
  warnings.push_back({.is_of_conflict = is_conflict(notice), .text = describe(notice)});
}

void PostgresLink::lose(std::string_view why) {
  throw LinkLost(fmt::format("{}: {}", why, on_one_line(PQerrorMessage(m_handle.get()))));
}

void PostgresLink::require(int sent) {
  if (sent == 1) return;
  lose("PostgreSQL accepts no more data");
}

void PostgresLink::queue(const char* sql) {
  require(PQsendQueryParams(m_handle.get(), sql, 0, nullptr, nullptr, nullptr, nullptr, k_binary));
  ++m_queued;
}

namespace {

// States a parameter's type if a value in the batch shows it, so that the type PostgreSQL would
// infer never applies. If all values are NULL, PostgreSQL infers the type.
std::vector<Oid> types_of(std::span<const Parameters> batch) {
  std::vector<Oid> types;
  for (const Parameters& parameters : batch) {
    types.resize(std::max(types.size(), parameters.size()), k_inferred);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      if (types[i] == k_inferred) types[i] = type_of(parameters[i]);
    }
  }
  return types;
}

}  // namespace

const std::string& PostgresLink::prepare(const Statement& statement,
                                         const std::vector<Oid>& types) {
  const std::string name = fmt::format("{}#{}", statement.name, ++m_names);
  require(PQsendPrepare(m_handle.get(), name.c_str(), std::string(statement.sql).c_str(),
                        static_cast<int>(types.size()), types.data()));
  m_preparing.emplace_back(m_queued, statement.sql.data());
  ++m_queued;
  return m_prepared[statement.sql.data()] = name;
}

void PostgresLink::send(const std::string& name, const Parameters& parameters) {
  const Encoded encoded(parameters);
  require(PQsendQueryPrepared(m_handle.get(), name.c_str(), encoded.count(), encoded.values(),
                              encoded.lengths(), encoded.formats(), k_binary));
  ++m_queued;
}

void PostgresLink::queue(const Statement& statement, std::span<const Parameters> batch) {
  const auto known = m_prepared.find(statement.sql.data());
  const std::string& name =
      known != m_prepared.end() ? known->second : prepare(statement, types_of(batch));
  for (const Parameters& parameters : batch) send(name, parameters);
}

void PostgresLink::queue(const ColumnsQuery& query) {
  Parameters parameters;
  for (const std::optional<std::string>& array : query.arrays) parameters.emplace_back(array);
  const auto known = m_prepared.find(query.statement->sql.data());
  if (known == m_prepared.end()) {
    // Arrays are untyped because the statement casts them. The other parameters are typed.
    std::vector<Oid> types(parameters.size(), k_inferred);
    for (const Value& other : query.others) types.push_back(type_of(other));
    prepare(*query.statement, types);
  }
  parameters.insert(parameters.end(), query.others.begin(), query.others.end());
  send(m_prepared.at(query.statement->sql.data()), parameters);
}

bool PostgresLink::is_disturbed() const {
  // Nothing was asked, so any input is either the end of the session or an unsolicited notice.
  // Replacing the session is safe in both cases.
  pollfd look{PQsocket(m_handle.get()), POLLIN | POLLRDHUP, 0};
  if (::poll(&look, 1, 0) == 0) return false;
  // Input may also be an answer that nobody waits for.
  return m_forgotten.empty() || (look.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

PostgresResult PostgresLink::next_result(Clock::time_point deadline) {
  PGconn* handle = m_handle.get();
  while (PQisBusy(handle) != 0) {
    const int unsent = PQflush(handle);
    if (unsent < 0) lose("PostgreSQL went away");
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd wait{PQsocket(handle), static_cast<short>(POLLIN | (unsent > 0 ? POLLOUT : 0)), 0};
    if (left.count() <= 0) {
      throw LinkLost(
          fmt::format("PostgreSQL did not answer within {} s", k_longest_silence.count()));
    }
    if (::poll(&wait, 1, static_cast<int>(left.count())) < 0 && errno != EINTR) {
      lose("cannot wait for PostgreSQL");
    }
    if (wait.revents != 0 && PQconsumeInput(handle) == 0) lose("PostgreSQL went away");
  }
  PostgresResult result(PQgetResult(handle));
  if (result && ends_the_session(result.get())) throw LinkLost(describe(result.get()));
  return result;
}

PostgresResult PostgresLink::result_of_one(Clock::time_point deadline) {
  PostgresResult result = next_result(deadline);
  if (!result) result = next_result(deadline);
  if (!result) lose("PostgreSQL's answers are out of step");
  // libpq ends the results of each statement with a null.
  if (next_result(deadline)) lose("PostgreSQL's answers are out of step");
  return result;
}

void PostgresLink::read_sync(Clock::time_point deadline) {
  PostgresResult result = next_result(deadline);
  if (!result) result = next_result(deadline);
  if (!result || PQresultStatus(result.get()) != PGRES_PIPELINE_SYNC) {
    lose("PostgreSQL's answers are out of step");
  }
}

void PostgresLink::drop_forgotten(Clock::time_point deadline) {
  for (const std::size_t size : m_forgotten) {
    for (std::size_t i = 0; i < size; ++i) result_of_one(deadline);
    read_sync(deadline);
  }
  m_forgotten.clear();
}

std::vector<PostgresResult> PostgresLink::exchange() {
  require(PQpipelineSync(m_handle.get()));
  const auto deadline = Clock::now() + k_longest_silence;
  drop_forgotten(deadline);
  std::vector<PostgresResult> results;
  results.reserve(m_queued);
  for (std::size_t i = 0; i < m_queued; ++i) results.push_back(result_of_one(deadline));
  read_sync(deadline);
  m_queued = 0;
  for (const auto& [place, text] : m_preparing) {
    if (PQresultStatus(results[place].get()) != PGRES_COMMAND_OK) m_prepared.erase(text);
  }
  m_preparing.clear();
  return results;
}

void PostgresLink::send_and_forget() {
  require(PQpipelineSync(m_handle.get()));
  if (PQflush(m_handle.get()) < 0) lose("PostgreSQL went away");
  m_forgotten.push_back(std::exchange(m_queued, 0));
}

PostgresResult PostgresLink::run_script(const std::string& sql) {
  drop_forgotten(Clock::now() + k_longest_silence);
  PGconn* handle = m_handle.get();
  if (PQexitPipelineMode(handle) != 1) lose("PostgreSQL's answers are out of step");
  PostgresResult result(PQexec(handle, sql.c_str()));
  if (!result || PQstatus(handle) != CONNECTION_OK || ends_the_session(result.get())) {
    lose("PostgreSQL went away");
  }
  if (PQenterPipelineMode(handle) != 1) lose("PostgreSQL's answers are out of step");
  return result;
}

}  // namespace lotkeeper::database
