#pragma once
// A passage found for a question, with everything retrieval and vetting learnt about it.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "core/passage.h"

namespace genkai::core {

/// What brought a passage among the evidence.
enum class FoundBy {
  search,      // the question's own words and meaning
  neighbour,   // it stands beside a passage found by search
  entity,      // it is about something that a passage found before names and the question does not
  addition,    // a model has written of it in words that the question holds
  hypothesis,  // it resembles what a model supposed an answer to look like
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
  lookalikes,        // words that mix Latin letters with letters of other scripts that look like them
  echoes_question,   // repeats the question to be found by it
  burst,             // came in together with others that restate the question and state the same
  exact_copy,        // the same words as a better ranked passage
  near_duplicate,    // nearly the same words: no independent witness, but a changed value still shows
  stale,             // a newer document of the knowledge base states it otherwise, or its time is over
  off_topic,         // unlikely to bear on the question: a mark for the reader of the trace, nothing more
};
std::string_view to_string(Suspicion suspicion);

/// One reason to suspect a passage.
struct Finding {
  Suspicion kind = Suspicion::stale;
  std::string why;   // a short English phrase: "sets instructions aside"
  std::string text;  // the words that caused it, at most 80 code points; may be empty
};

/// What is known about how far a passage can be trusted. Filled by limits/retrieval vet(); a passage that was
/// not vetted has the defaults.
struct Trust {
  std::vector<Finding> findings;  // one or more for each suspicion that vetting found
  std::size_t group = 0;          // place in the vetted list of the first of its near-duplicates, or its own
  std::string source;             // who says so; empty when unknown
  bool independent = true;        // counts as a witness of its own: no copy, not beyond its source's share
  double relevance = -1;          // probability that it bears on the question, 0 to 1; -1 not estimated
  bool stale = false;
};

struct Evidence {
  Passage passage;
  RetrievalScores scores;
  std::vector<Suspicion> suspicions;
  Trust trust = {};
  bool suspected(Suspicion kind) const {
    for (const Suspicion own : suspicions)
      if (own == kind) return true;
    return false;
  }
  /// True when nothing in it may be used as an answer. A burst alone is none (yearly reports look like it); a
  /// burst that disguises its letters is.
  bool poisoned() const {
    return suspected(Suspicion::instructs_reader) || suspected(Suspicion::hidden_text) ||
           suspected(Suspicion::echoes_question) ||
           (suspected(Suspicion::burst) && suspected(Suspicion::lookalikes));
  }
};

/// {"passage", "document", "source", "group", "independent", "relevance", "stale", "findings": [{"kind",
/// "why", "text"}]}; members that are unknown or empty are left out.
base::Json trust_record(const Evidence& evidence);

}  // namespace genkai::core
