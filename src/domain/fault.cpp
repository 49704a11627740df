#include "domain/fault.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace lotkeeper::domain {
namespace {

constexpr std::array k_catalogue = std::to_array<ErrorEntry>({
    {ErrorCode::client_code_missing, 400, "Client Code is missing from the request."},
    {ErrorCode::token_missing, 401, "API Token is missing from the request."},
    {ErrorCode::not_permitted, 403,
     "The supplied API token does not have permission to perform that request."},
    {ErrorCode::unparsable, 400, "Could not parse the request."},
    {ErrorCode::end_time_missing, 422, "End Time is a required field."},
    {ErrorCode::end_time_invalid, 422, "The end time value is invalid."},
    {ErrorCode::plate_missing, 422, "Plate is a required field."},
    {ErrorCode::start_time_invalid, 422, "The start time value is invalid."},
    {ErrorCode::reference_missing, 422,
     "Reference ID is required. On a new permit push, a reference id is returned. This is required "
     "for updates and deletes."},
    {ErrorCode::record_not_found, 404, "Record not found."},
    {ErrorCode::plate_type_missing, 422, "The Plate Type is required."},
    {ErrorCode::province_missing, 422, "The province or state is required."},
    {ErrorCode::vehicle_exists, 409, "The vehicle is already in the database."},
    {ErrorCode::unique_id_missing, 422, "A unique id is required."},
    {ErrorCode::login_source_missing, 422, "The login source is required."},
    {ErrorCode::login_source_invalid, 422, "The login source is invalid."},
    {ErrorCode::email_missing, 422, "The user e-mail is required."},
    {ErrorCode::first_name_missing, 422, "The user's first name is required."},
    {ErrorCode::last_name_missing, 422, "The user's last name is required."},
    {ErrorCode::email_taken, 409, "The user's email address must be unique."},
    {ErrorCode::user_name_taken, 409, "The user's username must be unique."},
    {ErrorCode::vehicle_plate_too_long, 422, "The vehicle's plate length exceeds 50 characters."},
    {ErrorCode::record_exists, 409, "A record already exists with the supplied details."},
    {ErrorCode::field_too_long, 422, "The field's maximum number of characters was exceeded."},
    {ErrorCode::field_missing, 422, "The field is required."},
    {ErrorCode::field_too_short, 422, "The field has a minimum number of characters."},
    {ErrorCode::field_invalid, 422, "The field's value is invalid."},
    {ErrorCode::no_such_endpoint, 404, "No such endpoint."},
    {ErrorCode::method_not_allowed, 405, "Method not allowed."},
    {ErrorCode::too_many_requests, 429, "Too many requests."},
    {ErrorCode::busy, 503, "Busy or stopping; nothing was stored."},
    {ErrorCode::internal_error, 500, "Internal error; nothing was stored."},
    {ErrorCode::outcome_unknown, 503,
     "The outcome is unknown; the same request may be sent again."},
});

static_assert(std::is_sorted(k_catalogue.begin(), k_catalogue.end(),
                             [](const ErrorEntry& left, const ErrorEntry& right) {
                               return left.code < right.code;
                             }));

}  // namespace

std::span<const ErrorEntry> error_catalogue() { return k_catalogue; }

std::optional<ErrorEntry> find_error_entry(int code) {
  const auto* const found = std::lower_bound(
      k_catalogue.begin(), k_catalogue.end(), code,
      [](const ErrorEntry& entry, int wanted) { return static_cast<int>(entry.code) < wanted; });
  if (found == k_catalogue.end() || static_cast<int>(found->code) != code) return std::nullopt;
  return *found;
}

const ErrorEntry& error_entry(ErrorCode code) {
  const auto* const found = std::ranges::find(k_catalogue, code, &ErrorEntry::code);
  if (found == k_catalogue.end()) {
    throw std::logic_error("An error code is not in the catalogue.");
  }
  return *found;
}

Refusal refuse(ErrorCode code, std::string field, std::string detail) {
  Refusal refusal;
  refusal.faults.push_back({code, std::move(field), std::move(detail)});
  return refusal;
}

}  // namespace lotkeeper::domain
