#include "mixed_load.h"

#include "client.h"
#include "load.h"

namespace genkai::test {
namespace {

using base::Task;
using Clock = std::chrono::steady_clock;

const std::string kChat = "/v1/chat/completions";

struct Shared {
  MixedLoad load;
  Clock::time_point end;
  MixedResult result;

  void count(bool expected, const std::string& what) {
    ++result.requests;
    if (expected) return;
    ++result.unexpected;
    if (result.problem.empty()) result.problem = what;
  }
};

Task<bool> pause(Shared& shared) {
  if (shared.load.pause.count() > 0) co_await base::sleep_for(shared.load.pause);
  co_return Clock::now() < shared.end;
}

/// One request after another; `status` 0 is any.
Task<bool> repeat(Shared& shared, std::string path, std::string body, int status) {
  bool going = true;
  while (going) {
    const std::string method = body.empty() ? "GET" : "POST";
    const Exchange exchange = co_await fetch(shared.load.port, method, path, body);
    const bool expected = status == 0 ? exchange.status != 0 : exchange.status == status && exchange.whole;
    shared.count(expected,
                 path + " " + body + ": status " + std::to_string(exchange.status) + " " + exchange.body);
    going = co_await pause(shared);
  }
  co_return true;
}

Task<bool> streams(Shared& shared) {
  bool going = true;
  while (going) {
    const StreamResult result =
        co_await many_streams(shared.load.port, shared.load.model, 1, 200, std::chrono::minutes(5));
    shared.count(result.whole == 1, "stream: " + result.problem);
    going = co_await pause(shared);
  }
  co_return true;
}

/// Reads the beginning of a stream and goes.
Task<std::string> leave(std::uint16_t port, std::string model) {
  Client client(co_await boost::asio::this_coro::executor);
  const std::string request =
      request_text("POST", kChat, chat_request(model, "count to 20000", ",\"stream\":true"));
  const bool connected = co_await client.connect(port);
  if (!connected) co_return "not connected";
  const bool sent = co_await client.send(request);
  if (!sent) co_return "not sent";
  const auto head = co_await client.head();
  if (!head || head->status != 200) co_return "no answer";
  const auto piece = co_await client.piece();
  co_return piece && !piece->empty() ? "" : "no event";
}

Task<bool> leave_early(Shared& shared) {
  bool going = true;
  while (going) {
    const std::string problem = co_await leave(shared.load.port, shared.load.model);
    shared.count(problem.empty(), "stream to be left: " + problem);
    going = co_await pause(shared);
  }
  co_return true;
}

}  // namespace

Task<MixedResult> mixed_load(MixedLoad load, std::chrono::milliseconds duration) {
  Shared shared{std::move(load), Clock::now() + duration, {}};
  const MixedLoad& what = shared.load;
  std::vector<Task<bool>> tasks;
  for (std::size_t i = 0; i < what.clients; ++i) {
    tasks.push_back(repeat(shared, kChat, chat_request(what.model, "hello"), 200));
    tasks.push_back(streams(shared));
    tasks.push_back(leave_early(shared));
  }
  for (const std::string& model : what.faulty) {
    tasks.push_back(repeat(shared, kChat, chat_request(model, "count to 10"), 0));
    tasks.push_back(repeat(shared, kChat, chat_request(model, "count to 10", ",\"stream\":true"), 0));
  }
  tasks.push_back(repeat(shared, kChat, chat_request(what.model + "+checked", "count to 3"), 200));
  if (!what.knowledge.empty())
    tasks.push_back(repeat(shared, kChat, chat_request(what.knowledge, what.question), 200));
  tasks.push_back(repeat(shared, kChat, chat_request("no-such-model", "hello"), 404));
  tasks.push_back(repeat(shared, kChat, "{", 400));
  tasks.push_back(repeat(shared, "/v1/models", "", 200));
  tasks.push_back(repeat(shared, "/metrics", "", 200));
  const std::vector<bool> done = co_await base::side_by_side(std::move(tasks));
  static_cast<void>(done);
  co_return std::move(shared.result);
}

}  // namespace genkai::test
