#pragma once
// Asking labelled questions of a knowledge base, side by side, and going on where an interrupted run ended.
//
//   GENKAI_ASSIGN_OR_RETURN(const Outcomes outcomes, ask_all(questions, setting));

#include <string>
#include <vector>

#include "answer/answerer.h"
#include "base/cancellation.h"
#include "base/json.h"
#include "base/result.h"
#include "knowledge/store/knowledge_base.h"
#include "stats/recalibration.h"

namespace genkai::app {

struct LabelledQuestion {
  std::string question;
  std::vector<std::string> answers;
  std::vector<std::string> hidden;  // documents to ask it without
  bool answerable = true;           // else whatever is answered is wrong
};

struct OwnQuestions {
  std::vector<LabelledQuestion> questions;
  std::vector<std::size_t> malformed;  // numbers of the lines, from 1
};
/// JSON lines {"question","answers":[...]}; without answers it is unanswerable. A line that has no question
/// or whose answers are no list of strings is malformed. Errors: those of reading; invalid_argument when no
/// line is left.
base::Result<OwnQuestions> read_own_questions(const std::string& path);

struct AskSetting {
  const answer::Answerer* answerer = nullptr;
  const knowledge::KnowledgeView* view = nullptr;
  std::string model;        // its name; empty without one
  bool memory = false;      // the answer from memory is drawn too: two scores more
  std::string setting;      // what else answers depend on: samples, risk
  std::size_t threads = 0;  // 0: one a core
  std::string record;       // see KnowledgeCalibration::record
  std::string today;
  base::Cancellation cancellation;
};

struct Outcomes {
  stats::ScoredItems items;  // of the questions whose outcome is known, in their order
  std::vector<bool> answerable, scored;
  std::size_t resumed = 0;  // of them taken from the record
  std::size_t failed = 0;   // the model failed: they are not among the items
  std::string failure;      // why, of one of them
};

/// Scores: one column without a model, three with one, five where its memory is asked too
/// (core::AnswerItem::scores); NaN where nothing but a score decided not to be reached. Groups are the
/// languages of the questions, as decisions group them. Errors: cancelled (what was asked is in the record),
/// those of reading the knowledge base or the record, unavailable when the model fails again and again.
base::Result<Outcomes> ask_all(const std::vector<LabelledQuestion>& questions, const AskSetting& setting);

}  // namespace genkai::app
