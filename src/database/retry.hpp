#pragma once

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

#include "database/connection.hpp"

namespace lotkeeper::database {

/// Runs `transaction`, from begin to commit, and retries it after a Conflict, up to `tries` times.
/// Pauses briefly between tries, for a random time, so that two transactions do not collide
/// forever. Then throws the Conflict.
template <class Run>
void run_despite_conflicts(Run transaction, int tries = 12) {
  constexpr int k_longest_pause_ms = 64;
  thread_local std::minstd_rand dice{std::random_device{}()};
  for (int pause_ms = 1;; pause_ms = std::min(2 * pause_ms, k_longest_pause_ms)) {
    try {
      return transaction();
    } catch (const Conflict&) {
      if (--tries <= 0) throw;
    }
    std::uniform_int_distribution<int> pause(0, pause_ms);
    std::this_thread::sleep_for(std::chrono::milliseconds(pause(dice)));
  }
}

}  // namespace lotkeeper::database
