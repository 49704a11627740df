// Requests out of bytes, however the bytes are cut up or spoilt.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "http/transport/requests/read_buffer.hpp"
#include "http/transport/requests/request_reader.hpp"

namespace lotkeeper::http::transport_test {
namespace {

using namespace std::string_view_literals;
using transport::Progress;
using transport::ReadBuffer;
using transport::ReadLimits;
using transport::RequestMemory;
using transport::RequestReader;

constexpr ReadLimits k_limits{512, 64, 256};

/// What a stream of bytes came to: the requests, one in a line, and how it ended.
struct Outcome {
  std::string requests;
  Progress last = Progress::incomplete;
  std::size_t most_memory = 0;
};

template <class NextSize>
Outcome read_all(std::string_view bytes, NextSize next_size) {
  RequestMemory memory(1'000'000);
  RequestReader reader(k_limits, memory, memory);
  ReadBuffer buffer;
  Outcome outcome;
  for (;;) {
    outcome.last = reader.advance(buffer);
    outcome.most_memory = std::max(outcome.most_memory, buffer.size());
    if (outcome.last == Progress::faulty) return outcome;
    if (outcome.last == Progress::complete) {
      const Request request = reader.request(buffer);
      outcome.requests.append(request.method_name).append(" ").append(request.path).append(" ");
      outcome.requests.append(request.content_type.value_or("-")).append(" ");
      outcome.requests.append(request.body_over_limit ? "over" : request.body).append("\n");
      reader.finish(buffer);
      continue;
    }
    if (bytes.empty()) return outcome;
    const auto room = buffer.prepare(reader.wanted());
    const std::size_t count = std::min({next_size(), bytes.size(), room.size()});
    std::copy_n(bytes.begin(), count, room.begin());
    buffer.commit(count);
    bytes.remove_prefix(count);
  }
}

const std::string k_start = "POST /p?q HTTP/1.1\r\nHost: a\r\nContent-Type: x/y\r\n";

const std::vector<std::string>& originals() {
  static const std::vector<std::string> originals = {
      k_start + "Content-Length: 5\r\n\r\nabcdeGET / HTTP/1.1\r\nHost: a\r\n\r\n",
      k_start +
          "Transfer-Encoding: chunked\r\n\r\n3;a=\"b\"\r\nabc\r\n2\r\nde\r\n0\r\nT: v\r\n\r\n" +
          "GET http://a/b HTTP/1.0\r\n\r\n",
      k_start + "Content-Length: 80\r\n\r\n" + std::string(80, 'b') + k_start + "\r\n",
      k_start + "Transfer-Encoding: chunked\r\n\r\n50\r\n" + std::string(80, 'b') +
          "\r\n0\r\n\r\n\r\nOPTIONS * HTTP/1.1\r\nHost:\r\n\r\n",
  };
  return originals;
}

TEST(TransportReader, reads_the_originals) {
  const std::vector<std::string> requests = {
      "POST /p x/y abcde\nGET / - \n", "POST /p x/y abcde\nGET /b - \n",
      "POST /p x/y over\nPOST /p x/y \n", "POST /p x/y over\nOPTIONS * - \n"};
  for (std::size_t i = 0; i < originals().size(); ++i) {
    const Outcome outcome = read_all(originals()[i], [] { return std::size_t{100'000}; });
    EXPECT_EQ(outcome.requests, requests[i]);
    EXPECT_EQ(outcome.last, Progress::incomplete);
  }
}

TEST(TransportReader, comes_to_the_same_however_the_bytes_are_cut) {
  std::mt19937 random(20240229);
  constexpr std::string_view k_spoilers = "\r\n\0 \t:;,=\"0159afXz/*\x7f\xff"sv;
  std::size_t refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = originals()[random() % originals().size()];
    for (auto spoils = random() % 4; spoils > 0; --spoils) {
      const std::size_t at = random() % bytes.size();
      const char spoiler = k_spoilers[random() % k_spoilers.size()];
      switch (random() % 3) {
        case 0:
          bytes[at] = spoiler;
          break;
        case 1:
          bytes.insert(at, 1, spoiler);
          break;
        default:
          bytes.erase(at, 1);
          break;
      }
    }
    const Outcome whole = read_all(bytes, [] { return std::size_t{100'000}; });
    const Outcome single = read_all(bytes, [] { return std::size_t{1}; });
    const Outcome cut = read_all(bytes, [&random] { return std::size_t{1 + random() % 40}; });
    ASSERT_EQ(std::tie(whole.requests, whole.last), std::tie(single.requests, single.last))
        << ::testing::PrintToString(bytes);
    ASSERT_EQ(std::tie(whole.requests, whole.last), std::tie(cut.requests, cut.last))
        << ::testing::PrintToString(bytes);
    refused += whole.last == Progress::faulty ? 1U : 0U;
  }
  EXPECT_GT(refused, 5'000U) << "the spoiling spoils too little to show anything";
  EXPECT_LT(refused, 15'000U) << "the spoiling leaves too little to read";
}

TEST(TransportReader, holds_no_more_than_its_limits_of_what_never_ends) {
  const std::string chunked = k_start + "Transfer-Encoding: chunked\r\n\r\n";
  for (const std::string& endless :
       {std::string(100'000, 'x'), k_start + "X: " + std::string(100'000, 'x'),
        chunked + "1;" + std::string(100'000, 'x'),
        chunked + "0\r\nT: " + std::string(100'000, 'x')}) {
    const Outcome outcome = read_all(endless, [] { return std::size_t{100}; });
    EXPECT_EQ(outcome.last, Progress::faulty);
    EXPECT_LT(outcome.most_memory, 2 * k_limits.head + 200);
  }
  EXPECT_LT(read_all(std::string(100'000, '\n'), [] { return std::size_t{100}; }).most_memory,
            200U);
}

}  // namespace
}  // namespace lotkeeper::http::transport_test
