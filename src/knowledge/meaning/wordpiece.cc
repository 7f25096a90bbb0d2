#include "knowledge/meaning/wordpiece.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <bit>
#include <string>

namespace genkai::knowledge {
namespace {

// Prefixes of a word are hashed while it is walked (FNV-1a), so that trying one costs no second pass. Pieces
// inside a word start from another seed: that is all that is left of their ##.
constexpr std::uint32_t kFirstSeed = 2166136261U;
constexpr std::uint32_t kInnerSeed = 3735928559U;
constexpr std::uint32_t extend(std::uint32_t hash, char byte) {
  return (hash ^ static_cast<unsigned char>(byte)) * 16777619U;
}
// FNV's low bits are weak; the slot is chosen by a mixed hash.
constexpr std::uint32_t mix(std::uint32_t hash) {
  return (hash ^ (hash >> 15)) * 2246822519U;
}

bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

enum class Kind : unsigned char { letter, space, punctuation, ideograph, dropped };

bool is_ideograph(UChar32 c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x20000 && c <= 0x2A6DF) ||
         (c >= 0x2A700 && c <= 0x2CEAF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F);
}

Kind kind_of(UChar32 c) {
  if (u_isUWhiteSpace(c)) return Kind::space;
  if (c < 0x80) {
    if (c < 0x20 || c == 0x7F) return Kind::dropped;
    const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return alphanumeric ? Kind::letter : Kind::punctuation;
  }
  if (c == 0xFFFD) return Kind::dropped;
  if (is_ideograph(c)) return Kind::ideograph;
  const std::uint32_t category = U_GET_GC_MASK(c);
  if (category & U_GC_P_MASK) return Kind::punctuation;
  if (category & (U_GC_C_MASK | U_GC_MN_MASK)) return Kind::dropped;
  return Kind::letter;
}

struct Ascii {
  std::array<Kind, 128> kind{};
  std::array<char, 128> lower{};
  Ascii() {
    for (int c = 0; c < 128; ++c) {
      kind[static_cast<std::size_t>(c)] = kind_of(c);
      lower[static_cast<std::size_t>(c)] = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
  }
};

void append_utf8(std::string& out, UChar32 c) {
  char buffer[U8_MAX_LENGTH];
  int length = 0;
  U8_APPEND_UNSAFE(buffer, length, c);
  out.append(buffer, static_cast<std::size_t>(length));
}

const UNormalizer2* decomposer() {
  static const UNormalizer2* const nfd = [] {
    UErrorCode error = U_ZERO_ERROR;
    return unorm2_getNFDInstance(&error);
  }();
  return nfd;
}

/// Appends `c` decomposed, without accents, in lower case; returns the number of code points appended.
std::size_t append_folded(std::string& out, UChar32 c) {
  constexpr std::int32_t kCapacity = 32;  // the longest canonical decomposition has 4 code points
  UChar parts[kCapacity];
  UErrorCode error = U_ZERO_ERROR;
  const std::int32_t length = unorm2_getDecomposition(decomposer(), c, parts, kCapacity, &error);
  if (length < 0 || U_FAILURE(error)) {
    append_utf8(out, u_tolower(c));
    return 1;
  }
  std::size_t count = 0;
  for (std::int32_t i = 0; i < length;) {
    UChar32 part;
    U16_NEXT(parts, i, length, part);
    if (u_charType(part) == U_NON_SPACING_MARK) continue;
    append_utf8(out, u_tolower(part));
    ++count;
  }
  return count;
}

}  // namespace

WordPiece::WordPiece(std::string_view vocabulary) {
  std::vector<std::uint32_t> hashes;
  while (!vocabulary.empty()) {
    const std::size_t end = vocabulary.find('\n');
    std::string_view piece = vocabulary.substr(0, end);
    vocabulary.remove_prefix(end == std::string_view::npos ? vocabulary.size() : end + 1);
    std::uint32_t hash = kFirstSeed;
    if (piece.size() > 2 && piece.starts_with("##")) {
      piece.remove_prefix(2);
      hash = kInnerSeed;
    }
    for (char byte : piece) hash = extend(hash, byte);
    pieces_.push_back(piece);
    hashes.push_back(hash);
    longest_ = std::max(longest_, piece.size());
  }
  slots_.resize(std::bit_ceil(2 * pieces_.size() + 2));
  for (std::uint32_t id = 0; id < pieces_.size(); ++id) {
    std::size_t slot = mix(hashes[id]) & (slots_.size() - 1);
    while (slots_[slot].id != kUnknown) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = {hashes[id], id};
  }
}

std::uint32_t WordPiece::find(std::string_view piece, std::uint32_t hash) const {
  for (std::size_t slot = mix(hash) & (slots_.size() - 1);; slot = (slot + 1) & (slots_.size() - 1)) {
    const Slot& candidate = slots_[slot];
    if (candidate.id == kUnknown) return kUnknown;
    if (candidate.hash == hash && pieces_[candidate.id] == piece) return candidate.id;
  }
}

void WordPiece::cut(std::string_view word, std::size_t code_points, std::vector<std::uint32_t>& ids) const {
  if (code_points > kLongestWord) {
    ids.push_back(kUnknown);
    return;
  }
  const std::size_t before = ids.size();
  std::uint32_t hashes[4 * kLongestWord];
  for (std::size_t begin = 0; begin < word.size();) {
    const std::size_t limit = std::min(longest_, word.size() - begin);
    std::uint32_t hash = begin == 0 ? kFirstSeed : kInnerSeed;
    for (std::size_t i = 0; i < limit; ++i) hashes[i] = hash = extend(hash, word[begin + i]);
    std::uint32_t id = kUnknown;
    std::size_t length = limit;
    for (; length > 0; --length) {
      const bool inside = begin + length < word.size() && is_continuation(word[begin + length]);
      if (!inside) id = find(word.substr(begin, length), hashes[length - 1]);
      if (id != kUnknown) break;
    }
    if (id == kUnknown) {
      ids.resize(before);
      ids.push_back(kUnknown);
      return;
    }
    ids.push_back(id);
    begin += length;
  }
}

void WordPiece::tokenize(std::string_view utf8, std::vector<std::uint32_t>& ids) const {
  static const Ascii ascii;
  std::string word;
  std::size_t code_points = 0;
  const auto flush = [&] {
    if (!word.empty()) cut(word, code_points, ids);
    word.clear();
    code_points = 0;
  };
  const auto alone = [&](UChar32 c) {
    flush();
    code_points = append_folded(word, c);
    flush();
  };
  for (std::size_t i = 0; i < utf8.size();) {
    if (const auto byte = static_cast<unsigned char>(utf8[i]); byte < 0x80) {
      ++i;
      switch (ascii.kind[byte]) {
        case Kind::letter:
          // A word past the limit is unknown whatever follows; its bytes need not be kept.
          if (++code_points <= kLongestWord) word.push_back(ascii.lower[byte]);
          break;
        case Kind::space:
          flush();
          break;
        case Kind::dropped:
          break;
        default:
          flush();
          word.push_back(static_cast<char>(byte));
          code_points = 1;
          flush();
      }
      continue;
    }
    UChar32 c;
    U8_NEXT(utf8.data(), i, utf8.size(), c);
    if (c < 0) continue;
    switch (kind_of(c)) {
      case Kind::letter:
        if (code_points <= kLongestWord) code_points += append_folded(word, c);
        break;
      case Kind::space:
        flush();
        break;
      case Kind::dropped:
        break;
      default:
        alone(c);
    }
  }
  flush();
}

}  // namespace genkai::knowledge
