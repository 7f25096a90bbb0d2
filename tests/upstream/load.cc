#include "load.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cmath>
#include <memory>

#include "base/json.h"
#include "client.h"

namespace genkai::test {
namespace {

namespace asio = boost::asio;
using base::Json;
using base::Task;
using Clock = std::chrono::steady_clock;

const auto kToken = asio::as_tuple(asio::use_awaitable);

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The answer to what was sent on a connection: "" when it is a whole 200, else what is wrong with it.
Task<std::string> take_answer(Client& client) {
  const std::optional<ResponseHead> head = co_await client.head();
  if (!head) co_return "no answer";
  while (true) {
    const std::optional<std::string> piece = co_await client.piece();
    if (!piece) co_return "cut answer";
    if (piece->empty()) break;
  }
  co_return head->status == 200 ? std::string() : "status " + std::to_string(head->status);
}

/// What the coroutines of one run share.
struct Run {
  Run(asio::any_io_executor executor, std::uint16_t to, std::string text)
      : port(to), request(std::move(text)), ended(executor, Clock::time_point::max()) {}
  const std::uint16_t port;
  const std::string request;
  LoadResult result;
  std::vector<std::unique_ptr<Client>> idle;
  std::size_t active = 0;
  asio::steady_timer ended;  // cancelled when the last one ends
};

Task<void> one_request(Run& run, Clock::time_point due) {
  std::unique_ptr<Client> client;
  if (!run.idle.empty()) {
    client = std::move(run.idle.back());
    run.idle.pop_back();
  } else {
    client = std::make_unique<Client>(co_await asio::this_coro::executor);
  }
  bool connected = client->is_open();
  if (!connected) connected = co_await client->connect(run.port);
  std::string problem = "not connected";
  if (connected) {
    const bool sent = co_await client->send(run.request);
    problem = "not sent";
    if (sent) problem = co_await take_answer(*client);
  }
  if (problem.empty()) {
    run.result.microseconds.push_back(std::chrono::duration<double, std::micro>(Clock::now() - due).count());
  } else {
    ++run.result.failed;
    if (run.result.problem.empty()) run.result.problem = problem;
  }
  if (connected && client->reusable()) run.idle.push_back(std::move(client));
  if (--run.active == 0) run.ended.cancel();
}

Task<void> back_to_back(Run& run, Clock::time_point end) {
  Client client(co_await asio::this_coro::executor);
  while (Clock::now() < end) {
    const Clock::time_point start = Clock::now();
    bool connected = client.is_open();
    if (!connected) connected = co_await client.connect(run.port);
    std::string problem = "not connected";
    if (connected) {
      const bool sent = co_await client.send(run.request);
      problem = "not sent";
      if (sent) problem = co_await take_answer(client);
    }
    if (problem.empty()) {
      run.result.microseconds.push_back(
          std::chrono::duration<double, std::micro>(Clock::now() - start).count());
    } else {
      ++run.result.failed;
      if (run.result.problem.empty()) run.result.problem = problem;
    }
    if (!client.reusable()) client.close();
  }
  if (--run.active == 0) run.ended.cancel();
}

Task<void> wait_for_end(Run& run) {
  if (run.active > 0) co_await run.ended.async_wait(kToken);
  std::sort(run.result.microseconds.begin(), run.result.microseconds.end());
}

/// Holds the events of one stream against the numbers that must come.
class NumberCheck {
 public:
  explicit NumberCheck(std::size_t last) : last_(last) {}

  /// False when something is wrong; then problem() says what.
  bool feed(std::string_view bytes) {
    buffer_ += bytes;
    std::size_t at = 0, end = 0;
    while ((end = buffer_.find("\n\n", at)) != std::string::npos) {
      const std::string_view event = std::string_view(buffer_).substr(at, end - at);
      at = end + 2;
      if (event.starts_with(':')) continue;  // a keep-alive comment
      if (!event.starts_with("data: ")) return wrong("a block that is no event: " + std::string(event));
      if (!take(event.substr(6))) return false;
    }
    buffer_.erase(0, at);
    return true;
  }

  std::size_t events() const { return next_ - 1; }
  bool whole() const { return done_ && finished_ && next_ == last_ + 1 && buffer_.empty(); }
  std::string problem() const {
    return !problem_.empty() ? problem_ : "the stream ended before number " + std::to_string(next_);
  }

 private:
  bool wrong(std::string what) {
    problem_ = std::move(what);
    return false;
  }

  bool take(std::string_view data) {
    if (done_) return wrong("an event after [DONE]");
    if (data == "[DONE]") {
      done_ = true;
      return true;
    }
    const auto json = Json::parse(data);
    if (!json || json->find("error")) return wrong("instead of a chunk: " + std::string(data));
    const Json* choices = json->find("choices");
    if (!choices || choices->items().empty()) return true;  // usage
    const Json& choice = choices->items()[0];
    if (choice.string("finish_reason") == "stop") finished_ = true;
    const Json* delta = choice.find("delta");
    const std::string text = delta == nullptr ? std::string() : delta->string("content");
    if (text.empty()) return true;
    const std::string expected = (next_ == 1 ? "" : " ") + std::to_string(next_);
    if (text != expected) return wrong("'" + text + "' came instead of '" + expected + "'");
    ++next_;
    return true;
  }

  const std::size_t last_;
  std::size_t next_ = 1;
  std::string buffer_, problem_;
  bool done_ = false, finished_ = false;
};

struct Streams {
  explicit Streams(asio::any_io_executor executor) : ended(executor, Clock::time_point::max()) {}
  StreamResult result;
  std::vector<std::unique_ptr<Client>> clients;
  std::size_t active = 0;
  asio::steady_timer ended;
};

Task<std::string> one_stream(Client& client, std::uint16_t port, const std::string& request,
                             NumberCheck& check) {
  const bool connected = co_await client.connect(port);
  if (!connected) co_return "not connected";
  const bool sent = co_await client.send(request);
  if (!sent) co_return "not sent";
  const std::optional<ResponseHead> head = co_await client.head();
  if (!head) co_return "no answer";
  if (head->status != 200) co_return "status " + std::to_string(head->status);
  while (true) {
    const std::optional<std::string> piece = co_await client.piece();
    if (!piece) co_return "cut: " + check.problem();
    if (piece->empty()) break;
    if (!check.feed(*piece)) co_return check.problem();
  }
  co_return check.whole() ? std::string() : check.problem();
}

Task<void> run_stream(Streams& all, Client& client, std::uint16_t port, const std::string& request,
                      std::size_t events) {
  NumberCheck check(events);
  const std::string problem = co_await one_stream(client, port, request, check);
  client.close();
  all.result.events += check.events();
  if (problem.empty())
    ++all.result.whole;
  else if (all.result.problem.empty())
    all.result.problem = problem;
  if (--all.active == 0) all.ended.cancel();
}

}  // namespace

double LoadResult::quantile(double q) const {
  if (microseconds.empty()) return 0;
  const auto at = static_cast<std::size_t>(std::ceil(q * static_cast<double>(microseconds.size())));
  return microseconds[std::min(at == 0 ? 0 : at - 1, microseconds.size() - 1)];
}

double LoadResult::per_second() const {
  return seconds > 0 ? static_cast<double>(microseconds.size()) / seconds : 0;
}

void LoadResult::add(const LoadResult& other) {
  microseconds.insert(microseconds.end(), other.microseconds.begin(), other.microseconds.end());
  std::sort(microseconds.begin(), microseconds.end());
  failed += other.failed;
  seconds += other.seconds;
  if (problem.empty()) problem = other.problem;
}

std::string chat_request(std::string_view model, std::string_view text, std::string_view more) {
  return "{\"model\":" + Json(model).dump() +
         ",\"messages\":[{\"role\":\"user\",\"content\":" + Json(text).dump() + "}]" + std::string(more) +
         "}";
}

Task<LoadResult> at_rate(std::uint16_t port, std::string request, double rate,
                         std::chrono::milliseconds duration) {
  const auto executor = co_await asio::this_coro::executor;
  Run run(executor, port, std::move(request));
  asio::steady_timer timer(executor);
  const Clock::time_point start = Clock::now();
  const auto count = static_cast<std::size_t>(rate * std::chrono::duration<double>(duration).count());
  const std::chrono::duration<double> step(1.0 / rate);
  for (std::size_t i = 0; i < count; ++i) {
    const Clock::time_point due =
        start + std::chrono::duration_cast<Clock::duration>(step * static_cast<double>(i));
    if (due > Clock::now()) {
      timer.expires_at(due);
      co_await timer.async_wait(kToken);
    }
    ++run.active;
    asio::co_spawn(executor, one_request(run, due), asio::detached);
  }
  co_await wait_for_end(run);
  run.result.seconds = seconds_since(start);
  co_return std::move(run.result);
}

Task<LoadResult> as_fast_as_possible(std::uint16_t port, std::string request, std::size_t connections,
                                     std::chrono::milliseconds duration) {
  const auto executor = co_await asio::this_coro::executor;
  Run run(executor, port, std::move(request));
  const Clock::time_point start = Clock::now();
  for (std::size_t i = 0; i < connections; ++i) {
    ++run.active;
    asio::co_spawn(executor, back_to_back(run, start + duration), asio::detached);
  }
  co_await wait_for_end(run);
  run.result.seconds = seconds_since(start);
  co_return std::move(run.result);
}

Task<StreamResult> many_streams(std::uint16_t port, std::string model, std::size_t streams,
                                std::size_t events, std::chrono::milliseconds limit) {
  const auto executor = co_await asio::this_coro::executor;
  const std::string request =
      request_text("POST", "/v1/chat/completions",
                   chat_request(model, "count to " + std::to_string(events), ",\"stream\":true"));
  Streams all(executor);
  all.result.streams = streams;
  const Clock::time_point start = Clock::now();
  for (std::size_t i = 0; i < streams; ++i) {
    all.clients.push_back(std::make_unique<Client>(executor));
    ++all.active;
    asio::co_spawn(executor, run_stream(all, *all.clients.back(), port, request, events), asio::detached);
  }
  all.ended.expires_after(limit);
  co_await all.ended.async_wait(kToken);
  if (all.active > 0) {
    all.result.problem = std::to_string(all.active) + " streams were still open at the limit of time";
    for (auto& client : all.clients) client->close();
    all.ended.expires_at(Clock::time_point::max());
    co_await all.ended.async_wait(kToken);
  }
  all.result.seconds = seconds_since(start);
  co_return std::move(all.result);
}

}  // namespace genkai::test
