#include "lab/experiment/shipped.h"

#include "lab/experiment/shipped_lessons.h"
#include "lab/train/decoder.h"
#include "lab/train/export.h"
#include "lab/train/vocabulary.h"

namespace genkai::lab::experiment {
namespace {

using model::native::Tokenizer;
using world::Split;

constexpr double kRate = 1e-3;

/// The same lessons go on, at a falling rate: steps are counted on, in the last stage.
class Later : public train::Source {
 public:
  Later(const train::Source& lessons, std::uint64_t done) : lessons_(lessons), done_(done) {}
  train::Sample sample(const train::Moment& moment, std::size_t place) const override {
    return lessons_.sample({moment.step + done_, 3, moment.step}, place);
  }

 private:
  const train::Source& lessons_;
  std::uint64_t done_;
};

/// Small examinations while it learns, about held-out bearers; reading in held-out wordings, and in any.
class Gates {
 public:
  Gates(const train::Decoder& decoder, const Library& library, const Tokenizer& tokenizer)
      : decoder_(decoder) {
    base::Rng rng(98);
    const world::Shape shape{
        .entities = Split::test, .distractors = 2, .counterfactual = 0.5, .name_weight = 0};
    for (std::size_t i = 0; i < 100; ++i)
      copied_.push_back(sample_of(
          library.examples()[i % library.examples().size()]->make(world::Task::in_context, shape, rng),
          tokenizer));
    read_ = samples(library, tokenizer, 9, Ask::plain, Wordings::held_out);
    read_any_ = samples(library, tokenizer, 9, Ask::plain, Wordings::any);
    unknown_ = samples(library, tokenizer, 4, Ask::stranger, Wordings::held_out);
  }
  double copied() const { return exact(copied_); }
  double read() const { return exact(read_); }
  double read_any() const { return exact(read_any_); }
  double unknown() const { return exact(unknown_); }

 private:
  static std::vector<train::Sample> samples(const Library& library, const Tokenizer& tokenizer,
                                            std::size_t statements, Ask ask, Wordings wordings) {
    std::vector<train::Sample> out;
    base::Rng rng(99);
    ReadingShape shape{
        .statements = statements, .questions = 1, .entities = Split::test, .wordings = wordings};
    shape.contradicted = 0;
    shape.asks[0] = 0;
    shape.asks[static_cast<std::size_t>(ask)] = 1;
    for (std::size_t i = 0; i < 100; ++i)
      out.push_back(sample_of(library.foreign().make(shape, rng), tokenizer, {.name = 0, .answer = 1}));
    return out;
  }
  double exact(const std::vector<train::Sample>& samples) const {
    const train::Score score = train::score(decoder_, samples);
    return static_cast<double>(score.exact) / static_cast<double>(score.samples);
  }

  const train::Decoder& decoder_;
  std::vector<train::Sample> copied_, read_, read_any_, unknown_;
};

}  // namespace

base::Result<ShippedReport> train_shipped(const ShippedOptions& options) {
  GENKAI_RETURN_IF_ERROR(base::create_folders(options.folder));
  GENKAI_ASSIGN_OR_RETURN(const Library library, Library::make(options.seed, options.worlds));
  GENKAI_ASSIGN_OR_RETURN(const Tokenizer tokenizer,
                          Tokenizer::from(train::train_vocabulary(
                              Lessons::texts(library, options.seed, 12'000), {.size = options.vocabulary})));
  const model::native::Architecture shape{.vocabulary = tokenizer.size(),
                                          .width = options.width,
                                          .layers = options.layers,
                                          .heads = options.heads,
                                          .kv_heads = options.kv_heads,
                                          .hidden = options.hidden,
                                          .context = options.context,
                                          .tied = true};
  GENKAI_RETURN_IF_ERROR(model::native::check(shape));
  train::Decoder decoder({.shape = shape}, options.seed);
  const Lessons lessons(library, tokenizer, options.seed, options.context);
  const Gates gates(decoder, library, tokenizer);

  train::TrainerOptions training;
  training.samples = options.samples;
  training.threads = options.threads;
  training.cancellation = options.cancellation;
  training.schedule = {.rate = kRate, .warm_up = 200};
  training.steps = options.copying_steps + options.reading_steps + options.mixed_steps + options.worded_steps;
  training.checkpoint = options.folder / "rising.checkpoint";
  training.gate_every = 200;
  training.label = "copying, then everything";
  const auto measured = [&] {
    return train::Gate{.metrics = {{"copied", gates.copied()},
                                   {"held out, of 9", gates.read()},
                                   {"of 9", gates.read_any()},
                                   {"unknown", gates.unknown()}}};
  };
  training.gate = [&](const train::Moment& moment) {
    train::Gate gate = measured();
    const auto [copied, read] = std::pair{gate.metrics[0].second, gate.metrics[1].second};
    if (moment.stage == 0)
      gate.next_stage = copied >= options.gate || moment.stage_step >= options.copying_steps;
    if (moment.stage == 1)
      gate.next_stage = read >= options.gate || moment.stage_step >= options.reading_steps;
    if (moment.stage == 2) gate.next_stage = moment.stage_step >= options.mixed_steps;
    gate.stop = moment.stage == 3 && moment.stage_step >= options.worded_steps;
    return gate;
  };
  GENKAI_ASSIGN_OR_RETURN(train::TrainReport report, train::train(decoder, lessons, training));
  ShippedReport out{.model = options.folder / "model.gguf",
                    .parameters = shape.parameters(),
                    .tokens = report.tokens,
                    .steps = report.reached.step,
                    .cpu_seconds = report.cpu_seconds,
                    .cancelled = report.cancelled};
  if (!report.cancelled && options.falling_steps > 0) {
    const Later later(lessons, report.reached.step);
    training.schedule = {.shape = train::Schedule::Shape::cosine,
                         .rate = kRate,
                         .warm_up = 50,  // the optimiser begins anew
                         .steps = options.falling_steps,
                         .least = 0.05};
    training.steps = options.falling_steps;
    training.checkpoint = options.folder / "falling.checkpoint";
    training.label = "at a falling rate";
    training.gate = [&](const train::Moment&) { return measured(); };
    GENKAI_ASSIGN_OR_RETURN(report, train::train(decoder, later, training));
    out.tokens += report.tokens;
    out.steps += report.reached.step;
    out.cpu_seconds += report.cpu_seconds;
    out.cancelled = report.cancelled;
  }
  GENKAI_RETURN_IF_ERROR(train::export_gguf(
      decoder, tokenizer.vocabulary(), out.model,
      {.name = "genkai-builtin",
       .description = "Reads short English passages of made-up worlds and copies answers from them.",
       .type = options.type}));
  return out;
}

}  // namespace genkai::lab::experiment
