#pragma once
// Tree search over partial chains of steps: a model proposes next steps, an outside evaluator scores and
// refutes them, and a budget of requests ends it.
//
//   auto found = co_await search_chains(model, question, evaluator, {.calls = 24}, trace);
//   if (found->best) found->best->steps, found->best->answer

#include <functional>
#include <string>
#include <vector>

#include "base/async.h"
#include "limits/reasoning/chains/chain.h"
#include "text/text.h"

namespace genkai::limits::reasoning::chains {

struct Evaluation {
  Finding finding =
      Finding::undetermined;  // refuted: cut off; confirmed: of a complete chain, it is accepted
  double score = 0.5;         // of what is kept, 0 to 1: the best goes on first
  std::string why{};
};
/// Of a partial or complete chain, by the exact step check, a solver or the evidence: no model. `answer` is
/// empty while the chain goes on.
using Evaluator = std::function<Evaluation(const std::string& question, const std::vector<std::string>& steps,
                                           const std::string& answer)>;

enum class SearchOrder {
  best_first,  // the best open chain goes on, whatever its length
  beam,        // all open chains of one length go on, the best `width` of what follows are kept
};

struct TreeOptions {
  SearchOrder order = SearchOrder::best_first;
  std::size_t width = 4;   // chains kept open: of each length (beam), or in all
  std::size_t branch = 3;  // next steps drawn for each
  std::size_t depth = 12;  // steps at most
  std::size_t calls = 24;  // requests at most, each of `branch` samples
  double temperature = 0.7;
  std::size_t max_tokens = 200;
  std::chrono::milliseconds deadline{120'000};  // of one request
  text::Language language = text::Language::english;
};

struct FoundChain {
  std::vector<std::string> steps;
  std::string answer;
  Evaluation evaluation;
};

struct TreeResult {
  std::optional<FoundChain> best{};  // the accepted chain, else the complete one of the best score
  bool accepted = false;             // the evaluator confirmed it: nothing else makes it more than a proposal
  std::size_t calls = 0, proposed = 0, refuted = 0, complete = 0;
  bool budget_ended = false;
  core::Cost cost;
};

/// Ends with the first complete chain that is confirmed, when no open chain is left, or with the budget.
/// Steps are single lines; one that a sibling has too is dropped. A line "Answer: ..." (答え:) ends a chain.
/// Among equal scores longer chains go first, then earlier ones, so that the same replies give the same
/// search. Errors: those of the model in the first request (later ones end the search with what there is);
/// invalid_argument where an option is 0 or there is no evaluator.
base::Task<base::Result<TreeResult>> search_chains(model::LanguageModel& model, std::string question,
                                                   Evaluator evaluator, TreeOptions options,
                                                   core::Trace& trace);

}  // namespace genkai::limits::reasoning::chains
