#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "api/console/call.hpp"

/// How the console's replies are made.
namespace lotkeeper::api::console {

namespace json = boost::json;

[[nodiscard]] Reply ok(const json::object& body, int status = 200);
[[nodiscard]] Reply no_content();
/// `{"message": …}` of what a verb of the office said, or its refusal.
[[nodiscard]] Result<Reply> done(const Result<std::string>& outcome);

[[nodiscard]] json::value time_or_null(const std::optional<base::Instant>& time);
[[nodiscard]] json::value number_or_null(const std::optional<std::int64_t>& number);
[[nodiscard]] json::value text_or_null(const std::optional<std::string>& text);
/// null for an empty text
[[nodiscard]] json::value filled_or_null(const std::string& text);

/// A refusal as the console's error object. `status` 0: the catalogue's.
[[nodiscard]] Reply error_reply(const domain::Refusal& refusal, std::string_view request_id,
                                int status = 0);
/// One that is no refusal of a verb: "signIn", "role", …
[[nodiscard]] Reply plain_error(int status, std::string_view error, std::string_view detail,
                                std::string_view request_id);

/// The message of an error code that was stored, perhaps by another version.
[[nodiscard]] std::string_view message_of(int code);

/// As the lists of sessions show one.
[[nodiscard]] json::object session_json(const store::Session& session, store::SessionId present);

[[nodiscard]] domain::Refusal not_found(std::string_view what);

/// A table that is made while it is sent. `next` fills `rows` with some more and says whether there
/// may be others; it runs on a reading connection that is given back between two calls.
using NextRows = std::function<bool(database::Connection& connection, std::string& rows)>;
[[nodiscard]] Reply csv_reply(Context& context, const Call& call, std::string_view file_name,
                              std::span<const std::string_view> columns, NextRows next);
/// A row of CSV whose texts stand between quotes and are no formulas (`base::without_formulas`).
void append_row(std::string& text, std::span<const std::string> cells);

/// "14.50"
[[nodiscard]] std::string money(std::int64_t cents);

}  // namespace lotkeeper::api::console
