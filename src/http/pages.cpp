#include "http/pages.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/secret.hpp"

namespace lotkeeper::http {
namespace {

constexpr std::string_view k_policy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

}  // namespace

Pages::Pages(std::span<const base::EmbeddedFile> files) : m_files(files) {
  for (const base::EmbeddedFile& file : files) {
    const base::Digest digest = base::sha256(file.content);
    m_etags.push_back(fmt::format("\"{:02x}\"", fmt::join(std::span(digest).first(12), "")));
    if (file.path.find('.') == std::string_view::npos || file.path.ends_with(".json")) {
      m_titles.emplace_back(file.path);
    }
  }
}

const base::EmbeddedFile* Pages::find(std::string_view path) const {
  const auto found = std::ranges::find(m_files, path, &base::EmbeddedFile::path);
  return found == m_files.end() ? nullptr : &*found;
}

Reply Pages::reply(const base::EmbeddedFile& file, const Request& request) const {
  const std::string& etag = m_etags[static_cast<std::size_t>(&file - m_files.data())];
  Reply reply;
  reply.headers = {{"ETag", etag},
                   {"Cache-Control", "no-cache"},
                   {"Vary", "Accept-Encoding"},
                   {"X-Content-Type-Options", "nosniff"},
                   {"Referrer-Policy", "no-referrer"},
                   {"Content-Security-Policy", std::string(k_policy)}};
  reply.content_type = file.content_type;
  if (request.if_none_match && request.if_none_match->find(etag) != std::string_view::npos) {
    reply.status = 304;
    return reply;
  }
  reply.static_body = file.content;
  const bool takes_gzip = request.accept_encoding &&
                          request.accept_encoding->find("gzip") != std::string_view::npos &&
                          request.accept_encoding->find("gzip;q=0") == std::string_view::npos;
  if (takes_gzip && !file.gzipped.empty()) {
    reply.static_body = file.gzipped;
    reply.headers.push_back({"Content-Encoding", "gzip"});
  }
  return reply;
}

}  // namespace lotkeeper::http
