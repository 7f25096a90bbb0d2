#pragma once
// The part of the main path that a language model takes: it drafts, programs compute what nobody states, and
// what it says is held against the evidence, its other drafts, its memory and the best quote.
//
//   GENKAI_... Material material = find_evidence and read_quotes ...
//   Drafted drafted = co_await decide_drafts(parts, material, deciding, trace);
//   drafted.answer;      // of quotes alone when the model failed, and then it says why

#include <cstddef>

#include "answer/decide_quotes.h"

namespace genkai::answer {

struct Drafted {
  core::Answer answer;
  model::Usage usage;
  std::size_t samples = 0;  // of all kinds; 0: the model failed
};

/// REQUIRES: parts.model. All arguments outlive the Task. Takes the quotes out of `material`.
base::Task<Drafted> decide_drafts(const AnswererParts& parts, Material& material, const Deciding& by,
                                  core::Trace& trace);

}  // namespace genkai::answer
