#pragma once

#include <string>

#include <boost/asio/ip/address.hpp>

namespace lotkeeper::http {

/// An address as callers are told apart by: an IPv4 address as such also where the listener is
/// IPv6's, and where an operator wrote it so.
inline std::string text_of(const boost::asio::ip::address& address) {
  namespace ip = boost::asio::ip;
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address.to_string();
  return ip::make_address_v4(ip::v4_mapped, address.to_v6()).to_string();
}

}  // namespace lotkeeper::http
