// Prints, as JSON, small decoders of each kind with their weights, a batch, its loss and the gradients of the
// trainer: what gradients_test.py computes again with PyTorch's autograd.
#include <cstdio>

#include "base/json.h"
#include "lab/train/decoder.h"

using namespace genkai;
using namespace genkai::lab::train;
using base::Json;

namespace {

template <class Numbers>
Json list(const Numbers& numbers) {
  Json out = Json::array();
  for (const auto number : numbers) out.push(number);
  return out;
}

struct Case {
  const char* name;
  DecoderOptions options;
};

Json computed(const Case& one) {
  Decoder decoder(one.options, 11);
  const auto& shape = one.options.shape;
  Batch batch;
  base::Rng rng(3);
  for (const std::size_t length : {70U, 9U, 33U}) {
    Sample sample;
    for (std::size_t i = 0; i < length; ++i) {
      sample.tokens.push_back(static_cast<TokenId>(rng.below(shape.vocabulary)));
      sample.weights.push_back(static_cast<float>(rng.below(3)) / 2);
    }
    append(batch, sample);
  }
  Floats gradients(decoder.parameters().values().size());
  HostTape tape(decoder.parameters(), gradients);
  const Value loss = decoder.loss(tape, batch);
  tape.backward(loss);
  Json matrices = Json::object();
  for (ParameterId id = 0; id < decoder.parameters().entries().size(); ++id) {
    const auto& entry = decoder.parameters().entry(id);
    matrices.set(
        entry.name,
        Json::object({{"rows", entry.rows},
                      {"cols", entry.cols},
                      {"values", list(decoder.parameters().matrix(id))},
                      {"gradients", list(std::span(gradients).subspan(entry.offset, entry.size()))}}));
  }
  return Json::object({{"name", one.name},
                       {"heads", shape.heads},
                       {"kv_heads", shape.kv_heads},
                       {"layers", shape.layers},
                       {"epsilon", shape.norm_epsilon},
                       {"theta", shape.rope_theta},
                       {"context", shape.context},
                       {"log_n_base", one.options.log_n_base},
                       {"segments", list(batch.segments)},
                       {"tokens", list(batch.tokens)},
                       {"targets", list(batch.targets)},
                       {"weights", list(batch.weights)},
                       {"matrices", matrices},
                       {"loss", tape.value(loss)[0]}});
}

}  // namespace

int main() {
  const model::native::Architecture tied{.vocabulary = 50,
                                         .width = 32,
                                         .layers = 2,
                                         .heads = 4,
                                         .kv_heads = 2,
                                         .hidden = 40,
                                         .context = 64,
                                         .tied = true};
  auto untied = tied;
  untied.tied = false;
  const Case cases[] = {
      {"llama", {.shape = tied}},
      {"log_n", {.shape = untied, .log_n_base = 64}},
      {"alibi gelu layer",
       {.shape = tied,
        .positions = Positions::alibi,
        .norm = Norm::layer,
        .feed_forward = FeedForward::gelu}},
      {"learned relu", {.shape = untied, .positions = Positions::learned, .feed_forward = FeedForward::relu}},
      {"sinusoidal", {.shape = tied, .positions = Positions::sinusoidal}},
  };
  for (const Case& one : cases) std::printf("%s\n", computed(one).dump().c_str());
}
