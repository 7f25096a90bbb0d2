#pragma once
// One generation: by the extractive reader a verbatim quote, by a language model its own words with
// citations.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/passage.h"
#include "text/question.h"

namespace genkai::core {

/// Where a statement stands, so that a person can look it up.
struct Citation {
  DocumentInfo document;
  PassageId passage = 0;
  std::string heading;
  std::uint32_t page = 0;  // 1-based, 0 when unknown
  std::uint32_t line = 0;  // 1-based, 0 when unknown
  std::string quote;       // verbatim
};

enum class Verdict { supported, contradicted, inconsistent, not_checkable };
std::string_view to_string(Verdict verdict);

/// One checkable statement of a draft.
struct Claim {
  std::string text;
  Verdict verdict = Verdict::not_checkable;
  std::string why;
};

/// What a draft says about the question. Verbatim quotes always answer.
enum class Stance {
  answers,
  abstains,  // "not in the passages"
  unusable,  // not in the form that was asked for: it says nothing that can be checked
};

struct Draft {
  std::string text;  // what the user reads: one or two sentences, at most 300 characters
  std::string span;  // the few words of it that answer, or empty
  text::AnswerType span_type = text::AnswerType::other;
  std::string value;  // canonical value of the span (date, number, normalised name), for comparison
  std::vector<Citation> citations;
  std::size_t evidence = 0;   // index of the evidence it was drawn from
  double score = 0;           // the drafting model's own score; higher is better
  double probability = 0;     // calibrated probability that the draft answers the question, 0 to 1
  std::vector<Claim> claims;  // filled by verification

  // Of a language model's drafts.
  std::string model{};  // who wrote `text`; empty: the extractive reader
  Stance stance = Stance::answers;
  bool isolated = false;     // it saw one document only
  bool supported = false;    // held against the evidence (limits/reasoning/guard.h), and it stands
  bool computed = false;     // by a program, from values that it cites (limits/reasoning/programs)
  std::size_t agreeing = 0;  // drafts that give the same answer, this one included
  std::size_t drafts = 0;    // of so many
};

}  // namespace genkai::core
