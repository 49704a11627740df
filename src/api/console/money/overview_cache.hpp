#pragma once

#include <chrono>
#include <condition_variable>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "store/money/overview.hpp"
#include "store/permits/permit_count.hpp"

namespace lotkeeper::api::console {

/// A value for each client, made anew where it is older than half a minute. One caller makes it;
/// whoever asks meanwhile gets the one from before. Where there is none they wait for two seconds
/// and are then refused (DatabaseBusy), so that their thread is free for other clients again.
template <class Value>
class KeptByClient {
 public:
  template <class Make>
  [[nodiscard]] Value get(store::ClientId client, base::Instant now, Make make) {
    std::unique_lock lock(m_mutex);
    Entry& entry = m_entries[client];  // stays where it is
    const auto need_not_wait = [&entry] { return entry.value || !entry.is_being_made; };
    if (!m_made.wait_for(lock, k_longest_wait, need_not_wait)) {
      throw database::DatabaseBusy("These totals are being computed. Try again in a moment.");
    }
    const auto age = now - entry.at;
    const bool is_fresh = age >= age.zero() && age <= k_kept_for;
    if (entry.value && (is_fresh || entry.is_being_made)) return *entry.value;

    entry.is_being_made = true;
    lock.unlock();
    std::optional<Value> made;
    std::exception_ptr failure;
    try {
      made.emplace(make());
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    entry.is_being_made = false;
    m_made.notify_all();
    if (failure) std::rethrow_exception(failure);
    entry.at = now;
    entry.value = std::move(made);
    return *entry.value;
  }

 private:
  static constexpr std::chrono::seconds k_kept_for{30};
  static constexpr std::chrono::seconds k_longest_wait{2};

  struct Entry {
    base::Instant at;
    std::optional<Value> value;
    bool is_being_made = false;
  };

  std::mutex m_mutex;
  std::condition_variable m_made;
  std::map<store::ClientId, Entry> m_entries;
};

/// What takes a look at all of a client's permits or violations: however many people look at the
/// overview, at fines and at disconnected names, the store is asked twice a minute for each.
class OverviewCache {
 public:
  struct Counts {
    base::Instant at;
    std::vector<store::ZoneCount> valid;
    store::ViolationTotals violations;
  };

  [[nodiscard]] Counts get(database::Connection& connection, store::ClientId client,
                           const store::ViolationMoments& moments);
  [[nodiscard]] std::vector<store::FineRow> fines(database::Connection& connection,
                                                  store::ClientId client, base::Instant now);
  /// Permits that are valid now, of each disconnected name that has any.
  using ByName = std::shared_ptr<const std::map<store::ZoneNameId, std::int64_t>>;
  [[nodiscard]] ByName valid_by_name(database::Connection& connection, store::ClientId client,
                                     base::Instant now);

 private:
  KeptByClient<Counts> m_counts;
  KeptByClient<ByName> m_valid_by_name;
  KeptByClient<std::vector<store::FineRow>> m_fines;
};

}  // namespace lotkeeper::api::console
