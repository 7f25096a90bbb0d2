#pragma once
// Words of Japanese text, which has no spaces: by MeCab with its IPA dictionary, or by ICU's rules where that
// is missing (said once in the log).

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace genkai::text {

enum class WordKind { person, place, proper, noun, number, suffix, other };

struct TaggedWord {
  std::size_t begin = 0;  // bytes
  std::size_t end = 0;
  WordKind kind = WordKind::other;
};

/// Not thread-safe: one a thread. The dictionary is loaded once a process and shared.
class JapaneseWords {
 public:
  /// `with_dictionary` false takes ICU's rules even where MeCab could be used.
  explicit JapaneseWords(bool with_dictionary = true);
  ~JapaneseWords();
  JapaneseWords(JapaneseWords&&) noexcept;
  JapaneseWords& operator=(JapaneseWords&&) noexcept;

  static bool has_dictionary();

  /// Words of `run` (kana and kanji only, NFKC), appended to `out`: nouns, verbs, adjectives in their
  /// dictionary form where MeCab knows it; particles, auxiliaries and symbols are left out. The views are
  /// valid until the next call.
  void split(std::string_view run, std::vector<std::string_view>& out);

  /// Every word of `sentence` with what it is, appended to `out` (person and place: names of such). At most
  /// the first 2,048 bytes are read. Without the dictionary a run of kanji or of katakana is a noun.
  void tag(std::string_view sentence, std::vector<TaggedWord>& out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace genkai::text
