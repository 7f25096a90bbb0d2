#pragma once
// Whether what a draft cites speaks of what was asked: of the thing that the question names, and of its year.
// A passage about The Idle Pasture answers no question about The Idle Engine, whatever a model makes of it.
//
//   for (core::Claim& claim : misfits("When did The Idle Engine come out?", "2022", cited))
//     claim.why                          // "the cited passages speak of Idle Pasture, not of Idle Engine"

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/draft.h"

namespace genkai::limits::reasoning {

struct Cited {
  std::string quote;
  std::string passage;  // with its title and headings
};

/// One claim, `contradicted`, for each reason why an answer cannot be taken from what it cites:
/// - A name of two words or more in Latin letters stands in no cited passage, while a quote's passage has
///   another name that shares a word with it, or the quote names something else and nothing of it is there.
///   Words that differ in one letter or in their ending are the same.
/// - The question is about one year, and each span of years in the quotes ("since 2015", "from 2001 to 2007",
///   2015年から) leaves it out.
/// - The answer is the one name of two words or more that the question has.
/// Empty when there is nothing to hold against it, which proves nothing.
std::vector<core::Claim> misfits(std::string_view question, std::string_view answer,
                                 std::span<const Cited> cited);

}  // namespace genkai::limits::reasoning
