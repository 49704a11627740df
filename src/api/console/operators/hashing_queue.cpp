#include "api/console/operators/hashing_queue.hpp"

#include <algorithm>
#include <tuple>

namespace lotkeeper::api::console {

using std::chrono::steady_clock;

std::chrono::milliseconds HashingQueue::wait_of(const std::string& address, base::Instant now) {
  const std::scoped_lock lock(m_mutex);
  const auto found = m_addresses.find(address);
  if (found == m_addresses.end()) return std::chrono::milliseconds(0);
  const std::chrono::milliseconds wait = found->second.standing.waits_until - now;
  // Longer than any: the clock was ahead. The database decides then.
  const bool is_wait = wait.count() > 0 && wait <= service::k_longest_sign_in_wait;
  return is_wait ? wait : std::chrono::milliseconds(0);
}

boost::asio::awaitable<HashingQueue::Turn> HashingQueue::enter(std::string address) {
  Entry entry{address, steady_clock::now(), 0, false};
  {
    const std::scoped_lock lock(m_mutex);
    if (m_is_stopped) co_return Turn();
    Address& own = m_addresses[address];
    if (own.places >= k_most_of_address) co_return Turn();
    ++own.places;
    entry.number = ++m_counter;
  }
  co_await service::wait_for(entry, [this](auto waiter) { submit(std::move(waiter)); });
  if (!entry.has_turn) co_return Turn();
  co_return Turn(*this, std::move(address));
}

void HashingQueue::submit(std::unique_ptr<service::Waiter<Entry>> waiter) {
  Waiters resumed;
  {
    const std::scoped_lock lock(m_mutex);
    if (m_is_stopped) {
      drop_places(waiter->work->address);
      resumed.push_back(std::move(waiter));
    } else if (m_turns < m_at_once) {
      ++m_turns;
      give_turn(*waiter->work);
      resumed.push_back(std::move(waiter));
    } else {
      m_waiting.push_back(std::move(waiter));
      if (m_waiting.size() > k_most_waiting) {
        const auto last =
            std::ranges::max_element(m_waiting, [this](const auto& one, const auto& other) {
              return comes_before(*one->work, *other->work);
            });
        drop_places((*last)->work->address);
        resumed.push_back(std::move(*last));
        m_waiting.erase(last);
      }
    }
  }
  service::resume_all(std::move(resumed));
}

void HashingQueue::leave(const std::string& address) {
  Waiters resumed;
  {
    const std::scoped_lock lock(m_mutex);
    --m_addresses[address].turns;
    drop_places(address);
    const auto too_old = steady_clock::now() - k_longest_wait;
    const auto late = std::stable_partition(
        m_waiting.begin(), m_waiting.end(),
        [too_old](const auto& waiter) { return waiter->work->since > too_old; });
    std::for_each(late, m_waiting.end(),
                  [this](const auto& waiter) { drop_places(waiter->work->address); });
    std::move(late, m_waiting.end(), std::back_inserter(resumed));
    m_waiting.erase(late, m_waiting.end());
    const auto next =
        std::ranges::min_element(m_waiting, [this](const auto& one, const auto& other) {
          return comes_before(*one->work, *other->work);
        });
    if (next == m_waiting.end()) {
      --m_turns;
    } else {
      give_turn(*(*next)->work);
      resumed.push_back(std::move(*next));
      m_waiting.erase(next);
    }
  }
  service::resume_all(std::move(resumed));
}

void HashingQueue::note(const std::string& address, const service::AddressStanding& standing,
                        bool has_signed_in, base::Instant now) {
  const std::scoped_lock lock(m_mutex);
  Address& own = m_addresses[address];
  own.standing = standing;
  own.has_signed_in = own.has_signed_in || has_signed_in;
  if (m_addresses.size() > k_most_addresses) forget_some(now);
}

void HashingQueue::stop() {
  Waiters resumed;
  {
    const std::scoped_lock lock(m_mutex);
    m_is_stopped = true;
    resumed.swap(m_waiting);
    for (const auto& waiter : resumed) drop_places(waiter->work->address);
  }
  service::resume_all(std::move(resumed));
}

bool HashingQueue::comes_before(const Entry& one, const Entry& other) const {
  const auto rank = [this](const Entry& entry) {
    const Address& own = m_addresses.at(entry.address);
    return std::tuple(own.turns, !own.has_signed_in, own.standing.failures, own.last_turn,
                      ~entry.number);
  };
  return rank(one) < rank(other);
}

void HashingQueue::give_turn(Entry& entry) {
  entry.has_turn = true;
  Address& own = m_addresses.at(entry.address);
  ++own.turns;
  own.last_turn = ++m_counter;
}

void HashingQueue::drop_places(const std::string& address) {
  const auto found = m_addresses.find(address);
  --found->second.places;
  // Of whom nothing is known nothing is kept.
  const bool is_known = found->second.has_signed_in || found->second.standing.failures > 0;
  if (found->second.places == 0 && !is_known) m_addresses.erase(found);
}

/// The database still has what is forgotten here.
void HashingQueue::forget_some(base::Instant now) {
  std::erase_if(m_addresses, [now](const auto& one) {
    const Address& own = one.second;
    return own.places == 0 && !own.has_signed_in && own.standing.waits_until <= now;
  });
  if (m_addresses.size() <= k_most_addresses) return;
  std::erase_if(m_addresses, [](const auto& one) {
    return one.second.places == 0 && !one.second.has_signed_in;
  });
}

}  // namespace lotkeeper::api::console
