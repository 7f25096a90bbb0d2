#pragma once
// Lookups, the task of the context experiments: a text of symbols states facts (a key, then its value) among
// filler, and asks by naming a key again. Nothing but the text tells the answer.
//
//   const Symbols symbols{.keys = 64, .values = 16, .fillers = 8};
//   const Text text = write(symbols, {{fact, 3, 7}, {filler}, {question, 3, 7}}, rng);  // <s> k3 v7 f f k3
//   v7 GENKAI_RETURN_IF_ERROR(teach(model, [&](base::Rng& rng) { return sample_of(draw(rng)); }, ...)); for
//   (const Answer& answer : ask(model, symbols, texts)) right += answer.right;

#include <cstdint>
#include <span>
#include <vector>

#include "lab/experiment/small_models.h"

namespace genkai::lab::experiment {

struct Symbols {
  std::size_t keys = 64, values = 16, fillers = 8;
  std::size_t side =
      0;  // > 0: keys are two symbols, of `side` each: keys = side^2; key k is (k / side, k % side)

  std::size_t key_size() const { return side > 0 ? 2 : 1; }
  std::size_t item_size() const {
    return key_size() + 1;
  }  // tokens of a fact, a question or a piece of filler
  std::size_t vocabulary() const { return first_filler() + fillers; }
  TokenId value(std::size_t value) const { return first_value() + static_cast<TokenId>(value); }
  TokenId first_value() const { return kFirstSymbol + static_cast<TokenId>(side > 0 ? 2 * side : keys); }
  std::size_t first_filler() const { return static_cast<std::size_t>(first_value()) + values; }
};

enum class ItemKind { filler, fact, question };
struct Item {
  ItemKind kind = ItemKind::filler;
  std::size_t key = 0, value = 0;  // of a question too: its answer
};

struct Question {
  std::size_t row = 0;       // of the key's last symbol; the answer is the token after it
  std::size_t distance = 0;  // tokens from the value of the last fact with this key up to that row
};
struct Text {
  Tokens tokens;  // begins with kBegin; items have item_size() tokens each
  std::vector<Question> questions;
};
/// REQUIRES: each question's key was stated before it.
Text write(const Symbols& symbols, std::span<const Item> items, base::Rng& rng);

/// With the loss on the answers alone.
train::Sample sample_of(const Text& text);

struct Answer {
  std::size_t distance = 0;
  bool right = false;      // the likeliest value is the right one
  double probability = 0;  // of the right value
};
/// Of each question of each text, in order. What came before a question is shown as it was written, right
/// answers included.
std::vector<Answer> ask(const train::Decoder& model, const Symbols& symbols, std::span<const Text> texts);

/// `count` different numbers below `n`, in random order. REQUIRES: count <= n.
std::vector<std::size_t> some_of(std::size_t n, std::size_t count, base::Rng& rng);

}  // namespace genkai::lab::experiment
