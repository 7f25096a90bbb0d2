// NFKC with full case folding by ICU (its NFKC_Casefold, which also drops default-ignorable characters such
// as zero-width spaces and soft hyphens); plain ASCII never reaches ICU.

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>

#include "text/text.h"
#include "text/utf8.h"

namespace genkai::text {
namespace {

constexpr std::size_t kPiece = std::size_t{64} << 20;  // ICU counts bytes in 32 bits

/// A place at or after `wanted` where the text can be cut without changing its normal form: before ASCII,
/// which composes with nothing before it.
std::size_t cut_point(std::string_view text, std::size_t wanted) {
  if (wanted >= text.size()) return text.size();
  std::size_t at = wanted;
  while (at < text.size() && at - wanted < kPiece && static_cast<unsigned char>(text[at]) >= 0x80) ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  return at;
}

void normalise_piece(std::string_view text, std::string& out) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* fold = icu::Normalizer2::getNFKCCasefoldInstance(status);
  icu::StringByteSink<std::string> sink(&out);
  if (U_SUCCESS(status)) {
    fold->normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())), sink,
                        nullptr, status);
  }
  if (U_FAILURE(status)) out.append(text);
}

}  // namespace

std::string normalise(std::string_view utf8) {
  std::string out;
  if (is_ascii(utf8)) {
    out.resize(utf8.size());
    for (std::size_t i = 0; i < utf8.size(); ++i) {
      const char c = utf8[i];
      out[i] = static_cast<char>(c + ((c >= 'A' && c <= 'Z') ? 'a' - 'A' : 0));
    }
    return out;
  }
  std::string repaired;
  if (!is_valid_utf8(utf8)) {
    repaired = to_valid_utf8(utf8);
    utf8 = repaired;
  }
  out.reserve(utf8.size());
  for (std::size_t begin = 0; begin < utf8.size();) {
    const std::size_t end = cut_point(utf8, begin + kPiece);
    normalise_piece(utf8.substr(begin, end - begin), out);
    begin = end;
  }
  return out;
}

}  // namespace genkai::text
