#include "app/own_calibrations.h"

#include "answer/kb_calibration.h"

namespace genkai::app {

void OwnCalibrations::apply(limits::hallucination::Policy& policy) const {
  policy.calibration = quotes;
  policy.model_calibration = model;
  policy.memory_calibration = memory;
}

base::Result<OwnCalibrations> calibrations_of(const KnowledgeChoice& choice, const ChosenModel& model) {
  OwnCalibrations out;
  if (choice.kb.empty()) return out;
  GENKAI_ASSIGN_OR_RETURN(const base::Path folder, folder_of(choice.kb));
  GENKAI_ASSIGN_OR_RETURN(auto quotes, answer::load_calibration(folder, ""));
  if (quotes) out.quotes = std::make_shared<limits::hallucination::Calibration>(std::move(*quotes));
  if (!model.model) return out;
  GENKAI_ASSIGN_OR_RETURN(auto answers, answer::load_calibration(folder, model.model->name()));
  GENKAI_ASSIGN_OR_RETURN(auto both,
                          answer::load_calibration(folder, answer::with_memory(model.model->name())));
  if (both) out.memory = std::make_shared<limits::hallucination::Calibration>(std::move(*both));
  if (answers) out.model = std::make_shared<limits::hallucination::Calibration>(std::move(*answers));
  return out;
}

}  // namespace genkai::app
