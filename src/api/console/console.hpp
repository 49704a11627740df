#pragma once

#include <array>
#include <atomic>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <boost/asio/thread_pool.hpp>

#include "api/console/call.hpp"
#include "api/console/operators/hashing_queue.hpp"
#include "base/embedded.hpp"
#include "http/pages/pages.hpp"

/// The web console: its pages, and what they ask.
namespace lotkeeper::api::console {

/// Whether a target belongs to the console rather than to the API.
[[nodiscard]] bool is_console(std::string_view path);
/// Whether a target may have a body of several megabytes: a photo, a vendor's statement. The
/// console asks who sends it before the body is read.
[[nodiscard]] bool takes_upload(std::string_view target);

/// Does for each request of the console what no handler should repeat: pages, session, role, the
/// guard against other sites, errors, security headers.
///
/// Handlers run on threads of its own; of what waits there only so much is taken (busy, 503).
class Console final : public http::Handler {
 public:
  /// `trusted_proxies`: addresses, besides loopback, whose word is taken for where a
  /// request comes from (X-Forwarded-For).
  Console(service::App& app, service::Collections& collections,
          std::span<const base::EmbeddedFile> pages, std::vector<std::string> trusted_proxies = {});
  ~Console() override;

  boost::asio::awaitable<Reply> handle(const http::Request& request) override;
  Reply refuse(http::FramingFault fault, const http::Request& partial) override;
  /// Refuses a sender who has no session, or not the role, before the body is read.
  boost::asio::awaitable<std::optional<Reply>> refuse_upload(const http::Request& head) override;

  /// Finishes what was taken. After the listeners have stopped, before the office does.
  void stop();

 private:
  struct Match;

  static constexpr std::size_t k_hashes_at_once = 2;

  [[nodiscard]] boost::asio::awaitable<Reply> handle_call(const http::Request& request,
                                                          const Match& found);
  [[nodiscard]] boost::asio::awaitable<Reply> handle_hashing(const http::Request& request,
                                                             const Match& found);
  [[nodiscard]] Reply answer(const http::Request& request, const Match& found,
                             const std::string& request_id);
  [[nodiscard]] Reply serve_hashing(const http::Request& request, const Match& found,
                                    const std::string& address);
  [[nodiscard]] boost::asio::awaitable<std::optional<Reply>> refuse_stranger(
      const http::Request& request, const Match& found);
  [[nodiscard]] std::optional<Reply> refusal_of_stranger(const http::Request& request,
                                                         const Match& found);
  [[nodiscard]] Reply busy_reply();

  /// Threads for handlers of one pace, and how many requests may wait for them.
  struct Lane {
    Lane(std::size_t many, int most) : threads(many), most_waiting(most) {}
    boost::asio::thread_pool threads;
    int most_waiting;
    std::atomic<int> waiting{0};
  };

  [[nodiscard]] Lane& lane_of(Pace pace);
  [[nodiscard]] Match find(const http::Request& request) const;
  [[nodiscard]] Reply serve_page(const http::Request& request) const;
  [[nodiscard]] Reply serve_call(const http::Request& request, const Match& found);
  [[nodiscard]] Result<Reply> admit_and_handle(const http::Request& request, const Match& found,
                                               const std::string& request_id);
  [[nodiscard]] std::optional<Principal> find_principal(const http::Request& request,
                                                        base::Instant now);
  [[nodiscard]] std::string address_of(const http::Request& request) const;

  std::unique_ptr<OverviewCache> m_overviews;
  Context m_context;
  std::span<const base::EmbeddedFile> m_files;
  http::Pages m_pages;
  std::vector<std::string> m_trusted_proxies;
  std::array<Lane, 3> m_lanes{Lane{2, 200}, Lane{k_hashes_at_once, 0},
                              Lane{2, 100}};  ///< as Pace has them
  HashingQueue m_hashing_queue{k_hashes_at_once};
};

/// The console under `/console`, the API and the rest elsewhere.
class Router final : public http::Handler {
 public:
  Router(http::Handler& api, http::Handler& console) : m_api(api), m_console(console) {}

  boost::asio::awaitable<Reply> handle(const http::Request& request) override {
    return is_console(request.path) ? m_console.handle(request) : m_api.handle(request);
  }
  boost::asio::awaitable<std::optional<Reply>> refuse_upload(const http::Request& head) override {
    return is_console(head.path) ? m_console.refuse_upload(head) : m_api.refuse_upload(head);
  }
  Reply refuse(http::FramingFault fault, const http::Request& partial) override {
    return is_console(partial.path) ? m_console.refuse(fault, partial)
                                    : m_api.refuse(fault, partial);
  }

 private:
  http::Handler& m_api;
  http::Handler& m_console;
};

/// The value of the session's cookie among others.
[[nodiscard]] std::string_view session_cookie(const http::Request& request);

inline constexpr std::string_view k_cookie_name = "lotkeeper_session";

}  // namespace lotkeeper::api::console
