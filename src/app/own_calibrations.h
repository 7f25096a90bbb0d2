#pragma once
// What a named knowledge base knows of its own answers.
//
//   GENKAI_ASSIGN_OR_RETURN(const OwnCalibrations own, calibrations_of(knowledge, model));
//   own.apply(options.policy);

#include <memory>

#include "app/knowledge_source.h"
#include "app/model_choice.h"
#include "limits/hallucination/guard.h"

namespace genkai::app {

/// Those that are there; none for a folder of documents.
struct OwnCalibrations {
  std::shared_ptr<const limits::hallucination::Calibration> quotes, model, memory;
  void apply(limits::hallucination::Policy& policy) const;
};

/// Errors: a calibration that cannot be read.
base::Result<OwnCalibrations> calibrations_of(const KnowledgeChoice& choice, const ChosenModel& model);

}  // namespace genkai::app
