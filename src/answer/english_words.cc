#include "answer/english_words.h"

#include <algorithm>
#include <array>
#include <utility>

namespace genkai::answer {
namespace {

template <std::size_t N>
bool in(const std::array<std::string_view, N>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// Past forms whose base is not the past without "ed"; the common regular ones are there because "d" or "ed"
// cannot be told apart by rule (used, opened).
constexpr auto kPasts = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"built", "build"},
    {"bought", "buy"},
    {"sold", "sell"},
    {"began", "begin"},
    {"became", "become"},
    {"came", "come"},
    {"went", "go"},
    {"took", "take"},
    {"gave", "give"},
    {"made", "make"},
    {"had", "have"},
    {"held", "hold"},
    {"won", "win"},
    {"lost", "lose"},
    {"led", "lead"},
    {"left", "leave"},
    {"met", "meet"},
    {"wrote", "write"},
    {"grew", "grow"},
    {"fell", "fall"},
    {"rose", "rise"},
    {"ran", "run"},
    {"saw", "see"},
    {"found", "find"},
    {"brought", "bring"},
    {"sent", "send"},
    {"spent", "spend"},
    {"paid", "pay"},
    {"said", "say"},
    {"told", "tell"},
    {"stood", "stand"},
    {"sank", "sink"},
    {"broke", "break"},
    {"chose", "choose"},
    {"drew", "draw"},
    {"fought", "fight"},
    {"got", "get"},
    {"kept", "keep"},
    {"taught", "teach"},
    {"died", "die"},
    {"used", "use"},
    {"moved", "move"},
    {"opened", "open"},
    {"closed", "close"},
    {"founded", "found"},
    {"created", "create"},
    {"started", "start"},
    {"ended", "end"},
    {"joined", "join"},
    {"served", "serve"},
    {"produced", "produce"},
    {"published", "publish"},
    {"received", "receive"},
    {"established", "establish"},
    {"introduced", "introduce"},
    {"released", "release"},
    {"signed", "sign"},
    {"defeated", "defeat"},
    {"carried", "carry"},
    {"reached", "reach"},
    {"returned", "return"},
    {"developed", "develop"},
    {"designed", "design"},
    {"discovered", "discover"},
    {"announced", "announce"},
    {"appointed", "appoint"},
    {"adopted", "adopt"},
    {"completed", "complete"},
    {"decided", "decide"},
    {"declared", "declare"},
    {"played", "play"},
    {"lived", "live"},
    {"worked", "work"},
    {"arrived", "arrive"},
    {"replaced", "replace"},
    {"renamed", "rename"},
    {"purchased", "purchase"},
    {"acquired", "acquire"},
    {"added", "add"},
    {"changed", "change"},
    {"captured", "capture"},
    {"conquered", "conquer"},
    {"invaded", "invade"},
    {"occurred", "occur"},
    {"happened", "happen"},
    {"appeared", "appear"},
    {"married", "marry"},
    {"hosted", "host"},
    {"launched", "launch"},
    {"passed", "pass"},
    {"proposed", "propose"},
    {"invented", "invent"},
    {"visited", "visit"},
    {"recorded", "record"},
    {"remained", "remain"},
    {"ruled", "rule"},
    {"settled", "settle"},
    {"studied", "study"},
    {"succeeded", "succeed"},
    {"supported", "support"},
    {"gained", "gain"},
    {"earned", "earn"},
    {"scored", "score"},
    {"attacked", "attack"},
    {"abolished", "abolish"},
    {"offered", "offer"},
    {"killed", "kill"},
    {"landed", "land"},
    {"registered", "register"},
    {"voted", "vote"},
    {"wore", "wear"},
    {"sat", "sit"},
    {"lay", "lie"},
    {"flew", "fly"},
    {"drove", "drive"},
    {"hung", "hang"},
    {"threw", "throw"},
    {"knew", "know"},
    {"heard", "hear"},
    {"spoke", "speak"},
    {"laid", "lay"},
    {"caught", "catch"},
    {"thought", "think"},
    {"felt", "feel"},
    {"shot", "shoot"},
    {"understood", "understand"},
});

}  // namespace

std::vector<std::string_view> words_of(std::string_view sentence) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < sentence.size();) {
    const std::size_t begin = sentence.find_first_not_of(' ', at);
    if (begin == std::string_view::npos) break;
    at = std::min(sentence.find(' ', begin), sentence.size());
    words.push_back(sentence.substr(begin, at - begin));
  }
  return words;
}

std::string bare(std::string_view word) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           static_cast<unsigned char>(c) >= 0x80;
  };
  while (!word.empty() && !letter(word.front())) word.remove_prefix(1);
  while (!word.empty() && !letter(word.back())) word.remove_suffix(1);
  std::string out(word);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_auxiliary(std::string_view word) {
  static constexpr auto kWords =
      std::to_array<std::string_view>({"is", "are", "was", "were", "has", "have", "can", "could", "will",
                                       "would", "may", "might", "must", "should", "shall"});
  return in(kWords, word);
}

bool is_preposition(std::string_view word) {
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"in",     "on",      "at",         "by",     "from",  "to",    "of",     "for",
       "with",   "during",  "after",      "before", "since", "until", "near",   "through",
       "within", "between", "throughout", "under",  "over",  "about", "around", "into",
       "across", "along",   "against",    "among",  "than",  "as",    "per",    "via"});
  return in(kWords, word);
}

bool is_determiner(std::string_view word) {
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"the", "a", "an", "each", "every", "some", "all", "most", "any", "no", "many", "several"});
  return in(kWords, word);
}

bool is_pronoun(std::string_view word) {
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"he",      "she",     "it",         "they",         "him",       "her",    "them",  "his",
       "hers",    "its",     "their",      "theirs",       "this",      "these",  "those", "such",
       "we",      "us",      "our",        "ours",         "you",       "your",   "i",     "my",
       "me",      "here",    "then",       "another",      "both",      "latter", "same",  "itself",
       "himself", "herself", "themselves", "respectively", "following", "above",  "below", "so",
       "thus",    "ones",    "thereafter", "former's",     "other"});
  return in(kWords, word);
}

bool joins_clauses(std::string_view word) {
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"whether", "that",     "which",  "who",    "whom", "whose", "when", "where", "while",
       "because", "although", "though", "if",     "and",  "or",    "but",  "as",    "whereas",
       "until",   "since",    "after",  "before", "than", "what",  "how"});
  return in(kWords, word);
}

std::optional<std::string_view> base_of_past(std::string_view word) {
  for (const auto& [past, base] : kPasts)
    if (past == word) return base;
  return {};
}

bool may_be_verb(std::string_view word) {
  static constexpr auto kPresent = std::to_array<std::string_view>(
      {"costs",    "takes",   "runs",     "leaves",   "opens",    "closes",   "carries",  "holds",
       "lies",     "stands",  "begins",   "starts",   "ends",     "comes",    "goes",     "makes",
       "gives",    "serves",  "contains", "includes", "lasts",    "weighs",   "measures", "pays",
       "needs",    "means",   "uses",     "sells",    "shows",    "lives",    "works",    "arrives",
       "departs",  "reaches", "covers",   "consists", "requires", "provides", "allows",   "offers",
       "becomes",  "follows", "gets",     "keeps",    "meets",    "plays",    "produces", "receives",
       "refers",   "remains", "seats",    "sleeps",   "stays",    "supports", "belongs",  "borders",
       "connects", "forms",   "extends",  "leave",    "carry",    "contain",  "include",  "consist",
       "require",  "provide", "receive",  "cost",     "operates", "occurs",   "does"});
  return is_auxiliary(word) || in(kPresent, word) || base_of_past(word) || word == "did" || word == "do" ||
         (word.size() > 4 && word.ends_with("ed"));
}

}  // namespace genkai::answer
