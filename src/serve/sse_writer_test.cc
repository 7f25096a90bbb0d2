#include "serve/sse_writer.h"

#include <gmock/gmock.h>

#include <stdexcept>
#include <thread>

namespace genkai::serve {
namespace {

using namespace std::chrono_literals;
using base::Task;
using testing::HasSubstr;
using Clock = std::chrono::steady_clock;
using Ended = SseWriter::Ended;

// A client that takes `delay` for each write and leaves after `writes` of them.
class SlowClient : public ResponseWriter {
 public:
  Task<bool> send(HttpResponse) override { co_return false; }
  Task<bool> start(int status, std::string type, Headers headers) override {
    begun = status == 200 && type == "text/event-stream";
    for (const auto& [name, value] : headers) heads += name + ": " + value + "\n";
    co_return true;
  }
  Task<bool> write(std::string bytes) override {
    EXPECT_TRUE(begun);
    EXPECT_FALSE(busy) << "two writes at once";
    if (writes == 0) co_return false;
    --writes;
    busy = true;
    if (delay.count() > 0) co_await base::sleep_for(delay);
    busy = false;
    got += bytes;
    co_return true;
  }
  Task<bool> finish() override {
    finished = true;
    co_return true;
  }
  bool started() const override { return begun; }

  std::chrono::milliseconds delay{0};
  std::size_t writes = 1'000;
  std::string got, heads;
  bool begun = false, busy = false, finished = false;
};

std::size_t comments(const std::string& text) {
  std::size_t count = 0;
  for (std::size_t at = text.find(": keep-alive\n\n"); at != text.npos;
       at = text.find(": keep-alive\n\n", at + 1))
    ++count;
  return count;
}

using Work = Task<void> (*)(SseWriter&);

Task<Ended> run(SlowClient& client, Work work, std::chrono::milliseconds keep_alive,
                std::chrono::milliseconds deadline, bool finish) {
  const auto executor = co_await boost::asio::this_coro::executor;
  SseWriter sse(client, keep_alive, executor);
  auto task = work(sse);
  const Ended ended = co_await sse.run(std::move(task), Clock::now() + deadline);
  if (finish) {
    const bool sent = co_await sse.finish();
    EXPECT_TRUE(sent);
  }
  co_return ended;
}

Task<void> think_long(SseWriter& sse) {
  co_await base::sleep_for(120ms);
  std::string event = sse_event("late");
  co_await sse.write(std::move(event));
}

Task<void> speak_often(SseWriter& sse) {
  for (int i = 0; i < 20; ++i) {
    co_await base::sleep_for(5ms);
    std::string event = sse_event(std::to_string(i));
    const bool alive = co_await sse.write(std::move(event));
    if (!alive) co_return;
  }
}

Task<void> hang(SseWriter&) {
  co_await base::sleep_for(1h);
}

Task<void> throw_up(SseWriter&) {
  co_await base::sleep_for(1ms);
  throw std::runtime_error("broken");
}

Task<void> post_from_threads(SseWriter& sse) {
  auto post = sse.post_from_anywhere();
  std::thread([post] {
    for (int i = 0; i < 50; ++i) post(sse_event(std::to_string(i), "stage"));
  }).join();
  co_await base::sleep_for(20ms);
  std::string event = sse_event("end");
  co_await sse.write(std::move(event));
}

TEST(SseWriter, CommentsKeepASilentStreamAlive) {
  SlowClient client;
  EXPECT_EQ(base::run_blocking(run(client, think_long, 20ms, 10s, true)), Ended::done);
  EXPECT_GE(comments(client.got), 2U);
  EXPECT_TRUE(client.got.ends_with("data: late\n\n")) << client.got;
  EXPECT_THAT(client.heads, HasSubstr("cache-control: no-cache"));
  EXPECT_THAT(client.heads, HasSubstr("x-accel-buffering: no"));
  EXPECT_TRUE(client.finished);
}

TEST(SseWriter, ABusyStreamNeedsNoComments) {
  SlowClient client;
  EXPECT_EQ(base::run_blocking(run(client, speak_often, 1h, 10s, true)), Ended::done);
  EXPECT_EQ(comments(client.got), 0U);
  EXPECT_TRUE(client.got.starts_with("data: 0\n\ndata: 1\n\n"));
  EXPECT_TRUE(client.got.ends_with("data: 19\n\n"));
}

TEST(SseWriter, CommentsNeverFallIntoEvents) {
  SlowClient client;  // each write lasts longer than the interval between comments
  client.delay = 3ms;
  EXPECT_EQ(base::run_blocking(run(client, speak_often, 1ms, 10s, true)), Ended::done);
  std::string events;
  for (std::string_view rest = client.got; !rest.empty();) {
    const std::size_t end = rest.find("\n\n");
    ASSERT_NE(end, rest.npos);
    const std::string_view block = rest.substr(0, end);
    rest.remove_prefix(end + 2);
    if (block == ": keep-alive") continue;
    ASSERT_TRUE(block.starts_with("data: ")) << block;
    events += std::string(block.substr(6)) + " ";
  }
  EXPECT_EQ(events, "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 ");
}

TEST(SseWriter, TheDeadlineEndsTheWork) {
  SlowClient client;
  EXPECT_EQ(base::run_blocking(run(client, hang, 1h, 30ms, false)), Ended::deadline);
  EXPECT_FALSE(client.begun) << "an error can still be plain HTTP";
}

TEST(SseWriter, AClientThatLeavesEndsTheWork) {
  SlowClient client;
  client.writes = 2;
  EXPECT_EQ(base::run_blocking(run(client, hang, 5ms, 10s, false)), Ended::client_gone);
  EXPECT_EQ(comments(client.got), 2U);
}

TEST(SseWriter, WhatTheWorkThrowsComesThrough) {
  SlowClient client;
  EXPECT_THROW(base::run_blocking(run(client, throw_up, 1h, 10s, false)), std::runtime_error);
}

TEST(SseWriter, PostedEventsGoOutInOrderAndBeforeWhatFollows) {
  SlowClient client;
  client.delay = 1ms;
  EXPECT_EQ(base::run_blocking(run(client, post_from_threads, 1h, 10s, true)), Ended::done);
  std::string expected;
  for (int i = 0; i < 50; ++i) expected += "event: stage\ndata: " + std::to_string(i) + "\n\n";
  EXPECT_EQ(client.got, expected + "data: end\n\n");
}

TEST(SseWriter, ATextOfSeveralLinesIsOneEvent) {
  EXPECT_EQ(sse_event("a\nb", "x"), "event: x\ndata: a\ndata: b\n\n");
}

}  // namespace
}  // namespace genkai::serve
