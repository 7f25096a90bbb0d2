#pragma once
// Self-consistency with adaptive stopping: answers are drawn until it is certain enough which one the model
// gives most often, or the budget ends.
//
//   auto vote = co_await self_consistency(model, request, key_of, {.level = 0.95, .budget = 12}, trace);
//   vote->text, vote->agreeing, vote->answers      // the leading answer, 6 of 7

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/async.h"
#include "limits/reasoning/chains/chain.h"

namespace genkai::limits::reasoning::chains {

struct SelfConsistencyOptions {
  double level = 0.95;      // posterior probability at which the leader is believed to be the likelier
  std::size_t budget = 12;  // answers at most
  std::size_t wave = 2;     // drawn at a time
  std::size_t least = 3;    // before anything is decided: with two, one more than none is certain of nothing
};

enum class Stop { certain, settled, budget, failed };
std::string_view to_string(Stop stop);

/// The text of an answer as it is compared; empty: no answer, which is drawn but votes for nothing.
using KeyOf = std::function<std::string(const std::string& text)>;

struct SelfConsistency {
  std::string text;  // the first sample of the leading answer; empty when none answered
  std::string key;
  std::size_t agreeing = 0;  // samples with it
  std::size_t answers = 0;   // samples with any answer
  std::size_t drawn = 0;
  double leads = 0;  // posterior that it is the likelier of the first two (bound/majority.h)
  double share = 0;  // (agreeing + 1/2) / (answers + 1), Jeffreys' mean: an estimate, not calibrated
  Stop stop = Stop::budget;
  core::Cost cost;
};

/// The rule of Aggarwal et al. 2023 (adaptive consistency): stop when P(share of the leader among the first
/// two > 1/2) reaches the level under a uniform prior, when what remains cannot change the leader, or at the
/// budget. The posterior is looked at after each wave, so the level is that of one look. Draws come from
/// `request`, whose samples are set here; its temperature must be above 0, as equal samples agree about
/// anything. A wave that fails after the first ends the drawing with what there is.
/// Errors: those of the model when nothing was drawn; invalid_argument for a temperature of 0, a level that
/// is not inside (0, 1), or a budget of 0.
base::Task<base::Result<SelfConsistency>> self_consistency(model::LanguageModel& model,
                                                           model::ChatRequest request, KeyOf key_of,
                                                           SelfConsistencyOptions options,
                                                           core::Trace& trace);

}  // namespace genkai::limits::reasoning::chains
