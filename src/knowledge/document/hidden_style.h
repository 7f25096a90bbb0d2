#pragma once
// Which CSS keeps text from being seen: what a page's author hides from readers and shows to programs.
//
//   if (hides_text("display:none")) drop(element);
//   HiddenStyles styles;
//   styles.read(text_of_style_element);
//   if (styles.hide("p", "note small", "")) drop(element);

#include <set>
#include <string>
#include <string_view>

namespace genkai::knowledge::reading {

/// True for declarations that hide: display none, visibility hidden, an opacity or a font size of next to
/// nothing, a colour that is transparent or equal to the background of the same rule, a box moved off the
/// screen, clipped away, or without width or height and cut off there.
bool hides_text(std::string_view declarations);

/// The simple selectors (p, .class, #id) of a page's style sheets that hide what they select. What selectors
/// of other kinds (a descendant, :hover, inside @media) hide is not known and counts as seen.
class HiddenStyles {
 public:
  /// A piece of a <style> element; pieces follow each other.
  void read(std::string_view css);
  bool hide(std::string_view element, std::string_view classes, std::string_view id) const;

 private:
  void rule(std::string_view selectors, std::string_view declarations);
  std::string pending_;
  std::set<std::string, std::less<>> selectors_;
};

}  // namespace genkai::knowledge::reading
