#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include <boost/asio/awaitable.hpp>

#include "service/commit/command.hpp"
#include "service/services.hpp"
#include "store/collections/collection.hpp"

/// Sends overdue violations to a collections agency, each exactly once.
///
/// A batch is opened, and violations are marked into it a few at a time, so that other writes can
/// run in between. Then it is closed. Its reply begins only after that. The reply is rendered once,
/// part by part, and each part is stored before it is sent, so fetching it again returns the same
/// bytes. Work that was interrupted, because the reader went away or the server died, is finished
/// later.
namespace lotkeeper::service {

class Collections {
 public:
  explicit Collections(Services& services);
  Collections(const Collections&) = delete;
  Collections& operator=(const Collections&) = delete;
  ~Collections();

  /// Marks a batch as being worked on, so that nothing else treats it as unfinished.
  class InUse {
   public:
    InUse(Collections& owner, store::ClientId client, store::BatchId batch);
    InUse(const InUse&) = delete;
    InUse& operator=(const InUse&) = delete;
    ~InUse();

   private:
    Collections& m_owner;
    std::pair<store::ClientId, store::BatchId> m_key;
  };

  /// A closed batch that is being read.
  struct Batch {
    store::BatchId id = 0;
    std::int64_t violations = 0;
    std::unique_ptr<InUse> in_use;
  };

  /// Puts everything overdue into a new batch and closes it. nullopt, and no batch, if nothing is
  /// overdue. Concurrent calls divide the violations between them. Refused with 9103 if the server
  /// is stopping or too busy, and nothing was marked. Refused with 9105 if that happens after some
  /// were marked: those are then closed as a batch that `violations/batches` shows.
  [[nodiscard]] boost::asio::awaitable<domain::Result<std::optional<Batch>>> hand_out(
      store::ClientId client, Party party = {});

  /// An earlier batch. Refused with 9009 if it does not exist, and with 9103 while it is being put
  /// together.
  [[nodiscard]] domain::Result<Batch> find(database::Connection& connection, store::ClientId client,
                                           store::BatchId batch);

  /// The records of one part (1, 2, …) of a closed batch, separated by commas. nullopt after the
  /// last. Renders and stores the part if necessary.
  [[nodiscard]] boost::asio::awaitable<std::optional<std::string>> part(Party party,
                                                                        store::BatchId batch,
                                                                        std::int64_t number);

  /// Stops the work on unfinished batches.
  void stop();

 private:
  void finish_what_is_left();
  void try_to_finish(const store::CollectionBatch& batch);
  void finish(const store::CollectionBatch& batch);
  [[nodiscard]] bool is_in_use(const store::CollectionBatch& batch);
  [[nodiscard]] bool may_be_anothers(const store::CollectionBatch& batch);

  Services& m_services;

  std::mutex m_mutex;
  std::condition_variable m_wake;
  bool m_stopping = false;
  bool m_look = true;  ///< there may be unfinished batches
  std::multiset<std::pair<store::ClientId, store::BatchId>> m_in_use;
  std::set<std::pair<store::ClientId, store::BatchId>> m_opened_here;
  std::thread m_finisher;
};

/// Puts everything overdue into a new batch and closes and renders it, all in this transaction.
/// For the demo, which has few violations. nullopt if nothing is overdue.
std::optional<store::CollectionBatch> hand_out_at_once(WriteBatch& writing, store::ClientId client);

}  // namespace lotkeeper::service
