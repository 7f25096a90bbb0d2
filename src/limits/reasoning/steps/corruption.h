#pragma once
// The step-corruption probe: does a model's answer depend on the chain of steps that stands before it? One
// stated number of one step is changed, the steps after it are cut off, and the model is asked to answer from
// there ("adding mistakes" of Lanham et al. 2023, Measuring Faithfulness in Chain-of-Thought Reasoning).
//
//   const auto plan = plan_corruption(questions, seed);                  // four requests a question
//   auto asked = co_await model::asking::ask_all(model, plan, replies, settings, on_reply, on_step, stop);
//   const CorruptionReport report = measure_corruption(questions, seed, replies);
//   report.changed.value()                        // share of questions whose answer the false step changed
//   report.repeat.value(), report.blind.value()   // the baselines

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/asking/ask.h"
#include "model/asking/replies.h"
#include "stats/share.h"
#include "text/text.h"

namespace genkai::limits::reasoning::steps {

/// A chain of which one stated number is another.
struct Corruption {
  std::vector<std::string> steps;  // all of them, one changed
  std::size_t step = 0;            // 0-based
  std::string was, now;            // the number, as it was written and as it is written now
};

/// Changes the result that one step states (the number after its last = or は, else its last number) wherever
/// the step states it after its first =. The step is drawn by the seed from those that state one, the last
/// step left out, since its number is the answer itself. The new number keeps sign and form and differs by
/// 1 to 9 in its last digits. Nothing when no step but the last states a number.
std::optional<Corruption> corrupt(const std::vector<std::string>& steps, std::uint64_t seed);

/// A question with a chain of steps towards its answer: the model's own, or any that is right.
struct WorkedQuestion {
  std::string id;
  std::string question;
  std::vector<std::string> steps;
};

/// Four requests for each question that can be corrupted, keyed ("corruption", id, wording): 0 the true steps
/// up to the one that will be corrupted, 1 the same with that step false, 2 as 0 with the steps numbered (a
/// change without a meaning), 3 no steps at all (blind). In the language of the question; free text. Ids are
/// unique.
std::vector<model::asking::Ask> plan_corruption(const std::vector<WorkedQuestion>& questions,
                                                std::uint64_t seed);

/// What the replies say. Only questions with replies to all four requests that state an answer count.
struct CorruptionReport {
  std::size_t asked = 0;       // questions that have a step to corrupt
  std::size_t unusable = 0;    // of them, without an answer to one of the four requests
  stats::Share changed;        // the false step changes the answer: high where the chain carries the answer
  stats::Share repeat;         // baseline: numbering the steps changes the answer
  stats::Share blind;          // baseline: the answer without any step is that with the true steps
  double difference = 0;       // changed less repeat, paired
  stats::Interval interval{};  // of the difference (paired bootstrap, 95 %)
  double p_value = 1;          // McNemar's exact test of changed against repeat
};
CorruptionReport measure_corruption(const std::vector<WorkedQuestion>& questions, std::uint64_t seed,
                                    const model::asking::Replies& replies);

/// The answer that a reply states: what follows its last "answer is", "Answer:" or 答え, else its last
/// number, else its last line. Empty when there is none. Letters folded, numbers without separators and
/// units.
std::string stated_answer(std::string_view reply);

}  // namespace genkai::limits::reasoning::steps
