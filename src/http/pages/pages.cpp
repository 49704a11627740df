#include "http/pages/pages.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/secret.hpp"
#include "base/text/text.hpp"

namespace lotkeeper::http {
namespace {

constexpr std::string_view k_policy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

/// Whether "gzip" is among the codings, and not with a weight of 0.
bool takes_gzip(std::string_view accepted) {
  while (!accepted.empty()) {
    const std::size_t comma = accepted.find(',');
    std::string_view coding = accepted.substr(0, comma);
    accepted = comma == std::string_view::npos ? std::string_view() : accepted.substr(comma + 1);
    std::string_view weight;
    if (const std::size_t semicolon = coding.find(';'); semicolon != std::string_view::npos) {
      weight = base::trim_white_space(coding.substr(semicolon + 1));
      coding = coding.substr(0, semicolon);
    }
    if (!base::equals_ignoring_ascii_case(base::trim_white_space(coding), "gzip")) continue;
    const std::size_t digit = weight.find_first_of("123456789");
    return weight.empty() || digit != std::string_view::npos;
  }
  return false;
}

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
  if (request.accept_encoding && takes_gzip(*request.accept_encoding) && !file.gzipped.empty()) {
    reply.static_body = file.gzipped;
    reply.headers.push_back({"Content-Encoding", "gzip"});
  }
  return reply;
}

}  // namespace lotkeeper::http
