#pragma once
// A small model that remembers facts and answers from passages, where sources disagree and a marked update
// overrules them: what the experiments on attacks read with.
//
//   const PassageWorld world(seed);
//   GENKAI_ASSIGN_OR_RETURN(const train::Decoder reader, train_reader(world, lesson, seed, stop));
//   read(reader, {{passages, key}})            // the likeliest value, kNoValue for "unknown"
//
// A passage is a separator, words that say nothing, maybe the mark of an update, a key and its value.

#include <vector>

#include "base/result.h"
#include "lab/experiment/experiment.h"
#include "lab/experiment/small_models.h"

namespace genkai::lab::experiment {

constexpr std::size_t kKeys = 24, kValues = 24, kFillers = 12;
constexpr std::size_t kNewKeys = 4;  // the last ones: no fact is taught of them
constexpr int kNoValue = -1;
constexpr TokenId kPassage = kFirstSymbol, kQuestion = kFirstSymbol + 1, kUpdate = kFirstSymbol + 2;
constexpr TokenId kFirstFiller = kFirstSymbol + 3;
constexpr TokenId kFirstKey = kFirstFiller + static_cast<TokenId>(kFillers);
constexpr TokenId kFirstValue = kFirstKey + static_cast<TokenId>(kKeys);
constexpr std::size_t kReaderVocabulary = kFirstValue + kValues;

struct Statement {
  std::size_t key = 0;
  int value = 0;
  bool update = false;
};

/// What is true in the model's memory.
class PassageWorld {
 public:
  explicit PassageWorld(std::uint64_t seed);
  int fact(std::size_t key) const { return facts_[key]; }

 private:
  std::vector<int> facts_;
};

int other_value(int than, base::Rng& rng);
/// With 0 to 2 fillers at either end.
Tokens passage_of(const Statement& said, base::Rng& rng);
/// <s>, the passages, the question.
Tokens reading_prompt(const std::vector<Tokens>& passages, std::size_t key);

struct ReaderLesson {
  std::uint64_t steps = 1000;
  std::size_t samples = 32;
  std::size_t most_passages = 9;
};
/// What the experiments teach.
ReaderLesson lesson_at(Scale scale);
/// A quarter of the steps reads at most two passages. Samples ask for facts without passages, or for what
/// most of the passages say, or for the value of a marked update, or for "unknown" where no passage is about
/// the key.
base::Result<train::Decoder> train_reader(const PassageWorld& world, const ReaderLesson& lesson,
                                          std::uint64_t seed, const base::Cancellation& stop);

/// The likeliest token after each prompt as a value; kNoValue where it is none.
std::vector<int> read(const train::Decoder& reader, const std::vector<Tokens>& prompts);

}  // namespace genkai::lab::experiment
