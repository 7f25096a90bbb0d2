#pragma once
// The built-in transformer behind the same door as every other model: requests to
// "builtin:FILE/chat/completions" are answered inside of this process, in OpenAI's protocol; all others go to
// the transport below. So retries, budgets, recording, streaming and the gateway are those of any model.
//
//   auto transport = builtin_transport(curl_transport());
//   UpstreamOptions options = *builtin_model("models/genkai-builtin.gguf");
//   auto models = Models::create({options}, transport);

#include <memory>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"
#include "model/upstream/transport.h"
#include "model/upstream/upstream.h"

namespace genkai::model {

/// Thread-safe. Models are loaded when they are first asked and kept; each request runs on threads of its own
/// pool, so that the I/O thread stays free, requests in the order in which they come, samples of one request
/// in one batch.
std::shared_ptr<Transport> builtin_transport(std::shared_ptr<Transport> others);

/// Whether a model's URL names a built-in one: "builtin", or "builtin:FILE.gguf".
bool is_builtin(std::string_view url);

/// The options for it; what it can do is read from the file. Errors: as native::load_model; not_found when no
/// model was shipped beside the program ($GENKAI_MODEL names another place).
base::Result<UpstreamOptions> builtin_model(std::string_view url);

}  // namespace genkai::model
