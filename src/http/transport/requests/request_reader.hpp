#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"
#include "http/transport/request_memory.hpp"
#include "http/transport/requests/read_buffer.hpp"
#include "http/transport/requests/request_parser.hpp"

namespace lotkeeper::http::transport {

struct ReadLimits {
  std::size_t head;
  std::size_t body;
  std::size_t drain;
  std::size_t upload = 0;  ///< of a body whose target `takes_upload`
  bool (*takes_upload)(std::string_view target) = nullptr;
};

enum class Progress {
  incomplete,  ///< more bytes are needed
  complete,
  faulty,  ///< `fault` says why; what follows on this connection cannot be trusted
};

/// Makes requests out of bytes, one after the other. Knows no socket and no clock.
class RequestReader {
 public:
  /// Large bodies take from `memory`, those that were let in by `allow_upload` from `uploads`.
  RequestReader(ReadLimits limits, RequestMemory& memory, RequestMemory& uploads)
      : m_limits(limits), m_memory(memory), m_uploads(uploads), m_share(memory) {}

  /// Goes as far as the bytes in `buffer` allow, and not into a body that `asks_to_upload`.
  Progress advance(ReadBuffer& buffer);

  /// The head is in, and a body that is larger than others may be, or may become so, is to follow.
  [[nodiscard]] bool asks_to_upload() const { return m_asks; }
  /// Lets it come.
  void allow_upload();

  /// Whether a byte of the request is there.
  [[nodiscard]] bool has_begun(const ReadBuffer& buffer) const;
  /// How much room the next read should have.
  [[nodiscard]] std::size_t wanted() const;
  /// True once for a request that waits to be told to go on with its body.
  [[nodiscard]] bool takes_continue();

  [[nodiscard]] FramingFault fault() const { return m_fault; }
  [[nodiscard]] bool keeps_alive() const { return m_parser && m_parser->keep_alive(); }
  [[nodiscard]] bool is_http_1_1() const { return !m_parser || m_parser->is_http_1_1(); }

  /// What has been read; its views hold until `buffer` or the reader is touched.
  [[nodiscard]] Request request(const ReadBuffer& buffer) const;

  /// Leaves the request behind, in `buffer` too, and is ready for the next.
  void finish(ReadBuffer& buffer);

 private:
  Progress advance_head(ReadBuffer& buffer);
  Progress advance_body(ReadBuffer& buffer);
  Progress fail(FramingFault fault);

  ReadLimits m_limits;
  RequestMemory& m_memory;
  RequestMemory& m_uploads;
  MemoryShare m_share;
  std::optional<RequestParser> m_parser;
  std::string m_body;
  std::size_t m_line = 0;     ///< where the line begins that has not ended yet
  std::size_t m_scanned = 0;  ///< no line feed before this that has not been looked at
  std::size_t m_head_size = 0;
  std::size_t m_size = 0;  ///< of the whole request, as far as it still lies in the buffer
  bool m_continued = false;
  bool m_asks = false;
  FramingFault m_fault = FramingFault::malformed;
};

}  // namespace lotkeeper::http::transport
