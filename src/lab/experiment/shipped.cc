#include "lab/experiment/shipped.h"

#include <algorithm>
#include <memory>

#include "lab/train/decoder.h"
#include "lab/train/export.h"
#include "lab/train/vocabulary.h"
#include "model/native/completion_form.h"

namespace genkai::lab::experiment {
namespace {

using model::native::Tokenizer;
using world::Example;
using world::Examples;
using world::Shape;
using world::Split;
using world::Task;

constexpr std::uint64_t kForeign = 1'000;  // seeds of the worlds that are only read

/// Worlds with their examples; a world may not move while its examples are used.
struct Library {
  std::vector<std::unique_ptr<world::World>> worlds;
  std::vector<std::unique_ptr<Examples>> examples;
  base::Status add(const world::Options& options) {
    GENKAI_ASSIGN_OR_RETURN(world::World made, world::World::make(options));
    worlds.push_back(std::make_unique<world::World>(std::move(made)));
    examples.push_back(std::make_unique<Examples>(*worlds.back()));
    return {};
  }
};

struct Course {
  Task task;
  double share;
  std::size_t fewest, most;  // passages that do not answer, or the length of a scaffold
};
const std::vector<Course> kCopying = {{Task::repeated, .2, 2, 10},
                                      {Task::table, .3, 2, 8},
                                      {Task::names, .1, 1, 1},
                                      {Task::in_context, .35, 0, 3},
                                      {Task::closed_book, .05, 0, 0}};
const std::vector<Course> kMixed = {
    {Task::in_context, .36, 0, 14}, {Task::unanswerable, .16, 0, 12}, {Task::closed_book, .14, 0, 0},
    {Task::statements, .08, 4, 16}, {Task::table, .05, 2, 12},        {Task::repeated, .03, 2, 12},
    {Task::as_of, .06, 0, 6},       {Task::multi_hop, .05, 0, 5},     {Task::reversed, .07, 0, 8}};

// Passages of a knowledge base are paragraphs: some of an example's statements come to share a line.
void make_paragraphs(Example& example, base::Rng& rng) {
  if (example.question.empty() || rng.below(3) == 0) return;
  const double joined = rng.uniform();
  for (std::size_t i = 0; i + 1 < example.parts.size(); ++i) {
    std::string& text = example.parts[i].text;
    if (text.starts_with("Question:") || example.parts[i + 1].text.starts_with("Question:")) continue;
    if (text.ends_with('\n') && rng.uniform() < joined) text.back() = ' ';
  }
}

Example draw(const std::vector<Course>& courses, const Library& library, base::Rng& rng) {
  double at = rng.uniform();
  const Course* course = &courses.back();
  for (const Course& one : courses)
    if (at < one.share) {
      course = &one;
      break;
    } else {
      at -= one.share;
    }
  const bool by_heart = course->task == Task::closed_book || course->task == Task::statements;
  const std::size_t place = by_heart ? 0 : 1 + rng.below(library.worlds.size() - 1);
  Shape shape;
  shape.distractors = shape.length = course->fewest + rng.below(course->most - course->fewest + 1);
  shape.counterfactual = 0.5;
  Example example = library.examples[place]->make(course->task, shape, rng);
  if (course->task != Task::table) make_paragraphs(example, rng);
  return example;
}

class Lessons : public train::Source {
 public:
  Lessons(const Library& library, const Tokenizer& tokenizer, const ShippedOptions& options)
      : library_(library), tokenizer_(tokenizer), seed_(options.seed), context_(options.context) {}
  train::Sample sample(const train::Moment& moment, std::size_t place) const override {
    base::Rng rng(seed_ * 0x9E3779B97F4A7C15ULL + moment.step * 4096 + place);
    for (;;) {
      train::Sample sample =
          sample_of(draw(moment.stage == 0 ? kCopying : kMixed, library_, rng), tokenizer_);
      if (sample.tokens.size() <= context_) return sample;
    }
  }

 private:
  const Library& library_;
  const Tokenizer& tokenizer_;
  std::uint64_t seed_;
  std::size_t context_;
};

base::Result<Tokenizer> vocabulary_of(const Library& library, const ShippedOptions& options) {
  std::vector<std::string> texts;
  base::Rng rng(options.seed);
  for (int i = 0; i < 20'000; ++i)
    texts.push_back(model::native::spaced_lines(draw(kMixed, library, rng).text()));
  return Tokenizer::from(train::train_vocabulary(texts, {.size = options.vocabulary}));
}

// Exact answers of held-out bearers in held-out wordings.
double gate_score(const train::Decoder& decoder, const Library& library, const Tokenizer& tokenizer,
                  Task task, std::size_t passages) {
  std::vector<train::Sample> samples;
  base::Rng rng(99);
  const Shape shape{
      .entities = Split::test, .wordings = Split::test, .distractors = passages, .name_weight = 0};
  for (std::size_t i = 0; i < 100; ++i)
    samples.push_back(sample_of(
        library.examples[1 + i % (library.examples.size() - 1)]->make(task, shape, rng), tokenizer));
  const train::Score score = train::score(decoder, samples);
  return static_cast<double>(score.exact) / static_cast<double>(score.samples);
}

}  // namespace

world::Options home_world(std::uint64_t seed) {
  return {.seed = seed, .people = 120, .places = 40, .companies = 30, .works = 60};
}

train::Sample sample_of(Example example, const Tokenizer& tokenizer) {
  // Line by line as the model will be asked; the space after a line's end may begin the next part.
  for (std::size_t i = 0; i < example.parts.size(); ++i) {
    std::string& part = example.parts[i].text;
    part = model::native::spaced_lines(part);
    if (part.ends_with('\n') && i + 1 < example.parts.size()) example.parts[i + 1].text.insert(0, " ");
  }
  const std::string text = example.text();
  train::Sample sample;
  sample.tokens = tokenizer.encode(text, true);
  sample.weights.assign(sample.tokens.size(), 0);
  // A token has the weight of the part in which it ends.
  std::size_t part = 0, part_end = example.parts.empty() ? 0 : example.parts[0].text.size();
  std::size_t end = 0;
  const std::size_t prefix =
      tokenizer.vocabulary().space_prefix ? 1 : 0;  // a space that the text does not have
  for (std::size_t i = 1; i < sample.tokens.size(); ++i) {
    end += tokenizer.piece(sample.tokens[i]).size();
    while (end > part_end + prefix && part + 1 < example.parts.size())
      part_end += example.parts[++part].text.size();
    sample.weights[i] = example.parts[part].weight;
  }
  sample.tokens.push_back(tokenizer.eos());
  sample.weights.push_back(example.parts.empty() ? 0 : example.parts.back().weight);
  return sample;
}

base::Result<ShippedReport> train_shipped(const ShippedOptions& options) {
  GENKAI_RETURN_IF_ERROR(base::create_folders(options.folder));
  Library library;
  GENKAI_RETURN_IF_ERROR(library.add(home_world(options.seed)));
  for (std::size_t i = 0; i < options.worlds; ++i)
    GENKAI_RETURN_IF_ERROR(library.add({.seed = kForeign + options.seed + i}));
  GENKAI_ASSIGN_OR_RETURN(const Tokenizer tokenizer, vocabulary_of(library, options));

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
  const Lessons lessons(library, tokenizer, options);
  train::TrainerOptions training;
  training.samples = options.samples;
  training.threads = options.threads;
  training.cancellation = options.cancellation;
  training.schedule = {.rate = 1e-3, .warm_up = 200};
  training.steps = options.copying_steps + options.mixed_steps;
  training.checkpoint = options.folder / "rising.checkpoint";
  training.gate_every = 200;
  training.label = "copying, then everything";
  training.gate = [&](const train::Moment& moment) {
    train::Gate gate;
    const double copied = gate_score(decoder, library, tokenizer, Task::in_context, 2);
    gate.metrics = {{"copied", copied},
                    {"of 9", gate_score(decoder, library, tokenizer, Task::in_context, 8)},
                    {"unknown", gate_score(decoder, library, tokenizer, Task::unanswerable, 3)}};
    gate.next_stage =
        moment.stage == 0 && (copied >= options.gate || moment.stage_step >= options.copying_steps);
    gate.stop = moment.stage == 1 && moment.stage_step >= options.mixed_steps;
    return gate;
  };
  GENKAI_ASSIGN_OR_RETURN(train::TrainReport report, train::train(decoder, lessons, training));
  ShippedReport out{.model = options.folder / "model.gguf",
                    .tokens = report.tokens,
                    .steps = report.reached.step,
                    .cpu_seconds = report.cpu_seconds,
                    .cancelled = report.cancelled};
  if (!report.cancelled && options.falling_steps > 0) {
    // The same stream goes on, at a falling rate. Moments of the first part are counted on.
    struct Later : train::Source {
      const Lessons* lessons;
      std::uint64_t offset;
      train::Sample sample(const train::Moment& moment, std::size_t place) const override {
        return lessons->sample({moment.step + offset, 1, moment.step}, place);
      }
    } later;
    later.lessons = &lessons;
    later.offset = report.reached.step;
    training.schedule = {.shape = train::Schedule::Shape::cosine,
                         .rate = 1e-3,
                         .warm_up = 0,
                         .steps = options.falling_steps,
                         .least = 0.05};
    training.steps = options.falling_steps;
    training.checkpoint = options.folder / "falling.checkpoint";
    training.label = "at a falling rate";
    training.gate = [&](const train::Moment&) {
      return train::Gate{
          .metrics = {{"of 9", gate_score(decoder, library, tokenizer, Task::in_context, 8)},
                      {"unknown", gate_score(decoder, library, tokenizer, Task::unanswerable, 3)}}};
    };
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
