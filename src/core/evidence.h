#pragma once
// A passage found for a question, with everything retrieval and vetting learnt about it.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/passage.h"

namespace genkai::core {

/// What brought a passage among the evidence.
enum class FoundBy {
  search,     // the question's own words and meaning
  neighbour,  // it stands beside a passage found by search
  entity,     // it is about something that a passage found before names and the question does not
};
std::string_view to_string(FoundBy by);

/// How a passage was found. Ranks are 1-based, 0 when that search did not return it.
struct RetrievalScores {
  float lexical = 0;           // BM25 of the passage, in nats of idf
  float section_lexical = 0;   // BM25 of its whole section
  float dense = 0;             // cosine of question and passage; 0 without vectors
  float coverage = 0;          // share of the question's idf that the passage holds, 0 to 1
  float section_coverage = 0;  // the same of its section
  float question_idf = 0;      // sum of the idf of the question's terms: how much there is to match
  std::uint32_t lexical_rank = 0;
  std::uint32_t dense_rank = 0;
  float fused = 0;  // what hits are ranked by; of one not found by search, a share of its source's
  FoundBy found_by = FoundBy::search;
};

/// What vetting found out about a passage.
enum class Suspicion {
  instructs_reader,  // text that gives orders to a model or its reader
  hidden_text,       // zero-width, bidirectional or tag characters between letters
  echoes_question,   // repeats the question to be found by it
  exact_copy,        // the same words as a better ranked passage
  near_duplicate,    // nearly the same words: no independent witness, but a changed value still shows
  stale,             // a newer document of the knowledge base states it otherwise, or its time is over
};
std::string_view to_string(Suspicion suspicion);

struct Evidence {
  Passage passage;
  RetrievalScores scores;
  std::vector<Suspicion> suspicions;
  bool suspected(Suspicion kind) const {
    for (const Suspicion own : suspicions)
      if (own == kind) return true;
    return false;
  }
  /// True when nothing in it may be used as an answer.
  bool poisoned() const {
    return suspected(Suspicion::instructs_reader) || suspected(Suspicion::hidden_text) ||
           suspected(Suspicion::echoes_question);
  }
};

}  // namespace genkai::core
