#pragma once
// A question with its premises, formalised by a model and answered by a solver.
//
//   core::Trace trace;
//   auto formal = co_await answer_formally(model, {.question = "Is Tom soft?", .premises = "Cats are soft.
//   ...",
//                                                  .options = {"A) True", "B) False"}}, {}, trace);
//   if (formal && formal->answered()) use(formal->answer, formal->agreement());
//
// The model writes several programs (prompts.h). One that cannot be read goes back to it with the message, a
// bounded number of rounds. The solver decides; the programs vote. A program that contradicts itself or
// leaves the question open is a vote for no answer, never a guess.

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/json.h"
#include "base/result.h"
#include "core/trace.h"
#include "logic/solve/solve.h"
#include "model/language_model.h"

namespace genkai::limits::reasoning {

struct FormalQuestion {
  std::string question;
  std::string premises{};              // what may be used; empty where the question holds them
  std::vector<std::string> options{};  // "A) True"; without any, whether the statement is true
};

struct FormalOptions {
  std::size_t formalisations = 3;  // programs that vote
  std::size_t rounds = 2;          // in which a program that cannot be read goes back, at most
  double temperature = 0.7;
  std::size_t max_tokens = 1500;                   // of each reply
  std::chrono::milliseconds deadline{120'000};     // of each request
  std::optional<logic::solve::Dialect> dialect{};  // none: by the options (prompts.h)
  logic::solve::Budget budget{};
};

struct Formalisation {
  std::string program;     // as the model wrote it last
  std::size_t rounds = 0;  // in which it was sent back
  logic::solve::Solution solution;
};

struct FormalAnswer {
  logic::solve::Status status = logic::solve::Status::syntax;
  std::string answer{};  // of ok: the option's label, or True or False
  std::size_t agreeing = 0;
  std::vector<Formalisation> formalisations{};
  logic::solve::Message why{};
  model::Usage usage{};
  std::size_t calls = 0;  // requests to the model
  double milliseconds = 0;

  bool answered() const { return status == logic::solve::Status::ok; }
  /// Share of the programs that give the answer, those that give none included; 0 without an answer.
  double agreement() const;
  /// The formalisation that the explanation is taken from; nullptr when there is none.
  const Formalisation* best() const;
};
base::Json to_json(const FormalAnswer& answer, text::Language language);

/// An answer when more than half of all programs give it. Records the stage "formalise" in `trace`, which
/// outlives the Task. Errors: those of the model's first request; a later request that fails only leaves its
/// program unread.
base::Task<base::Result<FormalAnswer>> answer_formally(model::LanguageModel& model, FormalQuestion question,
                                                       FormalOptions options, core::Trace& trace);

}  // namespace genkai::limits::reasoning
