#include "limits/reasoning/steps/swap_text.h"

#include <algorithm>
#include <array>
#include <set>

namespace genkai::limits::reasoning::steps {
namespace {

constexpr std::array<std::string_view, 4> kSwapWords{"swap", "switch", "trade", "exchange"};
constexpr std::size_t kMostPeople = 26;

struct Word {
  std::string text;  // as written
  std::string lower;
  std::size_t begin = 0, end = 0;
  char after = 0;  // the mark that follows it: , : . ; or 0
};

bool in_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '\'' || static_cast<unsigned char>(c) >= 0x80;
}

std::vector<Word> words_of_text(std::string_view text) {
  std::vector<Word> words;
  for (std::size_t at = 0; at < text.size();) {
    if (!in_word(text[at])) {
      if (!words.empty() && words.back().after == 0 && text[at] != ' ') words.back().after = text[at];
      ++at;
      continue;
    }
    Word word;
    word.begin = at;
    while (at < text.size() && in_word(text[at])) ++at;
    word.end = at;
    word.text = std::string(text.substr(word.begin, at - word.begin));
    word.lower = word.text;
    for (char& c : word.lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    words.push_back(std::move(word));
  }
  return words;
}

bool is_swap_word(const Word& word) {
  return std::any_of(kSwapWords.begin(), kSwapWords.end(),
                     [&](std::string_view stem) { return word.lower.starts_with(stem); });
}
bool is_capital(const Word& word) {
  return word.text[0] >= 'A' && word.text[0] <= 'Z';
}

// Pairs "X and Y swap" of words that are names; `place` finds a name, or gives kNoThing.
template <class Place>
std::vector<Swap> pairs(const std::vector<Word>& words, const Place& place) {
  std::vector<Swap> out;
  for (std::size_t i = 3; i < words.size(); ++i) {
    if (!is_swap_word(words[i]) || (words[i - 2].lower != "and" && words[i - 2].lower != "with")) continue;
    const std::size_t a = place(words[i - 3]), b = place(words[i - 1]);
    if (a != kNoThing && b != kNoThing && a != b) out.push_back({std::min(a, b), std::max(a, b)});
  }
  return out;
}

constexpr std::array<std::string_view, 21> kEmpty{
    "a",  "an",   "the", "ball",    "present", "gift",    "book", "has",  "holds",    "gets",   "of",
    "is", "with", "and", "dancing", "playing", "holding", "now",  "have", "position", "partner"};
bool says_nothing(std::string_view word) {
  return std::find(kEmpty.begin(), kEmpty.end(), word) != kEmpty.end();
}

// Words that tell a thing from others.
std::set<std::string> telling(std::string_view text) {
  std::set<std::string> out;
  for (const Word& word : words_of_text(text))
    if (!says_nothing(word.lower)) out.insert(word.lower);
  return out;
}

// The thing that holds every telling word of the text; the first sentence's words only.
std::size_t thing_of(std::string_view text, const std::vector<std::string>& things) {
  const auto words = telling(text);
  if (words.empty()) return kNoThing;
  std::size_t found = kNoThing;
  for (std::size_t i = 0; i < things.size(); ++i) {
    const auto own = telling(things[i]);
    if (!std::includes(own.begin(), own.end(), words.begin(), words.end())) continue;
    if (own == words) return i;
    if (found != kNoThing) return kNoThing;  // it could be either
    found = i;
  }
  return found;
}

struct Option {
  char letter;
  std::string text;
};
std::vector<Option> options_of(std::string_view question) {
  std::vector<Option> out;
  for (std::size_t at = question.find('('); at != question.npos; at = question.find('(', at + 1)) {
    if (at + 2 >= question.size() || question[at + 2] != ')' || question[at + 1] < 'A' ||
        question[at + 1] > 'Z')
      continue;
    const std::size_t end = std::min({question.find('\n', at), question.find(" (", at + 3), question.size()});
    std::string text(question.substr(at + 3, end - at - 3));
    while (!text.empty() && (text.back() == '.' || text.back() == ' ')) text.pop_back();
    while (!text.empty() && text.front() == ' ') text.erase(0, 1);
    out.push_back({question[at + 1], std::move(text)});
  }
  return out;
}

}  // namespace

std::optional<SwapWorld> read_swaps(std::string_view question) {
  SwapWorld world;
  const std::string_view story = question.substr(0, question.find("\nOptions"));
  const auto words = words_of_text(story);
  const auto add = [&](const Word& word) -> std::size_t {
    if (!is_capital(word) || word.text.size() < 2) return kNoThing;
    const auto found = std::find(world.people.begin(), world.people.end(), word.text);
    if (found == world.people.end()) {
      if (world.people.size() >= kMostPeople) return kNoThing;
      world.people.push_back(word.text);
      return world.people.size() - 1;
    }
    return static_cast<std::size_t>(found - world.people.begin());
  };
  world.swaps = pairs(words, add);
  if (world.swaps.empty()) return std::nullopt;
  // What each has at the start: "Alice has a green ball," up to the next person or the end of the sentence.
  const std::size_t colon = story.find(": ");
  const std::string_view start = colon == story.npos ? std::string_view() : story.substr(colon + 2);
  const std::string_view sentence =
      start.substr(0, start.find(".\n") == start.npos ? start.find(". ") : start.find(".\n"));
  const auto options = options_of(question);
  // People who never swap stand in the sentence too.
  const auto named = words_of_text(sentence);
  for (std::size_t i = 0; i + 1 < named.size(); ++i)
    if (is_capital(named[i]) &&
        (named[i + 1].lower == "has" || named[i + 1].lower == "gets" || named[i + 1].lower == "is"))
      add(named[i]);
  world.things.resize(world.people.size());
  for (std::size_t person = 0; person < world.people.size(); ++person) {
    const std::string& name = world.people[person];
    std::size_t at = sentence.find(name + " ");
    if (at == sentence.npos) return std::nullopt;
    at += name.size();
    std::size_t end = sentence.size();
    for (const std::string& other : world.people)
      for (std::size_t next = sentence.find(other + " ", at); next != sentence.npos; next = sentence.npos)
        end = std::min(end, next);
    std::string text(sentence.substr(at, end - at));
    while (!text.empty() && (text.back() == ' ' || text.back() == ',')) text.pop_back();
    if (text.ends_with(", and")) text.resize(text.size() - 5);
    std::string thing;
    for (const Word& word : words_of_text(text))
      if (!says_nothing(word.lower)) thing += (thing.empty() ? "" : " ") + word.lower;
    if (thing.empty()) return std::nullopt;
    world.things[person] = std::move(thing);
  }
  for (const Option& option : options) world.options.push_back(thing_of(option.text, world.things));
  const auto asked =
      words_of_text(story.substr(story.find_last_of('.') == story.npos ? 0 : story.find_last_of('.')));
  for (const Word& word : asked)
    if (const auto found = std::find(world.people.begin(), world.people.end(), word.text);
        found != world.people.end())
      world.asked = static_cast<std::size_t>(found - world.people.begin());
  return world;
}

namespace {

// A person by name, or by an initial that only one has.
std::size_t person_of(const Word& word, const SwapWorld& world) {
  std::size_t found = kNoThing;
  for (std::size_t i = 0; i < world.people.size(); ++i) {
    if (world.people[i] == word.text) return i;
    if (word.text.size() != 1 || world.people[i][0] != word.text[0]) continue;
    if (found != kNoThing) return kNoThing;
    found = i;
  }
  return found;
}

}  // namespace

std::vector<Swap> swaps_in(std::string_view step, const SwapWorld& world) {
  return pairs(words_of_text(step), [&](const Word& word) { return person_of(word, world); });
}

std::vector<Holding> holdings_in(std::string_view step, const SwapWorld& world) {
  const auto words = words_of_text(step);
  std::vector<Holding> out;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const std::size_t person = person_of(words[i], world);
    if (person == kNoThing) continue;
    const std::string& verb = words[i + 1].lower;
    const bool states = words[i].after == ':' || verb == "has" || verb == "gets" || verb == "holds" ||
                        verb == "have" || (verb == "is" && i + 2 < words.size());
    if (!states) continue;
    // To the next mark, or to the end of the sentence.
    std::size_t last = i + 1;
    while (last + 1 < words.size() && words[last].after == 0 && words[last].lower != "and") ++last;
    if (words[last].lower == "and" && last > i + 1) --last;
    const std::string_view text = step.substr(words[i + 1].begin, words[last].end - words[i + 1].begin);
    const std::string_view value = text.substr(0, std::min(text.find(" So "), text.size()));
    if (const std::size_t thing = thing_of(value, world.things); thing != kNoThing)
      out.push_back({person, thing});
  }
  return out;
}

}  // namespace genkai::limits::reasoning::steps
