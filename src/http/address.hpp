#pragma once

#include <string>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v6.hpp>

namespace lotkeeper::http {

/// An address as callers are told apart by: an IPv4 address as such also where the listener is
/// IPv6's, and where an operator wrote it so.
inline std::string text_of(const boost::asio::ip::address& address) {
  namespace ip = boost::asio::ip;
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address.to_string();
  return ip::make_address_v4(ip::v4_mapped, address.to_v6()).to_string();
}

/// What wrong sign-ins from an address are counted by: an IPv4 address itself, of an IPv6 address
/// the network (/64), of which one caller has all addresses. What is no address counts as it is
/// written, up to a length.
inline std::string counted_address(const std::string& text) {
  namespace ip = boost::asio::ip;
  boost::system::error_code error;
  const ip::address address = ip::make_address(text, error);
  if (error) return text.substr(0, 64);
  const std::string plain = text_of(address);
  if (!address.is_v6() || plain.find(':') == std::string::npos) return plain;
  return ip::make_network_v6(ip::make_address_v6(address.to_v6().to_bytes()), 64)
      .canonical()
      .to_string();
}

}  // namespace lotkeeper::http
