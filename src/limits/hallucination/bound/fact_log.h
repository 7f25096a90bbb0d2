#pragma once
// Reads logs of facts, tables of counts and distributions, line by line: memory grows with the different
// facts only.
//
//   FactCounts counts;
//   std::ifstream file("facts.jsonl", std::ios::binary);
//   GENKAI_ASSIGN_OR_RETURN(const LogReport report, read_fact_log(file, {.column = "fact"}, counts));
//   if (report.malformed > 0) say(report.first_malformed, report.why);

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

#include "base/result.h"
#include "limits/hallucination/bound/fact_counts.h"

namespace genkai::limits::hallucination::bound {

constexpr std::size_t kMostLineBytes = std::size_t{1} << 20;
constexpr std::size_t kMostJsonBytes = std::size_t{256}
                                       << 20;  // of counts or a distribution as one JSON value

struct LogOptions {
  std::string column{};  // member of a JSON line that holds the fact; empty: the whole line is the fact
  bool fold = false;  // facts that differ in case, width or accents' encoding only are one (text::normalise)
};

struct LogReport {
  std::uint64_t lines = 0;  // read, blank ones included
  std::uint64_t facts = 0;  // draws that were counted
  std::uint64_t blank = 0;
  std::uint64_t malformed = 0;  // left out: not UTF-8, longer than kMostLineBytes, no such column, no count
  std::uint64_t first_malformed = 0;  // its line, from 1
  std::string why;                    // what is wrong with it
};

/// One fact a line, without the white space around it. A string of a JSON line is taken as it is, other
/// values by their JSON text. Errors: invalid_argument when no line holds a fact, unavailable when reading
/// fails, resource_exhausted (FactCounts::add).
base::Result<LogReport> read_fact_log(std::istream& in, const LogOptions& options, FactCounts& counts);

/// Lines "fact<TAB>count", or one JSON object {"fact": count}. Counts are whole numbers from 0. A fact that
/// comes twice is added up.
base::Result<LogReport> read_fact_table(std::istream& in, const LogOptions& options, FactCounts& counts);

/// Probabilities one a line (what stands before a TAB is ignored), or one JSON array or object of them.
/// invalid_argument names the first line that holds none.
base::Result<std::vector<double>> read_distribution(std::istream& in);

}  // namespace genkai::limits::hallucination::bound
