#include "limits/reasoning/programs/programs.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "base/hash.h"
#include "limits/reasoning/programs/prompt.h"
#include "text/text.h"

namespace genkai::limits::reasoning::programs {
namespace {

namespace expression = logic::expression;

bool same_value(const Program& a, const Program& b) {
  if (!a.value || !b.value) return a.draft.text == b.draft.text;
  return a.value->kind == b.value->kind && a.value->dimension == b.value->dimension &&
         a.value->point == b.value->point && a.value->number == b.value->number &&
         a.value->truth == b.value->truth && a.value->text == b.value->text &&
         (a.value->kind != expression::Kind::list || a.draft.text == b.draft.text);
}

// Equal values in the words of the first that has them; the largest group of supported ones is counted.
void let_agree(Computed& computed) {
  std::vector<std::size_t> votes(computed.programs.size(), 0);
  for (std::size_t i = 0; i < computed.programs.size(); ++i) {
    Program& program = computed.programs[i];
    if (program.ending != Ending::computed) continue;
    std::size_t first = i;
    for (std::size_t j = 0; j < i && first == i; ++j)
      if (computed.programs[j].ending == Ending::computed && same_value(computed.programs[j], program))
        first = j;
    program.draft.text = program.draft.span = computed.programs[first].draft.text;
    if (!program.draft.supported || ++votes[first] <= computed.agreeing) continue;
    computed.agreeing = votes[first];
    computed.best = i;
  }
}

model::ChatRequest first_request(const Prompt& prompt, const Assignment& task,
                                 const model::Capabilities& able, const Options& options) {
  const bool python = static_cast<bool>(task.python);
  model::ChatRequest request;
  request.messages.resize(2);
  request.messages[0].role = "system";
  request.messages[0].content = instructions(task.meaning.language, prompt.key, python);
  request.messages[1].content = prompt.passages;
  request.max_tokens = std::min(options.max_tokens, std::max<std::size_t>(1, able.context_tokens / 4));
  request.temperature = options.temperature;
  request.deadline = options.deadline;
  request.samples = std::max<std::size_t>(1, options.programs);
  if (able.seed) request.seed = static_cast<std::int64_t>(base::hash64("program/" + task.meaning.text) >> 33);
  if (able.json_schema) request.response_schema = reply_schema(python);
  return request;
}

struct Conversation {
  std::string reply;
  std::vector<model::ChatMessage> after;  // of the first request's messages
};

template <class Work>
base::Task<std::invoke_result_t<Work&>> on_cpu(base::ThreadPool* pool, Work work) {
  if (!pool) co_return work();
  auto value = co_await base::on_pool(*pool, std::move(work));
  co_return value;
}

void note(core::Trace::Stage& stage, const Computed& computed, std::size_t rounds) {
  std::size_t ran = 0;
  stage.note("asked for", std::string(to_string(computed.wanted)));
  for (const Program& program : computed.programs) {
    ran += program.ending == Ending::computed && program.draft.supported ? 1 : 0;
    std::string text = program.source;
    if (program.ending == Ending::computed) text += " = " + program.draft.text;
    if (!program.trouble.empty()) text += " (" + program.trouble + ")";
    const std::string how = program.ending == Ending::computed && !program.draft.supported
                                ? "unsupported"
                                : std::string(to_string(program.ending));
    stage.note(how, std::string(text::prefix(text, 400)));
  }
  stage.counts(computed.programs.size(), ran);
  stage.note("agree", std::to_string(computed.agreeing) + " of " + std::to_string(computed.programs.size()));
  if (rounds > 0) stage.note("sent back", std::to_string(rounds) + " rounds");
  stage.note("tokens", std::to_string(computed.usage.prompt_tokens) + " in, " +
                           std::to_string(computed.usage.completion_tokens) + " out");
}

}  // namespace

base::Task<base::Result<Computed>> compute(model::LanguageModel& model, const Prompt& prompt,
                                           const Assignment& task, Options options, base::ThreadPool* pool,
                                           core::Trace& trace) {
  auto stage = trace.stage("compute");
  Computed computed;
  computed.wanted = asked_for(task.meaning.text);
  GENKAI_CO_ASSIGN_OR_RETURN(const model::Capabilities able, co_await model.capabilities());
  const model::ChatRequest request = first_request(prompt, task, able, options);
  model::ChatRequest first = request;
  auto answered = co_await model.complete(std::move(first));
  if (!answered) {
    stage.note("failed", answered.error().message);
    co_return base::fail(std::move(answered).error());
  }
  computed.usage = answered->usage;
  computed.samples = answered->samples.size();
  std::vector<Conversation> conversations;
  for (model::Sample& sample : answered->samples) conversations.push_back({std::move(sample.text), {}});
  const auto run_all = [&] {
    std::vector<Program> programs;
    for (const Conversation& one : conversations) programs.push_back(run_program(one.reply, task));
    return programs;
  };
  computed.programs = co_await on_cpu(pool, run_all);

  std::size_t rounds = 0;
  for (; rounds < options.repairs; ++rounds) {
    std::vector<std::size_t> broken;
    std::vector<base::Task<base::Result<model::Completion>>> tasks;
    for (std::size_t i = 0; i < computed.programs.size(); ++i) {
      const Program& program = computed.programs[i];
      if (program.trouble.empty()) continue;
      model::ChatRequest again = request;
      auto& after = conversations[i].after;
      after.push_back({.role = "assistant", .content = conversations[i].reply});
      after.push_back({.role = "user", .content = correction(task.meaning.language, program.trouble)});
      again.messages.insert(again.messages.end(), after.begin(), after.end());
      again.samples = 1;
      if (again.seed) *again.seed += static_cast<std::int64_t>(1 + i + rounds * computed.programs.size());
      broken.push_back(i);
      tasks.push_back(model.complete(std::move(again)));
    }
    if (broken.empty()) break;
    auto repaired = co_await base::side_by_side(std::move(tasks));
    for (std::size_t n = 0; n < broken.size(); ++n) {
      if (!repaired[n] || repaired[n]->samples.empty()) continue;
      computed.usage += repaired[n]->usage;
      ++computed.samples;
      conversations[broken[n]].reply = repaired[n]->samples.front().text;
    }
    const auto run_broken = [&] {
      std::vector<Program> programs;
      for (const std::size_t i : broken) programs.push_back(run_program(conversations[i].reply, task));
      return programs;
    };
    auto programs = co_await on_cpu(pool, run_broken);
    for (std::size_t n = 0; n < broken.size(); ++n)
      if (repaired[n]) computed.programs[broken[n]] = std::move(programs[n]);
  }
  let_agree(computed);
  note(stage, computed, rounds);
  co_return computed;
}

bool overrule(std::vector<core::Draft>& drafts, const Computed& computed, core::Trace& trace) {
  auto stage = trace.stage("overrule");
  const std::size_t before = drafts.size();
  const bool decides = computed.decides();
  std::size_t aside = 0, otherwise = 0;
  if (decides) {
    const core::Draft& best = computed.programs[computed.best].draft;
    for (const core::Draft& draft : drafts) {
      if (draft.supported) continue;
      ++aside;
      if (draft.stance == core::Stance::answers && draft.value != best.value) ++otherwise;
    }
    std::erase_if(drafts, [](const core::Draft& draft) { return !draft.supported; });
  }
  for (const Program& program : computed.programs)
    if (decides || program.draft.supported) drafts.push_back(program.draft);
  stage.counts(before, drafts.size());
  stage.note("programs", decides ? "decide" : "do not decide");
  if (aside > 0)
    stage.note("set aside", std::to_string(aside) + " drafts that no passage supports, " +
                                std::to_string(otherwise) + " of which said otherwise");
  return decides;
}

void pass_operands(core::Verified& quotes, const std::vector<core::Draft>& drafts, const Computed& computed) {
  if (!computed.decides() || !quotes.conflicts.empty()) return;
  const auto is_operand = [&](const std::string& value) {
    return std::any_of(computed.programs.begin(), computed.programs.end(), [&](const Program& program) {
      return program.draft.supported &&
             std::find(program.operands.begin(), program.operands.end(), value) != program.operands.end();
    });
  };
  const auto is_answer = [&](const std::string& value) {
    return std::any_of(drafts.begin(), drafts.end(),
                       [&](const core::Draft& draft) { return draft.supported && draft.value == value; });
  };
  auto& all = quotes.drafts;
  const auto first = std::find_if(all.begin(), all.end(), [&](const core::Draft& quote) {
    return quote.value.empty() || !is_operand(quote.value) || is_answer(quote.value);
  });
  all.erase(all.begin(), first);
}

}  // namespace genkai::limits::reasoning::programs
