// Repairing a model's answers with MaxSAT: accuracy, F1 and consistency of 5,239 real answers before and
// after, under the 2,224 rules of BeliefBank, and what the certificate of inconsistency says.
//
//   GENKAI_DATA=... build/release/bench/beliefbank [SEED=1]
//
// Entities are dealt into two halves by a hash of their names. Confidences (how often a yes, a no is right)
// and rule weights are chosen on the first half by F1, everything is reported on the second; intervals
// resample entities. The right answers of this set were derived from the same rules, starting at "X is an X".
// That step is withheld from the repair: rules apply to what the model itself has answered about an entity.
// What it would give is the last row, and measures nothing.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/rng.h"
#include "beliefbank_data.h"
#include "limits/reasoning/consistency/consistency.h"
#include "stats/intervals.h"
#include "stats/recalibration.h"

namespace {

using namespace genkai;
using namespace genkai::limits::reasoning;
using namespace genkai::bench;

constexpr std::size_t kResamples = 2000;
constexpr double kSeconds = 10;  // of each search

struct Counts {  // of one entity
  std::array<double, 10> n{};
  enum { right, all, tp, fp, fn, applicable, violated, changed, good, bad };
  Counts& operator+=(const Counts& other) {
    for (std::size_t i = 0; i < n.size(); ++i) n[i] += other.n[i];
    return *this;
  }
  double accuracy() const { return n[right] / n[all]; }
  double f1() const { return 2 * n[tp] / std::max(1.0, 2 * n[tp] + n[fp] + n[fn]); }
  double consistency() const { return n[applicable] == 0 ? 1 : 1 - n[violated] / n[applicable]; }
};
using Score = double (Counts::*)() const;

class Judge {
 public:
  explicit Judge(const BeliefBank& data) : data_(data), network_(build_network(data.claims, data.rules)) {}

  // `yes`: the answer to each claim.
  std::vector<Counts> judge(const std::vector<char>& yes) const {
    std::vector<Counts> out(data_.entities.size());
    std::vector<char> assignment(network_.propositions.size());
    std::vector<std::size_t> entity(network_.propositions.size());
    for (std::size_t i = 0; i < yes.size(); ++i) {
      assignment[network_.claimed[i]] = yes[i];
      entity[network_.claimed[i]] = data_.items[i].entity;
      Counts& own = out[data_.items[i].entity];
      const bool truth = data_.items[i].right_is_yes, now = yes[i] != 0;
      own.n[Counts::all] += 1;
      own.n[Counts::right] += now == truth;
      own.n[Counts::tp] += now && truth;
      own.n[Counts::fp] += now && !truth;
      own.n[Counts::fn] += !now && truth;
      if (now != data_.claims[i].value) {
        own.n[Counts::changed] += 1;
        own.n[now == truth ? Counts::good : Counts::bad] += 1;
      }
    }
    for (const Constraint& one : network_.constraints) {
      const std::size_t premise = proposition_of(one.literals[0]),
                        conclusion = proposition_of(one.literals.back());
      if (network_.propositions[premise].latent || network_.propositions[conclusion].latent ||
          !assignment[premise])
        continue;
      Counts& own = out[entity[premise]];
      own.n[Counts::applicable] += 1;
      own.n[Counts::violated] += fails(one, assignment);
    }
    return out;
  }
  Counts total(const std::vector<Counts>& counts, int half) const {
    Counts sum;
    for (std::size_t i = 0; i < counts.size(); ++i)
      if (half < 0 || data_.second_half[i] == half) sum += counts[i];
    return sum;
  }
  stats::Interval interval(const std::vector<Counts>& counts, const std::vector<Counts>* before, Score score,
                           std::uint64_t seed) const {
    std::vector<std::size_t> members;
    for (std::size_t i = 0; i < counts.size(); ++i)
      if (data_.second_half[i]) members.push_back(i);
    base::Rng rng(seed);
    std::vector<double> values;
    for (std::size_t round = 0; round < kResamples; ++round) {
      Counts sum, base;
      for (std::size_t k = 0; k < members.size(); ++k) {
        const std::size_t drawn = members[rng.below(members.size())];
        sum += counts[drawn];
        if (before) base += (*before)[drawn];
      }
      values.push_back((sum.*score)() - (before ? (base.*score)() : 0));
    }
    std::sort(values.begin(), values.end());
    return {values[kResamples / 40], values[kResamples - 1 - kResamples / 40]};
  }

 private:
  const BeliefBank& data_;
  Network network_;
};

// How often a yes, and a no, is right on the first half; with `by_relation` for each kind of question.
void calibrate(BeliefBank& data, bool by_relation) {
  stats::ScoredItems items;
  for (std::size_t i = 0; i < data.claims.size(); ++i) {
    if (data.second_half[data.items[i].entity]) continue;
    items.scores.push_back(data.claims[i].value ? 1 : 0);
    if (by_relation) items.groups.push_back(data.items[i].relation + (data.claims[i].value ? " yes" : " no"));
    items.correct.push_back(data.claims[i].value == data.items[i].right_is_yes);
  }
  const auto map = stats::Recalibrator::fit(items, stats::Method::binning);
  for (std::size_t i = 0; i < data.claims.size(); ++i) {
    const double score = data.claims[i].value ? 1 : 0;
    const std::string group =
        by_relation ? data.items[i].relation + (data.claims[i].value ? " yes" : " no") : "";
    data.claims[i].confidence = (*map)(std::span(&score, 1), group);
  }
}

std::vector<char> given(const BeliefBank& data) {
  std::vector<char> yes;
  for (const Claim& claim : data.claims) yes.push_back(claim.value);
  return yes;
}

// The same network serves all weights: only the reliabilities of its rules change.
void set_weights(Network& network, double yes_yes, double yes_no, double inherited) {
  const auto reliability = [](double odds) { return 1 / (1 + std::exp(-odds)); };
  for (RuleNote& rule : network.rules)
    rule.reliability = reliability(rule.text == kInherits           ? inherited
                                   : rule.text.ends_with(kExcludes) ? yes_no
                                                                    : yes_yes);
}

struct Outcome {
  std::vector<char> yes;
  double milliseconds = 0, lower = 0, upper = 0;
  bool optimal = false;
};

Outcome repair(const BeliefBank& data, const Network& network) {
  const base::Stopwatch watch;
  const Repair found = find_repair(data.claims, network, {.seconds = kSeconds, .stop = {}});
  Outcome out;
  out.milliseconds = watch.milliseconds();
  out.optimal = found.optimal;
  out.lower = found.lower, out.upper = found.upper;
  out.yes = given(data);
  for (const std::size_t i : found.changed) out.yes[i] = !out.yes[i];
  return out;
}

void print_row(const Judge& judge, const char* name, const std::vector<Counts>& counts,
               const std::vector<Counts>* before, std::uint64_t seed) {
  const Counts sum = judge.total(counts, 1);
  std::printf("%-44s", name);
  for (const Score score : {&Counts::accuracy, &Counts::f1, &Counts::consistency}) {
    const auto interval = judge.interval(counts, nullptr, score, seed);
    std::printf("  %.3f [%.3f, %.3f]", (sum.*score)(), interval.low, interval.high);
  }
  std::printf("  %5.0f  %5.0f", sum.n[Counts::changed], sum.n[Counts::good]);
  if (before) {
    const Counts base = judge.total(*before, 1);
    for (const Score score : {&Counts::accuracy, &Counts::f1, &Counts::consistency}) {
      const auto interval = judge.interval(counts, before, score, seed);
      std::printf("  %+.3f [%+.3f, %+.3f]", (sum.*score)() - (base.*score)(), interval.low, interval.high);
    }
  }
  std::printf("\n");
}

struct Weights {
  double yes_yes = 1, yes_no = 1, inherited = 0;
};
const std::vector<Weights>& grid() {
  static const std::vector<Weights> all = [] {
    std::vector<Weights> out;
    for (const double yes_yes : {0.5, 1.0, 2.0, 4.0})
      for (const double yes_no : {0.5, 1.0, 2.0, 4.0}) out.push_back({yes_yes, yes_no, 0});
    return out;
  }();
  return all;
}
std::vector<Weights> inheriting(const Weights& chosen) {
  std::vector<Weights> out;
  for (const double inherited : {0.5, 1.0, 2.0}) out.push_back({chosen.yes_yes, chosen.yes_no, inherited});
  return out;
}

// Those of the rule weights with the best F1 on the first half.
Outcome choose(const BeliefBank& data, const Judge& judge, Network& network,
               const std::vector<Weights>& candidates, const char* name, Weights& chosen) {
  double best = -1;
  Outcome out;
  for (const Weights& weights : candidates) {
    set_weights(network, weights.yes_yes, weights.yes_no, weights.inherited);
    Outcome tried = repair(data, network);
    const double f1 = judge.total(judge.judge(tried.yes), 0).f1();
    if (f1 > best) best = f1, chosen = weights, out = std::move(tried);
  }
  std::printf(
      "%s: %zu propositions, %zu constraints; log-odds yes_yes %.1f, yes_no %.1f, inherited %.1f; cost "
      "%.1f%s, %.0f ms\n",
      name, network.propositions.size(), network.constraints.size(), chosen.yes_yes, chosen.yes_no,
      chosen.inherited, out.upper,
      out.optimal ? " (optimal)" : (" (at least " + std::to_string(out.lower) + ")").c_str(),
      out.milliseconds);
  std::fflush(stdout);
  return out;
}

void certify_all(const BeliefBank& data, const Network& joint) {
  const Network network = build_network(data.claims, data.rules);
  const base::Stopwatch watch;
  const Certificate sure = certify(data.claims, network, {.seconds = 20, .stop = {}});
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < data.claims.size(); ++i)
    wrong += data.claims[i].value != data.items[i].right_is_yes;
  std::printf("\ncertificate, all entities: at least %zu%s of %zu answers are wrong (%.0f ms); %zu are\n",
              sure.at_least, sure.exact() ? "" : "+", sure.of, watch.milliseconds(), wrong);
  const base::Stopwatch second;
  const Certificate more = certify(data.claims, joint, {.seconds = kSeconds, .stop = {}});
  std::printf("with is-a between answers taken as true too: at least %zu, %zu changes suffice (%.0f ms)\n",
              more.at_least, more.at_most, second.milliseconds());
  std::size_t held = 0, positive = 0;
  for (std::size_t entity = 0; entity < data.entities.size(); ++entity) {
    std::vector<Claim> own;
    std::size_t own_wrong = 0;
    for (std::size_t i = 0; i < data.claims.size(); ++i)
      if (data.items[i].entity == entity) {
        own.push_back(data.claims[i]);
        own_wrong += data.claims[i].value != data.items[i].right_is_yes;
      }
    const Certificate one = certify(own, build_network(own, data.rules), {.seconds = 5, .stop = {}});
    positive += one.at_least > 0;
    held += one.at_least <= own_wrong;
  }
  std::printf("by entity: it says more than nothing for %zu of %zu, and is true for %zu\n", positive,
              data.entities.size(), held);
}

}  // namespace

int main(int argc, char** argv) {
  const char* folder = std::getenv("GENKAI_DATA");
  if (!folder) {
    std::fprintf(stderr, "set GENKAI_DATA to the folder of public data\n");
    return 64;
  }
  const std::uint64_t seed = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1;
  auto data = read_beliefbank(folder);
  if (!data) {
    std::fprintf(stderr, "%s\n", data.error().message.c_str());
    return 66;
  }
  const Judge judge(*data);
  const std::size_t second =
      static_cast<std::size_t>(std::count(data->second_half.begin(), data->second_half.end(), 1));
  std::printf("%zu answers about %zu entities (%zu in the half that is reported), %zu rules\n\n",
              data->claims.size(), data->entities.size(), second, data->rules.size());
  const auto before = judge.judge(given(*data));

  calibrate(*data, false);
  std::map<bool, double> confidence;
  for (const Claim& claim : data->claims) confidence[claim.value] = claim.confidence;
  std::printf("a yes is right with %.3f, a no with %.3f (first half)\n", confidence[true], confidence[false]);
  std::fflush(stdout);
  Weights weights;
  Network network = build_network(data->claims, data->rules);
  const auto ruled = choose(*data, judge, network, grid(), "rules", weights);
  std::vector<Rule> with_inheritance = data->rules;
  with_inheritance.push_back(inheritance());
  Network joint = build_network(data->claims, with_inheritance);
  const auto joined = choose(*data, judge, joint, inheriting(weights), "rules and is-a", weights);
  calibrate(*data, true);
  const auto by_relation =
      choose(*data, judge, network, grid(), "rules, confidence by kind of question", weights);
  const auto by_relation_joined = choose(*data, judge, joint, inheriting(weights),
                                         "rules and is-a, confidence by kind of question", weights);
  auto constant = given(*data), majority = given(*data), relation_alone = given(*data);
  std::map<std::string, int> balance;
  for (std::size_t i = 0; i < data->items.size(); ++i)
    if (!data->second_half[data->items[i].entity])
      balance[data->items[i].relation] += data->items[i].right_is_yes ? 1 : -1;
  for (std::size_t i = 0; i < constant.size(); ++i) {
    constant[i] = 0;
    majority[i] = balance[data->items[i].relation] >= 0;
    relation_alone[i] = (data->claims[i].confidence >= 0.5) == data->claims[i].value;
  }
  std::vector<char> always_yes(constant.size(), 1);
  // "X is an X": the right answers follow.
  calibrate(*data, false);
  std::vector<Rule> lookup = data->rules;
  for (const std::string& entity : data->entities) {
    Rule fact;
    fact.conclusions = {pattern_of(entity, predicate_of("IsA," + entity))};
    lookup.push_back(fact);
  }
  for (Rule& rule : lookup) rule.reliability = 0.997;
  const auto looked_up = repair(*data, build_network(data->claims, lookup));

  std::printf("\n%-44s  %-21s  %-21s  %-21s  changed  right  then the differences to the answers as given\n",
              "second half", "accuracy", "F1 of yes", "consistency");
  print_row(judge, "as given", before, nullptr, seed);
  print_row(judge, "repaired: rules", judge.judge(ruled.yes), &before, seed);
  print_row(judge, "repaired: rules and is-a between answers", judge.judge(joined.yes), &before, seed);
  print_row(judge, "rules, confidence by kind of question", judge.judge(by_relation.yes), &before, seed);
  print_row(judge, "rules and is-a, confidence by kind", judge.judge(by_relation_joined.yes), &before, seed);
  const auto alone = judge.judge(relation_alone);
  print_row(judge, "no rules: confidence by kind of question", alone, &before, seed);
  print_row(judge, "  rules and is-a against that", judge.judge(by_relation_joined.yes), &alone, seed);
  print_row(judge, "always no", judge.judge(constant), nullptr, seed);
  print_row(judge, "always yes", judge.judge(always_yes), nullptr, seed);
  print_row(judge, "majority by kind of question", judge.judge(majority), nullptr, seed);
  print_row(judge, "lookup (\"X is an X\" given; circular)", judge.judge(looked_up.yes), nullptr, seed);
  certify_all(*data, joint);
  return 0;
}
