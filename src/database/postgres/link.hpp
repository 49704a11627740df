#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <libpq-fe.h>

#include "database/connection.hpp"

namespace lotkeeper::database {

/// The server went away or does not respond. The link cannot be used any more.
class LinkLost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using PostgresResult = std::unique_ptr<PGresult, ClearResult>;

/// Connection parameters for libpq, as keywords and values.
struct PostgresParameters {
  std::vector<std::string> keywords;
  std::vector<std::string> values;
};

struct PostgresWarning {
  bool is_of_conflict = false;  ///< a conflict with another transaction
  std::string text;             ///< safe to log
};

/// A statement that takes arrays first, in binary form, and then single values.
struct ColumnsQuery {
  const Statement* statement;
  std::vector<std::optional<std::string>> arrays;
  Parameters others;
};

/// One PostgreSQL session, from connecting to its loss. Queued statements go out in one pipeline
/// and are answered in one round trip. Parameters and results are binary.
class PostgresLink {
 public:
  /// How long an answer may take before the server counts as gone. A server that is stopped or
  /// behind a cut cable gives no other sign.
  static constexpr std::chrono::seconds k_longest_silence{10};

  /// Connects. Throws LinkLost if the server cannot be reached, refuses, or does not store text as
  /// UTF-8. The message names hosts and users, never a password.
  explicit PostgresLink(const PostgresParameters& parameters);
  PostgresLink(const PostgresLink&) = delete;
  PostgresLink& operator=(const PostgresLink&) = delete;
  ~PostgresLink() = default;

  /// Queues a statement without parameters.
  void queue(const char* sql);
  /// Queues `statement` once for each element of `batch`. Prepares it first if this session has not
  /// done so.
  void queue(const Statement& statement, std::span<const Parameters> batch);
  void queue(const ColumnsQuery& query);

  /// How many results `exchange` would return.
  [[nodiscard]] std::size_t queued() const { return m_queued; }

  /// Whether the server has sent something unasked, for example because it ends the session. Costs
  /// no round trip, so check it before relying on the session.
  [[nodiscard]] bool is_disturbed() const;

  /// Sends what was queued and returns the results in that order, including those of preparations.
  /// After a failure the later results are PGRES_PIPELINE_ABORTED.
  std::vector<PostgresResult> exchange();

  /// Sends what was queued. The results are dropped when they arrive.
  void send_and_forget();

  /// Runs statements without parameters or rows, separated by semicolons, with no time limit.
  PostgresResult run_script(const std::string& sql);

  /// The server's warnings since the last `forget_warnings`, 16 at most. Leaves out "there is no
  /// transaction in progress", which a ROLLBACK causes after a failed COMMIT.
  [[nodiscard]] const std::vector<PostgresWarning>& warnings() const { return m_warnings; }
  void forget_warnings() { m_warnings.clear(); }

 private:
  using Clock = std::chrono::steady_clock;

  struct Finish {
    void operator()(PGconn* handle) const { PQfinish(handle); }
  };

  static void take_notice(void* link, const PGresult* notice);
  const std::string& prepare(const Statement& statement, const std::vector<Oid>& types);
  void send(const std::string& name, const Parameters& parameters);
  void require(int sent);
  PostgresResult next_result(Clock::time_point deadline);
  PostgresResult result_of_one(Clock::time_point deadline);
  void read_sync(Clock::time_point deadline);
  void drop_forgotten(Clock::time_point deadline);
  [[noreturn]] void lose(std::string_view why);

  std::unique_ptr<PGconn, Finish> m_handle;
  std::unordered_map<const char*, std::string>
      m_prepared;  ///< the server-side name, by address of the SQL text
  std::size_t m_queued = 0;
  std::vector<std::pair<std::size_t, const char*>> m_preparing;  ///< position in the queue, address
  std::vector<std::size_t> m_forgotten;  ///< sizes of the pipelines whose results are dropped
  std::size_t m_names = 0;
  std::vector<PostgresWarning> m_warnings;
};

}  // namespace lotkeeper::database
