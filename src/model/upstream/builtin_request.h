#pragma once
// What the built-in model is asked: a request in OpenAI's protocol, and the settings behind its URL.
//
//   std::string path = "m.gguf?context_aware=1";
//   GENKAI_ASSIGN_OR_RETURN(const BuiltinSettings settings, take_builtin_settings(path));  // path is
//   "m.gguf" GENKAI_ASSIGN_OR_RETURN(BuiltinRequest asked, read_builtin_request(body, file, forms,
//   settings));

#include <optional>
#include <string>

#include "base/result.h"
#include "model/native/generate.h"
#include "model/native/model_file.h"
#include "model/upstream/builtin_transport.h"

namespace genkai::model {

struct BuiltinSettings {
  double context_aware = 0;   // strength of context-aware decoding; 0: off
  double adaptive_theta = 0;  // of the entropy-adaptive temperature; 0: off
};

/// Cuts "?name=number&..." off a path. Errors: invalid_argument for another name, or a number outside 0 to
/// 10.
base::Result<BuiltinSettings> take_builtin_settings(std::string& path);

struct BuiltinRequest {
  std::string prompt;
  native::GenerateOptions options;
  std::optional<Form> form;
  bool stream = false, logprobs = false;
};

/// `forms` may be null: then a response_format is refused. Errors: invalid_argument for what the request gets
/// wrong or the model cannot do; those of Forms::read.
base::Result<BuiltinRequest> read_builtin_request(const std::string& body, const native::ModelFile& file,
                                                  Forms* forms, const BuiltinSettings& settings);

}  // namespace genkai::model
