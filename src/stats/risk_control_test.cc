// The guarantees, proved by simulation: 2,000 runs with a known risk each, and a certifier that is broken on
// purpose, which the same test has to find out.

#include "stats/risk_control.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "base/rng.h"
#include "stats/intervals.h"

namespace genkai::stats {
namespace {

constexpr int kRuns = 2000;

// Scores uniform on [0, 1], rounded to so many steps; P(wrong | score) = worst (1 - score)^2 + floor.
struct World {
  double worst = 0.6, floor = 0.02;
  int steps = 0;  // 0: no ties
  double wrong_at(double score) const { return worst * (1 - score) * (1 - score) + floor; }
  double draw_score(base::Rng& rng) const {
    const double u = rng.uniform();
    return steps == 0 ? u : std::floor(u * steps) / steps;
  }
  // The true error rate among questions answered at or above the threshold.
  double risk_above(double threshold) const {
    if (steps == 0) {
      const double t = std::clamp(threshold, 0.0, 1.0);
      return worst * (1 - t) * (1 - t) / 3 + floor;
    }
    double wrong = 0, count = 0;
    for (int i = 0; i < steps; ++i) {
      const double score = static_cast<double>(i) / steps;
      if (score < threshold) continue;
      wrong += wrong_at(score);
      count += 1;
    }
    return wrong / count;
  }
};

struct Sample {
  std::vector<double> scores;
  std::vector<std::uint8_t> correct;
};

Sample draw(const World& world, std::size_t n, base::Rng& rng) {
  Sample out;
  for (std::size_t i = 0; i < n; ++i) {
    out.scores.push_back(world.draw_score(rng));
    out.correct.push_back(rng.uniform() >= world.wrong_at(out.scores.back()) ? 1 : 0);
  }
  return out;
}

// Violations of so many runs; at most this many are expected of a promise with probability delta to fail
// (once in a thousand more).
int allowed(double delta) {
  int k = 0;
  while (clopper_pearson_lower(static_cast<std::size_t>(k), kRuns, 0.999) <= delta) ++k;
  return k;
}

using Certifier = std::function<CertifiedThreshold(const Sample&)>;

struct Verdict {
  int violations = 0;  // of the long-run rate
  double coverage = 0;
};

Verdict try_out(const World& world, std::size_t n, double risk, const Certifier& certifier) {
  base::Rng rng(7);
  Verdict verdict;
  for (int run = 0; run < kRuns; ++run) {
    const auto found = certifier(draw(world, n, rng));
    if (!found.certified()) continue;
    verdict.coverage += found.coverage / kRuns;
    verdict.violations += world.risk_above(found.threshold) > risk ? 1 : 0;
  }
  return verdict;
}

// The most permissive threshold whose observed error is within the risk: no bound at all.
CertifiedThreshold broken(const Sample& sample, double risk) {
  CertifiedThreshold best;
  for (const auto& point : risk_coverage(sample.scores, sample.correct))
    if (point.risk <= risk) {
      best.threshold = point.threshold;
      best.coverage = point.coverage;
    }
  return best;
}

TEST(RiskControl, EveryCertifierKeepsItsPromiseAndABrokenOneIsFoundOut) {
  const Promise promise{.risk = 0.1, .delta = 0.1};
  for (const World& world : {World{}, World{.steps = 12}, World{.worst = 0.3, .floor = 0.06}}) {
    const auto sequence = try_out(world, 400, promise.risk, [&](const Sample& s) {
      return certify_threshold(s.scores, s.correct, promise);
    });
    EXPECT_LE(sequence.violations, allowed(promise.delta));
    const auto holm = try_out(world, 400, promise.risk, [&](const Sample& s) {
      return certify_threshold(s.scores, s.correct, promise, {.procedure = Procedure::holm});
    });
    EXPECT_LE(holm.violations, allowed(promise.delta));
    const auto cheat =
        try_out(world, 400, promise.risk, [&](const Sample& s) { return broken(s, promise.risk); });
    EXPECT_GT(cheat.violations, allowed(promise.delta));
  }
  const auto wide = try_out(World{}, 2000, promise.risk,
                            [&](const Sample& s) { return certify_threshold(s.scores, s.correct, promise); });
  EXPECT_GT(wide.coverage, 0.5);  // of 0.63 that an oracle could answer
  EXPECT_LE(wide.violations, allowed(promise.delta));
}

TEST(RiskControl, TheCountAmongTheNextQuestionsKeepsItToo) {
  const double risk = 0.1, delta = 0.1;
  for (const World& world : {World{}, World{.steps = 12}, World{.worst = 0.3, .floor = 0.06}}) {
    for (const bool known : {false, true}) {
      base::Rng rng(11);
      int violations = 0, rate_only = 0;
      const auto breaks = [&](const CertifiedThreshold& found, const Sample& next) {
        std::size_t answered = 0, wrong = 0;
        for (std::size_t i = 0; i < next.scores.size(); ++i) {
          if (next.scores[i] < found.threshold) continue;
          ++answered;
          wrong += next.correct[i] ? 0 : 1;
        }
        return static_cast<double>(wrong) > risk * static_cast<double>(answered);
      };
      for (int run = 0; run < kRuns; ++run) {
        const Sample calibration = draw(world, 400, rng), next = draw(world, 400, rng);
        CertifyOptions options;
        if (known) options.next_scores = next.scores;
        const Promise promise{.risk = risk, .delta = delta, .next = 400};
        violations +=
            breaks(certify_threshold(calibration.scores, calibration.correct, promise, options), next) ? 1
                                                                                                       : 0;
        rate_only +=
            breaks(certify_threshold(calibration.scores, calibration.correct, {.risk = risk, .delta = delta}),
                   next)
                ? 1
                : 0;
      }
      EXPECT_LE(violations, allowed(delta));
      EXPECT_GT(rate_only, violations);  // which is why there is such a promise
    }
  }
}

TEST(RiskControl, PromisesToGroupsHoldAllAtOnce) {
  const World easy{.worst = 0.05, .floor = 0.01}, middle{}, hopeless{.worst = 0.4, .floor = 0.3};
  const World* worlds[] = {&easy, &middle, &hopeless};
  const Promise promise{.risk = 0.1, .delta = 0.1};
  base::Rng rng(13);
  int violations = 0, hopeless_answered = 0;
  double shared = 0, alone = 0;
  for (int run = 0; run < kRuns; ++run) {
    Sample all;
    std::vector<std::size_t> groups;
    for (std::size_t g = 0; g < 3; ++g) {
      const Sample own = draw(*worlds[g], 300, rng);
      all.scores.insert(all.scores.end(), own.scores.begin(), own.scores.end());
      all.correct.insert(all.correct.end(), own.correct.begin(), own.correct.end());
      groups.insert(groups.end(), 300, g);
    }
    const auto found = certify_groups(all.scores, all.correct, groups, 3, promise);
    bool broke = false;
    for (std::size_t g = 0; g < 3; ++g)
      broke = broke || (found[g].certified() && worlds[g]->risk_above(found[g].threshold) > promise.risk);
    violations += broke ? 1 : 0;
    hopeless_answered += found[2].certified() ? 1 : 0;
    shared += found[1].coverage;
    const std::span<const double> scores(all.scores);
    const Outcomes correct(all.correct);
    alone += certify_threshold(scores.subspan(300, 300), correct.subspan(300, 300),
                               {.risk = 0.1, .delta = 0.1 / 3})
                 .coverage;
  }
  EXPECT_LE(violations, allowed(promise.delta));
  EXPECT_LE(hopeless_answered, allowed(promise.delta));
  EXPECT_GT(shared, alone);  // the easy group, once certified to its end, hands on its share of delta
}

TEST(RiskControl, ConformalOnesKeepTheExpectation) {
  const double risk = 0.1;
  for (const World& world : {World{}, World{.steps = 12}}) {
    base::Rng rng(17);
    double joint = 0, joint_square = 0, selected = 0, selected_square = 0;
    for (int run = 0; run < kRuns; ++run) {
      const Sample calibration = draw(world, 200, rng), next = draw(world, 100, rng);
      const auto crc = conformal_risk_threshold(calibration.scores, calibration.correct, risk);
      const auto pick = conformal_selection(calibration.scores, calibration.correct, next.scores, risk);
      double wrong = 0, picked = 0, picked_wrong = 0;
      for (std::size_t i = 0; i < next.scores.size(); ++i) {
        if (next.scores[i] >= crc.threshold && !next.correct[i]) wrong += 1.0 / 100;
        if (next.scores[i] < pick.threshold) continue;
        picked += 1;
        picked_wrong += next.correct[i] ? 0 : 1;
      }
      const double share = picked == 0 ? 0 : picked_wrong / picked;
      joint += wrong;
      joint_square += wrong * wrong;
      selected += share;
      selected_square += share * share;
    }
    const auto within = [&](double sum, double squares) {
      const double mean = sum / kRuns, error = std::sqrt((squares / kRuns - mean * mean) / kRuns);
      return mean <= risk + 3 * error;
    };
    EXPECT_TRUE(within(joint, joint_square)) << joint / kRuns;
    EXPECT_TRUE(within(selected, selected_square)) << selected / kRuns;
    EXPECT_GT(selected / kRuns, 0.04);  // and it is not kept by answering nothing
  }
}

TEST(RiskControl, SaysHowManyQuestionsWouldBeNeeded) {
  // 2 % errors: certifiable at 5 % with enough questions, not with 40.
  std::vector<double> scores(40, 0.9);
  std::vector<std::uint8_t> correct(40, 1);
  const Promise promise{.risk = 0.05, .delta = 0.05};
  EXPECT_EQ(least_answered(promise), 59U);
  const auto few = certify_threshold(scores, correct, promise);
  EXPECT_FALSE(few.certified());
  ASSERT_TRUE(few.needed.has_value());
  EXPECT_GT(*few.needed, 59);
  scores.assign(static_cast<std::size_t>(*few.needed) + 1, 0.9);
  correct.assign(scores.size(), 1);
  EXPECT_TRUE(certify_threshold(scores, correct, promise).certified());
  // Half of them wrong: more of the same would not help.
  for (std::size_t i = 0; i < correct.size(); i += 2) correct[i] = 0;
  const auto never = certify_threshold(scores, correct, promise);
  EXPECT_FALSE(never.certified());
  EXPECT_FALSE(never.needed.has_value());
}

TEST(RiskControl, ItemsWithoutAScoreAreCountedAndNeverAnswered) {
  std::vector<double> scores(300, 0.9);
  std::vector<std::uint8_t> correct(300, 1);
  for (std::size_t i = 0; i < 100; ++i) {
    scores[i] = std::nan("");
    correct[i] = 0;
  }
  const auto found = certify_threshold(scores, correct, {});
  EXPECT_EQ(found.answered, 200U);
  EXPECT_EQ(found.n, 300U);
  EXPECT_EQ(found.errors, 0U);
  EXPECT_NEAR(found.coverage, 2.0 / 3, 1e-12);
}

TEST(RiskControl, StopsBeforeTheErrors) {
  std::vector<double> scores;
  std::vector<std::uint8_t> correct;
  for (int i = 0; i < 1000; ++i) {
    scores.push_back(1 - i / 1000.0);
    correct.push_back(i < 500);
  }
  const auto found = certify_threshold(scores, correct, {.risk = 0.1, .delta = 0.05});
  EXPECT_LE(found.bound, 0.1);
  EXPECT_GT(found.answered, 480U);
  EXPECT_LT(found.answered, 555U);
  EXPECT_NEAR(found.coverage, static_cast<double>(found.answered) / 1000, 1e-12);
  std::size_t answered = 0, errors = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (scores[i] < found.threshold) continue;
    ++answered;
    errors += correct[i] == 0;
  }
  EXPECT_EQ(answered, found.answered);
  EXPECT_EQ(errors, found.errors);
}

TEST(RiskControl, NothingComesOfNothing) {
  EXPECT_FALSE(certify_threshold({}, {}, {}).certified());
  EXPECT_FALSE(certify_threshold({}, {}, {}, {.procedure = Procedure::holm}).certified());
  EXPECT_FALSE(conformal_risk_threshold({}, {}, 0.1).certified());
  EXPECT_FALSE(conformal_selection({}, {}, {}, 0.1).certified());
  EXPECT_TRUE(certify_groups({}, {}, {}, 0, {}).empty());
  const std::vector<double> scores(100, 1.0);
  const std::vector<std::uint8_t> right(100, 1);
  EXPECT_FALSE(certify_threshold(scores, right, {.risk = 0}).certified());
  EXPECT_FALSE(certify_threshold(scores, right, {.risk = 1}).certified());
}

TEST(RiskControl, HypergeometricByHand) {
  // 5 of 20 wrong, 8 drawn: P(X <= 1) = [C(15,8) + 5 C(15,7)] / C(20,8)
  EXPECT_NEAR(hypergeometric_cdf(1, 20, 5, 8), (6435.0 + 5 * 6435.0) / 125970.0, 1e-12);
  EXPECT_EQ(hypergeometric_cdf(5, 20, 5, 8), 1);
  EXPECT_EQ(hypergeometric_cdf(0, 10, 8, 5), 0);  // at least 3 of the drawn are wrong
  // No error in k, one question to come: it is wrong with probability 1/(k+1) if one of all is.
  EXPECT_EQ(next_count_bound(0, 20, 1, 0.05), 0);
  EXPECT_EQ(next_count_bound(0, 18, 1, 0.05), 1);
  // Very many to come: the long-run bound.
  EXPECT_NEAR(next_count_bound(3, 80, 10'000'000, 0.05), clopper_pearson_upper(3, 80, 0.95), 1e-4);
}

}  // namespace
}  // namespace genkai::stats
