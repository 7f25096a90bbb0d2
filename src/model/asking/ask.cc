#include "model/asking/ask.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "base/hash.h"
#include "model/asking/answer_key.h"
#include "text/text.h"

namespace genkai::model::asking {
namespace {

using base::Result;
using base::Task;

constexpr auto kLookAtFlag = std::chrono::milliseconds(50);

// What the workers share; all of them run on one thread.
struct Work {
  LanguageModel& model;
  const std::vector<Ask>& plan;
  Replies& replies;
  AskSettings settings;
  std::function<base::Status(const Reply&)> on_reply;
  std::function<void()> on_step;
  Capabilities able;
  std::map<ReplyKey, std::string> asked{};
  std::size_t next = 0, failures_in_row = 0;
  Asked result{};
  std::optional<base::Error> fatal{};
};

bool hopeless(base::Code code) {
  return code == base::Code::permission_denied || code == base::Code::resource_exhausted ||
         code == base::Code::unsupported;
}

ChatRequest request_for(const Ask& ask, const Work& work) {
  ChatRequest request;
  request.messages = ask.messages;
  request.temperature = ask.temperature;
  request.max_tokens =
      std::min(work.settings.max_tokens, std::max<std::size_t>(1, work.able.context_tokens / 2));
  request.deadline = work.settings.deadline;
  if (work.able.json_schema) request.response_schema = ask.schema;
  if (work.able.logprobs && ask.probability) request.logprobs = true;
  // A seed of the wording's own where replies should differ, one for all where they should not.
  if (work.able.seed) {
    const std::string own =
        ask.temperature > 0 ? ask.key.id + "/" + std::to_string(ask.key.wording) : std::string();
    request.seed = static_cast<std::int64_t>(base::hash64(own, work.settings.seed) >> 33);
  }
  return request;
}

// False when there is no reply to it, or no more should be asked.
Task<bool> ask_one(Work& work, const Ask& ask) {
  std::string asked = fingerprint(ask);
  work.asked[ask.key] = asked;
  if (work.replies.find(ask.key, asked)) {
    work.on_step();
    co_return true;
  }
  ChatRequest request = request_for(ask, work);
  auto completion = co_await work.model.complete(std::move(request));
  ++work.result.calls;
  work.on_step();
  if (!completion) {
    ++work.result.failed;
    ++work.failures_in_row;
    if (work.result.first_failure.empty()) work.result.first_failure = completion.error().message;
    if (hopeless(completion.error().code) ||
        work.failures_in_row >= std::max<std::size_t>(3, work.settings.parallel))
      if (!work.fatal) work.fatal = completion.error();
    co_return false;
  }
  work.failures_in_row = 0;
  work.result.usage += completion->usage;
  const Sample& sample = completion->samples.front();
  Reply reply{ask.key, std::move(asked), sample.text, sample.finish_reason};
  reply.probability = ask.probability ? answer_probability(sample) : std::nullopt;
  reply.usage = completion->usage;
  if (auto recorded = work.on_reply(reply); !recorded) {
    if (!work.fatal) work.fatal = recorded.error();
    co_return false;
  }
  work.replies.add(std::move(reply));
  co_return true;
}

Task<int> worker(std::shared_ptr<Work> work) {
  while (work->next < work->plan.size() && !work->fatal) {
    const Ask& ask = work->plan[work->next++];
    const bool there = co_await ask_one(*work, ask);
    if (!ask.then || work->fatal) continue;
    if (!there) {
      ++work->result.failed;
      work->on_step();
      continue;
    }
    const Ask next = ask.then(work->replies.find(ask.key)->text);
    co_await ask_one(*work, next);
  }
  co_return 0;
}

Task<void> work_all(std::shared_ptr<Work> work) {
  std::vector<Task<int>> workers;
  for (std::size_t i = 0; i < std::max<std::size_t>(1, work->settings.parallel); ++i)
    workers.push_back(worker(work));
  co_await base::side_by_side(std::move(workers));
}

Task<void> wait_for(base::Cancellation cancellation) {
  while (!cancellation.cancelled()) co_await base::sleep_for(kLookAtFlag);
}

}  // namespace

std::string fingerprint(const Ask& ask) {
  std::string all = std::to_string(ask.temperature);
  for (const auto& message : ask.messages) all += "\n" + message.role + "\n" + message.content;
  return base::content_hash(all).substr(0, 16);
}

Estimate estimate(const std::vector<Ask>& plan, const Replies& known) {
  Estimate sum;
  const auto tokens = [](const Ask& ask) {
    std::uint64_t n = 0;
    for (const auto& message : ask.messages) n += 4 + text::estimate_tokens(message.content);
    return n;
  };
  for (const Ask& ask : plan) {
    const Reply* reply = known.find(ask.key, fingerprint(ask));
    if (reply) {
      ++sum.known;
    } else {
      ++sum.calls;
      sum.prompt_tokens += tokens(ask);
      sum.completion_tokens += ask.reply_tokens;
    }
    if (!ask.then) continue;
    const Ask next = ask.then(reply ? reply->text : std::string());
    if (reply && known.find(next.key, fingerprint(next))) {
      ++sum.known;
      continue;
    }
    ++sum.calls;
    sum.prompt_tokens += tokens(next) + (reply ? 0 : ask.reply_tokens);
    sum.completion_tokens += next.reply_tokens;
  }
  return sum;
}

Task<Result<Asked>> ask_all(LanguageModel& model, const std::vector<Ask>& plan, Replies& replies,
                            AskSettings settings, std::function<base::Status(const Reply&)> on_reply,
                            std::function<void()> on_step, base::Cancellation cancellation) {
  auto work = std::make_shared<Work>(
      Work{model, plan, replies, settings, std::move(on_reply), std::move(on_step), {}});
  if (estimate(plan, replies).calls > 0) {
    GENKAI_CO_ASSIGN_OR_RETURN(work->able, co_await model.capabilities());
  }
  const auto executor = co_await base::asio::this_coro::executor;
  // Whichever ends first cancels the other: an interruption does not wait for the replies that are under way.
  auto both = base::asio::experimental::make_parallel_group(
      base::asio::co_spawn(executor, work_all(work), base::asio::deferred),
      base::asio::co_spawn(executor, wait_for(cancellation), base::asio::deferred));
  auto [order, error, ignored] =
      co_await both.async_wait(base::asio::experimental::wait_for_one(), base::asio::use_awaitable);
  work->result.interrupted = order[0] == 1;
  if (order[0] == 0 && error) std::rethrow_exception(error);
  if (work->fatal) co_return base::fail(std::move(*work->fatal));
  if (!work->result.interrupted) replies.keep(work->asked);
  co_return std::move(work->result);
}

}  // namespace genkai::model::asking
