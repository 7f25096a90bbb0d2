#include "serve/risk_policy.h"

#include <gtest/gtest.h>

#include <cmath>

#include "model/reader_calibration.h"

namespace genkai::serve {
namespace {

using limits::hallucination::Policy;

core::Answer certified(double risk, const std::string& hash) {
  core::Answer answer;
  answer.outcome = core::Outcome::answered;
  answer.reason = core::Reason::none;
  core::AnswerItem item{"It was opened in 1931.", "1931", 0.9, "", {}};
  item.scores = {0.8};
  answer.answers.push_back(std::move(item));
  core::Certificate certificate;
  certificate.kind = "risk";
  certificate.numbers = base::Json::object({{"risk", risk}, {"hash", hash}, {"calibration_set", "a set"}});
  answer.certificates.push_back(std::move(certificate));
  return answer;
}

std::unique_ptr<RiskWatch> refuted(const WatchKey& key, OnBreach on_breach) {
  RiskWatchOptions options;
  options.on_breach = on_breach;
  auto watch = std::move(*RiskWatch::open(options));
  while (watch->standing(key).level == 0)
    EXPECT_TRUE(watch->feedback(watch->given({.key = key, .risk = 0.1}), false, ""));
  return watch;
}

TEST(RiskPolicyTest, APolicyIsHeldToItsStanding) {
  Policy good;
  hold_to(good, {});
  EXPECT_EQ(good.risk, 0.1);
  EXPECT_FALSE(good.suspended);
  Policy tightened;
  tightened.risk = 0.4;
  hold_to(tightened, {.level = 2});
  EXPECT_EQ(tightened.risk, 0.1);
  EXPECT_FALSE(tightened.suspended);
  Policy stopped;
  hold_to(stopped, {.level = 1, .stopped = true});
  EXPECT_TRUE(stopped.suspended);
  Policy low;
  low.risk = 0.03;
  hold_to(low, {.level = 2});
  EXPECT_TRUE(low.suspended) << "0.0075 is less than is promised";
}

TEST(RiskPolicyTest, ARiskThatNoThresholdCarriesSuspends) {
  double risk = 0.9;
  while (std::isfinite(model::threshold_for(risk).threshold)) risk /= 2;
  ASSERT_GT(risk, 1e-6);
  Policy policy;
  policy.risk = 2 * risk;
  hold_to(policy, {.level = 1});
  EXPECT_TRUE(policy.suspended);
  Policy asked;
  asked.risk = risk;
  hold_to(asked, {});
  EXPECT_FALSE(asked.suspended) << "that is for the decision to say, without a breach";
}

TEST(RiskPolicyTest, TheKeyNamesTheCalibrationAsCertificatesDo) {
  const Policy policy;
  const WatchKey key = watch_key("handbook", nullptr, policy);
  EXPECT_EQ(key.knowledge, "handbook");
  EXPECT_EQ(key.model, "");
  EXPECT_EQ(key.hash, model::threshold_for(0.3).hash);
  EXPECT_FALSE(key.hash.empty());
}

TEST(RiskPolicyTest, ACalibrationOfTheBaseDecidesWhatItsRiskCarries) {
  stats::ScoredItems items;
  for (int i = 0; i < 60; ++i) {
    items.scores.push_back(0.5 + i / 200.0);
    items.correct.push_back(i % 2);
  }
  const auto poor = limits::hallucination::Calibration::as_is("a poor reader", items);
  ASSERT_TRUE(poor) << poor.error().message;
  Policy policy;
  policy.risk = 0.4;
  Policy own = policy;
  own.calibration = std::make_shared<limits::hallucination::Calibration>(*poor);
  EXPECT_EQ(watch_key("handbook", nullptr, own).hash, poor->hash());
  EXPECT_NE(watch_key("handbook", nullptr, policy).hash, poor->hash());
  hold_to(policy, {.level = 1});
  hold_to(own, {.level = 1});
  EXPECT_FALSE(policy.suspended);
  EXPECT_TRUE(own.suspended) << "half of its answers are wrong at any threshold";
}

TEST(RiskPolicyTest, AnAnswerIsEnteredUnderItsCertificate) {
  const WatchKey key{"handbook", "llama", "own"};
  const auto watch = refuted({"handbook", "llama", "quotes"}, OnBreach::tighten);
  const GivenAnswer own = given_answer(certified(0.1, "own"), key, {.level = 3}, *watch);
  EXPECT_EQ(own.key, key);
  EXPECT_EQ(own.risk, 0.1);
  EXPECT_EQ(own.level, 3U);
  EXPECT_EQ(own.probability, 0.9);
  const GivenAnswer by_quote = given_answer(certified(0.05, "quotes"), key, {}, *watch);
  EXPECT_EQ(by_quote.key.hash, "quotes");
  EXPECT_EQ(by_quote.level, 1U) << "of the quote's own standing";
  EXPECT_EQ(given_answer(certified(0.1, ""), key, {}, *watch).key.hash, "a set");
  core::Answer bare = certified(0.1, "own");
  bare.certificates.clear();
  EXPECT_EQ(given_answer(bare, key, {}, *watch).risk, 0);
  core::Answer silent;
  EXPECT_FALSE(given_answer(silent, key, {}, *watch).answered);
}

TEST(RiskPolicyTest, APromiseOfAnotherCalibrationIsHeldToItsOwnStanding) {
  const WatchKey key{"handbook", "llama", "own"}, quotes{"handbook", "llama", "quotes"};
  for (const OnBreach action : {OnBreach::tighten, OnBreach::stop}) {
    const auto watch = refuted(quotes, action);
    core::Answer own = certified(0.1, "own");
    hold_back(own, key, 0.1, text::Language::english, *watch);
    EXPECT_EQ(own.outcome, core::Outcome::answered);
    core::Answer broken = certified(0.1, "quotes");
    hold_back(broken, key, 0.1, text::Language::japanese, *watch);
    EXPECT_EQ(broken.outcome, core::Outcome::abstained);
    EXPECT_EQ(broken.reason, core::Reason::low_confidence);
    EXPECT_NE(broken.message, "");
    EXPECT_TRUE(broken.answers.empty() && broken.certificates.empty());
    EXPECT_EQ(broken.rejected.size(), 1U);
    core::Answer strict = certified(0.05, "quotes");
    hold_back(strict, key, 0.1, text::Language::english, *watch);
    EXPECT_EQ(strict.outcome == core::Outcome::answered, action == OnBreach::tighten);
  }
}

TEST(RiskPolicyTest, TheScoreForDriftIsTheOneBeforeTheCalibration) {
  core::Answer answer = certified(0.1, "own");
  EXPECT_EQ(best_score(answer), 0.8);
  answer.answers.front().scores.clear();
  EXPECT_EQ(best_score(answer), 0.9);
  answer.answers.front().basis = core::Basis::none;
  EXPECT_FALSE(best_score(answer));
  EXPECT_FALSE(best_score(core::Answer()));
  answer.rejected = {core::AnswerItem{"no", "", 0.2, "", {}}};
  answer.answers.clear();
  EXPECT_EQ(best_score(answer), 0.2);
}

}  // namespace
}  // namespace genkai::serve
