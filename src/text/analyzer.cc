#include "text/analyzer.h"

#include <libstemmer.h>

#include <unordered_map>

#include "text/japanese_words.h"
#include "text/text.h"
#include "text/utf8.h"

#include <unicode/uchar.h>

namespace genkai::text {
namespace {

constexpr std::size_t kLongestTerm = 64;      // bytes; longer runs (hashes, base64) are cut, not dropped
constexpr std::size_t kStemCache = 1U << 16;  // entries

bool is_mark(char32_t c) {
  const auto type = u_charType(static_cast<UChar32>(c));
  return type == U_NON_SPACING_MARK || type == U_COMBINING_SPACING_MARK || type == U_ENCLOSING_MARK;
}

}  // namespace

struct Analyzer::State {
  sb_stemmer* stemmer = sb_stemmer_new("english", "UTF_8");
  std::unordered_map<std::string, std::string> stems;
  JapaneseWords words;
  std::vector<std::string_view> found;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { sb_stemmer_delete(stemmer); }

  void add_word(std::string_view word, std::vector<std::string>& out) {
    if (word.size() > kLongestTerm) word = word.substr(0, kLongestTerm);
    const auto [entry, fresh] = stems.try_emplace(std::string(word));
    if (fresh) {
      const sb_symbol* stem = sb_stemmer_stem(stemmer, reinterpret_cast<const sb_symbol*>(word.data()),
                                              static_cast<int>(word.size()));
      entry->second = stem ? std::string(reinterpret_cast<const char*>(stem),
                                         static_cast<std::size_t>(sb_stemmer_length(stemmer)))
                           : std::string(word);
    }
    out.push_back(entry->second);
    if (stems.size() > kStemCache) stems.clear();
  }

  void add_japanese(std::string_view run, std::vector<std::string>& out) {
    // Positions of the code points; a bigram is a pair of neighbours.
    std::size_t previous = 0, current = 0, count = 0;
    for (std::size_t at = 0; at < run.size();) {
      previous = current;
      current = at;
      at += code_point_at(run, at).length;
      if (++count > 1) out.emplace_back(run.substr(previous, at - previous));
    }
    if (count == 1) out.emplace_back(run);
    found.clear();
    words.split(run, found);
    for (const std::string_view word : found) {
      std::string term = "w:";
      term += word.substr(0, kLongestTerm);
      out.push_back(std::move(term));
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
  const std::string text = normalise(utf8);
  std::string word;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = code_point_at(text, at);
    if (is_japanese_letter(c.value)) {
      const std::size_t begin = at;
      while (at < text.size()) {
        const CodePoint next = code_point_at(text, at);
        if (!is_japanese_letter(next.value)) break;
        at += next.length;
      }
      state_->add_japanese(std::string_view(text).substr(begin, at - begin), out);
      continue;
    }
    word.clear();
    while (at < text.size()) {
      const CodePoint next = code_point_at(text, at);
      const char32_t v = next.value;
      const bool letter = v < 0x80
                              ? is_ascii_letter(v) || is_ascii_digit(v)
                              : !is_japanese_letter(v) && (u_isalnum(static_cast<UChar32>(v)) || is_mark(v));
      if (letter) {
        word.append(text, at, next.length);
      } else {
        const char32_t after =
            at + next.length < text.size() ? code_point_at(text, at + next.length).value : 0;
        const bool digits =
            !word.empty() && is_ascii_digit(static_cast<unsigned char>(word.back())) && is_ascii_digit(after);
        if (v == ',' && digits) {
        } else if (v == '.' && digits) {
          word += '.';
        } else if ((v == '\'' || v == 0x2019) && !word.empty() && is_ascii_letter(after)) {
          word += '\'';
        } else {
          break;
        }
      }
      at += next.length;
    }
    if (word.empty()) {
      at += c.length;
    } else {
      state_->add_word(word, out);
    }
  }
}

std::vector<std::string> Analyzer::terms(std::string_view utf8) {
  std::vector<std::string> out;
  analyze(utf8, out);
  return out;
}

std::vector<QueryTerm> Analyzer::query_terms(std::string_view utf8) {
  std::vector<QueryTerm> out;
  std::unordered_map<std::string, std::size_t> seen;
  for (std::string& term : terms(utf8)) {
    const auto [entry, fresh] = seen.try_emplace(term, out.size());
    if (fresh) {
      out.push_back({std::move(term), 1.0F});
    } else {
      out[entry->second].weight += 1.0F;
    }
  }
  return out;
}

}  // namespace genkai::text
