#include "lab/train/export.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "model/native/engine.h"

namespace genkai::lab::train {
namespace {

TEST(Export, TheEngineGivesTheTrainersLogits) {
  for (const bool tied : {true, false}) {
    const Decoder decoder({.shape = {.vocabulary = 320,
                                     .width = 64,
                                     .layers = 3,
                                     .heads = 4,
                                     .kv_heads = 2,
                                     .hidden = 96,
                                     .context = 128,
                                     .tied = tied}},
                          5);
    const auto weights =
        model::native::Weights::from(decoder.options().shape, named_matrices(decoder), nullptr);
    ASSERT_TRUE(weights) << weights.error().message;
    Sample sample;
    base::Rng rng(2);
    for (int i = 0; i < 101; ++i) sample.tokens.push_back(static_cast<TokenId>(rng.below(320)));
    sample.weights.assign(sample.tokens.size(), 1);
    Batch batch;
    append(batch, sample);
    HostTape tape(decoder.parameters());
    const Value logits = decoder.logits(tape, decoder.hidden(tape, batch));
    const auto expected = tape.value(logits);

    model::native::Engine engine(*weights, {.threads = 1});
    model::native::KvCache cache(engine.architecture());
    model::native::Output output;
    const std::vector<TokenId> tokens(sample.tokens.begin(), sample.tokens.end() - 1);
    ASSERT_TRUE(engine.forward(
        std::vector<model::native::Input>{{.sequence = &cache, .tokens = tokens, .all_logits = true}},
        output));
    ASSERT_EQ(output.logits.size(), expected.size());
    double most = 0;
    for (std::size_t i = 0; i < expected.size(); ++i)
      most = std::max(most, double{std::abs(expected[i] - output.logits[i])});
    EXPECT_LT(most, 1e-3);
  }
}

TEST(Export, ADecoderComesBackFromItsWeights) {
  for (const bool tied : {true, false}) {
    const Decoder decoder({.shape = {.vocabulary = 300,
                                     .width = 32,
                                     .layers = 2,
                                     .heads = 2,
                                     .kv_heads = 1,
                                     .hidden = 48,
                                     .context = 16,
                                     .tied = tied}},
                          3);
    const auto weights =
        model::native::Weights::from(decoder.options().shape, named_matrices(decoder), nullptr);
    ASSERT_TRUE(weights) << weights.error().message;
    const Decoder again = decoder_of(**weights);
    const auto before = decoder.parameters().values(), after = again.parameters().values();
    EXPECT_TRUE(std::equal(before.begin(), before.end(), after.begin(), after.end()));
  }
}

TEST(Export, RefusesVariantsThatAreNoLlamaModel) {
  const Decoder decoder({.shape = {.vocabulary = 300,
                                   .width = 32,
                                   .layers = 1,
                                   .heads = 2,
                                   .kv_heads = 2,
                                   .hidden = 32,
                                   .context = 16,
                                   .tied = true},
                         .positions = Positions::alibi},
                        1);
  EXPECT_EQ(export_gguf(decoder, {}, "/nonexistent/x.gguf", {}).error().code, base::Code::unsupported);
}

}  // namespace
}  // namespace genkai::lab::train
