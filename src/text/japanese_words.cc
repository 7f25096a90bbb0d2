#include "text/japanese_words.h"

#include <mecab.h>
#include <unicode/ubrk.h>
#include <unicode/utext.h>

#include <string>

#include "base/log.h"
#include "text/utf8.h"

namespace genkai::text {
namespace {

constexpr std::size_t kLongestSentence = 2048;  // bytes; MeCab's lattice grows with its input

/// The dictionary, or null. Its features must be UTF-8 and laid out as IPA's: class, ..., dictionary form in
/// column 6.
const MeCab::Model* shared_model() {
  static const std::unique_ptr<MeCab::Model> model = [] {
    for (const char* options :
         {"-d /var/lib/mecab/dic/ipadic-utf8", "-d /usr/lib/x86_64-linux-gnu/mecab/dic/ipadic",
          "-d /usr/local/lib/mecab/dic/ipadic", ""}) {
      std::unique_ptr<MeCab::Model> candidate(MeCab::createModel(options));
      if (!candidate) continue;
      const std::string_view charset = candidate->dictionary_info()->charset;
      if (charset == "UTF-8" || charset == "utf-8" || charset == "utf8" || charset == "UTF8")
        return candidate;
    }
    base::log::warning(
        "MeCab has no UTF-8 dictionary: Japanese words come from ICU, which finds a little less "
        "(install mecab-ipadic-utf8)");
    return std::unique_ptr<MeCab::Model>();
  }();
  return model.get();
}

std::string_view column(std::string_view feature, int wanted) {
  for (; wanted > 0; --wanted) {
    const std::size_t comma = feature.find(',');
    if (comma == std::string_view::npos) return {};
    feature.remove_prefix(comma + 1);
  }
  return feature.substr(0, feature.find(','));
}

/// Whether a word of this class says what a text is about.
bool is_content(std::string_view kind, std::string_view subkind) {
  if (kind == "助詞" || kind == "助動詞" || kind == "記号" || kind == "フィラー" || kind == "感動詞")
    return false;
  if (kind == "名詞") return subkind != "代名詞" && subkind != "非自立" && subkind != "数";
  if (kind == "動詞") return subkind == "自立";
  return true;
}

WordKind kind_of(std::string_view feature) {
  const std::string_view kind = column(feature, 0);
  if (kind == "接頭詞") return WordKind::noun;
  if (kind != "名詞") return WordKind::other;
  const std::string_view sub = column(feature, 1);
  if (sub == "数") return WordKind::number;
  if (sub == "接尾") return column(feature, 2) == "助数詞" ? WordKind::number : WordKind::suffix;
  if (sub == "代名詞" || sub == "非自立" || sub == "副詞可能") return WordKind::other;
  if (sub != "固有名詞") return WordKind::noun;
  const std::string_view name = column(feature, 2);
  return name == "人名" ? WordKind::person : name == "地域" ? WordKind::place : WordKind::proper;
}

bool has_japanese(std::string_view word) {
  for (std::size_t at = 0; at < word.size(); at += code_point_at(word, at).length)
    if (is_japanese_letter(code_point_at(word, at).value)) return true;
  return false;
}

}  // namespace

struct JapaneseWords::State {
  std::unique_ptr<MeCab::Tagger> tagger;
  std::unique_ptr<MeCab::Lattice> lattice;
  UBreakIterator* breaks = nullptr;
  std::string buffer;

  /// A copy with zeros behind it: MeCab reads past the end of a sentence that ends in white space or a broken
  /// character.
  std::string_view padded(std::string_view sentence) {
    constexpr std::size_t kPadding = 8;
    buffer.assign(sentence.substr(0, kLongestSentence));
    const std::size_t size = buffer.size();
    buffer.append(kPadding, '\0');
    return std::string_view(buffer).substr(0, size);
  }

  /// Calls visit(node) for each word that MeCab finds in the padded sentence.
  template <class Visit>
  void each_word(std::string_view sentence, const Visit& visit) {
    lattice->set_sentence(sentence.data(), sentence.size());
    if (!tagger->parse(lattice.get())) return;
    for (const MeCab::Node* node = lattice->bos_node(); node; node = node->next)
      if (node->stat != MECAB_BOS_NODE && node->stat != MECAB_EOS_NODE) visit(*node);
  }

  explicit State(bool with_dictionary) {
    if (const MeCab::Model* model = with_dictionary ? shared_model() : nullptr) {
      tagger.reset(model->createTagger());
      lattice.reset(model->createLattice());
    } else {
      UErrorCode status = U_ZERO_ERROR;
      breaks = ubrk_open(UBRK_WORD, "ja", nullptr, 0, &status);
    }
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (breaks) ubrk_close(breaks);
  }
};

JapaneseWords::JapaneseWords(bool with_dictionary) : state_(std::make_unique<State>(with_dictionary)) {}
JapaneseWords::~JapaneseWords() = default;
JapaneseWords::JapaneseWords(JapaneseWords&&) noexcept = default;
JapaneseWords& JapaneseWords::operator=(JapaneseWords&&) noexcept = default;

bool JapaneseWords::has_dictionary() {
  return shared_model() != nullptr;
}

void JapaneseWords::split(std::string_view sentence, std::vector<std::string_view>& out) {
  sentence = state_->padded(sentence);
  if (state_->tagger) {
    state_->each_word(sentence, [&](const MeCab::Node& node) {
      const std::string_view feature = node.feature;
      const std::string_view lemma = column(feature, 6);
      const std::string_view word =
          lemma.empty() || lemma == "*" ? std::string_view(node.surface, node.length) : lemma;
      if (is_content(column(feature, 0), column(feature, 1)) && has_japanese(word)) out.push_back(word);
    });
    return;
  }
  if (!state_->breaks) return;
  UErrorCode status = U_ZERO_ERROR;
  UText text = UTEXT_INITIALIZER;
  utext_openUTF8(&text, sentence.data(), static_cast<std::int64_t>(sentence.size()), &status);
  ubrk_setUText(state_->breaks, &text, &status);
  if (U_SUCCESS(status)) {
    std::int32_t begin = ubrk_first(state_->breaks);
    for (std::int32_t end = ubrk_next(state_->breaks); end != UBRK_DONE; end = ubrk_next(state_->breaks)) {
      const std::string_view word =
          sentence.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
      if (word.size() > 3 && has_japanese(word)) out.push_back(word);
      begin = end;
    }
  }
  utext_close(&text);
}

void JapaneseWords::tag(std::string_view sentence, std::vector<TaggedWord>& out) {
  sentence = state_->padded(sentence);
  if (state_->tagger) {
    state_->each_word(sentence, [&](const MeCab::Node& node) {
      const auto begin = static_cast<std::size_t>(node.surface - sentence.data());
      out.push_back({begin, begin + node.length, kind_of(node.feature)});
    });
    return;
  }
  const auto script = [&](std::size_t at) {
    const char32_t c = code_point_at(sentence, at).value;
    return is_kanji(c) ? 1 : is_katakana(c) ? 2 : 0;
  };
  for (std::size_t at = 0; at < sentence.size();) {
    const std::size_t begin = at;
    const int kind = script(at);
    do at += code_point_at(sentence, at).length;
    while (at < sentence.size() && script(at) == kind);
    out.push_back({begin, at, kind == 0 ? WordKind::other : WordKind::noun});
  }
}

}  // namespace genkai::text
