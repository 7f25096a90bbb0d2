#pragma once
// genkai calibrate --kb: what answers from a knowledge base are worth, learnt from questions with known
// answers.

#include <cstdint>
#include <string>

#include "app/model_choice.h"
#include "base/result.h"

namespace CLI {
class App;
}

namespace genkai::app {

struct KnowledgeCalibration {
  std::string folder;     // --kb
  std::string questions;  // JSON lines {"question", "answers"}; empty: they are made from the passages
  bool from_kb = false;
  std::size_t count = 400;  // of made questions
  ModelChoice model;
  std::string profile = "balanced";  // in which the questions are asked; exact draws from memory too
  double risk = 0.1, delta = 0.05;
  std::string
      record;  // file of the questions with what was answered, JSON lines; those in it are not asked again
  bool forget = false;  // remove the calibration instead
  // as of the whole verb
  std::uint64_t seed = 1;
  std::string language;
  bool json = false;
};

void add_knowledge_calibration_options(CLI::App& verb, KnowledgeCalibration& choice);
base::Status check(const KnowledgeCalibration& choice);
int run_knowledge_calibration(const KnowledgeCalibration& choice);

}  // namespace genkai::app
