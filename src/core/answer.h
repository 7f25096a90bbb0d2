#pragma once
// What the user gets: answers with evidence and a probability, or the reason why not.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "core/draft.h"

namespace genkai::core {

enum class Outcome { answered, abstained, needs_clarification };
std::string_view to_string(Outcome outcome);

/// Why an answer was not given. `none` goes with Outcome::answered.
enum class Reason {
  none,
  insufficient_evidence,
  low_confidence,
  conflicting_evidence,
  suspected_poisoning,
  stale_evidence,
  ambiguous_question,
  undecidable,
  context_exceeded,
  illegible_image,
  unsupported_modality,
  budget_exhausted,
  model_unavailable,
};
std::string_view to_string(Reason reason);

/// What a probability rests on.
enum class Basis {
  calibrated,  // how often such answers were right on a calibration set
  agreement,   // how many drafts of a language model agree: an estimate that no calibration holds
  executed,    // a program was run: no probability is needed
  none,        // nothing: there is no probability
};

struct AnswerItem {
  std::string text;
  std::string span;
  double probability = 0;
  std::string interpretation;  // the reading of the question that it answers
  std::vector<Citation> citations;
  Basis basis = Basis::calibrated;
  std::string model{};          // who wrote `text`; empty: verbatim quotes
  std::size_t agreeing = 0;     // drafts that give this answer
  std::size_t drafts = 0;       // of so many
  std::vector<Claim> claims{};  // of a language model's answer: what it was held against
  bool by_quote = false;        // `probability` is that of a quote that says the same as the model
  /// What a calibration maps to a probability (limits/hallucination/calibration.h), of the best item only,
  /// and only where nothing but the threshold decided about it. Not part of the JSON.
  std::vector<double> scores{};
};

/// One sentence on what the probability of a language model's answer rests on; empty without a model.
std::string basis_of(const AnswerItem& item);

/// Sources that contradict each other: each side keeps its own words and places.
struct Conflict {
  struct Side {
    std::string value;
    std::vector<Citation> citations;
  };
  std::string about;
  std::vector<Side> sides;
};

/// Drafts after verification.
struct Verified {
  std::vector<Draft> drafts;        // supported by the evidence, best first, each with its claims
  std::vector<Conflict> conflicts;  // the best draft's value against what other sources state alike
  std::vector<Draft> superseded;    // contradicted by a newer document, or out of date by themselves
};

/// A guarantee and what it rests on.
struct Certificate {
  std::string kind;  // "risk"
  std::string statement;
  std::vector<std::string> assumptions;
  base::Json numbers;  // the figures of the statement, by name
};

struct Cost {
  std::uint64_t passages_found = 0;
  std::uint64_t passages_read = 0;
  std::uint64_t tokens_read = 0;  // estimated tokens given to the drafting model
  std::uint64_t tokens_written = 0;
  double milliseconds = 0;
  std::uint64_t model_drafts = 0;  // samples of a language model; the rest is theirs, as the model counted
  std::uint64_t prompt_tokens = 0;
  std::uint64_t completion_tokens = 0;
  double money = 0;  // in the currency of the configured prices
};

/// What a language model says from memory alone, beside what it says from the evidence: reported, never an
/// answer by itself.
struct MemoryCheck {
  struct Side {
    std::string answer;  // empty: it has none
    std::size_t agreeing = 0, drafts = 0;
  };
  std::string
      which;  // the case: agreement, contradiction, context_only, memory_only, neither, not_comparable
  std::string weighed_by;  // "calibration" or "quotes"
  Side closed_book, open_book;
};

struct Answer {
  std::string question_id;
  std::string question;
  Outcome outcome = Outcome::abstained;
  Reason reason = Reason::insufficient_evidence;
  std::string message;  // for people: why, in one sentence
  std::vector<AnswerItem> answers;
  std::vector<AnswerItem> rejected;  // the best that was not good enough, when there was one
  std::vector<Conflict> conflicts;
  std::vector<Certificate> certificates;
  std::optional<MemoryCheck> memory{};  // only where the closed-book answer was drawn
  Cost cost;
};

/// The answer schema (docs/formats/answer.md). A document's own fields are never left out, only empty ones.
base::Json to_json(const Answer& answer);

}  // namespace genkai::core
