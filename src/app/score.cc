#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>

#include "app/batch.h"
#include "app/command.h"
#include "app/exit_codes.h"
#include "app/print.h"
#include "app/score_lines.h"
#include "app/score_table.h"
#include "base/cancellation.h"
#include "base/progress.h"
#include "base/thread_pool.h"
#include "model/upstream/chat_model.h"

namespace genkai::app {
namespace {

using base::Json;
using limits::hallucination::find_measure;
using limits::hallucination::Judged;

constexpr std::size_t kLinesAtOnce = 64;  // a worker
constexpr std::size_t kErrorsShown = 3;

struct ScoreArguments {
  std::string path, language, entailment;
  ScorerOptions scorer;
  SummaryOptions summary;
  std::size_t threads = 0;
  double penalty = 0, threshold = 0, delta = 0.05;
  bool json = false, details = false, whole = false, adaptive = false;
};

Json to_line(const ScoreArguments& arguments, const ScoredLine& scored) {
  Json out = Json::object({{"id", scored.output.id},
                           {"samples", scored.output.samples.size()},
                           {"compared", scored.assessment.comparisons.samples}});
  if (const auto right = scored.right()) {
    out.set("correct", *right);
    if (!scored.output.correct) out.set("judged_by", scored.assessment.entailment);
  }
  if (scored.output.abstained) out.set("abstained", true);
  const Json measures = limits::hallucination::to_json(scored.assessment, arguments.details);
  for (const auto& [name, value] : measures.members()) out.set(name, value);
  if (!arguments.summary.penalty) return out;
  const auto& chosen = scored.assessment.measures.*find_measure(arguments.summary.measure)->value;
  const bool answer = !scored.output.abstained && chosen && *chosen > *arguments.summary.penalty;
  out.set("answer", answer);
  if (const auto right = scored.right(); right || !answer)
    out.set("points", limits::hallucination::honest_points(!answer  ? Judged::abstained
                                                           : *right ? Judged::right
                                                                    : Judged::wrong,
                                                           *arguments.summary.penalty));
  return out;
}

int print_lines(const ScoreArguments& arguments, const Scorer& scorer) {
  const auto errors =
      run_batch({arguments.path, arguments.threads, "score"}, [&](const Json& line) -> base::Result<Json> {
        GENKAI_ASSIGN_OR_RETURN(const ScoredLine scored, scorer.score(line));
        return to_line(arguments, scored);
      });
  scorer.remember();
  if (!errors) return report(errors.error(), arguments.json);
  return *errors == 0 ? kOk : kBadInput;
}

// Lines are scored side by side, some at a time, and added in their order.
class TableRun {
 public:
  TableRun(const ScoreArguments& arguments, const Scorer& scorer)
      : arguments_(arguments), scorer_(scorer), pool_(arguments.threads) {}

  base::Status run() {
    std::ifstream file;
    if (arguments_.path != "-") {
      file.open(arguments_.path, std::ios::binary);
      if (!file) return base::fail(base::Code::not_found, "cannot open " + arguments_.path);
    }
    std::istream& in = arguments_.path == "-" ? std::cin : file;
    const base::Cancellation cancellation = base::cancel_on_signals();
    base::Progress progress("score", 0);
    std::vector<std::string> texts;
    for (bool more = true; more;) {
      texts.clear();
      for (std::string text;
           texts.size() < kLinesAtOnce * pool_.size() && (more = !!std::getline(in, text));) {
        ++line_number_;
        if (text.find_first_not_of(" \t\r") == std::string::npos) continue;
        texts.push_back(std::move(text));
        numbers_.push_back(line_number_);
      }
      score(texts, cancellation, progress);
      if (cancellation.cancelled())
        return base::fail(base::Code::cancelled, "interrupted; what was recorded is kept");
    }
    return {};
  }
  const ScoreTable& table() const { return table_; }
  std::size_t failed() const { return failed_; }

 private:
  void score(const std::vector<std::string>& texts, const base::Cancellation& cancellation,
             base::Progress& progress) {
    std::vector<base::Result<ScoredLine>> scored(texts.size(),
                                                 base::fail(base::Code::cancelled, "interrupted"));
    pool_.parallel_for(texts.size(), [&](std::size_t i) {
      if (cancellation.cancelled()) return;
      const auto line = Json::parse(texts[i]);
      scored[i] = line ? scorer_.score(*line) : base::Result<ScoredLine>(base::fail(line.error()));
      progress.advance(1);
    });
    for (std::size_t i = 0; i < scored.size(); ++i) {
      if (scored[i])
        table_.add(*scored[i]);
      else
        say_failed(numbers_[i], scored[i].error());
    }
    numbers_.clear();
  }
  void say_failed(std::size_t number, const base::Error& error) {
    table_.fail();
    if (error.code == base::Code::cancelled || ++failed_ > kErrorsShown) return;
    std::fprintf(stderr, "genkai: line %zu: %s\n", number, printable(error.message).c_str());
    if (!error.hint.empty()) std::fprintf(stderr, "        %s\n", printable(error.hint).c_str());
  }

  const ScoreArguments& arguments_;
  const Scorer& scorer_;
  base::ThreadPool pool_;
  ScoreTable table_;
  std::vector<std::size_t> numbers_;
  std::size_t line_number_ = 0, failed_ = 0;
};

int print_table(const ScoreArguments& arguments, const Scorer& scorer) {
  TableRun run(arguments, scorer);
  const auto done = run.run();
  scorer.remember();
  if (!done) return report(done.error(), arguments.json);
  const ScoreSummary summary = run.table().summarise(arguments.summary);
  const std::string text =
      arguments.json ? summary.json().dump() + "\n" : summary.text(message_language(arguments.language, ""));
  std::fputs(text.c_str(), stdout);
  if (std::fflush(stdout) != 0)
    return report({base::Code::resource_exhausted, "cannot write to standard output", ""}, arguments.json);
  return run.failed() == 0 ? kOk : kBadInput;
}

int score(const ScoreArguments& arguments) {
  const auto scorer = Scorer::create(arguments.scorer);
  if (!scorer) return report(scorer.error(), arguments.json);
  return arguments.json && !arguments.whole ? print_lines(arguments, **scorer)
                                            : print_table(arguments, **scorer);
}

std::string measure_names() {
  std::string names;
  for (const auto& one : limits::hallucination::measure_table())
    if (one.probability) names += (names.empty() ? "" : ", ") + std::string(one.name);
  return names;
}

void add_model(CLI::App& verb, ScoreArguments& arguments) {
  ScorerOptions& scorer = arguments.scorer;
  CLI::Option* named =
      verb.add_option("--model", scorer.model.urls,
                      "Ask this model the questions that have no samples: http://host:port/v1#name of an "
                      "OpenAI-compatible server. The key comes from $GENKAI_API_KEY")
          ->type_name("URL")
          ->allow_extra_args(false)
          ->check(wrong_model_url);
  verb.add_option("--samples", scorer.sampling.samples, "Samples of each question, at most")
      ->check(CLI::Range(std::size_t{1}, limits::hallucination::kMostComparedSamples))
      ->capture_default_str()
      ->needs(named);
  verb.add_flag(
          "--adaptive", arguments.adaptive,
          "Stop asking as soon as it is certain enough whether --threshold (0.8 without) of the samples "
          "give one answer")
      ->needs(named);
  verb.add_option("--delta", arguments.delta, "Doubt at which --adaptive stops")
      ->check(CLI::Range(1e-6, 0.4))
      ->capture_default_str()
      ->needs(named);
  verb.add_option("--temperature", scorer.sampling.temperature, "Of the samples")
      ->check(CLI::Range(0.0, 2.0))
      ->capture_default_str()
      ->needs(named);
  verb.add_option(
          "--record", scorer.record,
          "Write down what the model says, to be scored again without it; ids that are there already are "
          "not asked again")
      ->type_name("FILE")
      ->needs(named);
  verb.add_option(
          "--entailment", arguments.entailment,
          "Who says whether two samples mean the same: the named model, one request a pair of distinct "
          "samples, or the built-in comparison. By default the model where one is named")
      ->check(CLI::IsMember({"model", "built-in"}));
}

}  // namespace

void add_score(CLI::App& program, Action& run) {
  auto arguments = std::make_shared<ScoreArguments>();
  CLI::App* verb = program.add_subcommand(
      "score", "Measure how certain a model is of its answers, from recorded outputs or by asking it");
  verb->add_option("file", arguments->path, "JSON lines (docs/formats/score.md), - for standard input")
      ->required();
  verb->add_flag("--json", arguments->json, "Print one line a question instead of the table");
  verb->add_flag("--summary", arguments->whole, "With --json: print the table as one JSON object instead");
  verb->add_flag("--details", arguments->details,
                 "With --json: print what the measures were computed from, too");
  CLI::Option* penalty =
      verb->add_option(
              "--penalty", arguments->penalty,
              "Honest scoring: a wrong answer costs t/(1-t), an abstention nothing, a right one gives 1")
          ->type_name("T")
          ->check(CLI::Range(0.0, 0.999));
  CLI::Option* threshold = verb->add_option("--threshold", arguments->threshold,
                                            "Answer where --score is at least this; say what is wrong")
                               ->check(CLI::Range(0.0, 1.0));
  verb->add_option("--score", arguments->summary.measure,
                   "The measure that --penalty and --threshold decide by: " + measure_names())
      ->check([](const std::string& name) {
        const auto* measure = find_measure(name);
        return measure && measure->probability ? std::string() : name + " is none of: " + measure_names();
      })
      ->capture_default_str();
  verb->add_option("--threads", arguments->threads, "Workers, one question each; 0 is one a core")
      ->capture_default_str();
  verb->add_option("--lang", arguments->language, "Language of the table")
      ->check(CLI::IsMember({"en", "ja"}));
  add_model(*verb, *arguments);
  verb->callback([arguments, penalty, threshold, &run] {
    if (arguments->details && (!arguments->json || arguments->whole))
      throw CLI::ValidationError("--details", "goes with --json, and not with --summary");
    if (arguments->entailment == "model" && arguments->scorer.model.empty())
      throw CLI::ValidationError("--entailment", "name the model with --model");
    if (const auto models = check(arguments->scorer.model); !arguments->scorer.model.empty() && !models)
      throw CLI::ValidationError("--model", models.error().message);
    if (penalty->count() > 0) arguments->summary.penalty = arguments->penalty;
    if (threshold->count() > 0) arguments->summary.threshold = arguments->threshold;
    arguments->scorer.model_entailment = arguments->entailment != "built-in";
    if (arguments->adaptive) {
      arguments->scorer.sampling.adaptive.emplace();
      if (threshold->count() > 0) arguments->scorer.sampling.adaptive->threshold = arguments->threshold;
      arguments->scorer.sampling.adaptive->delta = arguments->delta;
    }
    run = [arguments] { return score(*arguments); };
  });
}

}  // namespace genkai::app
