#pragma once
// The model that ships with genkai: trained by `genkai lab train shipped`, on worlds made for it.
//
//   ShippedOptions options{.folder = "run"};
//   GENKAI_ASSIGN_OR_RETURN(ShippedReport report, train_shipped(options));     // goes on with what is in the
//   folder
//
// Copying from the context comes first and late, and only with scaffolds and few wordings. It is gated on
// questions about held-out bearers, not on a number of tokens; then many wordings and everything else are
// mixed in, the wordings that the stages before held out come last. Then the model grows: with more layers it
// learns to read what names the value before its bearer, and the rate falls. What is there is written down in
// half precision; from that file it is polished: once more everything, harder questions, a falling rate. This
// last part can be done alone, from any model of this recipe.

#include <cstdint>
#include <optional>

#include "base/cancellation.h"
#include "base/file.h"
#include "base/result.h"
#include "lab/train/trainer.h"
#include "model/native/model_file.h"

namespace genkai::lab::experiment {

struct ShippedOptions {
  base::Path folder;  // checkpoints and the model: model.gguf
  std::uint64_t seed = 1;
  std::size_t width = 128, layers = 4, heads = 4, kv_heads = 4, hidden = 384;
  std::size_t vocabulary = 2048;
  std::size_t context = 512;             // tokens, the trained length
  std::size_t worlds = 200;              // that are read beside the home world
  std::uint64_t copying_steps = 6000;    // at most; the gate ends them
  std::uint64_t reading_steps = 4000;    // at most; the gate ends them
  std::uint64_t mixed_steps = 5000;      // in the wordings taught until then
  std::uint64_t worded_steps = 2500;     // in all wordings of a world
  std::size_t deeper_layers = 6;         // from here on
  std::uint64_t table_steps = 1500;      // mostly tables, read backwards
  std::uint64_t thorough_steps = 4000;   // everything again
  std::uint64_t falling_steps = 5000;    // the same at a falling rate
  std::uint64_t polishing_steps = 4000;  // harder questions, at a falling rate
  base::Path from;                       // polish this model; nothing of what goes before is done
  std::size_t samples = 32;              // a step
  std::size_t threads = 0;
  train::Accelerator* accelerator = nullptr;  // does the steps; null: the threads do
  double gate = 0.85;  // exact answers to held-out questions that end copying, and then reading
  model::native::WeightType type = model::native::WeightType::f16;
  base::Cancellation cancellation;
};

struct ShippedReport {
  base::Path model;
  std::uint64_t parameters = 0, tokens = 0, steps = 0;
  double cpu_seconds = 0;
  std::optional<train::AcceleratorSpeed> speed;  // of the last run, with an accelerator
  bool cancelled = false;                        // a model of what was reached is there all the same
};

/// Errors: those of files and of the trainer. The same options and number of threads, or accelerator,
/// give the same bytes, resumed or not.
base::Result<ShippedReport> train_shipped(const ShippedOptions& options);

}  // namespace genkai::lab::experiment
