#pragma once
// What the shipped model can and cannot do, in numbers: questions about bearers that its training never saw,
// and a few in wordings that it never saw.
//
//   GENKAI_ASSIGN_OR_RETURN(auto results, examine(model, {.each = 300, .seed = 1}));
//   results[0].kind, results[0].right         // "one of 1 statements", 296 of 300 with an interval
//
// Readings come from worlds of other seeds than those trained on, and of their test split; what is known by
// heart is asked about the home world (`seed` is that of the training). Everything is asked greedily through
// the engine that users run.

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "model/native/model_file.h"
#include "stats/share.h"

namespace genkai::lab::experiment {

struct ExaminationOptions {
  std::size_t each = 300;  // questions of a kind, where there are as many
  std::uint64_t seed = 1;  // of the training, which decides the home world
};

/// One kind of question.
struct Examined {
  std::string part, kind;  // "context", "answer among 8 statements"
  std::size_t asked = 0;
  stats::Share right;     // exactly the answer
  stats::Share unknown;   // "unknown" was said
  double confidence = 0;  // mean probability of what was said, of its tokens and its end
  double auroc = 0.5;     // of that probability for being right; 0.5 where all are right or all wrong
  double length = 0;      // mean tokens of a prompt
};

struct Examination {
  std::vector<Examined> kinds;
  /// Over all questions that the passages answer and as many that they do not.
  double auroc = 0.5, calibration_error = 0;
  stats::Share missed;    // "unknown" where the passages answer
  stats::Share invented;  // an answer where the passages do not answer
};

/// Errors: those of the engine, and invalid_argument for a model whose context is shorter than a question.
base::Result<Examination> examine(const model::native::ModelFile& model, const ExaminationOptions& options);

base::Json to_json(const Examination& examination);
/// A table for people.
std::string render(const Examination& examination);

}  // namespace genkai::lab::experiment
