#include "supporting_passages.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>

#include "limits/retrieval/attack/statement.h"
#include "text/text.h"

namespace genkai::bench {
namespace {

// Words of questions and what an encyclopaedia might say instead.
struct Synonyms {
  std::string_view word;
  std::array<std::string_view, 3> others;
};
constexpr std::array<Synonyms, 40> kSynonyms{{
    {"plays", {"portrays", "appears as", "has the part of"}},
    {"played", {"portrayed", "appeared as", "had the part of"}},
    {"sings", {"performs", "is the singer of", "is the voice of"}},
    {"sang", {"performed", "was the singer of", "was the voice of"}},
    {"recorded", {"released a recording of", "performed", "made the recording of"}},
    {"wrote", {"composed", "was the author of", "is credited with"}},
    {"painted", {"created", "was the painter of", "made"}},
    {"came out", {"was released", "had its release", "appeared"}},
    {"comes out", {"is released", "has its release", "appears"}},
    {"took place", {"is set", "was set", "unfolds"}},
    {"takes place", {"is set", "unfolds", "has its setting"}},
    {"come out", {"be released", "appear", "go on sale"}},
    {"located", {"situated", "found", "to be found"}},
    {"found", {"located", "situated", "to be found"}},
    {"won", {"took", "captured", "gained"}},
    {"lead singers name", {"vocalist", "frontman", "singer"}},
    {"name of", {"title of", "designation of", "name borne by"}},
    {"considered", {"regarded as", "generally held to be", "seen as"}},
    {"associated with", {"linked to", "connected with", "tied to"}},
    {"movie", {"film", "picture", "feature"}},
    {"seasons", {"series", "seasons in all", "complete seasons"}},
    {"episodes", {"instalments", "episodes in all", "broadcast episodes"}},
    {"dropped", {"released", "used", "detonated"}},
    {"oldest", {"eldest", "most senior", "oldest"}},
    {"proposed", {"put forward", "advanced", "set out"}},
    {"represented", {"appeared for", "spoke for", "acted for"}},
    {"introducing", {"establishing", "first stating", "bringing in"}},
    {"celebrated", {"observed", "marked", "kept"}},
    {"changed", {"moved", "switched", "transferred"}},
    {"stays", {"remains", "serves", "is kept"}},
    {"stay", {"remain", "are kept", "serve"}},
    {"located on", {"placed on", "set on", "fixed on"}},
    {"left", {"departed from", "abandoned", "quit"}},
    {"spoke", {"said", "uttered", "pronounced"}},
    {"written", {"composed", "first written", "penned"}},
    {"filmed", {"shot", "photographed", "produced"}},
    {"setting for", {"scene of", "place of", "background of"}},
    {"produces", {"secretes", "releases", "makes"}},
    {"main", {"chief", "principal", "leading"}},
    {"shape", {"outline", "form", "contour"}},
}};

// The statement is "{}"; no frame is one of the attacks' (limits/retrieval/attack/wording.cc).
constexpr std::array<std::string_view, 8> kFrames{"{}.",
                                                  "Among the details that are known, {}.",
                                                  "{}, and several handbooks of the field mention it.",
                                                  "In summaries of the subject one reads that {}.",
                                                  "By the usual account {}.",
                                                  "Contemporary reports state that {}.",
                                                  "{}, which later surveys repeat.",
                                                  "Reference works note that {}."};

constexpr std::array<std::string_view, 8> kFront{"in", "on", "at", "for", "from", "by", "as", "during"};

bool replace_word(std::string& text, std::string_view word, std::string_view other) {
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const auto joins = [&](std::size_t i) { return std::isalnum(static_cast<unsigned char>(text[i])) != 0; };
    if ((at > 0 && joins(at - 1)) || (end < text.size() && joins(end))) continue;
    text.replace(at, word.size(), other);
    return true;
  }
  return false;
}

std::string reworded(const std::string& text, std::string_view answer, std::size_t variant) {
  const std::size_t at = text.find(answer);
  // The answer's own words stay.
  std::string before = text.substr(0, at),
              after = at == std::string::npos ? "" : text.substr(at + answer.size());
  for (std::size_t i = 0; i < kSynonyms.size(); ++i)
    for (std::string* part : {&before, &after})
      replace_word(*part, kSynonyms[i].word, kSynonyms[i].others[(variant + i) % 3]);
  return at == std::string::npos ? before : before + std::string(answer) + after;
}

// "A plays B in C" as "in C, A plays B".
std::string fronted(const std::string& text, std::string_view answer) {
  const std::size_t fixed = text.find(answer);
  for (std::size_t at = text.rfind(' '); at != std::string::npos && at > 0; at = text.rfind(' ', at - 1)) {
    const std::string word = text.substr(at + 1, text.find(' ', at + 1) - at - 1);
    if (std::find(kFront.begin(), kFront.end(), word) == kFront.end()) continue;
    if (fixed != std::string::npos && at < fixed + answer.size() && at + 1 > fixed) return text;
    const std::string head = text.substr(0, at);
    if (head.find(' ') == std::string::npos) return text;
    return text.substr(at + 1) + ", " + head;
  }
  return text;
}

std::string sentence(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

}  // namespace

std::vector<knowledge::ParsedDocument> supporting_documents(const std::string& id, std::string_view question,
                                                            std::string_view answer, std::size_t count,
                                                            const std::vector<std::string>& filler,
                                                            base::Rng& rng) {
  const std::string plain = limits::retrieval::attack::statement(question, answer);
  std::vector<knowledge::ParsedDocument> documents;
  const std::size_t first = rng.below(kFrames.size());
  for (std::size_t i = 0; i < count; ++i) {
    std::string stated = reworded(plain, answer, rng.below(3));
    if ((first + i) % 2 == 1) stated = fronted(stated, answer);
    std::string text(kFrames[(first + i) % kFrames.size()]);
    text.replace(text.find("{}"), 2, stated);
    text = sentence(std::move(text));
    std::string before, after;
    const std::size_t wanted = 40 + rng.below(30);
    while (!filler.empty() && text::estimate_tokens(before) + text::estimate_tokens(after) < wanted) {
      const std::string& other = filler[rng.below(filler.size())];
      if (rng.below(2) == 0)
        before.append(other).append(" ");
      else
        after.append(" ").append(other);
    }
    knowledge::ParsedDocument document;
    document.info.id = id + "/" + std::to_string(i + 1);
    document.info.source = "reference work " + std::to_string(1 + (first + i * 7) % 97);
    document.info.language = "en";
    char date[48];
    std::snprintf(date, sizeof date, "%04d-%02d", 2005 + static_cast<int>(rng.below(15)),
                  1 + static_cast<int>(rng.below(12)));
    document.info.date = date;
    document.blocks.push_back({.text = before.append(text).append(after), .page = 0, .line = 1});
    documents.push_back(std::move(document));
  }
  return documents;
}

}  // namespace genkai::bench
