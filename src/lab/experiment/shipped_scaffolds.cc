#include "lab/experiment/shipped_scaffolds.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <string_view>
#include <utility>
#include <vector>

namespace genkai::lab::experiment {
namespace {

using base::Rng;

template <class Items>
const auto& any_of(Rng& rng, const Items& items) {
  return items[rng.below(std::size(items))];
}

constexpr std::array<std::string_view, 34> kOnsets = {
    "b", "d",  "f",  "g",  "h",  "j",  "k",  "l",  "m",  "n",  "p",  "r",  "s",  "t",  "v",  "w",  "z",
    "y", "br", "ch", "dr", "fl", "gr", "kl", "kr", "ph", "pl", "qu", "sh", "sk", "st", "th", "tr", ""};
constexpr std::array<std::string_view, 11> kVowels = {"a",  "e",  "i",  "o",  "u", "ai",
                                                      "ea", "ia", "io", "ou", "y"};
constexpr std::array<std::string_view, 14> kCodas = {"",  "",  "",  "",   "",   "l",  "m",
                                                     "n", "r", "s", "nd", "rk", "th", "x"};

std::string syllables(Rng& rng, std::size_t count) {
  std::string word;
  for (std::size_t i = 0; i < count; ++i) {
    word += any_of(rng, kOnsets);
    word += any_of(rng, kVowels);
    if (i + 1 == count || rng.below(3) == 0) word += any_of(rng, kCodas);
  }
  return word;
}

std::string made_up_word(Rng& rng) {
  std::string word = syllables(rng, 1 + (rng.below(4) != 0 ? 1 : 0) + (rng.below(3) == 0 ? 1 : 0));
  word.front() = static_cast<char>(word.front() - 'a' + 'A');
  return word;
}

constexpr std::array<std::string_view, 24> kRelations = {
    "colour", "owner",  "age",    "price",  "height",  "keeper", "number",  "code",
    "rank",   "place",  "leader", "origin", "size",    "twin",   "guard",   "patron",
    "nature", "weight", "symbol", "motto",  "teacher", "rival",  "harbour", "river"};

// {n} the thing, {r} the relation, {v} the value.
struct Wording {
  std::string statement, question, reversed;  // reversed asks for {n}; empty when that makes no sense
};
constexpr std::array<std::string_view, 10> kStatements = {"The {r} of {n} is {v}.",
                                                          "{n} has the {r} {v}.",
                                                          "{n}: {r} {v}.",
                                                          "{v} is the {r} of {n}.",
                                                          "As for {n}, the {r} is {v}.",
                                                          "{n}'s {r} is {v}.",
                                                          "For {n} the {r} was {v}.",
                                                          "{r} of {n}: {v}",
                                                          "It is said of {n} that {v} is its {r}.",
                                                          "The {r} that belongs to {n} is called {v}."};
constexpr std::array<std::string_view, 6> kQuestions = {
    "What is the {r} of {n}?",  "What is {n}'s {r}?",       "Which {r} does {n} have?", "{n}: {r}?",
    "What was the {r} of {n}?", "Which {r} belongs to {n}?"};
constexpr std::array<std::string_view, 3> kReversed = {"Whose {r} is {v}?", "What has the {r} {v}?",
                                                       "To what does the {r} {v} belong?"};

// Words that stand between thing and value are invented too: then only their places tell what is asked.
Wording invented_wording(Rng& rng) {
  const auto filler = [&] {
    return rng.below(2) == 0 ? std::string() : syllables(rng, 1 + rng.below(2)) + ' ';
  };
  Wording wording;
  if (rng.below(4) == 0)
    wording.statement = filler() + "{v} {r} {n}" + (rng.below(2) == 0 ? "." : " " + syllables(rng, 2) + ".");
  else
    wording.statement = filler() + "{n} {r} {v}" + (rng.below(2) == 0 ? "." : " " + syllables(rng, 2) + ".");
  wording.question = rng.below(2) == 0 ? filler() + "{r} {n}?" : filler() + "{n} {r}?";
  wording.reversed = filler() + "{r} {v}?";
  return wording;
}

Wording any_wording(Rng& rng) {
  if (rng.below(3) == 0) return invented_wording(rng);
  return {std::string(any_of(rng, kStatements)), std::string(any_of(rng, kQuestions)),
          std::string(any_of(rng, kReversed))};
}

struct Fact {
  std::string thing, relation, value;
};

std::string any_value(Rng& rng) {
  switch (rng.below(5)) {
    case 0:
      return std::to_string(1000 + rng.below(1100));
    case 1:
      return std::to_string(rng.below(1000));
    case 2:
      return syllables(rng, 1 + rng.below(3));
    default:
      return made_up_name(rng);
  }
}

std::string any_relation(Rng& rng) {
  return rng.below(2) == 0 ? std::string(any_of(rng, kRelations)) : syllables(rng, 2);
}

// Shares one word with `name`.
std::string similar_name(Rng& rng, const std::string& name) {
  const auto space = name.find(' ');
  const std::string own = made_up_word(rng);
  if (space == std::string::npos) return rng.below(2) == 0 ? name + ' ' + own : own + ' ' + name;
  return rng.below(2) == 0 ? name.substr(0, space) + ' ' + own : own + name.substr(space);
}

bool stated(const std::vector<Fact>& facts, const std::string& thing, const std::string& relation) {
  return std::any_of(facts.begin(), facts.end(),
                     [&](const Fact& fact) { return fact.thing == thing && fact.relation == relation; });
}

std::vector<Fact> any_facts(Rng& rng, const TableShape& shape, const std::vector<std::string>& relations) {
  std::vector<Fact> facts;
  while (facts.size() < shape.facts) {
    Fact fact{made_up_name(rng), any_of(rng, relations), any_value(rng)};
    if (!facts.empty() && rng.uniform() < shape.hard) {
      const Fact& other = any_of(rng, facts);
      fact.thing = rng.below(2) == 0 ? other.thing : similar_name(rng, other.thing);
      if (stated(facts, fact.thing, fact.relation)) continue;
    }
    facts.push_back(std::move(fact));
  }
  return facts;
}

std::string filled(std::string_view wording, const Fact& fact) {
  std::string out;
  for (std::size_t i = 0; i < wording.size(); ++i) {
    if (wording[i] != '{') {
      out += wording[i];
      continue;
    }
    out += wording[i + 1] == 'n' ? fact.thing : wording[i + 1] == 'r' ? fact.relation : fact.value;
    i += 2;
  }
  return out;
}

// Whether no other thing has this value of this relation.
bool unique(const std::vector<Fact>& facts, const Fact& fact) {
  return std::count_if(facts.begin(), facts.end(), [&](const Fact& one) {
           return one.relation == fact.relation && one.value == fact.value;
         }) == 1;
}

}  // namespace

std::string made_up_name(Rng& rng) {
  std::string name = made_up_word(rng);
  if (rng.below(2) == 0) name += ' ' + made_up_word(rng);
  return name;
}

train::Sample repeated_segments(Rng& rng, std::size_t vocabulary, std::size_t length) {
  constexpr std::size_t kBytes = 259;  // special tokens and single bytes come first
  std::vector<std::vector<train::TokenId>> segments(1 + rng.below(3));
  for (auto& segment : segments)
    for (std::size_t left = 4 + rng.below(17); left > 0; --left)
      segment.push_back(static_cast<train::TokenId>(kBytes + rng.below(vocabulary - kBytes)));
  train::Sample sample{{1}, {0}};
  std::vector<bool> seen(segments.size(), false);
  for (std::size_t i = 0; sample.tokens.size() < length || i <= segments.size(); ++i) {
    const std::size_t which = i < segments.size() ? i : rng.below(segments.size());
    // Where a segment begins cannot be told, unless there is one alone.
    for (std::size_t j = 0; j < segments[which].size(); ++j) {
      sample.tokens.push_back(segments[which][j]);
      sample.weights.push_back(seen[which] && (j > 0 || segments.size() == 1) ? 1.0F : 0.0F);
    }
    seen[which] = true;
  }
  return sample;
}

Reading made_up_reading(Rng& rng, const TableShape& shape) {
  std::vector<std::string> relations(1 + rng.below(3));
  for (std::string& relation : relations) relation = any_relation(rng);
  Wording wording = any_wording(rng);
  if (shape.value_first > 0 && rng.uniform() < shape.value_first)
    while (wording.statement.find("{v}") > wording.statement.find("{n}")) wording = any_wording(rng);
  const std::vector<Fact> facts = any_facts(rng, shape, relations);
  Reading reading;
  for (const Fact& fact : facts) reading.passages.push_back(filled(wording.statement, fact));
  std::vector<std::size_t> order(facts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  rng.shuffle(order);
  for (std::size_t i = 0; i < std::min(shape.questions, facts.size()); ++i) {
    Fact fact = facts[order[i]];
    ReadingQuestion asked;
    asked.name = fact.thing;
    asked.answer = fact.value;
    if (rng.uniform() < shape.unknown) {
      asked.ask = Ask::stranger;
      asked.answer = "unknown";
      asked.name = fact.thing = rng.below(2) == 0 ? made_up_name(rng) : similar_name(rng, fact.thing);
    } else if (rng.below(6) == 0 && unique(facts, fact)) {
      asked.ask = Ask::back;
      std::swap(asked.name, asked.answer);
    }
    asked.question = filled(asked.ask == Ask::back ? wording.reversed : wording.question, fact);
    reading.asked.push_back(std::move(asked));
  }
  return reading;
}

}  // namespace genkai::lab::experiment
