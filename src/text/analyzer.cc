#include "text/analyzer.h"

#include <libstemmer.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <unordered_map>

#include "text/japanese_words.h"
#include "text/question_words.h"
#include "text/text.h"
#include "text/utf8.h"

namespace genkai::text {
namespace {

constexpr std::size_t kLongestTerm = 64;        // bytes; longer runs (hashes, base64) are cut, not dropped
constexpr std::size_t kLongestSentence = 1024;  // bytes that MeCab sees at once
constexpr std::size_t kStemCache = 1U << 16;    // entries

// Chosen on half of jaquad's articles, confirmed on the other half. A Japanese word counts several times, as
// characters, pairs and word, so that a number or Latin word beside it needs weight to keep up.
constexpr float kLatinBesideJapanese = 4.0F;
constexpr float kHiraganaPair = 0.3F;
constexpr float kInflection = 0.5F;  // a kanji with the hiragana after it

enum class Script { none, word, unspaced, kanji, hiragana, katakana };

/// Thai, Lao, Burmese, Khmer and Hangul: no spaces between words, or words that carry their particles.
bool is_unspaced(char32_t c) {
  return (c >= 0xE00 && c <= 0xEFF) || (c >= 0x1000 && c <= 0x109F) || (c >= 0x1780 && c <= 0x17FF) ||
         (c >= 0xAC00 && c <= 0xD7A3);
}

bool is_mark(char32_t c) {
  return (U_GET_GC_MASK(static_cast<UChar32>(c)) & U_GC_M_MASK) != 0;
}

Script script_of(char32_t c) {
  if (c < 0x80) return is_ascii_letter(c) || is_ascii_digit(c) ? Script::word : Script::none;
  if (is_hiragana(c)) return Script::hiragana;
  if (is_katakana(c)) return Script::katakana;
  if (is_kanji(c)) return Script::kanji;
  if (!u_isalnum(static_cast<UChar32>(c)) && !is_mark(c)) return Script::none;
  return is_unspaced(c) ? Script::unspaced : Script::word;
}

bool is_japanese(Script script) {
  return script >= Script::kanji;
}

/// é as e: questions are often typed without accents. Marks that follow a letter disappear.
void append_folded(std::string& word, char32_t c) {
  if ((c >= 0x300 && c <= 0x36F) && !word.empty()) return;
  if (c < 0x80 || c >= 0x2000 || (c >= 0x250 && c < 0x1E00)) return append_utf8(word, c);
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfd = icu::Normalizer2::getNFDInstance(status);
  icu::UnicodeString parts;
  if (U_SUCCESS(status) && nfd->getDecomposition(static_cast<UChar32>(c), parts) && parts[0] < 0x80) {
    word += static_cast<char>(parts[0]);
  } else {
    append_utf8(word, c);
  }
}

struct ViewHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

struct TermSink {
  std::vector<std::string>* terms;
  std::vector<float>* weights = nullptr;  // of a question: beside the terms

  void add(std::string_view term, float weight) const {
    terms->emplace_back(term);
    if (weights) weights->push_back(weight);
  }
};

}  // namespace

struct Analyzer::State {
  sb_stemmer* stemmer = sb_stemmer_new("english", "UTF_8");
  std::unordered_map<std::string, std::string, ViewHash, std::equal_to<>> stems;
  JapaneseWords words;
  std::vector<std::string_view> found;
  std::string word;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { sb_stemmer_delete(stemmer); }

  std::string_view stem(std::string_view text) {
    if (const auto known = stems.find(text); known != stems.end()) return known->second;
    if (stems.size() >= kStemCache) stems.clear();
    const auto* bytes = reinterpret_cast<const sb_symbol*>(text.data());
    const sb_symbol* result = sb_stemmer_stem(stemmer, bytes, static_cast<int>(text.size()));
    std::string value = result ? std::string(reinterpret_cast<const char*>(result),
                                             static_cast<std::size_t>(sb_stemmer_length(stemmer)))
                               : std::string(text);
    if (value.empty()) value = text;
    return stems.emplace(std::string(text), std::move(value)).first->second;
  }

  void add_word(const TermSink& sink) {
    if (word.size() > kLongestTerm) word.resize(prefix_bytes(word, kLongestTerm));
    const bool asks = sink.weights && is_question_word(word);
    sink.add(stem(word), asks ? 0.0F : 1.0F);
    // 1990s, 19th, 5km are found by their number too.
    std::size_t digits = 0;
    while (digits < word.size() && is_ascii_digit(static_cast<unsigned char>(word[digits]))) ++digits;
    if (digits > 0 && digits < word.size() && is_ascii_letter(static_cast<unsigned char>(word[digits]))) {
      sink.add(std::string_view(word).substr(0, digits), 1.0F);
    }
  }

  static std::size_t prefix_bytes(std::string_view text, std::size_t most) {
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
    return most;
  }

  /// Reads one word that starts at `at`: letters, digits and marks, with the apostrophes, decimal points and
  /// digit group commas inside (UAX 29, WB6 to WB12).
  std::size_t read_word(std::string_view text, std::size_t at) {
    word.clear();
    while (at < text.size()) {
      const auto byte = static_cast<unsigned char>(text[at]);
      if (is_ascii_letter(byte) || is_ascii_digit(byte)) {
        word += static_cast<char>(byte);
        ++at;
        continue;
      }
      const CodePoint c = code_point_at(text, at);
      if (c.value >= 0x80 && script_of(c.value) == Script::word) {
        append_folded(word, c.value);
        at += c.length;
        continue;
      }
      const std::size_t next = at + c.length;
      const auto after = next < text.size() ? static_cast<unsigned char>(text[next]) : 0U;
      const auto before = static_cast<unsigned char>(word.empty() ? ' ' : word.back());
      if (c.value == ',' && is_ascii_digit(before) && is_group(text, next)) {
      } else if (c.value == '.' && is_ascii_digit(before) && is_ascii_digit(after)) {
        word += '.';
      } else if ((c.value == '\'' || c.value == 0x2019) && is_ascii_letter(before) &&
                 is_ascii_letter(after)) {
        word += '\'';
      } else {
        // C++ and C# are names.
        if (word.size() == 1 && c.value == '+' && after == '+') {
          word += "++";
          at += 2;
        } else if (word.size() == 1 && c.value == '#' && is_ascii_letter(before)) {
          word += '#';
          ++at;
        }
        break;
      }
      at = next;
    }
    return at;
  }

  static bool is_group(std::string_view text, std::size_t at) {
    std::size_t digits = 0;
    while (at + digits < text.size() && digits < 4 &&
           is_ascii_digit(static_cast<unsigned char>(text[at + digits])))
      ++digits;
    return digits == 3;
  }

  void add_pairs(std::string_view run, const TermSink& sink) {
    std::size_t previous = 0, at = 0, count = 0;
    Script before = Script::none;
    while (at < run.size()) {
      const CodePoint c = code_point_at(run, at);
      const Script script = script_of(c.value);
      const std::size_t end = at + c.length;
      if (script == Script::kanji) sink.add(run.substr(at, c.length), 1.0F);
      if (before == Script::hiragana && script == Script::hiragana) {
        sink.add(run.substr(previous, end - previous), kHiraganaPair);
      } else if (before == Script::kanji && script == Script::hiragana) {
        sink.add(run.substr(previous, end - previous), kInflection);
      } else if (before != Script::none && before != Script::hiragana) {
        sink.add(run.substr(previous, end - previous), 1.0F);
      }
      previous = at;
      before = script;
      at = end;
      ++count;
    }
    if (count == 1 && before != Script::kanji && before != Script::hiragana) sink.add(run, 1.0F);
  }

  /// The words of the sentence that starts at `begin`, whose neighbours help to cut it; returns its end.
  std::size_t add_japanese_words(std::string_view text, std::size_t begin, const TermSink& sink) {
    std::size_t end = begin;
    while (end < text.size() && end - begin < kLongestSentence) {
      const CodePoint c = code_point_at(text, end);
      if (c.value == '\n' || c.value == U'。') break;
      end += c.length;
    }
    found.clear();
    words.split(text.substr(begin, end - begin), found);
    std::string term;
    for (std::string_view word_found : found) {
      if (word_found.size() > kLongestTerm)
        word_found = word_found.substr(0, prefix_bytes(word_found, kLongestTerm));
      term.assign("w:").append(word_found);
      sink.add(term, 1.0F);
    }
    return end;
  }

  void analyze(std::string_view text, const TermSink& sink) {
    std::size_t words_until = 0;
    for (std::size_t at = 0; at < text.size();) {
      const CodePoint c = code_point_at(text, at);
      const Script script = script_of(c.value);
      if (is_japanese(script) && at >= words_until) words_until = add_japanese_words(text, at, sink);
      if (script == Script::none) {
        at += c.length;
      } else if (script == Script::word) {
        at = read_word(text, at);
        if (!word.empty()) add_word(sink);
      } else {
        const std::size_t begin = at;
        while (at < text.size()) {
          const CodePoint next = code_point_at(text, at);
          const Script other = script_of(next.value);
          if (other != script && !(is_japanese(script) && is_japanese(other))) break;
          at += next.length;
        }
        add_pairs(text.substr(begin, at - begin), sink);
      }
    }
  }
};

Analyzer::Analyzer() : state_(std::make_unique<State>()) {}
Analyzer::~Analyzer() = default;
Analyzer::Analyzer(Analyzer&&) noexcept = default;
Analyzer& Analyzer::operator=(Analyzer&&) noexcept = default;

std::uint32_t Analyzer::version() {
  return kVersion + (JapaneseWords::has_dictionary() ? 0 : 1'000'000);
}

void Analyzer::analyze(std::string_view utf8, std::vector<std::string>& out) {
  state_->analyze(normalise(utf8), TermSink{&out});
}

std::vector<std::string> Analyzer::terms(std::string_view utf8) {
  std::vector<std::string> out;
  analyze(utf8, out);
  return out;
}

std::vector<QueryTerm> Analyzer::query_terms(std::string_view utf8) {
  const std::string whole = normalise(utf8);
  const auto is_term_of_japanese = [](const std::string& term) {
    return static_cast<unsigned char>(term[0]) >= 0xE3;
  };
  const auto weigh = [&](std::string_view text) {
    std::vector<std::string> terms;
    std::vector<float> weights;
    state_->analyze(text, TermSink{&terms, &weights});
    bool japanese = false;
    for (const std::string& term : terms) japanese |= is_term_of_japanese(term);
    std::vector<QueryTerm> out;
    std::unordered_map<std::string_view, std::size_t> seen;
    for (std::size_t i = 0; i < terms.size(); ++i) {
      const bool latin = static_cast<unsigned char>(terms[i][0]) < 0x80 && !terms[i].starts_with("w:");
      const float weight = weights[i] * (japanese && latin ? kLatinBesideJapanese : 1.0F);
      const bool fresh = seen.try_emplace(terms[i], i).second;
      if (weight > 0 && fresh) out.push_back({terms[i], weight});
    }
    return out;
  };
  std::vector<QueryTerm> out = weigh(without_japanese_question_words(whole));
  if (!out.empty()) return out;
  // Nothing but question words: then they are what is asked about ("To be or not to be", "The Who").
  for (std::string& term : terms(whole)) {
    bool known = false;
    for (const QueryTerm& other : out) known |= other.term == term;
    if (!known) out.push_back({std::move(term), 1.0F});
  }
  return out;
}

}  // namespace genkai::text
