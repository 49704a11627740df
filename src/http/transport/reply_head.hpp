#pragma once

#include <string>
#include <string_view>

#include "http/message.hpp"

namespace lotkeeper::http::transport {

/// What a reply's head says beyond the reply itself.
struct ReplyForm {
  bool http_1_1 = true;
  bool head_only = false;  ///< the request was HEAD
  bool close = false;
  bool is_tls = false;
  std::string_view date;
};

/// Whether a reply of this status and to this request has a body at all.
[[nodiscard]] bool has_body(const Reply& reply, const ReplyForm& form);

/// Appends the status line and the fields, with the empty line behind them. A field whose name or
/// value could end its line is left out.
void append_head(std::string& out, const Reply& reply, const ReplyForm& form);

/// Appends a chunk's size line.
void append_chunk_size(std::string& out, std::size_t size);

}  // namespace lotkeeper::http::transport
