#include "database/sqlite/file_syncer.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "base/thread.hpp"

namespace lotkeeper::database {
namespace {

using Timer = std::chrono::steady_clock;

// Data written during a pass is left to the next pass, which is shorter.
constexpr int k_most_passes = 6;
constexpr std::chrono::milliseconds k_short_pass{4};

// A slice of the file should take about a quarter of a millisecond. Its size adapts, because the
// kernel does not tell how many of its pages were written.
constexpr off64_t k_least_slice = off64_t{64} << 10;
constexpr off64_t k_first_slice = off64_t{256} << 10;
constexpr off64_t k_most_slice = off64_t{4} << 20;
constexpr std::chrono::microseconds k_quick_slice{150};
constexpr std::chrono::microseconds k_slow_slice{400};
constexpr std::chrono::microseconds k_longest_pause{5'000};

}  // namespace

FileSyncer::FileSyncer(const std::string& path)
    : m_descriptor(::open(path.c_str(), O_RDWR | O_CLOEXEC)), m_thread([this] { run(); }) {}

FileSyncer::~FileSyncer() {
  {
    const std::scoped_lock lock(m_mutex);
    m_ending = true;
  }
  m_asked.notify_one();
  m_thread.join();
  if (m_descriptor >= 0) ::close(m_descriptor);
}

void FileSyncer::ask() {
  {
    const std::scoped_lock lock(m_mutex);
    if (m_state == State::failed) return;
    m_state = State::syncing;
  }
  m_asked.notify_one();
}

FileSyncer::State FileSyncer::poll() {
  const std::scoped_lock lock(m_mutex);
  return m_state == State::done ? std::exchange(m_state, State::idle) : m_state;
}

void FileSyncer::wait() {
  std::unique_lock lock(m_mutex);
  m_ended.wait(lock, [this] { return m_state != State::syncing; });
}

void FileSyncer::run() {
  base::begin_prompt_thread("checkpointer");
  std::unique_lock lock(m_mutex);
  for (;;) {
    m_asked.wait(lock, [this] { return m_ending || m_state == State::syncing; });
    if (m_ending) return;
    lock.unlock();
    const bool on_disk = sync();
    lock.lock();
    m_state = on_disk ? State::done : State::failed;
    m_ended.notify_all();
  }
}

bool FileSyncer::sync() {
  for (int pass = 0; pass < k_most_passes; ++pass) {
    const auto began = Timer::now();
    if (!hand_over_in_slices()) return false;
    if (Timer::now() - began < k_short_pass || m_is_urgent.load(std::memory_order_relaxed)) break;
  }
  return ::fdatasync(m_descriptor) == 0;
}

bool FileSyncer::hand_over_in_slices() {
  constexpr unsigned k_write_and_wait =
      SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
  struct stat file{};
  if (::fstat(m_descriptor, &file) != 0) return false;
  off64_t slice = k_first_slice;
  for (off64_t at = 0; at < file.st_size; at += slice) {
    const auto began = Timer::now();
    if (::sync_file_range(m_descriptor, at, slice, k_write_and_wait) != 0) {
      // If the file system does not support this, sync everything at once.
      return errno != EIO && errno != ENOSPC;
    }
    const auto took = Timer::now() - began;
    if (m_is_urgent.load(std::memory_order_relaxed)) {
      slice = k_most_slice;
      continue;
    }
    if (took > k_quick_slice) {
      std::this_thread::sleep_for(std::min<Timer::duration>(took, k_longest_pause));
    }
    if (took > k_slow_slice) slice = std::max(slice / 2, k_least_slice);
    if (took < k_quick_slice) slice = std::min(slice * 2, k_most_slice);
  }
  return true;
}

}  // namespace lotkeeper::database
