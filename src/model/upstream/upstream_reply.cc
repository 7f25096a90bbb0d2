#include "model/upstream/upstream_reply.h"

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <cctype>

#include "base/log.h"
#include "model/upstream/chat_codec.h"

namespace genkai::model {
namespace {

using base::Code;
using base::Json;

constexpr std::size_t kLongestMessage = 300;            // bytes of an endpoint's text in a message
constexpr std::size_t kMostEventsBeforeChoice = 1'000;  // an endpoint that never comes to the point
constexpr std::chrono::milliseconds kLongestDrain{20};  // for the end of a stream after its [DONE]

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

// "application/json" of "Application/JSON; charset=utf-8".
std::string media_type(std::string_view header) {
  std::string type = lower_case(header.substr(0, header.find(';')));
  std::erase_if(type, [](char c) { return c == ' ' || c == '\t'; });
  return type;
}

// A missing type is let pass: what follows is checked anyway.
bool is_json_type(const std::string& type) {
  return type.empty() || type == "application/json" || type == "text/json" || type.ends_with("+json");
}

const Json* error_of(const Json& answer) {
  const Json* error = answer.find("error");
  if (error && !error->is_null() && !(error->is_bool() && !error->as_bool())) return error;
  return answer.string("object") == "error" ? &answer : nullptr;
}

std::string message_of(const Json& error) {
  return std::string(error.is_string() ? error.as_string()
                                       : error.string("message", "an error without a message"));
}

}  // namespace

std::string without_key(std::string bytes, std::string_view key) {
  if (key.empty()) return bytes;
  for (std::size_t at = bytes.find(key); at != std::string::npos; at = bytes.find(key, at + 5))
    bytes.replace(at, key.size(), "[key]");
  return bytes;
}

std::string safe_text(std::string_view text, std::string_view key) {
  // The key goes before the text is cut, lest half of it stays.
  std::string safe = without_key(std::string(text), key);
  if (safe.size() > kLongestMessage) {
    std::size_t end = kLongestMessage;
    while (end > 0 && (static_cast<unsigned char>(safe[end]) & 0xC0U) == 0x80U) --end;
    safe = safe.substr(0, end) + "...";
  }
  for (char& c : safe)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  return safe;
}

std::string reported_error(std::string_view body, std::string_view key) {
  const auto answer = Json::parse(body);
  if (answer)
    if (const Json* error = error_of(*answer)) return safe_text(message_of(*error), key);
  return safe_text(body, key);
}

void count_failure(CircuitBreaker::Attempt& attempt, const std::string& name) {
  if (attempt.fail(std::chrono::steady_clock::now()))
    base::log::warning("model '" + name + "': too many failures in a row, it is left alone for a while");
}

base::Task<base::Result<std::unique_ptr<UpstreamReply>>> UpstreamReply::read(
    std::unique_ptr<HttpExchange> exchange, Rules rules) {
  auto reply = std::make_unique<UpstreamReply>(std::move(exchange), rules);
  if (rules.stream && reply->good())
    GENKAI_CO_RETURN_IF_ERROR(co_await reply->read_first_event());
  else
    GENKAI_CO_RETURN_IF_ERROR(co_await reply->read_body());
  co_return reply;
}

UpstreamReply::UpstreamReply(std::unique_ptr<HttpExchange> exchange, Rules rules)
    : exchange_(std::move(exchange)), rules_(rules), parser_(rules.upstream.options().body_limit) {}

UpstreamReply::~UpstreamReply() {
  if (good()) holdings_.reservation.settle(seen_ ? rules_.upstream.priced(*seen_) : expected_);
}

void UpstreamReply::keep(Usage expected, Holdings holdings) {
  expected_ = expected;
  holdings_ = std::move(holdings);
  const bool over = !rules_.stream || !good();
  // A stream is judged at its end, except that a probe of the breaker must not keep all others waiting.
  if (over || holdings_.attempt.is_probe()) holdings_.attempt.succeed();
  if (over) end();
}

void UpstreamReply::settle(const Usage& used) {
  holdings_.reservation.settle(rules_.upstream.priced(used));
}

base::Error UpstreamReply::broken(Code code, std::string message) const {
  return {code, safe_text(message, rules_.upstream.options().key), {}};
}

base::Task<base::Status> UpstreamReply::read_body() {
  const std::string type = media_type(header("content-type"));
  if (good() && !is_json_type(type))
    co_return base::fail(broken(Code::corrupt, "it answered with " + type + " instead of JSON"));
  auto body = co_await read_all(*exchange_);
  if (!body && body.error().code == Code::resource_exhausted)
    co_return base::fail(broken(Code::corrupt, "its answer is too large: " + body.error().message));
  if (!body) co_return base::fail(broken(body.error().code, body.error().message));
  body_ = std::move(*body);
  if (!good()) {
    body_ = without_key(std::move(body_), rules_.upstream.options().key);
    co_return base::Status();
  }
  const auto answer = Json::parse(body_);
  if (!answer)
    co_return base::fail(broken(Code::corrupt, "its answer is not JSON: " + answer.error().message));
  co_return check(*answer, true);
}

// What every answer and event must be; notes choices and usage.
base::Status UpstreamReply::check(const Json& answer, bool whole) {
  if (const Json* error = error_of(answer))
    return base::fail(broken(Code::unavailable, "it reports: " + message_of(*error)));
  if (const auto usage = usage_from(answer)) seen_ = usage;
  if (!rules_.completion) return {};
  const Json* choices = answer.find("choices");
  if (!choices || !choices->is_array()) return base::fail(broken(Code::corrupt, "its answer has no choices"));
  if (whole && choices->items().empty())
    return base::fail(broken(Code::corrupt, "its list of choices is empty"));
  for (std::size_t i = 0; i < choices->items().size(); ++i) {
    const Json& choice = choices->items()[i];
    if (!choice.is_object()) return base::fail(broken(Code::corrupt, "one of its choices is no object"));
    const Json* reason = choice.find("finish_reason");
    const bool finished = reason && reason->is_string();
    if (whole && !finished)
      return base::fail(broken(Code::unavailable, "its answer was cut short: a choice has no finish_reason"));
    if (finished && reason->as_string() == "error")
      return base::fail(broken(Code::unavailable, "it reports that its answer failed"));
    const Json* index = choice.find("index");
    bool& known = choices_[index ? index->as_int() : static_cast<std::int64_t>(i)];
    known = known || finished;
  }
  return {};
}

bool UpstreamReply::all_finished() const {
  return !choices_.empty() &&
         std::all_of(choices_.begin(), choices_.end(), [](const auto& choice) { return choice.second; });
}

base::Task<base::Status> UpstreamReply::read_first_event() {
  const std::string type = media_type(header("content-type"));
  if (!type.empty() && type != "text/event-stream")
    co_return base::fail(broken(Code::corrupt, "it answered with " + type + " instead of an event stream"));
  const auto begun = [this] { return rules_.completion ? !choices_.empty() : !ready_.empty(); };
  while (!begun() && !failed_ && !done_) {
    if (ready_.size() > kMostEventsBeforeChoice)
      co_return base::fail(broken(Code::corrupt, "its stream goes on without any choice"));
    if (std::chrono::steady_clock::now() >= rules_.answer_by)
      co_return base::fail(broken(Code::deadline_exceeded, "no event came in time"));
    co_await pull();
  }
  if (begun()) co_return base::Status();  // what follows, be it an error, is next()'s
  if (failed_) co_return base::fail(*failed_);
  co_return base::fail(broken(Code::corrupt, "its stream has no choices"));
}

// Reads one piece and what it holds. Ends in more events, done_, failed_, or nothing new.
base::Task<void> UpstreamReply::pull() {
  auto bytes = co_await exchange_->read();
  if (!bytes && rules_.completion && all_finished()) {
    done_ = drained_ = true;  // cut, but after all that was to be said
  } else if (!bytes) {
    failed_ = bytes.error().code == Code::resource_exhausted
                  ? broken(Code::corrupt, "its stream is too large: " + bytes.error().message)
                  : broken(bytes.error().code, bytes.error().message);
  } else if (!bytes->empty()) {
    take(*bytes);
  } else if (rules_.completion ? all_finished() : parser_.at_boundary()) {
    done_ = drained_ = true;
  } else {
    failed_ = broken(Code::unavailable, "its stream was cut");
  }
}

void UpstreamReply::take(std::string_view bytes) {
  auto events = parser_.feed(bytes);
  if (!events) {
    failed_ = broken(Code::corrupt, "its event stream is malformed: " + events.error().message);
    return;
  }
  for (SseEvent& event : *events) {
    if (event.data == "[DONE]") {
      done_ = true;
      return;
    }
    const auto data = Json::parse(event.data);
    if (!data) {
      failed_ = broken(Code::corrupt, "an event of its stream is not JSON: " + data.error().message);
      return;
    }
    if (const auto checked = check(*data, false); !checked) {
      failed_ = checked.error();
      return;
    }
    ready_.push_back(std::move(event.data));
  }
}

base::Task<base::Result<std::optional<std::string>>> UpstreamReply::next() {
  while (ready_.empty() && !failed_ && !done_) co_await pull();
  if (!ready_.empty()) {
    std::optional<std::string> event(std::move(ready_.front()));
    ready_.pop_front();
    co_return event;
  }
  if (failed_) {
    if (!std::exchange(over_, true)) {
      ++rules_.counters.failures;
      count_failure(holdings_.attempt, rules_.upstream.options().name);
      end();
    }
    co_return base::fail(*failed_);
  }
  if (!drained_) co_await drain();
  holdings_.attempt.succeed();
  end();
  co_return std::optional<std::string>();
}

// The end of the body usually follows [DONE] at once; only a connection that has been read to it is used
// again.
base::Task<void> UpstreamReply::drain() {
  using namespace boost::asio::experimental::awaitable_operators;
  drained_ = true;
  auto read_or_late = co_await (read_all(*exchange_) || base::sleep_for(kLongestDrain));
  static_cast<void>(read_or_late);
}

void UpstreamReply::end() {
  holdings_.in_flight = Gauge();  // before the next one counts
  holdings_.permit.release();
}

}  // namespace genkai::model
