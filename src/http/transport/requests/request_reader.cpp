#include "http/transport/requests/request_reader.hpp"

#include <algorithm>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <cstring>

namespace lotkeeper::http::transport {
namespace {

namespace beast_http = boost::beast::http;

constexpr std::size_t k_least_read = 1024;
constexpr std::size_t k_most_read = 16 * 1024;

// What a body's memory may be and still be kept for the connection's next request.
constexpr std::size_t k_kept_body = MemoryShare::k_free;

// "0\r\n\r\n". Beast asserts that it is not shown less than this of the last chunk twice, and no
// chunked body can have less than this to come.
constexpr std::size_t k_last_chunk = 5;

bool is_token_character(char c) {
  const bool alphanumeric =
      (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return alphanumeric || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

/// What stands between the first two spaces of a head.
std::string_view target_of(std::string_view head) {
  const std::string_view line = head.substr(0, head.find('\r'));
  const std::size_t begin = line.find(' ');
  if (begin == std::string_view::npos) return {};
  return line.substr(begin + 1, line.find(' ', begin + 1) - begin - 1);
}

}  // namespace

Progress RequestReader::advance(ReadBuffer& buffer) {
  if (!m_parser) {
    const Progress head = advance_head(buffer);
    if (head != Progress::complete) return head;
  }
  if (m_asks) return Progress::incomplete;
  return advance_body(buffer);
}

Progress RequestReader::advance_head(ReadBuffer& buffer) {
  // RFC 9112, 2.2: an empty line before a request is ignored (old clients end a body with one).
  while (m_scanned == 0 && buffer.bytes().starts_with("\r\n")) buffer.consume(2);

  const std::string_view bytes = buffer.bytes();
  if (bytes.empty() || bytes == "\r") return Progress::incomplete;
  // Anything but a method's first letter (a TLS greeting, say) need not wait for a line's end.
  if (!is_token_character(bytes.front())) return fail(FramingFault::malformed);

  // Beast would read a folded line, and would wait for ever where lines end in a bare line feed.
  for (;;) {
    const void* const found = m_scanned < bytes.size() ? std::memchr(bytes.data() + m_scanned, '\n',
                                                                     bytes.size() - m_scanned)
                                                       : nullptr;
    if (found == nullptr) {
      m_scanned = bytes.size();
      if (bytes.size() >= m_limits.head) return fail(FramingFault::header_too_large);
      return Progress::incomplete;
    }
    const auto feed = static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data());
    if (feed == 0 || bytes[feed - 1] != '\r') return fail(FramingFault::malformed);
    if (bytes[m_line] == ' ' || bytes[m_line] == '\t') return fail(FramingFault::malformed);
    const bool is_last = feed - 1 == m_line;
    m_line = m_scanned = feed + 1;
    if (m_line > m_limits.head) return fail(FramingFault::header_too_large);
    if (is_last) break;
  }

  m_head_size = m_line;
  const bool is_upload = m_limits.takes_upload != nullptr &&
                         m_limits.takes_upload(target_of(bytes.substr(0, m_head_size)));
  m_parser.emplace(m_body, m_limits.body, m_share);
  m_parser->header_limit(static_cast<std::uint32_t>(m_head_size + 1));
  m_parser->body_limit(is_upload ? std::max(m_limits.upload, m_limits.drain) : m_limits.drain);
  boost::system::error_code error;
  m_parser->put_head(bytes.substr(0, m_head_size), error);
  if (error == beast_http::error::body_limit) return fail(FramingFault::body_too_large);
  if (error) return fail(FramingFault::malformed);
  const auto length = m_parser->content_length();
  m_asks = is_upload && (m_parser->chunked() || (length && *length > m_limits.body));
  return Progress::complete;
}

void RequestReader::allow_upload() {
  m_asks = false;
  m_parser->raise_body_limit(std::max(m_limits.body, m_limits.upload));
  m_share.move_to(m_uploads);
}

Progress RequestReader::advance_body(ReadBuffer& buffer) {
  m_size = m_head_size;
  if (m_parser->is_done()) return Progress::complete;
  const std::string_view rest = buffer.bytes().substr(m_head_size);
  if (rest.empty() || (m_parser->chunked() && rest.size() < k_last_chunk)) {
    return Progress::incomplete;
  }

  boost::system::error_code error;
  const std::size_t taken = m_parser->put({rest.data(), rest.size()}, error);
  if (error == beast_http::error::body_limit) return fail(FramingFault::body_too_large);
  if (error && error != beast_http::error::need_more) return fail(FramingFault::malformed);
  if (m_parser->lacks_memory()) return fail(FramingFault::too_much_memory);
  if (m_parser->is_done()) {
    m_size = m_head_size + taken;
    return Progress::complete;
  }
  buffer.erase(m_head_size, taken);
  // What is left is a chunk's size line or the trailer, without its end.
  if (rest.size() - taken >= m_limits.head) return fail(FramingFault::header_too_large);
  return Progress::incomplete;
}

Progress RequestReader::fail(FramingFault fault) {
  m_fault = fault;
  return Progress::faulty;
}

bool RequestReader::has_begun(const ReadBuffer& buffer) const {
  return m_parser || (buffer.size() > 0 && buffer.bytes() != "\r");
}

std::size_t RequestReader::wanted() const {
  if (!m_parser) return k_least_read;
  const auto remaining = m_parser->content_length_remaining();
  if (!remaining) return k_least_read;
  // More at once the more has come: a body that was only announced takes no memory.
  const std::size_t most = std::clamp(m_body.size(), k_least_read, k_most_read);
  return static_cast<std::size_t>(std::clamp<std::uint64_t>(*remaining, k_least_read, most));
}

bool RequestReader::takes_continue() {
  if (m_continued || !m_parser || !m_parser->expects_continue() || !m_parser->is_http_1_1()) {
    return false;
  }
  m_continued = true;
  return true;
}

Request RequestReader::request(const ReadBuffer& buffer) const {
  Request request;
  if (m_parser) m_parser->show(request, buffer.bytes().data());
  return request;
}

void RequestReader::finish(ReadBuffer& buffer) {
  buffer.consume(m_size);
  m_parser.reset();
  m_line = m_scanned = m_head_size = m_size = 0;
  m_continued = m_asks = false;
  m_body.clear();
  if (m_body.capacity() > k_kept_body) std::string().swap(m_body);
  m_share.move_to(m_memory);
}

}  // namespace lotkeeper::http::transport
