// Tokens a second of CPU that training takes, and where they go:
//   lab_training [width] [layers] [length] [threads] [share of weighted tokens] [steps]
// Samples are random tokens: the arithmetic does not depend on what they are.
#include <cstdio>
#include <cstdlib>

#include "base/rng.h"
#include "lab/train/decoder.h"
#include "lab/train/trainer.h"

using namespace genkai;
using namespace genkai::lab::train;

namespace {
struct RandomTokens : Source {
  std::size_t length = 256;
  double weighted = 1;
  Sample sample(const Moment& moment, std::size_t place) const override {
    base::Rng rng(moment.step * 1000 + place);
    Sample out;
    for (std::size_t i = 0; i <= length; ++i) {
      out.tokens.push_back(static_cast<TokenId>(rng.below(2048)));
      out.weights.push_back(rng.uniform() < weighted ? 1.0F : 0.0F);
    }
    return out;
  }
};
}  // namespace

int main(int argc, char** argv) {
  const auto argument = [&](int i, double otherwise) { return argc > i ? std::atof(argv[i]) : otherwise; };
  const auto width = static_cast<std::size_t>(argument(1, 128));
  RandomTokens source;
  source.length = static_cast<std::size_t>(argument(3, 256));
  source.weighted = argument(5, 1);
  Decoder decoder({.shape = {.vocabulary = 2048,
                             .width = width,
                             .layers = static_cast<std::size_t>(argument(2, 4)),
                             .heads = width / 32,
                             .kv_heads = width / 64,
                             .hidden = width * 2,
                             .context = source.length,
                             .tied = true}},
                  1);
  TrainerOptions options;
  options.steps = static_cast<std::uint64_t>(argument(6, 10));
  options.samples = 4096 / source.length;
  options.threads = static_cast<std::size_t>(argument(4, 2));
  const auto report = train(decoder, source, options);
  if (!report) {
    std::fprintf(stderr, "%s\n", report.error().message.c_str());
    return 1;
  }
  const double tokens = static_cast<double>(report->tokens);
  std::printf("%zu parameters, length %zu, %zu threads: %.0f tokens/s, %.0f tokens/CPU-s\n",
              decoder.parameters().count(), source.length, options.threads, tokens / report->seconds,
              tokens / report->cpu_seconds);
}
