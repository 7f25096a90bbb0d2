// Recording from a real server and replaying without it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/file.h"
#include "model/upstream/replay_format.h"
#include "model/upstream/transport.h"
#include "model/upstream/transport_test_server.h"

namespace genkai::model {
namespace {

using base::Code;
using base::Task;
using testing::HasSubstr;
using testing::Not;

class Replay : public testing::Test {
 protected:
  Replay() { std::filesystem::remove(path_); }
  ~Replay() override { std::filesystem::remove(path_); }

  std::shared_ptr<Transport> recorder() { return *recording_transport(curl_transport(), path_); }
  std::shared_ptr<Transport> replayer() { return *replay_transport(path_); }
  std::string content() { return *base::read_file(path_); }
  void append(std::string_view bytes) { std::ofstream(path_, std::ios::app) << bytes; }

  std::string path_ = testing::TempDir() + "genkai_replay_" + std::to_string(::getpid()) + ".jsonl";
};

Task<std::vector<std::string>> pieces_of(Transport& transport, HttpRequest request) {
  auto exchange = co_await transport.send(std::move(request));
  std::vector<std::string> pieces;
  while (true) {
    auto piece = co_await (*exchange)->read();
    if (!piece || piece->empty()) co_return pieces;
    pieces.push_back(std::move(*piece));
  }
}

/// Answers with a number that grows.
TestServer::Handler counting(int& count) {
  return [&count](TestConnection& client) -> Task<void> {
    while (true) {
      const std::string request = co_await client.read_request();
      if (request.empty()) co_return;
      const std::string body = std::to_string(++count);
      co_await client.write(
          "HTTP/1.1 429 Slow Down\r\nRetry-After: 3\r\nX-Request-Id: r\r\nSet-Cookie: hidden\r\n"
          "Content-Type: text/plain\r\nContent-Length: 1\r\n\r\n" +
          body);
    }
  };
}

TEST_F(Replay, SameRequestsInOrderTheLastOneAgainAndAgain) {
  int count = 0;
  {
    TestServer server(counting(count));
    const auto transport = recorder();
    for (int i = 0; i < 2; ++i) EXPECT_TRUE(fetch(*transport, post(server.url("/v1/a"), "x")));
    EXPECT_TRUE(fetch(*transport, post(server.url("/v1/a"), "y")));
    EXPECT_TRUE(fetch(*transport, get(server.url("/v1/a"))));
  }
  const auto transport = replayer();
  for (const char* expected : {"1", "2", "2", "2"}) {
    const auto answer = fetch(*transport, post("http://127.0.0.1:1/v1/a", "x"));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 429);
    EXPECT_EQ(answer->body, expected);
    EXPECT_FALSE(answer->cut);
    EXPECT_EQ(answer->headers,
              (HttpHeaders{{"content-type", "text/plain"}, {"retry-after", "3"}, {"x-request-id", "r"}}));
  }
  EXPECT_EQ(fetch(*transport, post("https://elsewhere/v1/a", "y"))->body, "3");
  EXPECT_EQ(fetch(*transport, get("http://127.0.0.1:1/v1/a"))->body, "4");
  for (const auto& request :
       {post("http://h/v1/a", "z"), post("http://h/v1/b", "x"), get("http://h/v1/a?q")}) {
    const auto answer = fetch(*transport, request);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Code::not_found);
    EXPECT_THAT(answer.error().message, HasSubstr(path_));
    EXPECT_THAT(answer.error().hint, HasSubstr("record"));
  }
}

TEST_F(Replay, PiecesAsTheyCameAlsoWithinACharacter) {
  std::atomic<int> read{0};
  TestServer server([&](TestConnection& client) -> Task<void> {
    (void)co_await client.read_request();
    const std::vector<std::string> pieces = {"\r\n\r\n\xE6", "\x97\xA5\"\n", std::string("\0\xFF", 2), "end"};
    co_await client.write("HTTP/1.1 200 OK");
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      while (read < static_cast<int>(i)) co_await base::sleep_for(std::chrono::milliseconds(1));
      co_await client.write(pieces[i]);
    }
  });
  // Tells the server when a piece has been read, so that the pieces do not flow together.
  const auto run = [](Transport& transport, HttpRequest request, std::atomic<int>& count) -> Task<int> {
    auto exchange = co_await transport.send(std::move(request));
    while (true) {
      const auto piece = co_await (*exchange)->read();
      if (!piece || piece->empty()) co_return count.load();
      ++count;
    }
  };
  {
    const auto transport = recorder();
    EXPECT_EQ(base::run_blocking(run(*transport, get(server.url()), read)), 4);
  }
  EXPECT_EQ(base::run_blocking(pieces_of(*replayer(), get("http://h/"))),
            (std::vector<std::string>{"\xE6", "\x97\xA5\"\n", std::string("\0\xFF", 2), "end"}));
}

TEST_F(Replay, FailuresAreReplayedWhereTheyHappened) {
  TestServer server([](TestConnection& client) -> Task<void> {
    (void)co_await client.read_request();
    co_await client.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
  });
  const std::string refused = "http://127.0.0.1:" + std::to_string(closed_port()) + "/refused";
  {
    const auto transport = recorder();
    EXPECT_FALSE(fetch(*transport, get(refused)));
    EXPECT_TRUE(fetch(*transport, get(server.url("/cut"))));
    (void)base::run_blocking(transport->send(get(server.url("/dropped"))));
  }
  const auto transport = replayer();
  const auto answer = fetch(*transport, get("http://h/refused"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::unavailable);
  EXPECT_THAT(answer.error().message, HasSubstr("cannot connect"));
  const auto cut = fetch(*transport, get("http://h/cut"));
  EXPECT_EQ(cut->body, "abc");
  EXPECT_EQ(cut->cut->code, Code::unavailable);
  const auto dropped = fetch(*transport, get("http://h/dropped"));
  EXPECT_EQ(dropped->status, 200);
  EXPECT_THAT(dropped->cut->message, HasSubstr("the recording ends here"));
}

TEST_F(Replay, NoKeyIsWritten) {
  int count = 0;
  TestServer server(counting(count));
  HttpRequest request = post(server.url("/v1?api-key=hidden&version=2&Token=hidden&flag"), "{}");
  request.headers = {{"Authorization", "Bearer hidden"}, {"api-key", "hidden"}};
  EXPECT_TRUE(fetch(*recorder(), request));
  EXPECT_THAT(content(), Not(HasSubstr("hidden")));
  EXPECT_THAT(content(), HasSubstr("/v1?api-key=***&version=2&Token=***&flag"));
  EXPECT_TRUE(fetch(*replayer(), request));  // with any key
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(Replay, RecordingGoesOnAfterACrash) {
  int count = 0;
  TestServer server(counting(count));
  EXPECT_TRUE(fetch(*recorder(), get(server.url("/1"))));
  const std::string first = content();
  append(first.substr(0, first.size() / 2));  // torn
  EXPECT_TRUE(fetch(*replayer(), get("http://h/1")));
  EXPECT_TRUE(fetch(*recorder(), get(server.url("/2"))));
  EXPECT_THAT(content(), testing::StartsWith(first));
  EXPECT_TRUE(fetch(*replayer(), get("http://h/2")));
  std::filesystem::resize_file(path_, content().size() - 1);  // a whole line without its end stays
  EXPECT_TRUE(fetch(*recorder(), get(server.url("/3"))));
  for (const char* url : {"http://h/1", "http://h/2", "http://h/3"})
    EXPECT_TRUE(fetch(*replayer(), get(url))) << url;
}

TEST_F(Replay, OneRecorderAtATime) {
  const auto first = recorder();
  const auto second = recording_transport(curl_transport(), path_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::unavailable);
  EXPECT_FALSE(recording_transport(curl_transport(), "/nonexistent/file.jsonl"));
}

TEST_F(Replay, AFileThatIsNoRecordingIsRefused) {
  const auto missing = replay_transport(path_);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Code::not_found);
  const std::string good = to_line({"GET", "/", "", 200, {}, {"a"}, {}}) + "\n";
  for (const std::string bad :
       {"{}\n", "nonsense\n",
        R"({"genkai_exchange":2,"method":"GET","target":"/","request":{"text":""}})"
        "\n",
        R"({"genkai_exchange":1,"method":"GET","target":"/","request":{"text":""}})"
        "\n",
        R"({"genkai_exchange":1,"method":"GET","target":"/","request":{"base64":"a"},"status":200})"
        "\n",
        R"({"genkai_exchange":1,"method":"GET","target":"/","request":{"text":""},"status":99})"
        "\n"}) {
    std::filesystem::remove(path_);
    append(good + bad + good);
    const auto transport = replay_transport(path_);
    ASSERT_FALSE(transport) << bad;
    EXPECT_EQ(transport.error().code, Code::corrupt);
    EXPECT_THAT(transport.error().message, HasSubstr(path_ + ", line 2: ")) << bad;
  }
}

TEST(RecordedExchange, BytesOfAnyLengthSurviveALine) {
  RecordedExchange exchange{"POST", "/", "", 200, {}, {}, {}};
  for (std::size_t size = 1; size < 20; ++size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(0xF9 + 37 * i * size);
    exchange.pieces.push_back(bytes);
  }
  exchange.request = exchange.pieces.back();
  const auto same = from_line(to_line(exchange));
  ASSERT_TRUE(same);
  EXPECT_EQ(same->request, exchange.request);
  EXPECT_EQ(same->pieces, exchange.pieces);
}

TEST(RecordedExchange, TargetsOfUrls) {
  EXPECT_EQ(recorded_target("http://h:1"), "/");
  EXPECT_EQ(recorded_target("http://h:1?a=b"), "/?a=b");
  EXPECT_EQ(recorded_target("https://h/v1/x#part"), "/v1/x");
  EXPECT_EQ(recorded_target("http://h/?sig=a&signal=b&X-Goog-Signature=c"),
            "/?sig=***&signal=b&X-Goog-Signature=***");
}

}  // namespace
}  // namespace genkai::model
