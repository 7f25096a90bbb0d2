#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/rng.h"
#include "model/native/guards/activation_probe.h"
#include "model/native/guards/adaptive_temperature.h"
#include "model/native/guards/context_aware.h"
#include "model/native/guards/token_mask.h"
#include "model/native/log_n.h"

namespace genkai::model::native {
namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();

TEST(LogNTest, GrowsWithTheLogarithmBeyondTheTrainedLengthOnly) {
  EXPECT_EQ(log_n_scale(512, 512), 1);
  EXPECT_EQ(log_n_scale(3, 512), 1);
  EXPECT_NEAR(log_n_scale(512 * 512, 512), 2, 1e-12);
  EXPECT_EQ(log_n_scale(10, 1), 1);
}

TEST(AdaptiveTemperatureTest, FollowsTheEntropy) {
  const std::vector<float> even(8, 2.0F), sure = {9, 0, 0, 0, 0, 0, 0, kNever}, one = {1, kNever};
  EXPECT_NEAR(entropy(even), std::log(8), 1e-12);
  EXPECT_EQ(entropy(one), 0);
  const double p = 1 / (1 + 6 * std::exp(-9.0)), q = std::exp(-9.0) * p;
  EXPECT_NEAR(entropy(sure), -p * std::log(p) - 6 * q * std::log(q), 1e-9);
  EXPECT_NEAR(adaptive_temperature(even, {.highest = 0.7, .theta = 1}), 0.7 * std::pow(0.8, 1 / std::log(8)),
              1e-12);
  EXPECT_LT(adaptive_temperature(sure), 1e-3);
  EXPECT_EQ(adaptive_temperature(one), 0);
  EXPECT_EQ(adaptive_temperature(sure, {.highest = 0.7, .theta = 0}), 0.7);
}

class Only : public TokenMask {
 public:
  explicit Only(std::vector<TokenId> ids) : ids_(std::move(ids)) {}
  void allow(std::span<const TokenId> so_far, std::span<std::uint8_t> allowed) override {
    for (const TokenId id : ids_)
      if (so_far.empty() || so_far.back() != id) allowed[static_cast<std::size_t>(id)] = 1;
  }

 private:
  std::vector<TokenId> ids_;
};

TEST(TokenMaskTest, LeavesOnlyWhatMayFollow) {
  Only mask({1, 3});
  std::vector<float> logits = {5, 1, 4, 2};
  ASSERT_TRUE(apply(mask, std::vector<TokenId>{3}, logits));
  EXPECT_EQ(logits, (std::vector<float>{kNever, 1, kNever, kNever}));
  Only stuck({2});
  std::vector<float> kept = {5, 1, 4, 2};
  EXPECT_FALSE(apply(stuck, std::vector<TokenId>{2}, kept));
  EXPECT_EQ(kept, (std::vector<float>{5, 1, 4, 2}));
}

TEST(ContextAwareTest, AConflictIsSettledForTheContextAndAgreementIsLeftAlone) {
  // Memory says token 0, the context raises token 1 and does not quite win it from token 2, which memory
  // likes too.
  const std::vector<float> without = {6, 0, 3, -8}, with = {1, 3.9F, 4, -6};
  std::vector<float> out(4);
  const auto conflict = context_aware(with, without, {.strength = 1, .more_entropy = 2}, out);
  EXPECT_EQ(conflict.gate, ContextGate::open);
  EXPECT_GT(conflict.divergence, 0.5);
  EXPECT_NEAR(conflict.lambda, conflict.divergence, 1e-12);
  EXPECT_NEAR(out[1], (1 + conflict.lambda) * 3.9 - 0, 1e-5);
  EXPECT_GT(out[1], out[2]);
  EXPECT_EQ(out[3], kNever) << "14 more than without context, and still implausible";
  EXPECT_EQ(context_aware(with, without, {}, out).gate, ContextGate::blurred);
  EXPECT_EQ(out, with);
  const auto same = context_aware(without, without, {}, out);
  EXPECT_EQ(same.gate, ContextGate::same_choice);
  EXPECT_EQ(same.lambda, 0);
  EXPECT_NEAR(same.divergence, 0, 1e-12);
  EXPECT_EQ(out, without);
}

/// States with correlated dimensions; planted ones lie `shift` along one direction.
ActivationProbe::States states(std::size_t count, double shift, std::uint64_t seed) {
  base::Rng rng(seed);
  ActivationProbe::States states(count, std::vector<float>(12));
  for (auto& state : states) {
    const double common = 3 * rng.normal();
    for (std::size_t i = 0; i < state.size(); ++i)
      state[i] = static_cast<float>(common + rng.normal() + (i % 2 == 0 ? shift : -shift));
  }
  return states;
}

double share(const ActivationProbe& probe, const ActivationProbe::States& tested) {
  double suspected = 0;
  for (const auto& state : tested) suspected += probe.suspects(state);
  return suspected / static_cast<double>(tested.size());
}

TEST(ActivationProbeTest, KeepsItsRateOnCleanPassagesAndFindsPlantedOnes) {
  for (const auto kind : {ProbeOptions::Kind::linear, ProbeOptions::Kind::mahalanobis}) {
    // The rate holds on average over calibrations: 20 probes, 2000 passages each.
    double clean = 0, planted = 0, blind = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const auto probe = ActivationProbe::train(states(400, 0, 10 * seed), states(100, 1.5, 10 * seed + 1),
                                                {.kind = kind, .false_positives = 0.1});
      ASSERT_TRUE(probe);
      clean += share(*probe, states(2000, 0, 10 * seed + 2)) / 20;
      planted += share(*probe, states(200, 1.5, 10 * seed + 3)) / 20;
      blind += share(*probe, states(2000, 0, 10 * seed + 4)) / 20;
    }
    EXPECT_NEAR(clean, 0.1, 0.015);
    EXPECT_NEAR(blind, clean, 0.01);
    EXPECT_GT(planted, 0.95);
  }
}

TEST(ActivationProbeTest, TheFileRoundTripsAndRefusesWhatIsNotOne) {
  for (const auto kind : {ProbeOptions::Kind::linear, ProbeOptions::Kind::mahalanobis}) {
    const auto probe = ActivationProbe::train(states(60, 0, 1), states(20, 2, 2), {.kind = kind});
    ASSERT_TRUE(probe);
    const auto again = ActivationProbe::from_json(base::Json::parse(probe->to_json().dump()).value());
    ASSERT_TRUE(again);
    EXPECT_EQ(again->threshold(), probe->threshold());
    for (const auto& state : states(20, 1, 3)) EXPECT_EQ(again->score(state), probe->score(state));
    for (const char* member : {"format", "version", "kind", "threshold", "centre", "rows"}) {
      base::Json broken = probe->to_json();
      broken.set(member, base::Json());
      EXPECT_FALSE(ActivationProbe::from_json(broken)) << member;
    }
    base::Json broken = probe->to_json();
    broken.set("centre", base::Json::array({1, 2}));
    EXPECT_FALSE(ActivationProbe::from_json(broken));
  }
}

TEST(ActivationProbeTest, TooLittleOrBrokenMaterialIsAnError) {
  EXPECT_FALSE(ActivationProbe::train(states(20, 0, 1), states(20, 2, 2), {.false_positives = 0.05}));
  EXPECT_FALSE(ActivationProbe::train(states(60, 0, 1), {}, {}));
  EXPECT_FALSE(ActivationProbe::train({}, {}, {}));
  EXPECT_FALSE(ActivationProbe::train(states(60, 0, 1), {{1, 2}}, {}));
  auto broken = states(60, 0, 1);
  broken[3][2] = std::nanf("");
  EXPECT_FALSE(ActivationProbe::train(broken, states(20, 2, 2), {}));
  EXPECT_FALSE(ActivationProbe::train(states(60, 0, 1), states(20, 2, 2), {.false_positives = 0}));
}

TEST(ActivationProbeTest, ThePassageIsReadFromTheEngine) {
  const Architecture shape{
      .vocabulary = 30, .width = 16, .layers = 2, .heads = 2, .kv_heads = 1, .hidden = 24, .context = 32};
  Engine engine(Weights::random(shape, 1));
  KvCache sequence(shape);
  Output output;
  const std::vector<TokenId> ids = {1, 2, 3, 4, 5};
  PassageStates states(0, 16, 0, 3);  // the embedding of the last two
  ASSERT_TRUE(engine.forward(std::vector<Input>{{&sequence, ids}}, output, &states));
  ASSERT_EQ(states.tokens(), 2U);
  std::vector<float> a(16), b(16);
  decode_row(engine.weights().embedding(), 4, a.data());
  decode_row(engine.weights().embedding(), 5, b.data());
  for (std::size_t i = 0; i < 16; ++i) EXPECT_NEAR(states.mean()[i], (a[i] + b[i]) / 2, 1e-6);
}

}  // namespace
}  // namespace genkai::model::native
