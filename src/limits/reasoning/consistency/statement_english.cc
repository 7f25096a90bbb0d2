// English sentences as statements.

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "limits/reasoning/consistency/statement.h"

namespace genkai::limits::reasoning {
namespace {

using Words = std::vector<std::string>;
using WordSet = std::set<std::string, std::less<>>;

const WordSet& be() {
  static const WordSet words{"is", "are", "was", "were", "am"};
  return words;
}
const WordSet& auxiliaries() {
  static const WordSet words{"can",  "could",  "will", "would", "may", "might",
                             "must", "should", "do",   "does",  "did"};
  return words;
}
// Words that end a subject. A verb that is not here leaves the sentence without one.
bool ends_subject(const std::string& word) {
  static const WordSet verbs{
      "has",    "have",  "had",    "contains", "contain", "includes", "include", "lives",  "live",
      "lived",  "lies",  "lie",    "stands",   "costs",   "cost",     "opens",   "opened", "closes",
      "closed", "began", "begins", "starts",   "started", "ended",    "ends",    "needs",  "need",
      "eats",   "eat",   "became", "equals",   "belongs", "belong",   "weighs",  "owns",   "own",
      "died",   "won",   "wrote",  "precedes", "follows", "happened", "came",    "makes",  "make",
      "made",   "flies", "fly",    "swims",    "swim"};
  return be().contains(word) || auxiliaries().contains(word) || verbs.contains(word);
}
bool is_article(const std::string& word) {
  return word == "a" || word == "an" || word == "the";
}
bool has(const WordSet& set, const std::string& word) {
  return set.contains(word);
}
// An order's word and the one that says it the other way round; the second is turned around.
const std::map<std::string, std::string, std::less<>>& turned() {
  static const std::map<std::string, std::string, std::less<>> words{
      {"smaller", "larger"},  {"less", "greater"},    {"lower", "higher"},
      {"shorter", "taller"},  {"younger", "older"},   {"newer", "older"},
      {"lighter", "heavier"}, {"slower", "faster"},   {"cheaper", "more expensive"},
      {"worse", "better"},    {"poorer", "richer"},   {"weaker", "stronger"},
      {"narrower", "wider"},  {"thinner", "thicker"}, {"colder", "warmer"},
      {"cooler", "warmer"},   {"fewer", "more"},      {"later", "earlier"},
      {"after", "before"},    {"south", "north"},     {"west", "east"},
      {"right", "left"},      {"below", "above"},     {"under", "above"}};
  return words;
}
std::string one_word_for(const std::string& word) {
  static const std::map<std::string, std::string, std::less<>> same{
      {"bigger", "larger"}, {"hotter", "warmer"}, {"quicker", "faster"}, {"costlier", "more expensive"}};
  const auto found = same.find(word);
  return found == same.end() ? word : found->second;
}

std::string past_of(const std::string& verb) {
  static const std::map<std::string, std::string, std::less<>> irregular{
      {"have", "had"},  {"go", "went"},     {"win", "won"},       {"write", "wrote"}, {"begin", "began"},
      {"come", "came"}, {"make", "made"},   {"become", "became"}, {"eat", "ate"},     {"take", "took"},
      {"give", "gave"}, {"build", "built"}, {"lead", "led"},      {"leave", "left"},  {"hold", "held"},
      {"sell", "sold"}, {"buy", "bought"},  {"fly", "flew"}};
  if (const auto found = irregular.find(verb); found != irregular.end()) return found->second;
  if (verb.ends_with('e')) return verb + "d";
  return verb + "ed";
}

// Words without the punctuation around them; contractions written out; variables (?x) kept.
Words words_of(std::string_view text) {
  Words words;
  std::string word;
  const auto flush = [&] {
    std::size_t begin = 0, end = word.size();
    static constexpr std::string_view kAround = ".,;:!\"'()[]";
    while (begin < end && kAround.find(word[begin]) != std::string_view::npos) ++begin;
    while (end > begin && (kAround.find(word[end - 1]) != std::string_view::npos || word[end - 1] == '?'))
      --end;
    word = word.substr(begin, end - begin);
    std::erase(word, ',');
    static const std::map<std::string, Words, std::less<>> written_out{
        {"cannot", {"can", "not"}}, {"can't", {"can", "not"}},   {"won't", {"will", "not"}},
        {"it's", {"it", "is"}},     {"he's", {"he", "is"}},      {"she's", {"she", "is"}},
        {"that's", {"that", "is"}}, {"there's", {"there", "is"}}};
    if (const auto found = written_out.find(word); found != written_out.end())
      words.insert(words.end(), found->second.begin(), found->second.end());
    else if (word.size() > 3 && word.ends_with("n't"))
      words.push_back(word.substr(0, word.size() - 3)), words.push_back("not");
    else if (!word.empty())
      words.push_back(word);
    word.clear();
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.substr(at, 3) == "\u2019") {
      word += '\'';
      at += 2;
    } else if (static_cast<unsigned char>(text[at]) <= ' ') {
      flush();
    } else {
      word += text[at];
    }
  }
  flush();
  return words;
}

// "?x" may be followed by its own words: "?x is". A question ends with a mark that belongs to no variable.
bool is_question(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text.ends_with('?');
}

// Where a relation to something else begins: "part of the eye", "taller than the church", "north of it".
bool begins_relation(const Words& words, std::size_t at) {
  static const WordSet with_of{"part", "north", "south", "east", "west"};
  static const WordSet alone{"above", "below", "under", "before", "after"};
  if (alone.contains(words[at])) return true;
  if (at + 1 == words.size()) return false;
  if (words[at + 1] == "than" || (words[at + 1] == "of" && with_of.contains(words[at]))) return true;
  return words[at] == "more" && at + 2 < words.size() && words[at + 2] == "than";
}

// "is a palm tree a plant", "does a palm tree have leaves": the first word goes behind the subject.
void turn_question(Words& words) {
  if (words.size() < 3 || !(be().contains(words[0]) || auxiliaries().contains(words[0]))) return;
  std::size_t end = is_article(words[1]) ? 3 : 2;
  for (std::size_t i = end; i < words.size(); ++i)
    if (is_article(words[i]) || words[i] == "not" ||
        (be().contains(words[0]) ? begins_relation(words, i) : ends_subject(words[i]))) {
      end = i;
      break;
    }
  if (end < words.size())
    std::rotate(words.begin(), words.begin() + 1, words.begin() + static_cast<std::ptrdiff_t>(end));
}

Words canonical(Words::const_iterator from, Words::const_iterator to) {
  Words out;
  for (; from != to; ++from)
    if (!is_article(*from)) out.push_back(canonical_english_word(*from));
  return out;
}

void read_subject(Words words, const std::string& verb, Statement& out) {
  static const WordSet ones{"the",  "this", "that", "these", "those", "my",
                            "your", "his",  "her",  "its",   "our",   "their"};
  static const WordSet kinds{"a", "an", "all", "every", "each", "any", "no"};
  static const WordSet some{"some", "most", "many", "few", "several", "both", "half", "not", "only"};
  static const WordSet pronouns{"it",  "he",   "she",  "they",  "we",    "i",
                                "you", "this", "that", "these", "those", "there"};
  static const WordSet plural{"are", "were", "have", "do"};
  if (words.size() == 1 && pronouns.contains(words[0])) {
    out.asserted = false;  // who or what it stands for is not looked up
  } else if (has(ones, words[0]) && words.size() > 1) {
    words.erase(words.begin());
  } else if (has(kinds, words[0]) && words.size() > 1) {
    out.scope = Scope::kind;
    if (words[0] == "no") out.negated = !out.negated;
    words.erase(words.begin());
  } else if (has(some, words[0])) {
    out.scope = Scope::some;
  } else if (plural.contains(verb)) {
    out.scope = Scope::kind;
  }
  out.subject = join(canonical(words.begin(), words.end()));
}

// Takes "not", "never" and the "no" of "has no" out of the words after the verb.
void take_negation(Words& words, Statement& out) {
  static const WordSet adverbs{"certainly", "definitely", "really", "actually", "usually", "also", "clearly"};
  if (words.size() < 2) return;
  std::size_t at = 1;
  if (words.size() > 2 && adverbs.contains(words[1])) {
    words.erase(words.begin() + 1);
  }
  const std::string& verb = words[0];
  const bool takes_no = be().contains(verb) || verb == "has" || verb == "have" || verb == "had";
  if (words[at] == "not" && words.size() > 2 && words[2] == "only") return;
  if (words[at] != "not" && words[at] != "never" && !(takes_no && words[at] == "no")) return;
  words.erase(words.begin() + 1);
  out.negated = !out.negated;
}

// A is smaller than B: B is larger than A.
void turn_around(Statement& out, std::size_t word, const std::string& other) {
  const std::string object = out.object_words();
  out.predicate.resize(out.object);
  out.predicate[word] = other;
  if (!out.subject.empty()) out.predicate.push_back(out.subject);
  out.subject = object;
  out.scope = Scope::one;
}

void find_relation(Statement& out) {
  Words& words = out.predicate;
  const auto size = words.size();
  const bool is = words[0] == "is", was = words[0] == "was";
  if (is && size > 3 && words[1] == "part" && words[2] == "of") {
    out.relation = Relation::part_of, out.object = 3;
    return;
  }
  std::size_t word = 0;
  for (std::size_t i = 1; i + 1 < size && out.object == 0; ++i) {
    const bool number = words[i + 1].find_first_of("0123456789") != std::string::npos;
    if ((is || was) && words[i] == "than" && i >= 2 && !number) {
      if (words[i - 1] == "expensive" && words[i - 2] == "more") {
        words[i - 2] = "more expensive";
        words.erase(words.begin() + static_cast<std::ptrdiff_t>(i) - 1);
        --i;
      }
      word = i - 1, out.object = i + 1;
    } else if ((words[i] == "before" || words[i] == "after") && !number) {
      word = i, out.object = i + 1;
    } else if ((is || was) && i == 1 && (words[1] == "above" || words[1] == "below" || words[1] == "under")) {
      word = 1, out.object = 2;
    } else if ((is || was) && i == 1 && words[2] == "of" && size > 3 &&
               (words[1] == "north" || words[1] == "south" || words[1] == "east" || words[1] == "west")) {
      word = 1, out.object = 3;
    }
  }
  if (out.object > 0) {
    out.relation = Relation::order;
    words[word] = one_word_for(words[word]);
    if (const auto found = turned().find(words[word]); found != turned().end() && !out.subject.empty())
      turn_around(out, word, found->second);
  } else if (is && size > 1) {
    out.relation = Relation::is, out.object = 1;
  }
}

void read_predicate(Words words, Statement& out) {
  take_negation(words, out);
  if (words.size() > 1 && (words[0] == "do" || words[0] == "does")) {
    words.erase(words.begin());
  } else if (words.size() > 1 && words[0] == "did") {
    words.erase(words.begin());
    words[0] = past_of(words[0]);
  }
  take_negation(words, out);  // "does have no"
  out.predicate = canonical(words.begin(), words.end());
  if (out.predicate.empty()) out.predicate = words;
  find_relation(out);
}

}  // namespace

std::string canonical_english_word(const std::string& word) {
  static const std::map<std::string, std::string, std::less<>> irregular{{"are", "is"},
                                                                         {"am", "is"},
                                                                         {"were", "was"},
                                                                         {"have", "has"},
                                                                         {"does", "do"},
                                                                         {"men", "man"},
                                                                         {"women", "woman"},
                                                                         {"people", "person"},
                                                                         {"children", "child"},
                                                                         {"mice", "mouse"},
                                                                         {"geese", "goose"},
                                                                         {"feet", "foot"},
                                                                         {"teeth", "tooth"},
                                                                         {"wolves", "wolf"},
                                                                         {"knives", "knife"},
                                                                         {"wives", "wife"},
                                                                         {"bacteria", "bacterium"},
                                                                         {"fungi", "fungus"},
                                                                         {"always", "always"},
                                                                         {"has", "has"},
                                                                         {"is", "is"},
                                                                         {"was", "was"},
                                                                         {"this", "this"},
                                                                         {"its", "its"},
                                                                         {"as", "as"}};
  if (const auto found = irregular.find(word); found != irregular.end()) return found->second;
  const auto drop = [&](std::size_t letters) { return word.substr(0, word.size() - letters); };
  if (word.size() <= 3 || word.front() == '?' || !word.ends_with('s')) return word;
  if (word.ends_with("ies") && word.size() > 4) return drop(3) + "y";
  for (const char* ending : {"ches", "shes", "sses", "xes", "zes", "oes"})
    if (word.ends_with(ending)) return drop(2);
  if (word.ends_with("ss") || word.ends_with("us") || word.ends_with("is")) return word;
  return drop(1);
}

Statement read_english_statement(std::string_view subject, std::string_view text) {
  static const WordSet hedges{"may",   "might",    "could",    "would", "perhaps",
                              "maybe", "possibly", "probably", "if",    "unless"};
  Statement out;
  Words words = words_of(text);
  if (words.empty()) {
    out.predicate = {std::string(text)};
    out.asserted = false;
    return out;
  }
  const bool question = is_question(text);
  if (question) turn_question(words);
  out.asserted = !question && std::none_of(words.begin(), words.end(),
                                           [&](const std::string& word) { return hedges.contains(word); });
  if (!subject.empty()) {
    Words owner = words_of(subject);
    if (owner.empty()) owner = {std::string(subject)};
    if (owner.size() > 1 && is_article(owner[0])) owner.erase(owner.begin());
    out.subject = join(canonical(owner.begin(), owner.end()));
    out.scope = Scope::kind;
    read_predicate(std::move(words), out);
    return out;
  }
  static const WordSet relative{"who", "which", "that"};
  const bool variable = words[0].front() == '?' && words.size() > 1;
  std::size_t verb = variable ? 1 : 0;
  if (!variable) {
    for (std::size_t i = is_article(words[0]) ? 2 : 1; verb == 0 && i < words.size(); ++i)
      if (ends_subject(words[i])) {
        if (relative.contains(words[i - 1]) && i > 1) break;
        verb = i;
      }
  }
  if (verb == 0) {
    out.predicate = canonical(words.begin(), words.end());
    if (out.predicate.empty()) out.predicate = words;
    return out;
  }
  const auto middle = words.begin() + static_cast<std::ptrdiff_t>(verb);
  read_subject(Words(words.begin(), middle), words[verb], out);
  if (variable) out.scope = Scope::kind, out.asserted = true;
  read_predicate(Words(middle, words.end()), out);
  return out;
}

}  // namespace genkai::limits::reasoning
