#include "knowledge/document/hidden_style.h"

#include <cctype>
#include <cstdlib>
#include <map>

#include "knowledge/document/blocks.h"

namespace genkai::knowledge::reading {
namespace {

constexpr std::size_t kLongestSheet = std::size_t{1} << 20;  // bytes of a rule that is still open

using Declarations = std::map<std::string, std::string, std::less<>>;

// Lower case, without white space and comments.
std::string plain_css(std::string_view css) {
  std::string plain;
  for (std::size_t i = 0; i < css.size(); ++i) {
    if (css.substr(i).starts_with("/*")) {
      const std::size_t end = css.find("*/", i + 2);
      if (end == std::string_view::npos) break;
      i = end + 1;
    } else if (std::isspace(static_cast<unsigned char>(css[i])) == 0) {
      plain += static_cast<char>(std::tolower(static_cast<unsigned char>(css[i])));
    }
  }
  return plain;
}

Declarations declarations_of(std::string_view css) {
  const std::string plain = plain_css(css);
  Declarations out;
  for (std::string_view rest = plain; !rest.empty();) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    const std::string_view one = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::size_t colon = one.find(':');
    if (colon == std::string_view::npos) continue;
    std::string_view value = one.substr(colon + 1);
    value = value.substr(0, value.find("!important"));
    out.insert_or_assign(std::string(one.substr(0, colon)), std::string(value));
  }
  return out;
}

std::string_view get(const Declarations& declarations, std::string_view name) {
  const auto found = declarations.find(name);
  return found == declarations.end() ? std::string_view() : std::string_view(found->second);
}

// The number that a value begins with; `otherwise` where there is none.
double number(std::string_view value, double otherwise) {
  const std::string text(value);
  char* end = nullptr;
  const double parsed = std::strtod(text.c_str(), &end);
  return end == text.c_str() ? otherwise : parsed;
}

double pixels(std::string_view value, double otherwise) {
  const double size = number(value, otherwise);
  return value.ends_with("em") ? size * 16 : value.ends_with("%") ? size * 0.16 : size;
}

std::string colour(std::string_view value) {
  static const std::map<std::string, std::string, std::less<>> kNames = {{"white", "#ffffff"},
                                                                         {"black", "#000000"},
                                                                         {"red", "#ff0000"},
                                                                         {"yellow", "#ffff00"},
                                                                         {"rgb(255,255,255)", "#ffffff"},
                                                                         {"rgb(0,0,0)", "#000000"}};
  if (const auto named = kNames.find(value); named != kNames.end()) return named->second;
  if (value.size() == 4 && value[0] == '#')
    return {'#', value[1], value[1], value[2], value[2], value[3], value[3]};
  return std::string(value);
}

bool is_transparent(std::string_view value) {
  if (value == "transparent") return true;
  if (value.starts_with("rgba(") || value.starts_with("hsla(")) {
    const std::size_t comma = value.rfind(',');
    return number(value.substr(comma + 1), 1) < 0.05;
  }
  return false;
}

}  // namespace

bool hides_text(std::string_view css) {
  if (css.empty()) return false;
  const Declarations all = declarations_of(css);
  if (get(all, "display") == "none") return true;
  const std::string_view visibility = get(all, "visibility");
  if (visibility == "hidden" || visibility == "collapse") return true;
  if (number(get(all, "opacity"), 1) < 0.05) return true;
  if (pixels(get(all, "font-size"), 16) < 2) return true;
  const std::string_view text = get(all, "color");
  if (is_transparent(text)) return true;
  std::string_view background = get(all, "background-color");
  if (background.empty()) background = get(all, "background");
  if (!text.empty() && colour(text) == colour(background)) return true;
  const std::string_view position = get(all, "position");
  const bool placed = position == "absolute" || position == "fixed" || position == "relative";
  for (const std::string_view side : {"left", "top", "right", "bottom"})
    if (placed && pixels(get(all, side), 0) <= -500) return true;
  if (pixels(get(all, "text-indent"), 0) <= -500 || pixels(get(all, "margin-left"), 0) <= -500) return true;
  if (get(all, "clip").starts_with("rect(0") || get(all, "clip-path") == "inset(100%)") return true;
  if (get(all, "transform") == "scale(0)") return true;
  const bool cut = get(all, "overflow") == "hidden";
  return cut && (pixels(get(all, "width"), 16) < 2 || pixels(get(all, "height"), 16) < 2 ||
                 pixels(get(all, "max-height"), 16) < 2);
}

void HiddenStyles::read(std::string_view css) {
  if (pending_.size() + css.size() > kLongestSheet) return;
  pending_ += css;
  // Only rules outside @media and the like: a brace inside a brace ends what is understood.
  for (;;) {
    const std::size_t open = pending_.find('{');
    const std::size_t close = pending_.find('}');
    if (open == std::string::npos || close == std::string::npos) return;
    if (close > open && pending_.find('{', open + 1) > close)
      rule(std::string_view(pending_).substr(0, open),
           std::string_view(pending_).substr(open + 1, close - open - 1));
    pending_.erase(0, close + 1);
  }
}

void HiddenStyles::rule(std::string_view selectors, std::string_view declarations) {
  if (!hides_text(declarations)) return;
  const std::string clean = plain_css(selectors);
  for (std::string_view rest = clean; !rest.empty();) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const std::string_view one = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!one.empty() && one.find_first_of(":[>+~*@") == std::string_view::npos &&
        one.find_last_of(".#") + 1 <= 1)
      selectors_.emplace(one);
  }
}

bool HiddenStyles::hide(std::string_view element, std::string_view classes, std::string_view id) const {
  if (selectors_.empty()) return false;
  if (selectors_.contains(element)) return true;
  if (!id.empty() && selectors_.contains("#" + lower_ascii(id))) return true;
  while (!classes.empty()) {
    const std::size_t end = std::min(classes.find(' '), classes.size());
    if (end > 0 && selectors_.contains("." + lower_ascii(classes.substr(0, end)))) return true;
    classes.remove_prefix(std::min(end + 1, classes.size()));
  }
  return false;
}

}  // namespace genkai::knowledge::reading
