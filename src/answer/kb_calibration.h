#pragma once
// Where a knowledge base keeps what is known of its answers: one calibration for the verbatim quotes, and one
// for each language model that it was calibrated with (docs/formats/calibration.md).
//
//   GENKAI_ASSIGN_OR_RETURN(const auto own, load_calibration(kb_folder, ""));
//   policy.calibration = own ? &*own : nullptr;

#include <optional>
#include <string>

#include "base/file.h"
#include "base/result.h"
#include "limits/hallucination/calibration.h"

namespace genkai::answer {

/// "<model>.json" with what a file name must not hold replaced; different models have different names.
/// REQUIRES: a name.
std::string model_file_name(const std::string& model);

/// `model` is the name that answers carry (core::AnswerItem::model); empty: the quotes. Different names have
/// different files.
base::Path calibration_file(const base::Path& kb_folder, const std::string& model);

/// The name under which the calibration of a model is kept that weighs what it says from memory too.
std::string with_memory(const std::string& model);

/// None when the knowledge base was never calibrated so. Errors: corrupt for a file that is broken, and those
/// of reading.
base::Result<std::optional<limits::hallucination::Calibration>> load_calibration(const base::Path& kb_folder,
                                                                                 const std::string& model);

/// Replaces the file atomically, making the folder where it is not there.
base::Status save_calibration(const base::Path& kb_folder, const std::string& model,
                              const limits::hallucination::Calibration& calibration);

/// Removes it; false when there was none.
base::Result<bool> forget_calibration(const base::Path& kb_folder, const std::string& model);

}  // namespace genkai::answer
