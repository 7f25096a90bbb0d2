// The answer of a chain of calculations: the value that the last of them ends with.

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "limits/reasoning/steps/arithmetic.h"
#include "limits/reasoning/steps/checker.h"
#include "limits/reasoning/steps/equalities.h"

namespace genkai::limits::reasoning::steps {
namespace {

constexpr std::array<std::string_view, 8> kMarks{
    "answer is", "Answer:", "answer:", "A: ", "####", "答えは", "答え:", "答え："};

// Where the last mark of an answer ends.
std::optional<std::size_t> marked(std::string_view step) {
  std::optional<std::size_t> found;
  for (const std::string_view mark : kMarks)
    if (const std::size_t at = step.rfind(mark); at != step.npos)
      if ((mark != "A: " || at == 0) && (!found || at + mark.size() > *found)) found = at + mark.size();
  return found;
}

// One number, with a sign, a currency or a percent sign.
std::optional<Evaluation> number_at(std::string_view text) {
  const auto tokens = tokenise(text);
  std::size_t end = 0;
  while (end < tokens.size() && tokens[end].kind != TokenKind::number) {
    const TokenKind kind = tokens[end].kind;
    if (kind != TokenKind::currency && !(kind == TokenKind::sign && tokens[end].sign == '-'))
      return std::nullopt;
    ++end;
  }
  if (end == tokens.size()) return std::nullopt;
  ++end;
  if (end < tokens.size() && (tokens[end].kind == TokenKind::sign || changes_value(tokens[end])))
    return std::nullopt;
  return evaluate(std::span(tokens).first(end), {});
}

// What the last equality of a step ends with.
std::optional<Evaluation> last_value(std::string_view step) {
  std::vector<Annotation> annotations;
  const std::string text = without_annotations(step, annotations);
  const EqualityScan scan = scan_equalities(text);
  if (scan.equalities.empty() || scan.equalities.back().said) return std::nullopt;
  const auto& side = scan.equalities.back().sides.back();
  if (side.cut) return std::nullopt;
  return evaluate(std::span(scan.tokens).subspan(side.begin, side.end - side.begin), {});
}

}  // namespace

void check_final_answer(const Chain& chain, Claims& claims) {
  if (chain.steps.empty()) return;
  const std::size_t last = chain.steps.size() - 1;
  const std::string_view step = chain.steps[last];
  const auto at = marked(step);
  const auto answer = at ? number_at(step.substr(*at)) : std::nullopt;
  if (!answer) return;
  // In the same step the answer is the end of its own calculation; before it, it may be any of them.
  if (const auto own = last_value(step.substr(0, *at))) {
    const Same same = compare(*own, *answer, true);
    if (same == Same::unclear) return;
    claims.decide(last, Kind::final_answer, step.substr(*at), same != Same::differs,
                  chain.say("the calculation before it ends with " + own->value.text(),
                            "その前の計算の結果は " + own->value.text() + " です"));
    return;
  }
  for (std::size_t i = last; i-- > 0;) {
    const auto value = last_value(chain.steps[i]);
    if (!value) continue;
    if (compare(*value, *answer, true) == Same::differs)
      claims.not_checkable(last, Kind::final_answer, step.substr(*at),
                           chain.say("the last calculation ends with " + value->value.text(),
                                     "最後の計算の結果は " + value->value.text() + " です"));
    else
      claims.supported(last, Kind::final_answer, step.substr(*at));
    return;
  }
}

}  // namespace genkai::limits::reasoning::steps
