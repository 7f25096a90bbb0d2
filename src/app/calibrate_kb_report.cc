#include "app/calibrate_kb_report.h"

#include <fmt/format.h>

#include <cmath>

#include "app/print.h"
#include "app/recorded.h"
#include "stats/intervals.h"

namespace genkai::app {
namespace {

using base::Json;
using stats::CertifiedThreshold;

struct Share {
  std::size_t hits = 0, n = 0;
  double value() const { return n == 0 ? std::nan("") : static_cast<double>(hits) / static_cast<double>(n); }
};

Json to_json(const Share& share) {
  const auto interval = stats::wilson(share.hits, share.n);
  return Json::object({{"value", share.value()},
                       {"interval", Json::array({interval.low, interval.high})},
                       {"hits", share.hits},
                       {"n", share.n}});
}

std::string show(const Share& share) {
  if (share.n == 0) return "-";
  const auto interval = stats::wilson(share.hits, share.n);
  return fmt::format("{}  ({}/{})", with_interval(share.value(), interval.low, interval.high), share.hits,
                     share.n);
}

// Of all questions, and of the answerable ones.
Share right(const Outcomes& outcomes, bool answerable_only) {
  Share share;
  for (std::size_t i = 0; i < outcomes.items.size(); ++i) {
    if (answerable_only && !outcomes.answerable[i]) continue;
    ++share.n;
    share.hits += outcomes.items.correct[i];
  }
  return share;
}

std::size_t without_scores(const Outcomes& outcomes) {
  std::size_t n = 0;
  for (const bool scored : outcomes.scored) n += scored ? 0 : 1;
  return n;
}

Json to_json(const stats::Reliability& report) {
  Json json = Json::object();
  for (const auto& [name, figure] : stats::figures(report))
    json.set(std::string(name),
             Json::object({{"value", figure.value},
                           {"interval", Json::array({figure.interval.low, figure.interval.high})}}));
  return json;
}

Json to_json(const stats::Promise& promise, const CertifiedThreshold& found) {
  Json json = Json::object({{"risk", promise.risk},
                            {"delta", promise.delta},
                            {"certified", found.certified()},
                            {"threshold", found.certified() ? Json(found.threshold) : Json()},
                            {"coverage", found.coverage},
                            {"answered", found.answered},
                            {"errors", found.errors},
                            {"bound", found.certified() ? Json(found.bound) : Json()}});
  if (!found.certified()) json.set("needed", found.needed ? Json(std::ceil(*found.needed)) : Json());
  return json;
}

std::string show(const stats::Promise& promise, const CertifiedThreshold& found, bool ja) {
  if (found.certified())
    return fmt::format("  {:<6} {:<10.3f} {:<9.3f} {:.3f}  ({}/{})\n", promise.risk, found.threshold,
                       found.coverage, found.bound, found.errors, found.answered);
  if (!found.needed)
    return fmt::format("  {:<6} {}\n", promise.risk,
                       ja ? "保証できません。同じような質問を増やしても届きません"
                          : "not certifiable, and more questions like these would not help");
  return fmt::format(fmt::runtime(ja ? "  {:<6} 保証できません。およそ {:.0f} 問が必要です\n"
                                     : "  {:<6} not certifiable, about {:.0f} questions would be needed\n"),
                     promise.risk, std::ceil(*found.needed));
}

std::string lines_of(const std::vector<std::size_t>& numbers) {
  constexpr std::size_t kShown = 5;
  std::string out;
  for (std::size_t i = 0; i < std::min(numbers.size(), kShown); ++i)
    out += (i == 0 ? "" : ", ") + std::to_string(numbers[i]);
  return out + (numbers.size() > kShown ? ", ..." : "");
}

std::string counts(const CalibrationReport& report, bool ja) {
  const Outcomes& o = report.outcomes;
  std::string out;
  if (report.made) {
    out += fmt::format(
        fmt::runtime(
            ja ? "{} 問を {} 個の文章から作りました(うち {} 問は根拠の文書を隠し、{} 問は語を減らしました)\n"
               : "{} questions made from {} passages ({} of them asked without the documents that answer "
                 "them, {} shortened)\n"),
        report.questions, report.passages, report.unanswerable, report.shortened);
    if (report.questions < report.wanted)
      out +=
          fmt::format(fmt::runtime(ja ? "求められた {} 問には足りません。この知識ベースからはこれだけです\n"
                                      : "{} were asked for: this knowledge base gives no more\n"),
                      report.wanted);
  } else {
    out += fmt::format(fmt::runtime(ja ? "{} 問を読みました(うち {} 問は答えがありません)\n"
                                       : "{} questions read ({} of them unanswerable)\n"),
                       report.questions, report.unanswerable);
  }
  if (!report.malformed.empty())
    out += fmt::format(
        fmt::runtime(ja ? "{} 行は読めませんでした(行 {})\n" : "{} lines are malformed (line {})\n"),
        report.malformed.size(), lines_of(report.malformed));
  out += fmt::format(
      fmt::runtime(ja ? "{} 問を尋ねました({} 問は記録から)。{} 問は点数がありません\n"
                      : "{} asked ({} of them from the record), {} without scores: these are never "
                        "answered\n"),
      o.items.size(), o.resumed, without_scores(o));
  if (o.failed > 0)
    out += fmt::format(fmt::runtime(ja ? "{} 問はモデルが失敗したため数えていません: {}\n"
                                       : "{} are left out as the model failed: {}\n"),
                       o.failed, printable(o.failure));
  return out;
}

std::string figures(const CalibrationReport& report, bool ja) {
  std::string out = fmt::format("\n  {:<14} {:<24} {:<24} {}\n", "", ja ? "前" : "before",
                                report.mapped ? (ja ? "後" : "after") : "", ja ? "定数" : "constant");
  const auto text = [](const stats::Estimate& e) {
    return std::isnan(e.value) ? std::string("-") : with_interval(e.value, e.interval.low, e.interval.high);
  };
  const auto before = stats::figures(report.before), after = stats::figures(report.after),
             constant = stats::figures(report.constant);
  for (std::size_t i = 0; i < before.size(); ++i)
    out += fmt::format("  {:<14} {:<24} {:<24} {:.3f}\n", before[i].first, text(before[i].second),
                       report.mapped ? text(after[i].second) : "", constant[i].second.value);
  return out;
}

}  // namespace

Json to_json(const CalibrationReport& report) {
  const Outcomes& o = report.outcomes;
  Json malformed = Json::array(), promises = Json::array();
  for (const std::size_t line : report.malformed) malformed.push(line);
  for (std::size_t i = 0; i < report.promises.size(); ++i)
    promises.push(to_json(report.promises[i], report.thresholds[i]));
  const auto& calibration = report.calibration;
  Json json = Json::object(
      {{"knowledge_base", report.knowledge_base},
       {"model", report.model.empty() ? Json() : Json(report.model)},
       {"questions", Json::object({{"made", report.made},
                                   {"wanted", report.wanted},
                                   {"count", report.questions},
                                   {"unanswerable", report.unanswerable},
                                   {"shortened", report.shortened},
                                   {"malformed_lines", std::move(malformed)},
                                   {"asked", o.items.size()},
                                   {"resumed", o.resumed},
                                   {"failed", o.failed},
                                   {"without_scores", without_scores(o)}})},
       {"right", to_json(right(o, false))},
       {"right_of_answerable", to_json(right(o, true))},
       {"compared", report.compared},
       {"before", to_json(report.before)},
       {"after", report.mapped ? to_json(report.after) : Json()},
       {"constant", to_json(report.constant)},
       {"promises", std::move(promises)},
       {"calibration",
        Json::object({{"name", calibration.name()},
                      {"hash", calibration.hash()},
                      {"method", calibration.map() ? Json(to_string(calibration.map()->method())) : Json()},
                      {"fitted", calibration.fitted()},
                      {"certifying", calibration.correct().size()},
                      {"synthetic", calibration.synthetic()},
                      {"assumption", calibration.assumption()}})},
       {"file", report.file}});
  return json;
}

std::string render(const CalibrationReport& report, text::Language language) {
  const bool ja = language == text::Language::japanese;
  const auto& calibration = report.calibration;
  std::string out = counts(report, ja);
  out += fmt::format(
      fmt::runtime(
          ja ? "すべてに答えたときの正答率      {}\n答えのある質問だけでの正答率    {}\n"
             : "right when everything is answered     {}\nright of the answerable               {}\n"),
      show(right(report.outcomes, false)), show(right(report.outcomes, true)));
  if (report.compared > 0) out += figures(report, ja);
  const std::string method = calibration.map() ? std::string(to_string(calibration.map()->method()))
                                               : std::string(ja ? "なし" : "none");
  out += fmt::format(
      fmt::runtime(ja ? "\n対応付け {}({} 問で当てはめ)。しきい値は残りの {} 問で、信頼度 {:.0f} %\n"
                      : "\nmap {} (fitted to {} questions); thresholds by the other {}, with {:.0f} % "
                        "confidence\n"),
      method, calibration.fitted(), calibration.correct().size(), 100 * (1 - report.promises.front().delta));
  out += ja ? "  リスク しきい値   回答率    上限   (誤り/回答)\n"
            : "  risk   threshold  coverage  bound  (wrong/answered)\n";
  for (std::size_t i = 0; i < report.promises.size(); ++i)
    out += show(report.promises[i], report.thresholds[i], ja);
  out += (ja ? "\n前提: " : "\nAssumption: ") + calibration.assumption() + "\n";
  if (report.made)
    out += ja ? "注意: "
                "これらの質問はプログラムが文書から作ったもので、人が尋ねたものではありません。保証書にもそう"
                "書かれます。\n"
              : "NOTE: these questions were made by a program from the documents, not asked by people; the "
                "certificate "
                "says so.\n";
  out += fmt::format(fmt::runtime(ja ? "書き込み先: {}\n" : "written to {}\n"), report.file);
  return out;
}

}  // namespace genkai::app
