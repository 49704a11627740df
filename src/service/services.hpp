#pragma once

#include <atomic>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <boost/asio/awaitable.hpp>

#include "database/database.hpp"
#include "service/commit/group_committer.hpp"
#include "service/commit/waiter.hpp"
#include "service/long_reads.hpp"
#include "service/plates/group_checker.hpp"
#include "service/read_pool.hpp"

namespace lotkeeper::service {

/// The services that handlers use.
struct Services {
  database::Database& database;
  GroupCommitter& committer;
  GroupChecker& checker;
  ReadPool& quick_reads;       ///< for short queries from event loops
  LongReads& long_reads;       ///< for queries that may take longer
  std::atomic<bool> stopping;  ///< long reads that have not begun are refused

  /// Runs `read(connection)` for `party`'s client on a thread that is not an event loop. Throws
  /// DatabaseBusy if it would begin a reply and too many of `party` are waiting.
  template <class Read>
  auto read_aside(Party party, LongReads::Kind kind, Read read)
      -> boost::asio::awaitable<std::invoke_result_t<Read, database::Connection&>> {
    std::optional<std::invoke_result_t<Read, database::Connection&>> answer;
    std::exception_ptr failure;
    const auto work = [&] {
      try {
        if (stopping) throw database::DatabaseUnavailable("the server is stopping");
        const database::ReaderLease connection = database.read();
        answer.emplace(read(*connection));
      } catch (...) {
        failure = std::current_exception();
      }
    };
    const auto submit = [this, party, kind, &failure](auto waiter) {
      std::shared_ptr waiting = std::move(waiter);
      const auto resume = [waiting] {
        boost::asio::post(waiting->executor(), [waiting] { waiting->resume(); });
      };
      const bool is_taken = long_reads.post(party, kind, [waiting, resume] {
        (*waiting->work)();
        resume();
      });
      if (is_taken) return;
      failure = std::make_exception_ptr(too_many_wait(party));
      resume();
    };
    co_await wait_for(work, submit);
    if (failure) std::rethrow_exception(failure);
    co_return std::move(*answer);
  }
};

}  // namespace lotkeeper::service
