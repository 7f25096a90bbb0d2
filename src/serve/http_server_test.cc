#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <stdexcept>
#include <thread>

#include "base/json.h"
#include "serve/http.h"

namespace genkai::serve {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// A client that says on a blocking socket exactly what the test wants.
class Raw {
 public:
  explicit Raw(std::uint16_t port, int receive_buffer = 0) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer > 0) ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~Raw() { close(); }
  bool connected() const { return connected_; }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  void say(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  /// Reads until `end` has come, the server closes, or ten seconds have passed.
  std::string hear(std::string_view end = {}) {
    std::string heard;
    while (end.empty() || heard.find(end) == heard.npos) {
      pollfd wait{fd_, POLLIN, 0};
      if (::poll(&wait, 1, 10'000) <= 0) return heard + "[nothing more]";
      char block[64 << 10];
      const ssize_t count = ::recv(fd_, block, sizeof block, 0);
      if (count <= 0) return heard + (count == 0 ? "[closed]" : "[reset]");
      heard.append(block, static_cast<std::size_t>(count));
    }
    return heard;
  }

 private:
  int fd_;
  bool connected_ = false;
};

using Act = std::function<base::Task<void>(const HttpRequest&, ResponseWriter&)>;

struct Acting : Handler {
  Act act;
  base::Task<void> handle(const HttpRequest& request, ResponseWriter& out) override {
    return act(request, out);
  }
};

base::Task<void> echo(const HttpRequest& request, ResponseWriter& out) {
  HttpResponse response;
  response.content_type = "text/plain";
  response.body = request.method + " " + request.path + " [" + request.body + "]";
  co_await out.send(std::move(response));
}

base::Task<void> stream(const HttpRequest&, ResponseWriter& out) {
  co_await out.start(200, "text/event-stream");
  for (int i = 0; i < 3; ++i) {
    std::string event = "data: " + std::to_string(i) + "\n\n";
    if (!co_await out.write(std::move(event))) co_return;
  }
  co_await out.finish();
}

class Server {
 public:
  explicit Server(Act act, HttpServerOptions options = {}) {
    handler_.act = std::move(act);
    options.port = 0;
    options.threads = 2;
    server_ = std::move(*HttpServer::start(options, handler_));
  }
  HttpServer* operator->() { return server_.get(); }
  std::uint16_t port() const { return server_->port(); }
  std::string answer(std::string_view bytes, std::string_view end = {}) {
    Raw client(port());
    client.say(bytes);
    return client.hear(end);
  }

 private:
  Acting handler_;
  std::unique_ptr<HttpServer> server_;
};

bool comes_true(const std::function<bool()>& holds) {
  for (int i = 0; i < 1'000 && !holds(); ++i) std::this_thread::sleep_for(10ms);
  return holds();
}

std::string get(std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: h\r\n\r\n";
}

TEST(HttpServer, AnswersRequestAfterRequestOnOneConnection) {
  Server server(echo);
  Raw client(server.port());
  for (int i = 0; i < 3; ++i) {
    client.say("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi");
    const std::string heard = client.hear("POST /a [hi]");
    EXPECT_THAT(heard, StartsWith("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n"));
    EXPECT_THAT(heard, HasSubstr("content-length: 12\r\n"));
    EXPECT_THAT(heard, HasSubstr("x-request-id: req_"));
    EXPECT_THAT(heard, Not(HasSubstr("connection:")));
  }
  EXPECT_EQ(server->counters().connections_total, 1U);
  EXPECT_EQ(server->counters().requests_total, 3U);
}

TEST(HttpServer, AnswersPipelinedRequestsInOrder) {
  Server server(echo);
  const std::string heard =
      server.answer(get("/1") + get("/2") + "GET /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_LT(heard.find("GET /1 []"), heard.find("GET /2 []"));
  EXPECT_LT(heard.find("GET /2 []"), heard.find("GET /3 []"));
  EXPECT_THAT(heard, HasSubstr("GET /3 [][closed]"));
}

TEST(HttpServer, StreamsInChunksAndToOldClientsUntilTheEnd) {
  Server server(stream);
  const std::string chunked = server.answer(get("/"), "0\r\n\r\n");
  EXPECT_THAT(chunked, HasSubstr("transfer-encoding: chunked\r\n"));
  EXPECT_THAT(chunked, HasSubstr("9\r\ndata: 0\n\n\r\n9\r\ndata: 1\n\n\r\n9\r\ndata: 2\n\n\r\n0\r\n\r\n"));
  const std::string old = server.answer("GET / HTTP/1.0\r\n\r\n");
  EXPECT_THAT(old, HasSubstr("connection: close\r\n"));
  EXPECT_THAT(old, HasSubstr("\r\n\r\ndata: 0\n\ndata: 1\n\ndata: 2\n\n[closed]"));
}

TEST(HttpServer, SendsNoBodyToHead) {
  Server server(echo);
  const std::string heard = server.answer("HEAD /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(heard, HasSubstr("content-length: 10\r\n"));
  EXPECT_THAT(heard, testing::EndsWith("\r\n\r\n[closed]"));
}

TEST(HttpServer, SaysContinueBeforeTheBody) {
  Server server(echo);
  Raw client(server.port());
  client.say("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.hear("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.say("hi");
  EXPECT_THAT(client.hear("[hi]"), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST(HttpServer, RefusesInTheShapeOfTheApi) {
  HttpServerOptions options;
  options.body_limit = 1'000;
  Server server(echo, options);
  // The client sends it all before it listens: the refusal must get through nevertheless.
  const std::string heard = server.answer("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n" +
                                          std::string(3'000'000, 'x'));
  EXPECT_THAT(heard, StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(heard, HasSubstr("connection: close\r\n"));
  const auto body = base::Json::parse(
      heard.substr(heard.find("\r\n\r\n") + 4, heard.rfind('}') - heard.find("\r\n\r\n") - 3));
  ASSERT_TRUE(body);
  const base::Json* error = body->find("error");
  ASSERT_TRUE(error);
  for (const char* key : {"message", "type", "param", "code"}) EXPECT_TRUE(error->find(key)) << key;
  EXPECT_THAT(server.answer("\x16\x03\x01\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(server.answer(std::string(200'000, 'x')), StartsWith("HTTP/1.1 431 "));
}

TEST(HttpServer, EndsWhatComesTooSlowly) {
  HttpServerOptions options;
  options.header_timeout = options.body_timeout = options.idle_timeout = 300ms;
  Server server(echo, options);
  EXPECT_THAT(server.answer("GET / HT"), StartsWith("HTTP/1.1 408 "));
  EXPECT_THAT(server.answer("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab"),
              StartsWith("HTTP/1.1 408 "));
  EXPECT_EQ(server.answer(""), "[closed]");
}

TEST(HttpServer, HoldsTheHandlerBackWhileTheClientDoesNotRead) {
  std::atomic<int> written{0};
  constexpr int kBlocks = 1'000;
  Server server([&](const HttpRequest&, ResponseWriter& out) -> base::Task<void> {
    co_await out.start(200, "text/plain");
    for (; written < kBlocks; ++written) {
      std::string block(64 << 10, 'z');
      if (!co_await out.write(std::move(block))) co_return;
    }
    co_await out.finish();
  });
  Raw client(server.port(), 64 << 10);
  client.say(get("/"));
  int before = -1;
  while (written != before) {
    before = written;
    std::this_thread::sleep_for(300ms);
  }
  EXPECT_LT(before, kBlocks / 2) << "the sockets hold a few MiB, not the rest";
  const std::string heard = client.hear("\r\n0\r\n\r\n");
  EXPECT_EQ(std::count(heard.begin(), heard.end(), 'z'), std::int64_t{kBlocks} * (64 << 10));
}

TEST(HttpServer, GivesUpOnAClientThatNeverReads) {
  std::atomic<bool> told{false};
  HttpServerOptions options;
  options.write_timeout = 300ms;
  Server server(
      [&](const HttpRequest&, ResponseWriter& out) -> base::Task<void> {
        co_await out.start(200, "text/plain");
        for (;;) {
          std::string block(64 << 10, 'z');
          if (!co_await out.write(std::move(block))) break;
        }
        told = true;
      },
      options);
  Raw client(server.port(), 4 << 10);
  client.say(get("/"));
  EXPECT_TRUE(comes_true([&] { return told && server->counters().connections_open == 0; }));
}

struct Sets {
  std::atomic<bool>& flag;
  ~Sets() { flag = true; }
};

TEST(HttpServer, CancelsTheHandlerWhenTheClientLeaves) {
  std::atomic<bool> began{false}, ended{false}, finished{false};
  Server server([&](const HttpRequest&, ResponseWriter&) -> base::Task<void> {
    const Sets sets{ended};
    began = true;
    co_await base::sleep_for(60s);
    finished = true;
  });
  Raw client(server.port());
  client.say(get("/") + get("/next"));  // also when more has been sent meanwhile
  ASSERT_TRUE(comes_true([&] { return began.load(); }));
  client.close();
  EXPECT_TRUE(comes_true([&] { return ended && server->counters().connections_open == 0; }));
  EXPECT_FALSE(finished);
  EXPECT_EQ(server->counters().requests_active, 0U);
}

TEST(HttpServer, AnswersForAHandlerThatFails) {
  Server silent([](const HttpRequest&, ResponseWriter&) -> base::Task<void> { co_return; });
  EXPECT_THAT(silent.answer(get("/"), "}}"), StartsWith("HTTP/1.1 500 "));
  Server throwing([](const HttpRequest&, ResponseWriter&) -> base::Task<void> {
    throw std::runtime_error("broken");
    co_return;
  });
  EXPECT_THAT(throwing.answer(get("/")), StartsWith("HTTP/1.1 500 "));
  Server late([](const HttpRequest&, ResponseWriter& out) -> base::Task<void> {
    co_await out.start(200, "text/plain");
    std::string bytes = "half";
    co_await out.write(std::move(bytes));
    throw std::runtime_error("broken");
  });
  const std::string heard = late.answer(get("/"));
  EXPECT_THAT(heard, HasSubstr("4\r\nhalf\r\n[closed]"))
      << "no end of the body: the client sees that it was cut";
}

TEST(HttpServer, LetsNoHeaderIntoAnother) {
  Server server([](const HttpRequest& request, ResponseWriter& out) -> base::Task<void> {
    HttpResponse response;
    response.headers = {{"x-said", request.parameter("q")}};
    co_await out.send(std::move(response));
  });
  EXPECT_THAT(server.answer(get("/?q=a%0D%0Aset-cookie:%20b"), "\r\n\r\n"),
              HasSubstr("x-said: aset-cookie: b\r\n"));
  const std::string heard =
      server.answer("GET / HTTP/1.1\r\nHost: h\r\nX-Request-Id: trace-1\r\n\r\n", "\r\n\r\n");
  EXPECT_THAT(heard, HasSubstr("x-request-id: trace-1\r\n"));
}

TEST(HttpServer, DrainsBeforeItStops) {
  std::atomic<bool> began{false};
  Server server([&](const HttpRequest& request, ResponseWriter& out) -> base::Task<void> {
    began = request.path == "/slow";
    if (began) co_await base::sleep_for(400ms);
    co_await echo(request, out);
  });
  Raw idle(server.port()), busy(server.port());
  idle.say(get("/"));
  idle.hear("GET / []");
  busy.say(get("/slow"));
  ASSERT_TRUE(comes_true([&] { return began.load(); }));
  std::thread stopping([&] { server->stop(10s); });
  EXPECT_EQ(idle.hear(), "[closed]");
  EXPECT_TRUE(comes_true([&] { return server->draining() && !Raw(server.port()).connected(); }));
  const std::string heard = busy.hear();
  EXPECT_THAT(heard, HasSubstr("connection: close\r\n"));
  EXPECT_THAT(heard, HasSubstr("GET /slow [][closed]"));
  stopping.join();
  EXPECT_EQ(server->counters().connections_open, 0U);
}

TEST(HttpServer, CutsWhatDoesNotEndInTime) {
  std::atomic<bool> began{false}, ended{false};
  Server server([&](const HttpRequest&, ResponseWriter&) -> base::Task<void> {
    const Sets sets{ended};
    began = true;
    co_await base::sleep_for(60s);
  });
  Raw client(server.port());
  client.say(get("/"));
  ASSERT_TRUE(comes_true([&] { return began.load(); }));
  server->stop(50ms);
  EXPECT_TRUE(ended);
  EXPECT_EQ(client.hear(), "[closed]");
}

TEST(HttpServer, TurnsAwayMoreConnectionsThanItHolds) {
  HttpServerOptions options;
  options.connections = 2;
  Server server(echo, options);
  Raw first(server.port()), second(server.port());
  for (Raw* client : {&first, &second}) {
    client->say(get("/"));
    client->hear("GET / []");
  }
  Raw third(server.port());
  EXPECT_THAT(third.hear(), StartsWith("HTTP/1.1 503 "));
  EXPECT_EQ(server->counters().refused, 1U);
  first.close();
  ASSERT_TRUE(comes_true([&] { return server->counters().connections_open == 1; }));
  EXPECT_THAT(server.answer(get("/"), "[]"), StartsWith("HTTP/1.1 200 "));
}

TEST(HttpServer, SaysWhenTheAddressIsTaken) {
  Server server(echo);
  Acting handler;
  HttpServerOptions options;
  options.port = server.port();
  const auto second = HttpServer::start(options, handler);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, base::Code::unavailable);
  EXPECT_THAT(second.error().message, HasSubstr(std::to_string(server.port())));
  options.address = "example";
  EXPECT_EQ(HttpServer::start(options, handler).error().code, base::Code::invalid_argument);
}

}  // namespace
}  // namespace genkai::serve
