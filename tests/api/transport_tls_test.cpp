// The same server over TLS.

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "transport_support.hpp"

namespace lotkeeper::http::transport_test {
namespace {

using namespace std::chrono_literals;

template <class T, void (*Free)(T*)>
struct Freer {
  void operator()(T* pointer) const { Free(pointer); }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY, EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509, X509_free>>;
using TlsContext = std::unique_ptr<SSL_CTX, Freer<SSL_CTX, SSL_CTX_free>>;
using Tls = std::unique_ptr<SSL, Freer<SSL, SSL_free>>;

/// A key and a certificate of its own making, in files as long as it lives.
class Identity {
 public:
  Identity() {
    std::string pattern = (std::filesystem::temp_directory_path() / "tls-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
    m_directory = pattern;
    const Key key(EVP_EC_gen("P-256"));
    const Certificate certificate(X509_new());
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    X509_NAME* const name = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    write(certificate_file(), [&](std::FILE* file) { PEM_write_X509(file, certificate.get()); });
    write(key_file(), [&](std::FILE* file) {
      PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
  }
  Identity(const Identity&) = delete;
  Identity& operator=(const Identity&) = delete;
  ~Identity() { std::filesystem::remove_all(m_directory); }

  [[nodiscard]] std::string certificate_file() const { return m_directory / "certificate.pem"; }
  [[nodiscard]] std::string key_file() const { return m_directory / "key.pem"; }

 private:
  template <class Writer>
  static void write(const std::string& path, Writer writer) {
    std::FILE* const file = std::fopen(path.c_str(), "w");
    if (file == nullptr) throw std::runtime_error("cannot write " + path);
    writer(file);
    std::fclose(file);
  }

  std::filesystem::path m_directory;
};

/// A client's end of TLS over a `Client`'s socket.
class TlsClient {
 public:
  explicit TlsClient(std::uint16_t port, int highest_version = 0) : m_under(port) {
    SSL_CTX_set_max_proto_version(m_context.get(), highest_version);
    m_tls.reset(SSL_new(m_context.get()));
    SSL_set_fd(m_tls.get(), m_under.descriptor());
    m_is_connected = SSL_connect(m_tls.get()) == 1;
  }

  [[nodiscard]] bool is_connected() const { return m_is_connected; }

  bool send(std::string_view bytes) {
    return SSL_write(m_tls.get(), bytes.data(), static_cast<int>(bytes.size())) ==
           static_cast<int>(bytes.size());
  }

  /// What comes until `mark` is in it, or until the server has ended it.
  std::string read_until(std::string_view mark) {
    std::string received;
    char bytes[16 * 1024];
    while (received.find(mark) == std::string::npos) {
      const int count = SSL_read(m_tls.get(), bytes, sizeof bytes);
      if (count <= 0) break;
      received.append(bytes, static_cast<std::size_t>(count));
    }
    return received;
  }

  /// Whether TLS was closed as it should be, rather than the connection under it.
  [[nodiscard]] bool was_ended() const {
    return (SSL_get_shutdown(m_tls.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
  }

 private:
  Client m_under;
  TlsContext m_context{SSL_CTX_new(TLS_client_method())};
  Tls m_tls;
  bool m_is_connected = false;
};

class TransportTls : public ::testing::Test {
 protected:
  ServerOptions options() {
    ServerOptions options;
    options.io_threads = 2;
    options.request_timeout = 500ms;
    options.tls_certificate_file = m_identity.certificate_file();
    options.tls_key_file = m_identity.key_file();
    return options;
  }

  Identity m_identity;
};

TEST_F(TransportTls, requests_and_replies_go_both_ways) {
  static const std::string page = std::string(3'000'000, 's') + "END";
  ScriptedHandler handler([](const Request& request) -> boost::asio::awaitable<Reply> {
    Reply reply = echo(request);
    if (request.path == "/static") reply.static_body = page;
    co_return reply;
  });
  Server server(options(), handler);
  EXPECT_TRUE(server.uses_tls());
  server.start();

  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient client(server.port(), version);
    ASSERT_TRUE(client.is_connected());
    ASSERT_TRUE(client.send(post("/p", "abc")));
    EXPECT_TRUE(client.read_until("POST /p abc").starts_with("HTTP/1.1 200 OK\r\n"));
    ASSERT_TRUE(client.send(post("/p", std::string(60'000, 'b') + "END")));
    EXPECT_GT(client.read_until("END").size(), 60'000U);
    ASSERT_TRUE(client.send("GET /static HTTP/1.1\r\nHost: a\r\n\r\n"));
    EXPECT_GT(client.read_until("END").size(), page.size());
    ASSERT_TRUE(client.send("GET /p HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    EXPECT_NE(client.read_until("never").find("Connection: close"), std::string::npos);
    EXPECT_TRUE(client.was_ended());
  }
}

TEST_F(TransportTls, what_is_no_request_is_refused) {
  ScriptedHandler handler;
  Server server(options(), handler);
  server.start();

  TlsClient malformed(server.port());
  ASSERT_TRUE(malformed.send("GET /p HTTP/1.1\n\n"));
  EXPECT_TRUE(malformed.read_until("malformed").starts_with("HTTP/1.1 400 "));

  TlsClient too_large(server.port());
  ASSERT_TRUE(too_large.send("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n"));
  std::string body;
  body.assign(10'000'000, 'b');
  ASSERT_TRUE(too_large.send(body));
  EXPECT_TRUE(too_large.read_until("body_too_large").starts_with("HTTP/1.1 413 "));

  TlsClient half(server.port());
  ASSERT_TRUE(half.send("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na"));
  EXPECT_TRUE(half.read_until("timed_out /p").starts_with("HTTP/1.1 408 "));
}

TEST_F(TransportTls, what_does_not_shake_hands_is_cut_off) {
  ScriptedHandler handler;
  Server server(options(), handler);
  server.start();
  Client silent(server.port());
  Client plain(server.port());
  ASSERT_TRUE(plain.send(k_get));
  EXPECT_TRUE(plain.read_to_end().has_value());
  EXPECT_EQ(silent.read_to_end(), "");
  TlsClient old(server.port(), TLS1_1_VERSION);
  EXPECT_FALSE(old.is_connected());
}

TEST_F(TransportTls, stops_as_without) {
  ScriptedHandler handler(after(200ms));
  Server server(options(), handler);
  server.start();
  TlsClient idle(server.port());
  Client before_handshake(server.port());
  TlsClient client(server.port());
  ASSERT_TRUE(client.send(k_get));
  std::this_thread::sleep_for(50ms);
  const auto begin = std::chrono::steady_clock::now();
  std::thread stopping([&] { server.stop(); });
  EXPECT_NE(client.read_until("GET /p ").find("Connection: close"), std::string::npos);
  EXPECT_EQ(idle.read_until("never"), "");
  stopping.join();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
}

TEST_F(TransportTls, files_that_cannot_be_used_are_named) {
  ScriptedHandler handler;
  ServerOptions with = options();
  with.tls_certificate_file = "/nowhere/certificate.pem";
  try {
    const Server server(with, handler);
    FAIL() << "it started without a certificate";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("/nowhere/certificate.pem"), std::string::npos);
  }
  const Identity other;
  with = options();
  with.tls_key_file = other.key_file();
  EXPECT_THROW(Server(with, handler), std::runtime_error);
  with = options();
  with.tls_key_file.clear();
  EXPECT_THROW(Server(with, handler), std::runtime_error);
}

}  // namespace
}  // namespace lotkeeper::http::transport_test
