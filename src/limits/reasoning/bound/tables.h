#pragma once
// Reads the tables that bounds are computed from. Blank lines are skipped.
//
//   GENKAI_ASSIGN_OR_RETURN(const std::vector<Attempts> questions, read_attempts(file));   // "3<TAB>10"
//   GENKAI_ASSIGN_OR_RETURN(const AnswerSet set, read_exclusions(file));                   // "claim
//   a<TAB>claim b"

#include <istream>
#include <vector>

#include "limits/reasoning/bound/best_of_n.h"
#include "limits/reasoning/bound/fewest_wrong.h"

namespace genkai::limits::reasoning::bound {

/// "right<TAB>of" of each question (or of each step: wrong<TAB>of). Errors: invalid_argument that names the
/// first line that is none, or when there is none at all; unavailable when reading fails.
base::Result<std::vector<Attempts>> read_attempts(std::istream& in);

/// Two answers a line that cannot both be right, by any names; a line with one name is an answer without an
/// exclusion. Errors as above, also for a pair of one name, a third column, or bytes that are no UTF-8 text.
base::Result<AnswerSet> read_exclusions(std::istream& in);

}  // namespace genkai::limits::reasoning::bound
