#pragma once

#include <memory>
#include <string>

#include "http/message.hpp"
#include "http/transport/connection_count.hpp"
#include "http/transport/event_loop.hpp"
#include "http/transport/request_memory.hpp"
#include "http/transport/server.hpp"

namespace lotkeeper::http::transport {

/// What every connection of a server needs; outlives them all.
struct Service {
  const ServerOptions& options;
  Handler& handler;
  RequestMemory& request_memory;
  RequestMemory& upload_memory;
};

class TlsIdentity;

/// Throws std::runtime_error with a sentence that names the file which cannot be used.
[[nodiscard]] std::shared_ptr<TlsIdentity> load_tls_identity(const std::string& certificate_file,
                                                             const std::string& key_file);

// Each starts the coroutine of one connection on `loop`, to which `socket` belongs.

void serve_plain(EventLoop& loop, Socket socket, Service service, ConnectionCount::Ticket ticket);
void serve_tls(EventLoop& loop, Socket socket, Service service, ConnectionCount::Ticket ticket,
               std::shared_ptr<TlsIdentity> identity);
/// Refuses for this reason, whatever was asked, and closes.
void turn_away_plain(EventLoop& loop, Socket socket, Service service,
                     ConnectionCount::Ticket ticket, FramingFault why);

}  // namespace lotkeeper::http::transport
