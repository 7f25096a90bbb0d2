// Bounds of reasoning beside what is measured: four systems' worked solutions of GSM8K problems. What a bound
// needs is estimated on one half of the problems (by hash) and compared with the other.
//
//   GENKAI_DATA=... build/release/bench/reasoning_bounds

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "limits/reasoning/bound/bound.h"
#include "limits/reasoning/steps/step_check.h"
#include "stats/share.h"

namespace {

using genkai::base::Json;
using genkai::stats::Share;
namespace bound = genkai::limits::reasoning::bound;
namespace steps = genkai::limits::reasoning::steps;

constexpr const char* kSystems[] = {"6b_finetuning", "6b_verification", "175b_finetuning",
                                    "175b_verification"};
constexpr std::size_t kCount = std::size(kSystems);

struct Solution {
  bool right = false;
  std::string answer;
  std::size_t checked = 0, wrong = 0;  // steps
};
using Problem = std::vector<Solution>;

// FNV-1a, 64 bits: the same halves in any language.
bool first_half(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return (hash >> 32) % 2 == 0;
}

Solution read(const Json& row, const std::string& question) {
  Solution out;
  const std::string text = row.string("solution");
  out.right = row.find("is_correct") && row.find("is_correct")->as_bool();
  const std::size_t mark = text.rfind("A: ");
  if (mark != text.npos) out.answer = text.substr(mark + 3);
  while (!out.answer.empty() && out.answer.back() <= ' ') out.answer.pop_back();
  const auto report = steps::check_steps(question, steps::split_steps(text.substr(0, mark)));
  std::map<std::size_t, bool> wrong;
  for (const auto& claim : report.claims)
    if (claim.verdict == genkai::core::Verdict::contradicted) wrong[claim.step] = true;
  out.checked = report.checked;
  out.wrong = wrong.size();
  return out;
}

void print(const char* label, double predicted, const char* interval, const Share& measured) {
  std::printf("| %s | %.3f%s | %.3f [%.3f, %.3f] |\n", label, predicted, interval, measured.value(),
              measured.interval.low, measured.interval.high);
}

// A vote of some systems: the answer that most give; a tie counts as its share.
Share vote(const std::vector<Problem>& problems, const std::vector<std::size_t>& systems, bool majority) {
  double right = 0;
  for (const Problem& problem : problems) {
    std::map<std::string, std::pair<std::size_t, bool>> votes;
    for (const std::size_t s : systems) {
      auto& [count, is_right] = votes[problem[s].answer];
      ++count;
      is_right = is_right || problem[s].right;
    }
    std::size_t most = 0, ties = 0, right_ties = 0;
    for (const auto& [answer, v] : votes) most = std::max(most, v.first);
    for (const auto& [answer, v] : votes) {
      ties += v.first == most ? 1 : 0;
      right_ties += v.first == most && v.second ? 1 : 0;
    }
    if (!majority || 2 * most > systems.size())
      right += static_cast<double>(right_ties) / static_cast<double>(ties);
  }
  return genkai::stats::share_of(static_cast<std::size_t>(right + 0.5), problems.size());
}

std::vector<bound::Attempts> attempts_of(const std::vector<Problem>& problems) {
  std::vector<bound::Attempts> out;
  for (const Problem& problem : problems) {
    bound::Attempts& one = out.emplace_back();
    one.n = problem.size();
    for (const Solution& solution : problem) one.right += solution.right ? 1 : 0;
  }
  return out;
}

}  // namespace

int main() {
  const char* data = std::getenv("GENKAI_DATA");
  if (!data) return std::fprintf(stderr, "GENKAI_DATA names the folder of data sets\n"), 1;
  const auto text =
      genkai::base::read_file(std::string(data) + "/gsm8k/example_model_solutions.first660.jsonl");
  if (!text) return std::fprintf(stderr, "%s\n", text.error().message.c_str()), 1;
  std::vector<Problem> fitted, held;
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t end = std::min(text->find('\n', at), text->size());
    const auto row = Json::parse(std::string_view(*text).substr(at, end - at));
    at = end + 1;
    if (!row) continue;
    const std::string question = row->string("question");
    Problem problem;
    for (const char* system : kSystems)
      if (const Json* one = row->find(system)) problem.push_back(read(*one, question));
    if (problem.size() == kCount) (first_half(question) ? fitted : held).push_back(std::move(problem));
  }
  std::printf("%zu problems to estimate from, %zu to measure on\n\n", fitted.size(), held.size());
  std::printf("| | predicted on the first half | measured on the second |\n|---|---|---|\n");

  char interval[64];
  const auto attempts = attempts_of(fitted), later = attempts_of(held);
  for (std::uint64_t k = 1; k <= kCount; ++k) {
    const auto pass = bound::pass_at(attempts, k);
    const auto truth = bound::pass_at(later, k);
    std::snprintf(interval, sizeof interval, " [%.3f, %.3f]", pass->interval->low, pass->interval->high);
    std::printf("| oracle among %zu | %.3f%s | %.3f [%.3f, %.3f] |\n", static_cast<std::size_t>(k),
                pass->value, interval, truth->value, truth->interval->low, truth->interval->high);
  }
  const auto predicted = bound::majority(attempts, kCount);
  std::snprintf(interval, sizeof interval, " [%.3f, %.3f], correlation %.2f", predicted->interval->low,
                predicted->interval->high, predicted->correlation);
  std::size_t more = 0;
  for (const auto& one : later) more += 2 * one.right > one.n ? 2 : 2 * one.right == one.n ? 1 : 0;
  print("vote of the four, ties half", predicted->value, interval,
        genkai::stats::share_of(more / 2, later.size()));
  const auto independent = bound::majority({predicted->single, 0, kCount});
  print("the same, were errors independent", independent->value, "",
        genkai::stats::share_of(more / 2, later.size()));
  print("plurality of the four answers", predicted->value, " (at least)", vote(held, {0, 1, 2, 3}, false));

  for (std::size_t s = 0; s < kCount; ++s) {
    bound::StepErrors errors;
    for (const Problem& problem : fitted) {
      errors.n += problem[s].checked;
      errors.wrong += std::min(problem[s].wrong, problem[s].checked);
    }
    double survives = 0, low = 0, high = 0;
    std::size_t clean = 0, chains = 0, right = 0, clean_right = 0;
    for (const Problem& problem : held) {
      const Solution& solution = problem[s];
      right += solution.right ? 1 : 0;
      if (solution.checked == 0) continue;
      const auto chain = bound::survival(errors, solution.checked, {});
      survives += chain->value, low += chain->interval->low, high += chain->interval->high;
      ++chains;
      clean += solution.wrong == 0 ? 1 : 0;
      clean_right += solution.wrong == 0 && solution.right ? 1 : 0;
    }
    const double n = static_cast<double>(chains);
    std::snprintf(interval, sizeof interval, " [%.3f, %.3f]", low / n, high / n);
    const std::string label = std::string(kSystems[s]) + ": no wrong calculation";
    print(label.c_str(), survives / n, interval, genkai::stats::share_of(clean, chains));
    std::printf("| %s: right, of those without one | | %.3f; of all %.3f |\n", kSystems[s],
                static_cast<double>(clean_right) / static_cast<double>(clean),
                static_cast<double>(right) / static_cast<double>(held.size()));
  }

  bound::AnswerSet set;
  std::size_t wrong = 0, broken = 0;
  for (const Problem& problem : held) {
    std::map<std::string, std::uint64_t> counts;
    for (const Solution& solution : problem) {
      ++counts[solution.answer];
      wrong += solution.right ? 0 : 1;
    }
    std::vector<std::uint64_t> group;
    for (const auto& [answer, count] : counts) group.push_back(count);
    const auto own = bound::fewest_wrong({.groups = {group}});
    std::size_t own_wrong = 0;
    for (const Solution& solution : problem) own_wrong += solution.right ? 0 : 1;
    broken += own->least > own_wrong ? 1 : 0;
    set.groups.push_back(std::move(group));
  }
  const auto fewest = bound::fewest_wrong(set);
  std::printf(
      "\nwrong without knowing what is right: at least %zu of %zu answers; wrong in truth: %zu; problems "
      "whose "
      "bound does not hold: %zu of %zu\n",
      static_cast<std::size_t>(fewest->least), static_cast<std::size_t>(fewest->answers), wrong, broken,
      held.size());
}
