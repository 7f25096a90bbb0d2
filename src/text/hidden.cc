#include "text/hidden.h"

#include "text/utf8.h"

namespace genkai::text {
namespace {

enum class Kind { visible, zero_width, bidi, tag, variation };

constexpr char32_t kBlackFlag = 0x1F3F4;  // opens a flag emoji, which spells its region in tag characters
constexpr char32_t kCancelTag = 0xE007F;

Kind kind_of(char32_t c) {
  if (c < 0xAD) return Kind::visible;
  if (c == 0xAD || c == 0x34F || c == 0x115F || c == 0x1160 || c == 0x17B4 || c == 0x17B5 || c == 0x180E ||
      (c >= 0x200B && c <= 0x200D) || (c >= 0x2060 && c <= 0x2064) || c == 0x3164 || c == 0xFEFF ||
      c == 0xFFA0) {
    return Kind::zero_width;
  }
  if (c == 0x61C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
      (c >= 0x2066 && c <= 0x206F)) {
    return Kind::bidi;
  }
  if (c >= 0xE0000 && c <= 0xE007F) return Kind::tag;
  if ((c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF) || (c >= 0x180B && c <= 0x180F)) {
    return Kind::variation;
  }
  return Kind::visible;
}

/// Calls visit(kind, code point, begin, end) for each code point; kind is visible for what is at its honest
/// place.
template <class Visit>
void walk(std::string_view utf8, Visit&& visit) {
  bool in_flag = false, after_visible = false;
  char32_t previous = 0;
  for (std::size_t at = 0; at < utf8.size();) {
    const CodePoint c = code_point_at(utf8, at);
    Kind kind = kind_of(c.value);
    if (c.value == kBlackFlag) in_flag = true;
    if (kind == Kind::tag && in_flag) {
      if (c.value == kCancelTag) in_flag = false;
      kind = Kind::visible;
    } else if (c.value != kBlackFlag) {
      in_flag = false;
    }
    if (kind == Kind::variation && after_visible) kind = Kind::visible;
    // The joiner between two emoji, and within words of scripts that need it (Arabic to Indic), is honest.
    if (c.value == 0x200D || c.value == 0x200C) {
      const std::size_t next = at + c.length;
      const char32_t following = next < utf8.size() ? code_point_at(utf8, next).value : 0;
      const bool emoji = c.value == 0x200D && previous >= 0x2190 && previous != 0xFFFD &&
                         following >= 0x2190 && !is_japanese_letter(previous) &&
                         !is_japanese_letter(following);
      const bool joining_script =
          previous >= 0x600 && previous < 0x10A0 && following >= 0x600 && following < 0x10A0;
      if (emoji || joining_script) kind = Kind::visible;
    }
    visit(kind, c.value, at, at + c.length);
    after_visible = kind == Kind::visible && kind_of(c.value) == Kind::visible;
    previous = c.value;
    at += c.length;
  }
}

}  // namespace

HiddenCharacters find_hidden(std::string_view utf8) {
  HiddenCharacters found;
  walk(utf8, [&](Kind kind, char32_t c, std::size_t begin, std::size_t end) {
    switch (kind) {
      case Kind::visible:
        return;
      case Kind::zero_width:
        ++found.zero_width;
        break;
      case Kind::bidi:
        ++found.bidi;
        break;
      case Kind::tag:
        ++found.tags;
        if (c >= 0xE0020 && c < kCancelTag) found.tag_text += static_cast<char>(c - 0xE0000);
        break;
      case Kind::variation:
        ++found.variation;
        break;
    }
    if (!found.spans.empty() && found.spans.back().end == begin) {
      found.spans.back().end = end;
    } else {
      found.spans.push_back({begin, end});
    }
  });
  return found;
}

std::string strip_hidden(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size());
  walk(utf8, [&](Kind kind, char32_t, std::size_t begin, std::size_t end) {
    if (kind == Kind::visible) out.append(utf8, begin, end - begin);
  });
  return out;
}

}  // namespace genkai::text
