#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <array>
#include <memory>

#include "text/text.h"
#include "text/utf8.h"

namespace genkai::text {
namespace {

using base::Code;
using base::fail;

constexpr std::size_t kSample = 64 << 10;  // bytes that the choice of an encoding looks at

// UTF-16 without a mark reads almost any two bytes as an ideograph: beside the 8-bit encodings it needs kana
// to win.
constexpr double kUnmarkedWide = 0.4;

struct Encoding {
  const char* name;       // as in Decoded::encoding
  const char* converter;  // as ICU calls it; Shift_JIS is read as Windows wrote it (①, ～ and the like)
};
constexpr std::array<Encoding, 6> kEncodings = {{{"UTF-8", "UTF-8"},
                                                 {"UTF-16LE", "UTF-16LE"},
                                                 {"UTF-16BE", "UTF-16BE"},
                                                 {"Shift_JIS", "ibm-943_P15A-2003"},
                                                 {"EUC-JP", "EUC-JP"},
                                                 {"windows-1252", "windows-1252"}}};
constexpr const Encoding& kUtf8 = kEncodings[0];

using Converter = std::unique_ptr<UConverter, decltype(&ucnv_close)>;

extern "C" void replace_and_count(const void* context, UConverterToUnicodeArgs* args, const char*,
                                  std::int32_t, UConverterCallbackReason reason, UErrorCode* status) {
  if (reason > UCNV_IRREGULAR) return;
  ++*static_cast<std::size_t*>(const_cast<void*>(context));
  *status = U_ZERO_ERROR;
  const UChar replacement = 0xFFFD;
  ucnv_cbToUWriteUChars(args, &replacement, 1, 0, status);
}

struct Converted {
  std::string text;
  std::size_t errors = 0;
};

/// Decodes all of `bytes`; a failed conversion counts as nothing but errors.
Converted convert(std::string_view bytes, const char* converter_name, bool flush = true) {
  Converted out;
  UErrorCode status = U_ZERO_ERROR;
  const Converter converter(ucnv_open(converter_name, &status), &ucnv_close);
  if (U_FAILURE(status)) return {{}, bytes.size() + 1};
  ucnv_setToUCallBack(converter.get(), replace_and_count, &out.errors, nullptr, nullptr, &status);
  const bool is_1252 = std::string_view(converter_name) == "windows-1252";
  out.text.reserve(bytes.size() * 3 / 2);
  std::array<UChar, 8192> buffer;
  const char* source = bytes.data();
  const char* const end = source + bytes.size();
  UChar high = 0;  // a surrogate that waits for its partner
  const auto emit = [&](char32_t c) {
    if (is_1252 && c >= 0x80 && c < 0xA0) {  // the five bytes that windows-1252 leaves undefined
      ++out.errors;
      c = 0xFFFD;
    }
    append_utf8(out.text, c);
  };
  do {
    UChar* target = buffer.data();
    status = U_ZERO_ERROR;
    ucnv_toUnicode(converter.get(), &target, buffer.data() + buffer.size(), &source, end, nullptr, flush,
                   &status);
    for (const UChar* unit = buffer.data(); unit != target; ++unit) {
      if (U16_IS_LEAD(*unit)) {
        if (high) emit(0xFFFD);
        high = *unit;
      } else if (U16_IS_TRAIL(*unit)) {
        emit(high ? static_cast<char32_t>(U16_GET_SUPPLEMENTARY(high, *unit)) : 0xFFFD);
        high = 0;
      } else {
        if (high) emit(0xFFFD);
        high = 0;
        emit(*unit);
      }
    }
  } while (status == U_BUFFER_OVERFLOW_ERROR);
  if (high) emit(0xFFFD);
  if (U_FAILURE(status)) ++out.errors;
  return out;
}

/// How much a decoded sample looks like text that people write, per character; about 1 for text, below 0 for
/// noise.
double plausibility(const Converted& sample) {
  double score = -6.0 * static_cast<double>(sample.errors);
  std::size_t characters = 0;
  char32_t previous = ' ';
  for (std::size_t at = 0; at < sample.text.size();) {
    const CodePoint c = code_point_at(sample.text, at);
    at += c.length;
    ++characters;
    const char32_t v = c.value;
    const bool after_latin = is_ascii_letter(previous) || (previous >= 0xC0 && previous < 0x250);
    // The wrong byte order of UTF-16 turns ASCII into these.
    if (v >= 0x100 && (v & 0xFF) == 0 && v != 0x3000 && v != 0x4E00) score -= 1.5;
    if (v < 0x80) {
      const bool control =
          v == 0x7F || (v < ' ' && v != '\t' && v != '\n' && v != '\r' && v != '\f' && v != 0x1B);
      // A letter glued to a Japanese or accented neighbour is common enough, but no evidence either.
      score += control ? -6 : is_ascii_letter(v) || v == ' ' || v == '\n' || v == '\r' ? 1 : 0.6;
    } else if (is_hiragana(v) || (v >= 0x3001 && v <= 0x3011)) {
      score += 1.6;
    } else if (v >= 0x30A1 && v <= 0x30FC) {
      score += 1.3;
    } else if (v >= 0xFF61 && v <= 0xFF9F) {  // half-width katakana: mostly another encoding misread
      score -= 0.8;
    } else if (v >= 0x4E00 && v <= 0x9FFF) {
      score += is_japanese_letter(previous) || !after_latin ? 1.0 : 0.4;
    } else if ((v >= 0xFF01 && v <= 0xFF5E) || (v >= 0x2010 && v <= 0x2026) || (v >= 0x3000 && v <= 0x30FF)) {
      score += 1.0;
    } else if (v >= 0xC0 &&
               v < 0x180) {  // an accented letter stands in a word, at most a few of them in a row
      score += v == 0xD7 || v == 0xF7 ? -0.5 : is_ascii_letter(previous) || previous == ' ' ? 0.9 : -0.4;
    } else if (v < 0xC0) {
      score += v == 0xA0 || v == 0xA3 || v == 0xA9 || v == 0xAB || v == 0xBB || v == 0xB0 ? 0.4 : -0.5;
    } else if (v == 0xFFFD || (v >= 0xE000 && v <= 0xF8FF)) {
      score -= 3;
    } else {
      score -= 0.5;
    }
    previous = v;
  }
  return characters ? score / static_cast<double>(characters) : 0;
}

std::string_view sample_of(std::string_view bytes) {
  return bytes.substr(0, std::min(bytes.size(), kSample));
}

bool has_controls(std::string_view bytes) {
  return std::any_of(bytes.begin(), bytes.end(), [](char c) {
    const auto b = static_cast<unsigned char>(c);
    return b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != 0x1B && b != 0x0B;
  });
}

struct Choice {
  const Encoding* encoding = nullptr;
  double score = -1e9;
};

Choice best_of(std::string_view bytes, std::size_t first, std::size_t last) {
  Choice best;
  const std::string_view sample = sample_of(bytes);
  const bool whole = sample.size() == bytes.size();
  for (std::size_t i = first; i <= last; ++i) {
    if (i <= 2 && bytes.size() % 2 != 0) continue;
    double score = plausibility(convert(sample, kEncodings[i].converter, whole));
    if (i <= 2 && last > 2) score -= kUnmarkedWide;
    if (score > best.score) best = {&kEncodings[i], score};
  }
  return best;
}

void unify_line_ends(std::string& text) {
  if (text.find('\r') == std::string::npos) return;
  std::size_t to = 0;
  for (std::size_t from = 0; from < text.size(); ++from) {
    if (text[from] == '\r') {
      text[to++] = '\n';
      if (from + 1 < text.size() && text[from + 1] == '\n') ++from;
    } else {
      text[to++] = text[from];
    }
  }
  text.resize(to);
}

base::Result<Decoded> finish(std::string text, std::string encoding, std::size_t replaced) {
  if (text.find('\0') != std::string::npos) {
    return fail(Code::invalid_argument, "this is binary data, not text",
                "give a text, HTML, PDF, DOCX or EPUB file");
  }
  unify_line_ends(text);
  return Decoded{std::move(text), std::move(encoding), replaced};
}

base::Result<Decoded> decode_as(std::string_view bytes, const Encoding& encoding) {
  if (&encoding == &kUtf8) {
    std::size_t replaced = 0;
    std::string text = to_valid_utf8(bytes, &replaced);
    return finish(std::move(text), kUtf8.name, replaced);
  }
  Converted converted = convert(bytes, encoding.converter);
  return finish(std::move(converted.text), encoding.name, converted.errors);
}

std::string lower(std::string_view name) {
  std::string out(name);
  for (char& c : out) c = c == '_' ? '-' : static_cast<char>(c + (c >= 'A' && c <= 'Z' ? 'a' - 'A' : 0));
  return out;
}

/// The encoding that `declared` names, or nothing when ICU does not know it. Latin-1 and ASCII mean
/// windows-1252, as on the web (WHATWG Encoding).
struct Declared {
  std::string name;
  std::string converter;
};
Declared known_encoding(std::string_view declared) {
  const std::string name = lower(declared.substr(0, 64));
  if (name.empty()) return {};
  if (name == "utf-8" || name == "utf8") return {"UTF-8", "UTF-8"};
  if (name == "utf-16" || name == "unicode") return {};  // the byte order is found from the bytes
  for (const char* alias :
       {"shift-jis", "sjis", "x-sjis", "ms-kanji", "windows-31j", "cp932", "ms932", "windows-932"})
    if (name == alias) return {"Shift_JIS", kEncodings[3].converter};
  for (const char* alias : {"euc-jp", "eucjp", "x-euc-jp", "ujis"})
    if (name == alias) return {"EUC-JP", kEncodings[4].converter};
  for (const char* alias :
       {"windows-1252", "cp1252", "iso-8859-1", "iso8859-1", "latin1", "latin-1", "us-ascii", "ascii"})
    if (name == alias) return {"windows-1252", "windows-1252"};
  UErrorCode status = U_ZERO_ERROR;
  const char* standard = ucnv_getStandardName(name.c_str(), "IANA", &status);
  if (U_FAILURE(status) || !standard) return {};
  return {standard, standard};
}

}  // namespace

base::Result<Decoded> decode(std::string_view bytes, std::string_view declared) {
  if (bytes.starts_with("\xEF\xBB\xBF")) return decode_as(bytes.substr(3), kUtf8);
  if (bytes.starts_with("\xFF\xFE")) return decode_as(bytes.substr(2), kEncodings[1]);
  if (bytes.starts_with("\xFE\xFF")) return decode_as(bytes.substr(2), kEncodings[2]);

  const bool valid_utf8 = is_valid_utf8(bytes);
  const bool ascii = valid_utf8 && is_ascii(bytes);
  if (const Declared known = known_encoding(declared); !known.name.empty() && known.name != "UTF-8") {
    // Valid multi-byte UTF-8 is stronger evidence than a declaration that almost any bytes satisfy, and
    // windows-1252 is what people declare who never thought about it.
    const bool weak = known.name == "windows-1252" || known.name == "Shift_JIS";
    if (!(valid_utf8 && weak)) {
      Converted converted = convert(bytes, known.converter.c_str());
      const bool doubtful = known.name == "windows-1252" &&
                            plausibility(convert(sample_of(bytes), known.converter.c_str(), false)) < 0.3;
      if (converted.errors == 0 && !doubtful) {
        return finish(std::move(converted.text), ascii && known.name == "EUC-JP" ? "UTF-8" : known.name, 0);
      }
    }
  }

  const bool nul = bytes.find('\0') != std::string_view::npos;
  if (has_controls(sample_of(bytes)) || nul) {
    const Choice wide = best_of(bytes, 1, 2);
    if (wide.encoding && wide.score > 0.5 && (nul || !valid_utf8 || wide.score > 1.0))
      return decode_as(bytes, *wide.encoding);
    if (nul) return finish(std::string(1, '\0'), {}, 0);
  }
  if (valid_utf8) return decode_as(bytes, kUtf8);

  // Damaged UTF-8 is still UTF-8 when its good multi-byte sequences outnumber the bad ones by far.
  std::size_t good = 0, bad = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    const CodePoint c = code_point_at(bytes, at);
    at += c.length;
    if (!c.valid)
      ++bad;
    else if (c.length > 1)
      ++good;
  }
  if (good > 8 * bad) return decode_as(bytes, kUtf8);
  const Choice best = best_of(bytes, 1, kEncodings.size() - 1);
  return decode_as(bytes, best.encoding ? *best.encoding : kEncodings.back());
}

}  // namespace genkai::text
