#pragma once
// AdamW with decoupled decay, clipping by the global norm, and schedules of the rate.
//
//   Schedule schedule{.rate = 1e-3, .warm_up = 200};
//   schedule.at(step);

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>

#include "lab/train/parameters.h"

namespace genkai::lab::train {

struct Schedule {
  enum class Shape { constant, cosine } shape = Shape::constant;
  double rate = 1e-3;           // after the warm-up
  std::uint64_t warm_up = 100;  // steps of a straight rise
  std::uint64_t steps = 0;      // cosine: where the rate reaches its least
  double least = 0.1;           // cosine: share of `rate` left at the end

  /// The rate of step 0, 1, ...
  double at(std::uint64_t step) const {
    if (step < warm_up) return rate * static_cast<double>(step + 1) / static_cast<double>(warm_up);
    if (shape == Shape::constant || steps <= warm_up) return rate;
    const double done =
        std::min(1.0, static_cast<double>(step - warm_up) / static_cast<double>(steps - warm_up));
    return rate * (least + (1 - least) * 0.5 * (1 + std::cos(3.14159265358979323846 * done)));
  }
};

struct AdamW {
  double beta1 = 0.9, beta2 = 0.99, epsilon = 1e-8;
  double decay = 0.01;  // of matrices; gains and biases are left alone
  double clip = 1.0;    // largest norm of the whole gradient; 0: no clipping
};

/// The moments of every value, laid out as Parameters::values().
class Optimiser {
 public:
  Optimiser(const AdamW& options, std::size_t values)
      : options_(options), moment1_(values), moment2_(values) {}

  /// One update of values [begin, end), multiples of kLineFloats; `step` counts from 0. The gradient is
  /// multiplied by `gradient_scale` first. Distinct ranges may run in distinct threads.
  void update(Parameters& parameters, std::span<const float> gradient, double gradient_scale, double rate,
              std::uint64_t step, std::size_t begin, std::size_t end);

  const AdamW& options() const { return options_; }
  std::span<float> moment1() { return moment1_; }
  std::span<float> moment2() { return moment2_; }

 private:
  AdamW options_;
  Floats moment1_, moment2_;
};

}  // namespace genkai::lab::train
