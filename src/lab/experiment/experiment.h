#pragma once
// An experiment of the laboratory: a question, what a bound predicts of it, and what is measured on models
// that are made in the run. Its work is cut into cells, one for each condition and seed, that know nothing of
// each other.
//
//   const Experiment* experiment = find_experiment("softmax-crowding");        // registry.h
//   GENKAI_ASSIGN_OR_RETURN(const Report report, run(*experiment, {.scale = Scale::ci, .folder = "lab"}));
//   for (const Claim& claim : report.finding.claims) print(claim.statement, claim.holds);

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancellation.h"
#include "base/result.h"
#include "stats/figure.h"
#include "stats/intervals.h"

namespace genkai::lab::experiment {

/// `ci` takes seconds and is what the tests run; `full` is what docs/lab shows.
enum class Scale { ci, full };
std::string_view to_string(Scale scale);
std::optional<Scale> scale_of(std::string_view name);

/// What a cell measured, by name.
using Numbers = std::map<std::string, double>;

/// One piece of work. Its numbers depend on nothing but these, the scale and the program.
struct CellKey {
  std::string condition;  // letters, digits and "=._-": it names a file
  std::uint64_t seed = 1;
};

struct CellContext {
  Scale scale = Scale::ci;
  base::Cancellation stop{};  // long cells ask it now and then and fail with `cancelled`
};

struct Cell {
  CellKey key;
  Numbers numbers;
  double cpu_seconds = 0;  // of the process while it ran
};

/// A mean over seeds.
struct Estimate {
  double mean = 0;
  stats::Interval interval{};  // 95 %, Student's; the mean itself for a single seed
  std::size_t n = 0;
  /// For what cannot lie outside, such as shares.
  Estimate within(double low, double high) const;
  /// ".52 (.48 to .57)", with so many digits after the point.
  std::string text(int digits = 2) const;
  stats::FigurePoint at(double x) const;
};
/// Student's interval of the mean of independent values. REQUIRES: at least one value.
Estimate estimate(const std::vector<double>& values);

/// All cells of a run.
class Results {
 public:
  Results(Scale scale, std::vector<Cell> cells) : scale_(scale), cells_(std::move(cells)) {}
  Scale scale() const { return scale_; }
  const std::vector<Cell>& cells() const { return cells_; }
  /// One value for each seed that has it, in the order of seeds.
  std::vector<double> values(std::string_view condition, const std::string& name) const;
  /// Over the seeds; 0 of n = 0 where no cell has it.
  Estimate over_seeds(std::string_view condition, const std::string& name) const;

 private:
  Scale scale_;
  std::vector<Cell> cells_;
};

enum class ClaimKind {
  bound,       // proved under assumptions that the experiment meets: a measurement against it is a bug
  phenomenon,  // expected from the literature: where it does not appear, that is the result
};

/// What was predicted, laid beside what was measured, in one sentence with its numbers.
struct Claim {
  ClaimKind kind = ClaimKind::phenomenon;
  std::string statement;
  bool holds = false;
};

struct Finding {
  stats::Figure figure;
  std::vector<std::string> columns;            // of the table
  std::vector<std::vector<std::string>> rows;  // as many texts as columns
  std::vector<Claim> claims;
  std::string paragraph;  // what was found, from the numbers; Markdown
};

struct Experiment {
  std::string_view name;       // lower case, "-" between words
  std::string_view limit;      // hallucination, context, reasoning, retrieval
  std::string_view question;   // what it asks, a sentence
  std::string_view predicted;  // what the bound says, with its formula and source
  std::string_view measured;   // how it is measured: model, data, sizes
  std::string_view assumes;    // what the result rests on and what it does not show
  int revision = 1;            // raised whenever a cell of the same key would give other numbers
  std::size_t seeds = 3;       // of a run that is not told how many, as of the page in docs/lab
  std::vector<std::string> (*conditions)(Scale);
  base::Result<Numbers> (*measure)(const CellKey&, const CellContext&);
  Finding (*find)(const Results&);
};

/// ".52" for shares below one, "1.52", "-.5": the way of writing of the project's pages.
std::string number(double value, int digits = 2);

}  // namespace genkai::lab::experiment
