#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "api/console/console.hpp"

/// What the files of the console itself share. Handlers do not include this.
namespace lotkeeper::api::console {

inline constexpr std::string_view k_root = "/console";
inline constexpr std::string_view k_api = "/console/api";

/// What a request is for.
struct Console::Match {
  const Route* route = nullptr;
  bool path_is_known = false;
  std::vector<std::string> ids;
};

/// Counts one more waiting request for as long as it lives.
struct Waiting {
  explicit Waiting(std::atomic<int>& counted) : count(counted) { ++count; }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  ~Waiting() { --count; }
  std::atomic<int>& count;
};

struct Stopwatch {
  std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
};

void log_call(const http::Request& request, const Route* route, const Reply& reply,
              const Stopwatch& watch);

/// Adds the headers that every reply of the console bears.
void secure(Reply& reply);

}  // namespace lotkeeper::api::console
