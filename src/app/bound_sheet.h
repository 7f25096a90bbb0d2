#pragma once
// A bound as people and programs read it: the number with its interval first, then what it holds under, then
// its source.
//
//   Sheet sheet("missing-mass", language);
//   sheet.figures.push_back({"missing_mass", sheet.say("missing mass", "未知の割合"), 0.12, Unit::share,
//   interval}); std::fputs(render(sheet, colour).c_str(), stdout);

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "core/grounds.h"
#include "stats/intervals.h"
#include "text/text.h"

namespace genkai::app {

enum class Unit { share, count, number, days };

struct Figure {
  std::string key;    // in JSON; its interval is key + "_interval"
  std::string label;  // for people, in the language of the sheet
  double value = 0;
  Unit unit = Unit::share;
  std::optional<stats::Interval> interval{};
  std::string remark{};  // what the interval is, or what the figure means; for people only
};

struct Sheet {
  Sheet(std::string name, text::Language words) : bound(std::move(name)), language(words) {}
  std::string say(std::string_view english, std::string_view japanese) const {
    return std::string(language == text::Language::japanese ? japanese : english);
  }

  std::string bound;  // "missing-mass"
  text::Language language;
  std::string meaning;  // one sentence
  std::vector<Figure> figures;
  std::optional<bool> vacuous{};              // of a lower bound: it says nothing
  std::vector<std::string> notes{};           // what was left out of the input, and the like
  std::vector<base::Json::Member> details{};  // for programs only
  core::Grounds basis{};
  bool incomplete = false;  // part of the input was malformed
};

/// A share as a percentage, counts with thousands separated, all else with four digits.
std::string format(double value, Unit unit);
std::string render(const Sheet& sheet, bool colour);
base::Json to_json(const Sheet& sheet);

}  // namespace genkai::app
