#pragma once
// Language tools that every floor above uses: decoding, normalising, sentences, token estimates.
//
//   GENKAI_ASSIGN_OR_RETURN(Decoded page, decode(bytes, "shift_jis"));
//   for (const Span sentence : split_sentences(page.text)) use(sentence.of(page.text));

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace genkai::text {

enum class Language { english, japanese, other };

/// Half-open byte range [begin, end) of a UTF-8 text.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string_view of(std::string_view text) const { return text.substr(begin, end - begin); }
  bool operator==(const Span&) const = default;
};

struct Decoded {
  std::string text;  // valid UTF-8, no byte order mark, line ends as \n
  std::string
      encoding;  // "UTF-8", "Shift_JIS", "EUC-JP", "UTF-16LE", "UTF-16BE", "windows-1252" (or as declared)
  std::size_t replaced = 0;  // byte sequences that could not be decoded and became U+FFFD
};

/// Recognises the encoding (byte order mark, the declaration, UTF-8 validity, then whichever of the encodings
/// above makes the most plausible text) and decodes by ICU. `declared` is what the document says of itself
/// (HTML meta, XML), or empty; it is trusted only if everything decodes, and may name any encoding that ICU
/// knows, whose IANA name is then in `encoding`. Shift_JIS is read as Windows writes it. Binary data (NUL
/// characters) is invalid_argument.
base::Result<Decoded> decode(std::string_view bytes, std::string_view declared = {});

/// NFKC, full case folding, width folding; default-ignorable characters (zero-width, soft hyphen) are gone.
/// Idempotent, and valid UTF-8 whatever comes in. For matching, never for showing.
std::string normalise(std::string_view utf8);

/// Which language most of the text's letters are written in: japanese when kana or (kanji with kana) carry
/// it.
Language detect_language(std::string_view utf8);

/// Sentences in order, without surrounding white space; together they cover every non-space byte. Ends at . !
/// ? and 。！？ (closing quotes and brackets included), at blank lines, before list items and after #
/// headings; not after abbreviations, initials and numbers, nor inside 「」 and parentheses of up to 900
/// bytes. Linear time.
std::vector<Span> split_sentences(std::string_view utf8);

/// Tokens that a subword tokenizer of a current language model would use, estimated (English about 4/3 a
/// word, Japanese about 0.8 a character).
std::size_t estimate_tokens(std::string_view utf8);

/// Code points of valid UTF-8 text.
std::size_t count_code_points(std::string_view utf8);

/// At most `code_points` code points of the text, cut at a boundary.
std::string_view prefix(std::string_view utf8, std::size_t code_points);

}  // namespace genkai::text
