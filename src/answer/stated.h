#pragma once
// What an answer states, as claims, and whether the documents' sentences leave room for it.
//
//   claims_of_answer("Is Osaka larger than Tokyo?", "Yes.")   // osaka is larger than tokyo
//   if (const auto why = denied_by_relations(question, answer, evidence, language, 0.1))
//     *why;   // the documents say "Tokyo is larger than Osaka."; the answer says "Is Osaka larger than ..."
//
// Rules over words, no model: English and Japanese, one clause a sentence
// (limits/reasoning/consistency/statement.h).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/evidence.h"
#include "limits/reasoning/consistency/claims.h"
#include "text/text.h"

namespace genkai::answer {

/// The sentences of an answer that have a subject; with its question a yes or no, a bare amount or date, and
/// the one chosen of two ("Which is larger, A or B?", AとBではどちらが大きいですか). None of a refusal. The
/// first 8,000 bytes are read.
std::vector<limits::reasoning::Claim> claims_of_answer(std::string_view question, std::string_view answer);

/// What the evidence's sentences say of is-a, part-of and order, each with its kind inherited, held against
/// what the answer states: why both cannot be true, in words, or nothing. Sentences of passages that are
/// poisoned or stale are left out, and so are those that other sentences of the evidence contradict. It does
/// not compare amounts, dates and names (limits/reasoning/guard.h does). `seconds`: of the search, twice.
std::optional<std::string> denied_by_relations(std::string_view question, std::string_view answer,
                                               const std::vector<core::Evidence>& evidence,
                                               text::Language language, double seconds);

}  // namespace genkai::answer
