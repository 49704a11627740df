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

/// Overdue violations on their way to a collections agency, each handed out once.
///
/// A batch is opened and violations are marked into it, some at a time, so that other writes go on
/// between; it is closed; only then does its reply begin. The reply is rendered once, part by part,
/// and each part is kept before it is sent: it is the same to the byte when it is fetched again.
/// Whatever is left undone, because the reader went away or the server died, is done later.
namespace lotkeeper::service {

class Collections {
 public:
  explicit Collections(Services& services);
  Collections(const Collections&) = delete;
  Collections& operator=(const Collections&) = delete;
  ~Collections();

  /// Says that a batch is being worked on, so that nobody else takes it for left undone.
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

  /// A closed batch in the hands of a reader.
  struct Batch {
    store::BatchId id = 0;
    std::int64_t violations = 0;
    std::unique_ptr<InUse> in_use;
  };

  /// Puts all that is overdue into a new batch and closes it; nullopt where nothing is, and no
  /// batch is made. Calls at the same time share the violations out. Refused: 9103 where the server
  /// is stopping or too busy, and nothing was marked; 9105 where that came in the middle of it:
  /// what was marked by then is closed as a batch that `violations/batches` shows.
  [[nodiscard]] boost::asio::awaitable<domain::Result<std::optional<Batch>>> hand_out(
      store::ClientId client, Party party = {});

  /// A batch of the past. Refused: 9009 where there is none, 9103 where it is being put together.
  [[nodiscard]] domain::Result<Batch> find(database::Connection& connection, store::ClientId client,
                                           store::BatchId batch);

  /// The records of one part (1, 2, …) of a closed batch, separated by commas; nullopt after the
  /// last. Rendered and kept where it is not yet.
  [[nodiscard]] boost::asio::awaitable<std::optional<std::string>> part(Party party,
                                                                        store::BatchId batch,
                                                                        std::int64_t number);

  /// Ends the work on what was left undone.
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
  bool m_look = true;  ///< something may be left undone
  std::multiset<std::pair<store::ClientId, store::BatchId>> m_in_use;
  std::set<std::pair<store::ClientId, store::BatchId>> m_opened_here;
  std::thread m_finisher;
};

/// Puts everything overdue into a new batch and closes and renders it, all in this transaction.
/// For the demo, which has few violations. nullopt if nothing is overdue.
std::optional<store::CollectionBatch> hand_out_at_once(WriteBatch& writing, store::ClientId client);

}  // namespace lotkeeper::service
