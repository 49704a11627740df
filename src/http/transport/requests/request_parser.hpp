#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/message.hpp"
#include "http/transport/request_memory.hpp"

namespace lotkeeper::http::transport {

/// Beast's parser, made stricter where it is lenient about what says how long a request is, and
/// keeping only what a `Request` has: no field is copied, and no more of a body than its limit.
class RequestParser final : public boost::beast::http::basic_parser<true> {
 public:
  /// `body` is emptied and filled with the body; one longer than `body_limit` leaves it empty. What
  /// it takes is asked of `memory`.
  RequestParser(std::string& body, std::size_t body_limit, MemoryShare& memory);

  /// Reads a whole head, from the request line to the empty line, and nothing behind it.
  void put_head(std::string_view head, boost::system::error_code& error);

  [[nodiscard]] bool expects_continue() const { return m_expects_continue; }
  [[nodiscard]] bool is_http_1_1() const { return m_version == 11; }
  [[nodiscard]] Method method() const { return m_method; }
  /// There was no memory for the body.
  [[nodiscard]] bool lacks_memory() const { return m_lacks_memory; }
  /// Before the body: it may be larger than was said first.
  void raise_body_limit(std::size_t body_limit) { m_body_limit = body_limit; }

  /// What has been read so far. `head` is where the head's bytes lie by now.
  void show(Request& request, const char* head) const;

 private:
  using Error = boost::system::error_code;
  using View = boost::beast::string_view;
  using Field = boost::beast::http::field;

  /// A part of the head by its place in it, as the buffer may move until the body is in.
  struct Part {
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
    bool present = false;
  };

  void on_request_impl(boost::beast::http::verb verb, View method, View target, int version,
                       Error& error) override;
  void on_response_impl(int code, View reason, int version, Error& error) override;
  void on_field_impl(Field field, View name, View value, Error& error) override;
  void on_header_impl(Error& error) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, Error& error) override;
  std::size_t on_body_impl(View body, Error& error) override;
  void on_chunk_header_impl(std::uint64_t size, View extensions, Error& error) override;
  std::size_t on_chunk_body_impl(std::uint64_t remain, View body, Error& error) override;
  void on_finish_impl(Error& error) override;

  [[nodiscard]] Part part(std::string_view view) const;
  void note(Part& into, View value) const;
  void note_by_name(std::string_view name, View value);
  void keep(View piece);
  void drop_body();
  [[nodiscard]] bool make_room(std::size_t size);

  std::string& m_body;
  std::size_t m_body_limit;
  MemoryShare& m_memory;
  std::size_t m_expected = 0;  ///< the body's length, where the head tells it
  bool m_over_limit = false;
  bool m_lacks_memory = false;

  const char* m_head = nullptr;  ///< valid during `put_head` alone
  bool m_in_head = false;
  Method m_method = Method::other;
  int m_version = 11;
  unsigned m_hosts = 0;
  unsigned m_lengths = 0;
  unsigned m_transfer_encodings = 0;
  bool m_expects_continue = false;

  Part m_method_name;
  Part m_path;
  Part m_query;
  Part m_content_type;
  Part m_idempotency_key;
  Part m_request_id;
  Part m_origin;
  Part m_authorization;
  Part m_accept_encoding;
  Part m_if_none_match;
  Part m_requested_method;
  Part m_host;
  Part m_cookie;
  Part m_user_agent;
  Part m_fetch_site;
  Part m_forwarded_for;
  Part m_console;
};

}  // namespace lotkeeper::http::transport
