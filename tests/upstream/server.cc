// Answers are written by hand, so that the faults reach below HTTP.
#include <netinet/tcp.h>

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <cctype>
#include <deque>
#include <future>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include "base/async.h"
#include "protocol.h"
#include "test_upstream.h"
#include "wire.h"

namespace genkai::test {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using base::Task;
using boost::system::error_code;

const auto kToken = asio::as_tuple(asio::use_awaitable);

struct Counters {
  std::atomic<std::uint64_t> open{0}, total{0}, requests{0}, faults{0}, active{0}, abandoned{0}, obeyed{0};
};

/// Connections of one thread, so that `refused` can close them.
struct Shard {
  asio::io_context context{1};
  std::set<tcp::socket*> sockets;
};

class Server : public TestUpstream {
 public:
  explicit Server(const TestUpstreamOptions& options) : options_(options) {
    for (std::size_t i = 0; i < std::max<std::size_t>(1, options_.threads); ++i)
      shards_.push_back(std::make_unique<Shard>());
    acceptor_.emplace(shards_[0]->context);
    listen(options_.port);
    port_ = acceptor_->local_endpoint().port();
    for (auto& shard : shards_)
      threads_.emplace_back([&context = shard->context] {
        auto work = asio::make_work_guard(context);
        context.run();
      });
  }

  ~Server() override {
    for (auto& shard : shards_) shard->context.stop();
    for (std::thread& thread : threads_) thread.join();
    // All threads have ended: what is left of the coroutines goes with the contexts.
    acceptor_.reset();
    shards_.clear();
  }

  std::uint16_t port() const override { return port_; }

  void fail_next(Fault fault) override {
    const std::lock_guard lock(mutex_);
    queue_.push_back(fault);
  }

  void fail_all(Fault fault) override {
    Fault before;
    {
      const std::lock_guard lock(mutex_);
      before = std::exchange(standing_, fault);
    }
    if (fault == Fault::refused) refuse();
    if (before == Fault::refused && fault != Fault::refused)
      on_shard(0, [this] {
        if (!acceptor_->is_open()) listen(port_);
      });
  }

  TestUpstreamCounters counters() const override {
    return {.connections_open = counters_.open,
            .connections_total = counters_.total,
            .requests = counters_.requests,
            .faults = counters_.faults,
            .active = counters_.active,
            .abandoned = counters_.abandoned,
            .obeyed = counters_.obeyed};
  }

 private:
  void listen(std::uint16_t port) {
    const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
    acceptor_->open(endpoint.protocol());
    acceptor_->set_option(tcp::acceptor::reuse_address(true));
    acceptor_->bind(endpoint);
    acceptor_->listen(4096);
    asio::co_spawn(shards_[0]->context, accept(), asio::detached);
  }

  /// Runs `work` on the thread of a shard and waits for it. Not from such a thread.
  template <class Work>
  void on_shard(std::size_t index, Work work) {
    std::promise<void> done;
    asio::post(shards_[index]->context, [&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }

  void refuse() {
    on_shard(0, [this] { stop_listening(); });
    for (std::size_t i = 0; i < shards_.size(); ++i)
      on_shard(i, [this, i] { close_connections(*shards_[i]); });
  }

  void stop_listening() {
    error_code ignored;
    acceptor_->close(ignored);
  }

  static void close_connections(Shard& shard) {
    for (tcp::socket* socket : shard.sockets) reset(*socket);
  }

  static void reset(tcp::socket& socket) {
    error_code ignored;
    socket.set_option(tcp::socket::linger(true, 0), ignored);
    socket.close(ignored);
  }

  Task<void> accept() {
    for (std::size_t next = 0;; ++next) {
      Shard& shard = *shards_[next % shards_.size()];
      auto [error, socket] = co_await acceptor_->async_accept(shard.context, kToken);
      if (error == asio::error::operation_aborted || error == asio::error::bad_descriptor) co_return;
      if (error) continue;
      asio::co_spawn(shard.context, serve(std::move(socket), shard), asio::detached);
    }
  }

  Fault next_fault(const Request& request) {
    if (request.method != "POST") return Fault::none;
    if (const Fault asked = fault_asked_for(request); asked != Fault::none) return asked;
    const std::lock_guard lock(mutex_);
    if (queue_.empty()) return standing_;
    const Fault fault = queue_.front();
    queue_.pop_front();
    return fault;
  }

  Task<void> serve(tcp::socket socket, Shard& shard) {
    shard.sockets.insert(&socket);
    ++counters_.open;
    ++counters_.total;
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    std::string buffer;
    while (socket.is_open()) {
      Request request;
      if (!co_await read_request(socket, buffer, request)) break;
      ++counters_.requests;
      ++counters_.active;
      const bool keep = co_await answer(socket, request, shard);
      --counters_.active;
      if (!keep || request.header("connection") == "close") break;
    }
    shard.sockets.erase(&socket);
    --counters_.open;
  }

  static Task<bool> write(tcp::socket& socket, std::string_view bytes) {
    auto [error, size] = co_await asio::async_write(socket, asio::buffer(bytes), kToken);
    co_return !error;
  }

  static Task<void> wait(std::chrono::microseconds time) {
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(kToken);
  }

  /// Until the client has gone.
  Task<void> hang(tcp::socket& socket) {
    std::string ignored;
    while (co_await read_more(socket, ignored)) {
    }
    ++counters_.abandoned;
  }

  /// True when the connection can go on.
  Task<bool> answer(tcp::socket& socket, const Request& request, Shard& shard) {
    const Fault fault = next_fault(request);
    if (fault != Fault::none) ++counters_.faults;
    switch (fault) {
      case Fault::refused:
        co_await refuse_for_a_while(socket, shard);
        co_return false;
      case Fault::reset_before_headers:
        reset(socket);
        co_return false;
      case Fault::hang_before_headers:
        co_await hang(socket);
        co_return false;
      default:
        break;
    }
    const std::string obeyed = obeyed_in(request.body);
    if (!obeyed.empty()) ++counters_.obeyed;
    TestUpstreamOptions options = options_;
    if (!obeyed.empty())
      options.answer =
          "{\"answer\": \"" + obeyed + "\", \"quotes\": [{\"passage\": 1, \"quote\": \"" + obeyed + "\"}]}";
    const Plan plan = plan_for(request, options, fault);
    const bool struck = plan.status == 200;  // a request that is refused anyway needs no fault of the wire
    bool whole = false;
    if (struck && fault == Fault::huge_body)
      whole = co_await write_huge(socket, plan);
    else if (plan.stream)
      whole = co_await write_stream(socket, plan, struck ? fault : Fault::none);
    else
      whole = co_await write_body(socket, plan, struck ? fault : Fault::none);
    co_return whole;
  }

  /// The first word of the body that begins as a word to obey does, or empty.
  std::string obeyed_in(std::string_view body) const {
    const std::size_t at = options_.obeys.empty() ? std::string_view::npos : body.find(options_.obeys);
    if (at == std::string_view::npos) return {};
    std::size_t end = at;
    while (end < body.size() && std::isalnum(static_cast<unsigned char>(body[end])) != 0) ++end;
    return std::string(body.substr(at, end - at));
  }

  Task<void> refuse_for_a_while(tcp::socket& socket, Shard& shard) {
    asio::co_spawn(
        shards_[0]->context,
        [](Server& self) -> Task<void> {
          self.stop_listening();
          co_await wait(self.options_.refuse_for);
          if (!self.acceptor_->is_open()) self.listen(self.port_);
        }(*this),
        asio::detached);
    close_connections(shard);
    reset(socket);
    co_return;
  }

  Task<bool> write_body(tcp::socket& socket, const Plan& plan, Fault fault) {
    std::string bytes = head_of(plan, plan.body.size());
    const std::size_t head = bytes.size();
    bytes += plan.body;
    const std::size_t half = head + plan.body.size() / 2;
    switch (fault) {
      case Fault::reset_after_headers:
        bytes.resize(head);
        co_return co_await write_and_reset(socket, bytes);
      case Fault::cut_stream:
        bytes.resize(half);
        co_await write(socket, bytes);
        co_return false;
      case Fault::hang_in_stream:
        bytes.resize(half);
        co_await write(socket, bytes);
        co_await hang(socket);
        co_return false;
      case Fault::slow_drip:
        co_return co_await drip(socket, bytes, head);
      default:
        break;
    }
    const bool written = co_await write(socket, bytes);
    if (!written) ++counters_.abandoned;
    co_return written;
  }

  Task<bool> write_stream(tcp::socket& socket, const Plan& plan, Fault fault) {
    const std::string head = head_of(plan, std::nullopt);
    if (!co_await write(socket, head)) co_return false;
    if (fault == Fault::reset_after_headers) co_return co_await write_and_reset(socket, {});
    std::size_t sent = 0;
    for (const std::string& event : plan.events) {
      const std::string bytes = chunk("data: " + event + "\n\n");
      if (sent == std::min(options_.fault_after_events, plan.events.size() - 1)) {
        if (fault == Fault::cut_stream) co_return false;
        if (fault == Fault::hang_in_stream) {
          co_await hang(socket);
          co_return false;
        }
      }
      if (fault == Fault::slow_drip && !co_await drip(socket, bytes, 0)) co_return false;
      if (options_.event_delay.count() > 0) co_await wait(options_.event_delay);
      if (!co_await write(socket, bytes)) {
        ++counters_.abandoned;
        co_return false;
      }
      ++sent;
    }
    const std::string last = chunk({});
    co_return co_await write(socket, last);
  }

  /// A body without end, as a valid beginning of what was asked for.
  Task<bool> write_huge(tcp::socket& socket, const Plan& plan) {
    const std::string head = head_of(plan, std::nullopt);
    if (!co_await write(socket, head)) co_return false;
    const std::string start =
        plan.stream ? "data: " + plan.events[0].substr(0, plan.events[0].size() - 1) + ",\"x\":\""
                    : plan.body.substr(0, plan.body.size() - 1) + ",\"x\":\"";
    const std::string first = chunk(start);
    if (!co_await write(socket, first)) co_return false;
    const std::string piece = chunk(std::string(64 << 10, 'a'));
    for (std::size_t sent = 0; sent < options_.huge_bytes; sent += 64 << 10)
      if (!co_await write(socket, piece)) {
        ++counters_.abandoned;
        co_return false;
      }
    const std::string last = chunk(plan.stream ? "\"}\n\n" : "\"}") + chunk({});
    co_return co_await write(socket, last);
  }

  Task<bool> write_and_reset(tcp::socket& socket, std::string_view bytes) {
    co_await write(socket, bytes);
    // The reset would overtake what the client has not read yet.
    co_await wait(std::chrono::milliseconds(20));
    reset(socket);
    co_return false;
  }

  /// What comes after `at` one byte at a time, until the client has gone.
  Task<bool> drip(tcp::socket& socket, std::string_view bytes, std::size_t at) {
    const std::string_view first = bytes.substr(0, at);
    bool going = co_await write(socket, first);
    while (going && at < bytes.size()) {
      co_await wait(std::chrono::milliseconds(100));
      const std::string_view byte = bytes.substr(at++, 1);
      going = co_await write(socket, byte);
    }
    if (!going) ++counters_.abandoned;
    co_return going;
  }

  const TestUpstreamOptions options_;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::optional<tcp::acceptor> acceptor_;  // used on the thread of the first shard
  std::uint16_t port_ = 0;
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::deque<Fault> queue_;
  Fault standing_ = Fault::none;
  Counters counters_;
};

}  // namespace

std::unique_ptr<TestUpstream> TestUpstream::start(const TestUpstreamOptions& options) {
  return std::make_unique<Server>(options);
}

}  // namespace genkai::test
