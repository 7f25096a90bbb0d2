// Where the numbers of a calculation come from: the question, an earlier step, or nowhere.

#include <set>
#include <string>

#include "limits/reasoning/steps/checker.h"
#include "limits/reasoning/steps/equalities.h"
#include "text/numbers.h"
#include "text/utf8.h"

namespace genkai::limits::reasoning::steps {
namespace {

// Numbers that need no source: counts, shares of 100, and the units of time.
const std::set<std::string>& known() {
  static const std::set<std::string> kKnown{"0",  "1",  "2",  "3",  "4",   "7",   "10",  "12",
                                            "24", "30", "52", "60", "100", "365", "1000"};
  return kKnown;
}

// In digits and in words: "three", 三.
void add_numbers(std::string_view text, std::set<std::string>& numbers) {
  for (const Token& token : tokenise(text))
    if (token.kind == TokenKind::number) numbers.insert(token.value.text());
  for (std::size_t at = 0; at < text.size();) {
    const auto c = text::code_point_at(text, at);
    const auto number = text::is_ascii_digit(c.value) ? std::nullopt : text::read_number(text, at);
    if (number) numbers.insert(text::format_number(number->value));
    at = number && number->end > at ? number->end : at + c.length;
  }
}

}  // namespace

void check_grounding(const Chain& chain, Claims& claims) {
  std::set<std::string> numbers = known();
  add_numbers(chain.question, numbers);
  for (std::size_t step = 0; step < chain.steps.size(); ++step) {
    std::vector<Annotation> annotations;
    const std::string text = without_annotations(chain.steps[step], annotations);
    const EqualityScan scan = scan_equalities(text);
    std::set<std::string> missing;
    for (const Equality& equality : scan.equalities) {
      const auto& side = equality.sides.front();
      for (std::size_t i = side.begin; i < side.end && side.end > side.begin + 1; ++i) {
        const Token& token = scan.tokens[i];
        if (token.kind == TokenKind::number && !numbers.contains(token.value.text()))
          missing.insert(token.value.text());
      }
      for (const auto& other : equality.sides)  // its results may be used right away
        for (std::size_t i = other.begin; i < other.end; ++i)
          if (scan.tokens[i].kind == TokenKind::number) numbers.insert(scan.tokens[i].value.text());
    }
    for (const std::string& number : missing)
      claims.not_checkable(step, Kind::restatement, number,
                           chain.say(number + " stands neither in the question nor in an earlier step",
                                     number + " は問題にも前の手順にもありません"));
    add_numbers(text, numbers);
  }
}

}  // namespace genkai::limits::reasoning::steps
