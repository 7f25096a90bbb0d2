#include "lab/experiment/passage_reader.h"

#include <algorithm>

namespace genkai::lab::experiment {
namespace {

constexpr double kRelevant = 0.75, kAgrees = 0.8, kUpdated = 0.2, kFromMemory = 0.5, kClosedBook = 0.15;
constexpr float kStatementWeight = 0.3F;  // of the loss on the values that passages state

void add_fillers(Tokens& out, base::Rng& rng) {
  for (std::uint64_t n = rng.below(3); n > 0; --n)
    out.push_back(kFirstFiller + static_cast<TokenId>(rng.below(kFillers)));
}

/// The most frequent value, the first among equals; kNoValue when there is none.
int most_stated(const std::vector<int>& stated) {
  int best = kNoValue;
  std::ptrdiff_t most = 0;
  for (const int value : stated)
    if (const auto n = std::count(stated.begin(), stated.end(), value); n > most) {
      most = n;
      best = value;
    }
  return best;
}

train::Sample closed_book(const PassageWorld& world, base::Rng& rng) {
  const std::size_t key = rng.below(kKeys - kNewKeys);
  Tokens tokens = reading_prompt({}, key);
  tokens.push_back(kFirstValue + world.fact(key));
  return sample_of(std::move(tokens), 3);
}

train::Sample from_passages(const PassageWorld& world, std::size_t most, base::Rng& rng) {
  const std::size_t key = rng.below(kKeys), n = 1 + rng.below(most);
  const int consensus = rng.uniform() < kFromMemory ? world.fact(key) : static_cast<int>(rng.below(kValues));
  std::vector<Statement> said;
  std::vector<int> stated;
  std::vector<std::size_t> relevant;
  for (std::size_t i = 0; i < n; ++i) {
    if (rng.uniform() < kRelevant) {
      const int value = rng.uniform() < kAgrees ? consensus : other_value(consensus, rng);
      relevant.push_back(i);
      stated.push_back(value);
      said.push_back({key, value});
    } else {
      const std::size_t other = (key + 1 + rng.below(kKeys - 1)) % kKeys;
      said.push_back({other,
                      rng.uniform() < kFromMemory ? world.fact(other) : static_cast<int>(rng.below(kValues)),
                      rng.uniform() < kUpdated / 4});
    }
  }
  int answer = most_stated(stated);
  if (!relevant.empty() && rng.uniform() < kUpdated) {
    Statement& update = said[relevant[rng.below(relevant.size())]];
    update.update = true;
    update.value = answer = other_value(answer, rng);
  }
  std::vector<Tokens> passages;
  for (const Statement& statement : said) passages.push_back(passage_of(statement, rng));
  Tokens tokens = reading_prompt(passages, key);
  tokens.push_back(answer == kNoValue ? kUnknown : kFirstValue + answer);
  const std::size_t asked = tokens.size() - 1;
  train::Sample sample = sample_of(std::move(tokens), asked);
  for (std::size_t i = 1; i < asked; ++i)
    if (sample.tokens[i] >= kFirstValue) sample.weights[i] = kStatementWeight;
  return sample;
}

}  // namespace

PassageWorld::PassageWorld(std::uint64_t seed) {
  base::Rng rng(seed + 900);
  for (std::size_t i = 0; i < kKeys; ++i) facts_.push_back(static_cast<int>(rng.below(kValues)));
}

int other_value(int than, base::Rng& rng) {
  const int shift = 1 + static_cast<int>(rng.below(kValues - 1));
  return (than + shift) % static_cast<int>(kValues);
}

Tokens passage_of(const Statement& said, base::Rng& rng) {
  Tokens out{kPassage};
  add_fillers(out, rng);
  if (said.update) out.push_back(kUpdate);
  out.push_back(kFirstKey + static_cast<TokenId>(said.key));
  out.push_back(kFirstValue + said.value);
  add_fillers(out, rng);
  return out;
}

Tokens reading_prompt(const std::vector<Tokens>& passages, std::size_t key) {
  Tokens out{kBegin};
  for (const Tokens& passage : passages) out.insert(out.end(), passage.begin(), passage.end());
  out.push_back(kQuestion);
  out.push_back(kFirstKey + static_cast<TokenId>(key));
  return out;
}

ReaderLesson lesson_at(Scale scale) {
  if (scale == Scale::ci) return {.steps = 24, .samples = 16};
  return {.steps = 3000, .samples = 32};
}

base::Result<train::Decoder> train_reader(const PassageWorld& world, const ReaderLesson& lesson,
                                          std::uint64_t seed, const base::Cancellation& stop) {
  train::Decoder reader = make_model({.vocabulary = kReaderVocabulary, .context = 128}, seed);
  std::size_t most = 2;
  const auto draw = [&](base::Rng& rng) {
    return rng.uniform() < kClosedBook ? closed_book(world, rng) : from_passages(world, most, rng);
  };
  const std::uint64_t short_steps = lesson.steps / 4;
  GENKAI_RETURN_IF_ERROR(
      teach(reader, draw, {.steps = short_steps, .samples = 2 * lesson.samples, .rate = 2e-3}, seed, stop));
  most = lesson.most_passages;
  GENKAI_RETURN_IF_ERROR(teach(reader, draw,
                               {.steps = lesson.steps - short_steps, .samples = lesson.samples, .rate = 2e-3},
                               seed + 1'000'000, stop));
  return reader;
}

std::vector<int> read(const train::Decoder& reader, const std::vector<Tokens>& prompts) {
  const NextProbabilities next = next_probabilities(reader, prompts);
  std::vector<int> out;
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    const TokenId token = next.likeliest(i);
    out.push_back(token >= kFirstValue ? token - kFirstValue : kNoValue);
  }
  return out;
}

}  // namespace genkai::lab::experiment
