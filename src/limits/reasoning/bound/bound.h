#pragma once
// The reasoning limit's predictions, computed from numbers without a model. All are pure functions; each
// result carries its assumptions and its source (core/grounds.h).
//
//   fewest_wrong.h  the fewest of a set of answers that have to be wrong, where no two of some can both be
//                   right (weighted and chained claims are `genkai check`'s)
//   survival.h      the share of chains of steps without an error, also with a checker and retries
//   best_of_n.h     what drawing n answers can reach: an oracle's choice, and a verifier's that errs
//   majority.h      a vote of n answers whose errors are correlated, and when to stop drawing
//   tables.h        reads counts and pairs, one a line
//
//   GENKAI_ASSIGN_OR_RETURN(const Survival chain, survival({.wrong = 12, .n = 400}, 8, {}));
//   GENKAI_ASSIGN_OR_RETURN(const Majority vote, majority({.right = 0.6, .correlation = 0.3, .n = 11}));

#include "limits/reasoning/bound/best_of_n.h"
#include "limits/reasoning/bound/fewest_wrong.h"
#include "limits/reasoning/bound/majority.h"
#include "limits/reasoning/bound/survival.h"
#include "limits/reasoning/bound/tables.h"
