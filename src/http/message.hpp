#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

/// What the transport hands over and gets back. No word of Beast here: the layers above know HTTP's
/// meaning, the transport its bytes.
namespace lotkeeper::http {

enum class Method : std::uint8_t { get, head, post, put, del, options, other };

/// One request, whole. Its views stay valid until its reply has been written.
struct Request {
  Method method = Method::other;
  std::string_view method_name;  ///< as sent, for the log
  std::string_view path;         ///< as sent, without the query
  std::string_view query;        ///< as sent, what is behind the `?`
  std::string_view body;
  /// The body was over the limit: it was drained, and `body` is empty.
  bool body_over_limit = false;

  // Header fields that anyone here asks about; nullopt where absent. Of several the first counts.
  std::optional<std::string_view> content_type;
  std::optional<std::string_view> idempotency_key;
  std::optional<std::string_view> request_id;  ///< X-Request-Id
  std::optional<std::string_view> origin;
  std::optional<std::string_view> authorization;
  std::optional<std::string_view> accept_encoding;
  std::optional<std::string_view> if_none_match;
  std::optional<std::string_view> requested_method;  ///< Access-Control-Request-Method
  std::optional<std::string_view> host;
  std::optional<std::string_view> cookie;
  std::optional<std::string_view> user_agent;
  std::optional<std::string_view> fetch_site;     ///< Sec-Fetch-Site
  std::optional<std::string_view> forwarded_for;  ///< the last X-Forwarded-For
  std::optional<std::string_view> console;        ///< X-Lotkeeper-Console

  /// The address that the connection comes from; empty where the transport was not asked for it.
  std::string_view peer;
};

/// A body that is made while it is sent (chunked). The transport asks for the next piece when the
/// one before has been written; an exception breaks the connection off without the closing chunk,
/// so that nobody takes half for all. Destroyed early where the reader goes away.
class BodySource {
 public:
  BodySource() = default;
  BodySource(const BodySource&) = delete;
  BodySource& operator=(const BodySource&) = delete;
  virtual ~BodySource() = default;

  /// The next piece, never empty; nullopt after the last.
  virtual boost::asio::awaitable<std::optional<std::string>> next() = 0;
};

struct Header {
  std::string name;
  std::string value;
};

struct Reply {
  int status = 200;
  std::string_view content_type = "application/json";
  std::string body;
  /// A body that outlives the program's main (an embedded file); sent instead of `body` unless
  /// empty.
  std::string_view static_body;
  std::unique_ptr<BodySource> source;  ///< sent instead of both where there is one
  std::vector<Header> headers;         ///< beyond Content-Type, Content-Length, Connection, Date
  bool close = false;                  ///< close the connection after this reply
};

/// Why the transport could not read a request.
enum class FramingFault {
  malformed,  ///< not HTTP/1.1 as RFC 9112 has it, or ambiguous in its framing
  header_too_large,
  body_too_large,  ///< more than can be drained
  timed_out,       ///< began but did not end in time
  too_many_connections,
  too_much_memory,  ///< large requests of all connections together are at their limit
  plain_on_tls,     ///< came without TLS to a port that speaks nothing else
};

/// What answers requests. Called from every I/O thread at once.
class Handler {
 public:
  Handler() = default;
  Handler(const Handler&) = delete;
  Handler& operator=(const Handler&) = delete;
  virtual ~Handler() = default;

  /// Never throws for what a request can cause.
  virtual boost::asio::awaitable<Reply> handle(const Request& request) = 0;

  /// Asked before a large body of a `takes_upload` path is read: a reply refuses it unread.
  virtual boost::asio::awaitable<std::optional<Reply>> refuse_upload(const Request& head) {
    static_cast<void>(head);
    co_return std::nullopt;
  }

  /// The reply to what could not be read as a request. The connection is closed after it. `partial`
  /// has what had been read (a path, a request id), or nothing.
  virtual Reply refuse(FramingFault fault, const Request& partial) = 0;
};

}  // namespace lotkeeper::http
