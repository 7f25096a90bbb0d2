#pragma once
// What a calibration of a knowledge base found, for people and for programs.

#include <string>
#include <vector>

#include "app/calibrate_kb.h"
#include "app/calibrate_kb_ask.h"
#include "base/json.h"
#include "limits/hallucination/calibration.h"
#include "stats/reliability.h"
#include "text/text.h"

namespace genkai::app {

struct CalibrationReport {
  std::string knowledge_base, model, file;  // `model` empty: verbatim quotes
  bool made = false;                        // the questions, by a program
  std::size_t wanted = 0, questions = 0, unanswerable = 0, shortened = 0, passages = 0;
  std::vector<std::size_t> malformed;  // lines of the questions file
  Outcomes outcomes;
  limits::hallucination::Calibration calibration;
  std::size_t compared = 0;                    // items with a score
  stats::Reliability before, after, constant;  // of these; `after` by cross-fitting
  bool mapped = false;                         // there is an after
  std::vector<stats::Promise> promises;
  std::vector<stats::CertifiedThreshold> thresholds;  // of each promise
};

base::Json to_json(const CalibrationReport& report);
std::string render(const CalibrationReport& report, text::Language language);

}  // namespace genkai::app
