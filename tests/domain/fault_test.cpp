#include "domain/fault.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string_view>

namespace lotkeeper::domain {
namespace {

int number(ErrorCode code) { return static_cast<int>(code); }

TEST(ErrorCatalogue, says_what_the_api_document_says_letter_for_letter) {
  const std::map<int, std::string_view> document{
      {9000, "Client Code is missing from the request."},
      {9001, "API Token is missing from the request."},
      {9002, "The supplied API token does not have permission to perform that request."},
      {9003, "Could not parse the request."},
      {9004, "End Time is a required field."},
      {9005, "The end time value is invalid."},
      {9006, "Plate is a required field."},
      {9007, "The start time value is invalid."},
      {9008,
       "Reference ID is required. On a new permit push, a reference id is returned. This is "
       "required for updates and deletes."},
      {9009, "Record not found."},
      {9010, "The Plate Type is required."},
      {9011, "The province or state is required."},
      {9012, "The vehicle is already in the database."},
      {9013, "A unique id is required."},
      {9014, "The login source is required."},
      {9015, "The login source is invalid."},
      {9016, "The user e-mail is required."},
      {9017, "The user's first name is required."},
      {9018, "The user's last name is required."},
      {9019, "The user's email address must be unique."},
      {9020, "The user's username must be unique."},
      {9021, "The vehicle's plate length exceeds 50 characters."},
      {9022, "A record already exists with the supplied details."},
      {9030, "The field's maximum number of characters was exceeded."},
      {9031, "The field is required."},
      {9032, "The field has a minimum number of characters."},
      {9033, "The field's value is invalid."},
  };
  std::map<int, std::string_view> catalogue;
  for (const ErrorEntry& entry : error_catalogue()) {
    if (number(entry.code) < 9100) catalogue.emplace(number(entry.code), entry.message);
  }
  EXPECT_EQ(catalogue, document);
}

TEST(ErrorCatalogue, has_messages_for_our_extensions) {
  const std::map<int, std::string_view> extensions{
      {9100, "No such endpoint."},
      {9101, "Method not allowed."},
      {9102, "Too many requests."},
      {9103, "Busy or stopping; nothing was stored."},
      {9104, "Internal error; nothing was stored."},
      {9105, "The outcome is unknown; the same request may be sent again."},
  };
  std::map<int, std::string_view> catalogue;
  for (const ErrorEntry& entry : error_catalogue()) {
    if (number(entry.code) >= 9100) catalogue.emplace(number(entry.code), entry.message);
  }
  EXPECT_EQ(catalogue, extensions);
}

TEST(ErrorCatalogue, a_code_without_a_status_of_its_own_is_422) {
  const std::map<int, int> own{{9000, 400}, {9001, 401}, {9002, 403}, {9003, 400}, {9009, 404},
                               {9012, 409}, {9019, 409}, {9020, 409}, {9022, 409}, {9100, 404},
                               {9101, 405}, {9102, 429}, {9103, 503}, {9104, 500}, {9105, 503}};
  for (const ErrorEntry& entry : error_catalogue()) {
    const auto found = own.find(number(entry.code));
    EXPECT_EQ(entry.http_status, found == own.end() ? 422 : found->second) << number(entry.code);
  }
}

TEST(ErrorCatalogue, each_code_stands_once_in_order_and_is_found) {
  int last = 0;
  for (const ErrorEntry& entry : error_catalogue()) {
    EXPECT_GT(number(entry.code), last);
    last = number(entry.code);
    EXPECT_EQ(&error_entry(entry.code), &entry);
  }
  EXPECT_EQ(error_catalogue().size(), 33U);
}

TEST(Refusal, of_one_fault_bears_its_code_field_and_detail) {
  const Refusal refusal = refuse(ErrorCode::plate_missing, "plate", "Send a plate.");
  ASSERT_EQ(refusal.faults.size(), 1U);
  EXPECT_EQ(refusal.faults[0].code, ErrorCode::plate_missing);
  EXPECT_EQ(refusal.faults[0].field, "plate");
  EXPECT_EQ(refusal.faults[0].detail, "Send a plate.");
  EXPECT_EQ(refusal.standing_reference, "");
  EXPECT_EQ(refusal.retry_after_seconds, 0);

  const Result<int> result = refused(ErrorCode::busy, "", "Try again.");
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().faults.at(0).code, ErrorCode::busy);
}

}  // namespace
}  // namespace lotkeeper::domain
