#include "support/faulty_database.hpp"

#include <utility>

namespace lotkeeper::tests {

using database::Connection;

/// Passes on to another connection what the breakage lets through.
class FaultyDatabase::FaultyConnection : public Connection {
 public:
  FaultyConnection(Connection& real, std::atomic<Breakage>& breakage)
      : m_real(real), m_breakage(breakage) {}

  database::Engine engine() const override { return m_real.engine(); }
  using Connection::run_many;
  std::vector<std::int64_t> run_many(const database::Statement& statement,
                                     std::span<const database::Parameters> batch,
                                     const OnEachRow& on_row) override {
    fail_where_broken();
    return m_real.run_many(statement, batch, on_row);
  }
  void ask(std::span<const database::Question> questions) override {
    fail_where_asked(questions);
    m_real.ask(questions);
  }
  void ask_in_one_snapshot(std::span<const database::Question> questions) override {
    fail_where_asked(questions);
    m_real.ask_in_one_snapshot(questions);
  }
  void ask_with_commit(database::Question question) override {
    fail_where_broken();
    if (m_breakage == Breakage::takes_no_arrays) m_is_refusing = true;
    m_real.ask_with_commit(std::move(question));
  }
  void begin() override {
    fail_where_broken();
    m_real.begin();
  }
  void begin_guarded() override {
    fail_where_broken();
    m_real.begin_guarded();
  }
  void commit() override {
    fail_where_broken();
    const Breakage breakage = m_breakage;
    if (breakage == Breakage::sync_refused) throw database::DiskFailed("sync refused");
    if (std::exchange(m_is_refusing, false)) throw database::NotSupported("no arrays here");
    m_real.commit();
    if (breakage == Breakage::answer_lost_once) m_breakage = Breakage::none;
    if (loses_answers(breakage)) throw database::OutcomeUnknown("answer lost");
  }
  void commit_unsynced() override {
    const Breakage breakage = m_breakage;
    if (breakage == Breakage::sync_refused || loses_answers(breakage)) return commit();
    fail_where_broken();
    m_real.commit_unsynced();
  }
  void sync() override {
    if (m_breakage == Breakage::late_sync_refused) throw database::DiskFailed("sync refused");
    m_real.sync();
  }
  void rollback() noexcept override { m_real.rollback(); }
  void run_script(const std::string& sql) override {
    fail_where_broken();
    m_real.run_script(sql);
  }
  bool checkpoint(bool idle) override { return m_real.checkpoint(idle); }
  std::chrono::steady_clock::duration sync_time() const override { return m_real.sync_time(); }

 private:
  static bool loses_answers(Breakage breakage) {
    return breakage == Breakage::answer_lost || breakage == Breakage::answer_lost_once;
  }
  void fail_where_broken() const {
    const Breakage breakage = m_breakage;
    if (breakage == Breakage::away_once) m_breakage = Breakage::none;
    if (breakage == Breakage::away || breakage == Breakage::away_once)
      throw database::DatabaseUnavailable("the database is away");
    if (breakage == Breakage::failing) throw database::DatabaseError("the database fails");
  }
  void fail_where_asked(std::span<const database::Question> questions) const {
    fail_where_broken();
    if (m_breakage != Breakage::takes_no_arrays) return;
    for (const database::Question& question : questions) {
      if (!question.on_arrays.empty()) throw database::NotSupported("no arrays here");
    }
  }

  Connection& m_real;
  std::atomic<Breakage>& m_breakage;
  bool m_is_refusing = false;
};

/// A lent connection, which goes back to the real database with it.
class FaultyDatabase::Borrowed final : private database::ReaderLease, public FaultyConnection {
 public:
  Borrowed(database::ReaderLease real, std::atomic<Breakage>& breakage)
      : ReaderLease(std::move(real)), FaultyConnection(ReaderLease::operator*(), breakage) {}
};

FaultyDatabase::FaultyDatabase(database::Database& real, Breakage breakage)
    : m_real(real),
      m_breakage(breakage),
      m_writer(std::make_unique<FaultyConnection>(real.writer(), m_breakage)) {}

FaultyDatabase::~FaultyDatabase() = default;

Connection& FaultyDatabase::writer() { return *m_writer; }

database::ReaderLease FaultyDatabase::read() {
  ++m_readings;
  return {*this, std::make_unique<Borrowed>(m_real.read(), m_breakage)};
}

void FaultyDatabase::give_back(std::unique_ptr<Connection>) noexcept {}

}  // namespace lotkeeper::tests
