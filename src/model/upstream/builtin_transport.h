#pragma once
// The built-in transformer behind the same door as every other model: requests to
// "builtin:FILE/chat/completions" are answered inside of this process, in OpenAI's protocol; all others go to
// the transport below. So retries, budgets, recording, streaming and the gateway are those of any model.
//
//   auto transport = builtin_transport(curl_transport());
//   UpstreamOptions options = *builtin_model("models/genkai-builtin.gguf");
//   auto models = Models::create({options}, transport);

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/json.h"
#include "base/result.h"
#include "model/native/guards/token_mask.h"
#include "model/native/tokenizer.h"
#include "model/upstream/transport.h"
#include "model/upstream/upstream.h"

namespace genkai::model {

/// What a request's response_format asks for, as masks of tokens.
struct Form {
  native::MaskMaker mask{};
  bool blank_first = false;  // the mask lets one blank stand first, which is no part of the answer
};

/// Reads forms for one model's tokens. Grammars stand above this floor: who builds the transport hands them
/// in. Thread-safe.
class Forms {
 public:
  virtual ~Forms() = default;
  /// `response_format` is an object whose type is not "text". Errors: invalid_argument, unsupported.
  virtual base::Result<Form> read(const base::Json& response_format) = 0;
};
/// Called once for each model; the tokenizer outlives what it gives.
using FormsOf = std::function<std::unique_ptr<Forms>(const native::Tokenizer&)>;

/// Thread-safe. Models are loaded when they are first asked and kept; requests run on threads of the model's
/// own, so that the I/O thread stays free, those that come together in one batch (native/batch.h). Without
/// `forms` a response_format is refused.
std::shared_ptr<Transport> builtin_transport(std::shared_ptr<Transport> others, FormsOf forms = {});

/// Whether a model's URL names a built-in one: "builtin", or "builtin:FILE.gguf", either with settings behind
/// it: "builtin?context_aware=1&adaptive_theta=0.5" (docs/upstreams.md).
bool is_builtin(std::string_view url);

/// The options for it; what it can do is read from the file. Errors: as native::load_model; not_found when no
/// model was shipped beside the program ($GENKAI_MODEL names another place); invalid_argument for a setting
/// that is unknown or out of range, unsupported for context_aware with a model that does not complete.
base::Result<UpstreamOptions> builtin_model(std::string_view url);

}  // namespace genkai::model
