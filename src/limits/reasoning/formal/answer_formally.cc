#include "limits/reasoning/formal/answer_formally.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/clock.h"
#include "limits/reasoning/formal/prompts.h"

namespace genkai::limits::reasoning {
namespace {

using base::Json;
using logic::solve::Dialect;
using logic::solve::Solution;
using logic::solve::Status;
using logic::solve::What;

constexpr std::size_t kLongestProgram = 64 * 1024;

model::ChatRequest request_for(const FormalOptions& options, std::vector<model::ChatMessage> messages,
                               std::size_t samples) {
  model::ChatRequest request;
  request.messages = std::move(messages);
  request.samples = samples;
  request.max_tokens = options.max_tokens;
  request.temperature = options.temperature;
  request.deadline = options.deadline;
  return request;
}

Solution run(const Formalisation& one, const FormalQuestion& question, const FormalOptions& options) {
  return logic::solve::solve({one.program.substr(0, kLongestProgram), question.question, question.options},
                             options.budget);
}

struct Mended {
  Formalisation formalisation;
  model::Usage usage;
  std::size_t calls = 0;
};

// The program and what is wrong with it go back, until it can be read or the rounds are used up.
base::Task<Mended> mend(model::LanguageModel& model, const FormalQuestion& question,
                        const FormalOptions& options, std::string prompt, std::string program) {
  Mended mended;
  Formalisation& one = mended.formalisation;
  one.program = std::move(program);
  one.solution = run(one, question, options);
  while (one.solution.status == Status::syntax && one.rounds < options.rounds) {
    ++one.rounds;
    ++mended.calls;
    std::vector<model::ChatMessage> messages{
        {.content = prompt},
        {.role = "assistant", .content = one.program},
        {.content = repair_prompt(logic::solve::to_model(one.solution))}};
    auto request = request_for(options, std::move(messages), 1);
    const auto completion = co_await model.complete(std::move(request));
    if (!completion || completion->samples.empty()) break;
    mended.usage += completion->usage;
    one.program = completion->samples[0].text;
    one.solution = run(one, question, options);
  }
  co_return mended;
}

void vote(FormalAnswer& answer) {
  std::map<std::string, std::size_t> votes;
  std::map<Status, std::size_t> failures;
  for (const Formalisation& one : answer.formalisations)
    ++(one.solution.status == Status::ok ? votes[one.solution.answer] : failures[one.solution.status]);
  const std::size_t programs = answer.formalisations.size();
  std::string split;
  for (const auto& [text, count] : votes) {
    split += (split.empty() ? "" : ", ") + text + " (" + std::to_string(count) + ")";
    if (count * 2 <= programs) continue;
    answer.status = Status::ok;
    answer.answer = text;
    answer.agreeing = count;
    answer.why = {What::votes, {std::to_string(count), std::to_string(programs)}};
    return;
  }
  // No majority: the failure that most programs share, or that they disagree.
  answer.status = Status::ambiguous;
  answer.why = {What::votes_split, {split}};
  std::size_t most = 0;
  for (const auto& [status, count] : failures) {
    if (count <= most) continue;
    most = count;
    if (votes.size() > 1 && count * 2 <= programs) continue;
    answer.status = status;
    for (const Formalisation& one : answer.formalisations)
      if (one.solution.status == status) answer.why = one.solution.why;
  }
}

void record(const FormalAnswer& answer, core::Trace::Stage& stage) {
  std::size_t executed = 0;
  for (const Formalisation& one : answer.formalisations) {
    executed += one.solution.status != Status::syntax;
    stage.record(Json::object({{"status", to_string(one.solution.status)},
                               {"dialect", to_string(one.solution.dialect)},
                               {"answer", one.solution.answer},
                               {"why", say(one.solution.why, text::Language::english)},
                               {"rounds", one.rounds},
                               {"repairs", one.solution.repairs.size()}}));
  }
  stage.counts(answer.formalisations.size(), executed);
  stage.note("outcome", std::string(to_string(answer.status)) +
                            (answer.answered() ? " " + answer.answer : "") + ": " +
                            say(answer.why, text::Language::english));
  stage.note("cost", std::to_string(answer.calls) + " requests, " +
                         std::to_string(answer.usage.prompt_tokens) + " and " +
                         std::to_string(answer.usage.completion_tokens) + " tokens");
}

}  // namespace

double FormalAnswer::agreement() const {
  return answered() && !formalisations.empty()
             ? static_cast<double>(agreeing) / static_cast<double>(formalisations.size())
             : 0;
}

const Formalisation* FormalAnswer::best() const {
  const auto found =
      std::find_if(formalisations.begin(), formalisations.end(), [&](const Formalisation& one) {
        return one.solution.status == status && one.solution.answer == answer;
      });
  return found == formalisations.end() ? nullptr : &*found;
}

Json to_json(const FormalAnswer& answer, text::Language language) {
  Json programs = Json::array();
  for (const Formalisation& one : answer.formalisations) {
    Json program = logic::solve::to_json(one.solution, language);
    program.set("program", one.program).set("rounds", one.rounds);
    programs.push(std::move(program));
  }
  return Json::object({{"status", to_string(answer.status)},
                       {"answer", answer.answered() ? Json(answer.answer) : Json()},
                       {"why", say(answer.why, language)},
                       {"agreement", answer.agreement()},
                       {"programs", std::move(programs)},
                       {"cost", Json::object({{"requests", answer.calls},
                                              {"prompt_tokens", answer.usage.prompt_tokens},
                                              {"completion_tokens", answer.usage.completion_tokens},
                                              {"money", answer.usage.money},
                                              {"milliseconds", answer.milliseconds}})}});
}

base::Task<base::Result<FormalAnswer>> answer_formally(model::LanguageModel& model, FormalQuestion question,
                                                       FormalOptions options, core::Trace& trace) {
  const base::Stopwatch watch;
  core::Trace::Stage stage = trace.stage("formalise");
  FormalAnswer answer;
  const std::string prompt =
      formalise_prompt(options.dialect ? *options.dialect : dialect_for(question.options), question);
  auto request =
      request_for(options, {{.content = prompt}}, std::max<std::size_t>(1, options.formalisations));
  auto completion = co_await model.complete(std::move(request));
  if (!completion) co_return base::fail(completion.error());
  answer.calls = 1;
  answer.usage = completion->usage;
  std::vector<base::Task<Mended>> tasks;
  for (model::Sample& sample : completion->samples)
    tasks.push_back(mend(model, question, options, prompt, std::move(sample.text)));
  for (Mended& mended : co_await base::side_by_side(std::move(tasks))) {
    answer.usage += mended.usage;
    answer.calls += mended.calls;
    answer.formalisations.push_back(std::move(mended.formalisation));
  }
  vote(answer);
  answer.milliseconds = watch.milliseconds();
  record(answer, stage);
  co_return answer;
}

}  // namespace genkai::limits::reasoning
