#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "database/connection.hpp"
#include "database/postgres/connector.hpp"

namespace lotkeeper::database {

/// A connection that outlives its sessions. If a session is lost, the next use takes a new one. A
/// transaction begun in the lost session fails until it is rolled back, and is never run in part.
class PostgresConnection final : public Connection {
 public:
  PostgresConnection(PostgresConnector& connector, PostgresRole role)
      : m_connector(connector), m_role(role) {}
  ~PostgresConnection() override = default;

  [[nodiscard]] Engine engine() const override { return Engine::postgresql; }
  using Connection::run_many;
  std::vector<std::int64_t> run_many(const Statement& statement, std::span<const Parameters> batch,
                                     const OnEachRow& on_row) override;
  void ask(std::span<const Question> questions) override;
  void ask_in_one_snapshot(std::span<const Question> questions) override;
  void enqueue(const Statement& statement, std::span<const Parameters> batch) override;
  void ask_with_commit(Question question) override;
  void begin() override;
  void begin_guarded() override;
  void commit() override;
  void rollback() noexcept override;
  void run_script(const std::string& sql) override;
  bool checkpoint(bool) override { return false; }
  [[nodiscard]] std::chrono::steady_clock::duration sync_time() const override { return {}; }

 private:
  enum class State {
    idle,
    begun,  ///< BEGIN goes out with the first statement
    open,
    lost,  ///< with its session; waits for its rollback
  };

  PostgresLink& link();
  /// Waiting here would block all connections of an event loop. Checked in builds with assertions.
  static void refuse_event_loop(std::string_view what);
  /// Sends what `queue` queues, after a pending BEGIN. May call `queue` twice. Returns the results,
  /// none of them an error.
  std::vector<PostgresResult> exchange(std::string_view what,
                                       const std::function<void(PostgresLink&)>& queue);
  /// What is sent together with the COMMIT, and who receives its rows.
  struct WithCommit {
    ColumnsQuery query;
    OnRow on_row;
  };

  [[nodiscard]] const char* begin_statement() const;
  void queue_commit();
  /// Throws Conflict or OutcomeUnknown if the COMMIT that was just answered came with warnings.
  void require_no_warning();
  [[noreturn]] void lose(const LinkLost& lost, std::string_view what);
  [[noreturn]] void fail(const PGresult* result, std::string_view what);

  PostgresConnector& m_connector;
  const PostgresRole m_role;
  std::unique_ptr<PostgresLink> m_link;
  State m_state = State::idle;
  bool m_is_guarded = false;
  std::optional<WithCommit> m_with_commit;
  bool m_has_queued = false;  ///< statements of this transaction that are not sent yet
};

}  // namespace lotkeeper::database
