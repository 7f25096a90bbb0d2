#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cmath>

#include "app/bound_compute.h"
#include "app/knowledge_source.h"
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

}  // namespace

base::Result<std::uint64_t> whole(const char* what, double value) {
  if (value >= 0 && value <= 9007199254740992.0 && value == std::floor(value))
    return static_cast<std::uint64_t>(value);
  return base::fail(Code::invalid_argument, fmt::format("{} is {}, no whole number from 0", what, value));
}

std::optional<double> amount_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !(value > 0) || !std::isfinite(value)) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (unit.empty()) return value;
  if (unit == "K" || unit == "k") return value * 1e3;
  if (unit == "M") return value * 1e6;
  if (unit == "B" || unit == "G") return value * 1e9;
  if (unit == "T") return value * 1e12;
  return std::nullopt;
}

std::optional<double> day_of(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto part = [&](std::size_t at, std::size_t length) {
    int value = -1;
    const char* begin = text.data() + at;
    const auto [end, error] = std::from_chars(begin, begin + length, value);
    return error == std::errc() && end == begin + length ? value : -1;
  };
  const int year = part(0, 4), month = part(5, 2), day = part(8, 2);
  if (year < 0 || month < 0 || day < 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return static_cast<double>(std::chrono::sys_days(date).time_since_epoch().count());
}

base::Result<Sheet> capacity_sheet(const BoundArguments& arguments) {
  bound::CapacityOptions options;
  options.parameters = amount_of(arguments.parameters).value_or(0);
  options.exposures = arguments.exposures;
  options.precision = bound::precision_of(arguments.precision).value_or(options.precision);
  options.bits_per_fact = arguments.bits_per_fact;
  if (!arguments.wanted_facts.empty()) options.facts = amount_of(arguments.wanted_facts).value_or(0);
  GENKAI_ASSIGN_OR_RETURN(const bound::FactCapacity capacity, bound::fact_capacity(options));
  Sheet sheet("capacity", language_of(arguments));
  sheet.figures.push_back(
      {"facts",
       sheet.say("facts that fit", "入る事実の数"),
       capacity.facts,
       Unit::count,
       {},
       capacity.outside ? sheet.say("at most", "上限") : sheet.say("at most about", "およその上限")});
  if (capacity.known_share) {
    sheet.figures.push_back(
        {"known_share", sheet.say("share that can be known", "知りうる割合"), *capacity.known_share});
    sheet.figures.push_back(
        {"unknown_share", sheet.say("share that cannot", "知りえない割合"), 1 - *capacity.known_share});
  }
  sheet.figures.push_back({"bits_per_parameter",
                           sheet.say("bits per parameter", "パラメータ当たりのビット"),
                           capacity.bits_per_parameter,
                           Unit::number,
                           {},
                           capacity.interpolated ? sheet.say("interpolated", "補間した値") : ""});
  sheet.figures.push_back({"bits", sheet.say("bits in all", "全体のビット"), capacity.bits, Unit::count});
  sheet.details = {{"interpolated", capacity.interpolated},
                   {"upper_limit_only", capacity.outside},
                   {"precision", bound::to_string(options.precision)}};
  sheet.meaning = sheet.say("What does not fit cannot be answered from the parameters alone.",
                            "入らない事実には、パラメータだけでは答えられません。");
  sheet.basis = capacity.basis;
  return sheet;
}

base::Result<Sheet> threshold_sheet(const BoundArguments& arguments) {
  bound::Scoring scoring;
  if (arguments.penalty) {
    if (!(*arguments.penalty >= 0 && *arguments.penalty < 1))
      return base::fail(Code::invalid_argument,
                        fmt::format("--penalty is {}, not from 0 to below 1", *arguments.penalty),
                        "it is the t of the rule \"a wrong answer costs t / (1 - t)\"; points go to --wrong");
    scoring = bound::Scoring::of_confidence_target(*arguments.penalty);
  } else {
    scoring = {arguments.right.value_or(1), arguments.wrong.value_or(0), arguments.abstain.value_or(0)};
  }
  GENKAI_ASSIGN_OR_RETURN(const bound::GuessThreshold rule, bound::guess_threshold(scoring));
  Sheet sheet("threshold", language_of(arguments));
  sheet.figures = {
      {"threshold",
       sheet.say("answer above", "答える確率の境"),
       rule.threshold,
       Unit::share,
       {},
       sheet.say("probability of being right", "正答の確率")},
      {"right", sheet.say("points if right", "正答の得点"), scoring.right, Unit::number},
      {"wrong", sheet.say("points if wrong", "誤答の得点"), scoring.wrong, Unit::number},
      {"abstain", sheet.say("points for abstaining", "保留の得点"), scoring.abstain, Unit::number}};
  const std::string threshold = percent(rule.threshold);
  switch (rule.guessing) {
    case bound::Guessing::always:
      sheet.meaning = sheet.say("Abstaining never pays: this scoring rewards a guess on every question.",
                                "保留は得になりません。この採点では、どの質問にも推測で答えるのが最善です。");
      break;
    case bound::Guessing::never:
      sheet.meaning = sheet.say("Answering never pays: abstaining scores as much as being right.",
                                "答えることは得になりません。保留の得点が正答以上です。");
      break;
    case bound::Guessing::above_threshold:
      sheet.meaning =
          sheet.say("Answer if you are right with a probability above " + threshold + "; else abstain.",
                    "正答の確率が" + threshold + "を超えるなら答え、そうでなければ保留します。");
  }
  sheet.details = {{"guessing", rule.guessing == bound::Guessing::always  ? "always"
                                : rule.guessing == bound::Guessing::never ? "never"
                                                                          : "above_threshold"}};
  if (arguments.probability) {
    const double points = scoring.of_answer(*arguments.probability);
    const bool answer = points > scoring.abstain;
    sheet.figures.push_back(
        {"expected_points", sheet.say("expected if answered", "答えた場合の期待値"), points, Unit::number});
    sheet.details.emplace_back("answer", answer);
    const std::string given = percent(*arguments.probability);
    sheet.notes.push_back(answer ? sheet.say("At " + given + ": answer.", given + "なら答えます。")
                                 : sheet.say("At " + given + ": abstain.", given + "なら保留します。"));
  }
  sheet.basis = rule.basis;
  return sheet;
}

base::Result<Sheet> staleness_sheet(const BoundArguments& arguments) {
  double age = arguments.age_days.value_or(0);
  const std::string now = arguments.today.empty() ? today() : arguments.today;
  if (!arguments.date.empty()) {
    const auto then = day_of(arguments.date), day = day_of(now);
    if (!then || !day)
      return base::fail(Code::invalid_argument, (then ? now : arguments.date) + " is no date",
                        "write it as 2024-05-31");
    if (*then > *day)
      return base::fail(Code::invalid_argument, arguments.date + " lies after " + now,
                        "give --today if the clock is wrong");
    age = *day - *then;
  }
  GENKAI_ASSIGN_OR_RETURN(const bound::Staleness stale,
                          bound::staleness(age, arguments.half_life_days, arguments.wanted));
  Sheet sheet("staleness", language_of(arguments));
  sheet.figures = {{"fresh", sheet.say("still true", "今も正しい確率"), stale.fresh},
                   {"stale", sheet.say("outdated", "古くなった確率"), stale.stale},
                   {"age_days", sheet.say("age", "経過"), stale.age_days, Unit::days},
                   {"half_life_days", sheet.say("half-life", "半減期"), stale.half_life_days, Unit::days}};
  if (stale.good_until)
    sheet.figures.push_back(
        {"good_until_days",
         sheet.say("good until the age of", "使える経過日数"),
         *stale.good_until,
         Unit::days,
         {},
         sheet.say("at " + percent(*arguments.wanted), percent(*arguments.wanted) + "で")});
  sheet.meaning = sheet.say(
      "Answered from memory of that date alone, it is wrong with probability " + percent(stale.stale) + ".",
      "その日付の記憶だけで答えると、" + percent(stale.stale) + "の確率で誤りになります。");
  sheet.basis = stale.basis;
  return sheet;
}

base::Result<Sheet> snowball_sheet(const BoundArguments& arguments) {
  GENKAI_ASSIGN_OR_RETURN(const bound::Snowball chain,
                          arguments.errors.empty()
                              ? bound::snowball(arguments.error.value_or(0), arguments.steps.value_or(0))
                              : bound::snowball(arguments.errors));
  Sheet sheet("snowball", language_of(arguments));
  sheet.figures = {{"all_right", sheet.say("every step right", "全段階が正しい確率"), chain.all_right,
                    Unit::share, chain.any_dependence,
                    sheet.say("whatever the errors have to do with each other", "誤りの依存関係によらず")},
                   {"some_wrong", sheet.say("some step wrong", "どこかが誤る確率"), chain.some_wrong},
                   {"steps", sheet.say("steps", "段階の数"), chain.steps, Unit::count}};
  if (chain.steps_to_half)
    sheet.figures.push_back({"steps_to_half", sheet.say("even odds after", "五分五分になる段階数"),
                             *chain.steps_to_half, Unit::number});
  sheet.meaning = sheet.say(
      "If the errors are independent, " + percent(chain.some_wrong) + " of such chains go wrong somewhere.",
      "誤りが独立なら、このような連鎖の" + percent(chain.some_wrong) + "がどこかで誤ります。");
  sheet.basis = chain.basis;
  return sheet;
}

base::Result<Sheet> abstention_sheet(const BoundArguments& arguments) {
  bound::LeastAbstention least;
  if (arguments.of) {
    GENKAI_ASSIGN_OR_RETURN(const std::uint64_t wrong, whole("--wrong", arguments.wrong.value_or(0)));
    GENKAI_ASSIGN_OR_RETURN(const std::uint64_t n, whole("--of", *arguments.of));
    GENKAI_ASSIGN_OR_RETURN(least, bound::least_abstention(wrong, n, arguments.target, arguments.confidence));
  } else {
    GENKAI_ASSIGN_OR_RETURN(least, bound::least_abstention(arguments.error.value_or(0), arguments.target));
  }
  Sheet sheet("abstention", language_of(arguments));
  const std::string confidence = percent(arguments.confidence);
  sheet.figures = {
      {"abstain_at_least", sheet.say("abstain on at least", "保留する最小の割合"), least.value, Unit::share,
       least.interval, least.interval ? sheet.say(confidence + " confidence", "信頼度" + confidence) : ""},
      {"error", sheet.say("wrong if all answered", "全て答えた場合の誤り"), least.error},
      {"target", sheet.say("wanted among answers", "答えの中の許容"), least.target}};
  sheet.meaning =
      least.value == 0
          ? sheet.say("The wanted error is met without abstaining.", "保留しなくても許容内です。")
          : sheet.say(fmt::format("No abstention rule gets to {} wrong among its answers with less.",
                                  percent(least.target)),
                      fmt::format("答えの中の誤りを{}にするには、どんな規則でもこれ以上の保留が要ります。",
                                  percent(least.target)));
  sheet.basis = least.basis;
  return sheet;
}

}  // namespace genkai::app
