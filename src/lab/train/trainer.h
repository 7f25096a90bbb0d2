#pragma once
// Trains a model on the samples of a source, in threads, with checkpoints that a kill -9 does not hurt.
//
//   class Facts : public Source {
//     Sample sample(const Moment& moment, std::size_t place) const override {
//       base::Rng rng(mix(seed_, moment.step, place));  // a function of its arguments and nothing else
//       ...
//     }
//   };
//   Decoder decoder({.shape = shape}, seed);
//   Facts facts;
//   TrainerOptions options;
//   options.steps = 4000;
//   options.samples = 32;                       // a step
//   options.checkpoint = "run/model.checkpoint";  // resumes from it when it is there
//   options.gate = [&](const Moment& moment) {  // every `gate_every` steps
//     const double copying = measure(decoder);  // score() or greedy() of decoder.h
//     return Gate{.metrics = {{"copy", copying}}, .next_stage = moment.stage == 0 && copying > .98};
//   };
//   GENKAI_ASSIGN_OR_RETURN(TrainReport report, train(decoder, facts, options));
//   GENKAI_RETURN_IF_ERROR(export_gguf(...));   // export.h
//
// The same source, seed, options and number of threads give the same bytes, also when the run was stopped or
// killed and taken up again: samples depend on (moment, place) only, each thread has fixed places, and
// gradients are summed in the order of threads. With another number of threads the sums round differently.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/cancellation.h"
#include "base/file.h"
#include "base/result.h"
#include "lab/train/accelerator.h"
#include "lab/train/optimiser.h"
#include "lab/train/sample.h"

namespace genkai::lab::train {

/// Where a run is. Stages are counted by the gate ("copying first, then the mix") and are part of the
/// checkpoint.
struct Moment {
  std::uint64_t step = 0;        // from 0
  std::uint32_t stage = 0;       // from 0
  std::uint64_t stage_step = 0;  // steps since the stage began
};

class Source {
 public:
  virtual ~Source() = default;
  /// The sample at `place` (0 ... samples - 1) of a step: the same for the same arguments. Called from
  /// several threads.
  virtual Sample sample(const Moment& moment, std::size_t place) const = 0;
};

struct Gate {
  std::vector<std::pair<std::string, double>> metrics;  // shown on the progress line and kept in the report
  bool next_stage = false;
  bool stop = false;  // good enough: the run is complete
};

struct StepResult {
  Moment moment;
  double loss = 0;  // mean over the step's weights
  double gradient_norm = 0, rate = 0;
  std::uint64_t tokens = 0;  // of the run so far
};

struct TrainerOptions {
  std::uint64_t steps = 1000;  // of the whole run, with those before a resumption
  std::size_t samples = 32;    // of a step, all threads together
  std::size_t threads = 0;     // 0: as many as cores
  Schedule schedule;
  AdamW optimiser;
  base::Path checkpoint;                 // empty: none
  std::uint64_t checkpoint_every = 200;  // steps; also at the end, when stopped and at a new stage
  std::function<Gate(const Moment&)> gate;
  std::uint64_t gate_every = 100;  // steps
  std::function<void(const StepResult&)> on_step;
  /// Does the steps instead of the threads, which still draw the samples; null: none. Sums round differently
  /// there. Checkpoints are alike, so a run may go on with or without it.
  Accelerator* accelerator = nullptr;
  base::Cancellation cancellation;
  std::string label = "train";  // of the progress line
  bool progress = true;
};

/// How long the gradient of the run's first step took, on the host's threads and on the accelerator.
struct AcceleratorSpeed {
  std::string device;
  std::size_t threads = 0;
  double host_seconds = 0, device_seconds = 0;
  double times() const { return host_seconds / device_seconds; }
};

struct TrainReport {
  Moment reached;            // step: how many were done in all
  std::uint64_t tokens = 0;  // rows that went through the model, resumed runs included
  double loss = 0;           // of the last step
  double seconds = 0;        // this run alone
  double cpu_seconds = 0;    // of the process, this run and those that it resumed
  std::uint64_t resumed_at = 0;
  bool stopped = false;                                 // by the gate
  bool cancelled = false;                               // by the user; a checkpoint was written
  std::vector<std::pair<std::string, double>> metrics;  // of the last gate
  std::optional<AcceleratorSpeed> speed;                // with an accelerator and a step to do
};

/// Errors: invalid_argument (a sample whose tokens and weights differ in number or with a token outside the
/// vocabulary, no weight in a whole step, a checkpoint of another model), corrupt (a damaged checkpoint),
/// internal (the loss is not a number: the checkpoint before stays), and those of files and of the
/// accelerator.
base::Result<TrainReport> train(Model& model, const Source& source, const TrainerOptions& options);

}  // namespace genkai::lab::train
