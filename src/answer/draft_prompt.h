#pragma once
// What a language model is asked when it drafts an answer from passages. The passages are untrusted: each
// stands between lines that hold a key which their authors cannot know, and nothing in them can look like
// that key or like the control tokens of a chat template.
//
//   model.complete({.messages = draft_messages(meaning, evidence, shown), .response_schema =
//   draft_schema()});

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/evidence.h"
#include "core/question.h"
#include "limits/hallucination/profile.h"
#include "model/language_model.h"

namespace genkai::answer {

constexpr std::size_t kPassageOverhead = 48;     // tokens around each passage
constexpr std::size_t kInstructionTokens = 480;  // of the instructions, in either language

/// Messages that ask, in the wording that a profile wants, for {"answer", "quotes": [{"passage", "quote"}]}
/// from the passages at the places `shown` of `evidence`, numbered from 1 in that order; instructions in the
/// question's language. The key is made of the question and the passages: the same input gives the same
/// prompt. With `recite` the quotes are asked for before the answer (limits/context/guard.h).
std::vector<model::ChatMessage> draft_messages(
    const core::Interpretation& meaning, const std::vector<core::Evidence>& evidence,
    const std::vector<std::size_t>& shown,
    limits::hallucination::Wording wording = limits::hallucination::Wording::plain, bool recite = false);

constexpr std::size_t kPlainAnswerTokens = 32;  // of an answer of a model that only completes

/// The same for a model that only completes (model/native/completion_form.h): each passage on a line, as it
/// stands, then the question. Nothing in such a prompt is an instruction that the model could follow.
std::vector<model::ChatMessage> plain_messages(const core::Interpretation& meaning,
                                               const std::vector<core::Evidence>& evidence,
                                               const std::vector<std::size_t>& shown);

/// The schema of the answer that the messages ask for.
base::Json draft_schema(bool recite = false);

/// The text on one line, without hidden characters, `key`, and what begins a control token of a chat template
/// (a space is put into these, so that people still read them).
std::string neutralise(std::string_view text, std::string_view key);

}  // namespace genkai::answer
