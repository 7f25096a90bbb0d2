#pragma once
// Asks a model everything that a probe's plan holds, a few questions side by side.
//
//   Estimate before = estimate(plan, replies);            // calls and tokens, before anything is spent
//   auto asked = co_await ask_all(model, plan, replies, settings, on_reply, on_step, cancellation);

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/cancellation.h"
#include "model/asking/replies.h"
#include "model/language_model.h"

namespace genkai::model::asking {

struct AskSettings {
  std::uint64_t seed = 1;
  std::size_t parallel = 8;  // requests in flight
  std::size_t max_tokens = 400;
  std::chrono::milliseconds deadline{120'000};  // of one request
};

/// One request; of the two steps of a conversation the second follows from the reply to the first.
struct Ask {
  ReplyKey key;
  std::vector<ChatMessage> messages;
  double temperature = 0;
  base::Json schema{};              // of the reply; null for free text
  bool probability = false;         // the probability of the answer's tokens is wanted
  std::uint64_t reply_tokens = 30;  // expected; of a short answer as JSON
  std::function<Ask(const std::string& reply)> then{};
};

/// Of what is asked, so that a reply to another question is not taken for one to this.
std::string fingerprint(const Ask& ask);

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
  Usage usage{};  // of the calls made
};

/// Fills `replies` and drops from it what this plan does not ask. `on_reply` hears of each new one as it
/// comes (its error ends the work), `on_step` of each step, also of those already known. Errors: those of the
/// model when a request says that no other can succeed (key, budget, refused) or when `parallel` or more in a
/// row fail; replies that came are recorded.
base::Task<base::Result<Asked>> ask_all(LanguageModel& model, const std::vector<Ask>& plan, Replies& replies,
                                        AskSettings settings,
                                        std::function<base::Status(const Reply&)> on_reply,
                                        std::function<void()> on_step, base::Cancellation cancellation);

}  // namespace genkai::model::asking
