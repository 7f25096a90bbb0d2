#include "limits/reasoning/steps/units.h"

#include <array>

#include "limits/reasoning/steps/arithmetic.h"
#include "limits/reasoning/steps/checker.h"
#include "limits/reasoning/steps/equalities.h"

namespace genkai::limits::reasoning::steps {
namespace {

// The yard and the pound as agreed in 1959 (0.9144 m, 453.59237 g).
constexpr std::array<Unit, 58> kUnits{{
    {"second", 't', 1, 1},
    {"sec", 't', 1, 1},
    {"秒", 't', 1, 1},
    {"minute", 't', 60, 1},
    {"min", 't', 60, 1},
    {"分", 't', 60, 1},
    {"hour", 't', 3600, 1},
    {"hr", 't', 3600, 1},
    {"時間", 't', 3600, 1},
    {"day", 't', 86400, 1},
    {"日", 't', 86400, 1},
    {"日間", 't', 86400, 1},
    {"week", 't', 604800, 1},
    {"週間", 't', 604800, 1},
    {"分間", 't', 60, 1},
    {"mm", 'l', 1, 1},
    {"millimeter", 'l', 1, 1},
    {"millimetre", 'l', 1, 1},
    {"cm", 'l', 10, 1},
    {"centimeter", 'l', 10, 1},
    {"centimetre", 'l', 10, 1},
    {"m", 'l', 1000, 1},
    {"meter", 'l', 1000, 1},
    {"metre", 'l', 1000, 1},
    {"km", 'l', 1000000, 1},
    {"kilometer", 'l', 1000000, 1},
    {"kilometre", 'l', 1000000, 1},
    {"inch", 'l', 127, 5},
    {"foot", 'l', 1524, 5},
    {"feet", 'l', 1524, 5},
    {"ft", 'l', 1524, 5},
    {"yard", 'l', 4572, 5},
    {"mile", 'l', 1609344, 1},
    {"メートル", 'l', 1000, 1},
    {"センチ", 'l', 10, 1},
    {"キロメートル", 'l', 1000000, 1},
    {"mg", 'w', 1, 1},
    {"milligram", 'w', 1, 1},
    {"g", 'w', 1000, 1},
    {"gram", 'w', 1000, 1},
    {"kg", 'w', 1000000, 1},
    {"kilogram", 'w', 1000000, 1},
    {"pound", 'w', 45359237, 100},
    {"lb", 'w', 45359237, 100},
    {"ounce", 'w', 45359237, 1600},
    {"グラム", 'w', 1000, 1},
    {"キログラム", 'w', 1000000, 1},
    {"ml", 'v', 1, 1},
    {"milliliter", 'v', 1, 1},
    {"millilitre", 'v', 1, 1},
    {"liter", 'v', 1000, 1},
    {"litre", 'v', 1000, 1},
    {"l", 'v', 1000, 1},
    {"リットル", 'v', 1000, 1},
    {"ミリリットル", 'v', 1, 1},
    {"cent", 'm', 1, 1},
    {"dollar", 'm', 100, 1},
    {"$", 'm', 100, 1},
}};

// Of the units of one system a factor is exact; between systems it is usually written rounded.
bool metric(const Unit& unit) {
  return unit.denominator == 1 && unit.name != "mile";
}

// The unit that begins a run of Japanese letters (分です), or a word.
const Unit* unit_of(const Evaluation& side) {
  if (!side.literal || side.units.size() != 1) return nullptr;
  const std::string& words = *side.units.begin();
  const std::string first = words.substr(0, words.find(' '));
  if (const Unit* unit = find_unit(first); unit || first.find_first_of("abcdefghijklmnopqrstuvwxyz$") == 0)
    return words == first || !unit ? unit : nullptr;
  for (std::size_t size = first.size(); size > 2; --size)
    if (const Unit* unit = find_unit(first.substr(0, size))) return unit;
  return nullptr;
}

}  // namespace

const Unit* find_unit(std::string_view word) {
  for (const Unit& unit : kUnits)
    if (word == unit.name) return &unit;
  if (word.ends_with("es") && word.substr(0, word.size() - 2) == "inch") return find_unit("inch");
  if (word.size() > 2 && word.ends_with('s')) return find_unit(word.substr(0, word.size() - 1));
  return nullptr;
}

// "2 hours = 120 minutes": one amount in two units of a kind.
void check_units(const Chain& chain, Claims& claims) {
  for (std::size_t step = 0; step < chain.steps.size(); ++step) {
    std::vector<Annotation> annotations;
    const std::string text = without_annotations(chain.steps[step], annotations);
    const EqualityScan scan = scan_equalities(text);
    for (const Equality& equality : scan.equalities) {
      if (equality.cut) continue;
      for (std::size_t i = 0; i + 1 < equality.sides.size(); ++i) {
        const auto& from = equality.sides[i];
        const auto& to = equality.sides[i + 1];
        if (from.cut || to.cut) continue;
        const auto side = [&](const Equality::Side& one) {
          return evaluate(std::span(scan.tokens).subspan(one.begin, one.end - one.begin), {});
        };
        auto left = side(from);
        const auto right = side(to);
        const Unit* first = left ? unit_of(*left) : nullptr;
        const Unit* second = right ? unit_of(*right) : nullptr;
        if (!first || !second || first->dimension != second->dimension) continue;
        const auto factor = Rational::of(Wide{first->numerator} * second->denominator,
                                         Wide{second->numerator} * first->denominator);
        const Exact turned = factor ? multiply(left->value, *factor) : std::nullopt;
        if (!turned || (factor->numerator() == factor->denominator())) continue;
        left->value = *turned;
        left->units.clear();
        Evaluation written = *right;
        written.units.clear();
        const bool exact = metric(*first) == metric(*second);
        const std::string claim(
            text.substr(scan.tokens[from.begin].at.begin,
                        scan.tokens[to.end - 1].at.end - scan.tokens[from.begin].at.begin));
        switch (compare(*left, written, !exact)) {
          case Same::equal:
          case Same::rounded:
            claims.supported(step, Kind::units, claim);
            break;
          case Same::unclear:
            claims.not_checkable(step, Kind::units, claim,
                                 chain.say("it may be rounded", "丸めかもしれません"));
            break;
          case Same::differs:
            claims.contradicted(step, Kind::units, claim,
                                chain.say("it is " + turned->text() + " " + std::string(second->name),
                                          turned->text() + std::string(second->name) + " です"));
        }
      }
    }
  }
}

}  // namespace genkai::limits::reasoning::steps
