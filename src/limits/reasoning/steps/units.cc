#include "limits/reasoning/steps/units.h"

#include <array>

#include "limits/reasoning/steps/arithmetic.h"
#include "limits/reasoning/steps/checker.h"

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

}  // namespace

const Unit* find_unit(std::string_view word) {
  for (const Unit& unit : kUnits)
    if (word == unit.name) return &unit;
  if (word.ends_with("es") && word.substr(0, word.size() - 2) == "inch") return find_unit("inch");
  if (word.size() > 2 && word.ends_with('s')) return find_unit(word.substr(0, word.size() - 1));
  return nullptr;
}

}  // namespace genkai::limits::reasoning::steps
