#pragma once
// Checks the steps of a written chain of thought exactly, without a model, and finds the first wrong one.
//
//   const StepReport report = check_steps("((-9 - 5) - (4 + 3)) =", split_steps(text));
//   if (report.first_wrong) print(*report.first_wrong, report.why);
//   report.checked                         // steps of which at least one statement could be decided
//
// A step is held against the question and against what earlier steps state, right or not: what only carries
// an earlier error on is not wrong again. What cannot be checked is not checkable, never wrong.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/draft.h"
#include "text/text.h"

namespace genkai::limits::reasoning::steps {

/// What kind of statement a claim is; each has a checker of its own.
enum class Kind {
  arithmetic,    // equalities, with named parts, percentages, fractions, money
  units,         // 2 hours = 120 minutes
  dates,         // 3 March 2021 is a Wednesday; 10 days after ...
  counting,      // "strawberry" has 3 "r"
  sorting,       // letters, groups and merges of sorting words
  brackets,      // stack after each bracket, and what closes it
  tracking,      // who has what after each swap
  ordering,      // positions of things in a fixed order
  restatement,   // a value that an earlier step states otherwise
  final_answer,  // the answer against the steps before it
};
std::string_view to_string(Kind kind);

/// One statement that was held against something.
struct StepClaim {
  std::size_t step = 0;  // 0-based
  Kind kind = Kind::arithmetic;
  std::string text;  // the statement, at most 300 bytes
  /// supported, contradicted, not_checkable; inconsistent: false, and without effect on what the step
  /// concludes
  core::Verdict verdict = core::Verdict::not_checkable;
  std::string why;  // of what is not supported, for people
};

struct StepReport {
  std::vector<StepClaim> claims;           // in the order of steps
  std::optional<std::size_t> first_wrong;  // 0-based
  std::string why;                         // of the first wrong step; empty when there is none
  std::size_t checked = 0;                 // steps with a statement that was found right or wrong
};

/// Bounds on what is looked at; steps beyond them are not checkable.
constexpr std::size_t kMostSteps = 2000;
constexpr std::size_t kMostStepBytes = 20'000;
constexpr std::size_t kMostQuestionBytes = 100'000;

/// Never fails: hostile or broken text is not checkable. `language` is that of `why`. Thread-safe.
StepReport check_steps(std::string_view question, const std::vector<std::string>& steps,
                       text::Language language = text::Language::english);

/// A written chain as steps: one a line; a text of one line at its sentences. Marks of lists ("1.", "-",
/// "Step 2:", 手順3:) stay, empty lines go.
std::vector<std::string> split_steps(std::string_view text);

}  // namespace genkai::limits::reasoning::steps
