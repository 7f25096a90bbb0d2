#include "app/probe_context.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

#include "answer/model_showing.h"
#include "app/exit_codes.h"
#include "app/model_choice.h"
#include "app/probe_context_report.h"
#include "app/probe_run.h"
#include "base/async.h"
#include "model/asking/answer_key.h"

namespace genkai::app {
namespace {

namespace probe = limits::context::probe;
using base::Code;
using base::Result;

// Without --lengths: five lengths, each twice the one before, up to what the context holds, and no more than:
constexpr std::size_t kLengths = 5, kLongest = 32'000, kShortest = 20;
constexpr std::size_t kChatTokens = 160;  // of instructions, keys and question
constexpr std::size_t kPlainTokens = 40, kPlainReply = 32;
constexpr std::size_t kSample = 200;  // tokens of the text that tells how the model counts

struct Arguments {
  ModelChoice model;
  ProbeAsking asking;
  std::string tasks, report, figure, language = "en", tongue = "en";
  std::vector<std::size_t> lengths;
  std::size_t budget = 0;
  probe::Design design;
  model::asking::AskSettings settings;
  bool json = false, save = false;
};

Result<std::vector<probe::Task>> tasks_named(const std::string& names) {
  std::vector<probe::Task> out;
  if (names.empty()) {
    for (std::size_t i = 0; i < probe::kTasks; ++i) out.push_back(static_cast<probe::Task>(i));
    return out;
  }
  for (std::size_t at = 0; at <= names.size();) {
    const std::size_t end = std::min(names.find(',', at), names.size());
    const std::string name = names.substr(at, end - at);
    at = end + 1;
    const auto task = probe::task_named(name);
    if (!task)
      return base::fail(Code::invalid_argument, "\"" + name + "\" is no task of this probe",
                        "there are needle, needles, key_value, tracking, counting, hops and distractors");
    if (std::find(out.begin(), out.end(), *task) == out.end()) out.push_back(*task);
  }
  return out;
}

// Estimated tokens of a text that the context holds beside instructions and reply. One request tells how many
// of the model's tokens an estimated one is.
Result<std::size_t> room_of(model::ChatModel& model, const model::Capabilities& able, probe::Form form,
                            const probe::Design& design, std::size_t reply) {
  const probe::Item sample =
      probe::make_item({probe::Task::needle, std::min(kSample, able.context_tokens / 8), 0.5, 0},
                       design.language, design.seed);
  model::ChatRequest request;
  request.messages = probe::ask_of(sample, form).messages;
  request.max_tokens = 4;
  std::uint64_t estimated = 0;
  for (const auto& message : request.messages) estimated += text::estimate_tokens(message.content);
  GENKAI_ASSIGN_OR_RETURN(const model::Completion seen,
                          base::run_blocking(model.complete(std::move(request))));
  const double each = seen.usage.prompt_tokens == 0
                          ? 1.25  // it does not tell
                          : static_cast<double>(seen.usage.prompt_tokens) / static_cast<double>(estimated);
  const double own = 0.95 * static_cast<double>(able.context_tokens) - static_cast<double>(reply);
  const double around = static_cast<double>(form == probe::Form::chat ? kChatTokens : kPlainTokens);
  const double room = own / std::clamp(each, 0.25, 10.0) - around;
  return room < 0 ? 0 : static_cast<std::size_t>(room);
}

// Two digits, so that they read well.
std::size_t rounded(std::size_t tokens) {
  std::size_t unit = 1;
  while (tokens / unit >= 100) unit *= 10;
  return tokens / unit * unit;
}

Result<std::vector<std::size_t>> lengths_for(const Arguments& arguments, std::size_t room) {
  std::vector<std::size_t> out = arguments.lengths;
  if (out.empty()) {
    for (std::size_t i = 0; i < kLengths; ++i)
      if (const std::size_t length = rounded(std::min(room, kLongest) >> i); length >= kShortest)
        out.push_back(length);
    if (out.empty())
      return base::fail(Code::invalid_argument,
                        "the model's context holds no text of " + std::to_string(kShortest) + " tokens",
                        "a shorter --max-tokens leaves more room");
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  if (out.back() > room)
    return base::fail(
        Code::invalid_argument,
        "a text of " + std::to_string(out.back()) + " tokens does not fit into the model's context",
        "about " + std::to_string(room) + " do, beside question and reply");
  return out;
}

void add(model::asking::Asked& sum, const model::asking::Asked& one) {
  sum.calls += one.calls;
  sum.failed += one.failed;
  if (sum.first_failure.empty()) sum.first_failure = one.first_failure;
  sum.usage += one.usage;
}

// One round after another, each recorded before the next is planned.
base::Status ask_rounds(const ChosenModel& model, probe::Allocation& allocation, probe::Form form,
                        const Arguments& arguments, const ProbeAsking& asking, ContextRun& run) {
  const bool japanese = asking.language == text::Language::japanese;
  model::asking::AskSettings settings = arguments.settings;
  settings.seed = run.design.seed;
  if (form == probe::Form::completes) settings.max_tokens = std::min(settings.max_tokens, kPlainReply);
  std::vector<double> tokens(run.design.lengths.size(), 0), counted(tokens.size(), 0);
  for (auto trials = allocation.next(); !trials.empty(); trials = allocation.next()) {
    ++run.rounds;
    std::fprintf(stderr,
                 japanese ? "第%zu巡: %zu問。この後は多くとも%zu問。\n"
                          : "Round %zu: %zu questions, at most %zu more after it.\n",
                 run.rounds, trials.size(), allocation.most_calls());
    std::vector<probe::Item> items;
    std::vector<model::asking::Ask> plan;
    for (const probe::Trial& trial : trials) {
      items.push_back(probe::item_of(run.design, trial));
      plan.push_back(probe::ask_of(items.back(), form, trial.blind));
    }
    model::asking::Replies replies(run.model, run.design.seed);
    GENKAI_ASSIGN_OR_RETURN(const auto asked, ask_and_record(model, plan, replies, settings, asking));
    add(run.asked, asked);
    for (std::size_t i = 0; i < trials.size(); ++i) {
      const model::asking::Reply* reply = replies.find(plan[i].key);
      if (!reply) continue;
      ++run.replies;
      run.unusable += model::asking::read_short_reply(reply->text).usable ? 0 : 1;
      allocation.see(trials[i], items[i], probe::is_right(items[i], reply->text, form));
      if (trials[i].blind || reply->usage.prompt_tokens == 0) continue;
      tokens[trials[i].length] += static_cast<double>(reply->usage.prompt_tokens);
      counted[trials[i].length] += 1;
    }
  }
  for (std::size_t i = 0; i < tokens.size(); ++i)
    run.prompt_tokens.push_back(counted[i] > 0 ? tokens[i] / counted[i] : 0);
  return {};
}

Result<int> probe_context(const Arguments& arguments) {
  const text::Language language =
      arguments.language == "ja" ? text::Language::japanese : text::Language::english;
  ContextRun run;
  run.design = arguments.design;
  run.design.language = arguments.tongue == "ja" ? text::Language::japanese : text::Language::english;
  if (arguments.budget > 0) run.design.budget = arguments.budget;
  GENKAI_ASSIGN_OR_RETURN(run.design.tasks, tasks_named(arguments.tasks));
  GENKAI_ASSIGN_OR_RETURN(const ChosenModel model, open_model(arguments.model));
  run.model = model.model->name();
  GENKAI_ASSIGN_OR_RETURN(const model::Capabilities able, base::run_blocking(model.model->capabilities()));
  run.completes = able.completes_only;
  run.context_tokens = able.context_tokens;
  const probe::Form form = able.completes_only ? probe::Form::completes : probe::Form::chat;
  const std::size_t reply =
      std::min(able.completes_only ? kPlainReply : arguments.settings.max_tokens, able.context_tokens / 2);
  GENKAI_ASSIGN_OR_RETURN(const std::size_t room, room_of(*model.model, able, form, run.design, reply));
  GENKAI_ASSIGN_OR_RETURN(run.design.lengths, lengths_for(arguments, room));
  probe::Allocation allocation(run.design);
  if (allocation.least_calls() > run.design.budget)
    return base::fail(Code::invalid_argument, "the budget does not allow every task at every length once",
                      "that takes " + std::to_string(allocation.least_calls()) +
                          " calls; fewer --tasks, --lengths, --depths or --blind take fewer");
  ProbeAsking asking = arguments.asking;
  asking.language = language;
  GENKAI_RETURN_IF_ERROR(ask_rounds(model, allocation, form, arguments, asking, run));
  const probe::ProbeReport found = probe::measure(allocation);
  if (!arguments.figure.empty())
    GENKAI_RETURN_IF_ERROR(
        base::write_file_atomically(arguments.figure, stats::to_svg(overall_map(run, found, language))));
  ProbeResult where{{}, arguments.report, arguments.json, language};
  if (arguments.save) where.save = answer::probe_file("context", run.model);
  GENKAI_RETURN_IF_ERROR(
      hand_over(where, to_json(run, found), page_of(run, language), sections(run, found, language)));
  return run.asked.failed > 0 ? kUnavailable : kOk;
}

int run_context(const Arguments& arguments) {
  const auto status = probe_context(arguments);
  return status ? *status : report(status.error(), arguments.json);
}

}  // namespace

void add_probe_context(CLI::App& verb, Action& run) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* part =
      verb.add_subcommand("context",
                          "Ask questions about generated texts of growing length: up to which length a model "
                          "reads, at which depth "
                          "it does not, and what the guard of ask and serve keeps its prompts within");
  part->add_option("--model", arguments->model.urls,
                   "http://host:port/v1#name of an OpenAI-compatible server, or builtin (builtin:FILE.gguf). "
                   "The key comes from $GENKAI_API_KEY")
      ->type_name("URL")
      ->expected(1)
      ->required()
      ->check(wrong_model_url);
  part->add_option(
      "--tasks", arguments->tasks,
      "Of needle, needles, key_value, tracking, counting, hops, distractors, with commas between; "
      "all by default");
  part->add_option("--lengths", arguments->lengths,
                   "Estimated tokens of the texts, with commas between; by default five, each twice the one "
                   "before, up to the model's context and 32000")
      ->delimiter(',')
      ->check(CLI::Range(std::size_t{20}, std::size_t{10'000'000}));
  probe::Design& design = arguments->design;
  part->add_option("--depths", design.depths, "Places of the evidence, and items asked at a time")
      ->check(CLI::Range(1, 21))
      ->capture_default_str();
  part->add_option("--absolute", design.absolute, "Share right that a length has to have")
      ->check(CLI::Range(0.05, 0.99))
      ->capture_default_str();
  part->add_option("--relative", design.relative, "Or this share of what the shortest length has")
      ->check(CLI::Range(0.05, 0.99))
      ->capture_default_str();
  part->add_option("--most", design.most, "Items of a task at a length; fewer where it is decided before")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  part->add_option("--blind", design.blind, "Questions of a task that are asked without the text")
      ->check(CLI::Range(0, 1'000))
      ->capture_default_str();
  part->add_option("--budget", arguments->budget, "Calls at most, those recorded included")
      ->check(CLI::PositiveNumber);
  part->add_option("--language", arguments->tongue, "Of the texts")
      ->check(CLI::IsMember({"en", "ja"}))
      ->capture_default_str();
  part->add_option("--max-tokens", arguments->settings.max_tokens, "Of a reply, thoughts included")
      ->check(CLI::Range(8, 100'000))
      ->capture_default_str();
  add_asking_options(*part, arguments->asking);
  part->add_option("--report", arguments->report, "Write a page with heat maps")->type_name("FILE.html");
  part->add_option("--figure", arguments->figure, "Write the heat map of length and depth")
      ->type_name("FILE.svg");
  part->add_flag("--save", arguments->save,
                 "Keep the result for this model, so that ask and serve show it no more than it reads");
  part->add_option("--seed", design.seed, "Of everything that is drawn")->capture_default_str();
  part->add_option("--parallel", arguments->settings.parallel, "Requests in flight")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  part->add_option("--lang", arguments->language, "Language of the report")
      ->check(CLI::IsMember({"en", "ja"}))
      ->capture_default_str();
  part->add_flag("--json", arguments->json, "Print the report as JSON (docs/limits/context.md)");
  part->callback([arguments, &run] {
    if (auto tasks = tasks_named(arguments->tasks); !tasks)
      throw CLI::ValidationError("--tasks", tasks.error().message + "; " + tasks.error().hint);
    run = [arguments] { return run_context(*arguments); };
  });
}

}  // namespace genkai::app
