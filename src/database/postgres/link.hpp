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

/// The server went away, or says nothing any more: the link is of no further use.
class LinkLost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using PostgresResult = std::unique_ptr<PGresult, ClearResult>;

/// Connects libpq's parameters in the usual order of keyword and value.
struct PostgresParameters {
  std::vector<std::string> keywords;
  std::vector<std::string> values;
};

struct PostgresWarning {
  bool is_of_conflict = false;  ///< another transaction came in between
  std::string text;             ///< safe to log
};

/// A statement that takes arrays first, in binary form, and then single values.
struct ColumnsQuery {
  const Statement* statement;
  std::vector<std::optional<std::string>> arrays;
  Parameters others;
};

/// One session of PostgreSQL's, from its making to its loss. What is queued goes out in one
/// pipeline and comes back in one round trip; parameters and results are binary.
class PostgresLink {
 public:
  /// The longest that an answer may take before the server counts as gone: one that is stopped, or
  /// behind a cut cable, does not say so.
  static constexpr std::chrono::seconds k_longest_silence{10};

  /// Connects. Throws LinkLost where the server cannot be reached, refuses, or does not keep text
  /// as UTF-8; what it says names hosts and users, never a password.
  explicit PostgresLink(const PostgresParameters& parameters);
  PostgresLink(const PostgresLink&) = delete;
  PostgresLink& operator=(const PostgresLink&) = delete;
  ~PostgresLink() = default;

  /// A statement without parameters.
  void queue(const char* sql);
  /// `statement` with each of `batch`; prepared first where this session does not know it.
  void queue(const Statement& statement, std::span<const Parameters> batch);
  void queue(const ColumnsQuery& query);

  /// How many results `exchange` would return.
  [[nodiscard]] std::size_t queued() const { return m_queued; }

  /// Whether the server says something unasked, as one that ends the session does: seen without a
  /// round trip, before anything is risked on it.
  [[nodiscard]] bool is_disturbed() const;

  /// Sends what was queued and returns the result of each, preparations among them, in that order.
  /// After one that failed the others are PGRES_PIPELINE_ABORTED.
  std::vector<PostgresResult> exchange();

  /// Sends what was queued; its results are dropped when they come.
  void send_and_forget();

  /// Statements without parameters or rows, separated by semicolons, for as long as they take.
  PostgresResult run_script(const std::string& sql);

  /// What the server has warned of since the last `forget_warnings`, 16 at most; but for "there is
  /// no transaction in progress", which a ROLLBACK says where the COMMIT before it failed.
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
      m_prepared;  ///< the server's name by address of text
  std::size_t m_queued = 0;
  std::vector<std::pair<std::size_t, const char*>> m_preparing;  ///< place in the queue, address
  std::vector<std::size_t> m_forgotten;  ///< sizes of the pipelines whose results are dropped
  std::size_t m_names = 0;
  std::vector<PostgresWarning> m_warnings;
};

}  // namespace lotkeeper::database
