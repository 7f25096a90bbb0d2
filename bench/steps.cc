// How well the exact step checker finds the first wrong step of written chains, and whether it tells right
// solutions from wrong ones.
//
//   GENKAI_DATA=... build/release/bench/steps               # all tables, on the half that is for reporting
//   GENKAI_DATA=... build/release/bench/steps --half look   # on the half that was looked at
//   ... --show word_sorting                                 # the chains of the looked-at half that it gets
//   wrong

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "base/rng.h"
#include "limits/reasoning/steps/step_check.h"
#include "stats/calibration.h"
#include "stats/intervals.h"
#include "stats/logistic.h"

namespace {

using genkai::base::Json;
using genkai::limits::reasoning::steps::check_steps;
using genkai::limits::reasoning::steps::split_steps;
using genkai::limits::reasoning::steps::StepReport;
namespace stats = genkai::stats;

struct Trace {
  std::string input;
  std::vector<std::string> steps;
  std::optional<std::size_t> mistake;
};

// FNV-1a, 64 bits: the same halves in any language.
bool looked_at(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return (hash >> 32) % 2 == 0;
}

std::vector<Json> lines_of(const std::string& path) {
  const auto text = genkai::base::read_file(path);
  if (!text) {
    std::fprintf(stderr, "%s\n", text.error().message.c_str());
    std::exit(1);
  }
  std::vector<Json> rows;
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t end = std::min(text->find('\n', at), text->size());
    if (auto row = Json::parse(std::string_view(*text).substr(at, end - at))) rows.push_back(std::move(*row));
    at = end + 1;
  }
  return rows;
}

std::vector<Trace> traces_of(const std::string& path) {
  std::vector<Trace> traces;
  for (const Json& row : lines_of(path)) {
    Trace trace;
    trace.input = row.string("input");
    if (const Json* steps = row.find("steps"))
      for (const Json& step : steps->items()) trace.steps.emplace_back(step.as_string());
    if (const Json* index = row.find("mistake_index"); index && index->is_number())
      trace.mistake = static_cast<std::size_t>(index->as_int());
    traces.push_back(std::move(trace));
  }
  return traces;
}

void print_share(const char* name, std::size_t hits, std::size_t n) {
  const auto interval = stats::wilson(hits, n);
  std::printf("  %-34s %4zu of %4zu  %.3f [%.3f, %.3f]\n", name, hits, n,
              n == 0 ? 0.0 : static_cast<double>(hits) / static_cast<double>(n), interval.low, interval.high);
}

void show(const Trace& trace, const StepReport& report) {
  std::printf("--- gold %d found %d: %s\n    %s\n", trace.mistake ? static_cast<int>(*trace.mistake) : -1,
              report.first_wrong ? static_cast<int>(*report.first_wrong) : -1, report.why.c_str(),
              trace.input.c_str());
  for (std::size_t i = 0; i < trace.steps.size(); ++i)
    std::printf("  %c%c %zu %s\n", trace.mistake == i ? '*' : ' ', report.first_wrong == i ? '!' : ' ', i,
                trace.steps[i].c_str());
}

void mistakes(const std::string& folder, const std::string& task, bool look, const std::string& shown) {
  std::vector<Trace> traces = traces_of(folder + "/" + task + ".jsonl");
  std::erase_if(traces, [&](const Trace& trace) { return looked_at(trace.input) != look; });
  std::map<std::size_t, std::size_t> places;
  for (const Trace& trace : traces)
    if (trace.mistake) ++places[*trace.mistake];
  std::size_t with = 0, exact = 0, right = 0, alarms = 0, caught = 0, constant = 0, checked = 0, steps = 0;
  for (const auto& [place, count] : places) constant = std::max(constant, count);
  for (const Trace& trace : traces) {
    const StepReport report = check_steps(trace.input, trace.steps);
    checked += report.checked;
    steps += trace.steps.size();
    if (trace.mistake) {
      ++with;
      exact += report.first_wrong == trace.mistake ? 1 : 0;
      caught += report.first_wrong ? 1 : 0;
    } else {
      ++right;
      alarms += report.first_wrong ? 1 : 0;
    }
    if (shown == task && report.first_wrong != trace.mistake) show(trace, report);
  }
  std::printf("%s\n", task.c_str());
  print_share("first wrong step, exactly", exact, with);
  print_share("  baseline: always the best place", constant, with);
  print_share("  baseline: never wrong", 0, with);
  print_share("any wrong step, of chains with one", caught, with);
  print_share("false alarms on right chains", alarms, right);
  print_share("index or none, of all", exact + right - alarms, with + right);
  print_share("steps checked", checked, steps);
}

// A system's solution of a question of GSM8K.
struct Solution {
  std::size_t question = 0;
  bool look = false, right = false;
  double length = 0, steps = 0;   // bytes, lines
  double wrong = 0, checked = 0;  // a wrong step was found; share of steps that could be checked
  double uncertain = 0;           // share of claims that could not be decided
};

std::vector<Solution> solutions_of(const std::string& path, const std::string& shown) {
  std::vector<Solution> out;
  std::size_t place = 0;
  for (const Json& row : lines_of(path)) {
    const std::string question = row.string("question");
    for (const char* system : {"6b_finetuning", "6b_verification", "175b_finetuning", "175b_verification"}) {
      const Json* one = row.find(system);
      const Json* right = one ? one->find("is_correct") : nullptr;
      if (!right) continue;
      const std::string text = one->string("solution");
      const auto chain = split_steps(text);
      const StepReport report = check_steps(question, chain);
      Solution solution;
      solution.question = place;
      solution.look = looked_at(question);
      solution.right = right->as_bool();
      solution.length = static_cast<double>(text.size()) / 100;
      solution.steps = static_cast<double>(chain.size());
      solution.wrong = report.first_wrong ? 1 : 0;
      solution.checked = static_cast<double>(report.checked) / std::max(1.0, solution.steps);
      const auto open = std::count_if(report.claims.begin(), report.claims.end(), [](const auto& claim) {
        return claim.verdict == genkai::core::Verdict::not_checkable;
      });
      solution.uncertain =
          static_cast<double>(open) / std::max<double>(1, static_cast<double>(report.claims.size()));
      if (shown == "gsm8k" && solution.look && solution.right && report.first_wrong)
        std::printf("--- right, and step %zu found wrong: %s\n    %s\n", *report.first_wrong,
                    report.why.c_str(), chain[*report.first_wrong].c_str());
      out.push_back(solution);
    }
    ++place;
  }
  return out;
}

// P(right) by logistic regression, fitted on the looked-at half.
std::vector<double> fitted(const std::vector<Solution>& all, const std::vector<Solution>& tested,
                           const std::vector<double Solution::*>& features) {
  std::vector<double> rows;
  std::vector<std::uint8_t> labels;
  for (const Solution& one : all) {
    if (!one.look) continue;
    for (const auto feature : features) rows.push_back(one.*feature);
    labels.push_back(one.right ? 1 : 0);
  }
  const auto model = stats::LogisticModel::fit(rows, features.size(), labels);
  std::vector<double> scores;
  for (const Solution& one : tested) {
    std::vector<double> row;
    for (const auto feature : features) row.push_back(one.*feature);
    scores.push_back(model ? model->probability(row) : 0.5);
  }
  return scores;
}

// AUROC with its percentile interval, and its gain over `base`; whole questions are drawn.
void print_auroc(const char* name, const std::vector<Solution>& tested, const std::vector<double>& scores,
                 const std::vector<double>& base) {
  constexpr std::size_t kResamples = 2000;
  std::vector<std::vector<std::size_t>> questions;
  std::map<std::size_t, std::size_t> places;
  for (std::size_t i = 0; i < tested.size(); ++i) {
    const auto [at, fresh] = places.emplace(tested[i].question, questions.size());
    if (fresh) questions.emplace_back();
    questions[at->second].push_back(i);
  }
  const auto auroc = [&](const std::vector<std::size_t>& drawn, const std::vector<double>& by) {
    std::vector<double> values;
    std::vector<std::uint8_t> outcomes;
    for (const std::size_t i : drawn) values.push_back(by[i]), outcomes.push_back(tested[i].right ? 1 : 0);
    return stats::auroc(values, outcomes);
  };
  std::vector<std::size_t> everything(tested.size());
  for (std::size_t i = 0; i < everything.size(); ++i) everything[i] = i;
  genkai::base::Rng rng(1);
  std::vector<double> values, gains;
  for (std::size_t k = 0; k < kResamples; ++k) {
    std::vector<std::size_t> drawn;
    for (std::size_t i = 0; i < questions.size(); ++i) {
      const auto& one = questions[rng.below(questions.size())];
      drawn.insert(drawn.end(), one.begin(), one.end());
    }
    values.push_back(auroc(drawn, scores));
    gains.push_back(values.back() - auroc(drawn, base));
  }
  std::sort(values.begin(), values.end());
  std::sort(gains.begin(), gains.end());
  const auto at = [](const std::vector<double>& sorted, double share) {
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
  };
  const double whole = auroc(everything, scores);
  std::printf("  %-44s %.3f [%.3f, %.3f]   gain %+.3f [%+.3f, %+.3f]\n", name, whole, at(values, 0.025),
              at(values, 0.975), whole - auroc(everything, base), at(gains, 0.025), at(gains, 0.975));
}

void solutions(const std::string& path, const std::string& shown) {
  const auto all = solutions_of(path, shown);
  std::vector<Solution> tested;
  for (const Solution& one : all)
    if (!one.look) tested.push_back(one);
  std::size_t right = 0, alarms = 0, wrong_found = 0;
  for (const Solution& one : tested) {
    right += one.right ? 1 : 0;
    alarms += one.right && one.wrong > 0 ? 1 : 0;
    wrong_found += !one.right && one.wrong > 0 ? 1 : 0;
  }
  std::printf("gsm8k example solutions, %zu of four systems\n", tested.size());
  print_share("a wrong step found, right solutions", alarms, right);
  print_share("a wrong step found, wrong solutions", wrong_found, tested.size() - right);
  const auto length = fitted(all, tested, {&Solution::length});
  const auto both = fitted(all, tested, {&Solution::length, &Solution::steps});
  std::printf("  AUROC of correctness; gain is over length and number of steps\n");
  print_auroc("baseline: length", tested, length, both);
  print_auroc("baseline: number of steps", tested, fitted(all, tested, {&Solution::steps}), both);
  print_auroc("baseline: length and number of steps", tested, both, both);
  print_auroc("no wrong step", tested, fitted(all, tested, {&Solution::wrong}), both);
  print_auroc("no wrong step, share checked", tested,
              fitted(all, tested, {&Solution::wrong, &Solution::checked, &Solution::uncertain}), both);
  print_auroc("length, steps, no wrong step", tested,
              fitted(all, tested, {&Solution::length, &Solution::steps, &Solution::wrong}), both);
  print_auroc("length, steps, no wrong step, share checked", tested,
              fitted(all, tested,
                     {&Solution::length, &Solution::steps, &Solution::wrong, &Solution::checked,
                      &Solution::uncertain}),
              both);
}

}  // namespace

int main(int argc, char** argv) {
  const char* data = std::getenv("GENKAI_DATA");
  if (!data) {
    std::fputs("GENKAI_DATA names the folder of the data\n", stderr);
    return 1;
  }
  bool look = false;
  std::string shown;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--half") == 0) look = std::strcmp(argv[i + 1], "look") == 0;
    if (std::strcmp(argv[i], "--show") == 0) shown = argv[i + 1], look = true;
  }
  const std::string folder = data;
  for (const char* task : {"multistep_arithmetic", "word_sorting", "dyck_languages",
                           "tracking_shuffled_objects", "logical_deduction"})
    if (shown.empty() || shown == task) mistakes(folder + "/mistake", task, look, shown);
  if (shown.empty() || shown == "gsm8k")
    solutions(folder + "/gsm8k/example_model_solutions.first660.jsonl", shown);
  return 0;
}
