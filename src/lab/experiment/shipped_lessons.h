#pragma once
// The curriculum of the shipped model: which samples belong to which stage of its training.
//
//   Lessons lessons(library, tokenizer, {.seed = 1, .context = 512});
//   train::Sample sample = lessons.sample({.step = 10, .stage = 0}, 3);
//
// Stage 0 copies: repeated names, tables of names, few passages in few wordings. Copying does not appear when
// it has to be learnt from many wordings at once. Stage 1 reads up to ten statements in many wordings, asks
// in every way, and begins with the home world by heart. Stage 2 is everything up to the trained length,
// stage 3 the same in every wording that a world has. What states the value before its bearer is read by
// guessing until then, as a token sees what stands before it alone. Stage 4 is mostly made-up tables, most of
// them the value first and every row of them asked for, from which reading backwards is learnt; stage 5 is
// everything again, with more of these, and in stage 6 what no passage says is asked back and of years, too.
// Stage 7 asks for more years, takes two facts in a row for more than it can answer, and knows nothing of
// those who are only spoken of as a value.

#include <memory>
#include <string>
#include <vector>

#include "lab/experiment/shipped_reading.h"
#include "lab/train/trainer.h"
#include "lab/world/examples.h"
#include "model/native/tokenizer.h"

namespace genkai::lab::experiment {

/// The world whose frequent facts the model knows by heart, and worlds that are only read.
class Library {
 public:
  /// Errors: those of World::make.
  static base::Result<Library> make(std::uint64_t seed, std::size_t worlds);
  const world::World& home() const { return *worlds_[0]; }
  const Readings& readings() const { return *readings_; }  // of all worlds but home, and of home
  const Readings& foreign() const { return *foreign_; }
  const std::vector<std::unique_ptr<world::World>>& worlds() const { return worlds_; }
  /// Of the first foreign worlds: what copying is learnt from.
  const std::vector<std::unique_ptr<world::Examples>>& examples() const { return examples_; }

 private:
  std::vector<std::unique_ptr<world::World>> worlds_;
  std::unique_ptr<Readings> readings_, foreign_;
  std::vector<std::unique_ptr<world::Examples>> examples_;
};

world::Options home_world(std::uint64_t seed);

constexpr std::uint32_t kLastStage = 7;

struct LessonWeights {
  float name = 0.3F, answer = 1;
};

/// <s>passages, then each question with its answer and </s>: the first question is asked exactly as a user's
/// is.
train::Sample sample_of(const Reading& reading, const model::native::Tokenizer& tokenizer,
                        const LessonWeights& weights = {});

/// The text of an example between <s> and </s>, with the weight that each part has.
train::Sample sample_of(world::Example example, const model::native::Tokenizer& tokenizer);

/// A question about a fact without passages; in training also in our own wordings.
Reading by_heart(const world::World& world, world::FactId fact, bool known, Wordings wordings,
                 base::Rng& rng);

class Lessons : public train::Source {
 public:
  Lessons(const Library& library, const model::native::Tokenizer& tokenizer, std::uint64_t seed,
          std::size_t context);
  train::Sample sample(const train::Moment& moment, std::size_t place) const override;
  /// What the vocabulary is trained on: readings of the last stage.
  static std::vector<std::string> texts(const Library& library, std::uint64_t seed, std::size_t count);

 private:
  train::Sample draw(std::uint32_t stage, base::Rng& rng) const;
  train::Sample copying(base::Rng& rng) const;
  train::Sample statements(Wordings wordings, base::Rng& rng) const;

  const Library& library_;
  const model::native::Tokenizer& tokenizer_;
  std::uint64_t seed_;
  std::size_t context_;
  std::vector<world::FactId> stated_, never_;  // of home's train split; stated as often as it is
};

}  // namespace genkai::lab::experiment
