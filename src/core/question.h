#pragma once
// What was asked, and how it was understood.

#include <string>
#include <vector>

#include "text/question.h"
#include "text/text.h"

namespace genkai::core {

struct Question {
  std::string id;        // of a batch line; empty otherwise
  std::string text;      // as the user wrote it
  std::string today;     // ISO date against which staleness is judged
};

/// One reading of the question. Step by step of the main path works on readings, not on the raw text.
struct Interpretation {
  std::string text;  // the question in this reading
  text::Language language = text::Language::english;
  text::QuestionFocus focus;
  bool asks_now = false;  // "current", "now", 現在: only the newest statement can answer
};

}  // namespace genkai::core
