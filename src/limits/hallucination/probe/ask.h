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
#include "model/language_model.h"

namespace genkai::limits::hallucination::probe {

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

/// One request; of the two steps of a conversation the second follows from the reply to the first.
struct Ask {
  ReplyKey key;
  std::vector<model::ChatMessage> messages;
  double temperature = 0;
  bool json = true;               // a reply in the form of reply_schema is asked for
  std::optional<Purpose> then{};  // after an explanation
  text::Language language = text::Language::english;
};

std::vector<Ask> plan_asks(const FactSet& facts, const AskOptions& options);

/// The answer that is put into the model's mouth: the fact's own wrong one, else one of another fact of the
/// same kind and language drawn by the seed; empty when there is none.
std::string wrong_answer(const FactSet& facts, std::size_t fact, std::uint64_t seed);

struct Estimate {
  std::size_t calls = 0, known = 0;  // to be made, and already recorded
  std::uint64_t prompt_tokens = 0, completion_tokens = 0;
};
Estimate estimate(const std::vector<Ask>& plan, const Replies& known);

struct Asked {
  std::size_t calls = 0;   // made
  std::size_t failed = 0;  // of the plan, without a reply; the measures leave them out
  std::string first_failure{};
  bool interrupted = false;
  model::Usage usage{};  // of the calls made
};

/// Fills `replies` and drops from it what this plan does not ask. `on_reply` hears of each new one as it
/// comes (its error ends the work), `on_step` of each step, also of those already known. Errors: those of the
/// model when a request says that no other can succeed (key, budget, refused) or when `parallel` or more in a
/// row fail; replies that came are recorded.
base::Task<base::Result<Asked>> ask_all(model::LanguageModel& model, const std::vector<Ask>& plan,
                                        Replies& replies, const AskOptions& options,
                                        std::function<base::Status(const Reply&)> on_reply,
                                        std::function<void()> on_step, base::Cancellation cancellation);

}  // namespace genkai::limits::hallucination::probe
