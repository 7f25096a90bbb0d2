#include "app/probe_report.h"

#include <algorithm>
#include <cstdio>

#include "app/print.h"
#include "text/utf8.h"

namespace genkai::app {
namespace {

namespace probe = limits::hallucination::probe;
using base::Json;
using text::Language;

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

std::string money(double amount) {
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%.4f", amount);
  return buffer;
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

Json to_json(const stats::Interval& interval) {
  return Json::array({interval.low, interval.high});
}
Json to_json(const probe::Share& share) {
  return Json::object({{"value", share.n == 0 ? Json() : Json(share.value())},
                       {"interval", to_json(share.interval)},
                       {"hits", share.hits},
                       {"n", share.n}});
}
Json to_json(const stats::Estimate& estimate) {
  return Json::object({{"value", estimate.value}, {"interval", to_json(estimate.interval)}});
}

Json to_json(const probe::AccuracyReport& a) {
  Json bins = Json::array();
  for (const auto& bin : a.bins)
    bins.push(Json::object({{"low", bin.low}, {"high", bin.high}, {"right", to_json(bin.right)}}));
  Json out = Json::object({{"right", to_json(a.right)},
                           {"right_of_answered", to_json(a.right_of_answered)},
                           {"blind", to_json(a.blind)},
                           {"constant", to_json(a.constant)},
                           {"constant_answer", a.constant_answer},
                           {"by_exposure", std::move(bins)},
                           {"without_exposure", a.without_exposure},
                           {"unusable", a.unusable},
                           {"unasked", a.unasked}});
  if (a.trend)
    out.set("trend", Json::object({{"log_odds_per_tenfold", a.trend->slope},
                                   {"interval", to_json(a.trend->interval)},
                                   {"intercept", a.trend->intercept}}));
  return out;
}

Json to_json(const probe::CalibrationReport& c) {
  const auto figures = [](const stats::Reliability& report) {
    Json out = Json::object({{"n", report.n}});
    for (const auto& [name, estimate] : stats::figures(report)) out.set(std::string(name), to_json(estimate));
    return out;
  };
  Json bins = Json::array();
  for (const auto& bin : c.bins)
    bins.push(Json::object({{"probability", bin.probability},
                            {"right", bin.share},
                            {"interval", to_json(bin.interval)},
                            {"n", bin.items}}));
  return Json::object({{"overconfidence", to_json(c.overconfidence)},
                       {"model", figures(c.model)},
                       {"constant", figures(c.constant)},
                       {"bins", std::move(bins)},
                       {"missing", c.missing}});
}

Json to_json(const probe::FreshnessReport& f) {
  Json ages = Json::array();
  for (const auto& bin : f.ages)
    ages.push(Json::object({{"low", bin.low},
                            {"high", bin.high},
                            {"current", to_json(bin.current)},
                            {"stale", to_json(bin.stale)}}));
  Json out = Json::object({{"current", to_json(f.current)},
                           {"stale", to_json(f.stale)},
                           {"other", to_json(f.other)},
                           {"declined", to_json(f.refused)},
                           {"constant", to_json(f.constant)},
                           {"constant_answer", f.constant_answer},
                           {"by_years", std::move(ages)}});
  out.set("half_life_years", f.half_life ? Json::object({{"value", f.half_life->years},
                                                         {"interval", to_json(f.half_life->interval)}})
                                         : Json());
  return out;
}

}  // namespace

std::string run_line(const ProbeRun& run, Language language) {
  const bool japanese = language == Language::japanese;
  const auto n = [](std::uint64_t value) { return std::to_string(value); };
  std::string out;
  if (japanese) {
    out = printable(run.model) + ": 事実" + n(run.facts) + "件、答えのない質問" + n(run.unanswerable) +
          "件、返答" + n(run.replies) + "件 (今回の呼び出し" + n(run.asked.calls) + "回、入力" +
          n(run.asked.usage.prompt_tokens) + "・出力" + n(run.asked.usage.completion_tokens) + "トークン";
    if (run.asked.usage.money > 0) out += "、費用" + money(run.asked.usage.money);
    out += ")。シード" + n(run.options.seed) + "、区間は95 %。";
    if (run.asked.failed > 0) out += n(run.asked.failed) + "件は返答がなく除きました。";
    if (run.malformed > 0) out += "読めなかった行が" + n(run.malformed) + "行あります。";
    return out;
  }
  out = printable(run.model) + ": " + n(run.facts) + " facts, " + n(run.unanswerable) +
        " questions without an answer, " + n(run.replies) + " replies (" + n(run.asked.calls) +
        " calls now, " + n(run.asked.usage.prompt_tokens) + " tokens in, " +
        n(run.asked.usage.completion_tokens) + " out";
  if (run.asked.usage.money > 0) out += ", cost " + money(run.asked.usage.money);
  out += "). Seed " + n(run.options.seed) + "; intervals of 95 %.";
  if (run.asked.failed > 0) out += " " + n(run.asked.failed) + " got no reply and are left out.";
  if (run.malformed > 0) out += " " + n(run.malformed) + " lines of the facts could not be read.";
  return out;
}

std::string render_text(const std::vector<ProbeSection>& sections, const ProbeRun& run, Language language) {
  std::size_t label = 0, value = 0, interval = 0;
  for (const auto& section : sections)
    for (const auto& row : section.rows) {
      label = std::max(label, cells(row.label));
      value = std::max(value, cells(row.value));
      interval = std::max(interval, cells(row.interval));
    }
  std::string out = run_line(run, language) + "\n";
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

std::string render_html(const std::vector<ProbeSection>& sections, const ProbeRun& run, Language language) {
  const bool japanese = language == Language::japanese;
  const std::string title = japanese ? "ハルシネーションの測定: " + printable(run.model)
                                     : "Probe of hallucination: " + printable(run.model);
  std::string out =
      "<!doctype html>\n<html lang=\"" + std::string(japanese ? "ja" : "en") +
      "\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "style-src 'unsafe-inline'\">\n<title>" +
      stats::escape_xml(title) + "</title>\n<style>" + std::string(kPageStyle) +
      "</style>\n</head>\n<body>\n<main>\n<h1>" + stats::escape_xml(title) + "</h1>\n<p>" +
      stats::escape_xml(run_line(run, language)) + "</p>\n<p class=\"faint\">" +
      stats::escape_xml((japanese ? "事実: " : "Facts: ") + printable(run.facts_file) +
                        (japanese ? "。日付: " : ". Date: ") + run.today + (japanese ? "。" : ".")) +
      "</p>\n";
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
    out += "</div>\n</section>\n";
  }
  return out + "</main>\n</body>\n</html>\n";
}

Json to_json(const ProbeRun& run, const probe::ProbeReport& report) {
  Json out = Json::object(
      {{"probe", "hallucination"},
       {"model", run.model},
       {"facts_file", run.facts_file},
       {"facts", run.facts},
       {"unanswerable", run.unanswerable},
       {"malformed", run.malformed},
       {"exposure_is", run.exposure_is},
       {"today", run.today},
       {"seed", run.options.seed},
       {"confidence", 0.95},
       {"replies", run.replies},
       {"failed", run.asked.failed},
       {"cost", Json::object({{"calls", run.asked.calls},
                              {"prompt_tokens", run.asked.usage.prompt_tokens},
                              {"completion_tokens", run.asked.usage.completion_tokens},
                              {"money", run.asked.usage.money},
                              {"prompt_tokens_of_all_replies", run.all.prompt_tokens},
                              {"completion_tokens_of_all_replies", run.all.completion_tokens}})}});
  if (report.accuracy) out.set("accuracy", to_json(*report.accuracy));
  if (run.options.parts.calibration) {
    Json calibration = Json::object({{"without_confidence", report.without_confidence}});
    calibration.set("stated", report.stated ? to_json(*report.stated) : Json());
    calibration.set("tokens", report.tokens ? to_json(*report.tokens) : Json());
    out.set("calibration", std::move(calibration));
  }
  if (report.abstention)
    out.set("abstention", Json::object({{"recall", to_json(report.abstention->recall)},
                                        {"over_refusal", to_json(report.abstention->over_refusal)},
                                        {"balanced", to_json(report.abstention->balanced)},
                                        {"balanced_always_answer", 0.5},
                                        {"balanced_always_abstain", 0.5}}));
  if (report.contradiction)
    out.set("contradiction", Json::object({{"repeats", report.contradiction->repeats},
                                           {"contradicted", to_json(report.contradiction->contradicted)},
                                           {"same_words", to_json(report.contradiction->same)},
                                           {"wavering", to_json(report.contradiction->wavering)}}));
  if (report.snowballing) {
    const auto& s = *report.snowballing;
    out.set("snowballing", Json::object({{"defended", to_json(s.defended)},
                                         {"corrected", to_json(s.corrected)},
                                         {"withdrawn", to_json(s.withdrawn)},
                                         {"defended_known", to_json(s.defended_known)},
                                         {"kept_right", to_json(s.kept)},
                                         {"abandoned_right", to_json(s.abandoned)},
                                         {"discrimination", s.pairs ? to_json(s.discrimination) : Json()},
                                         {"unclear_wrong", s.unclear_wrong},
                                         {"unclear_right", s.unclear_right}}));
  }
  if (report.freshness) out.set("freshness", to_json(*report.freshness));
  return out;
}

}  // namespace genkai::app
