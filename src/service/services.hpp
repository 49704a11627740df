#pragma once

#include <atomic>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "database/database.hpp"
#include "service/group_checker.hpp"
#include "service/group_committer.hpp"
#include "service/read_pool.hpp"

namespace lotkeeper::service {

/// What handlers work with.
struct Services {
  database::Database& database;
  GroupCommitter& committer;
  GroupChecker& checker;
  ReadPool& quick_reads;                 ///< for short questions of event loops
  boost::asio::thread_pool& long_reads;  ///< for questions that may take more than a moment
  std::atomic<bool> stopping;            ///< long reads that have not begun are refused

  /// Runs `read(connection)` where it holds up no event loop.
  template <class Read>
  auto read_aside(Read read)
      -> boost::asio::awaitable<std::invoke_result_t<Read, database::Connection&>> {
    using Answer = std::invoke_result_t<Read, database::Connection&>;
    co_return co_await boost::asio::co_spawn(
        long_reads,
        [](database::Database& source, std::atomic<bool>& is_stopping,
           Read reading) -> boost::asio::awaitable<Answer> {
          if (is_stopping) throw database::DatabaseUnavailable("the server is stopping");
          const database::Reading connection = source.read();
          co_return reading(*connection);
        }(database, stopping, std::move(read)),
        boost::asio::use_awaitable);
  }
};

}  // namespace lotkeeper::service
