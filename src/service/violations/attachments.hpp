#pragma once

#include <string>
#include <string_view>

#include "service/commit/command.hpp"

namespace lotkeeper::service {

/// The largest file that may be attached, in bytes.
inline constexpr std::size_t k_largest_attachment = 10 * 1024 * 1024;

/// Most photos and other files of one violation.
inline constexpr std::size_t k_most_attachments = 20;

struct NewAttachment {
  store::ViolationId violation = 0;
  std::string file_name;  ///< "front.png": what is before and behind its last point is kept
  std::string mime;       ///< "image/png"
  std::string_view content;
};

/// Attaches a file to a violation. Equal contents are stored once. The metadata has the form of the
/// document's record. Returns the id of the attachment.
///
/// Refused, and nothing written: 9009 for an unknown violation; 9022 for one that already has 20
/// files; 9033 for empty content or an invalid name or type; 9030 for content over the limit or a
/// name over 100 characters.
domain::Result<std::int64_t> attach_to_violation(WriteBatch& batch, store::ClientId client,
                                                 const NewAttachment& attachment);

}  // namespace lotkeeper::service
