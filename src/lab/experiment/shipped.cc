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
constexpr std::uint64_t kPolished = 1'000'000;  // the step from which polishing counts: lessons of its own

/// The lessons of a run that others went before: steps and stages are counted on.
class Later : public train::Source {
 public:
  Later(const train::Source& lessons, std::uint64_t steps, std::uint32_t stages)
      : lessons_(lessons), steps_(steps), stages_(stages) {}
  train::Sample sample(const train::Moment& moment, std::size_t place) const override {
    return lessons_.sample({moment.step + steps_, moment.stage + stages_, moment.stage_step}, place);
  }

 private:
  const train::Source& lessons_;
  std::uint64_t steps_;
  std::uint32_t stages_;
};

/// Small examinations while it learns, about held-out bearers; reading in held-out wordings, and in any.
class Gates {
 public:
  Gates(const Library& library, const Tokenizer& tokenizer) {
    base::Rng rng(98);
    const world::Shape shape{
        .entities = Split::test, .distractors = 2, .counterfactual = 0.5, .name_weight = 0};
    for (std::size_t i = 0; i < 100; ++i)
      copied_.push_back(sample_of(
          library.examples()[i % library.examples().size()]->make(world::Task::in_context, shape, rng),
          tokenizer));
    read_ = samples(library, tokenizer, 9, Ask::plain, Wordings::held_out);
    read_any_ = samples(library, tokenizer, 9, Ask::plain, Wordings::any);
    value_first_ = samples(library, tokenizer, 9, Ask::plain, Wordings::any, 1);
    unknown_ = samples(library, tokenizer, 4, Ask::stranger, Wordings::held_out);
  }
  /// Shares of exact answers; copied is the first, read the second.
  train::Gate measure(const train::Decoder& decoder) const {
    return {.metrics = {{"copied", exact(decoder, copied_)},
                        {"held out, of 9", exact(decoder, read_)},
                        {"of 9", exact(decoder, read_any_)},
                        {"of 9, value first", exact(decoder, value_first_)},
                        {"unknown", exact(decoder, unknown_)}}};
  }

 private:
  static std::vector<train::Sample> samples(const Library& library, const Tokenizer& tokenizer,
                                            std::size_t statements, Ask ask, Wordings wordings,
                                            double value_first = 0) {
    std::vector<train::Sample> out;
    base::Rng rng(99);
    ReadingShape shape{
        .statements = statements, .questions = 1, .entities = Split::test, .wordings = wordings};
    shape.contradicted = 0;
    shape.value_first = value_first;
    shape.ask_only({ask});
    for (std::size_t i = 0; i < 100; ++i)
      out.push_back(sample_of(library.foreign().make(shape, rng), tokenizer, {.name = 0, .answer = 1}));
    return out;
  }
  static double exact(const train::Decoder& decoder, const std::vector<train::Sample>& samples) {
    const train::Score score = train::score(decoder, samples);
    return static_cast<double>(score.exact) / static_cast<double>(score.samples);
  }

  std::vector<train::Sample> copied_, read_, read_any_, value_first_, unknown_;
};

class Training {
 public:
  Training(const ShippedOptions& options, const Lessons& lessons, const Gates& gates)
      : options_(options), lessons_(lessons), gates_(gates) {}

  /// Copying, reading, everything, every wording.
  base::Status rise(train::Decoder& decoder) {
    train::TrainerOptions training = common("rising", {.rate = kRate, .warm_up = 200});
    training.steps =
        options_.copying_steps + options_.reading_steps + options_.mixed_steps + options_.worded_steps;
    training.gate = [&](const train::Moment& moment) {
      train::Gate gate = gates_.measure(decoder);
      const auto [copied, read] = std::pair{gate.metrics[0].second, gate.metrics[1].second};
      if (moment.stage == 0)
        gate.next_stage = copied >= options_.gate || moment.stage_step >= options_.copying_steps;
      if (moment.stage == 1)
        gate.next_stage = read >= options_.gate || moment.stage_step >= options_.reading_steps;
      if (moment.stage == 2) gate.next_stage = moment.stage_step >= options_.mixed_steps;
      gate.stop = moment.stage == 3 && moment.stage_step >= options_.worded_steps;
      return gate;
    };
    return run(decoder, 0, 0, training);
  }

  /// Tables, and everything again.
  base::Status deepen(train::Decoder& decoder) {
    train::TrainerOptions training = common("deeper", {.rate = kRate, .warm_up = 200});
    training.steps = options_.table_steps + options_.thorough_steps;
    training.gate = [&](const train::Moment& moment) {
      train::Gate gate = gates_.measure(decoder);
      gate.next_stage = moment.stage == 0 && moment.stage_step >= options_.table_steps;
      return gate;
    };
    return run(decoder, report_.steps, kLastStage - 3, training);
  }

  base::Status fall(train::Decoder& decoder) {
    return fall(decoder, "falling", options_.falling_steps, report_.steps, kLastStage - 1);
  }

  base::Status polish(train::Decoder& decoder) {
    return fall(decoder, "polishing", options_.polishing_steps, kPolished, kLastStage);
  }

  const ShippedReport& report() const { return report_; }

 private:
  train::TrainerOptions common(const std::string& name, const train::Schedule& schedule) const {
    train::TrainerOptions training;
    training.samples = options_.samples;
    training.threads = options_.threads;
    training.accelerator = options_.accelerator;
    training.cancellation = options_.cancellation;
    training.schedule = schedule;
    training.checkpoint = options_.folder / (name + ".checkpoint");
    training.gate_every = 200;
    training.label = name;
    return training;
  }

  // Each run's optimiser begins anew.
  base::Status fall(train::Decoder& decoder, const char* name, std::uint64_t steps, std::uint64_t first_step,
                    std::uint32_t stage) {
    train::TrainerOptions training = common(name, {.shape = train::Schedule::Shape::cosine,
                                                   .rate = kRate,
                                                   .warm_up = 50,
                                                   .steps = steps,
                                                   .least = 0.05});
    training.steps = steps;
    training.gate = [&](const train::Moment&) { return gates_.measure(decoder); };
    return run(decoder, first_step, stage, training);
  }

  base::Status run(train::Decoder& decoder, std::uint64_t first_step, std::uint32_t stages,
                   const train::TrainerOptions& training) {
    if (report_.cancelled || training.steps == 0) return {};
    const Later lessons(lessons_, first_step, stages);
    GENKAI_ASSIGN_OR_RETURN(const train::TrainReport done, train::train(decoder, lessons, training));
    report_.tokens += done.tokens;
    report_.steps += done.reached.step;
    report_.cpu_seconds += done.cpu_seconds;
    report_.cancelled = done.cancelled;
    report_.speed = done.speed;
    return {};
  }

  const ShippedOptions& options_;
  const Lessons& lessons_;
  const Gates& gates_;
  ShippedReport report_;
};

model::native::SavedModel described(model::native::WeightType type) {
  return {.name = "genkai-builtin",
          .description = "Reads short English passages of made-up worlds and copies answers from them.",
          .type = type};
}

/// A trained one's, or made from what the first lessons read.
base::Result<Tokenizer> tokenizer_of(const ShippedOptions& options, const Library& library) {
  if (options.from.empty())
    return Tokenizer::from(
        train::train_vocabulary(Lessons::texts(library, options.seed, 12'000), {.size = options.vocabulary}));
  GENKAI_ASSIGN_OR_RETURN(model::native::ModelFile file, model::native::load_model(options.from));
  return std::move(file.tokenizer);
}

/// Everything but the last part. Returns the file that is to be polished.
base::Result<base::Path> train_unpolished(const ShippedOptions& options, const Tokenizer& tokenizer,
                                          Training& training) {
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
  GENKAI_RETURN_IF_ERROR(training.rise(decoder));
  train::Decoder deeper = decoder.deeper(options.deeper_layers, options.seed);
  GENKAI_RETURN_IF_ERROR(training.deepen(deeper));
  GENKAI_RETURN_IF_ERROR(training.fall(deeper));
  base::Path file = options.folder / "unpolished.gguf";
  GENKAI_RETURN_IF_ERROR(
      train::export_gguf(deeper, tokenizer.vocabulary(), file, described(model::native::WeightType::f16)));
  return file;
}

}  // namespace

base::Result<ShippedReport> train_shipped(const ShippedOptions& options) {
  GENKAI_RETURN_IF_ERROR(base::create_folders(options.folder));
  GENKAI_ASSIGN_OR_RETURN(const Library library, Library::make(options.seed, options.worlds));
  GENKAI_ASSIGN_OR_RETURN(const Tokenizer tokenizer, tokenizer_of(options, library));
  const Lessons lessons(library, tokenizer, options.seed, options.context);
  const Gates gates(library, tokenizer);
  Training training(options, lessons, gates);

  base::Path unpolished = options.from;
  if (unpolished.empty()) {
    GENKAI_ASSIGN_OR_RETURN(unpolished, train_unpolished(options, tokenizer, training));
  }
  GENKAI_ASSIGN_OR_RETURN(const model::native::ModelFile file, model::native::load_model(unpolished));
  train::Decoder decoder = train::decoder_of(*file.weights);
  GENKAI_RETURN_IF_ERROR(training.polish(decoder));

  ShippedReport report = training.report();
  report.model = options.folder / "model.gguf";
  report.parameters = decoder.options().shape.parameters();
  GENKAI_RETURN_IF_ERROR(
      train::export_gguf(decoder, tokenizer.vocabulary(), report.model, described(options.type)));
  return report;
}

}  // namespace genkai::lab::experiment
