#pragma once

#include <string>
#include <string_view>

#include "service/commit/command.hpp"

namespace lotkeeper::service {

/// The largest file that may be attached, in bytes.
inline constexpr std::size_t k_largest_attachment = 10 * 1024 * 1024;

/// A violation has no more photos and other files than these.
inline constexpr std::size_t k_most_attachments = 20;

struct NewAttachment {
  store::ViolationId violation = 0;
  std::string file_name;  ///< "front.png": what is before and behind its last point is kept
  std::string mime;       ///< "image/png"
  std::string_view content;
};

/// Attaches a file to a violation: its bytes are kept once for each content, its metadata in the
/// form of the document's record. Returns its id.
///
/// Refused, and nothing written: 9009 an unknown violation; 9022 one that has 20 files already;
/// 9033 no content or a name or a type that is none; 9030 content over the limit, a name over 100
/// characters.
domain::Result<std::int64_t> attach_to_violation(WriteBatch& batch, store::ClientId client,
                                                 const NewAttachment& attachment);

}  // namespace lotkeeper::service
