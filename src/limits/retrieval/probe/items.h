#pragma once
// Small closed documents about invented things, with questions: what is known of them is known exactly, and
// no model has read of them before.
//
//   const Items items = make_items({.count = 40, .seed = 1});
//   items.plain.front().question              // "In which year was Velmora Library founded?"
//   items.plain.front().gold.text             // "... Velmora Library was founded in 1873. ..."

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "text/question.h"
#include "text/text.h"

namespace genkai::limits::retrieval::probe {

/// A passage as it is shown.
struct Source {
  std::string title;
  std::string date{};  // ISO 8601, or empty
  std::string text{};
};

struct Item {
  std::string id;
  std::string question;
  std::vector<std::string> answers;          // any of them is right
  std::string wrong{};                       // what `counters` say instead
  std::vector<std::string> other_answers{};  // of an ambiguous one: what `other` says
  Source gold{};                             // says the answer; of a fragmented one only the consequence
  Source other{};                     // of a fragmented one the condition, of an ambiguous one its namesake
  std::vector<Source> counters{};     // say `wrong`, each in its own words
  std::vector<Source> distractors{};  // of the same topic, none says the answer or the wrong one
  text::Language language = text::Language::english;
  text::AnswerType type = text::AnswerType::other;
};

struct Items {
  std::vector<Item> plain;       // gold, counters, distractors
  std::vector<Item> fragmented;  // gold, other, distractors
  std::vector<Item> ambiguous;   // gold, other, distractors
  std::vector<Item>
      remembered;  // counters and distractors; about the real world: a model may know the answer
};

enum class Tongue { english, japanese, both };

struct MakeItems {
  std::size_t count = 40;  // of each kind; of the remembered at most as many as there are
  std::uint64_t seed = 1;
  Tongue tongue = Tongue::both;  // both: every other item
};

constexpr std::size_t kCounters = 5, kDistractors = 10;  // of each plain item

/// The same choice gives the same items. Names are made of syllables: one that exists all the same is chance.
Items make_items(const MakeItems& choice);

/// Facts of general knowledge with a wrong value each, `count` at most, drawn by the seed.
std::vector<Item> remembered_items(const MakeItems& choice);

}  // namespace genkai::limits::retrieval::probe
