#include "store/violations/attachment.hpp"

#include "base/secret.hpp"

namespace lotkeeper::store {

using database::Bytes;
using database::Connection;
using database::Parameters;
using database::Row;
using database::Statement;

namespace {

Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

constexpr Statement k_find{
    "attachment.find",
    "SELECT attachment_id, related_type, related_id, storage_location, name, extension, mime, "
    "note, attachment_uuid, content_hash, archived_at, created_at FROM attachment "
    "WHERE client_id = $1 AND related_type = $2 AND related_id = $3 ORDER BY attachment_id"};

std::vector<std::vector<Attachment>> find_attachments(Connection& connection, ClientId client,
                                                      std::span<const ViolationId> violations) {
  std::vector<std::vector<Attachment>> found(violations.size());
  std::vector<Parameters> wanted;
  wanted.reserve(violations.size());
  for (const ViolationId violation : violations) {
    wanted.push_back({client, k_of_violations, violation});
  }
  connection.run_many(k_find, wanted, [&](std::size_t index, const Row& row) {
    Attachment& attachment = found[index].emplace_back();
    attachment.id = row.integer(0);
    attachment.related_type = row.text(1);
    attachment.related_id = row.integer(2);
    attachment.storage_location = row.text(3);
    attachment.name = row.text(4);
    attachment.extension = row.text(5);
    attachment.mime = row.text(6);
    if (!row.is_null(7)) attachment.note = row.text(7);
    attachment.uuid = row.text(8);
    if (!row.is_null(9)) attachment.content_hash = text_of(row.bytes(9));
    attachment.archived = row.maybe_instant(10);
    attachment.created = row.instant(11);
  });
  return found;
}

constexpr Statement k_has{"attachment.has",
                          "SELECT 1 FROM attachment WHERE client_id = $1 AND attachment_id = $2"};

bool has_attachment(Connection& connection, ClientId client, std::int64_t id) {
  bool found = false;
  connection.run(k_has, {client, id}, [&](const Row&) { found = true; });
  return found;
}

constexpr Statement k_insert{
    "attachment.insert",
    "INSERT INTO attachment (client_id, attachment_id, related_type, related_id, storage_location, "
    "name, extension, mime, note, attachment_uuid, content_hash, archived_at, created_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"};

void insert_attachment(Connection& connection, ClientId client, const Attachment& attachment) {
  std::optional<Bytes> hash;
  if (attachment.content_hash) hash = bytes_of(*attachment.content_hash);
  connection.run(k_insert, {client, attachment.id, attachment.related_type, attachment.related_id,
                            attachment.storage_location, attachment.name, attachment.extension,
                            attachment.mime, attachment.note, attachment.uuid, hash,
                            attachment.archived, attachment.created});
}

constexpr Statement k_keep_content{
    "attachment_content.keep",
    "INSERT INTO attachment_content (client_id, hash, size, content) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT DO NOTHING"};

std::string keep_content(Connection& connection, ClientId client, std::string_view content) {
  const base::Digest hash = base::sha256(content);
  connection.run(k_keep_content, {client, Bytes(hash), static_cast<std::int64_t>(content.size()),
                                  bytes_of(content)});
  return text_of(hash);
}

constexpr Statement k_find_content{
    "attachment_content.find",
    "SELECT content FROM attachment_content WHERE client_id = $1 AND hash = $2"};

std::optional<std::string> find_content(Connection& connection, ClientId client,
                                        std::string_view hash) {
  std::optional<std::string> found;
  connection.run(k_find_content, {client, bytes_of(hash)},
                 [&](const Row& row) { found = text_of(row.bytes(0)); });
  return found;
}

}  // namespace lotkeeper::store
