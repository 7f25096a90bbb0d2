#include "lab/experiment/registry.h"

#include <array>

namespace genkai::lab::experiment {

std::span<const Experiment* const> experiments() {
  static constexpr std::array kAll = {
      &kExposure,
      &kMonofact,
      &kFalseSources,
      &kReversal,
      &kCapacity,
      &kAbstention,
      &kSnowball,
      &kContextMemory,
      &kSoftmaxCrowding,
      &kDistance,
      &kEncodingsBeyond,
      &kEvidencePosition,
      &kDistractors,
      &kContextCost,
      &kReasoningSteps,
      &kDecoding,
      &kAttack,
      &kActivationDetection,
  };
  return kAll;
}

const Experiment* find_experiment(std::string_view name) {
  for (const Experiment* experiment : experiments())
    if (experiment->name == name) return experiment;
  return nullptr;
}

}  // namespace genkai::lab::experiment
