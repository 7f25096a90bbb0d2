#pragma once
// The model that ships with genkai: its world, its curriculum and its examination. Trained by `genkai lab
// train`.
//
//   ShippedOptions options{.folder = "run"};
//   GENKAI_ASSIGN_OR_RETURN(ShippedReport report, train_shipped(options));     // resumes what is in the
//   folder GENKAI_ASSIGN_OR_RETURN(auto results, examine(model, 500, seed));          // of a GGUF file
//
// Copying from the context comes first and late, and only with scaffolds: names to repeat, tables of names,
// the loss on the question's name too, few passages. It is gated on questions about held-out bearers in
// held-out wordings, not on a number of tokens. Then everything is mixed; at the end the rate falls.

#include <cstdint>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "base/file.h"
#include "base/result.h"
#include "lab/train/sample.h"
#include "lab/train/trainer.h"
#include "lab/world/examples.h"
#include "model/native/model_file.h"
#include "stats/share.h"

namespace genkai::lab::experiment {

struct ShippedOptions {
  base::Path folder;  // checkpoints, vocabulary and the model: model.gguf
  std::uint64_t seed = 1;
  std::size_t width = 128, layers = 4, heads = 4, kv_heads = 2, hidden = 384;
  std::size_t vocabulary = 2048;
  std::size_t context = 512;  // tokens, the trained length
  std::size_t worlds = 48;  // whose documents are read in context; their bearers are never asked for by heart
  std::uint64_t copying_steps = 4000;  // at most; the gate ends them
  std::uint64_t mixed_steps = 6000;
  std::uint64_t falling_steps = 1500;
  std::size_t samples = 32;  // a step
  std::size_t threads = 0;
  double gate = 0.9;  // exact answers in the easy held-out examination that end the first part
  model::native::WeightType type = model::native::WeightType::f16;
  base::Cancellation cancellation;
};

struct ShippedReport {
  base::Path model;
  std::uint64_t tokens = 0, steps = 0;
  double cpu_seconds = 0;
  bool cancelled = false;
};

/// Errors: those of files and of the trainer. The same options give the same bytes, resumed or not.
base::Result<ShippedReport> train_shipped(const ShippedOptions& options);

/// The text of an example as tokens between <s> and </s>, with the weight that each part has.
train::Sample sample_of(world::Example example, const model::native::Tokenizer& tokenizer);

/// The options of the world whose frequent facts the model knows by heart.
world::Options home_world(std::uint64_t seed);

/// One kind of question in the examination.
struct Examined {
  std::string kind;                               // "in_context, 3 passages"
  std::size_t asked = 0, right = 0, unknown = 0;  // answers that are exactly right; that say "unknown"
  double confidence = 0;                          // mean probability of the answers given
  double auroc = 0.5;  // of that probability for being right; 0.5 where all are right or all wrong
};

/// Asks `each` held-out questions of each kind, greedily. Errors: those of the engine.
base::Result<std::vector<Examined>> examine(const model::native::ModelFile& model, std::size_t each,
                                            std::uint64_t seed);

}  // namespace genkai::lab::experiment
