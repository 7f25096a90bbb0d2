#pragma once
// Any GGUF model that llama.cpp's library runs, behind the same door as every other model: requests to
// "llama:FILE/chat/completions" are answered inside of this process, in OpenAI's protocol; all others go to
// the transport below.
//
//   auto transport = llama_transport(curl_transport());
//   UpstreamOptions options = *llama_model("llama:model.gguf");
//   auto models = Models::create({options}, transport);

#include <memory>
#include <string_view>

#include "base/result.h"
#include "model/upstream/transport.h"
#include "model/upstream/upstream.h"

namespace genkai::model {

/// Thread-safe. Models are loaded when they are first asked and kept. Requests are computed token by token in
/// turn on one thread of its own, which uses all cores; who leaves or is late ends within a token, a prompt
/// within 512. A response_format is refused. In a program without libllama each request is an error.
std::shared_ptr<Transport> llama_transport(std::shared_ptr<Transport> others);

/// Whether a model's URL names such a one: "llama:FILE.gguf", with settings behind it:
/// "llama:FILE.gguf?context=4096&template=chatml" (docs/upstreams.md).
bool is_llama(std::string_view url);

/// The options for it; what it can do is read from the file, which is not loaded yet. Errors: those of files;
/// corrupt; unsupported without libllama or for a chat template that it does not know; invalid_argument for a
/// setting that is unknown or out of range.
base::Result<UpstreamOptions> llama_model(std::string_view url);

}  // namespace genkai::model
