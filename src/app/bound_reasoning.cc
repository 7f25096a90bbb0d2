// genkai bound reasoning: what no chain, choice or vote can do better than.

#include <CLI/CLI.hpp>

#include <memory>

#include "app/bound_family.h"
#include "app/bound_reasoning.h"

namespace genkai::app {
namespace {

using Arguments = std::shared_ptr<ReasoningArguments>;

CLI::Validator probability() {
  return CLI::Range(0.0, 1.0);
}
void add_table(CLI::App& part, const Arguments& a, const char* what) {
  part.add_option("table", a->table, what)->type_name("FILE");
}
void add_confidence(CLI::App& part, const Arguments& a) {
  part.add_option("--confidence", a->confidence, "Of the interval, above 0 and below 1")
      ->capture_default_str();
}
void add_tolerance(CLI::App& part, const Arguments& a) {
  part.add_option("--tolerance", a->tolerance, "What is no gain any more")
      ->check(probability())
      ->capture_default_str();
}

void add_fewest_wrong(CLI::App& part, const Arguments& a) {
  add_table(part, a, "Two answers a line that cannot both be right, with a TAB between; - is standard input");
  part.add_option("--group", a->groups, "How often each value of one question was answered: 5,3,1")
      ->allow_extra_args(false);
  part.add_option("--exactly-one", a->exactly_one,
                  "Of statements of which one is true, how many were affirmed, denied, and are there: 3,1,4")
      ->allow_extra_args(false);
}
void add_survival(CLI::App& part, const Arguments& a) {
  add_table(part, a, "wrong<TAB>of of each step of the chain; - is standard input");
  part.add_option("--errors", a->errors, "Error of each step: 0.05,0.1,0.02")
      ->delimiter(',')
      ->check(probability());
  part.add_option("--error", a->error, "Error of every step")->check(probability());
  auto* wrong = part.add_option("--wrong", a->wrong, "Wrong steps counted")->check(CLI::NonNegativeNumber);
  auto* of = part.add_option("--of", a->of, "Of so many")->check(CLI::PositiveNumber);
  wrong->needs(of);
  of->needs(wrong);
  part.add_option("--steps", a->steps, "Of the chain, with --error or --wrong");
  part.add_option("--caught", a->caught, "Share of wrong steps that a checker flags")->check(probability());
  part.add_option("--false-alarm", a->false_alarm, "Share of right ones")->check(probability());
  part.add_option("--retries", a->retries, "How often a flagged step is written anew")
      ->check(CLI::NonNegativeNumber);
  part.add_option("--target", a->target, "Wanted share; gives the longest chain");
  add_confidence(part, a);
}
void add_best_of_n(CLI::App& part, const Arguments& a) {
  add_table(part, a, "right<TAB>attempts of each question, without a verifier; - is standard input");
  part.add_option("--n", a->n, "Answers drawn to a question")->required();
  part.add_option("--right", a->right, "Probability that one is right, or with --of the number")
      ->check(CLI::NonNegativeNumber);
  part.add_option("--of", a->of, "Of so many answers");
  auto* right =
      part.add_option("--accepts-right", a->accepts_right, "Share of right answers that a verifier accepts")
          ->check(probability());
  part.add_option("--accepts-wrong", a->accepts_wrong, "Share of wrong ones")
      ->check(probability())
      ->needs(right);
  add_tolerance(part, a);
  add_confidence(part, a);
}
void add_majority(CLI::App& part, const Arguments& a) {
  add_table(part, a, "right<TAB>answers of each question: both shares are estimated; - is standard input");
  part.add_option("--n", a->n, "Votes")->required();
  auto* right =
      part.add_option("--right", a->right, "Probability that one answer is right, instead of a table")
          ->check(probability());
  part.add_option("--correlation", a->correlation, "Of two answers to one question; by default 0")
      ->check(probability())
      ->needs(right);
  add_tolerance(part, a);
  add_confidence(part, a);
}
void add_stopping(CLI::App& part, const Arguments& a) {
  part.add_option("--first", a->first, "How often the most frequent answer came")->required();
  part.add_option("--second", a->second, "And the next")->capture_default_str();
  part.add_option("--remaining", a->remaining, "Draws left")->capture_default_str();
  part.add_option("--level", a->level, "Certainty at which to stop")
      ->check(probability())
      ->capture_default_str();
}

void check_fewest_wrong(const ReasoningArguments& a) {
  if (a.table.empty() && a.groups.empty() && a.exactly_one.empty())
    throw CLI::RequiredError("FILE, --group or --exactly-one");
}
void check_survival(const ReasoningArguments& a) {
  const int given =
      (a.table.empty() ? 0 : 1) + (a.errors.empty() ? 0 : 1) + (a.error ? 1 : 0) + (a.of ? 1 : 0);
  if (given != 1)
    throw CLI::RequiredError(
        "one of FILE, --errors, --error with --steps, and --wrong with --of and --steps,");
  if ((a.error || a.of) != a.steps.has_value())
    throw CLI::RequiredError("--steps with --error or --wrong, and not otherwise,");
  if (a.target && !a.error && !a.of) throw CLI::RequiredError("--error, or --wrong with --of, with --target");
}
void check_best_of_n(const ReasoningArguments& a) {
  if (a.table.empty() == !a.right) throw CLI::RequiredError("FILE, or --right,");
  if (!a.table.empty() && (a.of || a.accepts_right))
    throw CLI::ValidationError("FILE", "goes without --of and a verifier");
  if (!a.accepts_right && a.table.empty() && !a.of) throw CLI::RequiredError("--of, or --accepts-right,");
}
void check_majority(const ReasoningArguments& a) {
  if (a.table.empty() == !a.right) throw CLI::RequiredError("FILE, or --right,");
}
void check_nothing(const ReasoningArguments&) {}

constexpr BoundPart<ReasoningArguments> kReasoning[] = {
    {"fewest-wrong", "Fewest answers of a set that have to be wrong, without knowing which is right",
     add_fewest_wrong, check_fewest_wrong, fewest_wrong_sheet},
    {"survival", "Share of chains without a wrong step, bare or with a checker and retries", add_survival,
     check_survival, survival_sheet},
    {"best-of-n", "What drawing n answers can reach, with an oracle or a verifier that errs", add_best_of_n,
     check_best_of_n, best_of_n_sheet},
    {"majority", "What a vote of n answers with correlated errors reaches", add_majority, check_majority,
     majority_sheet},
    {"stopping", "Whether more answers can still change the majority", add_stopping, check_nothing,
     stopping_sheet},
};

}  // namespace

void add_reasoning_bounds(CLI::App& verb, Action& run) {
  CLI::App* limit = verb.add_subcommand("reasoning", "What no chain, choice or vote can do better than");
  limit->require_subcommand(1);
  limit->footer(
      "Each bound states what it holds under and where it comes from (docs/limits/reasoning.md). Chained and "
      "weighted claims are for `genkai check`.");
  add_parts<ReasoningArguments>(*limit, kReasoning, run);
}

}  // namespace genkai::app
