#pragma once

#include <atomic>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <boost/asio/awaitable.hpp>

#include "database/database.hpp"
#include "service/group_checker.hpp"
#include "service/group_committer.hpp"
#include "service/long_reads.hpp"
#include "service/read_pool.hpp"
#include "service/waiter.hpp"

namespace lotkeeper::service {

/// What handlers work with.
struct Services {
  database::Database& database;
  GroupCommitter& committer;
  GroupChecker& checker;
  ReadPool& quick_reads;  ///< for short questions of event loops
  LongReads& long_reads;
  std::atomic<bool> stopping;  ///< long reads that have not begun are refused

  /// Runs `read(connection)`, which is about `client`, where it holds up no event loop.
  template <class Read>
  auto read_aside(store::ClientId client, Read read)
      -> boost::asio::awaitable<std::invoke_result_t<Read, database::Connection&>> {
    std::optional<std::invoke_result_t<Read, database::Connection&>> answer;
    std::exception_ptr failure;
    const auto work = [&] {
      try {
        if (stopping) throw database::DatabaseUnavailable("the server is stopping");
        const database::Reading connection = database.read();
        answer.emplace(read(*connection));
      } catch (...) {
        failure = std::current_exception();
      }
    };
    co_await wait_for(work, [this, client](auto waiter) {
      std::shared_ptr waiting = std::move(waiter);
      long_reads.post(client, [waiting] {
        (*waiting->work)();
        boost::asio::post(waiting->executor(), [waiting] { waiting->resume(); });
      });
    });
    if (failure) std::rethrow_exception(failure);
    co_return std::move(*answer);
  }
};

}  // namespace lotkeeper::service
