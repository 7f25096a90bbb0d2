#pragma once
// Chain-of-verification (Dhuliawala et al. 2023): open questions about a draft's own claims, answered without
// sight of the draft, and compared with it.
//
//   auto checked = co_await verify_by_questions(model, {question, draft, 0.8, passages}, {}, outside, trace);
//   checked->probability             // at most 0.8, unless an outside check confirms
//   checked->overturned              // only an outside check can

#include <string>
#include <vector>

#include "base/async.h"
#include "limits/reasoning/chains/chain.h"
#include "text/text.h"

namespace genkai::limits::reasoning::chains {

struct DraftToVerify {
  std::string question, draft;
  double probability = 0;  // of the draft
  std::string material{};  // what may be read to answer, as data; empty: from memory
  text::Language language = text::Language::english;
};

struct VerificationOptions {
  std::size_t questions = 4;  // at most
  std::size_t max_tokens = 400;
  std::chrono::milliseconds deadline{120'000};  // of one request
};

enum class Reply { agrees, differs, unknown };

struct VerificationQuestion {
  std::string question;
  std::string claimed;   // what the draft says
  std::string answered;  // without the draft
  Reply reply = Reply::unknown;
};

struct Verification {
  std::vector<VerificationQuestion> questions;
  std::size_t left_out = 0;  // questions that gave their answer away, or named none
  SecondThought found;
  std::string answer;  // the draft, unless it was overturned
  double probability = 0;
  bool overturned = false;
  std::optional<Outside> outside{};
  core::Cost cost;
};

/// One request names the questions with the draft's value for each; a question that holds that value is left
/// out, as it would give the answer away. Each is asked in a request of its own that has the material and not
/// the draft, and its reply is compared exactly: as short answers (model/asking/answer_key.h), "I don't know"
/// being unknown. `outside` (may be empty) is asked about the draft where a reply differs. revised() decides.
/// Errors: those of the model in the first request; a failed later one leaves its question unknown.
base::Task<base::Result<Verification>> verify_by_questions(model::LanguageModel& model, DraftToVerify draft,
                                                           VerificationOptions options, OutsideCheck outside,
                                                           core::Trace& trace);

}  // namespace genkai::limits::reasoning::chains
