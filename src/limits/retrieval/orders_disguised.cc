// Orders that are not written as they are read: base64, rot13, digits for letters, spaced or reversed
// letters, tag characters. Each is cheap to try because a text has to look like it first.

#include <algorithm>
#include <array>
#include <cctype>

#include "limits/retrieval/injection.h"

namespace genkai::limits::retrieval::orders {
namespace {

constexpr std::size_t kLeastEncoded = 24;  // characters of base64

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

std::string decode_base64(std::string_view encoded) {
  std::string out;
  unsigned bits = 0, held = 0;
  for (const char c : encoded) {
    held = (held << 6) | static_cast<unsigned>(base64_value(c));
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out += static_cast<char>((held >> bits) & 0xFFU);
    }
  }
  return out;
}

bool is_prose(std::string_view text) {
  std::size_t letters = 0, spaces = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 && c != '\n') return false;
    letters += std::isalpha(byte) != 0 || byte >= 0x80 ? 1 : 0;
    spaces += c == ' ' ? 1 : 0;
  }
  return letters > text.size() / 2 && (spaces > 0 || letters > 30);
}

// Runs of base64 that hold prose.
void find_base64(std::string_view text, std::vector<Decoded>& found) {
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && base64_value(text[end]) >= 0) ++end;
    if (end - at >= kLeastEncoded) {
      std::string decoded = decode_base64(text.substr(at, end - at));
      if (is_prose(decoded)) found.push_back({"an order in base64", text::normalise(decoded)});
    }
    at = std::max(end, at + 1);
  }
}

template <std::size_t N>
bool holds_any(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

char rot13(char c) {
  if (c >= 'a' && c <= 'z') return static_cast<char>('a' + (c - 'a' + 13) % 26);
  return c;
}

// "1gn0r3 4ll pr3v10us" with its digits as the letters they stand for; empty when no word mixes both.
std::string without_leet(std::string_view folded) {
  static constexpr std::string_view kFrom = "013457@$!|", kTo = "oieastasil";
  std::string out(folded);
  std::size_t changed = 0;
  for (std::size_t at = 0; at < out.size();) {
    std::size_t end = at, letters = 0, signs = 0;
    while (end < out.size() && out[end] != ' ' && out[end] != '\n') {
      letters += out[end] >= 'a' && out[end] <= 'z' ? 1 : 0;
      signs += kFrom.find(out[end]) != std::string_view::npos ? 1 : 0;
      ++end;
    }
    if (letters >= 2 && signs > 0 && end - at >= 4) {
      ++changed;
      for (std::size_t i = at; i < end; ++i)
        if (const std::size_t k = kFrom.find(out[i]);
            k != std::string_view::npos && !(out[i] == '!' && i + 1 == end))
          out[i] = kTo[k];
    }
    at = end + 1;
  }
  return changed >= 2 ? out : std::string();
}

// "i g n o r e  a l l" without the spaces inside its words; empty when fewer than eight letters stand alone.
std::string without_spacing(std::string_view folded) {
  std::string out;
  std::size_t joined = 0;
  const auto alone = [&](std::size_t i) {
    const auto letter = [&](std::size_t k) {
      return k < folded.size() && folded[k] >= 'a' && folded[k] <= 'z';
    };
    return letter(i) && !letter(i + 1) && (i == 0 || !letter(i - 1));
  };
  for (std::size_t i = 0; i < folded.size(); ++i) {
    const bool gap = folded[i] == ' ' || folded[i] == '.' || folded[i] == '-' || folded[i] == '_';
    if (gap && i > 0 && alone(i - 1) && alone(i + 1)) {
      ++joined;
      continue;
    }
    out += folded[i];
  }
  return joined >= 8 ? out : std::string();
}

}  // namespace

std::vector<Decoded> decode_disguised(const VetText& text) {
  static constexpr std::array<std::string_view, 6> kRotated{"vtaber",        "vafgehpgvba", "qvfertneq",
                                                            "flfgrz cebzcg", "cerivbhf",    "nafjre"};
  static constexpr std::array<std::string_view, 4> kReversed{"erongi", "noitcurtsni", "dragersid",
                                                             "tpmorp metsys"};
  std::vector<Decoded> found;
  if (!text.hidden.tag_text.empty())
    found.push_back({"an order in tag characters", text::normalise(text.hidden.tag_text)});
  find_base64(text.visible, found);
  if (holds_any(text.folded, kRotated)) {
    std::string plain = text.folded;
    std::transform(plain.begin(), plain.end(), plain.begin(), rot13);
    found.push_back({"an order in rot13", std::move(plain)});
  }
  if (holds_any(text.folded, kReversed))
    found.push_back({"an order written backwards", std::string(text.folded.rbegin(), text.folded.rend())});
  if (std::string plain = without_leet(text.folded); !plain.empty())
    found.push_back({"an order in digits for letters", std::move(plain)});
  if (std::string plain = without_spacing(text.folded); !plain.empty())
    found.push_back({"an order in spaced letters", std::move(plain)});
  return found;
}

}  // namespace genkai::limits::retrieval::orders
