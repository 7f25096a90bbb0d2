#include "lab/experiment/small_models.h"

#include <algorithm>
#include <cmath>

namespace genkai::lab::experiment {
namespace {

class Drawn : public train::Source {
 public:
  Drawn(const std::function<train::Sample(base::Rng&)>& draw, std::uint64_t seed)
      : draw_(draw), seed_(seed) {}
  train::Sample sample(const train::Moment& moment, std::size_t place) const override {
    base::Rng rng(seed_ * 0x9E3779B97F4A7C15ULL ^ (moment.step << 20) ^ place);
    return draw_(rng);
  }

 private:
  const std::function<train::Sample(base::Rng&)>& draw_;
  std::uint64_t seed_;
};

}  // namespace

train::Decoder make_model(const SmallModel& shape, std::uint64_t seed) {
  train::DecoderOptions options;
  options.shape = {.vocabulary = shape.vocabulary,
                   .width = shape.width,
                   .layers = shape.layers,
                   .heads = shape.heads,
                   .kv_heads = shape.heads,
                   .hidden = (shape.width * 8 / 3 + 7) / 8 * 8,
                   .context = shape.context,
                   .rope_theta = shape.rope_base};
  options.positions = shape.positions;
  options.log_n_base = shape.log_n_base;
  options.neighbours = shape.neighbours;
  return {options, seed};
}

base::Status teach(train::Decoder& model, const std::function<train::Sample(base::Rng&)>& draw,
                   const Lesson& lesson, std::uint64_t seed, const base::Cancellation& stop) {
  const Drawn source(draw, seed);
  train::TrainerOptions options;
  options.steps = lesson.steps;
  options.samples = lesson.samples;
  options.threads = 2;
  options.schedule = {
      .shape = train::Schedule::Shape::cosine, .rate = lesson.rate, .warm_up = 50, .steps = lesson.steps};
  options.cancellation = stop;
  options.progress = false;
  if (lesson.look) {
    options.gate_every = lesson.look_every;
    options.gate = [&lesson](const train::Moment& moment) {
      train::Gate gate;
      gate.stop = lesson.look(moment.step);
      return gate;
    };
  }
  GENKAI_ASSIGN_OR_RETURN(const train::TrainReport report, train::train(model, source, options));
  if (report.cancelled) return base::fail(base::Code::cancelled, "stopped", "run it again to go on");
  return {};
}

TokenId NextProbabilities::likeliest(std::size_t prompt) const {
  const auto row = of(prompt);
  return static_cast<TokenId>(std::max_element(row.begin(), row.end()) - row.begin());
}

NextProbabilities next_probabilities(const train::Decoder& model, std::span<const Tokens> prompts) {
  constexpr std::size_t kRows = 2048;
  const std::size_t vocabulary = model.options().shape.vocabulary;
  std::vector<float> out(prompts.size() * vocabulary);
  train::HostTape tape(model.parameters());
  for (std::size_t next = 0; next < prompts.size();) {
    train::Batch batch;
    Tokens last_rows;
    const std::size_t first = next;
    for (; next < prompts.size() && batch.rows() < kRows; ++next) {
      for (std::size_t i = 0; i < prompts[next].size(); ++i) {
        batch.tokens.push_back(prompts[next][i]);
        batch.positions.push_back(static_cast<std::int32_t>(i));
      }
      batch.segments.push_back(batch.rows());
      last_rows.push_back(static_cast<TokenId>(batch.rows()) - 1);
    }
    tape.reset();
    const train::Value logits = model.logits(tape, tape.embed(model.hidden(tape, batch), last_rows));
    const auto values = tape.value(logits);
    for (std::size_t p = first; p < next; ++p) {
      const auto row = values.subspan((p - first) * vocabulary, vocabulary);
      const float highest = *std::max_element(row.begin(), row.end());
      double sum = 0;
      float* to = out.data() + p * vocabulary;
      for (std::size_t t = 0; t < vocabulary; ++t) sum += to[t] = std::exp(row[t] - highest);
      for (std::size_t t = 0; t < vocabulary; ++t) to[t] = static_cast<float>(to[t] / sum);
    }
  }
  return {std::move(out), vocabulary};
}

TokenId draw_token(std::span<const float> probabilities, base::Rng& rng) {
  double left = rng.uniform();
  for (std::size_t t = 0; t + 1 < probabilities.size(); ++t)
    if ((left -= static_cast<double>(probabilities[t])) < 0) return static_cast<TokenId>(t);
  return static_cast<TokenId>(probabilities.size()) - 1;
}

train::Sample sample_of(Tokens tokens, std::size_t asked) {
  std::vector<float> weights(tokens.size(), 0.0F);
  for (std::size_t i = asked; i < tokens.size(); ++i) weights[i] = 1;
  return {std::move(tokens), std::move(weights)};
}

}  // namespace genkai::lab::experiment
