#include "store/profiles/profile.hpp"

#include "base/text/text.hpp"

namespace lotkeeper::store {

using database::Connection;
using database::Parameters;
using database::Row;
using database::Statement;

namespace {

std::vector<std::optional<ProfileId>> find_ids_by(const Statement& statement,
                                                  Connection& connection, ClientId client,
                                                  std::span<const std::string_view> texts) {
  std::vector<std::optional<ProfileId>> found(texts.size());
  std::vector<Parameters> wanted;
  wanted.reserve(texts.size());
  for (const std::string_view text : texts) wanted.push_back({client, text});
  connection.run_many(statement, wanted,
                      [&](std::size_t index, const Row& row) { found[index] = row.integer(0); });
  return found;
}

std::optional<std::string> maybe_text(const Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return std::string(row.text(column));
}

}  // namespace

std::string fold_login(std::string_view text) { return base::fold_case(text); }

constexpr Statement k_find_by_key{
    "profile.by_key",
    "SELECT profile_id FROM profile "
    "WHERE client_id = $1 AND unique_id = $2 AND login_source_id = $3"};

std::vector<std::optional<ProfileId>> find_profile_ids(Connection& connection, ClientId client,
                                                       std::span<const ProfileKey> keys) {
  std::vector<std::optional<ProfileId>> found(keys.size());
  std::vector<Parameters> wanted;
  wanted.reserve(keys.size());
  for (const ProfileKey& key : keys) wanted.push_back({client, key.unique_id, key.login_source});
  connection.run_many(k_find_by_key, wanted,
                      [&](std::size_t index, const Row& row) { found[index] = row.integer(0); });
  return found;
}

constexpr Statement k_find_by_email{
    "profile.by_email", "SELECT profile_id FROM profile WHERE client_id = $1 AND email_norm = $2"};

std::vector<std::optional<ProfileId>> find_profile_ids_by_email(
    Connection& connection, ClientId client, std::span<const std::string_view> emails) {
  return find_ids_by(k_find_by_email, connection, client, emails);
}

constexpr Statement k_find_by_user_name{
    "profile.by_user_name",
    "SELECT profile_id FROM profile WHERE client_id = $1 AND user_name_norm = $2"};

std::vector<std::optional<ProfileId>> find_profile_ids_by_user_name(
    Connection& connection, ClientId client, std::span<const std::string_view> user_names) {
  return find_ids_by(k_find_by_user_name, connection, client, user_names);
}

namespace {

Profile to_profile(ClientId client, ProfileId id, const Row& row) {
  Profile profile;
  profile.client = client;
  profile.id = id;
  profile.unique_id = maybe_text(row, 0);
  profile.login_source = row.integer(1);
  profile.first_name = maybe_text(row, 2);
  profile.last_name = maybe_text(row, 3);
  profile.user_name = maybe_text(row, 4);
  profile.user_name_norm = maybe_text(row, 5);
  profile.email = maybe_text(row, 6);
  profile.email_norm = maybe_text(row, 7);
  profile.street = maybe_text(row, 8);
  profile.city = maybe_text(row, 9);
  profile.province = row.maybe_integer(10);
  profile.postal_code = maybe_text(row, 11);
  profile.street2 = maybe_text(row, 12);
  profile.city2 = maybe_text(row, 13);
  profile.province2 = row.maybe_integer(14);
  profile.postal_code2 = maybe_text(row, 15);
  profile.phone_cell = maybe_text(row, 16);
  profile.user_type = row.maybe_integer(17);
  profile.locker_user_type = row.maybe_integer(18);
  profile.employ_no = maybe_text(row, 19);
  profile.employee_phone = maybe_text(row, 20);
  profile.student_no = maybe_text(row, 21);
  profile.student_phone = maybe_text(row, 22);
  profile.licence_no = maybe_text(row, 23);
  profile.licence_province = row.maybe_integer(24);
  profile.date_of_birth = maybe_text(row, 25);
  profile.uuid = row.text(26);
  profile.version = row.integer(27);
  profile.other = maybe_text(row, 28);
  profile.created = row.instant(29);
  profile.updated = row.maybe_instant(30);
  profile.modified = row.maybe_instant(31);
  return profile;
}

}  // namespace

constexpr Statement k_find{
    "profile.find",
    "SELECT unique_id, login_source_id, first_name, last_name, user_name, user_name_norm, email, "
    "email_norm, street, city, province_id, postal_code, street2, city2, province2_id, "
    "postal_code2, phone_cell, user_type_id, locker_user_type_id, employ_no, employee_phone, "
    "student_no, student_phone, licence_no, licence_province_id, date_of_birth, profile_uuid, "
    "version, other, created_at, updated_at, modified_at "
    "FROM profile WHERE client_id = $1 AND profile_id = $2"};

std::vector<std::optional<Profile>> find_profiles(Connection& connection, ClientId client,
                                                  std::span<const ProfileId> ids) {
  std::vector<std::optional<Profile>> found(ids.size());
  std::vector<Parameters> wanted;
  wanted.reserve(ids.size());
  for (const ProfileId id : ids) wanted.push_back({client, id});
  connection.run_many(k_find, wanted, [&](std::size_t index, const Row& row) {
    found[index] = to_profile(client, ids[index], row);
  });
  return found;
}

constexpr Statement k_save{
    "profile.save",
    "INSERT INTO profile (client_id, profile_id, unique_id, login_source_id, first_name, "
    "last_name, user_name, user_name_norm, email, email_norm, street, city, province_id, "
    "postal_code, street2, city2, province2_id, postal_code2, phone_cell, user_type_id, "
    "locker_user_type_id, employ_no, employee_phone, student_no, student_phone, licence_no, "
    "licence_province_id, date_of_birth, profile_uuid, version, other, created_at, updated_at, "
    "modified_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, "
    "$17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34) "
    "ON CONFLICT (client_id, profile_id) DO UPDATE SET unique_id = excluded.unique_id, "
    "login_source_id = excluded.login_source_id, first_name = excluded.first_name, "
    "last_name = excluded.last_name, user_name = excluded.user_name, "
    "user_name_norm = excluded.user_name_norm, email = excluded.email, "
    "email_norm = excluded.email_norm, street = excluded.street, city = excluded.city, "
    "province_id = excluded.province_id, postal_code = excluded.postal_code, "
    "street2 = excluded.street2, city2 = excluded.city2, province2_id = excluded.province2_id, "
    "postal_code2 = excluded.postal_code2, phone_cell = excluded.phone_cell, "
    "user_type_id = excluded.user_type_id, locker_user_type_id = excluded.locker_user_type_id, "
    "employ_no = excluded.employ_no, employee_phone = excluded.employee_phone, "
    "student_no = excluded.student_no, student_phone = excluded.student_phone, "
    "licence_no = excluded.licence_no, licence_province_id = excluded.licence_province_id, "
    "date_of_birth = excluded.date_of_birth, version = excluded.version, other = excluded.other, "
    "updated_at = excluded.updated_at, modified_at = excluded.modified_at "
    "WHERE profile.version = excluded.version - 1"};

std::vector<bool> save_profiles(Connection& connection, std::span<const Profile> profiles) {
  std::vector<Parameters> rows;
  rows.reserve(profiles.size());
  for (const Profile& profile : profiles) {
    rows.push_back({profile.client,
                    profile.id,
                    profile.unique_id,
                    profile.login_source,
                    profile.first_name,
                    profile.last_name,
                    profile.user_name,
                    profile.user_name_norm,
                    profile.email,
                    profile.email_norm,
                    profile.street,
                    profile.city,
                    profile.province,
                    profile.postal_code,
                    profile.street2,
                    profile.city2,
                    profile.province2,
                    profile.postal_code2,
                    profile.phone_cell,
                    profile.user_type,
                    profile.locker_user_type,
                    profile.employ_no,
                    profile.employee_phone,
                    profile.student_no,
                    profile.student_phone,
                    profile.licence_no,
                    profile.licence_province,
                    profile.date_of_birth,
                    profile.uuid,
                    profile.version,
                    profile.other,
                    profile.created,
                    profile.updated,
                    profile.modified});
  }
  std::vector<bool> written;
  written.reserve(rows.size());
  for (const std::int64_t count : connection.run_many(k_save, rows)) written.push_back(count > 0);
  return written;
}

}  // namespace lotkeeper::store
