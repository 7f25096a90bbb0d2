#pragma once
// Items of the probe of retrieval from a user's own knowledge base.
//
//   GENKAI_ASSIGN_OR_RETURN(const auto items, items_of(*view, questions, {.count = 40, .seed = 1}));

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "app/calibrate_kb_ask.h"
#include "base/result.h"
#include "knowledge/store/knowledge_base.h"
#include "limits/retrieval/probe/items.h"

namespace genkai::app {

struct OwnItems {
  std::vector<limits::retrieval::probe::Item> items;
  std::size_t without_passage = 0;  // questions whose answer stands in no passage that is found for them
};

/// Of each question the best found passage that holds its answer, and others that are found with it and do
/// not. The wrong value is the answer of another question of the same kind, put in the place of the right
/// one: once in the whole passage, else in the sentence alone. Errors: those of reading; invalid_argument
/// when no question is left.
base::Result<OwnItems> items_of(const knowledge::KnowledgeView& view,
                                const std::vector<LabelledQuestion>& questions);

/// `count` questions made from the passages.
base::Result<std::vector<LabelledQuestion>> made_for_probe(const knowledge::KnowledgeView& view,
                                                           std::size_t count, std::uint64_t seed);

}  // namespace genkai::app
