#pragma once
// Where a step of training can be done instead of on the host's threads.
//
//   GENKAI_ASSIGN_OR_RETURN(const auto gpu, gpu::open({}));  // gpu/gpu.h
//   TrainerOptions options;
//   options.accelerator = gpu.get();

#include <string>

#include "base/result.h"
#include "lab/train/optimiser.h"
#include "lab/train/sample.h"

namespace genkai::lab::train {

/// Keeps its own copy of values, gradients and moments between `take` and `give`. Not thread-safe.
class Accelerator {
 public:
  virtual ~Accelerator() = default;
  /// Of the device, for people.
  virtual std::string name() const = 0;
  /// Takes over values and moments; gradients are 0 afterwards.
  virtual base::Status take(const Parameters& parameters, Optimiser& optimiser) = 0;
  /// Adds the gradient of the batch's loss and returns the loss. REQUIRES: parameters that were taken.
  virtual base::Result<double> add_gradient(const Model& model, const Batch& batch) = 0;
  /// Sum of the squares of the gradient so far.
  virtual base::Result<double> gradient_squares() = 0;
  /// As Optimiser::update of all values, with the gradient so far, which is 0 afterwards.
  virtual base::Status update(double gradient_scale, double rate, std::uint64_t step) = 0;
  /// Sets the gradient to 0.
  virtual base::Status forget() = 0;
  /// Writes values, and moments, back.
  virtual base::Status give(Parameters& parameters) = 0;
  virtual base::Status give(Optimiser& optimiser) = 0;
};

}  // namespace genkai::lab::train
