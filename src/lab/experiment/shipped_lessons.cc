#include "lab/experiment/shipped_lessons.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "lab/experiment/shipped_scaffolds.h"
#include "lab/world/wording.h"
#include "model/native/completion_form.h"

namespace genkai::lab::experiment {
namespace {

using base::Rng;
using model::native::Tokenizer;
using train::Sample;
using world::FactId;
using world::Split;

constexpr std::uint64_t kForeign = 1'000;  // seeds of the worlds that are only read
constexpr std::size_t kCopied = 48;        // of these, worlds that copying is learnt from

struct Course {
  world::Task task;
  double share;
  std::size_t fewest, most;  // passages that do not answer, or the length of a scaffold
};
constexpr Course kCopying[] = {{world::Task::repeated, .2, 2, 10},
                               {world::Task::table, .3, 2, 8},
                               {world::Task::names, .1, 1, 1},
                               {world::Task::in_context, .4, 0, 3}};

template <class Items>
const auto& pick(Rng& rng, const Items& items) {
  return items[rng.below(items.size())];
}

/// What the later stages add.
struct Added {
  double readings = 0, tables = 0;         // shares of statements and of tables with the value first
  bool unknown_in_every_form = false;      // asked back and of years, too
  bool limits = false;                     // years asked for more, nothing over two facts or of mere values
  bool any() const { return tables > 0; }  // then there are many questions about each reading
};

/// Shares of a stage, which sum to 1; by_heart is the rest.
struct Stage {
  double copying, segments, tables, readings, statements;
  std::size_t most;  // statements of a reading
  double asks[kAsks];
  LessonWeights weights;
  Wordings wordings = Wordings::taught;
  Added added = {};
};
constexpr Stage kStages[] = {
    {1, 0, 0, 0, 0, 3, {1, 0, 0, 0, 0, 0, 0}, {.name = .3F}},
    {.15, .02, .10, .53, .02, 10, {1, .15, .15, .1, .15, .25, .05}, {.name = .3F}},
    {.03, .01, .09, .53, .04, 30, {1, .15, .15, .2, .15, .25, .06}, {.name = .2F}},
    {.03, .01, .09, .53, .04, 30, {1, .15, .15, .2, .15, .25, .06}, {.name = .2F}, Wordings::any},
    {.01, .01, .70, .18, .02, 30, {1, .15, .15, .2, .15, .25, .06}, {.name = .2F}, Wordings::any, {.5, .75}},
    {.02, .01, .20, .57, .04, 30, {1, .15, .15, .2, .15, .25, .06}, {.name = .2F}, Wordings::any, {.4, .6}},
    {.02, .01, .20, .57, .04, 30, {1, .15, .15, .2, .15, .25, .06}, {.2F}, Wordings::any, {.4, .6, true}},
    {.02, .01, .15, .62, .04, 30, {1, .2, .25, .2, .25, .2, .06}, {.2F}, Wordings::any, {.4, .6, true, true}},
};

static_assert(std::size(kStages) == kLastStage + 1);

/// 1 ... most, few more often than many: quadratic in the share drawn.
std::size_t few(Rng& rng, std::size_t most) {
  const double share = rng.uniform();
  return 1 + static_cast<std::size_t>(share * share * static_cast<double>(most));
}

ReadingShape reading_shape(const Stage& stage, Rng& rng) {
  ReadingShape shape;
  shape.statements = few(rng, stage.most);
  shape.questions = 2 + rng.below(4) + (stage.added.any() ? shape.statements / 2 : 0);
  shape.wordings = stage.wordings;
  shape.value_first = stage.added.readings;
  shape.unknown_in_every_form = stage.added.unknown_in_every_form;
  shape.unknown_of_values = shape.over_two_is_unknown = stage.added.limits;
  shape.linked = stage.added.limits ? 0.15 : 0;
  std::copy(std::begin(stage.asks), std::end(stage.asks), std::begin(shape.asks));
  return shape;
}

TableShape table_shape(const Stage& stage, Rng& rng) {
  TableShape shape{.unknown = 0.15, .value_first = stage.added.tables};
  shape.facts = stage.added.any() ? few(rng, 10) : 1 + rng.below(10);
  shape.questions = stage.added.any() ? shape.facts : 2 + rng.below(3);
  return shape;
}

/// Text as tokens with one weight.
void add(Sample& sample, const Tokenizer& tokenizer, std::string_view text, float weight,
         bool prefix = false) {
  for (const auto token : tokenizer.encode(text, false, prefix)) {
    sample.tokens.push_back(token);
    sample.weights.push_back(weight);
  }
}

}  // namespace

world::Options home_world(std::uint64_t seed) {
  return {.seed = seed, .people = 120, .places = 40, .companies = 30, .works = 60};
}

base::Result<Library> Library::make(std::uint64_t seed, std::size_t worlds) {
  Library library;
  for (std::size_t i = 0; i <= worlds; ++i) {
    GENKAI_ASSIGN_OR_RETURN(
        world::World made,
        world::World::make(i == 0 ? home_world(seed) : world::Options{.seed = kForeign + seed + i}));
    library.worlds_.push_back(std::make_unique<world::World>(std::move(made)));
  }
  std::vector<const world::World*> all;
  for (const auto& one : library.worlds_) all.push_back(one.get());
  for (std::size_t i = 1; i <= std::min(worlds, kCopied); ++i)
    library.examples_.push_back(std::make_unique<world::Examples>(*all[i]));
  library.readings_ = std::make_unique<Readings>(all);
  library.foreign_ = std::make_unique<Readings>(std::vector<const world::World*>(all.begin() + 1, all.end()));
  return library;
}

Sample sample_of(const Reading& reading, const Tokenizer& tokenizer, const LessonWeights& weights) {
  Sample sample{{tokenizer.bos()}, {0}};
  std::string before;  // of weight 0, so that it is cut into tokens as one text
  for (const std::string& passage : reading.passages) before += passage + "\n";
  bool first = true;
  for (const ReadingQuestion& asked : reading.asked) {
    before += "Question: ";
    const std::size_t name = asked.name.empty() ? std::string::npos : asked.question.find(asked.name);
    std::string text =
        model::native::spaced_lines((first ? "" : "\n") + before + asked.question + "\nAnswer:");
    const std::size_t prompt_begins = sample.tokens.size();
    add(sample, tokenizer, text, 0, first);
    if (name != std::string::npos) {  // the tokens that end inside the name
      const std::size_t begin = text.size() - std::string("\n Answer:").size() - asked.question.size() + name;
      std::size_t end = 0;
      const std::size_t prefix = first && tokenizer.vocabulary().space_prefix ? 1 : 0;
      for (std::size_t i = prompt_begins; i < sample.tokens.size(); ++i) {
        end += tokenizer.piece(sample.tokens[i]).size();
        if (end > begin + prefix && end <= begin + prefix + asked.name.size())
          sample.weights[i] = weights.name;
      }
    }
    add(sample, tokenizer, " " + asked.answer, weights.answer);
    sample.tokens.push_back(tokenizer.eos());
    sample.weights.push_back(weights.answer);
    before.clear();
    first = false;
  }
  return sample;
}

Sample sample_of(world::Example example, const Tokenizer& tokenizer) {
  // Line by line as the model will be asked; the space after a line's end may begin the next part.
  for (std::size_t i = 0; i < example.parts.size(); ++i) {
    std::string& part = example.parts[i].text;
    part = model::native::spaced_lines(part);
    if (part.ends_with('\n') && i + 1 < example.parts.size()) example.parts[i + 1].text.insert(0, " ");
  }
  Sample sample{{tokenizer.bos()}, {0}};
  add(sample, tokenizer, example.text(), 0, true);
  // A token has the weight of the part in which it ends.
  std::size_t part = 0, end = 0;
  std::size_t part_end = example.parts.front().text.size() + (tokenizer.vocabulary().space_prefix ? 1 : 0);
  for (std::size_t i = 1; i < sample.tokens.size(); ++i) {
    end += tokenizer.piece(sample.tokens[i]).size();
    while (end > part_end && part + 1 < example.parts.size()) part_end += example.parts[++part].text.size();
    sample.weights[i] = example.parts[part].weight;
  }
  sample.tokens.push_back(tokenizer.eos());
  sample.weights.push_back(example.parts.back().weight);
  return sample;
}

Reading by_heart(const world::World& world, FactId id, bool known, Wordings wordings, Rng& rng) {
  const world::Fact& fact = world.facts()[id];
  ReadingQuestion asked;
  asked.name = world.entities()[fact.subject].name;
  asked.answer = known ? fact.value : std::string(world::kUnknown);
  asked.question = plain_question(world, fact, wordings, rng);
  return {{}, {std::move(asked)}};
}

Lessons::Lessons(const Library& library, const Tokenizer& tokenizer, std::uint64_t seed, std::size_t context)
    : library_(library), tokenizer_(tokenizer), seed_(seed), context_(context) {
  const world::World& home = library.home();
  for (const world::Statement& said : home.log())
    if (said.truth && home.split(said.fact) == Split::train && home.facts()[said.fact].holds_in(world::kNow))
      stated_.push_back(said.fact);
  for (FactId id = 0; id < home.facts().size(); ++id)
    if (home.told(id) != world::Told::falsely && home.exposures(id) == 0 && home.split(id) == Split::train &&
        home.facts()[id].holds_in(world::kNow))
      never_.push_back(id);
}

Sample Lessons::copying(Rng& rng) const {
  double u = rng.uniform();
  const Course* course = kCopying;
  while ((u -= course->share) >= 0 && course + 1 != std::end(kCopying)) ++course;
  world::Shape shape;
  shape.distractors = shape.length = course->fewest + rng.below(course->most - course->fewest + 1);
  shape.counterfactual = 0.5;
  return sample_of(pick(rng, library_.examples())->make(course->task, shape, rng), tokenizer_);
}

Sample Lessons::statements(Wordings wordings, Rng& rng) const {
  const world::World& home = library_.home();
  std::string text;
  for (std::size_t i = 4 + rng.below(5); i > 0; --i) {
    const world::Statement& said = pick(rng, home.log());
    if (home.split(said.fact) != Split::train) continue;
    const world::Fact& fact = home.facts()[said.fact];
    const std::size_t count = world::statement_wordings(home.options().language, fact);
    text +=
        (text.empty() ? "" : "\n") + world::state(home, fact, draw_wording(count, wordings, rng), said.value);
  }
  Sample sample{{tokenizer_.bos()}, {0}};
  add(sample, tokenizer_, model::native::spaced_lines(text), 1, true);
  return sample;
}

Sample Lessons::draw(std::uint32_t number, Rng& rng) const {
  const Stage& stage = kStages[std::min(number, kLastStage)];
  double u = rng.uniform();
  if ((u -= stage.copying) < 0) return copying(rng);
  if ((u -= stage.segments) < 0) return repeated_segments(rng, tokenizer_.size(), 40 + rng.below(60));
  if ((u -= stage.tables) < 0)
    return sample_of(made_up_reading(rng, table_shape(stage, rng)), tokenizer_, stage.weights);
  if ((u -= stage.readings) < 0)
    return sample_of(library_.readings().make(reading_shape(stage, rng), rng), tokenizer_, stage.weights);
  if ((u -= stage.statements) < 0) return statements(stage.wordings, rng);
  if (rng.below(10) < 6 || never_.empty())
    return sample_of(by_heart(library_.home(), pick(rng, stated_), true, stage.wordings, rng), tokenizer_,
                     stage.weights);
  if (rng.below(2) == 0)
    return sample_of(by_heart(library_.home(), pick(rng, never_), false, stage.wordings, rng), tokenizer_,
                     stage.weights);
  const world::World& other = *library_.worlds()[1 + rng.below(library_.worlds().size() - 1)];
  return sample_of(by_heart(other, rng.below(other.facts().size()), false, stage.wordings, rng), tokenizer_,
                   stage.weights);
}

Sample Lessons::sample(const train::Moment& moment, std::size_t place) const {
  Rng rng(seed_ * 0x9E3779B97F4A7C15ULL + moment.step * 4096 + place);
  for (;;) {
    Sample sample = draw(moment.stage, rng);
    if (sample.tokens.size() <= context_) return sample;
  }
}

std::vector<std::string> Lessons::texts(const Library& library, std::uint64_t seed, std::size_t count) {
  std::vector<std::string> texts;
  Rng rng(seed);
  for (std::size_t i = 0; i < count; ++i) {
    const Reading reading = rng.below(5) == 0 ? made_up_reading(rng, {})
                                              : library.readings().make(reading_shape(kStages[1], rng), rng);
    std::string text;
    for (const std::string& passage : reading.passages) text += passage + "\n";
    for (const ReadingQuestion& asked : reading.asked)
      text += "Question: " + asked.question + "\nAnswer: " + asked.answer + "\n";
    texts.push_back(model::native::spaced_lines(text));
  }
  return texts;
}

}  // namespace genkai::lab::experiment
