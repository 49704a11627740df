#pragma once

#include <algorithm>
#include <future>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace lotkeeper::service {

/// A caller that waits for `work`, which another thread does.
template <class Work>
class Waiter {
 public:
  explicit Waiter(Work& waited_for) : work(&waited_for) {}
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  virtual ~Waiter() = default;

  /// Where to resume. Null if `resume` may be called directly.
  [[nodiscard]] virtual boost::asio::any_io_executor executor() const { return {}; }
  virtual void resume() = 0;

  Work* work;
};

template <class Work>
using Waiters = std::vector<std::unique_ptr<Waiter<Work>>>;

template <class Work>
[[nodiscard]] std::vector<Work*> work_of(const Waiters<Work>& waiters) {
  std::vector<Work*> all;
  all.reserve(waiters.size());
  for (const auto& waiter : waiters) all.push_back(waiter->work);
  return all;
}

template <class Work, class CompletionHandler>
class CoroutineWaiter final : public Waiter<Work> {
 public:
  CoroutineWaiter(Work& waited_for, CompletionHandler handler)
      : Waiter<Work>(waited_for), m_handler(std::move(handler)) {}
  [[nodiscard]] boost::asio::any_io_executor executor() const override {
    return boost::asio::get_associated_executor(m_handler);
  }
  void resume() override { std::move(m_handler)(); }

 private:
  CompletionHandler m_handler;
};

/// Passes `submit` a waiter for `work`. Completes on the executor where it began, once the waiter
/// is resumed.
template <class Work, class Submit>
[[nodiscard]] boost::asio::awaitable<void> wait_for(Work& work, Submit submit) {
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(
      [&work, submit = std::move(submit)](auto handler) {
        submit(
            std::make_unique<CoroutineWaiter<Work, decltype(handler)>>(work, std::move(handler)));
      },
      boost::asio::use_awaitable);
}

/// The same for a thread that may block.
template <class Work, class Submit>
void block_for(Work& work, Submit submit) {
  class ThreadWaiter final : public Waiter<Work> {
   public:
    ThreadWaiter(Work& waited_for, std::promise<void>& waiting)
        : Waiter<Work>(waited_for), m_done(waiting) {}
    void resume() override { m_done.set_value(); }

   private:
    std::promise<void>& m_done;
  };
  std::promise<void> done;
  submit(std::make_unique<ThreadWaiter>(work, done));
  done.get_future().wait();
}

/// Resumes all waiters, with one post per event loop instead of one per waiter: a wake-up costs
/// more than an answer.
template <class Work>
void resume_all(Waiters<Work> waiters) {
  while (!waiters.empty()) {
    const boost::asio::any_io_executor executor = waiters.front()->executor();
    const auto others =
        std::stable_partition(waiters.begin(), waiters.end(),
                              [&](const auto& waiter) { return waiter->executor() == executor; });
    auto group = std::make_shared<Waiters<Work>>(std::make_move_iterator(waiters.begin()),
                                                 std::make_move_iterator(others));
    waiters.erase(waiters.begin(), others);
    const auto resume = [group] {
      for (const auto& waiter : *group) waiter->resume();
    };
    if (executor) {
      boost::asio::post(executor, resume);
    } else {
      resume();
    }
  }
}

}  // namespace lotkeeper::service
