#pragma once

#include <optional>
#include <string>

#include "cli/channel/message_socket.hpp"
#include "service/app.hpp"

/// The half of `lotkeeper import` that has the database. All messages are JSON:
///
/// | from the client side | answer |
/// |---|---|
/// | the column names: `["plate","zone"]` | `{"warnings":["…"]}`, or `{"refused":"…"}`, and ends |
/// | rows, each its cells in that order: `[["AB 123",""],…]` |
/// `{"imported":1,"present":0,"rejected":[[0,9006,"…"]],"warnings":{"…":1}}` with row indexes,
/// or `{"failed":"…"}`, and ends |
///
/// Every message gets one answer, in order, when its rows are durable.
namespace lotkeeper::cli {

struct ImportOrder {
  std::string kind;
  std::string client;
  std::optional<std::string> integration;
};

/// Answers until the client side is done or disconnects. Throws if it disconnects in the middle of
/// a message.
void import_in_server(service::App& app, const ImportOrder& order, MessageSocket& socket);

}  // namespace lotkeeper::cli
