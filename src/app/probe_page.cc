#include "app/probe_page.h"

#include <algorithm>
#include <cstdio>

#include "text/utf8.h"

namespace genkai::app {

using base::Json;
using text::Language;

namespace {

// Cells of a terminal: two for each character of CJK.
std::size_t cells(std::string_view text) {
  std::size_t n = 0;
  for (std::size_t at = 0; at < text.size();) {
    const text::CodePoint c = text::code_point_at(text, at);
    n +=
        c.value >= 0x1100 && (text::is_japanese_letter(c.value) || (c.value >= 0x3000 && c.value <= 0x30FF) ||
                              (c.value >= 0xFF01 && c.value <= 0xFF60))
            ? 2
            : 1;
    at += c.length;
  }
  return n;
}

std::string padded(const std::string& text, std::size_t width) {
  const std::size_t own = cells(text);
  return text + std::string(own < width ? width - own : 0, ' ');
}

constexpr std::string_view kPageStyle =
    ":root{color-scheme:light dark;--ink:#1f2430;--faint:#5b6472;--line:#dde1e7;--ground:#fff;--card:#f7f8fa}"
    "@media (prefers-color-scheme:dark){:root{--ink:#e8eaf0;--faint:#a0a8b6;--line:#363c48;--ground:#14171d;"
    "--card:#1b1f27}}"
    "body{font:16px/1.55 system-ui,-apple-system,'Segoe UI','Hiragino Sans','Noto Sans CJK JP',sans-serif;"
    "color:var(--ink);background:var(--ground);max-width:60rem;margin:0 auto;padding:2rem 1rem}"
    "h1{font-size:1.6rem;line-height:1.25;margin:0 0 .5rem}h2{font-size:1.2rem;margin:0 0 .3rem}"
    "p{margin:.3rem 0}.faint{color:var(--faint)}"
    "section{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1rem 1.2rem;"
    "margin:1.2rem 0}"
    ".scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;margin:.7rem 0;font-size:.92rem}"
    "th,td{text-align:left;padding:.35rem .8rem .35rem 0;border-bottom:1px solid "
    "var(--line);vertical-align:top}"
    "th[scope=row]{font-weight:500}td{font-variant-numeric:tabular-nums;white-space:nowrap}"
    "td:last-child{white-space:normal}"
    "thead th{color:var(--faint);font-weight:600;white-space:nowrap}"
    ".figures{display:flex;flex-wrap:wrap;gap:1rem}svg{max-width:100%;height:auto}ul{margin:.4rem 0;"
    "padding-left:1.2rem;color:var(--faint)}";

std::string cell(std::string_view text) {
  return "<td>" + stats::escape_xml(text) + "</td>";
}

std::string percent(double share) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.1f", 100 * share);
  return buffer;
}

}  // namespace

std::string render_text(const ProbePage& page, const std::vector<ProbeSection>& sections) {
  std::size_t label = 0, value = 0, interval = 0;
  for (const auto& section : sections)
    for (const auto& row : section.rows) {
      label = std::max(label, cells(row.label));
      value = std::max(value, cells(row.value));
      interval = std::max(interval, cells(row.interval));
    }
  std::string out = page.run + "\n";
  for (const auto& section : sections) {
    out += "\n" + section.title + "\n";
    for (const auto& row : section.rows) {
      std::string line = "  " + padded(row.label, label) + "  " + padded(row.value, value) + "  " +
                         padded(row.interval, interval) + "  " + row.baseline;
      line.erase(line.find_last_not_of(' ') + 1);
      out += line + "\n";
    }
    for (const std::string& note : section.notes) out += "  * " + note + "\n";
  }
  return out;
}

std::string render_html(const ProbePage& page, const std::vector<ProbeSection>& sections, Language language) {
  const bool japanese = language == Language::japanese;
  std::string out = "<!doctype html>\n<html lang=\"" + std::string(japanese ? "ja" : "en") +
                    "\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                    "style-src 'unsafe-inline'\">\n<title>" +
                    stats::escape_xml(page.title) + "</title>\n<style>" + std::string(kPageStyle) +
                    "</style>\n</head>\n<body>\n<main>\n<h1>" + stats::escape_xml(page.title) + "</h1>\n<p>" +
                    stats::escape_xml(page.run) + "</p>\n";
  if (!page.detail.empty()) out += "<p class=\"faint\">" + stats::escape_xml(page.detail) + "</p>\n";
  const std::string heads[] = {"", japanese ? "値" : "value", japanese ? "95 %区間" : "95 % interval",
                               japanese ? "比べる基準" : "beside"};
  for (const auto& section : sections) {
    out += "<section>\n<h2>" + stats::escape_xml(section.title) + "</h2>\n<p>" +
           stats::escape_xml(section.meaning) + "</p>\n<div class=\"scroll\"><table>\n<thead><tr>";
    for (const std::string& head : heads)
      out += head.empty() ? "<td></td>" : "<th scope=\"col\">" + stats::escape_xml(head) + "</th>";
    out += "</tr></thead>\n<tbody>\n";
    for (const auto& row : section.rows)
      out += "<tr><th scope=\"row\">" + stats::escape_xml(row.label) + "</th>" + cell(row.value) +
             cell(row.interval) + cell(row.baseline) + "</tr>\n";
    out += "</tbody>\n</table></div>\n";
    if (!section.notes.empty()) {
      out += "<ul>\n";
      for (const std::string& note : section.notes) out += "<li>" + stats::escape_xml(note) + "</li>\n";
      out += "</ul>\n";
    }
    out += "<div class=\"figures\">\n";
    for (const auto& figure : section.figures) out += stats::to_svg(figure);
    for (const auto& map : section.heat_maps) out += stats::to_svg(map);
    out += "</div>\n</section>\n";
  }
  return out + "</main>\n</body>\n</html>\n";
}

Json to_json(const stats::Interval& interval) {
  return Json::array({interval.low, interval.high});
}

Json to_json(const stats::Share& share) {
  return Json::object({{"value", share.n == 0 ? Json() : Json(share.value())},
                       {"interval", to_json(share.interval)},
                       {"hits", share.hits},
                       {"n", share.n}});
}

std::string in_words(const stats::Share& share) {
  return percent(share.value()) + " %  (" + std::to_string(share.hits) + "/" + std::to_string(share.n) + ")";
}

std::string in_words(const stats::Interval& interval) {
  return percent(interval.low) + " – " + percent(interval.high) + " %";
}

stats::FigurePoint point_of(double x, const stats::Share& share) {
  return {x, share.value(), share.interval.low, share.interval.high};
}

ProbeRow ProbeWords::row(std::string label, const stats::Share& share, std::string beside) const {
  if (share.n == 0) return {std::move(label), say("no data", "データなし"), "", std::move(beside)};
  return {std::move(label), in_words(share), in_words(share.interval), std::move(beside)};
}

}  // namespace genkai::app
