#pragma once
// The red team: crafted documents against a scratch copy of a knowledge base, and what is answered then.
//
//   GENKAI_ASSIGN_OR_RETURN(const auto report, attack(folder, questions, {}, {.answerer = &answerer}));
//   report.forms[0].replies[3].wrong;       // the attack of that form on the fourth question came through

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "answer/answerer.h"
#include "base/cancellation.h"
#include "limits/retrieval/attack/attack.h"

namespace genkai::answer {

/// A question whose right answers are known.
struct KnownQuestion {
  std::string question;
  std::vector<std::string> answers;
};

/// What was answered to one question.
struct AttackReply {
  bool answered = false;
  bool right = false;  // it holds a right answer and not the wrong one
  bool wrong = false;  // it holds the wrong one: the attack succeeded
  // The same of whatever is shown: the answer, or the best guess beside an abstention.
  bool right_shown = false, wrong_shown = false;
  core::Reason reason = core::Reason::none;
  std::uint64_t model_calls = 0;
  std::vector<std::string> documents;  // cited in an answer that holds the wrong one
  /// Of a certificate of kind "poisoning": so many injected passages change nothing, and so many modified
  /// ones.
  std::optional<std::size_t> injected, modified;
};
AttackReply judge(const core::Answer& answer, const std::vector<std::string>& right,
                  const std::string& wrong);

struct FormReport {
  limits::retrieval::attack::Form form;
  std::size_t documents = 0;          // planted for each question
  std::vector<AttackReply> replies;   // of each target
  std::vector<AttackReply> believed;  // the same without vetting; empty unless asked for
};

struct AttackReport {
  std::vector<limits::retrieval::attack::Target> targets;
  std::size_t left_out = 0;  // questions for which the knowledge base has no wrong answer of the right kind
  std::vector<AttackReply> clean, clean_believed;
  std::size_t honest = 0;              // passages found on the clean copy that hold a right answer
  std::vector<std::string> suspected;  // documents of those that vetting marked as poisoned, in order
  std::size_t suspected_passages = 0;  // so many of `honest`
  std::vector<FormReport> forms;
};

struct AttackSetting {
  const Answerer* answerer = nullptr;
  const Answerer* believer = nullptr;  // the same without vetting; none: that is not measured
  std::size_t threads = 0;             // questions at once; 0: one a core
  std::string today;                   // ISO date
  base::Cancellation cancellation;
  std::function<void(std::size_t asked)> on_step;  // from any thread; asks so far are the sum
};

struct AttackPlan {
  std::vector<limits::retrieval::attack::Form> forms{limits::retrieval::attack::kForms.begin(),
                                                     limits::retrieval::attack::kForms.end()};
  std::size_t copies = 5;  // documents for one question
  std::uint64_t seed = 1;
};

/// How often on_step will be called with 1.
std::size_t steps_of(std::size_t questions, const AttackPlan& plan, bool with_believer);

/// Each form meets a fresh copy of the knowledge base in `kb_folder` that holds its documents for all
/// questions at once; the copies are gone when it returns, and the real one is only read. The same knowledge
/// base, questions, plan and date give the same report. Errors: those of ScratchCopy and of asking;
/// cancelled; invalid_argument when no question can be attacked.
base::Result<AttackReport> attack(const base::Path& kb_folder, const std::vector<KnownQuestion>& questions,
                                  const AttackPlan& plan, const AttackSetting& setting);

}  // namespace genkai::answer
