// Every formula against enumeration, or values worked out by hand.

#include "limits/context/bound/bound.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <sstream>
#include <vector>

#include "base/rng.h"

namespace genkai::limits::context::bound {
namespace {

Lengths drawn(base::Rng& rng) {
  Lengths lengths;
  for (int i = 0; i < 12; ++i) lengths[rng.below(90)] += 1 + rng.below(5);
  return lengths;
}

TEST(Positions, AreThePairsThatCountingFinds) {
  base::Rng rng(3);
  for (int round = 0; round < 20; ++round) {
    const Lengths lengths = drawn(rng);
    const auto practice = position_frequency(lengths, {});
    ASSERT_TRUE(practice);
    std::vector<double> counted(100);
    double all = 0;
    for (const auto& [length, n] : lengths)
      for (std::uint64_t key = 0; key < length; ++key)
        for (std::uint64_t query = key; query < length; ++query)
          counted[query - key] += static_cast<double>(n), all += static_cast<double>(n);
    double beyond = all;
    for (std::uint64_t d = 0; d < 100; ++d) {
      EXPECT_EQ(practice->at(d), counted[d]) << d;
      EXPECT_NEAR(practice->beyond(d), beyond / all, 1e-12) << d;
      beyond -= counted[d];
    }
    for (const double share : {1.0, 0.5, 0.1, 0.001}) {
      const std::uint64_t within = practice->within(share);
      EXPECT_LT(practice->relative(within), share);
      EXPECT_GE(practice->relative(within - 1), share);
    }
  }
}

TEST(Positions, OfCutAndPackedDocuments) {
  const Lengths lengths{{10, 1}, {25, 2}};
  const auto cut = position_frequency(lengths, {.window = 10});  // 10, 10 10 5, 10 10 5
  EXPECT_EQ(cut->sequences(), 7U);
  EXPECT_EQ(cut->tokens(), 60);
  EXPECT_EQ(cut->at(7), 5 * 3);
  const auto packed = position_frequency(lengths, {.window = 16, .packed = true});
  EXPECT_EQ(packed->sequences(), 3U);  // 60 tokens fill three windows of 16
  EXPECT_EQ(packed->at(15), 3);
  EXPECT_NEAR(position_frequency({{1000, 1}}, {})->relative(500), 0.5, 1e-12);
  EXPECT_FALSE(position_frequency(lengths, {.packed = true}));
  EXPECT_FALSE(position_frequency(lengths, {.window = 100, .packed = true})) << "no window is full";
  EXPECT_FALSE(position_frequency({{0, 5}}, {}));
}

TEST(Positions, ReadsLengthsOrSaysWhichLineIsNone) {
  const auto read = [](const std::string& text) {
    std::istringstream in(text);
    return read_lengths(in);
  };
  EXPECT_EQ(*read("12\n7\t3\r\n\n12\n"), (Lengths{{7, 3}, {12, 2}}));
  EXPECT_NE(read("12\nlong\n").error().message.find("line 2"), std::string::npos);
  for (const char* wrong : {"", "\n\n", "-3\n", "1.5\n", "3\tx\n", "3\t\n", "99999999999999999999\n"})
    EXPECT_FALSE(read(wrong)) << wrong;
  EXPECT_FALSE(read(std::string(1000, '1')));
}

TEST(Crowding, TheMarginGivesTheWeightAndItsInverse) {
  for (const std::uint64_t n : {2U, 10U, 1'000U, 1'000'000U})
    for (const double p : {0.1, 0.5, 0.9, 0.999})
      for (const std::uint64_t k : {std::uint64_t{1}, std::uint64_t{5}})
        for (const std::uint64_t from : {std::uint64_t{0}, std::uint64_t{64}}) {
          if (k >= n) continue;
          const Crowd crowd{.tokens = n, .relevant = k, .weight = p, .scaled_from = from};
          const double m = crowding(crowd)->margin;
          EXPECT_NEAR(*weight_of(m, crowd), p, 1e-9);
          if (m <= 0) continue;
          // By the softmax itself.
          const auto reals = [](std::uint64_t value) { return static_cast<double>(value); };
          const double scale = from == 0 ? 1 : std::max(1.0, std::log(reals(n)) / std::log(reals(from)));
          const double top = reals(k) * std::exp(m * scale);
          EXPECT_NEAR(top / (top + reals(n - k)), p, 1e-9);
          const auto longest = longest_for(m, crowd)->tokens;
          if (longest) {
            EXPECT_GE(*longest + 1, n) << n << " " << p << " " << k << " " << from;
          }
        }
  EXPECT_NEAR(crowding({.tokens = 100'000, .weight = 0.9})->margin, std::log(99'999.0) + std::log(9.0), 1e-9);
}

TEST(Crowding, NStarIsTheLastLengthThatCarriesTheWeight) {
  for (const double margin : {0.0, 0.5, 3.0, 7.5, 10.0})
    for (const std::uint64_t from : {std::uint64_t{0}, std::uint64_t{16}, std::uint64_t{2'000}})
      for (const std::uint64_t k : {std::uint64_t{1}, std::uint64_t{3}})
        for (const double p : {0.3, 0.9}) {
          const Crowd crowd{.relevant = k, .weight = p, .scaled_from = from};
          const auto longest = longest_for(margin, crowd)->tokens;
          const auto weight = [&](std::uint64_t n) {
            return *weight_of(margin, {.tokens = n, .relevant = k, .weight = p, .scaled_from = from});
          };
          if (!longest) {
            for (std::uint64_t n = k + 1; n < 1ULL << 50U; n = n + 1 + n / 3)
              EXPECT_GE(weight(n), p - 1e-9) << n;
            continue;
          }
          if (*longest > k) {
            EXPECT_GE(weight(*longest), p - 1e-6) << margin << " " << from << " " << k;
          }
          EXPECT_LT(weight(std::max(*longest + 1, k + 1)), p + 1e-6) << margin << " " << from << " " << k;
        }
  EXPECT_EQ(*longest_for(10, {.weight = 0.9})->tokens, 2'448U);  // 1 + e^10 / 9
  EXPECT_FALSE(longest_for(10, {.weight = 0.9, .scaled_from = 1'024})->tokens) << "ln 1024 = 6.9 is below 10";
  EXPECT_FALSE(crowding({.tokens = 1}));
  EXPECT_FALSE(crowding({.tokens = 5, .relevant = 5}));
  EXPECT_FALSE(crowding({.tokens = 5, .weight = 1}));
  EXPECT_FALSE(longest_for(-1, {}));
  EXPECT_FALSE(longest_for(NAN, {}));
}

TEST(Encoding, IsTheDotProductOfTheEncodings) {
  const Rotation rotation{.size = 32, .base = 500, .stretch = 2};
  const auto decay = rotary(rotation, 400);
  ASSERT_TRUE(decay);
  base::Rng rng(5);
  for (const std::uint64_t d : {0U, 1U, 7U, 100U, 5'000U}) {
    // Vectors of equal pairs, rotated to positions 40 and 40 + d.
    double dot = 0;
    for (int i = 0; i < 16; ++i) {
      const double angle = std::pow(500, -2.0 * i / 32) / 2, at = 40 * angle,
                   other = (40 + static_cast<double>(d)) * angle;
      dot += std::cos(at) * std::cos(other) + std::sin(at) * std::sin(other);
    }
    EXPECT_NEAR(decay->at(d), dot / 16, 1e-12) << d;
  }
  std::uint64_t incomplete = 0;
  for (int i = 0; i < 16; ++i)
    incomplete += 2 * std::numbers::pi * 2 * std::pow(500, 2.0 * i / 32) > 400 ? 1 : 0;
  EXPECT_EQ(decay->incomplete, incomplete);
  EXPECT_EQ(decay->first_below(-2, 100), 0U);
  const std::uint64_t first = decay->first_below(0.5);
  EXPECT_LT(decay->at(first), 0.5);
  for (std::uint64_t d = 0; d < first; ++d) EXPECT_GE(decay->at(d), 0.5);
  EXPECT_NEAR(sinusoidal({.size = 64}, 0)->at(9), rotary({.size = 64}, 0)->at(9), 1e-15);
  for (const Rotation& wrong : {Rotation{.size = 3}, Rotation{.size = 0}, Rotation{.base = 1},
                                Rotation{.base = INFINITY}, Rotation{.stretch = 0.5}})
    EXPECT_FALSE(rotary(wrong, 0));
}

TEST(Encoding, SlopesAreThoseOfThePaper) {
  const auto eight = alibi(8);
  for (int h = 1; h <= 8; ++h) EXPECT_NEAR(eight->slopes[h - 1], std::pow(2.0, -h), 1e-15);
  const auto twelve = alibi(12);
  ASSERT_EQ(twelve->slopes.size(), 12U);
  EXPECT_NEAR(twelve->slopes[8], std::pow(2.0, -0.5), 1e-15);
  EXPECT_NEAR(twelve->slopes[9], std::pow(2.0, -1.5), 1e-15);
  EXPECT_NEAR(std::exp(-eight->slopes[2] * eight->reach(2, 0.01)), 0.01, 1e-12);
  EXPECT_FALSE(alibi(0));
}

TEST(Cost, IsWhatCountingEachProductGives) {
  const Shape shape{.layers = 3, .width = 8, .heads = 4, .kv_heads = 2, .hidden = 20, .vocabulary = 50};
  const auto flops = [&](std::uint64_t n) {  // multiply-adds of each matrix, one by one
    double sum = 0;
    for (std::uint64_t layer = 0; layer < 3; ++layer)
      for (std::uint64_t token = 0; token < n; ++token) {
        sum += 8 * 8 + 2 * 8 * 4 + 8 * 8 + 3 * 8 * 20;  // q, k, v, output, feed-forward
        for (std::uint64_t key = 0; key <= token; ++key) sum += 4 * 2 + 4 * 2;  // scores, values
      }
    return 2 * (sum + 8 * 50);
  };
  for (const std::uint64_t n : {1U, 5U, 33U}) {
    const auto cost = context_cost(shape, n);
    ASSERT_TRUE(cost);
    EXPECT_NEAR(cost->prefill, flops(n), 1e-6);
    EXPECT_NEAR(cost->decode, flops(n + 1) - flops(n) + 2 * 8 * 50, 1e-6);
    EXPECT_EQ(cost->cache_bytes, static_cast<double>(n) * 3 * 2 * 4 * 2);
  }
  const double half = context_cost(shape, 10)->attention_is_half;
  const auto cost = context_cost(shape, static_cast<std::uint64_t>(half) + 10);
  EXPECT_GT(cost->prefill_attention, 0.5 * (cost->prefill - 2 * 8 * 50));
  Shape wrong = shape;
  wrong.kv_heads = 3;
  EXPECT_FALSE(context_cost(wrong, 10));
  wrong = shape;
  wrong.layers = 0;
  EXPECT_FALSE(context_cost(wrong, 10));
  EXPECT_FALSE(context_cost(shape, 0));
  // Llama 3 8B: 8.03e9 parameters, a cache of 128 KiB a token.
  const auto llama = context_cost(
      {.layers = 32, .width = 4'096, .heads = 32, .kv_heads = 8, .hidden = 14'336, .vocabulary = 128'256},
      8'192);
  EXPECT_EQ(llama->parameters, 8'030'261'248.0);
  EXPECT_EQ(llama->cache_bytes, 8'192.0 * 131'072);
}

TEST(Effective, ByHalfAndByTheRuleOfThumb) {
  const auto out = effective_context({.half = 8'000, .at_start = 0.95}, 0.85);
  EXPECT_NEAR(0.95 * std::exp2(-out->tokens / 8'000), 0.85, 1e-12);
  EXPECT_EQ(effective_context({.half = 8'000, .at_start = 0.5}, 0.85)->tokens, 0);
  EXPECT_EQ(usual_share(131'072, 0.5)->tokens, 65'536);
  EXPECT_FALSE(effective_context({.half = 0}, 0.5));
  EXPECT_FALSE(effective_context({.half = 10}, 0));
  EXPECT_FALSE(usual_share(0, 0.5));
  EXPECT_FALSE(usual_share(10, 2));
}

}  // namespace
}  // namespace genkai::limits::context::bound
