// Measures how long the disk takes to make an append durable: 64 KiB, then fdatasync, many times.

#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <random>
#include <string>
#include <system_error>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t k_block = 64 * 1024;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

class ScratchFile {
 public:
  explicit ScratchFile(std::string directory) {
    directory += "/fsync-probe-XXXXXX";
    m_descriptor = mkstemp(directory.data());
    if (m_descriptor < 0) fail("mkstemp");
    unlink(directory.c_str());
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  ~ScratchFile() { close(m_descriptor); }

  void append(const std::vector<unsigned char>& block) const {
    if (write(m_descriptor, block.data(), block.size()) != static_cast<ssize_t>(block.size()))
      fail("write");
  }

  void sync() const {
    if (fdatasync(m_descriptor) != 0) fail("fdatasync");
  }

 private:
  int m_descriptor = -1;
};

// Fresh noise each time, so that nothing below can shorten the write by compressing it.
void scramble(std::vector<unsigned char>& block, std::mt19937_64& noise) {
  for (std::size_t at = 0; at < block.size(); at += sizeof(std::uint64_t)) {
    const std::uint64_t word = noise();
    std::memcpy(block.data() + at, &word, sizeof word);
  }
}

void probe(const std::string& directory, unsigned rounds, double seconds) {
  const ScratchFile file(directory);
  std::mt19937_64 noise(std::random_device{}());
  std::vector<unsigned char> block(k_block);
  std::vector<double> times;
  const auto until = Clock::now() + std::chrono::duration<double>(seconds);
  while (times.size() < rounds && Clock::now() < until) {
    scramble(block, noise);
    file.append(block);
    const auto before = Clock::now();
    file.sync();
    times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - before).count());
  }
  std::sort(times.begin(), times.end());
  const auto at = [&](std::size_t percent) { return times[(times.size() - 1) * percent / 100]; };
  std::printf("{\"rounds\":%zu,\"p50_us\":%.1f,\"p99_us\":%.1f,\"max_us\":%.1f}\n", times.size(),
              at(50), at(99), times.back());
}

}  // namespace

int main(int argc, char** argv) {
  std::string directory;
  unsigned rounds = 500;
  double seconds = 5;
  CLI::App app(
      "Appends 64 KiB to a scratch file and times the fdatasync that follows; prints the "
      "percentiles in microseconds as one line of JSON.");
  app.add_option("directory", directory, "where to put the scratch file")
      ->required()
      ->check(CLI::ExistingDirectory);
  app.add_option("--rounds", rounds, "appends")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  app.add_option("--seconds", seconds, "stop after this long")
      ->check(CLI::Range(0.1, 60.0))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  try {
    probe(directory, rounds, seconds);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fsync_probe: %s\n", error.what());
    return 1;
  }
  return 0;
}
