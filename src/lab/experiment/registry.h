#pragma once
// All experiments, by limit and then in the order in which they are read. A new one is a file of its own, a
// line here and a line in registry.cc.
//
//   for (const Experiment& experiment : experiments()) print(experiment.name, experiment.question);

#include <span>
#include <string_view>

#include "lab/experiment/experiment.h"

namespace genkai::lab::experiment {

extern const Experiment kExposure;
extern const Experiment kMonofact;
extern const Experiment kFalseSources;
extern const Experiment kReversal;
extern const Experiment kCapacity;
extern const Experiment kAbstention;
extern const Experiment kSnowball;
extern const Experiment kContextMemory;

extern const Experiment kSoftmaxCrowding;
extern const Experiment kDistance;
extern const Experiment kEncodingsBeyond;
extern const Experiment kContextCost;
extern const Experiment kDistractors;
extern const Experiment kEvidencePosition;

extern const Experiment kReasoningSteps;
extern const Experiment kDecoding;

extern const Experiment kAttack;
extern const Experiment kActivationDetection;

std::span<const Experiment* const> experiments();
/// nullptr where there is none of that name.
const Experiment* find_experiment(std::string_view name);

}  // namespace genkai::lab::experiment
