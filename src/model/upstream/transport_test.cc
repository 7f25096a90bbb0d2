// The curl transport against servers that behave, and against every way in which a server can fail.
#include "model/upstream/transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cstdlib>
#include <string>

#include "model/upstream/transport_test_server.h"

namespace genkai::model {
namespace {

namespace asio = base::asio;
using base::Code;
using base::Error;
using base::Task;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

/// Answers one request with these bytes and closes.
TestServer::Handler says(std::string bytes) {
  return [bytes = std::move(bytes)](TestConnection& client) -> Task<void> {
    const std::string request = co_await client.read_request();
    if (!request.empty()) co_await client.write(bytes);
  };
}

class TransportTest : public testing::Test {
 protected:
  std::shared_ptr<Transport> transport_ = curl_transport();
};

TEST_F(TransportTest, SendsWhatItIsGivenAndNothingOfItsOwnThatMatters) {
  std::string seen;
  TestServer server([&](TestConnection& client) -> Task<void> {
    seen = co_await client.read_request();
    co_await client.write("HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\nX-Empty:\r\n\r\ndone");
  });
  HttpRequest request = post(server.url("/v1/chat?x=1"), "{\"a\":1}");
  request.headers = {{"Authorization", "Bearer k"}, {"X-Nothing", ""}};
  const auto answer = fetch(*transport_, std::move(request));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(find_header(answer->headers, "content-TYPE"), "text/plain");
  EXPECT_EQ(find_header(answer->headers, "x-empty"), "");
  EXPECT_EQ(answer->body, "done");
  EXPECT_FALSE(answer->cut);
  EXPECT_THAT(seen, testing::StartsWith("POST /v1/chat?x=1 HTTP/1.1\r\n"));
  EXPECT_THAT(seen, testing::EndsWith("\r\n\r\n{\"a\":1}"));
  EXPECT_THAT(seen, HasSubstr("\r\nAuthorization: Bearer k\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nX-Nothing:\r\n"));
  EXPECT_THAT(seen, Not(HasSubstr("Expect")));
  EXPECT_THAT(seen, Not(HasSubstr("Content-Type")));
  EXPECT_THAT(seen, Not(HasSubstr("Accept-Encoding")));
}

TEST_F(TransportTest, KeepsTheConnection) {
  TestServer server(echo);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(fetch(*transport_, post(server.url(), "hello"))->body, "hello");
  EXPECT_EQ(server.requests(), 5);
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(TransportTest, ConnectsAgainWhenTheKeptConnectionWasClosed) {
  TestServer server(says(whole("once")));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(fetch(*transport_, post(server.url(), "x"))->body, "once");
  EXPECT_EQ(server.connections(), 3);
}

TEST_F(TransportTest, OtherMethodsInterimAnswersTrailersAndRedirects) {
  std::string head, removed;
  TestServer server([&](TestConnection& client) -> Task<void> {
    head = co_await client.read_request();
    co_await client.write("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n");
    removed = co_await client.read_request();
    co_await client.write("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n");
    (void)co_await client.read_request();
    co_await client.write(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Trailer: 1\r\n\r\n");
    (void)co_await client.read_request();
    co_await client.write("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
  });
  HttpRequest request = get(server.url());
  request.method = "HEAD";
  auto answer = fetch(*transport_, request);
  EXPECT_THAT(head, testing::StartsWith("HEAD "));
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "");
  request.method = "DELETE";
  answer = fetch(*transport_, request);
  EXPECT_THAT(removed, testing::StartsWith("DELETE "));
  EXPECT_EQ(answer->status, 204);
  EXPECT_EQ(find_header(answer->headers, "x-early"), "");
  answer = fetch(*transport_, get(server.url()));
  EXPECT_EQ(answer->body, "abc");
  EXPECT_EQ(find_header(answer->headers, "x-trailer"), "");
  EXPECT_EQ(fetch(*transport_, get(server.url()))->status, 302);
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(TransportTest, APieceIsReadBeforeTheNextOneIsSent) {
  std::atomic<int> read{0};
  TestServer server([&](TestConnection& client) -> Task<void> {
    (void)co_await client.read_request();
    co_await client.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 20; ++i) {
      co_await client.write("5\r\ndata\n\r\n");
      while (read <= i) co_await base::sleep_for(milliseconds(1));
    }
    co_await client.write("0\r\n\r\n");
  });
  const auto run = [](Transport& transport, HttpRequest request,
                      std::atomic<int>& count) -> Task<std::string> {
    auto exchange = co_await transport.send(std::move(request));
    for (std::string all;;) {
      auto piece = co_await (*exchange)->read();
      if (!piece || piece->empty()) co_return all;
      all += *piece;
      ++count;
    }
  };
  EXPECT_EQ(base::run_blocking(run(*transport_, get(server.url()), read)).size(), 100U);
  EXPECT_EQ(read, 20);
}

TEST_F(TransportTest, Refused) {
  const std::string where = "127.0.0.1:" + std::to_string(closed_port());
  HttpRequest request = get("http://" + where + "/v1?key=hidden");
  request.headers = {{"Authorization", "Bearer hidden"}};
  const auto answer = fetch(*transport_, std::move(request));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::unavailable);
  EXPECT_EQ(answer.error().message, "cannot connect to " + where + ": Connection refused");
  EXPECT_EQ(answer.error().hint, "is the server running?");
}

TEST_F(TransportTest, ANameWithoutAddress) {
  const auto answer = fetch(*transport_, get("http://nobody.invalid:8000/"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::unavailable);
  EXPECT_THAT(answer.error().message, HasSubstr("nobody.invalid:8000"));
}

TEST_F(TransportTest, WhatCannotBeSentIsRefusedBeforeAnyConnection) {
  for (const char* url : {"", "nonsense", "ftp://127.0.0.1/", "file:///etc/passwd", "http://u:hidden@h/",
                          "http://h\r\nX: 1/", "http://127.0.0.1:99999/"}) {
    const auto answer = fetch(*transport_, get(url));
    ASSERT_FALSE(answer) << url;
    EXPECT_EQ(answer.error().code, Code::invalid_argument) << url;
    EXPECT_THAT(answer.error().message, Not(HasSubstr("hidden")));
  }
  HttpRequest request = get("http://127.0.0.1:1/");
  request.headers = {{"Authorization", "hidden\r\nX-Injected: 1"}};
  auto answer = fetch(*transport_, request);
  EXPECT_EQ(answer.error().code, Code::invalid_argument);
  EXPECT_THAT(answer.error().message, Not(HasSubstr("hidden")));
  request = get("http://127.0.0.1:1/");
  request.method = "GET / HTTP/1.1\r\nX: 1\r\n\r\n";
  EXPECT_EQ(fetch(*transport_, request).error().code, Code::invalid_argument);
}

TEST_F(TransportTest, ResetBeforeTheHeaders) {
  TestServer server([](TestConnection& client) -> Task<void> {
    (void)co_await client.read_request();
    client.reset();
  });
  const auto answer = fetch(*transport_, post(server.url(), "x"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::unavailable);
  EXPECT_THAT(answer.error().message, HasSubstr("no answer from " + server.where()));
}

TEST_F(TransportTest, ClosedWithinTheHeaders) {
  TestServer server(says("HTTP/1.1 200 OK\r\nContent-Ty"));
  const auto answer = fetch(*transport_, post(server.url(), "x"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::unavailable);
}

TEST_F(TransportTest, ResetAfterTheHeaders) {
  std::atomic<bool> arrived{false};
  TestServer server([&](TestConnection& client) -> Task<void> {
    (void)co_await client.read_request();
    co_await client.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (!arrived) co_await base::sleep_for(milliseconds(1));
    client.reset();
  });
  const auto run = [](Transport& transport, HttpRequest request, std::atomic<bool>& flag) -> Task<Error> {
    auto exchange = co_await transport.send(std::move(request));
    flag = true;
    const auto piece = co_await (*exchange)->read();
    co_return piece ? Error{} : piece.error();
  };
  const Error error = base::run_blocking(run(*transport_, get(server.url()), arrived));
  EXPECT_EQ(error.code, Code::unavailable);
  EXPECT_THAT(error.message, HasSubstr("cut short"));
}

TEST_F(TransportTest, ACutBodyIsNoEnd) {
  for (const char* headers :
       {"Content-Length: 100\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nFF\r\n"}) {
    TestServer server(says("HTTP/1.1 200 OK\r\n" + std::string(headers)));
    const auto answer = fetch(*transport_, get(server.url()));
    ASSERT_TRUE(answer) << headers;
    EXPECT_EQ(answer->body, "abc") << headers;
    ASSERT_TRUE(answer->cut) << headers;
    EXPECT_EQ(answer->cut->code, Code::unavailable);
    EXPECT_THAT(answer->cut->message, HasSubstr("the answer of " + server.where() + " was cut short"));
  }
  TestServer until_close(says("HTTP/1.0 200 OK\r\n\r\nabc"));
  const auto answer = fetch(*transport_, get(until_close.url()));
  EXPECT_EQ(answer->body, "abc");
  EXPECT_FALSE(answer->cut);
}

TEST_F(TransportTest, NotHttp) {
  for (const char* bytes : {"SSH-2.0-OpenSSH_9.2\r\n", "\x15\x03\x01\x00\x02\x02\x28",
                            "HTTP/1.1 hello\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nabc"}) {
    TestServer server(says(bytes));
    const auto answer = fetch(*transport_, get(server.url()));
    ASSERT_FALSE(answer) << bytes;
    EXPECT_EQ(answer.error().code, Code::corrupt) << bytes << answer.error().message;
  }
}

TEST_F(TransportTest, NoConnectionInTime) {
  // A queue of one that nobody takes from: later connections are not answered.
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  asio::ip::tcp::endpoint endpoint(asio::ip::address_v4::loopback(), 0);
  ASSERT_EQ(::bind(listener, endpoint.data(), static_cast<::socklen_t>(endpoint.size())), 0);
  ASSERT_EQ(::listen(listener, 0), 0);
  auto size = static_cast<::socklen_t>(endpoint.capacity());
  ASSERT_EQ(::getsockname(listener, endpoint.data(), &size), 0);
  asio::io_context context;
  asio::ip::tcp::socket first(context);
  first.connect(endpoint);
  HttpRequest request = get("http://127.0.0.1:" + std::to_string(endpoint.port()) + "/");
  request.connect_timeout = milliseconds(50);
  const auto answer = fetch(*transport_, std::move(request));
  ::close(listener);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::deadline_exceeded);
  EXPECT_THAT(answer.error().message, HasSubstr("no connection to 127.0.0.1:"));
  EXPECT_THAT(answer.error().message, HasSubstr("within 50 ms"));
}

TEST_F(TransportTest, NoHeadersInTime) {
  for (const char* start : {"", "HTTP/1.1 200 OK\r\nX-Slow: "}) {
    TestServer server([&](TestConnection& client) -> Task<void> {
      (void)co_await client.read_request();
      co_await client.write(start);
      co_await client.wait_for_close();
    });
    HttpRequest request = get(server.url());
    request.headers_timeout = milliseconds(50);
    const auto answer = fetch(*transport_, std::move(request));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Code::deadline_exceeded);
    EXPECT_THAT(answer.error().message, HasSubstr("did not begin to answer within 50 ms"));
  }
}

TEST_F(TransportTest, SilenceWithinTheBody) {
  TestServer server([](TestConnection& client) -> Task<void> {
    (void)co_await client.read_request();
    co_await client.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
    co_await client.wait_for_close();
  });
  HttpRequest request = get(server.url());
  request.idle_timeout = milliseconds(50);
  const auto answer = fetch(*transport_, std::move(request));
  EXPECT_EQ(answer->body, "abc");
  EXPECT_EQ(answer->cut->code, Code::deadline_exceeded);
  EXPECT_THAT(answer->cut->message, HasSubstr("sent nothing for 50 ms"));
}

TEST_F(TransportTest, ADripDoesNotOutliveTheDeadline) {
  TestServer server([](TestConnection& client) -> Task<void> {
    (void)co_await client.read_request();
    bool open = co_await client.write("HTTP/1.1 200 OK\r\n\r\n");
    while (open) {
      open = co_await client.write(".");
      co_await base::sleep_for(milliseconds(1));
    }
  });
  HttpRequest request = get(server.url());
  request.deadline = std::chrono::steady_clock::now() + milliseconds(100);
  const auto answer = fetch(*transport_, request);
  ASSERT_TRUE(answer->cut);
  EXPECT_EQ(answer->cut->code, Code::deadline_exceeded);
  EXPECT_FALSE(answer->body.empty());
  EXPECT_EQ(fetch(*transport_, request).error().code, Code::deadline_exceeded);  // it has passed already
}

TEST_F(TransportTest, LimitsOfBodyAndHeaders) {
  TestServer big(says(whole(std::string(5000, 'x'))));
  HttpRequest request = get(big.url());
  request.body_limit = 5000;
  EXPECT_EQ(fetch(*transport_, request)->body.size(), 5000U);
  request.body_limit = 4999;
  auto answer = fetch(*transport_, request);
  ASSERT_TRUE(answer->cut);
  EXPECT_EQ(answer->cut->code, Code::resource_exhausted);
  std::string many;
  for (int i = 0; i < 1000; ++i)
    many += "X-Filler-" + std::to_string(i) + ": " + std::string(100, 'y') + "\r\n";
  for (const std::string& headers : {many, "X-Long: " + std::string(1 << 20, 'y') + "\r\n"}) {
    TestServer server(says("HTTP/1.1 200 OK\r\n" + headers + "\r\n"));
    answer = fetch(*transport_, get(server.url()));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Code::resource_exhausted) << answer.error().message;
  }
}

TEST_F(TransportTest, ASlowReaderHoldsTheSenderBack) {
  constexpr std::size_t kBlock = 64 << 10, kBlocks = 1024;
  std::atomic<std::size_t> written{0};
  TestServer server([&](TestConnection& client) -> Task<void> {
    (void)co_await client.read_request();
    client.socket().set_option(asio::socket_base::send_buffer_size(1 << 16));
    co_await client.write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kBlock * kBlocks) +
                          "\r\n\r\n");
    for (std::size_t i = 0; i < kBlocks; ++i) {
      const bool open = co_await client.write(std::string(kBlock, static_cast<char>('a' + i % 26)));
      if (!open) co_return;
      written += kBlock;
    }
  });
  const auto run = [](Transport& transport, HttpRequest request,
                      std::atomic<std::size_t>& sent) -> Task<std::pair<std::size_t, std::size_t>> {
    auto exchange = co_await transport.send(std::move(request));
    std::size_t stalled = 0;
    for (int still = 0; still < 20;) {  // until nothing was written for 20 looks
      co_await base::sleep_for(milliseconds(10));
      const std::size_t now = sent;
      still = now == stalled ? still + 1 : 0;
      stalled = now;
    }
    std::size_t at = 0;
    while (true) {
      const auto piece = co_await (*exchange)->read();
      if (!piece || piece->empty()) co_return std::pair(stalled, at);
      for (const char c : *piece)
        if (c != static_cast<char>('a' + at++ / kBlock % 26)) co_return std::pair(stalled, std::size_t{0});
    }
  };
  const auto [stalled, received] = base::run_blocking(run(*transport_, get(server.url()), written));
  EXPECT_LT(stalled, kBlock * kBlocks / 2);
  EXPECT_EQ(received, kBlock * kBlocks);
}

TEST_F(TransportTest, ThroughAProxy) {
  std::string seen;
  TestServer proxy([&](TestConnection& client) -> Task<void> {
    seen = co_await client.read_request();
    std::string bytes = whole("by proxy");
    if (seen.starts_with("CONNECT")) bytes = whole("", "403 Forbidden");
    co_await client.write(std::move(bytes));
  });
  TransportOptions options;
  options.proxy = proxy.url("");
  const auto proxied = curl_transport(options);
  EXPECT_EQ(fetch(*proxied, get("http://model.invalid/v1"))->body, "by proxy");
  EXPECT_THAT(seen, testing::StartsWith("GET http://model.invalid/v1 HTTP/1.1\r\n"));
  auto answer = fetch(*proxied, get("https://model.invalid/v1"));
  EXPECT_THAT(seen, testing::StartsWith("CONNECT model.invalid:443 HTTP/1.1\r\n"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::unavailable);
  EXPECT_THAT(answer.error().message, HasSubstr("through the proxy " + proxy.where()));
  options.proxy = "http://user:hidden@127.0.0.1:" + std::to_string(closed_port());
  answer = fetch(*curl_transport(options), get("http://model.invalid/v1"));
  EXPECT_EQ(answer.error().code, Code::unavailable);
  EXPECT_THAT(answer.error().message, HasSubstr("through the proxy 127.0.0.1:"));
  EXPECT_THAT(answer.error().message, Not(HasSubstr("hidden")));
}

TEST_F(TransportTest, TheProxyOfTheEnvironmentIsNotForThisMachine) {
  TestServer proxy(says(whole("by proxy")));
  TestServer local(echo);
  ::setenv("http_proxy", proxy.url("").c_str(), 1);
  const auto far = fetch(*transport_, get("http://model.invalid/v1"));
  const auto near = fetch(*transport_, post(local.url(), "direct"));
  ::unsetenv("http_proxy");
  EXPECT_EQ(far->body, "by proxy");
  EXPECT_EQ(near->body, "direct");
}

}  // namespace
}  // namespace genkai::model
