#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "database/connection.hpp"
#include "database/postgres/connector.hpp"

namespace lotkeeper::database {

/// A connection that outlives its sessions: where one is lost, the next use takes another. What was
/// begun in the lost one fails until it is rolled back, and is never run in part.
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
  /// All the connections of an event loop would wait for PostgreSQL. Checked where assertions are.
  static void refuse_event_loop(std::string_view what);
  /// Sends what `queue` queues, after the BEGIN that may be due. It may be called twice. Returns
  /// the results, all of them good.
  std::vector<PostgresResult> exchange(std::string_view what,
                                       const std::function<void(PostgresLink&)>& queue);
  /// What goes out with the COMMIT, and who gets its rows.
  struct WithCommit {
    ColumnsQuery query;
    OnRow on_row;
  };

  [[nodiscard]] const char* begin_statement() const;
  void queue_commit();
  /// Throws Conflict or OutcomeUnknown where the COMMIT that was just answered came with warnings.
  void require_no_warning();
  [[noreturn]] void lose(const LinkLost& lost, std::string_view what);
  [[noreturn]] void fail(const PGresult* result, std::string_view what);

  PostgresConnector& m_connector;
  const PostgresRole m_role;
  std::unique_ptr<PostgresLink> m_link;
  State m_state = State::idle;
  bool m_is_guarded = false;
  std::optional<WithCommit> m_with_commit;
  bool m_has_queued = false;  ///< statements of this transaction that have not gone out yet
};

}  // namespace lotkeeper::database
