#include "serve/http_parser.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace genkai::serve {
namespace {

/// Feeds the bytes in pieces of `step`, as a slow connection would bring them.
void feed(HttpParser& parser, std::string& bytes, std::size_t step) {
  std::string seen;
  while (!bytes.empty() && !parser.done() && !parser.error()) {
    seen += bytes.substr(0, step);
    bytes.erase(0, step);
    seen.erase(0, parser.feed(seen));
  }
  bytes = seen + bytes;
}

int status_of(std::string bytes, HttpParser::Limits limits = {}) {
  HttpParser parser(limits);
  feed(parser, bytes, bytes.size());
  return parser.error() ? parser.error()->status : parser.done() ? 200 : 0;
}

TEST(HttpParser, ReadsARequestInPiecesOfAnySize) {
  const std::string whole =
      "\r\nPOST /v1/%E6%9C%AC/a%2Fb?q=a+b%26c&n=2 HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nX-Two: "
      "1\r\nx-two: 2\r\n\r\n"
      "helloGET /";
  for (std::size_t step = 1; step <= whole.size(); ++step) {
    std::string bytes = whole;
    HttpParser parser({});
    feed(parser, bytes, step);
    ASSERT_TRUE(parser.done()) << step;
    EXPECT_TRUE(parser.keep_alive());
    EXPECT_EQ(bytes, "GET /");
    const HttpRequest request = parser.take();
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.path, "/v1/本/a/b");
    EXPECT_EQ(request.parameter("q"), "a b&c");
    EXPECT_EQ(request.parameter("n"), "2");
    EXPECT_EQ(request.parameter("none"), "");
    EXPECT_EQ(request.header("x-TWO"), "1");
    EXPECT_EQ(request.body, "hello");
  }
}

TEST(HttpParser, ReadsAChunkedBody) {
  const std::string whole =
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\nNEXT";
  for (std::size_t step = 1; step <= whole.size(); ++step) {
    std::string bytes = whole;
    HttpParser parser({});
    feed(parser, bytes, step);
    ASSERT_TRUE(parser.done()) << step;
    EXPECT_EQ(parser.take().body, "abcde");
    EXPECT_EQ(bytes, "NEXT");
  }
}

TEST(HttpParser, ReadsTrailersInPiecesOfAnySize) {
  const std::string whole =
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nx: y\r\n\r\n";
  for (std::size_t step = 1; step <= whole.size(); ++step) {
    std::string bytes = whole;
    HttpParser parser({});
    feed(parser, bytes, step);
    ASSERT_TRUE(parser.done()) << step;
    EXPECT_EQ(parser.take().body, "a");
  }
}

TEST(HttpParser, RefusesWhatTwoReadersCouldReadDifferently) {
  const std::string get = "GET / HTTP/1.1\r\nHost: h\r\n", post = "POST / HTTP/1.1\r\nHost: h\r\n";
  EXPECT_EQ(status_of(get + "\r\n"), 200);
  for (const std::string& lines : std::vector<std::string>{
           "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
           "Content-Length: 3\r\nContent-Length: 4\r\n", "Content-Length: 3\r\nContent-Length: 3\r\n",
           "Content-Length: 3, 4\r\n", "Content-Length: -3\r\n", "Content-Length: +3\r\n",
           "Content-Length: 0x3\r\n", "Content-Length: 99999999999999999999\r\n",
           "Transfer-Encoding: chunked, identity\r\n", "Transfer-Encoding: gzip, chunked\r\n",
           "Transfer-Encoding: xchunked\r\nContent-Length: 3\r\n",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "Host: other\r\n",
           "Bad Name: x\r\n", "Content-Length : 3\r\n", "X: a\rb\r\n",
           "Content-Encoding: gzip\r\nContent-Length: 3\r\n"}) {
    const int status = status_of(post + lines + "\r\nabc");
    EXPECT_TRUE(status == 400 || status == 501 || status == 415) << lines << " gives " << status;
  }
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n\r\n"), 400);  // no host
  EXPECT_EQ(status_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 501);
  EXPECT_EQ(status_of(post + "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc"), 400);
  EXPECT_EQ(status_of(post + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n"), 400);
}

TEST(HttpParser, RefusesBrokenRequestLines) {
  for (const std::string& line : std::vector<std::string>{
           "GET", "GET /", "GET  / HTTP/1.1", "GET / HTTP/2.0", "GET / FTP/1.1", "G\x01T / HTTP/1.1",
           "GET /a b HTTP/1.1", "\x16\x03\x01\x02", "GET /%zz HTTP/1.1", "GET /%00 HTTP/1.1",
           "GET /%ff HTTP/1.1", "GET relative HTTP/1.1", "CONNECT h:1 HTTP/1.1"}) {
    const int status = status_of(line + "\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(status >= 400) << line << " gives " << status;
  }
  EXPECT_EQ(status_of("GET http://h/a?b HTTP/1.1\r\nHost: h\r\n\r\n"), 200);
  EXPECT_EQ(status_of("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"), 200);
}

TEST(HttpParser, HoldsItsLimits) {
  const HttpParser::Limits limits{.header_limit = 1'000, .body_limit = 10};
  const std::string post = "POST / HTTP/1.1\r\nHost: h\r\n";
  EXPECT_EQ(status_of(post + "X: " + std::string(2'000, 'x') + "\r\n\r\n", limits), 431);
  EXPECT_EQ(status_of(std::string(100'000, 'x'), limits), 431);
  EXPECT_EQ(status_of(post + "Content-Length: 11\r\n\r\n", limits), 413);
  EXPECT_EQ(status_of(post + "Content-Length: 10\r\n\r\n0123456789", limits), 200);
  EXPECT_EQ(
      status_of(post + "Transfer-Encoding: chunked\r\n\r\n6\r\n012345\r\n6\r\n012345\r\n0\r\n\r\n", limits),
      413);
}

TEST(HttpParser, SeesWhoWaitsBeforeTheBody) {
  HttpParser parser({});
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
  EXPECT_EQ(parser.feed(head), head.size());
  EXPECT_TRUE(parser.head_done() && parser.expects_continue() && !parser.done());
  EXPECT_EQ(parser.feed("ok"), 2U);
  EXPECT_TRUE(parser.done() && !parser.expects_continue());
}

}  // namespace
}  // namespace genkai::serve
