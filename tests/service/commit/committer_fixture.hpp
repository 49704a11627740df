#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <future>
#include <optional>
#include <semaphore>

#include "service/commit/group_committer.hpp"
#include "store/samples.hpp"
#include "support/faulty_database.hpp"

namespace lotkeeper::tests {

using domain::ErrorCode;
using service::Command;
using service::CommitterOptions;
using service::GroupCommitter;
using service::Receipt;
using service::WriteBatch;

/// A command that reports the batch in which it was applied, and does what the test asks.
class Probe : public Command {
 public:
  using Run = std::function<void(WriteBatch& batch, Probe& probe)>;
  explicit Probe(std::string probe_name, Run probe_run = {})
      : name(std::move(probe_name)), run(std::move(probe_run)) {
    encode = [](const Receipt& receipt) { return "reply " + receipt.reference; };
  }

  [[nodiscard]] Apply apply() const override {
    return [](WriteBatch& batch, std::span<Command* const> commands) {
      std::vector<std::string>& together = s_batches.emplace_back();
      for (Command* command : commands) {
        auto& probe = static_cast<Probe&>(*command);
        together.push_back(probe.name);
        probe.outcome = Receipt{probe.name, {}};
        if (probe.run) probe.run(batch, probe);
      }
    };
  }
  [[nodiscard]] std::optional<base::Uuid> subject() const override { return about; }

  std::string name;
  Run run;
  std::optional<base::Uuid> about;

  /// The names of those that were applied together, in order. Read when the committer is idle.
  static inline std::vector<std::vector<std::string>> s_batches;
};

/// A committer that stands still until it is released, so that what is sent meanwhile queues up;
/// and callers that wait as handlers do.
class Committers : public testing::Test {
 protected:
  Committers() : m_faulty(*m_store.database, Breakage::none), m_clock(k_noon) {
    Probe::s_batches.clear();
  }
  ~Committers() override {
    if (m_committer) {
      release();
      m_committer->stop();
      m_loop.restart();
      m_loop.run();
    }
  }

  void start(CommitterOptions options = {}) {
    m_committer.emplace(m_faulty, m_clock, options,
                        [this](const std::string&) { ++m_fatal_failures; });
  }

  /// Keeps the committer busy with a command of its own.
  void hold() {
    m_held.emplace("held", [this, entered = &m_entered](WriteBatch&, Probe&) {
      entered->set_value();
      m_gate.acquire();
    });
    send(*m_held);
    m_entered.get_future().wait();
  }
  void release() {
    if (m_held && !m_released) m_gate.release();
    m_released = true;
  }

  void send(Command& command) {
    boost::asio::co_spawn(m_loop, m_committer->commit(command), boost::asio::detached);
    m_loop.restart();
    m_loop.poll();
  }

  /// Returns when every caller has been answered.
  void finish() {
    release();
    m_loop.restart();
    m_loop.run();
  }

  std::int64_t number(std::string_view sql) { return m_store.number(sql); }

  /// The batches that probes shared, but for the one that held the committer.
  static std::vector<std::vector<std::string>> batches() {
    auto all = Probe::s_batches;
    std::erase(all, std::vector<std::string>{"held"});
    return all;
  }

  TestStore m_store;
  FaultyDatabase m_faulty;
  FakeClock m_clock;
  int m_fatal_failures = 0;
  boost::asio::io_context m_loop;
  std::promise<void> m_entered;
  std::binary_semaphore m_gate{0};
  bool m_released = false;
  std::optional<Probe> m_held;
  std::optional<GroupCommitter> m_committer;
};

inline ErrorCode code_of(const Command& command) {
  return command.outcome ? ErrorCode{} : command.outcome.error().faults.front().code;
}

}  // namespace lotkeeper::tests
