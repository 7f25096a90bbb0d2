#pragma once
// The hallucination limit's predictions: what a language model cannot know or cannot keep right, computed
// before it is asked. All are pure functions; each result carries its assumptions and its source (basis.h).
//
//   fact_counts.h   how often each fact of a log was seen; fact_log.h reads logs, text_facts.h text
//   missing_mass.h  the share of questions about facts never seen: estimated with intervals, or exact
//   monofact.h      least error of a calibrated model by the share of facts that its data state once
//   capacity.h      facts that fit into so many parameters
//   decisions.h     when to guess and when to abstain; the least abstention for a wanted error
//   decay.h         facts that age, steps that go wrong
//
//   FactCounts counts;
//   GENKAI_ASSIGN_OR_RETURN(const LogReport read, read_fact_log(file, {}, counts));
//   GENKAI_ASSIGN_OR_RETURN(const MissingMass mass, estimate_missing_mass(counts.frequencies()));

#include "limits/hallucination/bound/basis.h"
#include "limits/hallucination/bound/capacity.h"
#include "limits/hallucination/bound/decay.h"
#include "limits/hallucination/bound/decisions.h"
#include "limits/hallucination/bound/fact_counts.h"
#include "limits/hallucination/bound/fact_log.h"
#include "limits/hallucination/bound/missing_mass.h"
#include "limits/hallucination/bound/monofact.h"
#include "limits/hallucination/bound/text_facts.h"
