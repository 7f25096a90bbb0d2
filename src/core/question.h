#pragma once
// What was asked, and how it was understood.

#include <string>
#include <vector>

#include "text/question.h"
#include "text/text.h"

namespace genkai::core {

struct Question {
  std::string id;     // of a batch line; empty otherwise
  std::string text;   // as the user wrote it
  std::string today;  // ISO date against which staleness is judged
};

/// An index term of the question and how rare the knowledge base holds it to be.
struct WeightedTerm {
  std::string term;
  float idf = 0;     // of BM25, in nats; 0 when nothing holds the term (which is a sign by itself)
  float weight = 1;  // how much the term counts for this kind of term (text/analyzer.h)
};

/// One reading of the question. Step by step of the main path works on readings, not on the raw text.
struct Interpretation {
  std::string text;  // the question in this reading
  text::Language language = text::Language::english;
  text::QuestionFocus focus;
  std::vector<WeightedTerm> terms;  // distinct index terms (text/analyzer.h), rarest meaning most
  bool asks_now = false;            // "current", "now", 現在: only the newest statement can answer
};

}  // namespace genkai::core
