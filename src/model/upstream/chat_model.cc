#include "model/upstream/chat_model.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/json.h"
#include "model/upstream/capabilities.h"
#include "model/upstream/chat_codec.h"
#include "text/text.h"

namespace genkai::model {
namespace {

using base::Code;
using base::Error;
using base::Json;
using base::Result;
using base::Task;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;

constexpr std::size_t kMostStreams = 2;      // how often a stream that is cut is begun at one endpoint
constexpr std::size_t kTextsARequest = 256;  // embedded at once

// The sink of a request, which must see an empty text before it sees the first sample start anew.
class TextOut {
 public:
  explicit TextOut(LanguageModel::TextSink sink) : sink_(std::move(sink)) {}
  bool wanted() const { return static_cast<bool>(sink_); }
  void start() {
    if (std::exchange(said_, false)) sink_({});
  }
  void add(std::string_view text) {
    if (!sink_ || text.empty()) return;
    said_ = true;
    sink_(text);
  }

 private:
  LanguageModel::TextSink sink_;
  bool said_ = false;
};

// One endpoint's part of a request.
struct Turn {
  Upstream& upstream;
  const ChatRequest& request;
  std::string model;
  Time deadline, answer_by;
};

milliseconds until(Time time) {
  return std::max(milliseconds(1), std::chrono::ceil<milliseconds>(time - Clock::now()));
}

// What is left is shared by the endpoints that are left, so that one that hangs leaves time for the others.
Time share_of(Time deadline, std::size_t endpoints_left) {
  const Time now = Clock::now();
  return deadline <= now ? deadline : now + (deadline - now) / static_cast<int>(endpoints_left);
}

bool next_may_do_better(Code code) {
  return code != Code::invalid_argument && code != Code::unsupported;
}

bool next_may_do_better(int status) {
  return status < 200 || (status >= 300 && status < 400) || status >= 500 || status == 401 || status == 402 ||
         status == 403 || status == 404 || status == 408 || status == 409 || status == 429;
}

Error all_failed(std::vector<Error> errors, Time deadline) {
  Error error = std::move(errors.back());
  if (errors.size() > 1) {
    std::string all = "no model answered: ";
    for (std::size_t i = 0; i + 1 < errors.size(); ++i) all += errors[i].message + "; ";
    error.message = all + error.message;
  }
  if (Clock::now() >= deadline) error.code = Code::deadline_exceeded;
  return error;
}

Usage estimated_usage(const ChatRequest& request, const Completion& completion) {
  Usage usage = expected_usage(request);
  usage.completion_tokens = 0;
  for (const Sample& sample : completion.samples)
    usage.completion_tokens +=
        sample.tokens.empty() ? text::estimate_tokens(sample.text) : sample.tokens.size();
  return usage;
}

Task<Result<Completion>> read_stream(Upstream::Reply& reply, TextOut* out) {
  ChunkJoiner joiner;
  while (true) {
    GENKAI_CO_ASSIGN_OR_RETURN(const auto event, co_await reply.next());
    if (!event) break;
    GENKAI_CO_ASSIGN_OR_RETURN(const Json chunk, Json::parse(*event));
    GENKAI_CO_ASSIGN_OR_RETURN(const std::string text, joiner.add(chunk));
    out->add(text);
  }
  co_return joiner.finish();
}

// One request to one endpoint: up to `samples` samples, perhaps fewer. Streams when `out` wants text.
Task<Result<Completion>> ask(Turn turn, std::size_t samples, std::optional<std::int64_t> seed, TextOut* out) {
  EndpointFacts& facts = turn.upstream.facts();
  const auto& configured = turn.upstream.options().capabilities;
  const bool stream = out && out->wanted() && !(configured && !configured->streaming);
  ChatRequest request = turn.request;
  request.samples = samples;
  bool renamed = false;
  for (std::size_t streams = 1;; ++streams) {
    if (out) out->start();
    const bool newer = facts.max_completion_tokens();
    Upstream::Call call;
    call.path = "/chat/completions";
    call.body = chat_body(request, {.model = turn.model,
                                    .samples = samples,
                                    .seed = seed,
                                    .stream = stream,
                                    .max_completion_tokens = newer})
                    .dump();
    call.stream = stream;
    call.expected = expected_usage(request);
    call.deadline = until(turn.deadline);
    call.answer_within = until(turn.answer_by);
    GENKAI_CO_ASSIGN_OR_RETURN(const auto reply, co_await turn.upstream.call(std::move(call)));
    const int status = reply->status();
    if (status < 200 || status >= 300) {
      facts.note_refusal(status, reply->body());
      if (!newer && facts.max_completion_tokens() && !std::exchange(renamed, true)) continue;
      co_return base::fail(status_error(turn.upstream, status, reply->body()));
    }
    Result<Completion> completion = Completion();
    if (stream) {
      completion = co_await read_stream(*reply, out);
      if (!completion && streams < kMostStreams && next_may_do_better(completion.error().code) &&
          Clock::now() < turn.answer_by)
        continue;
    } else {
      GENKAI_CO_ASSIGN_OR_RETURN(const Json answer, Json::parse(reply->body()));
      completion = completion_from(answer);
      if (completion && out) out->add(completion->samples.front().text);
    }
    if (!completion) {
      Error error = completion.error();
      error.message = "model '" + turn.upstream.options().name + "': " + error.message;
      co_return base::fail(std::move(error));
    }
    if (completion->usage.prompt_tokens + completion->usage.completion_tokens == 0)
      completion->usage = estimated_usage(request, *completion);
    completion->usage = turn.upstream.priced(completion->usage);
    reply->settle(completion->usage);
    if (completion->samples.size() > samples) completion->samples.resize(samples);
    completion->model = turn.upstream.options().name;
    co_return completion;
  }
}

// One sample each, side by side, appended to what is there; each with a seed of its own.
Task<base::Status> ask_for_rest(Turn turn, Completion& so_far, TextOut* out) {
  std::vector<Task<Result<Completion>>> tasks;
  for (std::size_t i = so_far.samples.size(); i < turn.request.samples; ++i) {
    std::optional<std::int64_t> seed = turn.request.seed;
    if (seed) seed = static_cast<std::int64_t>(static_cast<std::uint64_t>(*seed) + i);  // may wrap
    tasks.push_back(ask(turn, 1, seed, i == 0 ? out : nullptr));
  }
  auto results = co_await base::side_by_side(std::move(tasks));
  for (auto& result : results) {
    if (!result) co_return base::fail(result.error());
    so_far.samples.push_back(std::move(result->samples.front()));
    so_far.usage += result->usage;
    so_far.model = result->model;
  }
  co_return base::Status();
}

Task<Result<Completion>> ask_for_all(Turn turn, TextOut* out) {
  EndpointFacts& facts = turn.upstream.facts();
  const auto& configured = turn.upstream.options().capabilities;
  const std::size_t wanted = turn.request.samples;
  const auto known = configured ? std::optional(configured->multiple_samples) : facts.several_samples();
  Completion completion;
  if (wanted == 1 || known.value_or(true)) {
    Result<Completion> first = co_await ask(turn, wanted, turn.request.seed, out);
    if (first) {
      if (wanted > 1) facts.note_several_samples(first->samples.size() == wanted);
      completion = std::move(*first);
    } else if (wanted == 1 || first.error().code != Code::invalid_argument) {
      co_return first;
    } else {
      // Perhaps it was only the number of samples that it did not like: llama.cpp gives as many as it has
      // slots.
      Result<Completion> single = co_await ask(turn, 1, turn.request.seed, out);
      if (!single) co_return first;
      facts.note_several_samples(false);
      completion = std::move(*single);
    }
  }
  if (completion.samples.size() < wanted) {
    GENKAI_CO_RETURN_IF_ERROR(co_await ask_for_rest(turn, completion, out));
  }
  co_return completion;
}

Result<Embeddings> embeddings_from(const Json& answer, std::size_t wanted) {
  const Json* data = answer.find("data");
  if (!data || data->items().size() != wanted)
    return base::fail(Code::corrupt, "the answer has not one embedding for each text");
  Embeddings vectors(wanted);
  for (std::size_t i = 0; i < wanted; ++i) {
    const Json& item = data->items()[i];
    const Json* index = item.find("index");
    const std::int64_t at = index ? index->as_int(-1) : static_cast<std::int64_t>(i);
    if (at < 0 || at >= static_cast<std::int64_t>(wanted) || !vectors[static_cast<std::size_t>(at)].empty())
      return base::fail(Code::corrupt, "the answer has an embedding of an impossible index");
    const Json* values = item.find("embedding");
    if (!values || values->items().empty())
      return base::fail(Code::corrupt, "the answer has an empty embedding");
    std::vector<float>& vector = vectors[static_cast<std::size_t>(at)];
    for (const Json& value : values->items()) {
      vector.push_back(static_cast<float>(value.as_double()));
      if (!value.is_number() || !std::isfinite(vector.back()))
        return base::fail(Code::corrupt, "the answer has an embedding that is not made of numbers");
    }
  }
  for (const auto& vector : vectors)
    if (vector.size() != vectors.front().size())
      return base::fail(Code::corrupt, "the answer has embeddings of different lengths");
  return vectors;
}

Task<Result<Embeddings>> embed_at(Upstream& upstream, std::string model,
                                  const std::vector<std::string>& texts, Time deadline, Usage& used) {
  Embeddings all;
  for (std::size_t begin = 0; begin < texts.size(); begin += kTextsARequest) {
    const std::size_t end = std::min(texts.size(), begin + kTextsARequest);
    Json input = Json::array();
    Upstream::Call call;
    for (std::size_t i = begin; i < end; ++i) {
      input.push(texts[i]);
      call.expected.prompt_tokens += text::estimate_tokens(texts[i]);
    }
    call.path = "/embeddings";
    call.body =
        Json::object({{"model", model}, {"input", std::move(input)}, {"encoding_format", "float"}}).dump();
    call.deadline = until(deadline);
    const Usage expected = call.expected;
    GENKAI_CO_ASSIGN_OR_RETURN(const auto reply, co_await upstream.call(std::move(call)));
    if (reply->status() < 200 || reply->status() >= 300) {
      upstream.facts().note_refusal(reply->status(), reply->body());
      co_return base::fail(status_error(upstream, reply->status(), reply->body()));
    }
    GENKAI_CO_ASSIGN_OR_RETURN(const Json answer, Json::parse(reply->body()));
    auto vectors = embeddings_from(answer, end - begin);
    if (!vectors || (!all.empty() && vectors->front().size() != all.front().size()))
      co_return base::fail(Code::corrupt,
                           "model '" + upstream.options().name + "': " +
                               (vectors ? "the embeddings have different lengths" : vectors.error().message));
    const Usage usage = upstream.priced(usage_from(answer).value_or(expected));
    reply->settle(usage);
    used += usage;
    std::move(vectors->begin(), vectors->end(), std::back_inserter(all));
  }
  co_return all;
}

}  // namespace

ChatModel::ChatModel(std::vector<Upstream*> chain) : chain_(std::move(chain)) {}

ChatModel::~ChatModel() = default;

const std::string& ChatModel::name() const {
  return chain_.front()->options().name;
}

Task<Result<Completion>> ChatModel::complete(ChatRequest request, TextSink on_text) {
  request.samples = std::max<std::size_t>(request.samples, 1);
  const Time deadline = deadline_in(request.deadline);
  TextOut out(std::move(on_text));
  std::vector<Error> errors;
  for (std::size_t i = 0; i < chain_.size(); ++i) {
    Upstream& upstream = *chain_[i];
    const Time own_deadline = std::min(deadline, Clock::now() + upstream.options().deadline);
    const Time answer_by = std::min(own_deadline, share_of(deadline, chain_.size() - i));
    Result<std::string> remote = co_await upstream.facts().model_name(upstream, answer_by);
    Result<Completion> completion = Completion();
    if (remote) {
      const Turn turn{upstream, request, std::move(*remote), own_deadline, answer_by};
      completion = co_await ask_for_all(turn, &out);
    } else {
      completion = base::fail(remote.error());
    }
    if (completion) co_return completion;
    errors.push_back(completion.error());
    if (!next_may_do_better(errors.back().code)) co_return completion;
    if (Clock::now() >= deadline) break;
  }
  co_return base::fail(all_failed(std::move(errors), deadline));
}

Task<Result<Capabilities>> ChatModel::capabilities() {
  std::vector<Error> errors;
  for (Upstream* upstream : chain_) {
    Result<Capabilities> seen = co_await upstream->facts().capabilities(*upstream);
    if (seen) co_return seen;
    errors.push_back(seen.error());
  }
  co_return base::fail(all_failed(std::move(errors), Time::max()));
}

Task<Result<Embeddings>> ChatModel::embed(std::vector<std::string> texts, Usage* usage) {
  const Time deadline = Clock::now() + chain_.front()->options().deadline;
  Usage used;
  std::vector<Error> errors;
  for (std::size_t i = 0; i < chain_.size(); ++i) {
    Upstream& upstream = *chain_[i];
    const Time answer_by = share_of(deadline, chain_.size() - i);
    Result<std::string> remote = co_await upstream.facts().model_name(upstream, answer_by);
    Result<Embeddings> vectors = Embeddings();
    if (remote)
      vectors = co_await embed_at(upstream, std::move(*remote), texts, answer_by, used);
    else
      vectors = base::fail(remote.error());
    if (usage) *usage = used;
    if (vectors) co_return vectors;
    errors.push_back(vectors.error());
    if (!next_may_do_better(errors.back().code)) co_return vectors;
    if (Clock::now() >= deadline) break;
  }
  co_return base::fail(all_failed(std::move(errors), deadline));
}

Task<Result<std::unique_ptr<Upstream::Reply>>> ChatModel::call(
    Upstream::Call call, std::function<std::string(const std::string& remote_model)> body_for) {
  using Answer = Result<std::unique_ptr<Upstream::Reply>>;
  const Time deadline =
      deadline_in(call.deadline.count() > 0 ? call.deadline : chain_.front()->options().deadline);
  std::vector<Error> errors;
  for (std::size_t i = 0; i < chain_.size(); ++i) {
    Upstream& upstream = *chain_[i];
    const bool is_last = i + 1 == chain_.size();
    const Time own_deadline = std::min(deadline, Clock::now() + upstream.options().deadline);
    const Time answer_by = std::min(own_deadline, share_of(deadline, chain_.size() - i));
    Upstream::Call one = call;
    Answer answer = std::unique_ptr<Upstream::Reply>();
    if (body_for) {
      const Result<std::string> remote = co_await upstream.facts().model_name(upstream, answer_by);
      if (remote)
        one.body = body_for(*remote);
      else
        answer = base::fail(remote.error());
    }
    if (answer) {
      one.deadline = until(own_deadline);
      one.answer_within = until(answer_by);
      answer = co_await upstream.call(std::move(one));
    }
    if (answer) {
      const int status = (*answer)->status();
      if (status == 404) upstream.facts().note_refusal(status, (*answer)->body());
      if (is_last || !next_may_do_better(status)) co_return answer;
      errors.push_back(status_error(upstream, status, (*answer)->body()));
    } else {
      errors.push_back(answer.error());
      if (!next_may_do_better(errors.back().code)) co_return answer;
    }
    if (Clock::now() >= deadline) break;
  }
  co_return base::fail(all_failed(std::move(errors), deadline));
}

}  // namespace genkai::model
