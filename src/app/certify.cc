// genkai certify: from recorded scores and outcomes to a threshold with a promise.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>

#include "app/command.h"
#include "app/exit_codes.h"
#include "app/print.h"
#include "app/recorded.h"
#include "base/file.h"
#include "limits/hallucination/calibration.h"
#include "stats/intervals.h"

namespace genkai::app {
namespace {

using base::Json;
using limits::hallucination::Calibration;
using stats::CertifiedThreshold;

enum class Kind { fixed_sequence, holm, expectation, selection };

struct CertifyArguments {
  std::string file, apply, out, write, language, procedure = "fixed-sequence", next = "same";
  RecordedColumns columns{.scores = {}, .correct = "correct", .group = {}};
  double risk = 0.1, delta = 0.1, fit_share = limits::hallucination::LearnOptions{}.fit_share;
  std::uint64_t seed = 1;
  bool json = false;
};

// What was decided about one set of rows.
struct Applied {
  std::size_t rows = 0, answered = 0, labelled = 0, wrong = 0;
  double risk() const {
    return labelled == 0 ? 0 : static_cast<double>(wrong) / static_cast<double>(labelled);
  }
};

struct GroupResult {
  std::string name;
  CertifiedThreshold found;
  std::optional<double> score_threshold{};  // of the overall promise, on the score itself
  Applied applied;                          // of the group's own promise
};

struct Outcome {
  Recorded data;
  Recorded other;
  bool applies = false;
  std::string hash;
  std::optional<Calibration> calibration;
  CertifiedThreshold overall;
  Applied applied;
  std::vector<GroupResult> groups;
  std::vector<double> other_scores;  // as the threshold takes them
  std::vector<std::string> assumptions;
};

std::vector<double> probabilities_of(const Calibration& calibration, const stats::ScoredItems& items) {
  std::vector<double> out;
  for (std::size_t i = 0; i < items.size(); ++i)
    out.push_back(calibration.probability(items.row(i), items.group(i)));
  return out;
}

Applied apply(const Recorded& data, const std::vector<double>& scores, double threshold,
              const std::string* group = nullptr) {
  Applied out;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (group && data.items.group(i) != *group) continue;
    ++out.rows;
    if (!(scores[i] >= threshold)) continue;
    ++out.answered;
    if (!data.labelled[i]) continue;
    ++out.labelled;
    out.wrong += data.items.correct[i] ? 0 : 1;
  }
  return out;
}

base::Result<Outcome> certify(const CertifyArguments& arguments) {
  Outcome out;
  GENKAI_ASSIGN_OR_RETURN(const Table table, Table::read(arguments.file));
  GENKAI_ASSIGN_OR_RETURN(out.data, read_recorded(table, arguments.columns, false));
  if (!arguments.apply.empty()) {
    GENKAI_ASSIGN_OR_RETURN(const Table second, Table::read(arguments.apply));
    GENKAI_ASSIGN_OR_RETURN(out.other, read_recorded(second, arguments.columns, true));
    out.applies = true;
  }
  const stats::ScoredItems& items = out.data.items;
  out.hash = content_hash(items);
  const bool learnt = arguments.columns.scores.size() > 1 || !arguments.columns.group.empty();
  if (learnt) {
    GENKAI_ASSIGN_OR_RETURN(out.calibration,
                            Calibration::learn(arguments.file, items,
                                               {.fit_share = arguments.fit_share, .seed = arguments.seed}));
  } else {
    GENKAI_ASSIGN_OR_RETURN(out.calibration, Calibration::as_is(arguments.file, items));
  }
  const Calibration& calibration = *out.calibration;
  if (out.applies) out.other_scores = probabilities_of(calibration, out.other.items);

  stats::Promise promise{.risk = arguments.risk, .delta = arguments.delta, .next = items.size()};
  if (arguments.next == "none")
    promise.next.reset();
  else if (arguments.next != "same")
    promise.next = static_cast<std::size_t>(std::stoull(arguments.next));
  const std::span<const double> next = promise.next && arguments.next == "same"
                                           ? std::span<const double>(out.other_scores)
                                           : std::span<const double>();
  const std::string& procedure = arguments.procedure;
  if (procedure == "expectation") {
    out.overall =
        stats::conformal_risk_threshold(calibration.probabilities(), calibration.correct(), arguments.risk);
  } else if (procedure == "selection") {
    out.overall = stats::conformal_selection(calibration.probabilities(), calibration.correct(),
                                             out.other_scores, arguments.risk);
  } else {
    out.overall = calibration.threshold_for(
        promise, next, procedure == "holm" ? stats::Procedure::holm : stats::Procedure::fixed_sequence);
  }
  out.applied = apply(out.other, out.other_scores, out.overall.threshold);

  if (!arguments.columns.group.empty() && procedure != "expectation" && procedure != "selection") {
    // Each group's own promise: with one score every item of it certifies, on the score itself.
    std::map<std::string, std::size_t> places;
    for (const std::string& name : items.groups) places.emplace(name, 0);
    for (auto& [name, place] : places) {
      place = out.groups.size();
      out.groups.push_back({name, {}, {}, {}});
    }
    std::vector<std::size_t> numbers;
    for (const std::string& name : items.groups) numbers.push_back(places[name]);
    const bool one = items.columns == 1;
    const std::vector<double> own = one ? items.scores : std::vector<double>();
    if (one) {
      stats::Promise alone = promise;
      const auto found = stats::certify_groups(
          own, items.correct, numbers, out.groups.size(), alone,
          {.procedure = procedure == "holm" ? stats::Procedure::holm : stats::Procedure::fixed_sequence});
      for (auto& group : out.groups) {
        group.found = found[places[group.name]];
        if (out.applies)
          group.applied = apply(out.other, out.other.items.scores, group.found.threshold, &group.name);
      }
      // The overall threshold in terms of the score: the least one seen in the group that is answered.
      for (std::size_t i = 0; i < items.size(); ++i) {
        if (!(calibration.probability(items.row(i), items.group(i)) >= out.overall.threshold)) continue;
        auto& least = out.groups[numbers[i]].score_threshold;
        least = std::min(least.value_or(items.scores[i]), items.scores[i]);
      }
    } else {
      out.groups.clear();  // with several scores there is no order but the fused one, which is the overall's
    }
  }
  out.assumptions.push_back("the questions to come are exchangeable with the " +
                            std::to_string(calibration.correct().size()) + " that certify");
  if (calibration.fitted() > 0)
    out.assumptions.push_back("the map from scores to probabilities (" +
                              std::string(to_string(calibration.map()->method())) + ") was fitted to " +
                              std::to_string(calibration.fitted()) + " other questions of the file");
  if (promise.next && procedure != "expectation" && procedure != "selection")
    out.assumptions.push_back(next.empty() ? "the next questions are " + std::to_string(*promise.next) +
                                                 ", answered or not"
                                           : "the next questions are those of the second file");
  return out;
}

Json to_json(const CertifiedThreshold& found) {
  Json json = Json::object({{"certified", found.certified()},
                            {"threshold", found.certified() ? Json(found.threshold) : Json()},
                            {"coverage", found.coverage},
                            {"answered", found.answered},
                            {"errors", found.errors},
                            {"n", found.n},
                            {"bound", found.certified() ? Json(found.bound) : Json()},
                            {"next_bound", found.next_bound ? Json(*found.next_bound) : Json()},
                            {"tests", found.tests}});
  if (!found.certified()) json.set("needed", found.needed ? Json(*found.needed) : Json());
  return json;
}

Json to_json(const Applied& applied, double wanted) {
  const auto interval = stats::clopper_pearson(applied.wrong, applied.labelled);
  return Json::object(
      {{"rows", applied.rows},
       {"answered", applied.answered},
       {"coverage",
        applied.rows == 0 ? 0.0 : static_cast<double>(applied.answered) / static_cast<double>(applied.rows)},
       {"with_outcome", applied.labelled},
       {"errors", applied.wrong},
       {"risk", applied.risk()},
       {"risk_interval", Json::array({interval.low, interval.high})},
       {"within", applied.risk() <= wanted}});
}

Json to_json(const CertifyArguments& arguments, const Outcome& out) {
  Json json = to_json(out.overall);
  json.set("risk", arguments.risk)
      .set("delta", arguments.delta)
      .set("procedure", arguments.procedure)
      .set("on", out.calibration->map() ? "probability" : arguments.columns.scores.front())
      .set("rows", out.data.to_json())
      .set("calibration_hash", out.hash);
  Json assumptions = Json::array();
  for (const auto& one : out.assumptions) assumptions.push(one);
  json.set("assumptions", std::move(assumptions));
  if (out.calibration->map())
    json.set("fitted", out.calibration->fitted()).set("method", to_string(out.calibration->map()->method()));
  if (out.applies) json.set("applied", to_json(out.applied, arguments.risk));
  if (!out.groups.empty()) {
    Json groups = Json::array();
    for (const auto& group : out.groups) {
      Json own = Json::object({{"group", group.name}});
      own.set("overall_score_threshold", group.score_threshold ? Json(*group.score_threshold) : Json());
      const Json found = to_json(group.found);
      for (const auto& [name, value] : found.members()) own.set(name, value);
      if (out.applies) own.set("applied", to_json(group.applied, arguments.risk));
      groups.push(std::move(own));
    }
    json.set("groups", std::move(groups));
  }
  return json;
}

std::string percent(double share) {
  return fmt::format("{:.1f} %", 100 * share);
}

void print(const CertifyArguments& arguments, const Outcome& out, text::Language language) {
  const bool ja = language == text::Language::japanese;
  const CertifiedThreshold& found = out.overall;
  const auto line = [](const std::string& text) { std::fputs((text + "\n").c_str(), stdout); };
  line(out.data.sentence(language));
  const std::string promise =
      arguments.procedure == "expectation"
          ? (ja ? fmt::format("全質問のうち誤答となる割合の期待値 {} 以下", percent(arguments.risk))
                : fmt::format("expected share of all questions answered wrongly at most {}",
                              percent(arguments.risk)))
      : arguments.procedure == "selection"
          ? (ja ? fmt::format("回答したうち誤答の割合の期待値 {} 以下", percent(arguments.risk))
                : fmt::format("expected share of wrong answers among the answered at most {}",
                              percent(arguments.risk)))
          : (ja ? fmt::format("回答したうち誤答の割合 {} 以下(確率 {} で)", percent(arguments.risk),
                              percent(1 - arguments.delta))
                : fmt::format("wrong share of the answered at most {}, with probability {}",
                              percent(arguments.risk), percent(1 - arguments.delta)));
  line("");
  line((ja ? "約束: " : "promise     ") + promise);
  if (!found.certified()) {
    line(ja ? fmt::format("この {} 問では {} を認証できません。", found.n, percent(arguments.risk))
            : fmt::format("not certifiable at {} with these {} questions", percent(arguments.risk), found.n));
    if (found.needed)
      line(ja ? fmt::format("およそ {:.0f} 問が必要です(今と同じ質なら)。", *found.needed)
              : fmt::format("about {:.0f} would be needed, if they went as these did", *found.needed));
    else
      line(ja ? "同じような質問を増やしても認証できません。スコアが正誤を分けていません。"
              : "more of the same would not help: at no threshold is the error low enough");
  } else {
    line((ja ? "閾値: " : "threshold   ") + fmt::format("{:.6g}", found.threshold) +
         (out.calibration->map() ? (ja ? "(較正済み確率)" : "  (calibrated probability)") : ""));
    line((ja ? "回答率: " : "coverage    ") +
         fmt::format("{}  ({} / {})", percent(found.coverage), found.answered, found.n));
    const double observed =
        found.answered == 0 ? 0 : static_cast<double>(found.errors) / static_cast<double>(found.answered);
    line((ja ? "観測された誤り: " : "errors      ") +
         fmt::format("{}  ({} / {})", percent(observed), found.errors, found.answered));
    line((ja ? "上界: " : "bound       ") + percent(found.bound) +
         (found.next_bound ? fmt::format(fmt::runtime(ja ? "、次の質問での割合 {}"
                                                         : "; counted among the next questions {}"),
                                         percent(*found.next_bound))
                           : ""));
  }
  if (out.applies) {
    const auto interval = stats::clopper_pearson(out.applied.wrong, out.applied.labelled);
    line("");
    line(arguments.apply + ":");
    line((ja ? "  回答率: " : "  coverage  ") +
         fmt::format("{}  ({} / {})",
                     percent(out.applied.rows == 0 ? 0
                                                   : static_cast<double>(out.applied.answered) /
                                                         static_cast<double>(out.applied.rows)),
                     out.applied.answered, out.applied.rows));
    if (out.applied.labelled > 0)
      line((ja ? "  誤り: " : "  errors    ") +
           fmt::format("{}  [{}, {}]  ({} / {})", percent(out.applied.risk()), percent(interval.low),
                       percent(interval.high), out.applied.wrong, out.applied.labelled));
  }
  if (!out.groups.empty()) {
    line("");
    line(ja ? "各群それぞれの約束(全群同時に成立)" : "each group by itself (all promises hold at once)");
    line(fmt::format("  {:<24} {:>7} {:>10} {:>9} {:>9} {:>9}  {}", ja ? "群" : "group", "n",
                     ja ? "閾値" : "threshold", ja ? "回答率" : "coverage", ja ? "誤り" : "errors",
                     ja ? "上界" : "bound", ja ? "全体の約束での閾値" : "threshold in the overall promise"));
    for (const auto& group : out.groups) {
      const auto& own = group.found;
      line(fmt::format(
          "  {:<24} {:>7} {:>10} {:>9} {:>9} {:>9}  {}", printable(group.name), own.n,
          own.certified() ? fmt::format("{:.4g}", own.threshold) : "-", percent(own.coverage),
          own.certified() ? percent(static_cast<double>(own.errors) / static_cast<double>(own.answered))
                          : "-",
          own.certified()
              ? percent(own.bound)
              : (own.needed ? fmt::format(fmt::runtime(ja ? "要{:.0f}問" : "n {:.0f}"), *own.needed) : "-"),
          group.score_threshold ? fmt::format("{:.4g}", *group.score_threshold) : "-"));
    }
  }
  line("");
  line(ja ? "前提:" : "holds if");
  for (const auto& one : out.assumptions) line("  " + one);
}

base::Status write_decisions(const std::string& path, const Outcome& out) {
  std::string text;
  for (std::size_t i = 0; i < out.other_scores.size(); ++i)
    text +=
        Json::object({{"row", out.other.rows[i]},
                      {"probability", std::isnan(out.other_scores[i]) ? Json() : Json(out.other_scores[i])},
                      {"answer", out.other_scores[i] >= out.overall.threshold}})
            .dump() +
        "\n";
  return base::write_file_atomically(path, text);
}

int run_certify(const CertifyArguments& arguments) {
  const auto out = certify(arguments);
  if (!out) return report(out.error(), arguments.json);
  if (!arguments.out.empty()) {
    const auto written =
        base::write_file_atomically(arguments.out, out->calibration->to_json().dump(1) + "\n");
    if (!written) return report(written.error(), arguments.json);
  }
  if (!arguments.write.empty()) {
    const auto written = write_decisions(arguments.write, *out);
    if (!written) return report(written.error(), arguments.json);
  }
  if (arguments.json)
    std::printf("%s\n", to_json(arguments, *out).dump().c_str());
  else
    print(arguments, *out, message_language(arguments.language, ""));
  return out->overall.certified() ? kOk : kAbstained;
}

}  // namespace

void add_certify(CLI::App& program, Action& run) {
  auto arguments = std::make_shared<CertifyArguments>();
  CLI::App* verb = program.add_subcommand(
      "certify", "From recorded scores and outcomes to a threshold with a promised error rate");
  verb->add_option("file", arguments->file, "CSV with a header line, or JSON lines; - for standard input")
      ->required();
  add_recorded_options(*verb, arguments->columns);
  verb->add_option("--risk", arguments->risk, "Share of wrong answers among the answered, at most")
      ->check(CLI::Range(0.0001, 0.9999))
      ->capture_default_str();
  verb->add_option("--delta", arguments->delta, "Probability with which the promise may fail")
      ->check(CLI::Range(0.0001, 0.9999))
      ->capture_default_str();
  verb->add_option("--procedure", arguments->procedure,
                   "fixed-sequence, holm; expectation (of all questions), selection (of the --apply file)")
      ->check(CLI::IsMember({"fixed-sequence", "holm", "expectation", "selection"}))
      ->capture_default_str();
  verb->add_option("--next", arguments->next,
                   "Promise the count among so many next questions too: a number, none (the long-run rate "
                   "only), same (those of --apply, else as many as calibrate)")
      ->capture_default_str();
  verb->add_option("--apply", arguments->apply, "Decide about the rows of this file");
  verb->add_option("--write", arguments->write, "Write the decisions about --apply to this file, JSON lines");
  verb->add_option("--out", arguments->out, "Write the calibration to this file");
  verb->add_option("--fit-share", arguments->fit_share,
                   "With groups or several scores: share of the rows that fit the map instead of certifying")
      ->check(CLI::Range(0.05, 0.95))
      ->capture_default_str();
  verb->add_option("--seed", arguments->seed, "Deals the rows that fit the map and those that certify")
      ->capture_default_str();
  verb->add_option("--lang", arguments->language, "Language of messages")->check(CLI::IsMember({"en", "ja"}));
  verb->add_flag("--json", arguments->json, "Print JSON (docs/formats/certify.md)");
  verb->callback([arguments, &run] {
    if (arguments->columns.scores.empty()) throw CLI::RequiredError("--score");
    const std::string& next = arguments->next;
    if (next != "same" && next != "none" &&
        (next.empty() || next.size() > 12 || next.find_first_not_of("0123456789") != std::string::npos))
      throw CLI::ValidationError("--next", "give a number of questions, none or same");
    if (arguments->procedure == "selection" && arguments->apply.empty())
      throw CLI::ValidationError("--procedure selection", "needs --apply: it selects among its rows");
    if (!arguments->write.empty() && arguments->apply.empty())
      throw CLI::ValidationError("--write", "needs --apply");
    run = [arguments] { return run_certify(*arguments); };
  });
}

}  // namespace genkai::app
