#pragma once
// Whether a constraint about an order says what the sentence beside it says, by the program's own labels.
//
//   const Scale scale({{1, "oldest"}, {5, "newest"}});
//   scale.order("The sedan is newer than the van.", "sedan", "van")     // sedan > van
//   scale.place("The van is the second-newest.")                        // 4
//
// Models get the direction of a scale wrong more often than the sentence that they translate.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace genkai::logic::solve {

/// The two ends of a domain, where its labels name opposite poles: left and right, first and last, old and
/// new, cheap and expensive.
class Scale {
 public:
  explicit Scale(const std::map<std::int64_t, std::string>& labels);
  enum class Order { less, greater };
  /// How `first` and `second` (names as the program has them) are ordered in a plain sentence: subject,
  /// comparison, object. Nothing where it is not plain.
  std::optional<Order> order(std::string_view sentence, const std::string& first,
                             const std::string& second) const;
  /// The value that "second-newest", "third from the left", "leftmost" or "last" stands for.
  std::optional<std::int64_t> place(std::string_view sentence) const;

 private:
  std::int64_t low_ = 0, high_ = 0;
  int axis_ = -1;               // none: the labels say nothing
  bool first_pole_low_ = true;  // whether the axis' first pole is the low end
};

}  // namespace genkai::logic::solve
