#pragma once
// A whole model in one GGUF file: architecture, weights and tokenizer.
//
//   GENKAI_ASSIGN_OR_RETURN(const ModelFile model, load_model("models/genkai-builtin.gguf"));
//   Engine engine(model.weights);
//   std::vector<TokenId> prompt = model.tokenizer.encode("Question: Who?\nAnswer:", true);

#include <memory>
#include <span>
#include <string>

#include "base/file.h"
#include "base/result.h"
#include "model/native/architecture.h"
#include "model/native/gguf.h"
#include "model/native/tokenizer.h"
#include "model/native/weights.h"

namespace genkai::model::native {

struct ModelFile {
  std::string name;  // general.name, or the file's
  std::shared_ptr<const Weights> weights;
  Tokenizer tokenizer;
  bool completes = false;  // trained to complete "passages, Question:, Answer:", as ours are
  const Architecture& architecture() const { return weights->architecture(); }
};

/// general.name, or the file's without folder and suffix.
std::string model_name(const Gguf& file);
/// Whether it says that it was trained to complete our form (completion_form.h).
bool completes(const Gguf& file);

/// Maps the file; its numbers stay where they are. Errors: those of files, `corrupt`, and `unsupported`
/// naming what the file would need (another architecture, quantisation, rotation or tokenizer) with what to
/// do instead.
base::Result<ModelFile> load_model(const base::Path& path);
base::Result<ModelFile> load_model(const std::shared_ptr<const Gguf>& file);

struct SavedModel {
  std::string name, description;
  WeightType type = WeightType::f16;  // of matrices; norms are always f32
  bool completes = true;
};
/// Writes a model from float32 matrices under GGUF's names, row by row. The same input gives the same bytes.
/// Errors: those of files, and of Weights::from where a tensor is missing or of another shape;
/// invalid_argument where q8_0 does not divide a row or the vocabulary is not as large as the architecture's.
base::Status save_model(const base::Path& path, const Architecture& architecture,
                        std::span<const NamedMatrix> tensors, const Vocabulary& vocabulary,
                        const SavedModel& options);

}  // namespace genkai::model::native
