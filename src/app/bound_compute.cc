#include "app/bound_compute.h"

#include <fmt/format.h>

#include <cmath>

#include "app/print.h"
#include "limits/hallucination/bound/bound.h"

namespace genkai::app {
namespace {

namespace bound = limits::hallucination::bound;
using base::Code;

text::Language language_of(const BoundArguments& arguments) {
  return message_language(arguments.language, "");
}

std::string percent(double share) {
  return format(share, Unit::share);
}

base::Result<Sheet> exact_mass_sheet(const BoundArguments& arguments) {
  std::vector<double> probabilities;
  GENKAI_RETURN_IF_ERROR(with_stream(arguments.distribution, [&](std::istream& in) -> base::Status {
    auto read = bound::read_distribution(in);
    if (!read) return base::fail(read.error());
    probabilities = std::move(*read);
    return {};
  }));
  GENKAI_ASSIGN_OR_RETURN(const bound::ExactMissingMass mass,
                          bound::exact_missing_mass(probabilities, arguments.n.value_or(0)));
  Sheet sheet("missing-mass", language_of(arguments));
  const std::string deviation = percent(mass.deviation);
  sheet.figures = {
      {"missing_mass",
       sheet.say("expected missing mass", "未知の割合の期待値"),
       mass.value,
       Unit::share,
       {},
       mass.at_most ? sheet.say("standard deviation at most " + deviation, "標準偏差は" + deviation + "以下")
                    : sheet.say("standard deviation " + deviation, "標準偏差" + deviation)},
      {"expected_estimate", sheet.say("expected share seen once", "一度だけ見る割合の期待値"),
       mass.expected_rate},
      {"n", sheet.say("draws", "標本数"), mass.n, Unit::count},
      {"facts", sheet.say("facts", "事実の数"), static_cast<double>(mass.facts), Unit::count}};
  sheet.details = {{"exact", true},
                   {"standard_deviation", mass.deviation},
                   {"standard_deviation_is_upper_bound", mass.at_most}};
  sheet.meaning = sheet.say(
      fmt::format("Of the questions to come, {} are about a fact that was never seen.", percent(mass.value)),
      fmt::format("今後の質問の{}は、一度も見ていない事実についてのものです。", percent(mass.value)));
  sheet.basis = mass.basis;
  return sheet;
}

// The figures and terms that both lower bounds have.
void show_lower_bound(const bound::LowerBound& lower, const char* key, const std::string& label,
                      const std::string& rate_label, Sheet& sheet) {
  const std::string confidence = percent(lower.confidence);
  sheet.figures.push_back({key,
                           label,
                           std::max(0.0, lower.value),
                           Unit::share,
                           {},
                           sheet.say("at least, with probability " + confidence, "下限、確率" + confidence)});
  sheet.figures.push_back({"rate", rate_label, lower.rate});
  sheet.figures.push_back({"miscalibration_term", sheet.say("minus miscalibration", "引く: 較正の誤差"),
                           lower.miscalibration_term});
  sheet.figures.push_back(
      {"candidates_term", sheet.say("minus candidates term", "引く: 候補の項"), lower.candidates_term});
  sheet.figures.push_back(
      {"sample_term", sheet.say("minus sample size term", "引く: 標本数の項"), lower.sample_term});
  sheet.vacuous = lower.vacuous;
  sheet.details.emplace_back("unclipped", lower.value);
  sheet.details.emplace_back("confidence", lower.confidence);
  sheet.basis = lower.basis;
  if (!lower.vacuous) return;
  if (!lower.needed_n) {
    sheet.meaning = sheet.say("No number of training facts would change that at this rate.",
                              "この割合では、学習データをいくら増やしても変わりません。");
    return;
  }
  sheet.details.emplace_back("needed_n", *lower.needed_n);
  const std::string needed = format(*lower.needed_n, Unit::count);
  sheet.meaning = sheet.say("At the same rate it would say something from n = " + needed + " on.",
                            "同じ割合なら、n = " + needed + " 以上で意味を持ちます。");
}

base::Result<FactsRead> facts_of(const BoundArguments& arguments) {
  if (arguments.facts.given() > 0) return read_facts(arguments.facts);
  FactsRead facts;
  GENKAI_ASSIGN_OR_RETURN(facts.seen.n, whole("--n", arguments.n.value_or(0)));
  GENKAI_ASSIGN_OR_RETURN(facts.seen.once, whole("--once", arguments.once.value_or(0)));
  if (facts.seen.once > facts.seen.n) return base::fail(Code::invalid_argument, "--once is more than --n");
  return facts;
}

}  // namespace

base::Result<Sheet> missing_mass_sheet(const BoundArguments& arguments) {
  if (!arguments.distribution.empty()) return exact_mass_sheet(arguments);
  GENKAI_ASSIGN_OR_RETURN(const FactsRead facts, read_facts(arguments.facts));
  GENKAI_ASSIGN_OR_RETURN(const bound::MissingMass mass,
                          bound::estimate_missing_mass(facts.seen, arguments.confidence));
  Sheet sheet("missing-mass", language_of(arguments));
  const std::string confidence = percent(mass.confidence);
  sheet.figures.push_back(
      {"missing_mass", sheet.say("missing mass", "未知の割合"), mass.value, Unit::share, mass.interval,
       sheet.say(confidence + " confidence, any distribution", "信頼度" + confidence + "、どんな分布でも")});
  if (mass.large_sample)
    sheet.figures.push_back(
        {"large_sample", sheet.say("for large samples", "大標本の場合"), mass.value, Unit::share,
         mass.large_sample,
         sheet.say(confidence + " confidence, normal limit", "信頼度" + confidence + "、正規近似")});
  sheet.basis = mass.basis;
  describe(facts, arguments.facts, sheet);
  sheet.details.emplace_back("confidence", mass.confidence);
  sheet.meaning = sheet.say(
      fmt::format("About {} of the questions to come are about a fact that was never seen: without a source, "
                  "answers to them are guesses.",
                  percent(mass.value)),
      fmt::format("今後の質問の約{}は、一度も見ていない事実についてのものです。資料がなければ、答えは推測に"
                  "なります。",
                  percent(mass.value)));
  return sheet;
}

base::Result<Sheet> monofact_sheet(const BoundArguments& arguments) {
  GENKAI_ASSIGN_OR_RETURN(const FactsRead facts, facts_of(arguments));
  bound::MonofactOptions options;
  options.miscalibration = arguments.miscalibration;
  options.regularity = arguments.regularity;
  options.delta = arguments.delta.value_or(options.delta);
  options.false_per_fact = arguments.false_per_fact;
  GENKAI_ASSIGN_OR_RETURN(const bound::LowerBound lower, bound::monofact_bound(facts.seen, options));
  Sheet sheet("monofact", language_of(arguments));
  show_lower_bound(lower, "hallucination_at_least", sheet.say("hallucination rate", "幻覚の割合"),
                   sheet.say("monofact rate", "一度だけ述べられた割合"), sheet);
  if (arguments.facts.given() > 0)
    describe(facts, arguments.facts, sheet);
  else
    sheet.figures.push_back(
        {"n", sheet.say("facts seen", "見た事実"), static_cast<double>(facts.seen.n), Unit::count});
  if (!lower.vacuous)
    sheet.meaning = sheet.say(
        fmt::format(
            "A calibrated model that was only pretrained on these facts makes up at least {} of what it "
            "states of this kind.",
            percent(lower.value)),
        fmt::format("これらの事実で事前学習しただけの較正されたモデルは、この種の発言の少なくとも{}を"
                    "作り出します。",
                    percent(lower.value)));
  return sheet;
}

base::Result<Sheet> singleton_sheet(const BoundArguments& arguments) {
  bound::SingletonOptions options;
  FactsRead facts;
  if (arguments.facts.given() > 0) {
    GENKAI_ASSIGN_OR_RETURN(facts, read_facts(arguments.facts));
    options.n = static_cast<double>(facts.seen.n);
    options.singleton_rate = static_cast<double>(facts.seen.once) / options.n;
  } else {
    options.n = arguments.n.value_or(0);
    options.singleton_rate = arguments.singleton_rate.value_or(0);
  }
  options.candidates = arguments.candidates.value_or(0);
  options.most_candidates = arguments.most_candidates;
  options.delta = arguments.delta.value_or(0);
  GENKAI_ASSIGN_OR_RETURN(const bound::SingletonBound both, bound::singleton_bound(options));
  Sheet sheet("singleton", language_of(arguments));
  show_lower_bound(both.lower, "error_at_least", sheet.say("error rate", "誤り率"),
                   sheet.say("singleton rate", "単独事実の割合"), sheet);
  if (both.reachable)
    sheet.figures.push_back(
        {"reachable",
         sheet.say("reachable", "到達できる誤り率"),
         *both.reachable,
         Unit::share,
         {},
         sheet.say("some calibrated model errs no more than this", "これ以下の較正されたモデルが存在する")});
  if (arguments.facts.given() > 0)
    describe(facts, arguments.facts, sheet);
  else
    sheet.figures.push_back({"n", sheet.say("training examples", "学習例"), options.n, Unit::count});
  if (!both.lower.vacuous)
    sheet.meaning = sheet.say(
        fmt::format(
            "A base model with these training data gives a wrong answer to at least {} of such prompts.",
            percent(both.lower.value)),
        fmt::format("この学習データの基盤モデルは、この種の質問の少なくとも{}に誤って答えます。",
                    percent(both.lower.value)));
  return sheet;
}

}  // namespace genkai::app
