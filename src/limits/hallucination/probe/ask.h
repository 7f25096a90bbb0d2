#pragma once
// Asks a model everything that the wanted parts of the probe need, a few questions side by side.
//
//   std::vector<Ask> plan = plan_asks(facts, options);
//   Estimate before = estimate(plan, replies);                    // calls and tokens, before anything is
//   spent auto asked = co_await ask_all(model, plan, replies, options, on_reply, cancellation);

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.h"
#include "base/cancellation.h"
#include "limits/hallucination/probe/facts.h"
#include "limits/hallucination/probe/replies.h"
#include "model/asking/ask.h"
#include "model/language_model.h"

namespace genkai::limits::hallucination::probe {

using model::asking::Ask;
using model::asking::Asked;
using model::asking::Estimate;
using model::asking::estimate;

struct Parts {
  bool accuracy = true, calibration = true, abstention = true, contradiction = true, snowballing = true,
       freshness = true;
};
/// From "accuracy,calibration"; all parts when empty. invalid_argument names those that there are.
base::Result<Parts> parse_parts(const std::string& names);

struct AskOptions {
  Parts parts{};
  std::uint64_t seed = 1;
  std::size_t repeats = 3;   // wordings in which a question is asked again, 2 to kWordings
  std::size_t parallel = 8;  // requests in flight
  std::size_t max_tokens = 400;
  std::chrono::milliseconds deadline{120'000};  // of one request
};

std::vector<Ask> plan_asks(const FactSet& facts, const AskOptions& options);

/// The answer that is put into the model's mouth: the fact's own wrong one, else one of another fact of the
/// same kind and language drawn by the seed; empty when there is none.
std::string wrong_answer(const FactSet& facts, std::size_t fact, std::uint64_t seed);

/// model::asking::ask_all with these options.
base::Task<base::Result<Asked>> ask_all(model::LanguageModel& model, const std::vector<Ask>& plan,
                                        Replies& replies, const AskOptions& options,
                                        std::function<base::Status(const Reply&)> on_reply,
                                        std::function<void()> on_step, base::Cancellation cancellation);

}  // namespace genkai::limits::hallucination::probe
