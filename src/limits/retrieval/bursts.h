#pragma once
// Several short documents that came in together, all restate this question and state the same: what somebody
// who wants to outvote the other documents would add.
//
//   for (const std::size_t place : find_burst(evidence, texts, asked)) mark(place);

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/evidence.h"
#include "limits/retrieval/echo.h"

namespace genkai::limits::retrieval {

struct BurstOptions {
  std::size_t least = 3;      // documents
  std::size_t longest = 600;  // bytes of a passage
  double restates = 0.6;      // share of the question's words that each holds
  std::uint32_t nearby = 4;   // passage ids between neighbours that came in together
};

/// Places of the passages of a burst, ascending; empty when there is none. `normalised` are their texts. They
/// are whole documents of different names with neighbouring ids, or of one date; they came in after every
/// other passage of the list; and one word that is not the question's (a number, a name) is in all of them
/// and in no other passage of the list that restates the question.
std::vector<std::size_t> find_burst(const std::vector<core::Evidence>& evidence,
                                    const std::vector<std::string_view>& normalised, const Asked& asked,
                                    const BurstOptions& options = {});

}  // namespace genkai::limits::retrieval
