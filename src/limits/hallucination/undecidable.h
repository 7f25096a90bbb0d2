#pragma once
// Questions that no program can answer in general: whether a program halts, whether two do the same, what an
// open future brings. They are recognised by rules in English and Japanese; a program that comes with the
// question is run in bounds (logic/program), which often answers the question in particular.
//
//   if (const auto found = recognise(question.text); found && found->settles_before_reading())
//     return *settle(question, policy, trace);
//   ...
//   if (found) mark_open_future(answer, *found, policy);   // documents were read in vain
//
// The rules prefer precision: what a document may hold (when a training programme ends, what a ticket will
// cost) is not recognised.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "core/answer.h"
#include "core/question.h"
#include "core/trace.h"
#include "limits/hallucination/guard.h"
#include "logic/program/program.h"

namespace genkai::limits::hallucination {

enum class UndecidableKind {
  halting,         // A. M. Turing, On computable numbers, Proc. LMS 42, 1936
  equivalence,     // H. G. Rice, Trans. AMS 74, 1953
  future,          // an open future: prices of markets, winners, weather, disasters, lives
  self_reference,  // "this sentence is false": no answer is consistent
};
std::string_view to_string(UndecidableKind kind);

struct Undecidable {
  UndecidableKind kind = UndecidableKind::halting;
  text::Language language = text::Language::english;  // of the question
  std::vector<std::string>
      programs;      // found in it: ``` fences, `inline`, after a colon, lines that look like code
  std::string call;  // "f(27)", when the question names such a call of the first program's functions
  std::string why;   // one sentence in the question's language: why no program can answer

  /// Whether nothing that a document holds can answer. A future may stand in a document as a plan or
  /// forecast.
  bool settles_before_reading() const { return kind != UndecidableKind::future; }
};

/// Linear in the question but for its first 4,096 bytes of prose, which the rules read. Thread-safe,
/// deterministic.
std::optional<Undecidable> recognise(std::string_view question);

/// What examining the programs found out.
struct Examination {
  bool answers = false;   // proven by execution; else it stays undetermined and `text` says why
  std::string text;       // for people, in the language asked for: "It halts after 214 steps."
  std::string statement;  // of the certificate, in English
  std::vector<std::string> assumptions;  // what it rests on
  base::Json numbers;                    // steps, budget, outcome and so on, by name
};

/// Runs the programs of a question about halting or equivalence within the budget (of each run; where many
/// inputs are tried, a part of it each). Without a program, or with one outside the subset, it answers
/// nothing and says so. Takes about a second at the standard budget: call it on a thread that may be busy.
Examination examine(const Undecidable& question, const logic::Budget& budget, text::Language language);

/// The whole answer where no document is needed: answered with a certificate of kind "execution", or
/// abstained as undecidable. Nothing when the question is not of such a kind.
std::optional<core::Answer> settle(const core::Question& question, const Policy& policy, core::Trace& trace);

/// Gives an abstention for want of evidence (insufficient_evidence, low_confidence) the reason undecidable
/// when the question asks for an open future; leaves every other answer as it is.
void mark_open_future(core::Answer& answer, const Undecidable& question, const Policy& policy);

}  // namespace genkai::limits::hallucination
