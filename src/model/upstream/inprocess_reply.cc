#include "model/upstream/inprocess_reply.h"

#include <algorithm>
#include <utility>

#include "text/utf8.h"

namespace genkai::model {
namespace {

using base::Json;

Json logprobs_of(const ReplyForm& form, const native::Generated& sample, std::size_t from) {
  const auto entry = [&](native::TokenId id, double logprob) {
    return Json::object({{"token", text::to_valid_utf8(form.piece(id))}, {"logprob", logprob}});
  };
  Json content = Json::array();
  for (std::size_t i = from; i < sample.tokens.size(); ++i) {
    const native::LoggedToken& token = sample.tokens[i];
    if (form.ends(token.id)) break;
    Json one = entry(token.id, token.logprob), top = Json::array();
    for (const auto& [id, logprob] : token.alternatives) top.push(entry(id, logprob));
    one.set("top_logprobs", std::move(top));
    content.push(std::move(one));
  }
  return Json::object({{"content", std::move(content)}});
}

std::string said(const ReplyForm& form, const native::Generated& sample) {
  const std::size_t blanks = std::min(sample.text.find_first_not_of(' '), sample.text.size());
  return sample.text.substr(std::min(blanks, form.leading_blanks));
}

Json usage_of(const ReplyForm& form, const std::vector<native::Generated>& samples) {
  std::size_t made = 0;
  for (const native::Generated& sample : samples) made += sample.tokens.size();
  return Json::object({{"prompt_tokens", form.prompt_tokens},
                       {"completion_tokens", made},
                       {"total_tokens", form.prompt_tokens + made}});
}

Json envelope(const char* kind, const std::string& model, Json choices) {
  return Json::object({{"id", "chatcmpl-builtin"},
                       {"object", kind},
                       {"created", 0},
                       {"model", model},
                       {"choices", std::move(choices)}});
}

}  // namespace

std::string whole_reply(const ReplyForm& form, const std::vector<native::Generated>& samples) {
  Json choices = Json::array();
  for (const native::Generated& sample : samples) {
    Json choice =
        Json::object({{"index", choices.items().size()},
                      {"message", Json::object({{"role", "assistant"}, {"content", said(form, sample)}})},
                      {"finish_reason", sample.ended ? "stop" : "length"}});
    if (form.logprobs) choice.set("logprobs", logprobs_of(form, sample, 0));
    choices.push(std::move(choice));
  }
  Json answer = envelope("chat.completion", form.model, std::move(choices));
  answer.set("usage", usage_of(form, samples));
  return answer.dump();
}

void tell(const ReplyForm& form, std::size_t i, const native::Generated& sample, Told& told,
          std::string& events) {
  if (told.ended) return;
  const std::string text = said(form, sample);
  std::size_t safe = text.size();
  if (sample.running)
    for (const std::string& stop : form.stop)
      for (std::size_t length = std::min(stop.size(), text.size()); length > 0; --length)
        if (text.ends_with(std::string_view(stop).substr(0, length)))
          safe = std::min(safe, text.size() - length);
  told.ended = !sample.running;
  if (safe <= told.bytes && !told.ended) return;
  Json delta =
      Json::object({{"content", text.substr(std::min(told.bytes, safe), safe - std::min(told.bytes, safe))}});
  if (told.bytes == 0) delta.set("role", "assistant");
  Json choice = Json::object({{"index", i}, {"delta", std::move(delta)}});
  if (form.logprobs) choice.set("logprobs", logprobs_of(form, sample, told.tokens));
  choice.set("finish_reason", told.ended ? Json(sample.ended ? "stop" : "length") : Json());
  told.bytes = safe;
  told.tokens = sample.tokens.size();
  events += "data: " + envelope("chat.completion.chunk", form.model, Json::array({choice})).dump() + "\n\n";
}

void end_of_stream(const ReplyForm& form, const std::vector<native::Generated>& samples,
                   std::string& events) {
  Json last = envelope("chat.completion.chunk", form.model, Json::array());
  last.set("usage", usage_of(form, samples));
  events += "data: " + last.dump() + "\n\ndata: [DONE]\n\n";
}

Exchange::Exchange(int status, const char* type, std::string body) : status_(status), body_(std::move(body)) {
  headers_.emplace_back("content-type", type);
}

base::Task<base::Result<std::string>> Exchange::read() {
  co_await base::asio::post(base::asio::use_awaitable);
  co_return std::exchange(body_, {});
}

std::unique_ptr<HttpExchange> error_exchange(int status, const base::Error& error) {
  const std::string message = error.hint.empty() ? error.message : error.message + "; " + error.hint;
  return std::make_unique<Exchange>(
      status, "application/json",
      Json::object({{"error", Json::object({{"message", message}, {"type", "invalid_request_error"}})}})
          .dump());
}

std::unique_ptr<HttpExchange> models_exchange(const std::string& model) {
  const Json listed = Json::object({{"id", model}, {"object", "model"}});
  return std::make_unique<Exchange>(
      200, "application/json", Json::object({{"object", "list"}, {"data", Json::array({listed})}}).dump());
}

}  // namespace genkai::model
