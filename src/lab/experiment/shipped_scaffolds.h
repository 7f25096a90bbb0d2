#pragma once
// What a small transformer learns to copy from: repeated segments, and made-up things in invented wordings
// with questions about them. Without such scaffolds copying from the context comes late and stays with the
// names and wordings trained on.
//
//   base::Rng rng(1);
//   train::Sample repeated = repeated_segments(rng, 2048, 128);     // tokens a b c ... a b c
//   Reading table = made_up_reading(rng, {.facts = 6, .questions = 3});
//
// Every name is new, so that nothing but the context can answer.

#include <cstddef>
#include <string>

#include "base/rng.h"
#include "lab/experiment/shipped_reading.h"
#include "lab/train/sample.h"

namespace genkai::lab::experiment {

/// One or two capitalised words that hardly occur twice: "Tas Velmora".
std::string made_up_name(base::Rng& rng);

/// `length` tokens or a few more: segments of 4 to 20 random tokens, each again and again. Only what repeats
/// is learnt from. REQUIRES: vocabulary > 512.
train::Sample repeated_segments(base::Rng& rng, std::size_t vocabulary, std::size_t length);

struct TableShape {
  std::size_t facts = 4;      // passages, one a fact
  std::size_t questions = 3;  // each about another fact
  double unknown = 0;         // share of questions whose answer is not there
  double hard = 0.4;          // share of facts that share a thing, or a part of its name, with another
  double value_first = 0;     // share of readings whose wording names the value before the thing
};
/// Facts of made-up things, all in one of many wordings, a third of them invented for this reading.
Reading made_up_reading(base::Rng& rng, const TableShape& shape);

}  // namespace genkai::lab::experiment
