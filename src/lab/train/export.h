#pragma once
// A trained decoder as a GGUF file, which model/native and llama.cpp run; and a decoder from such a file, to
// be trained on.
//
//   GENKAI_RETURN_IF_ERROR(export_gguf(decoder, vocabulary, "model.gguf", {.name = "genkai-builtin"}));
//   GENKAI_ASSIGN_OR_RETURN(const auto file, model::native::load_model("model.gguf"));
//   Decoder again = decoder_of(*file.weights);

#include "base/file.h"
#include "base/result.h"
#include "lab/train/decoder.h"
#include "model/native/model_file.h"

namespace genkai::lab::train {

/// Errors: unsupported for a variant that is no llama model (DecoderOptions::is_llama), and those of
/// model::native::save_model.
base::Status export_gguf(const Decoder& decoder, const model::native::Vocabulary& vocabulary,
                         const base::Path& path, const model::native::SavedModel& options);

/// Views of the decoder's matrices by their names, valid while it lives and is not trained.
std::vector<model::native::NamedMatrix> named_matrices(const Decoder& decoder);

/// A decoder with these weights, as they are stored: what half precision has rounded stays rounded.
Decoder decoder_of(const model::native::Weights& weights);

}  // namespace genkai::lab::train
