// Model files come from anywhere: whatever the bytes, loading ends in a model that runs or in an error.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "model/native/engine.h"
#include "model/native/model_file.h"

using namespace genkai::model::native;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = Gguf::parse({reinterpret_cast<const char*>(data), size}, "fuzz.gguf", nullptr);
  if (!file) return 0;
  const auto model = load_model(*file);
  if (!model || model->architecture().parameters() > 1'000'000) return 0;
  const auto tokens = model->tokenizer.encode("Who? 誰\xFF", true);
  Engine engine(model->weights, {.threads = 1, .longest = 64});
  KvCache sequence(engine.architecture());
  Output output;
  if (!tokens.empty() && tokens.size() <= 64)
    (void)engine.forward(std::vector<Input>{{&sequence, tokens}}, output);
  (void)model->tokenizer.decode(tokens);
  return 0;
}
