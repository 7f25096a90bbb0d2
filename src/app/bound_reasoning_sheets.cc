#include "app/bound_reasoning.h"

#include <fmt/format.h>

#include "app/bound_compute.h"
#include "app/bound_facts.h"
#include "app/print.h"
#include "limits/reasoning/bound/bound.h"

namespace genkai::app {
namespace {

namespace bound = limits::reasoning::bound;

Sheet sheet_of(const char* name, const ReasoningArguments& a, const core::Grounds& grounds) {
  Sheet sheet(name, message_language(a.language, ""));
  sheet.basis = grounds;
  return sheet;
}

std::string percent(double share) {
  return format(share, Unit::share);
}

std::string at_confidence(const Sheet& sheet, double confidence) {
  return sheet.say(percent(confidence) + " confidence", "信頼度" + percent(confidence));
}

template <class T>
base::Result<T> read_table(const std::string& path, base::Result<T> (*read)(std::istream&)) {
  T rows;
  GENKAI_RETURN_IF_ERROR(with_stream(path, [&](std::istream& in) -> base::Status {
    auto own = read(in);
    if (!own) return base::fail(own.error());
    rows = std::move(*own);
    return {};
  }));
  return rows;
}

// "5,3,1"
base::Result<std::vector<std::uint64_t>> numbers_of(const char* option, const std::string& text,
                                                    std::size_t count) {
  std::vector<std::uint64_t> out;
  bool good = true;
  for (std::size_t at = 0; at <= text.size() && good;) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const std::string part = text.substr(at, end - at);
    good = !part.empty() && part.size() <= 9 && part.find_first_not_of("0123456789") == std::string::npos;
    if (good) out.push_back(std::stoull(part));
    at = end + 1;
  }
  if (!good || (count > 0 && out.size() != count))
    return base::fail(
        base::Code::invalid_argument, std::string(option) + ": " + text + " is no list of numbers",
        count > 0 ? "give affirmed,denied,all: 3,1,4" : "give how often each value came: 5,3,1");
  return out;
}

base::Result<bound::Survival> survival_of(const ReasoningArguments& a, const bound::Checker& checker) {
  if (!a.table.empty()) {
    GENKAI_ASSIGN_OR_RETURN(const auto rows, read_table(a.table, bound::read_attempts));
    std::vector<bound::StepErrors> counted;
    for (const auto& row : rows) counted.push_back({row.right, row.n});
    return bound::survival(counted, checker, a.confidence);
  }
  if (!a.errors.empty()) return bound::survival(a.errors, checker);
  GENKAI_ASSIGN_OR_RETURN(const std::uint64_t steps, whole("--steps", a.steps.value_or(1)));
  if (a.of) {
    bound::StepErrors counted;
    GENKAI_ASSIGN_OR_RETURN(counted.wrong, whole("--wrong", a.wrong.value_or(0)));
    GENKAI_ASSIGN_OR_RETURN(counted.n, whole("--of", *a.of));
    return bound::survival(counted, steps, checker, a.confidence);
  }
  if (steps > bound::kMostSteps)
    return base::fail(base::Code::invalid_argument, "a chain has from 1 to 1,000,000 steps");
  return bound::survival(std::vector<double>(steps, a.error.value_or(0)), checker);
}

base::Result<Sheet> pass_sheet(const ReasoningArguments& a, std::uint64_t n) {
  std::vector<bound::Attempts> questions;
  if (a.table.empty()) {
    auto& one = questions.emplace_back();
    GENKAI_ASSIGN_OR_RETURN(one.right, whole("--right", a.right.value_or(0)));
    GENKAI_ASSIGN_OR_RETURN(one.n, whole("--of", a.of.value_or(0)));
  } else {
    GENKAI_ASSIGN_OR_RETURN(questions, read_table(a.table, bound::read_attempts));
  }
  GENKAI_ASSIGN_OR_RETURN(const bound::PassAt out, bound::pass_at(questions, n, a.confidence));
  Sheet sheet = sheet_of("best-of-n", a, out.grounds);
  sheet.figures = {
      {"pass_at_n", sheet.say(fmt::format("a right one among {}", n), fmt::format("{}個に正答がある割合", n)),
       out.value, Unit::share, out.interval, out.interval ? at_confidence(sheet, out.confidence) : ""},
      {"questions", sheet.say("questions", "質問の数"), static_cast<double>(out.questions), Unit::count}};
  sheet.meaning = sheet.say(
      fmt::format("No choice among {} answers is right on more than {} of the questions.", n,
                  percent(out.value)),
      fmt::format("{}個の答えからどう選んでも、正しいのは質問の{}までです。", n, percent(out.value)));
  return sheet;
}

}  // namespace

base::Result<Sheet> fewest_wrong_sheet(const ReasoningArguments& a) {
  bound::AnswerSet set;
  if (!a.table.empty()) {
    GENKAI_ASSIGN_OR_RETURN(set, read_table(a.table, bound::read_exclusions));
  }
  for (const std::string& text : a.groups) {
    GENKAI_ASSIGN_OR_RETURN(set.groups.emplace_back(), numbers_of("--group", text, 0));
  }
  for (const std::string& text : a.exactly_one) {
    GENKAI_ASSIGN_OR_RETURN(const auto counts, numbers_of("--exactly-one", text, 3));
    set.exactly_one.push_back({counts[0], counts[1], counts[2]});
  }
  GENKAI_ASSIGN_OR_RETURN(const bound::FewestWrong out, bound::fewest_wrong(set));
  Sheet sheet = sheet_of("fewest-wrong", a, out.grounds);
  const double answers = static_cast<double>(out.answers);
  sheet.figures = {
      {"at_least", sheet.say("wrong at least", "誤りの最少数"), static_cast<double>(out.least), Unit::count},
      {"share", sheet.say("share of the answers", "答えに占める割合"),
       static_cast<double>(out.least) / answers},
      {"answers", sheet.say("answers", "答えの数"), answers, Unit::count}};
  if (!out.exact)
    sheet.figures.push_back({"enough",
                             sheet.say("so many wrong ones suffice", "これだけ誤りなら説明がつく数"),
                             static_cast<double>(out.enough), Unit::count});
  sheet.details = {{"exact", out.exact}};
  sheet.vacuous = out.least == 0;
  sheet.meaning = sheet.say(
      fmt::format("At least {} of these {} answers are wrong, whatever the truth is.", out.least,
                  out.answers),
      fmt::format("真実が何であれ、{}件の答えのうち少なくとも{}件は誤りです。", out.answers, out.least));
  return sheet;
}

base::Result<Sheet> survival_sheet(const ReasoningArguments& a) {
  bound::Checker checker{a.caught, a.false_alarm, 0};
  GENKAI_ASSIGN_OR_RETURN(checker.retries, whole("--retries", a.retries));
  GENKAI_ASSIGN_OR_RETURN(const bound::Survival out, survival_of(a, checker));
  Sheet sheet = sheet_of("survival", a, out.grounds);
  const bool checked = checker.caught > 0 || checker.false_alarm > 0;
  const std::string counted = out.interval ? at_confidence(sheet, out.confidence) : "";
  sheet.figures = {{"survival", sheet.say("every step right", "全手順が正しい割合"), out.value, Unit::share,
                    out.interval, counted}};
  if (checked) {
    sheet.figures.push_back({"finished", sheet.say("finished", "完了する割合"), out.finished});
    sheet.figures.push_back({"right_when_finished", sheet.say("right when finished", "完了時に正しい割合"),
                             out.right_when_finished, Unit::share, out.right_when_finished_interval,
                             counted});
    sheet.figures.push_back({"attempts", sheet.say("steps written per chain", "連鎖ごとに書く手順の数"),
                             out.attempts, Unit::number});
  } else {
    sheet.figures.push_back({"any_dependence", sheet.say("whatever the dependence", "依存関係によらず"),
                             out.any_dependence.high, Unit::share, out.any_dependence,
                             sheet.say("at most", "上限")});
  }
  sheet.figures.push_back(
      {"steps", sheet.say("steps", "手順の数"), static_cast<double>(out.steps), Unit::count});
  if (a.target) {
    const double error = a.of ? *a.wrong / *a.of : a.error.value_or(0);
    GENKAI_ASSIGN_OR_RETURN(const auto longest, bound::longest_chain(error, checker, *a.target));
    if (longest)
      sheet.figures.push_back(
          {"longest",
           sheet.say("longest chain for " + percent(*a.target), percent(*a.target) + "を保つ最長の連鎖"),
           static_cast<double>(*longest), Unit::count});
    else
      sheet.notes.push_back(sheet.say("No length falls below the target: no step errs.",
                                      "誤る手順がないため、どれだけ長くても目標を下回りません。"));
  }
  sheet.meaning =
      sheet.say(fmt::format("Of such chains {} have no wrong step.", percent(out.value)) +
                    (checked ? fmt::format(" {} are given up; of the others {} are right.",
                                           percent(1 - out.finished), percent(out.right_when_finished))
                             : ""),
                fmt::format("このような連鎖のうち、誤った手順がないのは{}です。", percent(out.value)) +
                    (checked ? fmt::format("{}は途中で打ち切られ、残りのうち{}が正しい連鎖です。",
                                           percent(1 - out.finished), percent(out.right_when_finished))
                             : ""));
  return sheet;
}

base::Result<Sheet> best_of_n_sheet(const ReasoningArguments& a) {
  GENKAI_ASSIGN_OR_RETURN(const std::uint64_t n, whole("--n", a.n));
  if (!a.accepts_right) return pass_sheet(a, n);
  bound::Verifying verifying{a.right.value_or(0), *a.accepts_right, a.accepts_wrong.value_or(0)};
  bound::BestOfN out;
  if (a.of) {
    bound::Attempts counted;
    GENKAI_ASSIGN_OR_RETURN(counted.right, whole("--right", a.right.value_or(0)));
    GENKAI_ASSIGN_OR_RETURN(counted.n, whole("--of", *a.of));
    GENKAI_ASSIGN_OR_RETURN(out, bound::best_of_n(counted, verifying, n, a.tolerance, a.confidence));
  } else {
    GENKAI_ASSIGN_OR_RETURN(out, bound::best_of_n(verifying, n, a.tolerance));
  }
  Sheet sheet = sheet_of("best-of-n", a, out.grounds);
  const std::string counted = out.interval ? at_confidence(sheet, out.confidence) : "";
  sheet.figures = {
      {"right", sheet.say(fmt::format("right, best of {}", n), fmt::format("{}個から選んで正しい割合", n)),
       out.value, Unit::share, out.interval, counted},
      {"ceiling", sheet.say("ceiling for any n", "個数によらない上限"), out.ceiling, Unit::share,
       out.ceiling_interval, counted},
      {"first", sheet.say("a single answer", "1つだけの場合"), out.first},
      {"accepted", sheet.say("one is accepted", "受理される答えがある割合"), out.accepted}};
  if (out.enough)
    sheet.figures.push_back(
        {"enough",
         sheet.say("draws that gain", "効果のある個数"),
         static_cast<double>(*out.enough),
         Unit::count,
         {},
         sheet.say(fmt::format("more come no nearer than {} to the ceiling", percent(a.tolerance)),
                   fmt::format("これ以上増やしても上限との差は{}以内", percent(a.tolerance)))});
  sheet.details = {{"misleads", out.misleads}};
  sheet.meaning =
      out.misleads ? sheet.say("This verifier prefers wrong answers: every further draw loses.",
                               "この検証器は誤答を優先するため、個数を増やすほど悪化します。")
      : out.enough
          ? sheet.say(
                fmt::format("More than {} draws gain nothing: what the verifier wrongly accepts holds it "
                            "at {}.",
                            *out.enough, percent(out.ceiling)),
                fmt::format(
                    "{}個を超えて増やしても効果はありません。誤って受理される答えのため、上限は{}です。",
                    *out.enough, percent(out.ceiling)))
          : sheet.say("The verifier tells nothing: one draw is as good as any number.",
                      "この検証器は何も見分けないため、個数を増やしても変わりません。");
  return sheet;
}

base::Result<Sheet> majority_sheet(const ReasoningArguments& a) {
  GENKAI_ASSIGN_OR_RETURN(const std::uint64_t n, whole("--n", a.n));
  bound::Majority out;
  if (a.table.empty()) {
    GENKAI_ASSIGN_OR_RETURN(
        out, bound::majority({a.right.value_or(0), a.correlation.value_or(0), n}, a.tolerance));
  } else {
    GENKAI_ASSIGN_OR_RETURN(const auto questions, read_table(a.table, bound::read_attempts));
    GENKAI_ASSIGN_OR_RETURN(out, bound::majority(questions, n, a.tolerance, a.confidence));
  }
  Sheet sheet = sheet_of("majority", a, out.grounds);
  sheet.figures = {
      {"right", sheet.say(fmt::format("right, vote of {}", n), fmt::format("{}票の多数決で正しい割合", n)),
       out.value, Unit::share, out.interval, out.interval ? at_confidence(sheet, out.confidence) : ""},
      {"limit", sheet.say("for n without end", "票を増やした極限"), out.limit},
      {"single", sheet.say("a single answer", "1つだけの場合"), out.single},
      {"correlation", sheet.say("correlation", "相関"), out.correlation, Unit::number},
      {"any_dependence", sheet.say("whatever the dependence", "依存関係によらず"), out.any_dependence.high,
       Unit::share, out.any_dependence, sheet.say("at most", "上限")}};
  if (out.enough)
    sheet.figures.push_back({"enough", sheet.say("votes that gain", "効果のある票数"),
                             static_cast<double>(*out.enough), Unit::count});
  sheet.meaning =
      sheet.say(fmt::format("A vote of {} is right on {} of the questions; with more votes it tends to {}.",
                            n, percent(out.value), percent(out.limit)),
                fmt::format("{}票の多数決は質問の{}で正しく、票を増やすと{}に近づきます。", n,
                            percent(out.value), percent(out.limit)));
  return sheet;
}

base::Result<Sheet> stopping_sheet(const ReasoningArguments& a) {
  GENKAI_ASSIGN_OR_RETURN(const std::uint64_t first, whole("--first", a.first));
  GENKAI_ASSIGN_OR_RETURN(const std::uint64_t second, whole("--second", a.second));
  GENKAI_ASSIGN_OR_RETURN(const std::uint64_t remaining, whole("--remaining", a.remaining));
  GENKAI_ASSIGN_OR_RETURN(const bound::Stopping out, bound::stopping(first, second, remaining));
  Sheet sheet = sheet_of("stopping", a, out.grounds);
  sheet.figures = {
      {"leads", sheet.say("the leader is the likelier one", "首位の答えが最頻である確率"), out.leads},
      {"changes", sheet.say("the rest changes who leads", "残りの標本で首位が変わる確率"), out.changes}};
  const bool stop = out.settled || out.leads >= a.level || a.remaining == 0;
  sheet.details = {{"settled", out.settled}, {"stop", stop}, {"level", a.level}};
  sheet.meaning =
      out.settled ? sheet.say("Stop: nothing that remains can change who leads.",
                              "停止: 残りの標本では首位は変わりません。")
      : stop      ? sheet.say("Stop.", "停止してかまいません。")
                  : sheet.say(fmt::format("Go on: {} is below {}.", percent(out.leads), percent(a.level)),
                              fmt::format("続行: {}は{}に届きません。", percent(out.leads), percent(a.level)));
  return sheet;
}

}  // namespace genkai::app
