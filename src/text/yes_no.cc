#include "text/yes_no.h"

#include <algorithm>
#include <array>
#include <string>

#include "text/text.h"
#include "text/utf8.h"

namespace genkai::text {

std::optional<bool> yes_or_no(std::string_view answer) {
  constexpr std::size_t kOpening = 24;  // code points
  static constexpr std::array<std::string_view, 6> kYes{"yes", "true", "はい", "ええ", "正しい", "真"};
  static constexpr std::array<std::string_view, 8> kNo{"no",   "false",    "いいえ",     "いえ",
                                                       "誤り", "違います", "正しくない", "偽"};
  std::string start = normalise(prefix(answer, kOpening));
  start.erase(0, std::min(start.find_first_not_of(" \t\r\n\"'*"), start.size()));
  const auto opens = [&](std::string_view word) {
    if (!start.starts_with(word)) return false;
    const std::string_view rest = std::string_view(start).substr(word.size());
    if (rest.empty()) return true;
    const auto next = static_cast<unsigned char>(rest.front());
    if (next < 0x80) return !is_ascii_letter(next) && !is_ascii_digit(next);
    if (static_cast<unsigned char>(word.front()) < 0x80) return true;
    constexpr std::array<std::string_view, 7> kAfter{"。", "、", "です", "だ", "！", "」", "でし"};
    return std::any_of(kAfter.begin(), kAfter.end(),
                       [&](std::string_view after) { return rest.starts_with(after); });
  };
  if (std::any_of(kNo.begin(), kNo.end(), opens)) return false;
  if (std::any_of(kYes.begin(), kYes.end(), opens)) return true;
  return std::nullopt;
}

}  // namespace genkai::text
