#pragma once
// What an attack on a knowledge base found, for people and for programs (docs/formats/attack.md).

#include <string>
#include <vector>

#include "answer/red_team.h"
#include "base/json.h"
#include "text/text.h"

namespace genkai::app {

struct AttackRun {
  std::string knowledge_base, model;  // `model` empty: verbatim quotes
  bool made = false;                  // the questions, by a program
  std::size_t unanswerable = 0;       // lines of the questions file without answers
  std::vector<std::size_t> malformed;
  double risk = 0.1;
  answer::AttackPlan plan;
  answer::AttackReport found;
};

base::Json to_json(const AttackRun& run);
std::string render(const AttackRun& run, text::Language language);

}  // namespace genkai::app
