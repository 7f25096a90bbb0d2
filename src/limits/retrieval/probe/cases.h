#pragma once
// What is asked in each part of the probe: a question and the passages that are shown with it, in their
// order.
//
//   const std::vector<Case> cases = plan_cases(items, {.seed = 1});
//   for (const Case& one : cases) plan.push_back(ask_of(one));              // model/asking/ask.h

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "limits/retrieval/probe/items.h"
#include "model/asking/ask.h"

namespace genkai::limits::retrieval::probe {

struct Parts {
  bool order = true, distractors = true, fragmentation = true, poisoning = true, conflict = true,
       ambiguity = true, memory = true;
};
/// From "order,distractors"; all parts when empty. invalid_argument names those that there are.
base::Result<Parts> parse_parts(const std::string& names);

struct ProbeOptions {
  Parts parts{};
  std::uint64_t seed = 1;
  std::size_t passages = 9;  // shown where only their order differs, 3 to kDistractors + 1
};

constexpr std::size_t kPlaces = 3;               // first, middle, last
constexpr std::size_t kAdded[] = {0, 2, 5, 10};  // distractors
constexpr std::size_t kAbsentDistractors = 5;    // shown without the gold passage
constexpr std::size_t kBeside = 2;            // distractors after what contradicts: another source, or memory
constexpr const char* kOlder = "2012-05-10";  // dates of two sources that contradict
constexpr const char* kNewer = "2023-05-10";

/// key.part and key.wording (variant) are
///   blind          no passage: the baseline, and what is known from memory
///   order          0, 1, 2: the gold passage first, in the middle, last
///   distractors    the index in kAdded; the gold passage anywhere
///   absent         distractors alone
///   fragmentation  0: condition and consequence side by side, 1: as far apart as can be
///   poisoning      n: n passages with the wrong value beside the right one, 1 to kCounters
///   conflict       0: two sources without a date, 1: the right one is newer
///   ambiguity      0: two things of one name
///   memory         0: a passage that says otherwise than what is generally known
struct Case {
  model::asking::ReplyKey key;
  std::string question;
  std::vector<Source> passages;
  text::Language language = text::Language::english;
};

/// Deterministic. An item that lacks what a part needs (of a knowledge base few have distractors) is left out
/// of it.
std::vector<Case> plan_cases(const Items& items, const ProbeOptions& options);

/// The prompt: numbered passages as data, the question, and {"answer"} wanted; without passages the question
/// alone. What the passages are asked for is plain on purpose: nothing is said of contradictions or of
/// namesakes.
model::asking::Ask ask_of(const Case& one);

}  // namespace genkai::limits::retrieval::probe
