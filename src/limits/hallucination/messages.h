#pragma once
// What the decision says to people, in their language.

#include <string>
#include <vector>

#include "core/answer.h"
#include "text/text.h"

namespace genkai::limits::hallucination {

/// One sentence for an outcome; `detail` is the name that the sentence needs (a word, a document), or empty.
std::string message_for(core::Reason reason, text::Language language, const std::string& detail);

/// Why a language model's answer is not sure enough.
enum class Disagreement {
  among_drafts,   // `agreeing` of `drafts` say the same
  with_evidence,  // what most of them say does not stand in the passages
  with_quote,     // the passage that is most certain says otherwise
  with_sources,   // a document, or the conversation itself, says otherwise
  does_not_know,  // most drafts say that they do not know
};
std::string disagreement_message(Disagreement how, std::size_t agreeing, std::size_t drafts,
                                 text::Language language);

/// The name in the question belongs to several things, and each is answered.
std::string several_readings_message(text::Language language);
/// Asks which of at least two things is meant.
std::string which_message(const std::vector<std::string>& things, text::Language language);

/// Feedback has refuted the certificate.
std::string suspended_message(text::Language language);
/// An answer about the current state from evidence of `date`.
std::string stale_message(const std::string& date, text::Language language);

/// An answer by quotes alone, because `model` failed for `reason`.
std::string fallback_message(core::Reason reason, const std::string& model, text::Language language);

}  // namespace genkai::limits::hallucination
