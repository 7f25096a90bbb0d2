#pragma once
// Cumulative reasoning (Zhang et al. 2023): propositions that follow from earlier ones are added to a
// directed acyclic graph one by one, each verified from outside before anything may rest on it.
//
//   auto proof = co_await reason_cumulatively(model, {question, premises}, verifier, {}, {.rounds = 12},
//   trace); if (proof->answer) for (std::size_t at : proof->used) print(proof->propositions[at].text);

#include <functional>
#include <string>
#include <vector>

#include "base/async.h"
#include "limits/reasoning/chains/chain.h"
#include "text/text.h"

namespace genkai::limits::reasoning::chains {

struct Problem {
  std::string question;
  std::vector<std::string> premises;  // given: they are not verified
  text::Language language = text::Language::english;
};

/// Whether a proposition follows from those that it names, by a solver, an entailment check, a program or the
/// step check: no model. Confirmed alone lets it in. Of a conclusion the proposition is the answer's
/// sentence.
using PropositionVerifier =
    std::function<Outside(const std::vector<std::string>& from, const std::string& proposition)>;

/// The answer that a verified proposition gives to the question, if it gives any ("Rex is no cat" to "Is Rex
/// a cat?": no).
using Concludes = std::function<std::optional<std::string>(const std::string& proposition)>;

struct Proposition {
  std::string text;
  std::vector<std::size_t> from;  // earlier ones that it rests on; empty: given
  std::string why{};              // of its verification
};

struct CumulativeOptions {
  std::size_t rounds = 12;    // requests at most
  std::size_t proposals = 2;  // samples of each
  std::size_t idle = 3;       // rounds in a row without anything new, after which it ends
  double temperature = 0.7;
  std::size_t max_tokens = 300;
  std::chrono::milliseconds deadline{120'000};  // of one request
};

struct CumulativeResult {
  std::vector<Proposition> propositions;  // the premises first; each rests on earlier ones only
  std::optional<std::string> answer{};    // concluded, and verified
  std::vector<std::size_t> used;          // what the answer rests on, in order; empty without an answer
  double probability = 0;                 // the least of the verifications that the answer rests on
  std::size_t calls = 0, proposed = 0, refused = 0;
  core::Cost cost;
};

/// A proposal names what it rests on by number; one that names nothing, or what is not there, or that is
/// there already, is refused before it is verified. The answer needs a conclusion that the verifier confirms.
/// Errors: those of the model in the first request; invalid_argument without a premise or a verifier.
base::Task<base::Result<CumulativeResult>> reason_cumulatively(model::LanguageModel& model, Problem problem,
                                                               PropositionVerifier verifier,
                                                               Concludes concludes, CumulativeOptions options,
                                                               core::Trace& trace);

}  // namespace genkai::limits::reasoning::chains
