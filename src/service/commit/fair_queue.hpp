#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <iterator>
#include <list>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "service/commit/waiter.hpp"
#include "service/party.hpp"

namespace lotkeeper::service {

/// A queue for each party. Entries are taken from the parties in turn, so that thousands of one
/// integration do not delay the others. Guarded by its owner's mutex.
template <class Work>
class FairQueue {
 public:
  using Entry = std::unique_ptr<Waiter<Work>>;
  using Clock = std::chrono::steady_clock;

  [[nodiscard]] std::size_t size() const { return m_size; }
  [[nodiscard]] bool empty() const { return m_size == 0; }

  void push(const Party& party, Entry entry) {
    if (party != Party{} && party != m_latest) {
      if (m_latest != Party{}) m_shared_until = Clock::now() + std::chrono::seconds(1);
      m_latest = party;
    }
    const auto [found, is_new] = m_places.try_emplace(party);
    if (is_new) found->second = m_lines.insert(m_lines.end(), Line{party, {}});
    found->second->entries.push_back(std::move(entry));
    ++m_size;
  }

  /// Makes room in a full queue for one more entry of `party`. Takes out the newest entry of the
  /// integration that has the most. Null if that integration is `party` itself.
  [[nodiscard]] Entry make_room_for(const Party& party) {
    const auto length = [&](const Line& line) {
      if (line.party == Party{}) return std::size_t{0};
      return line.entries.size() + (line.party == party ? 1 : 0);
    };
    const auto longest = std::ranges::max_element(m_lines, {}, length);
    if (longest == m_lines.end() || longest->party == party || length(*longest) < 2) return nullptr;
    Entry newest = std::move(longest->entries.back());
    longest->entries.pop_back();
    --m_size;
    return newest;
  }

  /// Takes up to `most` entries for which `may_take(work)` holds, one of each party in turn. The
  /// others keep their places. Parties that had no turn in the last round come first the next time.
  template <class MayTake>
  [[nodiscard]] Waiters<Work> take(std::size_t most, MayTake may_take) {
    Waiters<Work> taken;
    std::vector<std::pair<Line*, std::size_t>> open;  // lines, and how far each was searched
    for (Line& line : m_lines) open.emplace_back(&line, 0);
    std::vector<const Line*> had_turn;  // in the last round that was not empty
    std::vector<const Line*> round;
    while (!open.empty() && taken.size() < most) {
      round.clear();
      for (auto& [line, at] : open) {
        if (taken.size() == most) break;
        while (at < line->entries.size()) {
          Entry& entry = line->entries[at++];
          if (!may_take(*entry->work)) continue;
          taken.push_back(std::move(entry));
          round.push_back(line);
          break;
        }
      }
      if (!round.empty()) had_turn.swap(round);
      std::erase_if(open,
                    [](const auto& each) { return each.second == each.first->entries.size(); });
    }
    for (const Line* line : had_turn) {
      m_lines.splice(m_lines.end(), m_lines, m_places.at(line->party));
    }
    forget_taken(taken.size());
    return taken;
  }

  /// Whether more than one integration was active within the last second.
  [[nodiscard]] bool is_shared() const { return Clock::now() < m_shared_until; }

 private:
  struct Line {
    Party party;
    std::deque<Entry> entries;
  };

  void forget_taken(std::size_t count) {
    m_size -= count;
    for (auto line = m_lines.begin(); line != m_lines.end();) {
      drop_taken(line->entries);
      if (line->entries.empty()) {
        m_places.erase(line->party);
        line = m_lines.erase(line);
      } else {
        ++line;
      }
    }
  }

  /// Usually all of them are at the front.
  static void drop_taken(std::deque<Entry>& entries) {
    while (!entries.empty() && entries.front() == nullptr) entries.pop_front();
    if (std::find(entries.begin(), entries.end(), nullptr) != entries.end())
      std::erase(entries, nullptr);
  }

  std::list<Line> m_lines;  ///< none is empty; the first is served first
  std::map<Party, typename std::list<Line>::iterator> m_places;
  std::size_t m_size = 0;
  Party m_latest;
  Clock::time_point m_shared_until;
};

}  // namespace lotkeeper::service
