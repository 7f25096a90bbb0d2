#include "serve/exchange.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"

namespace genkai::serve {

using base::Code;
using base::Json;
using base::Task;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t kLargeBody = 64 << 10;  // parsing a larger one takes longer than an I/O thread may
constexpr int kClientGone = 499;              // in logs only: nobody is there to be told

// What servers say about the gateway's own key, out of a message about several of them.
std::string without_talk_of_keys(std::string message) {
  for (const std::string_view mark : {"its server answered 401", "its server answered 403"})
    for (std::size_t at = message.find(mark); at != std::string::npos; at = message.find(mark, at)) {
      at += mark.size();
      message.erase(at, std::min(message.find("; model '", at), message.size()) - at);
    }
  return message;
}

}  // namespace

Exchange::Exchange(const GatewayContext& context, const HttpRequest& http_request, ResponseWriter& writer,
                   RequestScope& observed)
    : gateway(context),
      request(http_request),
      out(writer),
      scope(observed),
      deadline(Clock::now() + context.options.deadline) {}

void Exchange::note(int status, std::string error_type) {
  status_ = status;
  error_type_ = std::move(error_type);
}

void Exchange::note_end(bool whole) {
  if (whole)
    note(200);
  else
    note(kClientGone, "client_gone");
}

Task<void> Exchange::answer(HttpResponse response) {
  note(response.status);
  const bool sent = co_await out.send(std::move(response));
  if (!sent) note_end(false);
}

Task<void> Exchange::answer(Json body) {
  HttpResponse response;
  response.body = body.dump();
  co_await answer(std::move(response));
}

Task<void> Exchange::refuse(ApiError error, Headers headers) {
  note(error.status, error.type);
  if (out.started()) {
    std::string event = sse_event(to_json(error), "error");
    const bool written = co_await out.write(std::move(event));
    if (!written) co_return;
    const bool ended = co_await out.finish();
    static_cast<void>(ended);
    co_return;
  }
  HttpResponse response = to_response(error);
  for (auto& header : headers) response.headers.push_back(std::move(header));
  const bool sent = co_await out.send(std::move(response));
  static_cast<void>(sent);
}

Task<tl::expected<Json, ApiError>> Exchange::json() {
  const std::string& body = request.body;
  base::Result<Json> parsed = Json();
  if (body.size() > kLargeBody)
    parsed = co_await base::on_pool(gateway.pool, [&body] { return Json::parse(body); });
  else
    parsed = Json::parse(body);
  if (!parsed)
    co_return tl::unexpected<ApiError>(
        invalid_request("the body of the request is not JSON: " + parsed.error().message));
  if (!parsed->is_object())
    co_return tl::unexpected<ApiError>(invalid_request("the body of the request has to be a JSON object"));
  co_return std::move(*parsed);
}

std::chrono::milliseconds Exchange::time_left() const {
  return std::max(std::chrono::milliseconds(1),
                  std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()));
}

ReplyHead Exchange::head(std::string model) const {
  return {request.id, std::move(model), base::system_clock().unix_seconds()};
}

std::string Exchange::today() const {
  return gateway.options.today.empty() ? base::iso_date(base::system_clock().unix_seconds())
                                       : gateway.options.today;
}

ApiError model_error(const base::Error& error) {
  ApiError out =
      api_error({error.code, without_talk_of_keys(error.message), ""});  // hints are for who runs the gateway
  if (error.code == Code::permission_denied || error.code == Code::not_found) {
    out = api_error({Code::unavailable, "the model's server refused the gateway", ""});
    out.status = 502;
  }
  return out;
}

ApiError unknown_model(std::string_view name) {
  std::string shown(name.substr(0, 200));
  ApiError error = invalid_request("there is no model '" + shown + "'; GET /v1/models lists those that are",
                                   "model", "model_not_found");
  error.status = 404;
  return error;
}

ApiError too_late() {
  return api_error({Code::deadline_exceeded, "the answer took longer than a request may", ""});
}

tl::expected<Spending, ApiError> Spending::reserve(Exchange& exchange, const model::Usage& expected) {
  auto reserved = exchange.gateway.parts.access.budget(exchange.caller).reserve(expected);
  if (reserved) return Spending(std::move(*reserved));
  ApiError error = api_error(reserved.error());
  error.status = 429;
  error.message = "the budget of this key is used up for today, or does not cover this request";
  error.type = "insufficient_quota";
  error.code = "insufficient_quota";
  return tl::unexpected<ApiError>(std::move(error));
}

}  // namespace genkai::serve
