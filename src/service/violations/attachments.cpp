#include "service/violations/attachments.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text/text.hpp"
#include "domain/time.hpp"
#include "store/clients/tenancy.hpp"
#include "store/violations/attachment.hpp"
#include "store/violations/violation.hpp"

namespace lotkeeper::service {
namespace {

using domain::ErrorCode;
using domain::refused;
using domain::Result;

constexpr std::size_t k_name_limit = 100;

/// Whether the text is a media type like "image/png", in the characters of RFC 6838.
bool is_mime(std::string_view text) {
  const auto is_word = [](std::string_view word) {
    return !word.empty() && std::ranges::all_of(word, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             std::string_view("!#$&-^_.+").find(c) != std::string_view::npos;
    });
  };
  const std::size_t slash = text.find('/');
  return text.size() <= k_name_limit && slash != std::string_view::npos &&
         is_word(text.substr(0, slash)) && is_word(text.substr(slash + 1));
}

Result<void> check(const NewAttachment& attachment) {
  const std::string& name = attachment.file_name;
  if (base::count_code_points(name) > k_name_limit) {
    return refused(ErrorCode::field_too_long, "attachName",
                   fmt::format("A file name can have at most {} characters.", k_name_limit));
  }
  if (name.empty() || base::has_control_character(name) || name.find('/') != std::string::npos) {
    return refused(ErrorCode::field_invalid, "attachName", "Send a file name without a folder.");
  }
  if (!is_mime(attachment.mime)) {
    return refused(ErrorCode::field_invalid, "attachMime", "Send a media type like image/png.");
  }
  if (attachment.content.empty()) {
    return refused(ErrorCode::field_invalid, "content", "The file is empty.");
  }
  if (attachment.content.size() > k_largest_attachment) {
    return refused(ErrorCode::field_too_long, "content",
                   fmt::format("A file can have at most {} bytes.", k_largest_attachment));
  }
  return {};
}

/// The first 8 digits of a hash, as in the document's "index-debf76b6".
std::string short_hex(std::string_view hash) {
  std::string hex;
  for (const char c : hash.substr(0, 4))
    hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return hex;
}

/// `oc_tomahawk/VIOLATIONS/2022/08/23/index-debf76b6.png`, as the document has it.
std::string location_of(const store::Attachment& attachment, std::string_view client_code) {
  std::string day = domain::TimeZone::utc().date_at(attachment.created);
  std::ranges::replace(day, '-', '/');
  std::string location = fmt::format("{}/{}/{}/{}", base::ascii_lower(client_code),
                                     attachment.related_type, day, attachment.name);
  if (!attachment.extension.empty()) location += "." + attachment.extension;
  return location;
}

}  // namespace

Result<std::int64_t> attach_to_violation(WriteBatch& batch, store::ClientId client,
                                         const NewAttachment& attachment) {
  if (auto checked = check(attachment); !checked) return tl::unexpected(checked.error());
  const auto violation = store::find_violation(batch.connection, client, attachment.violation);
  const auto owner = store::find_client(batch.connection, client);
  if (!violation || !owner) {
    return refused(ErrorCode::record_not_found, "ViolationID", "There is no such violation.");
  }
  const std::span<const store::ViolationId> id(&attachment.violation, 1);
  const auto standing = store::find_attachments(batch.connection, client, id);
  if (standing.front().size() >= k_most_attachments) {
    return refused(ErrorCode::record_exists, "photos",
                   fmt::format("A violation can have at most {} photos.", k_most_attachments));
  }

  store::Attachment added;
  added.content_hash = store::keep_content(batch.connection, client, attachment.content);
  const std::size_t point = attachment.file_name.rfind('.');
  const bool has_extension = point != std::string::npos && point > 0;
  added.name = fmt::format(
      "{}-{}", attachment.file_name.substr(0, has_extension ? point : std::string::npos),
      short_hex(*added.content_hash));
  if (has_extension) added.extension = attachment.file_name.substr(point + 1);
  added.id = store::take_ids(batch.connection, client, "attachment");
  added.related_type = store::k_of_violations;
  added.related_id = violation->id;
  added.mime = attachment.mime;
  added.note = violation->ticket;
  added.uuid = base::make_uuid_v7(batch.now).to_string();
  added.created = batch.now;
  added.storage_location = location_of(added, owner->code);
  store::insert_attachment(batch.connection, client, added);
  return added.id;
}

}  // namespace lotkeeper::service
