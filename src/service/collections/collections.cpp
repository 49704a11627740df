#include "service/collections/collections.hpp"

#include <pthread.h>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "base/compress.hpp"
#include "service/violations/violation_render.hpp"
#include "store/clients/tenancy.hpp"
#include "store/violations/violation.hpp"

namespace lotkeeper::service {
namespace {

using domain::Result;

// Violations marked in one transaction. Few enough that pushes wait only a few milliseconds.
constexpr std::int64_t k_marked_at_once = 250;
// About a megabyte of records: enough to compress well, and small enough to hold in memory for
// every reader.
constexpr std::int64_t k_violations_in_part = 200;
// How often to look for batches that were left unfinished.
constexpr std::chrono::seconds k_look_every{30};
// If several servers share a database, a batch belongs to the server that opened it for this long.
// A million violations take a few minutes.
constexpr std::chrono::minutes k_left_to_its_server{10};

/// Opens a batch if anything is overdue, or continues one. Marks up to `k_marked_at_once`
/// violations and adds their number to `batch.violations`.
class MarkOverdue final : public Command {
 public:
  MarkOverdue(store::ClientId of_client, store::CollectionBatch continued)
      : batch(continued), m_continued(continued) {
    batch.client = of_client;
    m_continued.client = of_client;
  }

  Apply apply() const override {
    return [](WriteBatch& writing, std::span<Command* const> commands) {
      for (Command* command : commands) static_cast<MarkOverdue&>(*command).run(writing);
    };
  }

  store::CollectionBatch batch;
  bool is_closed = false;

 private:
  void run(WriteBatch& writing) {
    batch = m_continued;  // it may run again after a rollback
    is_closed = false;
    outcome = Receipt{};
    const bool opens = batch.id == 0;
    if (opens) {
      if (!store::has_overdue(writing.connection, batch.client, writing.now)) {
        is_closed = true;
        return;
      }
      batch.id = store::take_ids(writing.connection, batch.client, "collection_batch");
      batch.created = writing.now;
      store::insert_batch(writing.connection, batch);
    } else {
      // Another server may have assumed that this one was dead, and closed the batch. The batch is
      // then complete.
      const auto standing = store::find_batch(writing.connection, batch.client, batch.id);
      if (standing && standing->closed) {
        batch.violations = standing->violations;
        is_closed = true;
        return;
      }
    }
    const std::int64_t marked = store::mark_overdue(writing.connection, batch.client, batch.id,
                                                    batch.created, k_marked_at_once);
    batch.violations += marked;
    is_closed = marked < k_marked_at_once;
    if (is_closed) {
      store::close_batch(writing.connection, batch.client, batch.id, batch.violations, writing.now);
    }
  }

  store::CollectionBatch m_continued;
};

/// Closes an unfinished batch with the violations that are in it.
class CloseBatch final : public Command {
 public:
  explicit CloseBatch(const store::CollectionBatch& open) : batch(open) {}
  Apply apply() const override {
    return [](WriteBatch& writing, std::span<Command* const> commands) {
      for (Command* command : commands) {
        const auto& closing = static_cast<CloseBatch&>(*command).batch;
        store::close_batch(writing.connection, closing.client, closing.id,
                           store::count_batch(writing.connection, closing.client, closing.id),
                           writing.now);
        command->outcome = Receipt{};
      }
    };
  }
  store::CollectionBatch batch;
};

/// Stores a rendered part. If a part is rendered twice, the first one counts.
class KeepPart final : public Command {
 public:
  KeepPart(store::ClientId of_client, store::BatchId of_batch)
      : client(of_client), batch(of_batch) {}
  Apply apply() const override {
    return [](WriteBatch& writing, std::span<Command* const> commands) {
      for (Command* command : commands) {
        auto& keep = static_cast<KeepPart&>(*command);
        keep.was_first =
            keep.part && store::keep_part(writing.connection, keep.client, keep.batch, *keep.part);
        if (keep.is_last) {
          store::note_rendered(writing.connection, keep.client, keep.batch, writing.now);
        }
        command->outcome = Receipt{};
      }
    };
  }
  store::ClientId client;
  store::BatchId batch;
  std::optional<store::CollectionPart> part;
  bool is_last = false;
  bool was_first = false;
};

/// A part that was found: already stored, or just rendered into `keep`.
struct FoundPart {
  std::optional<store::CollectionPart> kept;
  std::string rendered;
  bool is_past_the_end = false;
};

/// Renders the part after violation `after` into `keep`. The caller ensures that everything is read
/// from one snapshot.
FoundPart render(database::Connection& connection, KeepPart& keep, std::int64_t number,
                 store::ViolationId after) {
  FoundPart found;
  const auto violations =
      store::list_batch(connection, keep.client, keep.batch, after, k_violations_in_part);
  keep.is_last = static_cast<std::int64_t>(violations.size()) < k_violations_in_part;
  found.is_past_the_end = violations.empty();
  if (found.is_past_the_end) {
    const auto batch = store::find_batch(connection, keep.client, keep.batch);
    keep.is_last = batch && !batch->rendered;
    return found;
  }

  found.rendered = render_records(connection, keep.client, violations);
  keep.part = {number, violations.back().id, base::compress(found.rendered)};
  return found;
}

FoundPart find_or_render(database::Connection& connection, KeepPart& keep, std::int64_t number) {
  FoundPart found;
  found.kept = store::find_part(connection, keep.client, keep.batch, number);
  if (found.kept) return found;

  store::ViolationId after = 0;
  if (number > 1) {
    const auto end = store::find_part_end(connection, keep.client, keep.batch, number - 1);
    if (!end) {
      found.is_past_the_end = true;
      return found;
    }
    after = *end;
  }
  const database::Snapshot one_moment(connection);
  return render(connection, keep, number, after);
}

/// Retries for a while if the queue is full. Work that has begun should be finished.
boost::asio::awaitable<void> commit_patiently(GroupCommitter& committer, Command& command) {
  constexpr int k_tries = 40;
  constexpr std::chrono::milliseconds k_pause{50};
  for (int i = 0; i < k_tries; ++i) {
    co_await committer.commit(command);
    const bool is_busy =
        !command.outcome && command.outcome.error().faults.front().code == domain::ErrorCode::busy;
    if (!is_busy) co_return;
    const auto executor = co_await boost::asio::this_coro::executor;
    boost::asio::steady_timer timer(executor, k_pause);
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
}

domain::Refusal left_undone(store::BatchId batch) {
  domain::Refusal refusal = domain::refuse(
      domain::ErrorCode::outcome_unknown, {},
      fmt::format("The server could not put together batch {} in full; what is in it is marked as "
                  "sent: fetch it from violations/batches shortly.",
                  batch));
  refusal.retry_after_seconds = 1;
  return refusal;
}

void require_kept(const Command& command) {
  if (!command.outcome) throw database::DatabaseUnavailable("a part of a batch was not stored");
}

}  // namespace

Collections::Collections(Services& services)
    : m_services(services), m_finisher([this] { finish_what_is_left(); }) {}

Collections::~Collections() { stop(); }

void Collections::stop() {
  {
    const std::scoped_lock lock(m_mutex);
    m_stopping = true;
  }
  m_wake.notify_one();
  if (m_finisher.joinable()) m_finisher.join();
}

Collections::InUse::InUse(Collections& owner, store::ClientId client, store::BatchId batch)
    : m_owner(owner), m_key(client, batch) {
  const std::scoped_lock lock(m_owner.m_mutex);
  m_owner.m_in_use.insert(m_key);
}

Collections::InUse::~InUse() {
  {
    const std::scoped_lock lock(m_owner.m_mutex);
    m_owner.m_in_use.extract(m_key);
    m_owner.m_look = true;
  }
  m_owner.m_wake.notify_one();
}

bool Collections::is_in_use(const store::CollectionBatch& batch) {
  const std::scoped_lock lock(m_mutex);
  // The id of a batch that is being opened is not known yet. 0 then stands for any batch of the
  // client.
  return m_in_use.contains({batch.client, batch.id}) || m_in_use.contains({batch.client, 0});
}

boost::asio::awaitable<Result<std::optional<Collections::Batch>>> Collections::hand_out(
    store::ClientId client, Party party) {
  const InUse opening(*this, client, 0);
  MarkOverdue marking(client, {});
  marking.party = party;
  co_await m_services.committer.commit(marking);
  if (marking.outcome && marking.batch.id != 0) {
    const std::scoped_lock lock(m_mutex);
    m_opened_here.insert({client, marking.batch.id});
  }
  while (marking.outcome && !marking.is_closed) {
    MarkOverdue more(client, marking.batch);
    co_await commit_patiently(m_services.committer, more);
    if (!more.outcome) co_return tl::unexpected(left_undone(marking.batch.id));
    marking.batch = more.batch;
    marking.is_closed = more.is_closed;
  }
  if (!marking.outcome) co_return tl::unexpected(std::move(marking.outcome.error()));
  if (marking.batch.id == 0) co_return std::nullopt;
  co_return Batch{marking.batch.id, marking.batch.violations,
                  std::make_unique<InUse>(*this, client, marking.batch.id)};
}

Result<Collections::Batch> Collections::find(database::Connection& connection,
                                             store::ClientId client, store::BatchId id) {
  auto in_use = std::make_unique<InUse>(*this, client, id);
  const auto batch = store::find_batch(connection, client, id);
  if (!batch) {
    return domain::refused(domain::ErrorCode::record_not_found, "batch",
                           "There is no batch with this id; leave \"batch\" out to list them.");
  }
  if (!batch->closed) {
    domain::Refusal refusal =
        domain::refuse(domain::ErrorCode::busy, "batch",
                       "This batch is still being put together; ask again shortly.");
    refusal.retry_after_seconds = 1;
    return tl::unexpected(std::move(refusal));
  }
  return Batch{id, batch->violations, std::move(in_use)};
}

boost::asio::awaitable<std::optional<std::string>> Collections::part(Party party,
                                                                     store::BatchId batch,
                                                                     std::int64_t number) {
  KeepPart keep(party.client, batch);
  const auto render = [&keep, number](database::Connection& connection) {
    return find_or_render(connection, keep, number);
  };
  FoundPart found = co_await m_services.read_aside(party, LongReads::Kind::goes_on, render);
  if (found.kept) co_return base::decompress(found.kept->content);
  if (keep.part || keep.is_last) {
    co_await commit_patiently(m_services.committer, keep);
    require_kept(keep);
  }
  if (found.is_past_the_end) co_return std::nullopt;
  if (keep.was_first) co_return std::move(found.rendered);

  // Another rendering was first: use the stored part.
  const auto look = [&keep, number](database::Connection& connection) {
    // The commit that stored nothing was synced after the one that stored the part, so the part is
    // durable.
    return FoundPart{store::find_part(connection, keep.client, keep.batch, number), {}, false};
  };
  found = co_await m_services.read_aside(party, LongReads::Kind::goes_on, look);
  if (!found.kept) throw database::DatabaseError("a part of a batch is missing");
  co_return base::decompress(found.kept->content);
}

void Collections::finish_what_is_left() {
  ::pthread_setname_np(::pthread_self(), "collections");
  for (;;) {
    {
      std::unique_lock lock(m_mutex);
      m_wake.wait_for(lock, k_look_every, [this] { return m_stopping || m_look; });
      if (m_stopping) return;
      m_look = false;
    }
    try {
      std::vector<store::CollectionBatch> unfinished;
      {
        const database::ReaderLease connection = m_services.database.read();
        for (const store::ClientRow& client : store::list_clients(*connection)) {
          const auto of_client = store::list_unfinished_batches(*connection, client.id);
          unfinished.insert(unfinished.end(), of_client.begin(), of_client.end());
        }
      }
      for (const store::CollectionBatch& batch : unfinished) {
        if (!is_in_use(batch) && !may_be_anothers(batch)) try_to_finish(batch);
      }
    } catch (const std::exception& error) {
      spdlog::error("batches for collections could not be looked up: {}", error.what());
    }
  }
}

bool Collections::may_be_anothers(const store::CollectionBatch& batch) {
  if (const std::scoped_lock lock(m_mutex); m_opened_here.contains({batch.client, batch.id})) {
    return false;
  }
  return m_services.database.is_shared() &&
         m_services.committer.now() < batch.created + k_left_to_its_server;
}

void Collections::try_to_finish(const store::CollectionBatch& batch) {
  try {
    finish(batch);
  } catch (const std::exception& error) {
    spdlog::error("batch {} for collections could not be finished: {}", batch.id, error.what());
  }
}

void Collections::finish(const store::CollectionBatch& batch) {
  if (!batch.closed) {
    CloseBatch closing(batch);
    m_services.committer.commit_and_wait(closing);
    require_kept(closing);
  }
  std::int64_t number = 1 + store::last_part(*m_services.database.read(), batch.client, batch.id);
  for (;; ++number) {
    if (const std::scoped_lock lock(m_mutex); m_stopping) return;
    KeepPart keep(batch.client, batch.id);
    bool is_past_the_end = false;
    {
      const database::ReaderLease connection = m_services.database.read();
      is_past_the_end = find_or_render(*connection, keep, number).is_past_the_end;
    }
    if (keep.part || keep.is_last) {
      m_services.committer.commit_and_wait(keep);
      require_kept(keep);
    }
    if (keep.is_last || is_past_the_end) return;
  }
}

namespace {

void apply_now(WriteBatch& writing, Command& command) {
  Command* const one = &command;
  command.apply()(writing, std::span(&one, 1));
}

}  // namespace

std::optional<store::CollectionBatch> hand_out_at_once(WriteBatch& writing,
                                                       store::ClientId client) {
  store::CollectionBatch batch;
  for (bool is_closed = false; !is_closed;) {
    MarkOverdue marking(client, batch);
    apply_now(writing, marking);
    batch = marking.batch;
    is_closed = marking.is_closed;
  }
  if (batch.id == 0) return std::nullopt;
  store::ViolationId after = 0;
  bool is_last = false;
  for (std::int64_t number = 1; !is_last; ++number) {
    KeepPart keep(client, batch.id);
    static_cast<void>(render(writing.connection, keep, number, after));
    if (keep.part) after = keep.part->last_violation;
    is_last = keep.is_last;
    apply_now(writing, keep);
  }
  return batch;
}

}  // namespace lotkeeper::service
