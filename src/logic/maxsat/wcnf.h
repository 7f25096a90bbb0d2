#pragma once
// The file format of the MaxSAT Evaluation, in both its forms.
//
//   c a comment                      c a comment
//   p wcnf 3 2 8                     h -1 2 0
//   8 -1 2 0                         7 1 0
//   7 1 0
//
//   GENKAI_ASSIGN_OR_RETURN(const WeightedFormula formula, read_wcnf(text));
//
// Left, until 2021: variables, clauses and the weight that makes a clause hard; without that weight all are
// soft. Right, since 2022: h for hard, no header. Either way a clause ends with 0.

#include <string>
#include <string_view>

#include "base/result.h"
#include "logic/maxsat/formula.h"

namespace genkai::logic {

/// Errors name the line. What is read passes check().
base::Result<WeightedFormula> read_wcnf(std::string_view text);

enum class WcnfForm { with_header, without_header };

/// Reads back as the same formula, except that without a header variables above the largest named are lost.
/// REQUIRES: check(formula).
std::string write_wcnf(const WeightedFormula& formula, WcnfForm form);

}  // namespace genkai::logic
