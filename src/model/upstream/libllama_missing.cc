// What stands for the library in a program that was built without it, and the error that says so.
#include "model/upstream/libllama.h"

namespace genkai::model {

bool has_libllama() {
#ifdef GENKAI_LIBLLAMA
  return true;
#else
  return false;
#endif
}

base::Error without_libllama() {
  return {
      base::Code::unsupported, "this program was built without llama.cpp's library",
      "install libllama with its headers (July 2025 or later) and build genkai anew (docs/upstreams.md), or "
      "serve the file with llama-server and give its address: --model http://127.0.0.1:8080/v1"};
}

#ifndef GENKAI_LIBLLAMA

bool knows_chat_template(const std::string&) {
  return true;
}

base::Result<std::shared_ptr<const LlamaModel>> LlamaModel::load(const base::Path&, LlamaFile) {
  return base::fail(without_libllama());
}

base::Result<std::unique_ptr<LlamaGeneration>> LlamaGeneration::begin(std::shared_ptr<const LlamaModel>,
                                                                      std::vector<native::TokenId>,
                                                                      const native::GenerateOptions&,
                                                                      std::chrono::steady_clock::time_point) {
  return base::fail(without_libllama());
}

#endif

}  // namespace genkai::model
