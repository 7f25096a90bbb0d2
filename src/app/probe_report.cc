#include "app/probe_report.h"

#include "app/asking_cost.h"
#include "app/print.h"

namespace genkai::app {
namespace {

namespace probe = limits::hallucination::probe;
using app::to_json;  // beside those below
using base::Json;
using text::Language;

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

ProbePage page_of(const ProbeRun& run, Language language) {
  const bool japanese = language == Language::japanese;
  const auto n = [](std::uint64_t value) { return std::to_string(value); };
  ProbePage page;
  page.title = (japanese ? "ハルシネーションの測定: " : "Probe of hallucination: ") + printable(run.model);
  page.run = printable(run.model) + ": " +
             (japanese ? "事実" + n(run.facts) + "件、答えのない質問" + n(run.unanswerable) + "件、"
                       : n(run.facts) + " facts, " + n(run.unanswerable) + " questions without an answer, ") +
             asked_in_words(run.replies, run.asked, run.options.seed, language);
  if (run.malformed > 0)
    page.run += japanese ? "読めなかった行が" + n(run.malformed) + "行あります。"
                         : " " + n(run.malformed) + " lines of the facts could not be read.";
  page.detail = (japanese ? "事実: " : "Facts: ") + printable(run.facts_file) +
                (japanese ? "。日付: " : ". Date: ") + run.today + (japanese ? "。" : ".");
  return page;
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
