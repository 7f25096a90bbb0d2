#include "limits/hallucination/probe/ask.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "base/hash.h"
#include "limits/hallucination/probe/follow_up.h"
#include "limits/hallucination/probe/judge.h"
#include "limits/hallucination/probe/prompts.h"

namespace genkai::limits::hallucination::probe {
namespace {

using base::Result;
using base::Task;

constexpr auto kLookAtFlag = std::chrono::milliseconds(50);

// What the workers share; all of them run on one thread.
struct Work {
  model::LanguageModel& model;
  const std::vector<Ask>& plan;
  Replies& replies;
  const AskOptions& options;
  std::function<base::Status(const Reply&)> on_reply;
  std::function<void()> on_step;
  model::Capabilities able;
  std::map<ReplyKey, std::string> asked{};
  std::size_t next = 0, failures_in_row = 0;
  Asked result{};
  std::optional<base::Error> fatal{};
};

bool hopeless(base::Code code) {
  return code == base::Code::permission_denied || code == base::Code::resource_exhausted ||
         code == base::Code::unsupported;
}

model::ChatRequest request_for(const Ask& ask, const Work& work) {
  model::ChatRequest request;
  request.messages = ask.messages;
  request.temperature = ask.temperature;
  request.max_tokens =
      std::min(work.options.max_tokens, std::max<std::size_t>(1, work.able.context_tokens / 2));
  request.deadline = work.options.deadline;
  const bool stance = ask.key.purpose == Purpose::stand_wrong || ask.key.purpose == Purpose::stand_right;
  if (work.able.json_schema && ask.json) request.response_schema = reply_schema(stance);
  if (work.able.logprobs && ask.key.purpose == Purpose::closed) request.logprobs = true;
  // A seed of the wording's own where replies should differ, one for all where they should not.
  if (work.able.seed) {
    const std::string own =
        ask.temperature > 0 ? ask.key.id + "/" + std::to_string(ask.key.wording) : std::string();
    request.seed = static_cast<std::int64_t>(base::hash64(own, work.options.seed) >> 33);
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
  model::ChatRequest request = request_for(ask, work);
  auto completion = co_await work.model.complete(std::move(request));
  ++work.result.calls;
  work.on_step();
  if (!completion) {
    ++work.result.failed;
    ++work.failures_in_row;
    if (work.result.first_failure.empty()) work.result.first_failure = completion.error().message;
    if (hopeless(completion.error().code) ||
        work.failures_in_row >= std::max<std::size_t>(3, work.options.parallel))
      if (!work.fatal) work.fatal = completion.error();
    co_return false;
  }
  work.failures_in_row = 0;
  work.result.usage += completion->usage;
  const model::Sample& sample = completion->samples.front();
  Reply reply{ask.key, std::move(asked), sample.text, sample.finish_reason};
  reply.probability = ask.key.purpose == Purpose::closed ? answer_probability(sample) : std::nullopt;
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
    const Ask next = follow_up(ask, work->replies.find(ask.key)->text);
    co_await ask_one(*work, next);
  }
  co_return 0;
}

Task<void> work_all(std::shared_ptr<Work> work) {
  std::vector<Task<int>> workers;
  for (std::size_t i = 0; i < std::max<std::size_t>(1, work->options.parallel); ++i)
    workers.push_back(worker(work));
  co_await base::side_by_side(std::move(workers));
}

Task<void> wait_for(base::Cancellation cancellation) {
  while (!cancellation.cancelled()) co_await base::sleep_for(kLookAtFlag);
}

}  // namespace

Task<Result<Asked>> ask_all(model::LanguageModel& model, const std::vector<Ask>& plan, Replies& replies,
                            const AskOptions& options, std::function<base::Status(const Reply&)> on_reply,
                            std::function<void()> on_step, base::Cancellation cancellation) {
  auto work = std::make_shared<Work>(
      Work{model, plan, replies, options, std::move(on_reply), std::move(on_step), {}});
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

}  // namespace genkai::limits::hallucination::probe
