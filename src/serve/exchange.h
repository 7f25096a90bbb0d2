#pragma once
// One request on its way through the gateway, and what every handler does with it.
//
//   base::Task<void> hello(Exchange& exchange) {
//     if (exchange.request.body.empty()) co_await exchange.refuse(invalid_request("say something"));
//     else co_await exchange.answer({.body = ...});
//   }

#include <chrono>
#include <cstdint>
#include <string>

#include "base/json.h"
#include "base/thread_pool.h"
#include "model/upstream/chat_model.h"
#include "serve/gateway.h"
#include "serve/openai_response.h"
#include "serve/sse_writer.h"

namespace genkai::serve {

/// Of the whole gateway; outlives its requests.
struct GatewayContext {
  const GatewayOptions& options;
  GatewayParts& parts;
  base::ThreadPool& pool;
  RiskWatch& risks;
  std::int64_t started = 0;  // seconds since 1970
};

class Exchange {
 public:
  Exchange(const GatewayContext& context, const HttpRequest& http_request, ResponseWriter& writer,
           RequestScope& observed);

  const GatewayContext& gateway;
  const HttpRequest& request;
  ResponseWriter& out;
  RequestScope& scope;
  CallerInfo caller;
  std::string answer_id;  // of the answer that is sent, for feedback (risk_watch.h)
  const std::chrono::steady_clock::time_point deadline;

  base::Task<void> answer(HttpResponse response);
  base::Task<void> answer(base::Json body);
  /// As an HTTP response, or as an event of a stream that has begun, which it ends.
  base::Task<void> refuse(ApiError error, Headers headers = {});

  /// The body as a JSON object; a large one is read on the pool.
  base::Task<tl::expected<base::Json, ApiError>> json();
  std::chrono::milliseconds time_left() const;
  ReplyHead head(std::string model) const;
  std::string today() const;

  int status() const { return status_; }
  const std::string& error_type() const { return error_type_; }
  void note(int status, std::string error_type = {});
  /// As `note` of a stream that came to its end, or whose client left.
  void note_end(bool whole);

 private:
  int status_ = 0;
  std::string error_type_;
};

/// What went wrong with a model. Like api_error(), except that the model's refusal of the gateway's own key
/// is the gateway's fault, not the client's.
ApiError model_error(const base::Error& error);
ApiError unknown_model(std::string_view name);
ApiError too_late();

/// What a request may cost its caller: reserved before, settled when this goes.
class Spending {
 public:
  /// 429 when the caller's budget does not hold it.
  static tl::expected<Spending, ApiError> reserve(Exchange& exchange, const model::Usage& expected);
  Spending(Spending&& other) noexcept : reservation_(std::move(other.reservation_)), used_(other.used_) {}
  Spending& operator=(Spending&&) = delete;
  ~Spending() { settle(); }
  /// So much has been used so far; nothing at first.
  void used(const model::Usage& usage) { used_ = usage; }
  /// Now rather than at the end: before the client has its answer and may ask again.
  void settle() { reservation_.settle(used_); }

 private:
  explicit Spending(model::Budget::Reservation reservation) : reservation_(std::move(reservation)) {}
  model::Budget::Reservation reservation_;
  model::Usage used_;
};

}  // namespace genkai::serve
