// The curl transport over TLS, against a server with a certificate made here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "model/upstream/transport.h"
#include "model/upstream/transport_test_server.h"

namespace genkai::model {
namespace {

namespace asio = base::asio;
using base::Code;
using testing::HasSubstr;

/// Speaks HTTP/1.1 over TLS on 127.0.0.1 with a self-signed certificate, one connection after the other.
class TlsServer {
 public:
  TlsServer() : acceptor_(context_, {asio::ip::address_v4::loopback(), 0}) {
    make_certificate();
    ssl_ = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate(ssl_, certificate_);
    SSL_CTX_use_PrivateKey(ssl_, key_);
    thread_ = std::thread([this] { serve(); });
  }
  ~TlsServer() {
    ending_ = true;
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);  // accept returns
    thread_.join();
    SSL_CTX_free(ssl_);
    X509_free(certificate_);
    EVP_PKEY_free(key_);
  }
  TlsServer(const TlsServer&) = delete;

  std::string url() const { return "https://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()); }
  int handshakes() const { return handshakes_; }
  std::string certificate() const {
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(bio, certificate_);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    std::string pem(data, static_cast<std::size_t>(size));
    BIO_free(bio);
    return pem;
  }

 private:
  void make_certificate() {
    key_ = EVP_EC_gen("P-256");
    certificate_ = X509_new();
    X509_set_version(certificate_, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate_), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate_), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate_), 3600);
    X509_set_pubkey(certificate_, key_);
    X509_NAME* name = X509_get_subject_name(certificate_);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1,
                               -1, 0);
    X509_set_issuer_name(certificate_, name);
    X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
    X509_add_ext(certificate_, names, -1);
    X509_EXTENSION_free(names);
    X509_sign(certificate_, key_, EVP_sha256());
  }

  void serve() {
    while (!ending_) {
      const int fd = ::accept(acceptor_.native_handle(), nullptr, nullptr);
      if (fd < 0) continue;
      SSL* connection = SSL_new(ssl_);
      SSL_set_fd(connection, fd);
      if (SSL_accept(connection) == 1) {
        ++handshakes_;
        char block[4096];
        while (SSL_read(connection, block, sizeof block) > 0) {
          const std::string answer = whole("secret");
          SSL_write(connection, answer.data(), static_cast<int>(answer.size()));
        }
      }
      ERR_clear_error();
      SSL_free(connection);
      ::close(fd);
    }
  }

  asio::io_context context_;
  asio::ip::tcp::acceptor acceptor_;
  EVP_PKEY* key_ = nullptr;
  X509* certificate_ = nullptr;
  SSL_CTX* ssl_ = nullptr;
  std::atomic<bool> ending_{false};
  std::atomic<int> handshakes_{0};
  std::thread thread_;
};

class TransportTls : public testing::Test {
 protected:
  /// In an io_context of its own, so that the server is free for the next one.
  static base::Result<Answer> fetch_fresh(const TransportOptions& options, const std::string& url,
                                          int times = 1) {
    const auto transport = curl_transport(options);
    asio::io_context context(1);
    base::Result<Answer> last;
    for (int i = 0; i < times; ++i) {
      asio::co_spawn(context, fetch_task(*transport, get(url)),
                     [&](std::exception_ptr, base::Result<Answer> answer) { last = std::move(answer); });
      context.restart();
      context.run();
    }
    return last;
  }
  TlsServer server_;
};

TEST_F(TransportTls, ACertificateThatNobodyKnowsIsRefused) {
  const auto answer = fetch_fresh({}, server_.url());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::unavailable);
  EXPECT_THAT(answer.error().message, HasSubstr("could not prove who it is: "));
  EXPECT_THAT(answer.error().message, HasSubstr("self-signed certificate"));
  EXPECT_THAT(answer.error().hint, HasSubstr("ca_file"));
}

TEST_F(TransportTls, TheNamedAuthorityIsTrusted) {
  const auto path =
      std::filesystem::path(testing::TempDir()) / ("genkai_tls_" + std::to_string(::getpid()) + ".pem");
  std::ofstream(path) << server_.certificate();
  TransportOptions options;
  options.ca_file = path.string();
  const auto answer = fetch_fresh(options, server_.url(), 3);
  std::filesystem::remove(path);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "secret");
  EXPECT_EQ(server_.handshakes(), 1);
  options.ca_file = "/nonexistent.pem";
  EXPECT_EQ(fetch_fresh(options, server_.url()).error().code, Code::unavailable);
}

TEST_F(TransportTls, UncheckedWhenAskedFor) {
  TransportOptions options;
  options.verify_tls = false;
  const auto answer = fetch_fresh(options, server_.url());
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "secret");
}

TEST_F(TransportTls, HttpsToAServerOfHttp) {
  TestServer plain([](TestConnection& client) -> base::Task<void> {
    co_await client.write(whole("", "400 Bad Request"));
    co_await client.wait_for_close();
  });
  const auto answer = fetch_fresh({}, "https://" + plain.where());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::unavailable);
  EXPECT_THAT(answer.error().message, HasSubstr("no TLS connection to " + plain.where()));
}

}  // namespace
}  // namespace genkai::model
