#include "lab/train/vocabulary.h"

#include <algorithm>
#include <cassert>
#include <cstdio>
#include <map>
#include <set>

#include "text/utf8.h"

namespace genkai::lab::train {
namespace {

using model::native::Vocabulary;

constexpr std::string_view kSpace = "\xE2\x96\x81";  // U+2581, stands for a space

// What kind of run a character belongs to; 0: it stands alone.
int run_of(char32_t c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0x24F)) return 1;
  if (c >= 0x3041 && c <= 0x309F) return 2;                                  // hiragana
  if ((c >= 0x30A1 && c <= 0x30FA) || c == 0x30FC) return 3;                 // katakana
  if ((c >= 0x4E00 && c <= 0x9FFF) || c == 0x3005) return 4;                 // kanji
  if ((c >= 0x370 && c <= 0x52F) || (c >= 0xAC00 && c <= 0xD7A3)) return 5;  // Greek, Cyrillic, Hangul
  return 0;
}

using Word = std::vector<std::string>;  // its pieces so far

// Cuts a text into words, counted.
void count_words(std::string_view text, std::map<std::string, std::uint64_t>& words) {
  std::string word;
  int run = 0;
  const auto end = [&] {
    if (!word.empty()) ++words[word];
    word.clear();
    run = 0;
  };
  end();
  word = kSpace;  // a text begins as if a space stood before it
  bool only_space = true;
  for (std::size_t at = 0; at < text.size();) {
    const text::CodePoint c = text::code_point_at(text, at);
    const std::string character(text.substr(at, c.length));
    at += c.length;
    if (!c.valid) continue;
    const int kind = run_of(c.value);
    if (c.value == ' ') {
      end();
      word = kSpace;
      only_space = true;
    } else if (kind != 0 && (only_space || kind == run)) {
      word += character;
      run = kind;
      only_space = false;
    } else {
      end();
      word = character;
      run = kind;
      only_space = false;
      if (kind == 0) end();
    }
  }
  end();
}

struct Counted {
  Word pieces;
  std::uint64_t times;
};
using Pair = std::pair<std::string, std::string>;

Word characters_of(const std::string& word) {
  Word out;
  for (std::size_t at = 0; at < word.size();) {
    const std::size_t length = text::code_point_at(word, at).length;
    out.push_back(word.substr(at, length));
    at += length;
  }
  return out;
}

// The pairs of all words, how often each is there and where.
class Pairs {
 public:
  explicit Pairs(std::vector<Counted>& words) : words_(words) {
    for (std::size_t i = 0; i < words.size(); ++i) count(i, true);
  }
  // The most frequent pair; of several the first in the order of its pieces. Null below `least`.
  const Pair* best(std::uint64_t least) const {
    const Pair* found = nullptr;
    std::uint64_t most = 0;
    for (const auto& [pair, place] : pairs_)
      if (place.times > most) found = &pair, most = place.times;
    return most >= least ? found : nullptr;
  }
  void merge(const Pair& pair) {
    const std::set<std::size_t> touched = pairs_[pair].words;
    for (const std::size_t i : touched) {
      count(i, false);
      Word merged;
      const Word& old = words_[i].pieces;
      for (std::size_t k = 0; k < old.size(); ++k) {
        if (k + 1 < old.size() && old[k] == pair.first && old[k + 1] == pair.second)
          merged.push_back(old[k] + old[k + 1]), ++k;
        else
          merged.push_back(old[k]);
      }
      words_[i].pieces = std::move(merged);
      count(i, true);
    }
  }

 private:
  void count(std::size_t i, bool add) {
    const Counted& word = words_[i];
    for (std::size_t k = 0; k + 1 < word.pieces.size(); ++k) {
      const auto at = pairs_.try_emplace({word.pieces[k], word.pieces[k + 1]}).first;
      if (add) {
        at->second.times += word.times;
        at->second.words.insert(i);
        continue;
      }
      at->second.times -= word.times;
      at->second.words.erase(i);
      if (at->second.times == 0) pairs_.erase(at);
    }
  }
  struct Place {
    std::uint64_t times = 0;
    std::set<std::size_t> words;
  };
  std::vector<Counted>& words_;
  std::map<Pair, Place> pairs_;
};

}  // namespace

Vocabulary train_vocabulary(std::span<const std::string> texts, const VocabularyOptions& options) {
  assert(options.size >= 259);
  std::map<std::string, std::uint64_t> counted;
  for (const std::string& text : texts) count_words(text, counted);
  std::map<std::string, std::uint64_t> characters;
  std::vector<Counted> words;
  for (const auto& [word, times] : counted) {
    words.push_back({characters_of(word), times});
    for (const std::string& character : words.back().pieces) characters[character] += times;
  }

  Vocabulary out;
  const auto add = [&](std::string piece, float score, Vocabulary::Kind kind) {
    out.pieces.push_back(std::move(piece));
    out.scores.push_back(score);
    out.kinds.push_back(kind);
  };
  add("<unk>", 0, Vocabulary::unknown);
  add("<s>", 0, Vocabulary::control);
  add("</s>", 0, Vocabulary::control);
  for (unsigned byte = 0; byte < 256; ++byte) {
    char name[8];
    std::snprintf(name, sizeof name, "<0x%02X>", byte);
    add(name, 0, Vocabulary::byte);
  }

  std::vector<std::pair<std::string, std::uint64_t>> alphabet(characters.begin(), characters.end());
  std::stable_sort(alphabet.begin(), alphabet.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::set<std::string> known;
  for (const auto& [character, times] : alphabet) {
    if (known.size() >= options.characters || out.pieces.size() + known.size() >= options.size) break;
    if (times >= options.least) known.insert(character);
  }

  // A character that is no piece ends what can be merged.
  for (Counted& word : words)
    for (std::string& piece : word.pieces)
      if (!known.contains(piece)) piece.clear();
  std::vector<Counted> parts;
  for (const Counted& word : words) {
    Word part;
    for (const std::string& piece : word.pieces) {
      if (!piece.empty()) {
        part.push_back(piece);
        continue;
      }
      if (part.size() > 1) parts.push_back({part, word.times});
      part.clear();
    }
    if (part.size() > 1) parts.push_back({part, word.times});
  }

  Pairs pairs(parts);
  float rank = 0;
  std::set<std::string> merged;
  while (out.pieces.size() + known.size() < options.size) {
    const Pair* best = pairs.best(options.least);
    if (best == nullptr) break;
    const Pair pair = *best;
    pairs.merge(pair);
    if (merged.insert(pair.first + pair.second).second)
      add(pair.first + pair.second, -rank++, Vocabulary::normal);
  }
  for (const auto& [character, times] : alphabet)
    if (known.contains(character)) add(character, -rank++, Vocabulary::normal);
  return out;
}

}  // namespace genkai::lab::train
