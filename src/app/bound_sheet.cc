#include "app/bound_sheet.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/print.h"
#include "text/utf8.h"

namespace genkai::app {
namespace {

using base::Json;

// Columns on a terminal: East Asian characters take two.
std::size_t width(std::string_view text) {
  std::size_t columns = 0;
  for (std::size_t at = 0; at < text.size();) {
    const text::CodePoint point = text::code_point_at(text, at);
    columns += point.value >= 0x1100 ? 2 : 1;
    at += point.length;
  }
  return columns;
}

std::string paint(bool colour, const char* code, const std::string& text) {
  return colour ? fmt::format("\033[{}m{}\033[0m", code, text) : text;
}

std::string interval_text(const Figure& figure, const Sheet& sheet) {
  if (!figure.interval) return figure.remark.empty() ? "" : "  (" + figure.remark + ")";
  const std::string low = format(figure.interval->low, figure.unit),
                    high = format(figure.interval->high, figure.unit);
  const std::string range = sheet.say(low + " to " + high, low + "から" + high);
  const std::string separator = sheet.say("; ", "、");
  return "  (" + range + (figure.remark.empty() ? "" : separator + figure.remark) + ")";
}

}  // namespace

std::string format(double value, Unit unit) {
  switch (unit) {
    case Unit::share:
      return fmt::format("{:.3g} %", 100 * value);
    case Unit::count: {
      if (!(std::abs(value) < 1e15)) return fmt::format("{:.3g}", value);
      std::string digits = fmt::format("{:.0f}", std::floor(value));
      for (std::size_t place = digits.size(); place > 3 + (value < 0 ? 1U : 0U);)
        digits.insert(place -= 3, 1, ',');
      return digits;
    }
    case Unit::number:
    case Unit::days:
      return fmt::format("{:.4g}", value);
  }
  return {};
}

std::string render(const Sheet& sheet, bool colour) {
  std::size_t widest = 0;
  for (const Figure& figure : sheet.figures) widest = std::max(widest, width(figure.label));
  std::string out;
  for (const Figure& figure : sheet.figures) {
    const std::string value = format(figure.value, figure.unit) +
                              (figure.unit == Unit::days ? sheet.say(" days", "日") : std::string());
    const bool first = &figure == &sheet.figures.front();
    out += (first ? paint(colour, "1", figure.label) : figure.label) +
           std::string(widest - width(figure.label) + 2, ' ');
    out += first ? paint(colour, "1", value) : value;
    out += interval_text(figure, sheet) + "\n";
    if (first && sheet.vacuous.value_or(false))
      out += paint(colour, "33",
                   sheet.say("vacuous: at these numbers the bound says nothing",
                             "無意味: この数値では何も言えません")) +
             "\n";
  }
  if (!sheet.meaning.empty()) out += "\n" + sheet.meaning + "\n";
  for (const std::string& note : sheet.notes) out += printable(note) + "\n";
  out += "\n" + paint(colour, "1", sheet.say("holds if", "成り立つ条件")) + "\n";
  for (const auto& assumption : sheet.basis.assumptions)
    out += "  - " + std::string(assumption.in(sheet.language)) + "\n";
  out += "\n" + paint(colour, "1", sheet.say("source", "出典")) + "\n  " + std::string(sheet.basis.source) +
         "\n";
  return out;
}

Json to_json(const Sheet& sheet) {
  Json json = Json::object({{"bound", sheet.bound}});
  for (const Figure& figure : sheet.figures) {
    json.set(figure.key, figure.value);
    if (figure.interval)
      json.set(figure.key + "_interval", Json::array({figure.interval->low, figure.interval->high}));
  }
  if (sheet.vacuous) json.set("vacuous", *sheet.vacuous);
  for (const auto& [key, value] : sheet.details) json.set(key, value);
  json.set("meaning", sheet.meaning);
  Json notes = Json::array(), assumptions = Json::array();
  for (const std::string& note : sheet.notes) notes.push(note);
  for (const auto& assumption : sheet.basis.assumptions) assumptions.push(assumption.in(sheet.language));
  json.set("notes", std::move(notes));
  json.set("assumptions", std::move(assumptions));
  json.set("source", sheet.basis.source);
  return json;
}

}  // namespace genkai::app
