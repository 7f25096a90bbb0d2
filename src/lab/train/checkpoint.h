#pragma once
// A training run on disk, written whole or not at all: values, moments, and where the run is.
//
//   GENKAI_RETURN_IF_ERROR(write_checkpoint(path, state, parameters, optimiser));
//   GENKAI_ASSIGN_OR_RETURN(std::optional<TrainState> state, read_checkpoint(path, parameters, optimiser));
//
// The format is in docs/lab/training.md.

#include <optional>

#include "lab/train/trainer.h"

namespace genkai::lab::train {

struct TrainState {
  Moment next;  // the step to do next
  std::uint64_t tokens = 0;
  double loss = 0;
  double cpu_seconds =
      0;  // kept beside the checkpoint (".cpu"), so that the checkpoint's bytes do not depend on it
  bool stopped = false;  // the gate ended the run
};

base::Status write_checkpoint(const base::Path& path, const TrainState& state, const Parameters& parameters,
                              Optimiser& optimiser);
/// Nothing when there is no such file. corrupt: damaged; invalid_argument: of a model of other matrices.
base::Result<std::optional<TrainState>> read_checkpoint(const base::Path& path, Parameters& parameters,
                                                        Optimiser& optimiser);

}  // namespace genkai::lab::train
