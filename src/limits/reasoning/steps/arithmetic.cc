// Equalities: chains of expressions, named parts, calculator annotations.

#include "limits/reasoning/steps/arithmetic.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "limits/reasoning/steps/checker.h"
#include "limits/reasoning/steps/equalities.h"
#include "limits/reasoning/steps/units.h"

namespace genkai::limits::reasoning::steps {
namespace {

// Units that cannot be added to each other without turning one into the other.
bool mixed_units(const Evaluation& left, const Evaluation& right) {
  std::vector<const Unit*> found;
  for (const Evaluation* side : {&left, &right})
    for (const std::string& words : side->units) {
      const Unit* unit = find_unit(words.substr(0, words.find(' ')));
      if (unit) found.push_back(unit);
    }
  return std::any_of(found.begin(), found.end(), [&](const Unit* unit) {
    return unit->dimension != found.front()->dimension || unit->numerator != found.front()->numerator;
  });
}

// `written` has the digits that `exact` was rounded to.
bool rounds_to(const Rational& exact, const Evaluation& written) {
  std::int64_t scale = 1;
  for (std::size_t i = 0; i < std::min<std::size_t>(written.decimals, 15); ++i) scale *= 10;
  return written.literal && within(exact, written.value, *Rational::of(1, scale)) && exact != written.value;
}

bool near(const Rational& a, const Rational& b) {
  const auto size = a.is_negative() ? subtract(Rational(0), a) : Exact(a);
  const auto bound = size ? multiply(*size, *Rational::of(1, 50)) : std::nullopt;
  return bound && within(a, b, *bound);
}

bool says_rounding(std::string_view step) {
  constexpr std::array<std::string_view, 14> kWords{"round",   "about",    "approx", "nearest", "at least",
                                                    "at most", "roughly",  "around", "whole",   "約",
                                                    "およそ",  "四捨五入", "切り",   "≈"};
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return step.find(word) != step.npos; });
}

class Arithmetic {
 public:
  Arithmetic(const Chain& chain, Claims& claims) : chain_(chain), claims_(claims) {}

  void run() {
    for (std::size_t i = 0; i < chain_.steps.size(); ++i) {
      step_ = i;
      rounding_ = says_rounding(chain_.steps[i]) || says_rounding(chain_.question);
      std::vector<Annotation> annotations;
      const std::string text = without_annotations(chain_.steps[i], annotations);
      for (const Annotation& one : annotations) annotation(one);
      const EqualityScan scan = scan_equalities(text);
      for (const Equality& equality : scan.equalities) chain_of(text, scan.tokens, equality);
    }
  }

 private:
  void annotation(const Annotation& one) {
    const EqualityScan scan = scan_equalities(one.inside);
    for (const Equality& equality : scan.equalities) chain_of(one.inside, scan.tokens, equality);
    // The number that is written after it is its result.
    const auto tokens = tokenise(one.followed);
    if (scan.equalities.size() != 1 || tokens.empty() || tokens.front().kind != TokenKind::number ||
        one.followed.size() >= 20)
      return;
    const auto& last = scan.equalities.front().sides.back();
    const auto result = evaluate(std::span(scan.tokens).subspan(last.begin, last.end - last.begin), names_);
    const auto written = evaluate(std::span(tokens).first(1), names_);
    if (!result || !written || !result->literal) return;
    const std::string text = "<<" + one.inside + ">>" + std::string(tokens.front().at.of(one.followed));
    if (compare(*result, *written, true) == Same::differs)
      claims_.contradicted(
          step_, Kind::restatement, text,
          chain_.say("it computes " + result->value.text() + " and writes " + written->value.text(),
                     "計算の結果は " + result->value.text() + " なのに " + written->value.text() +
                         " と書いています"));
  }

  void chain_of(std::string_view text, const std::vector<Token>& tokens, const Equality& equality) {
    std::string name;
    const auto& first = equality.sides.front();
    if (first.end == first.begin + 1 && tokens[first.begin].kind == TokenKind::word)
      name = std::string(tokens[first.begin].at.of(text));
    std::optional<Evaluation> before, opening;
    std::string before_text;
    slips_.clear();
    for (std::size_t i = name.empty() ? 0 : 1; i < equality.sides.size(); ++i) {
      const auto& side = equality.sides[i];
      if ((i == 0 && equality.cut) || side.cut) {
        before.reset();
        continue;
      }
      auto value = evaluate(std::span(tokens).subspan(side.begin, side.end - side.begin), names_);
      const text::Span span{tokens[side.begin].at.begin, tokens[side.end - 1].at.end};
      if (!value) {
        before.reset();
        continue;
      }
      if (before) decide(*before, before_text, *value, std::string(span.of(text)));
      if (!opening) opening = value;
      before = std::move(value);
      before_text = std::string(span.of(text));
    }
    // What ends where it began stands, whatever was written between.
    const bool taken_back = slips_.size() > 1 && opening && before && opening->value == before->value;
    for (auto& [statement, why] : slips_)
      if (taken_back)
        claims_.inconsistent(step_, Kind::arithmetic, statement, std::move(why));
      else
        claims_.contradicted(step_, Kind::arithmetic, statement, std::move(why));
    if (!name.empty() && opening && before && !opening->repaired) named(name, *opening, *before);
  }

  void decide(const Evaluation& left, const std::string& left_text, const Evaluation& right,
              const std::string& right_text) {
    if (left.operators + right.operators == 0) return;  // units, or names of things
    const std::string text = left_text + " = " + right_text;
    switch (compare(left, right, rounding_)) {
      case Same::equal:
      case Same::rounded:
        claims_.supported(step_, Kind::arithmetic, text);
        return;
      case Same::unclear:
        claims_.not_checkable(
            step_, Kind::arithmetic, text,
            chain_.say("it may be rounded, or in other units", "丸めや単位の違いかもしれません"));
        return;
      case Same::differs:
        slips_.emplace_back(
            text, chain_.say(left_text + " is " + left.value.text() + ", not " + describe(right, right_text),
                             left_text + " は " + left.value.text() + " であり、" +
                                 describe(right, right_text) + " ではありません"));
    }
  }
  static std::string describe(const Evaluation& side, const std::string& text) {
    return side.literal ? text : text + " (" + side.value.text() + ")";
  }

  // What a name stands for: first the expression that it was given, then the value that was computed.
  void named(const std::string& name, const Evaluation& opening, const Evaluation& last) {
    const auto given = given_.find(name);
    if (given != given_.end() && opening.operators > 0 && given->second != opening.value)
      claims_.contradicted(step_, Kind::restatement, name + " = " + opening.value.text(),
                           chain_.say(name + " was given as " + given->second.text() + ", and is " +
                                          opening.value.text() + " here",
                                      name + " は先に " + given->second.text() + " とされ、ここでは " +
                                          opening.value.text() + " です"));
    if (opening.operators > 0) given_.insert_or_assign(name, opening.value);
    names_.insert_or_assign(name, last.value);
  }

  const Chain& chain_;
  Claims& claims_;
  std::size_t step_ = 0;
  bool rounding_ = false;
  Names names_, given_;
  std::vector<std::pair<std::string, std::string>> slips_;  // of the chain at hand: statement and why
};

}  // namespace

Same compare(const Evaluation& left, const Evaluation& right, bool rounding) {
  const auto is = [](const Rational& a, const std::optional<Rational>& b) { return b && a == *b; };
  if (left.value == right.value || is(left.value, right.other) || is(right.value, left.other) ||
      (left.other && is(*left.other, right.other)))
    return Same::equal;
  if (left.repaired || right.repaired || left.added_percent || right.added_percent ||
      mixed_units(left, right))
    return Same::unclear;
  for (const auto& [exact, written] : {std::pair{&left, &right}, std::pair{&right, &left}})
    for (const Rational& value : {exact->value, exact->other.value_or(exact->value)}) {
      if (!rounds_to(value, *written)) continue;
      const auto digits = value.decimals();
      if (!digits || (*digits > written->decimals && (written->decimals > 0 || rounding)))
        return Same::rounded;
    }
  const bool inexact = left.decimals >= 2 || right.decimals >= 2 || rounding ||
                       ((left.divides || right.divides) && left.decimals + right.decimals > 0);
  if (inexact && near(left.value, right.value)) return Same::unclear;
  return Same::differs;
}

void check_arithmetic(const Chain& chain, Claims& claims) {
  Arithmetic(chain, claims).run();
}

}  // namespace genkai::limits::reasoning::steps
