#include "lab/experiment/lookup.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <map>
#include <numeric>

namespace genkai::lab::experiment {

Text write(const Symbols& symbols, std::span<const Item> items, base::Rng& rng) {
  Text text;
  text.tokens.push_back(kBegin);
  std::map<std::size_t, std::size_t> stated;  // key -> row of its value
  for (const Item& item : items) {
    if (item.kind == ItemKind::filler) {
      for (std::size_t i = 0; i < symbols.item_size(); ++i)
        text.tokens.push_back(static_cast<TokenId>(symbols.first_filler() + rng.below(symbols.fillers)));
      continue;
    }
    if (symbols.side > 0) {
      text.tokens.push_back(kFirstSymbol + static_cast<TokenId>(item.key / symbols.side));
      text.tokens.push_back(kFirstSymbol + static_cast<TokenId>(symbols.side + item.key % symbols.side));
    } else {
      text.tokens.push_back(kFirstSymbol + static_cast<TokenId>(item.key));
    }
    if (item.kind == ItemKind::fact) {
      stated[item.key] = text.tokens.size();
    } else {
      const auto fact = stated.find(item.key);
      assert(fact != stated.end());
      const std::size_t row = text.tokens.size() - 1;
      text.questions.push_back({.row = row, .distance = row - fact->second});
    }
    text.tokens.push_back(symbols.value(item.value));
  }
  return text;
}

train::Sample sample_of(const Text& text) {
  train::Sample sample{text.tokens, std::vector<float>(text.tokens.size(), 0.0F)};
  for (const Question& question : text.questions) sample.weights[question.row + 1] = 1;
  return sample;
}

std::vector<Answer> ask(const train::Decoder& model, const Symbols& symbols, std::span<const Text> texts) {
  constexpr std::size_t kRows = 2048;
  std::vector<Answer> out;
  train::HostTape tape(model.parameters());
  for (std::size_t next = 0; next < texts.size();) {
    train::Batch batch;
    Tokens asked;  // rows
    std::vector<const Question*> questions;
    std::vector<TokenId> answers;
    for (; next < texts.size() && batch.rows() < kRows; ++next) {
      const std::size_t begin = batch.rows();
      for (const Question& question : texts[next].questions) {
        asked.push_back(static_cast<TokenId>(begin + question.row));
        questions.push_back(&question);
        answers.push_back(texts[next].tokens[question.row + 1]);
      }
      append(batch, sample_of(texts[next]));
    }
    tape.reset();
    const train::Value logits = model.logits(tape, tape.embed(model.hidden(tape, batch), asked));
    for (std::size_t q = 0; q < asked.size(); ++q) {
      const auto row = tape.value(logits).subspan(
          q * symbols.vocabulary() + static_cast<std::size_t>(symbols.first_value()), symbols.values);
      const auto best = std::max_element(row.begin(), row.end());
      double sum = 0;
      for (const float logit : row) sum += std::exp(static_cast<double>(logit) - static_cast<double>(*best));
      const auto truth = row[static_cast<std::size_t>(answers[q] - symbols.first_value())];
      out.push_back({.distance = questions[q]->distance,
                     .right = row.begin() + (answers[q] - symbols.first_value()) == best,
                     .probability = std::exp(static_cast<double>(truth) - static_cast<double>(*best)) / sum});
    }
  }
  return out;
}

std::vector<std::size_t> some_of(std::size_t n, std::size_t count, base::Rng& rng) {
  assert(count <= n);
  std::vector<std::size_t> all(n);
  std::iota(all.begin(), all.end(), std::size_t{0});
  for (std::size_t i = 0; i < count; ++i) std::swap(all[i], all[i + rng.below(n - i)]);
  all.resize(count);
  return all;
}

}  // namespace genkai::lab::experiment
