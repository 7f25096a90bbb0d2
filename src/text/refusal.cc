#include "text/refusal.h"

#include <algorithm>
#include <array>
#include <string>

#include "text/text.h"

namespace genkai::text {

bool says_unknown(std::string_view reply) {
  constexpr std::size_t kShort = 120;  // code points
  static constexpr std::array<std::string_view, 21> kSigns{
      "not in the passages", "not answered",     "no answer",     "not mentioned",    "not specified",
      "not provided",        "not stated",       "do not answer", "does not answer",  "cannot be determined",
      "don't know",          "do not know",      "not sure",      "抜粋にありません", "記載がありません",
      "書かれていません",    "答えはありません", "不明",          "わかりません",     "分かりません",
      "記載されていません"};
  std::string normalised = normalise(reply);
  constexpr std::string_view kCurly = "\u2019";
  for (std::size_t at = normalised.find(kCurly); at != std::string::npos; at = normalised.find(kCurly, at))
    normalised.replace(at, kCurly.size(), "'");
  if (normalised == "unknown" || normalised == "n/a" || normalised == "none" || normalised == "null")
    return true;
  return count_code_points(normalised) <= kShort &&
         std::any_of(kSigns.begin(), kSigns.end(),
                     [&](std::string_view sign) { return normalised.find(sign) != std::string::npos; });
}

}  // namespace genkai::text
