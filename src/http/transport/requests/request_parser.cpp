#include "http/transport/requests/request_parser.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/verb.hpp>
#include <optional>

namespace lotkeeper::http::transport {
namespace {

namespace beast_http = boost::beast::http;
using boost::beast::iequals;

std::string_view standard(boost::beast::string_view view) { return {view.data(), view.size()}; }

bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }

bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// RFC 3986's host and port, by their characters.
bool is_host(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) {
    return is_ascii_digit(c) || is_ascii_letter(c) ||
           std::string_view("-._~%!$&'()*+,;=:[]").find(c) != std::string_view::npos;
  });
}

/// The path of a request's target without its query; nothing where the target has no path that a
/// server (rather than a proxy) could answer for.
std::optional<std::string_view> path_of(std::string_view target, beast_http::verb verb) {
  if (target == "*" && verb == beast_http::verb::options) return target;
  if (target.front() != '/') {
    const std::size_t scheme = target.find("://");
    if (scheme == std::string_view::npos) return std::nullopt;
    const boost::beast::string_view name(target.data(), scheme);
    if (!iequals(name, "http") && !iequals(name, "https")) return std::nullopt;
    const std::string_view rest = target.substr(scheme + 3);
    const std::size_t host_end = std::min(rest.find_first_of("/?"), rest.size());
    if (host_end == 0 || !is_host(rest.substr(0, host_end))) return std::nullopt;
    if (host_end == rest.size() || rest[host_end] == '?') return std::string_view("/");
    target = rest.substr(host_end);
  }
  return target.substr(0, target.find('?'));
}

Method method_of(beast_http::verb verb) {
  switch (verb) {
    case beast_http::verb::get:
      return Method::get;
    case beast_http::verb::head:
      return Method::head;
    case beast_http::verb::post:
      return Method::post;
    case beast_http::verb::put:
      return Method::put;
    case beast_http::verb::delete_:
      return Method::del;
    case beast_http::verb::options:
      return Method::options;
    default:
      return Method::other;
  }
}

}  // namespace

RequestParser::RequestParser(std::string& body, std::size_t body_limit, MemoryShare& memory)
    : m_body(body), m_body_limit(body_limit), m_memory(memory) {
  m_body.clear();
}

void RequestParser::put_head(std::string_view head, Error& error) {
  m_head = head.data();
  m_in_head = true;
  eager(false);
  put({head.data(), head.size()}, error);
  m_in_head = false;
  m_head = nullptr;
  eager(true);
}

void RequestParser::show(Request& request, const char* head) const {
  const auto view = [head](const Part& part) {
    return std::string_view(head + part.offset, part.size);
  };
  const auto optional_view = [&view](const Part& part) -> std::optional<std::string_view> {
    if (!part.present) return std::nullopt;
    return view(part);
  };
  request.method = m_method;
  request.method_name = view(m_method_name);
  request.path = m_path.present && m_path.size == 0 ? std::string_view("/") : view(m_path);
  request.body = m_body;
  request.body_over_limit = m_over_limit;
  request.content_type = optional_view(m_content_type);
  request.idempotency_key = optional_view(m_idempotency_key);
  request.request_id = optional_view(m_request_id);
  request.origin = optional_view(m_origin);
  request.authorization = optional_view(m_authorization);
  request.accept_encoding = optional_view(m_accept_encoding);
  request.if_none_match = optional_view(m_if_none_match);
  request.requested_method = optional_view(m_requested_method);
  request.query = view(m_query);
  request.host = optional_view(m_host);
  request.cookie = optional_view(m_cookie);
  request.user_agent = optional_view(m_user_agent);
  request.fetch_site = optional_view(m_fetch_site);
  request.forwarded_for = optional_view(m_forwarded_for);
  request.console = optional_view(m_console);
}

RequestParser::Part RequestParser::part(std::string_view view) const {
  return {static_cast<std::uint32_t>(view.data() - m_head), static_cast<std::uint32_t>(view.size()),
          true};
}

void RequestParser::note(Part& into, View value) const {
  if (!into.present) into = part(standard(value));
}

void RequestParser::on_request_impl(beast_http::verb verb, View method, View target, int version,
                                    Error& error) {
  m_method = method_of(verb);
  m_method_name = part(standard(method));
  m_version = version;
  const auto path = path_of(standard(target), verb);
  if (!path) {
    error = beast_http::error::bad_target;
    return;
  }
  // "http://host" has no byte in the head that would say "/": an empty path stands for it.
  m_path = path == "/" ? Part{0, 0, true} : part(*path);
  const std::size_t mark = standard(target).find('?');
  if (mark != std::string_view::npos) m_query = part(standard(target).substr(mark + 1));
}

void RequestParser::on_response_impl(int, View, int, Error& error) {
  error = beast_http::error::bad_version;
}

void RequestParser::on_field_impl(Field field, View name, View value, Error& error) {
  // Trailers come through here as well. They must never change what the head has said.
  if (!m_in_head) return;
  switch (field) {
    case Field::host:
      ++m_hosts;
      if (!is_host(standard(value))) error = beast_http::error::bad_value;
      note(m_host, value);
      break;
    case Field::content_length:
      // Beast takes "5, 5" and several equal fields for one; a proxy in front may not.
      ++m_lengths;
      if (m_lengths > 1) error = beast_http::error::multiple_content_length;
      if (!std::all_of(value.begin(), value.end(), is_ascii_digit)) {
        error = beast_http::error::bad_content_length;
      }
      break;
    case Field::transfer_encoding:
      // Beast reads a body under another coding as if there were none.
      ++m_transfer_encodings;
      if (m_transfer_encodings > 1 || !iequals(value, "chunked")) {
        error = beast_http::error::bad_transfer_encoding;
      }
      break;
    case Field::expect:
      m_expects_continue = m_expects_continue || iequals(value, "100-continue");
      break;
    case Field::content_type:
      note(m_content_type, value);
      break;
    case Field::origin:
      note(m_origin, value);
      break;
    case Field::authorization:
      note(m_authorization, value);
      break;
    case Field::accept_encoding:
      note(m_accept_encoding, value);
      break;
    case Field::if_none_match:
      note(m_if_none_match, value);
      break;
    case Field::access_control_request_method:
      note(m_requested_method, value);
      break;
    case Field::cookie:
      note(m_cookie, value);
      break;
    case Field::user_agent:
      note(m_user_agent, value);
      break;
    default:
      note_by_name(standard(name), value);
      break;
  }
}

/// Not by Beast's table: which of these names it knows differs from version to version.
void RequestParser::note_by_name(std::string_view name, View value) {
  const auto is = [name](std::string_view wanted) {
    return iequals({name.data(), name.size()}, {wanted.data(), wanted.size()});
  };
  if (is("Idempotency-Key")) note(m_idempotency_key, value);
  if (is("X-Request-Id")) note(m_request_id, value);
  if (is("Sec-Fetch-Site")) note(m_fetch_site, value);
  // A proxy adds its own at the end; those before are the caller's words.
  if (is("X-Forwarded-For")) m_forwarded_for = part(standard(value));
  if (is("X-Lotkeeper-Console")) note(m_console, value);
}

void RequestParser::on_header_impl(Error& error) {
  // Both a length and a coding: Beast refuses that, now that no coding but chunked comes this far.
  if (m_transfer_encodings > 0 && m_version < 11) error = beast_http::error::bad_transfer_encoding;
  if (m_hosts > 1 || (m_hosts == 0 && m_version == 11)) error = beast_http::error::bad_field;
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& length, Error&) {
  if (!length) return;
  m_over_limit = *length > m_body_limit;
  if (m_over_limit) return;
  m_expected = static_cast<std::size_t>(*length);
  if (m_expected <= MemoryShare::k_free) m_body.reserve(m_expected);
}

std::size_t RequestParser::on_body_impl(View body, Error&) {
  keep(body);
  return body.size();
}

void RequestParser::on_chunk_header_impl(std::uint64_t, View extensions, Error& error) {
  // Beast lets anything stand in a quoted extension, a bare line feed too, which another reader
  // takes for the end of the line.
  const auto is_control = [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  };
  if (std::any_of(extensions.begin(), extensions.end(), is_control)) {
    error = beast_http::error::bad_chunk_extension;
  }
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, View body, Error&) {
  keep(body);
  return body.size();
}

void RequestParser::on_finish_impl(Error&) {}

void RequestParser::keep(View piece) {
  if (m_over_limit || m_lacks_memory) return;
  if (piece.size() > m_body_limit - m_body.size()) {
    m_over_limit = true;
    drop_body();
    return;
  }
  if (!make_room(m_body.size() + piece.size())) {
    m_lacks_memory = true;
    drop_body();
    return;
  }
  m_body.append(piece.data(), piece.size());
}

void RequestParser::drop_body() {
  std::string().swap(m_body);
  static_cast<void>(m_memory.hold(0));
}

bool RequestParser::make_room(std::size_t size) {
  if (size <= m_body.capacity()) return true;
  // By what has come rather than by what was announced, as announcing costs the sender nothing.
  std::size_t capacity = std::max({size, 2 * m_body.capacity(), MemoryShare::k_free});
  if (m_expected >= size) capacity = std::min(capacity, m_expected);
  if (!m_memory.hold(capacity)) return false;
  m_body.reserve(capacity);
  return true;
}

}  // namespace lotkeeper::http::transport
