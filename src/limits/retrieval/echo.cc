#include "limits/retrieval/echo.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "text/utf8.h"

namespace genkai::limits::retrieval {
namespace {

constexpr std::size_t kLeastQuestion = 16;  // bytes
constexpr std::size_t kLeastTokens = 5;     // for an echo in other words

std::string squeeze(std::string_view normalised) {
  static constexpr std::array<std::string_view, 6> kMarks{"。", "、", "？", "！", "・", "\u3000"};
  std::string out;
  for (std::size_t i = 0; i < normalised.size();) {
    const auto byte = static_cast<unsigned char>(normalised[i]);
    const std::uint32_t length = text::code_point_at(normalised, i).length;
    const std::string_view one = normalised.substr(i, length);
    if (byte >= 0x80 ? std::find(kMarks.begin(), kMarks.end(), one) == kMarks.end() : std::isalnum(byte) != 0)
      out += one;
    i += length;
  }
  return out;
}

// Words of ASCII letters and digits; of other text the pairs of neighbouring characters.
std::vector<std::string> tokens_of(std::string_view normalised) {
  std::vector<std::string> out;
  std::string word, previous;
  const auto flush = [&] {
    if (!word.empty()) out.push_back(std::move(word));
    word.clear();
  };
  for (std::size_t at = 0; at < normalised.size();) {
    const text::CodePoint c = text::code_point_at(normalised, at);
    const std::string_view one = normalised.substr(at, c.length);
    at += c.length;
    if (c.value < 0x80) {
      previous.clear();
      if (std::isalnum(static_cast<int>(c.value)) != 0)
        word += one;
      else if (c.value != '\'')
        flush();
    } else if (text::is_japanese_letter(c.value)) {
      flush();
      if (!previous.empty()) out.push_back(previous + std::string(one));
      previous = one;
    } else if (c.value >= 0x3000) {
      flush();
      previous.clear();
    } else {
      word += one;
    }
  }
  flush();
  return out;
}

std::string_view without_end(std::string_view text) {
  for (;;) {
    const std::size_t before = text.size();
    for (const std::string_view end : {" ", "\n", "?", "？", ".", "。", "!", "！"})
      if (text.ends_with(end)) text.remove_suffix(end.size());
    if (text.size() == before) return text;
  }
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// "who ...", "how many ...", "when did ...": how an English question begins and hardly a statement.
bool begins_like_question(std::string_view sentence) {
  static constexpr std::array<std::string_view, 24> kAuxiliary{
      "is",   "are",   "was",    "were", "do",    "does", "did",  "has",  "have", "had",   "can", "could",
      "will", "would", "should", "may",  "might", "must", "many", "much", "long", "often", "old", "far"};
  const std::size_t end = sentence.find(' ');
  if (end == std::string_view::npos) return false;
  const std::string_view first = sentence.substr(0, end), rest = sentence.substr(end + 1);
  const std::string_view second = rest.substr(0, rest.find(' '));
  if (first == "who" || first == "which" || first == "whose" || first == "whom") return true;
  if (first == "what") return second != "matters" && second != "follows";
  if (first != "when" && first != "where" && first != "why" && first != "how") return false;
  return std::find(kAuxiliary.begin(), kAuxiliary.end(), second) != kAuxiliary.end();
}

// 何年に...か: an interrogative, and the end of a question or of one written as a statement.
bool asks_in_japanese(std::string_view sentence) {
  static constexpr std::array<std::string_view, 14> kWords{"誰",     "何",   "いつ",   "どこ",   "どの",
                                                           "どれ",   "なぜ", "いくつ", "いくら", "どう",
                                                           "どんな", "だれ", "なに",   "どちら"};
  if (!without_end(sentence).ends_with("か")) return false;
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return contains(sentence, word); });
}

// Half-open ranges that end behind . ! ? before white space, 。！？, or at a line end. Unlike
// text::split_sentences it needs no capital letter behind the stop, for the text is folded.
std::vector<text::Span> sentences_of(std::string_view folded) {
  std::vector<text::Span> out;
  std::size_t begin = 0;
  const auto close = [&](std::size_t end) {
    while (begin < end && folded[begin] == ' ') ++begin;
    if (begin < end) out.push_back({begin, end});
    begin = end;
  };
  for (std::size_t at = 0; at < folded.size(); ++at) {
    const char c = folded[at];
    if (c == '\n') {
      close(at);
      begin = at + 1;
    } else if (c == '.' || c == '!' || c == '?') {
      if (at + 1 == folded.size() || folded[at + 1] == ' ' || folded[at + 1] == '\n' ||
          static_cast<unsigned char>(folded[at + 1]) >= 0x80)
        close(at + 1);
    } else if (static_cast<unsigned char>(c) == 0xE3 && folded.substr(at).starts_with("。")) {
      close(at + 3);
      at += 2;
    }
  }
  close(folded.size());
  return out;
}

// Share of the question's tokens that the sentence holds.
double coverage(const std::vector<std::string>& asked, std::vector<std::string> said) {
  std::sort(said.begin(), said.end());
  const auto held = std::count_if(asked.begin(), asked.end(), [&](const std::string& token) {
    return std::binary_search(said.begin(), said.end(), token);
  });
  return static_cast<double>(held) / static_cast<double>(asked.size());
}

// "Q. ...", "問1 ...", "質問: ..." before a sentence: a list of questions and answers.
bool is_listed(std::string_view before) {
  while (!before.empty() && (before.back() == ' ' || before.back() == '.' || before.back() == ':' ||
                             std::isdigit(static_cast<unsigned char>(before.back())) != 0))
    before.remove_suffix(1);
  if (before.ends_with('q'))
    return before.size() < 2 || std::isalnum(static_cast<unsigned char>(before[before.size() - 2])) == 0;
  for (const std::string_view mark : {"question", "faq", "問", "質問", "問い", "-", "*", "・", "●", "■"})
    if (before.ends_with(mark)) return true;
  return false;
}

}  // namespace

Asked asked_of(std::string_view normalised_question) {
  Asked asked;
  asked.text = without_end(normalised_question);
  asked.bare = squeeze(asked.text);
  asked.tokens = tokens_of(asked.text);
  return asked;
}

std::optional<text::Span> find_echo(std::string_view normalised, const Asked& asked) {
  if (asked.bare.size() < kLeastQuestion) return {};
  const std::string_view start = std::string_view(asked.bare).substr(0, asked.bare.size() - 3);
  for (const text::Span& span : sentences_of(normalised)) {
    std::string_view sentence = span.of(normalised);
    if (sentence.size() > 3 * asked.text.size() + 64) continue;
    if (contains(sentence, "?") || contains(sentence, "？")) continue;
    const std::string_view after = normalised.substr(span.end);
    const bool own_line = after.starts_with('\n') && !sentence.ends_with('.') && !sentence.ends_with("。");
    if (own_line) continue;
    for (const std::string_view mark : {"q. ", "q: ", "question: ", "質問", "問"})
      if (sentence.starts_with(mark)) sentence = {};
    if (sentence.empty() || is_listed(normalised.substr(0, span.begin))) continue;
    const std::string bare = squeeze(sentence);
    if (bare.size() <= asked.bare.size() + 4 && contains(bare, start)) return span;
    const bool begins = begins_like_question(sentence) || asks_in_japanese(sentence);
    if (!begins || asked.tokens.size() < kLeastTokens) continue;
    std::vector<std::string> said = tokens_of(sentence);
    if (2 * said.size() > 3 * asked.tokens.size() + 2) continue;
    if (coverage(asked.tokens, std::move(said)) >= 0.8) return span;
  }
  // The same without a sentence end between the question and what follows.
  const std::size_t at = normalised.find(asked.text);
  if (at > 2) return {};
  const std::string_view after = normalised.substr(at + asked.text.size());
  if (after.empty() || after.front() == '\n' || after.front() == '?' || after.starts_with("？") ||
      after.starts_with(" ?"))
    return {};
  return text::Span{at, at + asked.text.size()};
}

}  // namespace genkai::limits::retrieval
