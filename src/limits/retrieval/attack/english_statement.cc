#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

#include "limits/retrieval/attack/statement.h"
#include "limits/retrieval/attack/statement_languages.h"
#include "text/question.h"
#include "text/text.h"

namespace genkai::limits::retrieval::attack {
namespace {

using Words = std::vector<std::string>;

template <std::size_t N>
bool among(const std::string& word, const std::array<std::string_view, N>& list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// Verbs that questions with do, does and did end on or turn about, and their past.
constexpr std::array<std::pair<std::string_view, std::string_view>, 59> kVerbs{{{"come", "came"},
                                                                                {"leave", "left"},
                                                                                {"change", "changed"},
                                                                                {"become", "became"},
                                                                                {"take", "took"},
                                                                                {"get", "got"},
                                                                                {"enter", "entered"},
                                                                                {"go", "went"},
                                                                                {"play", "played"},
                                                                                {"stay", "stayed"},
                                                                                {"talk", "talked"},
                                                                                {"produce", "produced"},
                                                                                {"open", "opened"},
                                                                                {"close", "closed"},
                                                                                {"start", "started"},
                                                                                {"begin", "began"},
                                                                                {"end", "ended"},
                                                                                {"win", "won"},
                                                                                {"die", "died"},
                                                                                {"live", "lived"},
                                                                                {"sink", "sank"},
                                                                                {"cost", "cost"},
                                                                                {"last", "lasted"},
                                                                                {"run", "ran"},
                                                                                {"depart", "departed"},
                                                                                {"arrive", "arrived"},
                                                                                {"move", "moved"},
                                                                                {"meet", "met"},
                                                                                {"buy", "bought"},
                                                                                {"sell", "sold"},
                                                                                {"build", "built"},
                                                                                {"make", "made"},
                                                                                {"found", "founded"},
                                                                                {"write", "wrote"},
                                                                                {"sing", "sang"},
                                                                                {"say", "said"},
                                                                                {"hold", "held"},
                                                                                {"have", "had"},
                                                                                {"need", "needed"},
                                                                                {"happen", "happened"},
                                                                                {"occur", "occurred"},
                                                                                {"release", "released"},
                                                                                {"publish", "published"},
                                                                                {"join", "joined"},
                                                                                {"lose", "lost"},
                                                                                {"grow", "grew"},
                                                                                {"use", "used"},
                                                                                {"serve", "served"},
                                                                                {"sail", "sailed"},
                                                                                {"weigh", "weighed"},
                                                                                {"carry", "carried"},
                                                                                {"receive", "received"},
                                                                                {"return", "returned"},
                                                                                {"give", "gave"},
                                                                                {"pay", "paid"},
                                                                                {"stop", "stopped"},
                                                                                {"work", "worked"},
                                                                                {"qualify", "qualified"},
                                                                                {"originate", "originated"}}};
constexpr std::array<std::string_view, 8> kBe{"is", "are", "was", "were", "'s", "be", "isn't", "wasn't"};
constexpr std::array<std::string_view, 3> kDo{"do", "does", "did"};
constexpr std::array<std::string_view, 12> kModal{"has",   "have",   "had", "can",   "could", "will",
                                                  "would", "should", "may", "might", "must",  "shall"};
constexpr std::array<std::string_view, 8> kAsking{"who",  "whom",  "what", "which",
                                                  "when", "where", "how",  "whose"};
constexpr std::array<std::string_view, 14> kPrepositions{
    "in", "on", "at", "of", "for", "to", "by", "with", "from", "as", "about", "into", "during", "after"};
constexpr std::array<std::string_view, 12> kParticiples{
    "built", "found", "laid", "set", "written", "held", "born", "made", "shown", "kept", "sold", "named"};

bool is_auxiliary(const std::string& word) {
  return among(word, kBe) || among(word, kDo) || among(word, kModal);
}
bool is_participle(const std::string& word) {
  return (word.size() > 4 && word.ends_with("ed")) || among(word, kParticiples);
}

std::string lower(std::string word) {
  for (char& c : word) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return word;
}

std::string join(const Words& words, std::size_t begin = 0, std::size_t end = std::string::npos) {
  std::string out;
  for (std::size_t i = begin; i < std::min(end, words.size()); ++i)
    out += (out.empty() ? "" : " ") + words[i];
  return out;
}

std::string glue(std::initializer_list<std::string> parts) {
  std::string out;
  for (const std::string& part : parts)
    if (!part.empty()) out += (out.empty() ? "" : " ") + part;
  return out;
}

std::string third_person(const std::string& verb) {
  if (verb == "have") return "has";
  if (verb == "go") return "goes";
  if (verb.ends_with("s") || verb.ends_with("sh") || verb.ends_with("ch")) return verb + "es";
  if (verb.ends_with("y") && !verb.ends_with("ay")) return verb.substr(0, verb.size() - 1) + "ies";
  return verb + "s";
}

std::string inflect(const std::string& verb, const std::string& auxiliary) {
  if (auxiliary == "do") return verb;
  if (auxiliary == "does") return third_person(verb);
  for (const auto& [base, past] : kVerbs)
    if (base == verb) return std::string(past);
  return "did " + verb;
}

// "in 1932", "on 3 March 1932", "at 17:10", "in Rome"; nothing before an answer that brings its own.
std::string placed(const std::string& asking, const std::string& answer) {
  static constexpr std::array<std::string_view, 8> kOwn{"in",   "on",    "at",     "by",
                                                        "from", "after", "before", "under"};
  if (among(lower(answer.substr(0, answer.find(' '))), kOwn)) return answer;
  if (asking == "where") return "in " + answer;
  for (const auto& span : text::find_typed_spans(answer)) {
    if (span.measure == text::Measure::time_of_day) return "at " + answer;
    if (span.measure == text::Measure::day) return "on " + answer;
  }
  return "in " + answer;
}

// Place of the verb in "the museum open to the public"; none when it is not known.
std::size_t verb_in(const Words& small, std::size_t begin) {
  const auto known = [&](std::size_t i) {
    return i < small.size() && std::any_of(kVerbs.begin(), kVerbs.end(),
                                           [&](const auto& verb) { return verb.first == small[i]; });
  };
  for (std::size_t i = begin + 1; i < small.size(); ++i)
    if (known(i)) return small[i] == "last" && known(i + 1) ? i + 1 : i;
  return std::string::npos;
}

// `auxiliary` and what stands behind it, [begin, end), as a statement with `tail` at its end.
std::string after_auxiliary(const Words& words, const Words& small, std::size_t at, const std::string& tail,
                            bool object) {
  const std::string& auxiliary = small[at];
  const std::size_t begin = at + 1;
  if (among(auxiliary, kDo)) {
    const std::size_t verb = verb_in(small, begin);
    if (verb == std::string::npos) return glue({"it is", tail, "that", join(words, begin)});
    const std::string subject = join(words, begin, verb), done = inflect(small[verb], auxiliary);
    return object ? glue({subject, done, tail, join(words, verb + 1)})
                  : glue({subject, done, join(words, verb + 1), tail});
  }
  // "the museum built", "the ship called": the participle takes the auxiliary before it.
  for (std::size_t i = begin + 1; i < small.size(); ++i)
    if (is_participle(small[i]) || (among(auxiliary, kModal) && i + 1 == small.size()))
      return object && i + 1 == small.size() ? glue({join(words, begin, i), words[at], words[i], tail})
                                             : glue({join(words, begin, i), words[at], join(words, i), tail});
  if (words.size() > begin + 1 && among(small.back(), kPrepositions))
    return glue({join(words, begin, words.size() - 1), words[at], words.back(), tail});
  return glue({join(words, begin), words[at], tail});
}

std::string how_many(const Words& words, const Words& small, std::size_t noun, const std::string& answer) {
  std::size_t at = noun;
  while (at < small.size() && !is_auxiliary(small[at])) ++at;
  const std::string amount = glue({answer, join(words, noun, at)});
  if (at == small.size()) return glue({"there are", amount});
  if (!among(small[at], kBe)) return after_auxiliary(words, small, at, amount, true);
  const bool there = at + 1 < small.size() && small[at + 1] == "there";
  const std::size_t rest = at + (there ? 2 : 1);
  if (there || (rest < small.size() && among(small[rest], kPrepositions)))
    return glue({"there", words[at], amount, join(words, rest)});
  return after_auxiliary(words, small, at, amount, true);
}

// No question word where it belongs: "... was developed by who in 1976", "the fastest ship of the line".
std::string without_order(const Words& words, const Words& small, const std::string& answer) {
  for (std::size_t i = 0; i < small.size(); ++i) {
    if (!among(small[i], kAsking)) continue;
    const bool noun =
        (small[i] == "which" || small[i] == "what") && i + 1 < small.size() && !is_auxiliary(small[i + 1]);
    return glue({join(words, 0, i), answer, join(words, i + (noun ? 2 : 1))});
  }
  if (!small.empty() && is_participle(small.front())) return glue({answer, join(words)});
  if (!small.empty() && (among(small.back(), kBe) || among(small.back(), kPrepositions)))
    return glue({join(words), answer});
  return glue({join(words), "is", answer});
}

std::string yes_or_no(const Words& words, const Words& small, const std::string& answer) {
  const bool no = lower(answer) == "no";
  const std::string& auxiliary = small.front();
  if (among(auxiliary, kDo)) {
    const std::size_t verb = verb_in(small, 1);
    if (verb == std::string::npos)
      return glue({answer + ",", "it is", no ? "not so" : "so", "that", join(words, 1)});
    return glue({answer + ",", join(words, 1, verb), no ? auxiliary + " not" : "",
                 no ? words[verb] : inflect(small[verb], auxiliary), join(words, verb + 1)});
  }
  const std::string there = small.size() > 1 && small[1] == "there" ? "there" : "it";
  if (there == "there") return glue({answer + ",", "there", words[0], no ? "not" : "", join(words, 2)});
  return glue({answer + ",", join(words, 1), no ? "is not the case" : "is the case"});
}

}  // namespace

std::string english_statement(std::string_view question, std::string_view given) {
  std::string answer(given);
  Words words, small;
  std::string word;
  for (const char c : std::string(question) + " ") {
    if (std::isspace(static_cast<unsigned char>(c)) == 0 && c != '?') {
      word += c;
    } else if (!word.empty()) {
      small.push_back(lower(word));
      words.push_back(std::move(word));
      word.clear();
    }
  }
  if (words.empty()) return answer;
  const std::string& first = small.front();
  if (words.size() > 2 && is_auxiliary(first)) return yes_or_no(words, small, answer);
  if (!among(first, kAsking) || words.size() < 3) return without_order(words, small, answer);
  if (first == "how" && (small[1] == "many" || small[1] == "much"))
    return small[1] == "much" && is_auxiliary(small[2]) ? after_auxiliary(words, small, 2, answer, true)
                                                        : how_many(words, small, 2, answer);
  if (first == "how") {
    const std::string tail = small[1] == "long" && !among(small[2], kBe) ? "for " + answer : answer;
    return is_auxiliary(small[2]) ? after_auxiliary(words, small, 2, tail, false)
                                  : glue({join(words, 2), tail});
  }
  if (first == "when" || first == "where")
    return is_auxiliary(small[1]) ? after_auxiliary(words, small, 1, placed(first, answer), false)
                                  : glue({join(words, 1), "is", placed(first, answer)});
  // who, what, which: the subject, or what do and be turn about.
  if (first == "who" || first == "whom") {
    if (among(small[1], kDo)) return after_auxiliary(words, small, 1, answer, true);
    if (among(small[1], kBe) && among(small.back(), kPrepositions))
      return after_auxiliary(words, small, 1, answer, false);
    return glue({answer, join(words, 1)});
  }
  if (among(small[1], kBe) && !among(small.back(), kPrepositions))
    return glue({join(words, 2), words[1], answer});
  if (is_auxiliary(small[1])) return after_auxiliary(words, small, 1, answer, true);
  std::size_t at = 1;  // "what river is ...", "in which year did ..."
  while (at < small.size() && !is_auxiliary(small[at])) ++at;
  if (at == small.size()) return glue({answer, "is the", words[1], "that", join(words, 2)});
  if (among(small[at], kDo)) return after_auxiliary(words, small, at, answer, true);
  return glue({answer, join(words, at)});
}

}  // namespace genkai::limits::retrieval::attack
