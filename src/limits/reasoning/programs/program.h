#pragma once
// One program that a language model wrote: read, held against what it cites, and run. The text is untrusted;
// an expression is total, and Python goes to a sandbox or nowhere.
//
//   Program program = run_program(sample.text, task);
//   program.draft.supported          // it ran, and every value in it stands in a quote or in the question

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/draft.h"
#include "core/question.h"
#include "logic/expression/expression.h"

namespace genkai::limits::reasoning::programs {

/// Runs a Python program in isolation and gives what it printed. Errors: deadline_exceeded,
/// resource_exhausted (what it would have said is not known then), unavailable (no isolation here),
/// invalid_argument (it failed; the message says how).
using RunPython = std::function<base::Result<std::string>(std::string_view python)>;
/// Adds the quote to the draft's citations, in the words of passage `number` (1-based) or another; false when
/// it stands in none that may be believed.
using Cite = std::function<bool(std::string_view quote, std::int64_t number, core::Draft& draft)>;

struct Assignment {
  const core::Interpretation& meaning;
  std::string model;  // who writes
  Cite cite;
  RunPython python{};  // none: expressions only
};

enum class Ending {
  computed,      // it ran; whether it is supported, its draft says
  abstained,     // the model says that the values are not there
  undetermined,  // a bound was reached: nothing is known, least of all that it is false
  failed,        // it is no program, or does not run
};
std::string_view to_string(Ending ending);

struct Program {
  Ending ending = Ending::failed;
  std::string source;
  bool python = false;
  std::optional<logic::expression::Value> value{};  // of an expression
  std::vector<std::string> operands{};              // canonical values that it uses (text/question.h)
  std::string trouble{};                            // what a model could mend, in the question's language
  core::Draft draft{};  // of a computed one its answer, with claims; else abstaining or unusable
};

Program run_program(std::string_view reply, const Assignment& task);

}  // namespace genkai::limits::reasoning::programs
