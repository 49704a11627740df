// The same server over TLS.

#include <gtest/gtest.h>
#include <malloc.h>
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
#include <vector>

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
  /// Says hello over `client` and does not look at what comes back.
  static void begin(Client& client) {
    const TlsContext context(SSL_CTX_new(TLS_client_method()));
    const Tls tls(SSL_new(context.get()));
    BIO* const out = BIO_new(BIO_s_mem());
    SSL_set_bio(tls.get(), BIO_new(BIO_s_mem()), out);
    SSL_connect(tls.get());
    char* bytes = nullptr;
    const auto size = static_cast<std::size_t>(BIO_get_mem_data(out, &bytes));
    ASSERT_TRUE(client.send({bytes, size}));
  }

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

  /// The certificate's bytes that the server showed.
  [[nodiscard]] std::string certificate() const {
    const Certificate shown(SSL_get1_peer_certificate(m_tls.get()));
    unsigned char* bytes = nullptr;
    const int size = i2d_X509(shown.get(), &bytes);
    const std::string all(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    OPENSSL_free(bytes);
    return all;
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
    options.handshake_timeout = 500ms;
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
    const std::string reply = client.read_until("POST /p abc");
    EXPECT_TRUE(reply.starts_with("HTTP/1.1 200 OK\r\n"));
    EXPECT_NE(reply.find("\r\nStrict-Transport-Security: max-age=31536000\r\n"), std::string::npos);
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
  Client half(server.port());
  TlsClient::begin(half);
  Client neither(server.port());
  ASSERT_TRUE(neither.send(std::string_view("\0\1\2", 3)));
  EXPECT_TRUE(neither.read_to_end().has_value());
  EXPECT_EQ(silent.read_to_end(), "");
  EXPECT_TRUE(half.read_to_end().has_value());
  TlsClient old(server.port(), TLS1_1_VERSION);
  EXPECT_FALSE(old.is_connected());
}

TEST_F(TransportTls, who_comes_without_it_is_told_so) {
  ScriptedHandler handler;
  Server server(options(), handler);
  server.start();
  Client plain(server.port());
  ASSERT_TRUE(plain.send(post("/p", std::string(60'000, 'b'))));
  const Answer answer = plain.read();
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body, "plain_on_tls ");
  EXPECT_EQ(answer.field("Connection"), "close");
  EXPECT_EQ(plain.read_to_end(), "");
}

TEST_F(TransportTls, half_open_handshakes_are_bounded_and_keep_nobody_out) {
  ServerOptions with = options();
  with.handshake_timeout = 20s;
  ScriptedHandler handler;
  Server server(with, handler);
  server.start();
  const std::size_t before = mallinfo2().uordblks;
  std::vector<std::unique_ptr<Client>> half;
  for (int i = 0; i < 1500; ++i) {
    half.push_back(std::make_unique<Client>(server.port()));
    TlsClient::begin(*half.back());
  }
  ASSERT_TRUE(comes_true([&] { return server.open_connections() <= with.handshake_limit; }));
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LT(mallinfo2().uordblks - before, 40U * 1024 * 1024);
#else
  static_cast<void>(before);
#endif
  TlsClient client(server.port());
  ASSERT_TRUE(client.is_connected());
  ASSERT_TRUE(client.send(k_get));
  EXPECT_TRUE(client.read_until("GET /p ").starts_with("HTTP/1.1 200 "));
}

TEST_F(TransportTls, a_handshake_that_takes_its_time_is_not_ended_by_those_who_come_after) {
  ServerOptions with = options();
  with.handshake_timeout = 20s;
  with.handshake_limit = 4;
  with.io_threads = 1;
  ScriptedHandler handler;
  Server server(with, handler);
  server.start();
  std::vector<std::unique_ptr<Client>> slow;
  for (int i = 0; i < 4; ++i) {
    slow.push_back(std::make_unique<Client>(server.port()));
    TlsClient::begin(*slow.back());
  }
  // What came back says that the handshake is under way.
  const auto under_way = [](Client& client) { return !client.stays_silent(2s); };
  for (const auto& client : slow) ASSERT_TRUE(under_way(*client));
  Client next(server.port());
  TlsClient::begin(next);
  EXPECT_TRUE(next.stays_silent(300ms)) << "it waits";
  EXPECT_EQ(server.open_connections(), 5U);
  EXPECT_FALSE(next.stays_silent(3s)) << "one that is a second old makes room";
  EXPECT_TRUE(comes_true([&] { return server.open_connections() == 4; }));
  server.stop();
}

TEST_F(TransportTls, those_who_wait_for_a_handshake_do_not_hold_up_the_stop) {
  ServerOptions with = options();
  with.handshake_timeout = 20s;
  with.handshake_limit = 2;
  with.io_threads = 1;
  ScriptedHandler handler;
  Server server(with, handler);
  server.start();
  std::vector<std::unique_ptr<Client>> half;
  for (int i = 0; i < 5; ++i) {
    half.push_back(std::make_unique<Client>(server.port()));
    TlsClient::begin(*half.back());
  }
  std::this_thread::sleep_for(100ms);
  const auto begin = std::chrono::steady_clock::now();
  server.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
}

TEST_F(TransportTls, a_new_certificate_is_for_new_connections_and_a_bad_one_for_none) {
  ScriptedHandler handler;
  Server server(options(), handler);
  server.start();
  const auto answers = [](TlsClient& client) {
    return client.send(k_get) && client.read_until("GET /p ").starts_with("HTTP/1.1 200 ");
  };
  TlsClient old(server.port());
  ASSERT_TRUE(answers(old));
  const Identity other;
  using std::filesystem::copy_options;
  std::filesystem::copy_file(other.certificate_file(), m_identity.certificate_file(),
                             copy_options::overwrite_existing);
  EXPECT_THROW(server.reload_tls(), std::runtime_error) << "the key is still the old one's";
  {
    TlsClient meanwhile(server.port());
    ASSERT_TRUE(answers(meanwhile));
    EXPECT_EQ(meanwhile.certificate(), old.certificate());
  }
  std::filesystem::copy_file(other.key_file(), m_identity.key_file(),
                             copy_options::overwrite_existing);
  server.reload_tls();
  TlsClient fresh(server.port());
  ASSERT_TRUE(answers(fresh));
  EXPECT_NE(fresh.certificate(), old.certificate());
  EXPECT_TRUE(answers(old));
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
