#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

/// What a request can be refused for. The catalogue in fault.cpp is the only place where a code
/// meets its message and its HTTP status.
namespace lotkeeper::domain {

/// The document's error codes (chapter "API Error Codes"), and from 9100 on our extensions.
enum class ErrorCode : std::uint16_t {
  client_code_missing = 9000,
  token_missing = 9001,
  not_permitted = 9002,
  unparsable = 9003,
  end_time_missing = 9004,
  end_time_invalid = 9005,
  plate_missing = 9006,
  start_time_invalid = 9007,
  reference_missing = 9008,
  record_not_found = 9009,
  plate_type_missing = 9010,
  province_missing = 9011,
  vehicle_exists = 9012,
  unique_id_missing = 9013,
  login_source_missing = 9014,
  login_source_invalid = 9015,
  email_missing = 9016,
  first_name_missing = 9017,
  last_name_missing = 9018,
  email_taken = 9019,
  user_name_taken = 9020,
  vehicle_plate_too_long = 9021,
  record_exists = 9022,
  field_too_long = 9030,
  field_missing = 9031,
  field_too_short = 9032,
  field_invalid = 9033,
  no_such_endpoint = 9100,
  method_not_allowed = 9101,
  too_many_requests = 9102,
  busy = 9103,
  internal_error = 9104,
  outcome_unknown = 9105,
};

struct ErrorEntry {
  ErrorCode code;
  int http_status;
  std::string_view message;  ///< the document's text, letter for letter
};

/// The whole catalogue, in the order of the codes.
[[nodiscard]] std::span<const ErrorEntry> error_catalogue();

[[nodiscard]] const ErrorEntry& error_entry(ErrorCode code);
/// For a number that was stored, perhaps by another version; nullopt: this one does not know it.
[[nodiscard]] std::optional<ErrorEntry> find_error_entry(int code);

/// One thing wrong with a request.
struct Fault {
  ErrorCode code;
  /// The first of the attribute's possible names; empty where no attribute is to blame.
  std::string field;
  /// One plain sentence: what was wrong and what would be right. Never repeats a token.
  std::string detail;
};

/// Why nothing was done: at least one fault, the first being the one a caller sees first.
struct Refusal {
  std::vector<Fault> faults;
  /// Where the record already exists (9022): the reference of the one that stands.
  std::string standing_reference;
  /// Where trying again later may succeed (9102, 9103): after how many seconds; 0 says nothing.
  int retry_after_seconds = 0;
};

[[nodiscard]] Refusal refuse(ErrorCode code, std::string field, std::string detail);

/// What a correct caller can cause is a Result; breakage (a lost database, a full disk) is an
/// exception.
template <class T>
using Result = tl::expected<T, Refusal>;

[[nodiscard]] inline tl::unexpected<Refusal> refused(ErrorCode code, std::string field,
                                                     std::string detail) {
  return tl::unexpected<Refusal>(refuse(code, std::move(field), std::move(detail)));
}

}  // namespace lotkeeper::domain
