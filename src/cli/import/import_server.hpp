#pragma once

#include <optional>
#include <string>

#include "cli/channel/message_socket.hpp"
#include "service/app.hpp"

/// The half of `lotkeeper import` that runs beside the database. All messages are JSON:
///
/// | from the file's half | answer |
/// |---|---|
/// | the columns' names: `["plate","zone"]` | `{"warnings":["…"]}`, or `{"refused":"…"}`: the end |
/// | rows, each its cells in that order: `[["AB 123",""],…]` |
/// `{"imported":1,"present":0,"rejected":[[0,9006,"…"]],"warnings":{"…":1}}` with the rows' places,
/// or `{"failed":"…"}`: the end |
///
/// Every message has one answer, in order, sent when what it stored is durable.
namespace lotkeeper::cli {

struct ImportOrder {
  std::string kind;
  std::string client;
  std::optional<std::string> integration;
};

/// Answers until the other half has said all or is gone; throws where it went away in the middle.
void import_in_server(service::App& app, const ImportOrder& order, MessageSocket& socket);

}  // namespace lotkeeper::cli
