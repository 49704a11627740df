#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "database/database.hpp"
#include "service/group_committer.hpp"

namespace lotkeeper::service {

/// What handlers work with.
struct Services {
  database::Database& database;
  GroupCommitter& committer;
  boost::asio::thread_pool& long_reads;  ///< for questions that may take more than a moment

  /// Runs `read(connection)` where it holds up no event loop.
  template <class Read>
  auto read_aside(Read read)
      -> boost::asio::awaitable<std::invoke_result_t<Read, database::Connection&>> {
    using Answer = std::invoke_result_t<Read, database::Connection&>;
    co_return co_await boost::asio::co_spawn(
        long_reads,
        [](database::Database& source, Read reading) -> boost::asio::awaitable<Answer> {
          const database::Reading connection = source.read();
          co_return reading(*connection);
        }(database, std::move(read)),
        boost::asio::use_awaitable);
  }
};

}  // namespace lotkeeper::service
