#include "serve/passthrough.h"

#include <optional>
#include <utility>

#include "model/upstream/chat_codec.h"
#include "serve/json_edit.h"
#include "serve/openai_request.h"

namespace genkai::serve {

using base::Code;
using base::Json;
using base::Task;
using model::Upstream;
using model::Usage;

namespace {

constexpr std::size_t kMostAtOnce = 64 << 10;  // bytes of ready events that go out in one write

std::optional<Usage> usage_of(std::string_view text, const std::vector<JsonMember>& members) {
  const std::string_view value = value_of(text, members, "usage");
  if (value.empty() || value.front() != '{') return std::nullopt;
  auto usage = Json::parse(value);
  if (!usage) return std::nullopt;
  return model::usage_from(Json::object({{"usage", std::move(*usage)}}));
}

// A request that is being passed on.
struct Passing {
  Exchange& exchange;
  model::ChatModel& model;
  const PassedCall& asked;
  Spending& spending;
  Upstream::Call call;

  const Upstream* answered = nullptr;  // after a fallback another than was asked
  std::optional<ApiError> failed{};
  std::optional<HttpResponse> refused{};  // by the endpoint
  bool whole = false;                     // the stream came to its end and all of it was taken

  Task<base::Result<std::unique_ptr<Upstream::Reply>>> begin() {
    const std::string& body = exchange.request.body;
    const bool stream = call.stream;
    std::function<std::string(const std::string&)> body_for = [&body, stream](const std::string& remote) {
      return request_for(body, remote, stream);
    };
    auto reply = co_await model.call(std::move(call), std::move(body_for));
    if (!reply) {
      failed = model_error(reply.error());
      co_return reply;
    }
    answered = &(*reply)->upstream();
    exchange.scope.model(asked.model, answered->options().name);
    if (const int status = (*reply)->status(); status < 200 || status >= 300) {
      refused = refusal_for(status, (*reply)->body(), (*reply)->header("retry-after"));
    } else {
      spending.used(priced({asked.expected.prompt_tokens, 0, 0}));
    }
    co_return reply;
  }

  Usage priced(Usage usage) const { return answered->priced(usage); }  // REQUIRES: somebody answered

  void used(Usage usage) {
    usage = priced(usage);
    spending.used(usage);
    spending.settle();
    exchange.scope.usage(usage);
  }
};

Task<void> pass_answer(Passing& passing) {
  auto reply = co_await passing.begin();
  if (passing.failed || passing.refused) co_return;
  const std::string& body = (*reply)->body();
  const auto members = json_members(body);
  passing.used(usage_of(body, members).value_or(passing.asked.expected));
  const std::string name = Json(passing.asked.model).dump();
  HttpResponse response;
  response.body = edit_json(body, members, {{"model", name}});
  reply->reset();  // settles with the endpoint's budget
  passing.exchange.scope.first_token();
  co_await passing.exchange.answer(std::move(response));
}

Task<void> pass_stream(Passing& passing, SseWriter& sse) {
  auto reply = co_await passing.begin();
  if (passing.failed || passing.refused) co_return;
  const std::string name = Json(passing.asked.model).dump();
  std::string buffer;
  std::optional<Usage> usage;
  std::uint64_t events = 0;  // about one a token, for streams that nobody reads to their end
  while (true) {
    const auto event = co_await (*reply)->next();
    if (!event) {
      passing.failed = model_error(event.error());
      break;
    }
    if (!*event) break;
    buffer += event_for(**event, name, passing.asked.include_usage, usage);
    if (++events == 1) passing.exchange.scope.first_token();
    if (!usage) passing.spending.used(passing.priced({passing.asked.expected.prompt_tokens, events, 0}));
    if (buffer.empty() || ((*reply)->ready() && buffer.size() < kMostAtOnce)) continue;
    std::string bytes = std::exchange(buffer, {});
    const bool alive = co_await sse.write(std::move(bytes));
    if (!alive) co_return;
  }
  passing.used(usage.value_or(Usage{passing.asked.expected.prompt_tokens, events, 0}));
  reply->reset();  // settles with the endpoint's budget
  if (!passing.failed) buffer += kSseDone;
  passing.whole = co_await sse.write(std::move(buffer));
}

}  // namespace

std::string request_for(std::string_view body, std::string_view remote_model, bool stream) {
  const auto members = json_members(body);
  const std::string name = Json(remote_model).dump();
  if (!stream) return edit_json(body, members, {{"model", name}});
  Json options = Json::object();
  if (auto own = Json::parse(value_of(body, members, "stream_options")); own && own->is_object())
    options = std::move(*own);
  options.set("include_usage", true);
  const std::string written = options.dump();
  return edit_json(body, members, {{"model", name}, {"stream_options", written, true}});
}

std::string event_for(std::string_view event, std::string_view model_json, bool include_usage,
                      std::optional<Usage>& usage) {
  const auto members = json_members(event);
  const std::string_view told = value_of(event, members, "usage");
  if (const auto seen = usage_of(event, members)) {
    usage = seen;
    const std::string_view choices = value_of(event, members, "choices");
    const bool nothing_else = choices.find('{') == std::string_view::npos;
    if (!include_usage && nothing_else) return {};
  }
  if (!include_usage && !told.empty())
    return sse_event(edit_json(event, members, {{"model", model_json}, {"usage", std::nullopt}}));
  return sse_event(edit_json(event, members, {{"model", model_json}}));
}

HttpResponse refusal_for(int status, std::string_view body, std::string_view retry_after) {
  HttpResponse response;
  const bool own_fault = status == 401 || status == 403 || status == 407 || status < 400;
  auto parsed = Json::parse(body);
  const Json* error = parsed ? parsed->find("error") : nullptr;
  if (own_fault) {  // its key or address, which is no business of the client
    response =
        to_response(model_error({Code::permission_denied, "the model's server refused the gateway", ""}));
  } else if (error && error->is_object() && !error->string("message").empty()) {
    Json whole = *error;
    bool complete = error->find("type") && error->find("type")->is_string();
    if (!complete) whole.set("type", status < 500 ? "invalid_request_error" : "api_error");
    for (const char* key : {"param", "code"})
      if (!error->find(key)) {
        whole.set(key, nullptr);
        complete = false;
      }
    response.body = complete ? std::string(body) : Json::object({{"error", std::move(whole)}}).dump();
    response.status = status == 402 ? 429 : status;
  } else {
    ApiError wrapped;
    wrapped.status = status == 402 ? 429 : status;
    wrapped.message = "the model's server answered " + std::to_string(status);
    wrapped.type = wrapped.status == 429 ? "rate_limit_error"
                   : status < 500        ? "invalid_request_error"
                                         : "api_error";
    response = to_response(wrapped);
  }
  if (!retry_after.empty() && !own_fault) response.headers.emplace_back("retry-after", retry_after);
  return response;
}

Task<void> pass_through(Exchange& exchange, model::ChatModel& model, std::string path, const Json& body,
                        bool may_stream) {
  const auto asked = read_passed(body, may_stream);
  if (!asked) {
    ApiError error = asked.error();
    co_await exchange.refuse(std::move(error));
    co_return;
  }
  auto spending = Spending::reserve(exchange, model.chain().front()->priced(asked->expected));
  if (!spending) {
    ApiError error = spending.error();
    co_await exchange.refuse(std::move(error));
    co_return;
  }
  Upstream::Call call;
  call.path = std::move(path);
  call.stream = asked->stream;
  call.traceparent = exchange.scope.traceparent();
  call.expected = asked->expected;
  call.deadline = exchange.time_left();
  Passing passing{exchange, model, *asked, *spending, std::move(call)};
  SseWriter::Ended ended = SseWriter::Ended::done;
  if (asked->stream) {
    const auto executor = co_await boost::asio::this_coro::executor;
    SseWriter sse(exchange.out, exchange.gateway.options.keep_alive, executor);
    auto work = pass_stream(passing, sse);
    ended = co_await sse.run(std::move(work), exchange.deadline);
    if (passing.whole && !passing.failed) {
      const bool finished = co_await sse.finish();
      exchange.note_end(finished);
      co_return;
    }
  } else {
    co_await pass_answer(passing);
  }
  if (ended == SseWriter::Ended::deadline) {
    ApiError error = too_late();
    co_await exchange.refuse(std::move(error));
  } else if (passing.failed) {
    co_await exchange.refuse(std::move(*passing.failed));
  } else if (passing.refused && !exchange.out.started()) {
    const int status = passing.refused->status;
    co_await exchange.answer(std::move(*passing.refused));
    exchange.note(status, "upstream");
  } else if (passing.refused) {  // comments went out already
    ApiError error = model_error({Code::unavailable, "the model's server refused the request", ""});
    if (const auto told = Json::parse(passing.refused->body)) {
      const Json* inner = told->find("error");
      if (inner) error.message = inner->string("message", error.message);
    }
    error.status = passing.refused->status;
    co_await exchange.refuse(std::move(error));
  } else if (asked->stream) {
    exchange.note_end(false);
  }
}

}  // namespace genkai::serve
