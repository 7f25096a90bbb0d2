#pragma once
// llama.cpp's library behind our own types: any GGUF model that it knows, in this process. A program that
// was built without it has the same functions, and loading says what is missing.
//
//   GENKAI_ASSIGN_OR_RETURN(auto model, LlamaModel::load("model.gguf", {.context = 4096}));
//   GENKAI_ASSIGN_OR_RETURN(auto prompt, model->prompt({{"user", "Who?"}}));
//   auto generation = LlamaGeneration::begin(model, prompt, {.samples = 4}, deadline);
//   while ((*generation)->running()) GENKAI_RETURN_IF_ERROR((*generation)->step());

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "model/native/generate.h"
#include "model/upstream/inprocess_request.h"

namespace genkai::model {

/// Whether this program was built with libllama.
bool has_libllama();
/// The error of a program without it: unsupported, with what to install.
base::Error without_libllama();

/// What is known of a model file before it is loaded.
struct LlamaFile {
  std::string name;           // general.name, or the file's
  std::string chat_template;  // llama.cpp's name of one or the file's own; empty: asked line by line
  bool completes = false;     // our own form (native/completion_form.h)
  std::size_t context = 0;    // tokens that it was trained with, or fewer as set
};

/// Immutable and thread-safe.
class LlamaModel {
 public:
  virtual ~LlamaModel() = default;
  /// Errors: those of files; unsupported (without the library, or it does not know the model), with what
  /// llama.cpp says of it.
  static base::Result<std::shared_ptr<const LlamaModel>> load(const base::Path& path, LlamaFile file);

  const LlamaFile& file() const { return file_; }
  /// The conversation by the chat template. No text of a message becomes a control token. Errors:
  /// invalid_argument (a role other than system, developer, user, assistant), unsupported (a template that
  /// llama.cpp's library does not know).
  virtual base::Result<std::vector<native::TokenId>> prompt(std::span<const ChatText> messages) const = 0;
  virtual std::string piece(native::TokenId id) const = 0;  // the bytes of a token
  virtual bool ends(native::TokenId id) const = 0;          // whether it ends a text or a turn

 protected:
  explicit LlamaModel(LlamaFile file) : file_(std::move(file)) {}
  LlamaFile file_;
};

/// Whether the library knows this chat template; always without it.
bool knows_chat_template(const std::string& chat_template);

/// Samples that go on from one prompt, which is computed once. Not thread-safe.
class LlamaGeneration {
 public:
  virtual ~LlamaGeneration() = default;
  /// Of the options the masks and guards are not used. Computes nothing yet. Errors: resource_exhausted (no
  /// memory for so many tokens).
  static base::Result<std::unique_ptr<LlamaGeneration>> begin(std::shared_ptr<const LlamaModel> model,
                                                              std::vector<native::TokenId> prompt,
                                                              const native::GenerateOptions& options,
                                                              std::chrono::steady_clock::time_point deadline);

  virtual bool running() const = 0;
  /// A piece of the prompt, or one more token for each sample that runs. Errors: deadline_exceeded, corrupt
  /// (weights that give no numbers), internal.
  virtual base::Status step() = 0;
  /// As many as were asked for; those that did not fit beside the others begin later.
  const std::vector<native::Generated>& samples() const { return samples_; }

 protected:
  std::vector<native::Generated> samples_;
};

}  // namespace genkai::model
