// The curl transport with many requests at once, and with requests that are given up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/system/system_error.hpp>
#include <string>
#include <thread>
#include <vector>

#include "model/upstream/transport.h"
#include "model/upstream/transport_test_server.h"

namespace genkai::model {
namespace {

namespace asio = base::asio;
using base::Task;
using std::chrono::milliseconds;

/// Never answers, or never goes on after the first bytes of an answer; counts who has gone.
struct Holding {
  explicit Holding(std::string start)
      : server([this, bytes = std::move(start)](TestConnection& client) -> Task<void> {
          (void)co_await client.read_request();
          co_await client.write(bytes);
          ++started;
          co_await client.wait_for_close();
          ++gone;
        }) {}
  std::atomic<int> started{0}, gone{0};
  TestServer server;  // last: its thread uses the counters
};

constexpr const char* kStart = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n";

Task<void> until(std::atomic<int>& counter, int count) {
  while (counter < count) co_await base::sleep_for(milliseconds(1));
}

/// Every request gets its own answer.
Task<int> echo_many(Transport& transport, std::string url, int count) {
  std::vector<Task<base::Result<Answer>>> tasks;
  for (int i = 0; i < count; ++i) tasks.push_back(fetch_task(transport, post(url, std::to_string(i))));
  const auto answers = co_await base::side_by_side(std::move(tasks));
  int right = 0;
  for (int i = 0; i < count; ++i) {
    const auto& answer = answers[static_cast<std::size_t>(i)];
    right += answer && !answer->cut && answer->body == std::to_string(i);
  }
  co_return right;
}

TEST(TransportLife, ManySideBySide) {
  const auto transport = curl_transport();
  TestServer server(echo);
  EXPECT_EQ(base::run_blocking(echo_many(*transport, server.url(), 200)), 200);
  const int connections = server.connections();
  EXPECT_LE(connections, 200);
  EXPECT_EQ(base::run_blocking(echo_many(*transport, server.url(), 200)), 200);
  EXPECT_EQ(server.connections(), connections);  // all were kept
}

TEST(TransportLife, OneTransportOnTwoThreads) {
  const auto transport = curl_transport();
  TestServer server(echo);
  std::vector<int> right(2);
  std::vector<std::thread> threads;
  for (int& count : right)
    threads.emplace_back([&] {
      asio::io_context context(1);
      for (int round = 0; round < 5; ++round)
        asio::co_spawn(context, echo_many(*transport, server.url(), 40),
                       [&](std::exception_ptr, int value) { count += value; });
      context.run();  // also: nothing keeps it running once the requests have ended
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right[0], 200);
  EXPECT_EQ(right[1], 200);
}

TEST(TransportLife, AnExchangeThatIsDroppedEndsItsTransferOnly) {
  const auto transport = curl_transport();
  Holding holding(kStart);
  TestServer server(echo);
  const auto run = [](Transport& client, std::string held, std::string other,
                      std::atomic<int>& gone) -> Task<std::string> {
    auto exchange = co_await client.send(get(held));
    const auto piece = co_await (*exchange)->read();
    exchange->reset();
    const auto answer = co_await fetch_task(client, post(other, "still here"));
    co_await until(gone, 1);
    co_return *piece + answer->body;
  };
  EXPECT_EQ(base::run_blocking(run(*transport, holding.server.url(), server.url(), holding.gone)),
            "abcstill here");
}

/// Cancels a fetch that waits for the server and expects it to unwind.
void cancel_while_it_waits(const std::string& start) {
  const auto transport = curl_transport();
  Holding holding(start);
  asio::io_context context(1);
  asio::cancellation_signal signal;
  bool unwound = false, other_ended = false;
  asio::co_spawn(
      context, fetch_task(*transport, get(holding.server.url())),
      asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr thrown, base::Result<Answer>) {
        try {
          if (thrown) std::rethrow_exception(thrown);
        } catch (const boost::system::system_error& error) {
          unwound = error.code() == asio::error::operation_aborted;
        }
      }));
  asio::co_spawn(
      context,
      [](Holding& held, asio::cancellation_signal& cancel) -> Task<void> {
        co_await until(held.started, 1);
        co_await base::sleep_for(milliseconds(5));  // so that what the server sent has been read
        cancel.emit(asio::cancellation_type::terminal);
        co_await until(held.gone, 1);
      }(holding, signal),
      [&](std::exception_ptr) { other_ended = true; });
  context.run();
  EXPECT_TRUE(unwound);
  EXPECT_TRUE(other_ended);
}

TEST(TransportLife, CancelledWhileSending) {
  cancel_while_it_waits("");
}

TEST(TransportLife, CancelledWhileReading) {
  cancel_while_it_waits(kStart);
}

TEST(TransportLife, AnIoContextMayEndWithTransfersInFlight) {
  const auto transport = curl_transport();
  Holding before(""), within(kStart);
  {
    asio::io_context context(1);
    for (const auto* holding : {&before, &within})
      for (int i = 0; i < 5; ++i)
        asio::co_spawn(context, fetch_task(*transport, get(holding->server.url())), asio::detached);
    while (before.started < 5 || within.started < 5) context.run_for(milliseconds(1));
  }
  base::run_blocking([](Holding& a, Holding& b) -> Task<int> {
    co_await until(a.gone, 5);
    co_await until(b.gone, 5);
    co_return 0;
  }(before, within));
}

TEST(TransportLife, AnExchangeMayOutliveItsIoContext) {
  const auto transport = curl_transport();
  Holding holding(kStart);
  std::unique_ptr<HttpExchange> kept;
  {
    asio::io_context context(1);
    asio::co_spawn(context, transport->send(get(holding.server.url())),
                   [&](std::exception_ptr, auto exchange) { kept = std::move(*exchange); });
    while (!kept) context.run_one();
  }
  EXPECT_EQ(kept->status(), 200);
}

TEST(TransportLife, GivenUpWhileTheNameIsLookedUp) {
  const auto transport = curl_transport();
  asio::io_context context(1);
  asio::co_spawn(context, fetch_task(*transport, get("http://nobody.invalid/")), asio::detached);
  context.run_one();
}

}  // namespace
}  // namespace genkai::model
