#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "database/connection.hpp"
#include "store/ids.hpp"

/// Files that belong to a record. Metadata is stored per file, and identical contents are stored
/// once.
namespace lotkeeper::store {

/// The API document's relatedType for violations.
inline constexpr std::string_view k_of_violations = "VIOLATIONS";

struct Attachment {
  std::int64_t id = 0;  ///< counts up within a client
  std::string related_type;
  std::int64_t related_id = 0;
  std::string storage_location;
  std::string name;       ///< without its extension
  std::string extension;  ///< "png"
  std::string mime;
  std::optional<std::string> note;
  std::string uuid;
  std::optional<std::string> content_hash;  ///< SHA-256, 32 bytes; none: only the metadata exists
  std::optional<base::Instant> archived;
  base::Instant created;
};

/// The attachments of each violation, ordered by id.
[[nodiscard]] std::vector<std::vector<Attachment>> find_attachments(
    database::Connection& connection, ClientId client, std::span<const ViolationId> violations);

[[nodiscard]] bool has_attachment(database::Connection& connection, ClientId client,
                                  std::int64_t id);

/// Stores the metadata of an attachment. Its id must be free.
void insert_attachment(database::Connection& connection, ClientId client,
                       const Attachment& attachment);

/// Stores `content` unless it is stored already. Returns its hash.
std::string keep_content(database::Connection& connection, ClientId client,
                         std::string_view content);
[[nodiscard]] std::optional<std::string> find_content(database::Connection& connection,
                                                      ClientId client, std::string_view hash);

}  // namespace lotkeeper::store
