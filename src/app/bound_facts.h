#pragma once
// Where the facts of a bound come from: a log, a table of counts, or the text of a corpus.

#include <cstdint>
#include <functional>
#include <istream>
#include <string>
#include <vector>

#include "app/bound_sheet.h"
#include "limits/hallucination/bound/fact_counts.h"
#include "limits/hallucination/bound/fact_log.h"

namespace CLI {
class App;
}

namespace genkai::knowledge {
struct ParsedDocument;
}

namespace genkai::app {

struct FactInput {
  std::string log;                  // "-" is standard input
  std::string column;               // of JSON lines; "fact" where the file's ending says that it holds them
  std::string counts;               // "fact<TAB>count" lines, or a JSON object
  std::vector<std::string> corpus;  // files and folders that `genkai ingest` reads
  std::string unit = "pairs";       // of a corpus: "pairs" or "words"
  bool fold = false;
  int given() const { return (log.empty() ? 0 : 1) + (counts.empty() ? 0 : 1) + (corpus.empty() ? 0 : 1); }
};

void add_fact_options(CLI::App& verb, FactInput& input);

struct FactsRead {
  limits::hallucination::bound::Frequencies seen;
  limits::hallucination::bound::LogReport log;         // of a log or table
  std::uint64_t files = 0, sentences = 0, silent = 0;  // of a corpus
  std::vector<std::string> skipped;                    // of a corpus: "path: reason"
  bool corpus = false;
};

/// REQUIRES: input.given() == 1. Errors name the file; not_found when it is not there.
base::Result<FactsRead> read_facts(const FactInput& input);

/// What was read and what was left out, as figures, notes and details of the sheet.
void describe(const FactsRead& facts, const FactInput& input, Sheet& sheet);

struct CorpusRead {
  std::uint64_t files = 0;
  std::vector<std::string> skipped;  // "path: reason"
};
/// Each document of files and folders that `genkai ingest` reads; an error of `sink` ends the reading.
/// not_found for a path that is not there; what cannot be read is skipped.
base::Result<CorpusRead> each_document(
    const std::vector<std::string>& paths,
    const std::function<base::Status(const knowledge::ParsedDocument&)>& sink);
/// The first few of them as notes of the sheet.
void note_skipped(const std::vector<std::string>& skipped, Sheet& sheet);

/// Calls `read` with the opened file, or standard input for "-"; an error names the file.
base::Status with_stream(const std::string& path, const std::function<base::Status(std::istream& in)>& read);

}  // namespace genkai::app
