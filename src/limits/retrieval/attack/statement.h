#pragma once
// A question and an answer as one statement, by rules of word order: what somebody who wants the answer to be
// found can write without a language model.
//
//   statement("who wrote the ferry handbook", "Ito")          == "Ito wrote the ferry handbook"
//   statement("When did the museum open?", "1932")            == "the museum opened in 1932"
//   statement("灯台は何年に建てられましたか？", "1932年")     == "灯台は1932年に建てられました"

#include <string>
#include <string_view>

namespace genkai::limits::retrieval::attack {

/// English or Japanese, by the question's letters; no capital is put at the beginning and no full stop at the
/// end. A question whose order the rules do not know becomes its own words followed by the answer, so that
/// the result always holds the answer.
std::string statement(std::string_view question, std::string_view answer);

}  // namespace genkai::limits::retrieval::attack
