#pragma once
// What the chains of this folder share: what an outside check says, what a model's second thought may do, and
// what was spent.
//
//   revised("42", 0.8, {.agreeing = 1, .differing = 3})              // "42" at 0.32: lower, never another
//   answer revised("42", 0.8, {}, Outside{Finding::refuted, 0.99, "43"})    // "43" at 0.99: an outside check
//   may

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "core/answer.h"
#include "core/trace.h"
#include "model/language_model.h"

namespace genkai::limits::reasoning::chains {

enum class Finding { confirmed, refuted, undetermined };
std::string_view to_string(Finding finding);

/// What something that is no model found: a program that was run, a solver, the evidence, an exact step
/// check. Out of time or memory is undetermined.
struct Outside {
  Finding finding = Finding::undetermined;
  double probability = 0;  // that what it found is right, 0 to 1
  std::string answer{};    // where it refutes and knows the answer
  std::string why{};       // for people
};
/// Of an answer to a question.
using OutsideCheck = std::function<Outside(const std::string& question, const std::string& answer)>;

/// What a model said when it was asked again.
struct SecondThought {
  std::size_t agreeing = 0, differing = 0;
};

struct Revised {
  std::string answer;
  double probability = 0;
  bool overturned = false;
};

/// The one place that decides what may change an answer. A second thought lowers the probability to
/// p (a + 1) / (a + d + 1) and never raises it, as a model that corrects itself makes right answers wrong
/// about as often (Huang et al. 2024): a penalty that no calibration holds. An outside check that confirms
/// raises it to its own probability (at least p); one that refutes lowers it to 1 - its own or, where it
/// knows the answer, overturns. REQUIRES: probabilities.
Revised revised(std::string answer, double probability, const SecondThought& again,
                const std::optional<Outside>& outside = {});

/// Adds what a request cost, and its samples to model_drafts.
void add(core::Cost& cost, const model::Completion& completion);

/// Asks; adds to the cost. Errors: those of the model.
base::Task<base::Result<model::Completion>> ask(model::LanguageModel& model, model::ChatRequest request,
                                                core::Cost& cost);

/// The first line of a model's text that is not blank, without marks of lists, at most 2,000 characters.
std::string first_line(std::string_view text);

}  // namespace genkai::limits::reasoning::chains
