#include <unistd.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "app/bound_compute.h"
#include "app/bound_family.h"
#include "app/command.h"
#include "app/exit_codes.h"

namespace genkai::app {
namespace {

using Arguments = std::shared_ptr<BoundArguments>;
using Compute = base::Result<Sheet> (*)(const BoundArguments&);

void need_facts(const FactInput& facts, const std::string& or_else) {
  if (facts.given() == 0) throw CLI::RequiredError("FILE, --counts or --corpus" + or_else);
  if (facts.given() > 1) throw CLI::ValidationError("facts", "give one of FILE, --counts and --corpus");
}

void need(bool given, const char* what) {
  if (!given) throw CLI::RequiredError(what);
}

CLI::Validator probability() {
  return CLI::Range(0.0, 1.0);
}

CLI::Validator amount() {
  return CLI::Validator(
      [](std::string& text) { return amount_of(text) ? "" : text + " is no number above 0 (7B, 350M, 1e9)"; },
      "NUMBER");
}

void add_confidence(CLI::App& part, BoundArguments& arguments) {
  part.add_option("--confidence", arguments.confidence, "Of the interval, above 0 and below 1")
      ->capture_default_str();
}

void add_missing_mass(CLI::App& part, const Arguments& a) {
  add_fact_options(part, a->facts);
  auto* distribution =
      part.add_option("--distribution", a->distribution,
                      "Known probabilities of all facts, one a line or a JSON array: exact, not estimated")
          ->type_name("FILE");
  auto* n = part.add_option("--n", a->n, "Draws that will have been seen, with --distribution");
  distribution->needs(n);
  n->needs(distribution);
  add_confidence(part, *a);
}

void add_monofact(CLI::App& part, const Arguments& a) {
  add_fact_options(part, a->facts);
  part.add_option("--n", a->n, "Facts in the training data, instead of a log");
  part.add_option("--once", a->once, "Of them, those that are stated exactly once");
  part.add_option("--miscalibration", a->miscalibration,
                  "Total variation distance between truth and model over equally probable statements")
      ->check(probability())
      ->capture_default_str();
  part.add_option("--delta", a->delta, "Probability that the bound fails; by default 0.05");
  part.add_option("--false-per-fact", a->false_per_fact,
                  "Plausible false statements for each true one; by default without limit");
  part.add_option("--regularity", a->regularity,
                  "How many times likelier than the mean an unseen statement is to be true at most")
      ->capture_default_str();
}

void add_singleton(CLI::App& part, const Arguments& a) {
  add_fact_options(part, a->facts);
  part.add_option("--singleton-rate", a->singleton_rate,
                  "Prompts answered exactly once / n, instead of a log")
      ->check(probability());
  part.add_option("--n", a->n, "Training examples, instead of a log");
  part.add_option("--candidates", a->candidates, "Plausible wrong answers of a prompt, at least")->required();
  part.add_option("--most-candidates", a->most_candidates,
                  "At most; with it also the error that can be reached");
  part.add_option("--delta", a->delta, "Miscalibration of the model; by default 0")->check(probability());
}

void add_capacity(CLI::App& part, const Arguments& a) {
  part.add_option("--parameters", a->parameters, "Of the model: 7B, 350M, 1e9")->required()->check(amount());
  part.add_option("--exposures", a->exposures, "How often training shows a fact")->capture_default_str();
  part.add_option("--precision", a->precision, "Of the stored parameters")
      ->check(CLI::IsMember({"fp32", "fp16", "bf16", "int8", "int4"}))
      ->capture_default_str();
  part.add_option("--bits-per-fact", a->bits_per_fact, "Base-2 logarithm of the alternatives of a fact")
      ->required();
  part.add_option("--facts", a->wanted_facts, "That should be known; gives the share that can be")
      ->check(amount());
}

void add_threshold(CLI::App& part, const Arguments& a) {
  auto* penalty = part.add_option(
      "--penalty", a->penalty, "The t of the rule \"a wrong answer costs t / (1 - t)\", from 0 to below 1");
  for (auto* points : {part.add_option("--right", a->right, "Points of a right answer; by default 1"),
                       part.add_option("--wrong", a->wrong, "Of a wrong one; by default 0"),
                       part.add_option("--abstain", a->abstain, "Of saying \"I don't know\"; by default 0")})
    points->excludes(penalty);
  part.add_option("--probability", a->probability, "Of being right; gives the decision")
      ->check(probability());
}

void add_staleness(CLI::App& part, const Arguments& a) {
  auto* age = part.add_option("--age-days", a->age_days, "Age of the fact");
  auto* date = part.add_option("--date", a->date, "Date of the fact, 2024-05-31")->excludes(age);
  part.add_option("--today", a->today, "By default the clock's date")->needs(date);
  part.add_option("--half-life-days", a->half_life_days, "After which half of such facts have changed")
      ->required();
  part.add_option("--wanted", a->wanted, "Probability of being true; gives the age up to which it holds");
}

void add_snowball(CLI::App& part, const Arguments& a) {
  auto* errors = part.add_option("--errors", a->errors, "Error of each step: 0.05,0.1,0.02")
                     ->delimiter(',')
                     ->check(probability());
  auto* error = part.add_option("--error", a->error, "Error of every step")->check(probability());
  auto* steps = part.add_option("--steps", a->steps, "Number of steps");
  errors->excludes(error)->excludes(steps);
  error->needs(steps);
  steps->needs(error);
}

void add_abstention(CLI::App& part, const Arguments& a) {
  auto* error =
      part.add_option("--error", a->error, "Share wrong when all are answered")->check(probability());
  auto* wrong = part.add_option("--wrong", a->wrong, "Wrong answers counted")->excludes(error);
  auto* of = part.add_option("--of", a->of, "Of so many")->excludes(error);
  wrong->needs(of);
  of->needs(wrong);
  part.add_option("--target", a->target, "Wanted share of wrong answers among those given")
      ->required()
      ->check(probability());
  add_confidence(part, *a);
}

// What an option alone cannot check.
void check_missing_mass(const BoundArguments& a) {
  if (a.distribution.empty()) return need_facts(a.facts, " or --distribution");
  if (a.facts.given() > 0) throw CLI::ValidationError("--distribution", "give it or facts, not both");
}
void check_monofact(const BoundArguments& a) {
  if (!a.n && !a.once) return need_facts(a.facts, ", or --n with --once");
  need(a.n && a.once, "--n with --once");
  if (a.facts.given() > 0) throw CLI::ValidationError("--n", "give it or facts, not both");
}
void check_singleton(const BoundArguments& a) {
  if (!a.n && !a.singleton_rate) return need_facts(a.facts, ", or --n with --singleton-rate");
  need(a.n && a.singleton_rate, "--n with --singleton-rate");
  if (a.facts.given() > 0) throw CLI::ValidationError("--n", "give it or facts, not both");
}
void check_threshold(const BoundArguments& a) {
  need(a.penalty || a.right || a.wrong || a.abstain, "--penalty, or some of --right, --wrong and --abstain");
}
void check_staleness(const BoundArguments& a) {
  need(a.age_days || !a.date.empty(), "--age-days or --date");
}
void check_snowball(const BoundArguments& a) {
  need(!a.errors.empty() || a.error, "--errors, or --error with --steps");
}
void check_abstention(const BoundArguments& a) {
  need(a.error || a.of, "--error, or --wrong with --of");
}
void check_nothing(const BoundArguments&) {}

struct Part {
  const char* name;
  const char* sense;
  void (*add)(CLI::App&, const Arguments&);
  void (*check)(const BoundArguments&);
  Compute compute;
};

constexpr Part kHallucination[] = {
    {"missing-mass",
     "Share of coming questions about facts never seen, from a log, a corpus or a distribution",
     add_missing_mass, check_missing_mass, missing_mass_sheet},
    {"monofact", "Least hallucination of a calibrated model, from the facts that its data state once",
     add_monofact, check_monofact, monofact_sheet},
    {"singleton", "Least error of a base model, from the prompts that its data answer once", add_singleton,
     check_singleton, singleton_sheet},
    {"capacity", "Facts that fit into so many parameters", add_capacity, check_nothing, capacity_sheet},
    {"threshold", "When a scoring rule rewards guessing, and when abstaining", add_threshold, check_threshold,
     threshold_sheet},
    {"staleness", "Whether a dated fact still holds, by its half-life", add_staleness, check_staleness,
     staleness_sheet},
    {"snowball", "Whether a chain of steps is right, by the error of each", add_snowball, check_snowball,
     snowball_sheet},
    {"abstention", "Least abstention for a wanted error among the answers", add_abstention, check_abstention,
     abstention_sheet},
};

}  // namespace

int show(const base::Result<Sheet>& sheet, bool json) {
  if (!sheet) return report(sheet.error(), json);
  const bool colour = ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  const std::string text = json ? to_json(*sheet).dump() + "\n" : render(*sheet, colour);
  if (std::fputs(text.c_str(), stdout) == EOF || std::fflush(stdout) != 0)
    return report({base::Code::resource_exhausted, "cannot write to standard output", ""}, json);
  return sheet->incomplete ? kBadInput : kOk;
}

void add_output_options(CLI::App& part, std::string& language, bool& json) {
  part.add_option("--lang", language, "Language of what is printed")
      ->check(CLI::IsMember({"en", "ja"}))
      ->capture_default_str();
  part.add_flag("--json", json, "Print JSON");
}

void add_bound(CLI::App& program, Action& run) {
  CLI::App* verb = program.add_subcommand("bound", "Compute what a limit makes unavoidable");
  verb->require_subcommand(1);
  CLI::App* limit = verb->add_subcommand("hallucination", "What a model cannot know or cannot keep right");
  limit->require_subcommand(1);
  limit->footer(
      "Each bound states what it holds under and where it comes from (docs/limits/hallucination.md).");
  for (const Part& row : kHallucination) {
    auto arguments = std::make_shared<BoundArguments>();
    CLI::App* part = limit->add_subcommand(row.name, row.sense);
    row.add(*part, arguments);
    add_output_options(*part, arguments->language, arguments->json);
    part->callback([arguments, &row, &run] {
      row.check(*arguments);
      run = [arguments, &row] { return show(row.compute(*arguments), arguments->json); };
    });
  }
  add_retrieval_bounds(*verb, run);
  add_reasoning_bounds(*verb, run);
  add_context_bounds(*verb, run);
}

}  // namespace genkai::app
