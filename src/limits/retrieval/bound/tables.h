#pragma once
// Reads the two tables that bounds are computed from, one question or need a line. Blank lines are skipped.
//
//   GENKAI_ASSIGN_OR_RETURN(const std::vector<FirstRank> ranks, read_ranks(file));     // "3", or "-" for
//   none GENKAI_ASSIGN_OR_RETURN(const std::vector<Need> needs, read_needs(file));          // "60", or
//   "60<TAB>2.5"

#include <istream>
#include <vector>

#include "limits/retrieval/bound/coverage.h"
#include "limits/retrieval/bound/recall.h"

namespace genkai::limits::retrieval::bound {

/// The rank of the first good passage, or 0 or "-" where none was found; what stands before the last TAB is a
/// label. Errors: invalid_argument that names the first line that is no rank, or when there is none at all;
/// unavailable when reading fails.
base::Result<std::vector<FirstRank>> read_ranks(std::istream& in);

/// Tokens, and after a TAB the weight (else 1). Errors as above.
base::Result<std::vector<Need>> read_needs(std::istream& in);

}  // namespace genkai::limits::retrieval::bound
