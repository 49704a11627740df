#include "http/transport/reply_head.hpp"

#include <array>
#include <boost/beast/http/status.hpp>
#include <charconv>

namespace lotkeeper::http::transport {
namespace {

bool allows_body(int status) { return status >= 200 && status != 204 && status != 304; }

bool is_field_text(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t') return false;
  }
  return true;
}

template <class Number>
void append_number(std::string& out, Number number, int base) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr;
  out.append(digits.data(), end);
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

void append_checked_field(std::string& out, std::string_view name, std::string_view value) {
  if (name.empty() || !is_field_text(name) || !is_field_text(value)) return;
  append_field(out, name, value);
}

}  // namespace

bool has_body(const Reply& reply, const ReplyForm& form) {
  return allows_body(reply.status) && !form.head_only;
}

void append_head(std::string& out, const Reply& reply, const ReplyForm& form) {
  // An HTTP/1.0 client is answered in the newer version too (RFC 9110, 6.2), without what it may
  // not know: a chunked body.
  out.append("HTTP/1.1 ");
  append_number(out, reply.status, 10);
  const auto reason =
      boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(reply.status));
  out.append(" ").append(reason.data(), reason.size()).append("\r\n");
  append_field(out, "Date", form.date);

  if (allows_body(reply.status)) {
    if (!reply.content_type.empty()) {
      append_checked_field(out, "Content-Type", reply.content_type);
    }
    if (reply.source == nullptr) {
      const std::size_t size =
          reply.static_body.empty() ? reply.body.size() : reply.static_body.size();
      out.append("Content-Length: ");
      append_number(out, size, 10);
      out.append("\r\n");
    } else if (form.http_1_1) {
      out.append("Transfer-Encoding: chunked\r\n");
    }
  }

  if (form.close) {
    out.append("Connection: close\r\n");
  } else if (!form.http_1_1) {
    out.append("Connection: keep-alive\r\n");
  }
  // Browsers that have seen it come by TLS alone from then on.
  if (form.is_tls) append_field(out, "Strict-Transport-Security", "max-age=31536000");
  for (const Header& header : reply.headers) append_checked_field(out, header.name, header.value);
  out.append("\r\n");
}

void append_chunk_size(std::string& out, std::size_t size) {
  append_number(out, size, 16);
  out.append("\r\n");
}

}  // namespace lotkeeper::http::transport
