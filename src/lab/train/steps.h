#pragma once
// How a trainer's steps are done: on the host's threads, or on an accelerator.
//
//   const auto steps = host_steps({model, source, optimiser, 32, 2});
//   GENKAI_ASSIGN_OR_RETURN(const StepSums sums, steps->gradient(moment));
//   GENKAI_RETURN_IF_ERROR(steps->update(1 / sums.weight, rate, moment.step));

#include <cstdint>
#include <memory>

#include "lab/train/trainer.h"

namespace genkai::lab::train {

struct StepSums {
  double loss = 0, weight = 0;  // over all tokens of the step
  std::uint64_t rows = 0;
};

class Steps {
 public:
  virtual ~Steps() = default;
  /// The gradient of a step's loss, added to what there is. invalid_argument: a sample that does not fit the
  /// model.
  virtual base::Result<StepSums> gradient(const Moment& moment) = 0;
  virtual base::Result<double> gradient_squares() = 0;
  /// As Optimiser::update of all values; the gradient is 0 afterwards.
  virtual base::Status update(double gradient_scale, double rate, std::uint64_t step) = 0;
  /// Sets the gradient to 0.
  virtual base::Status forget() = 0;
  /// Writes values, and moments, to where the host needs them.
  virtual base::Status give(Parameters& parameters) = 0;
  virtual base::Status give(Optimiser& optimiser) = 0;
};

/// References outlive the steps.
struct StepSetting {
  Model& model;
  const Source& source;
  Optimiser& optimiser;
  std::size_t samples, threads;
};
std::unique_ptr<Steps> host_steps(const StepSetting& setting);
/// Values and moments are taken over now.
base::Result<std::unique_ptr<Steps>> accelerated_steps(const StepSetting& setting, Accelerator& accelerator);

}  // namespace genkai::lab::train
