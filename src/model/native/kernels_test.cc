#include "model/native/kernels.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <vector>

#include "base/rng.h"
#include "model/native/team.h"

namespace genkai::model::native {
namespace {

/// Activations of some tokens, quantised as the engine does it.
struct Tokens {
  std::size_t columns, count;
  std::vector<float> values;
  std::vector<std::int8_t> quants;
  std::vector<std::int32_t> offsets;
  std::vector<float> scales;

  Tokens(std::size_t width, std::size_t n, std::uint64_t seed)
      : columns(width),
        count(n),
        values(width * n),
        quants(kernels::padded(width) * n, 99),
        offsets(quants.size() / 4, 99),
        scales(quants.size() / 4, 99.0F) {
    base::Rng rng(seed);
    for (auto& value : values) value = static_cast<float>(rng.normal());
    const std::size_t padded = kernels::padded(width);
    if (width % kernels::kQuantum != 0) return;
    for (std::size_t t = 0; t < n; ++t)
      kernels::quantise(values.data() + t * width, width, quants.data() + t * padded,
                        offsets.data() + t * padded / 4, scales.data() + t * padded / 4);
  }
  kernels::Activations view() const { return {values.data(), quants.data(), offsets.data(), scales.data()}; }
  double value(std::size_t t, std::size_t i, bool quantised) const {
    const std::size_t padded = kernels::padded(columns);
    if (!quantised) return values[t * columns + i];
    return double{scales[(t * padded + i) / 4]} * quants[t * padded + i];
  }
};

TEST(KernelsTest, ProductsAreThoseOfTheStoredNumbers) {
  for (const WeightType type : {WeightType::f32, WeightType::f16, WeightType::q8_0}) {
    for (const std::size_t columns : {32, 64, 96, 256, 7, 45}) {
      if (type == WeightType::q8_0 && columns % 32 != 0) continue;
      constexpr std::size_t kRows = 21, kTokens = 7;
      base::Rng rng(columns);
      std::vector<float> w(kRows * columns);
      for (auto& x : w) x = static_cast<float>(rng.normal());
      const auto bytes = encode(w, type, columns);
      const Matrix matrix{type, kRows, columns, bytes.data()};
      const Tokens x(columns, kTokens, 2);
      std::vector<float> out(kRows * kTokens, 1.0F), alone(kRows);
      kernels::multiply(matrix, 0, kRows, x.view(), kTokens, out.data(), kRows, true);
      std::vector<float> row(columns);
      for (std::size_t r = 0; r < kRows; ++r) {
        decode_row(matrix, r, row.data());
        for (std::size_t t = 0; t < kTokens; ++t) {
          double sum = 1;
          for (std::size_t i = 0; i < columns; ++i) sum += row[i] * x.value(t, i, type == WeightType::q8_0);
          EXPECT_NEAR(out[t * kRows + r], sum, 2e-5) << to_string(type) << " " << columns;
        }
      }
      // Any range of rows of one token gives the same bits as within the batch.
      kernels::multiply(matrix, 0, 3, x.view(), 1, alone.data(), kRows, false);
      kernels::multiply(matrix, 3, kRows, x.view(), 1, alone.data(), kRows, false);
      for (std::size_t r = 0; r < kRows; ++r) EXPECT_EQ(alone[r] + 1.0F, out[r]);
    }
  }
}

TEST(KernelsTest, QuantisingKeepsHalfAStepAndShowsWhatIsNotFinite) {
  Tokens x(96, 1, 3);
  for (std::size_t i = 0; i < 96; ++i) {
    const double step = x.scales[i / 4];
    EXPECT_LE(std::abs(x.value(0, i, true) - x.values[i]), step * 0.5001);
  }
  x.values.assign(96, 0.0F);
  x.values[40] = std::nanf("");
  x.values[70] = HUGE_VALF;
  kernels::quantise(x.values.data(), 96, x.quants.data(), x.offsets.data(), x.scales.data());
  EXPECT_EQ(x.scales[0], 0.0F);
  EXPECT_TRUE(std::isnan(x.scales[8]));
  EXPECT_TRUE(std::isnan(x.scales[16]));
}

TEST(TeamTest, EachPartRunsOnceHoweverShortTheJobs) {
  Team team(3);
  std::vector<std::atomic<int>> ran(40);
  for (int job = 0; job < 3000; ++job)
    team.run(1 + static_cast<std::size_t>(job) % ran.size(), [&](std::size_t part) { ++ran[part]; });
  for (std::size_t part = 0; part < ran.size(); ++part) {
    int expected = 0;
    for (int job = 0; job < 3000; ++job) expected += part <= static_cast<std::size_t>(job) % ran.size();
    EXPECT_EQ(ran[part], expected);
  }
}

}  // namespace
}  // namespace genkai::model::native
