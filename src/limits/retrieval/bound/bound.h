#pragma once
// The retrieval limit's predictions: what no reader can make up for, computed from numbers. All are pure
// functions; each result carries its assumptions and its source (core/grounds.h).
//
//   recall.h     the share of questions whose passage is among the first k: the ceiling of any reader
//   coverage.h   the largest share of what is needed that fits into a number of tokens
//   failure.h    failing to find, or to use what was found
//   poisoning.h  how many injected or changed passages cannot change an answer
//   tables.h     reads ranks and needs, one a line
//
//   GENKAI_ASSIGN_OR_RETURN(const RecallCeiling ceiling, recall_ceiling(87, 100));
//   GENKAI_ASSIGN_OR_RETURN(const Robustness robust, robustness({.answer = 9, .other = 2, .listed = 12}));

#include "limits/retrieval/bound/coverage.h"
#include "limits/retrieval/bound/failure.h"
#include "limits/retrieval/bound/poisoning.h"
#include "limits/retrieval/bound/recall.h"
#include "limits/retrieval/bound/tables.h"
