#include "answer/computed_answers.h"

#include <utility>

#include "answer/draft_prompt.h"
#include "answer/draft_reply.h"
#include "answer/draft_value.h"

namespace genkai::answer {

namespace programs = limits::reasoning::programs;

std::size_t calls_of_programs(std::string_view question, std::size_t count) {
  return programs::asked_for(question) == programs::Wanted::nothing
             ? 0
             : count * (1 + programs::Options{}.repairs);
}

base::Task<std::optional<Computed>> compute_answers(model::LanguageModel& model,
                                                    const core::Interpretation& meaning,
                                                    const std::vector<core::Evidence>& evidence,
                                                    const DraftOptions& drafting, ComputeOptions options,
                                                    ModelReplies& replies, core::Trace& trace) {
  if (options.programs == 0 || programs::asked_for(meaning.text) == programs::Wanted::nothing)
    co_return std::nullopt;
  if (replies.replies.empty() || replies.replies.front().shown.empty()) co_return std::nullopt;
  const std::vector<std::size_t>& places = replies.replies.front().shown;
  const Shown shown(evidence, places);
  programs::Prompt prompt;
  prompt.passages = draft_messages(meaning, evidence, places)[1].content;
  prompt.key = prompt.passages.substr(0, prompt.passages.find(' '));  // begins the line before each passage
  const auto cite = [&](std::string_view quote, std::int64_t number, core::Draft& draft) {
    return shown.cite(quote, number, draft);
  };
  const programs::Assignment task{meaning, replies.model, cite, options.python};
  programs::Options asking;
  asking.programs = options.programs;
  asking.max_tokens = drafting.max_tokens;
  asking.temperature = drafting.temperature;
  asking.deadline = drafting.deadline;
  auto computed = co_await programs::compute(model, prompt, task, asking, options.pool, trace);
  if (!computed) co_return std::nullopt;
  for (programs::Program& program : computed->programs)
    if (program.ending == programs::Ending::computed) set_value(program.draft, meaning.focus);
  replies.usage += computed->usage;
  replies.programs += computed->samples;
  co_return std::move(*computed);
}

}  // namespace genkai::answer
