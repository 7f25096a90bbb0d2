#pragma once
// A transport for tests that answers what a function says, without a network.
//
//   auto transport = std::make_shared<ScriptedTransport>([](const HttpRequest&, std::size_t n) {
//     return n == 0 ? ScriptedAnswer::refused() : ScriptedAnswer::json(R"({"choices": []})");
//   });

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/async.h"
#include "model/upstream/transport.h"

namespace genkai::model {

struct ScriptedAnswer {
  std::optional<base::Error> error{};  // instead of a status
  int status = 200;
  HttpHeaders headers{};
  std::vector<std::string> pieces{};
  std::optional<base::Error> end{};     // after the pieces; nullopt: a whole body
  bool hangs = false;                   // at the end, until it is cancelled
  std::chrono::milliseconds before{0};  // until the headers

  static ScriptedAnswer refused() {
    return {.error = base::Error{base::Code::unavailable, "connection refused", {}}};
  }
  static ScriptedAnswer json(std::string body, int status = 200, HttpHeaders headers = {}) {
    headers.emplace_back("content-type", "application/json");
    return {.status = status, .headers = std::move(headers), .pieces = {std::move(body)}};
  }
  /// Each text becomes the data of an event.
  static ScriptedAnswer events(const std::vector<std::string>& data) {
    ScriptedAnswer answer{.headers = {{"Content-Type", "text/event-stream; charset=utf-8"}}};
    for (const std::string& text : data) answer.pieces.push_back("data: " + text + "\n\n");
    return answer;
  }
  ScriptedAnswer cut() && {
    end = base::Error{base::Code::unavailable, "the connection was cut", {}};
    return std::move(*this);
  }
};

class ScriptedTransport : public Transport {
 public:
  using Script = std::function<ScriptedAnswer(const HttpRequest&, std::size_t)>;
  explicit ScriptedTransport(Script script) : script_(std::move(script)) {}

  base::Task<base::Result<std::unique_ptr<HttpExchange>>> send(HttpRequest request) override {
    ScriptedAnswer answer;
    {
      std::lock_guard lock(mutex_);
      requests_.push_back(request);
      answer = script_(request, requests_.size() - 1);
    }
    if (answer.before.count() > 0) co_await base::sleep_for(answer.before);
    if (answer.error) co_return base::fail(*answer.error);
    co_return std::make_unique<Exchange>(std::move(answer));
  }
  std::vector<HttpRequest> requests() const {
    std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  class Exchange : public HttpExchange {
   public:
    explicit Exchange(ScriptedAnswer answer) : answer_(std::move(answer)) {}
    int status() const override { return answer_.status; }
    std::string_view header(std::string_view name) const override {
      return find_header(answer_.headers, name);
    }
    const HttpHeaders& headers() const override { return answer_.headers; }
    base::Task<base::Result<std::string>> read() override {
      if (next_ < answer_.pieces.size()) co_return answer_.pieces[next_++];
      if (answer_.hangs) co_await base::sleep_for(std::chrono::hours(1));
      if (answer_.end) co_return base::fail(*answer_.end);
      co_return std::string();
    }

   private:
    ScriptedAnswer answer_;
    std::size_t next_ = 0;
  };

  Script script_;
  mutable std::mutex mutex_;
  std::vector<HttpRequest> requests_;
};

/// A whole answer of the chat protocol that says `text`.
inline std::string chat_answer(const std::string& text, const std::string& usage = "null") {
  return R"({"id": "x", "model": "m", "choices": [{"index": 0, "message": {"role": "assistant", "content": ")" +
         text + R"("}, "finish_reason": "stop"}], "usage": )" + usage + "}";
}
inline std::string chat_chunk(const std::string& delta, const std::string& finish = "null") {
  return R"({"choices": [{"index": 0, "delta": )" + delta + R"(, "finish_reason": )" + finish + "}]}";
}

}  // namespace genkai::model
