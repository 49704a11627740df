#include "service/plates/group_checker.hpp"

#include <algorithm>
#include <utility>

#include "base/thread.hpp"
#include "service/commit/batch_committer.hpp"

namespace lotkeeper::service {
namespace {

constexpr std::size_t k_threads = 2;
constexpr std::size_t k_queue_limit = 4'096;

}  // namespace

GroupChecker::GroupChecker(database::Database& database) : m_database(database) {
  if (!m_database.is_shared()) return;
  for (std::size_t i = 0; i < k_threads; ++i) {
    m_threads.emplace_back([this] { run(); });
  }
}

GroupChecker::~GroupChecker() { stop(); }

void GroupChecker::stop() {
  {
    const std::scoped_lock lock(m_mutex);
    m_stopping = true;
    m_turns.stop();
  }
  for (std::thread& thread : m_threads) {
    if (thread.joinable()) thread.join();
  }
}

boost::asio::awaitable<domain::Result<PlateAnswer>> GroupChecker::check(const PlateCheck& check,
                                                                        Party party) {
  if (!m_database.is_shared()) co_return check_plate(*m_database.read(), check);
  Asked asked{&check, party, {}, {}};
  co_await wait_for(asked,
                    [this](std::unique_ptr<Waiter<Asked>> waiter) { submit(std::move(waiter)); });
  if (asked.failure) std::rethrow_exception(asked.failure);
  co_return std::move(asked.answer);
}

const char* GroupChecker::enqueue(std::unique_ptr<Waiter<Asked>>& waiter) {
  const std::scoped_lock lock(m_mutex);
  if (m_stopping) return "The server is stopping; send the same request again shortly.";
  constexpr const char* k_too_many = "The server is busy; send the same request again shortly.";
  const Party party = waiter->work->party;
  std::unique_ptr<Waiter<Asked>> refused;
  if (m_queue.size() >= k_queue_limit) {
    refused = m_queue.make_room_for(party);
    if (!refused) return k_too_many;
  }
  m_queue.push(party, std::move(waiter));
  waiter = std::move(refused);
  m_turns.arrived(m_queue.size());
  return waiter ? k_too_many : nullptr;
}

void GroupChecker::submit(std::unique_ptr<Waiter<Asked>> waiter) {
  const char* refusal = enqueue(waiter);
  if (refusal == nullptr) return;
  waiter->work->answer = tl::unexpected(refuse_busy(refusal));
  Waiters<Asked> refused;
  refused.push_back(std::move(waiter));
  resume_all(std::move(refused));
}

void GroupChecker::run() {
  base::begin_prompt_thread("checker");
  for (;;) {
    Waiters<Asked> group;
    TurnQueue::Turn turn;
    {
      std::unique_lock lock(m_mutex);
      turn = m_turns.wait(lock, [this] { return m_queue.size(); });
      group = m_queue.take(k_group_size, [](const Asked&) { return true; });
      if (!m_queue.empty()) m_turns.arrived(m_queue.size());
    }
    if (group.empty()) return;

    answer(work_of(group));
    resume_all(std::move(group));
    const std::scoped_lock lock(m_mutex);
    m_turns.ended(turn);
  }
}

std::vector<PlateAnswer> GroupChecker::ask(std::span<const PlateCheck* const> checks) {
  const database::ReaderLease reading = m_database.read();
  if (checks.size() > 1 && m_takes_arrays) {
    try {
      return check_plates(*reading, checks, Statements::on_arrays);
    } catch (const database::NotSupported&) {
      m_takes_arrays = false;
    }
  }
  return check_plates(*reading, checks, Statements::for_each);
}

void GroupChecker::answer(std::span<Asked* const> asked) {
  std::vector<const PlateCheck*> checks;
  checks.reserve(asked.size());
  for (const Asked* each : asked) checks.push_back(each->check);
  try {
    auto answers = ask(checks);
    for (std::size_t i = 0; i < asked.size(); ++i) asked[i]->answer = std::move(answers[i]);
  } catch (const database::DatabaseUnavailable&) {
    for (Asked* each : asked) each->failure = std::current_exception();
  } catch (...) {
    // One caller's error must not affect the others.
    if (asked.size() > 1) {
      for (std::size_t i = 0; i < asked.size(); ++i) answer(asked.subspan(i, 1));
    } else {
      asked.front()->failure = std::current_exception();
    }
  }
}

}  // namespace lotkeeper::service
