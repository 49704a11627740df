#include <fmt/format.h>

#include "api/console/reading.hpp"
#include "api/console/reply.hpp"
#include "base/text/text.hpp"
#include "service/violations/attachments.hpp"
#include "store/violations/attachment.hpp"

namespace lotkeeper::api::console {
namespace {

using http::Method;

Result<Reply> add_photo(Context& context, Call& call);
Result<Reply> get_photo(Context& context, Call& call);

}  // namespace

Routes photo_routes() {
  return {
      {Method::post, "/violations/{id}/photos", Access::officer, add_photo, Pace::quick, true},
      {Method::get, "/violations/{id}/photos/{photo}", Access::viewer, get_photo},
  };
}

namespace {

struct PictureKind {
  std::string_view mime;
  std::string_view extension;
};

constexpr PictureKind k_jpeg{"image/jpeg", "jpg"};
constexpr PictureKind k_png{"image/png", "png"};
constexpr PictureKind k_webp{"image/webp", "webp"};

/// What the bytes are, whatever they are called.
const PictureKind* kind_of(std::string_view bytes) {
  if (bytes.starts_with("\xff\xd8\xff")) return &k_jpeg;
  if (bytes.starts_with("\x89PNG\r\n\x1a\n")) return &k_png;
  if (bytes.size() >= 12 && bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP") {
    return &k_webp;
  }
  return nullptr;
}

/// A file's name without its folder and extension.
std::string stem_of(std::string name) {
  name.erase(0, name.find_last_of("/\\") + 1);
  if (const std::size_t point = name.rfind('.'); point != std::string::npos) name.resize(point);
  return name.empty() ? "photo" : name;
}

Result<Reply> add_photo(Context& context, Call& call) {
  QueryReader query(call);
  const std::string name = stem_of(query.text("name", 90).value_or("photo"));
  if (base::has_control_character(name)) {
    query.fault("name", "A file name must not have control characters.");
  }
  const PictureKind* kind = kind_of(call.request.body);
  if (kind == nullptr)
    query.fault({}, "Send the bytes of a JPEG, PNG or WebP picture as the body.");
  if (!query.is_good()) return query.refusal();

  std::int64_t id = 0;
  const auto attached =
      call.actor(context).change([&](service::WriteBatch& batch) -> Result<std::string> {
        auto done = service::attach_to_violation(
            batch, call.client_id(),
            {id_of(call.ids[0]), fmt::format("{}.{}", name, kind->extension),
             std::string(kind->mime), call.request.body});
        if (!done) return tl::unexpected(std::move(done.error()));
        id = *done;
        return std::string();
      });
  if (!attached) return tl::unexpected(attached.error());
  return ok({{"id", id}}, 201);
}

Result<Reply> get_photo(Context& context, Call& call) {
  const store::ViolationId violation = id_of(call.ids[0]);
  const std::int64_t wanted = id_of(call.ids[1]);
  const auto connection = context.app.database().read();
  const auto files =
      store::find_attachments(*connection, call.client_id(), std::span(&violation, 1)).front();
  for (const store::Attachment& file : files) {
    if (file.id != wanted || !file.content_hash) continue;
    auto content = store::find_content(*connection, call.client_id(), *file.content_hash);
    const PictureKind* kind = content ? kind_of(*content) : nullptr;
    Reply reply;
    // What an import brought and is no picture is saved, never shown.
    reply.content_type = kind != nullptr ? kind->mime : "application/octet-stream";
    reply.headers.push_back(
        {"Content-Disposition",
         fmt::format("{}; filename=\"photo-{}.{}\"", kind != nullptr ? "inline" : "attachment",
                     file.id, kind != nullptr ? kind->extension : "bin")});
    reply.headers.push_back({"Cache-Control", "private, max-age=3600"});
    if (!content) break;
    reply.body = std::move(*content);
    return reply;
  }
  return tl::unexpected(not_found("photo"));
}

}  // namespace
}  // namespace lotkeeper::api::console
