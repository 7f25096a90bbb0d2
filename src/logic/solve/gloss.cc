#include "logic/solve/gloss.h"

#include <algorithm>
#include <array>
#include <vector>

#include "logic/solve/answer.h"
#include "logic/solve/names.h"

namespace genkai::logic::solve {
namespace {

struct Axis {
  std::vector<std::string_view> first, second;  // words of its two poles
};
const std::vector<Axis>& axes() {
  static const std::vector<Axis> kAxes = {
      {{"left", "leftmost"}, {"right", "rightmost"}},
      {{"first", "highest", "top", "topmost", "best", "above", "higher", "ahead", "before", "earlier",
        "earliest", "better"},
       {"last", "lowest", "bottom", "worst", "below", "lower", "behind", "after", "later", "latest",
        "worse"}},
      {{"old", "older", "oldest"}, {"new", "newer", "newest", "young", "younger", "youngest"}},
      {{"cheap", "cheaper", "cheapest"}, {"expensive", "pricier", "priciest", "costlier", "costliest"}},
      {{"small", "smaller", "smallest"}, {"large", "larger", "largest", "big", "bigger", "biggest"}},
      {{"short", "shorter", "shortest"}, {"tall", "taller", "tallest", "long", "longer", "longest"}},
      {{"light", "lighter", "lightest"}, {"heavy", "heavier", "heaviest"}},
      {{"slow", "slower", "slowest"}, {"fast", "faster", "fastest"}},
  };
  return kAxes;
}

struct Pole {
  int axis = -1;
  bool first = true;
  std::size_t at = 0;  // of the words
};

// Every word that names a pole; "less" and "least" before it turn it round.
std::vector<Pole> poles_of(const std::vector<std::string>& words) {
  std::vector<Pole> poles;
  for (std::size_t i = 0; i < words.size(); ++i)
    for (std::size_t axis = 0; axis < axes().size(); ++axis) {
      const auto is_in = [&](const auto& list) {
        return std::find(list.begin(), list.end(), words[i]) != list.end();
      };
      const bool first = is_in(axes()[axis].first);
      if (!first && !is_in(axes()[axis].second)) continue;
      const bool turned = i > 0 && (words[i - 1] == "less" || words[i - 1] == "least");
      poles.push_back({static_cast<int>(axis), first != turned, i});
    }
  return poles;
}

std::optional<std::int64_t> ordinal(const std::string& word) {
  static constexpr std::array kWords = {"second",  "third",  "fourth", "fifth", "sixth",
                                        "seventh", "eighth", "ninth",  "tenth"};
  const auto found = std::find(kWords.begin(), kWords.end(), word);
  if (found != kWords.end()) return found - kWords.begin() + 2;
  return std::nullopt;
}

std::vector<std::string> plain_words(std::string_view sentence) {
  std::vector<std::string> words = words_of(sentence);
  for (std::string& word : words)
    for (char& c : word)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return words;
}

// Where the sentence names the one and not the other; the words of "green_book" beside "blue_book" are green.
std::optional<std::size_t> mention(const std::vector<std::string>& words, const std::string& name,
                                   const std::string& other) {
  std::string spaced = name, other_spaced = other;
  std::replace(spaced.begin(), spaced.end(), '_', ' ');
  std::replace(other_spaced.begin(), other_spaced.end(), '_', ' ');
  const auto others = plain_words(other_spaced);
  for (const std::string& part : plain_words(spaced)) {
    if (std::find(others.begin(), others.end(), part) != others.end()) continue;
    std::optional<std::size_t> at;
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (name_key(words[i]) != name_key(part)) continue;
      if (at) return std::nullopt;
      at = i;
    }
    return at;
  }
  return std::nullopt;
}

bool denies_or_joins(const std::vector<std::string>& words) {
  static constexpr std::array kWords = {"not",    "never",   "no",     "or",          "and",      "if",
                                        "unless", "neither", "either", "immediately", "directly", "between"};
  return std::any_of(words.begin(), words.end(), [](const std::string& word) {
    return std::find(kWords.begin(), kWords.end(), word) != kWords.end() || word.ends_with("n't");
  });
}

}  // namespace

Scale::Scale(const std::map<std::int64_t, std::string>& labels) {
  if (labels.size() < 2) return;
  low_ = labels.begin()->first, high_ = labels.rbegin()->first;
  const auto low = poles_of(plain_words(labels.begin()->second)),
             high = poles_of(plain_words(labels.rbegin()->second));
  if (low.size() > 1 || high.size() > 1 || low.size() + high.size() == 0) return;
  if (low.size() + high.size() == 2 && (low[0].axis != high[0].axis || low[0].first == high[0].first)) return;
  axis_ = low.empty() ? high[0].axis : low[0].axis;
  first_pole_low_ = low.empty() ? !high[0].first : low[0].first;
}

std::optional<Scale::Order> Scale::order(std::string_view sentence, const std::string& first,
                                         const std::string& second) const {
  const auto words = plain_words(sentence);
  const auto poles = poles_of(words);
  if (axis_ < 0 || poles.size() != 1 || poles[0].axis != axis_ || denies_or_joins(words)) return std::nullopt;
  const auto a = mention(words, first, second), b = mention(words, second, first);
  if (!a || !b || *a == *b) return std::nullopt;
  const bool first_is_subject = *a < *b;
  if (poles[0].at < std::min(*a, *b) || poles[0].at > std::max(*a, *b)) return std::nullopt;
  const bool subject_low = poles[0].first == first_pole_low_;
  return subject_low == first_is_subject ? Order::less : Order::greater;
}

std::optional<std::int64_t> Scale::place(std::string_view sentence) const {
  const auto words = plain_words(sentence);
  const auto poles = poles_of(words);
  if (axis_ < 0 || poles.size() != 1 || poles[0].axis != axis_ || denies_or_joins(words)) return std::nullopt;
  const std::string& pole = words[poles[0].at];
  const bool superlative =
      pole.ends_with("est") || pole.ends_with("most") || pole == "first" || pole == "last" ||
      (poles[0].at > 0 && (words[poles[0].at - 1] == "most" || words[poles[0].at - 1] == "least"));
  std::optional<std::int64_t> steps;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto found = ordinal(words[i]);
    if (!found) continue;
    // second-newest, second from the left, second-to-last, second-most expensive
    const bool counts = i < poles[0].at && poles[0].at - i <= 3 &&
                        (superlative || (i + 1 < words.size() && words[i + 1] == "from"));
    if (!counts || steps) return std::nullopt;
    steps = *found - 1;
  }
  if (!steps && !superlative) return std::nullopt;
  const std::int64_t inward = steps.value_or(0);
  const std::int64_t value = poles[0].first == first_pole_low_ ? low_ + inward : high_ - inward;
  return value >= low_ && value <= high_ ? std::optional<std::int64_t>(value) : std::nullopt;
}

}  // namespace genkai::logic::solve
