#include "app/probe_context_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/print.h"

namespace genkai::app {
namespace {

namespace probe = limits::context::probe;
using base::Json;
using probe::EffectiveLength;
using probe::RowReport;
using probe::Tally;
using probe::Task;
using probe::TaskReport;
using probe::Verdict;
using text::Language;

std::string count(std::size_t n) {
  std::string digits = std::to_string(n), out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

std::string whole_percent(double share) {
  return std::to_string(std::lround(100 * share));
}

class Writer : ProbeWords {
 public:
  Writer(const ContextRun& run, const probe::ProbeReport& report, Language language)
      : ProbeWords(language), run_(run), report_(report) {}

  ProbeSection lengths() const;
  ProbeSection guard() const;
  ProbeSection task(const TaskReport& report) const;
  stats::HeatMap overall() const;

 private:
  std::string name(Task task) const;
  std::string meaning(Task task) const;
  ProbeRow length_row(const std::string& label, const EffectiveLength& length, std::string beside) const;
  std::string verdict(Verdict verdict) const {
    return verdict == Verdict::holds   ? say("holds", "満たす")
           : verdict == Verdict::fails ? say("fails", "満たさない")
                                       : say("open", "未決");
  }
  std::string depth_name(std::size_t depth) const { return whole_percent(run_.design.depth(depth)) + " %"; }
  stats::HeatMap map(std::string title, const std::vector<const TaskReport*>& tasks) const;

  const ContextRun& run_;
  const probe::ProbeReport& report_;
};

std::string Writer::name(Task task) const {
  switch (task) {
    case Task::needle:
      return say("one needle", "一つの針");
    case Task::needles:
      return say("three needles", "三つの針");
    case Task::key_value:
      return say("key and value", "キーと値");
    case Task::tracking:
      return say("variable tracking", "変数の追跡");
    case Task::counting:
      return say("counting", "数え上げ");
    case Task::hops:
      return say("two hops", "二段の事実");
    case Task::distractors:
      break;
  }
  return say("hard distractors", "紛らわしい文の中の質問");
}

std::string Writer::meaning(Task task) const {
  switch (task) {
    case Task::needle:
      return say("One fact among sentences of other kinds.", "別の種類の文の中にある一つの事実。");
    case Task::needles:
      return say("Three facts about one subject, all of which are asked for.",
                 "一つの主語についての三つの事実をすべて答える。");
    case Task::key_value:
      return say("One of as many pairs as fit.", "収まる限り並べた対のうちの一つ。");
    case Task::tracking:
      return say("A variable that was set to another, that was set to another, beside a second chain.",
                 "変数から変数へ写された値をたどる。別の連鎖が並ぶ。");
    case Task::counting:
      return say("How many do something, or which is the most common.", "人数、または最も多いものを答える。");
    case Task::hops:
      return say("A fact about what another fact names.", "別の事実が名指すものについての事実。");
    case Task::distractors:
      break;
  }
  return say("A question where others of the same name, and other facts of the subject, stand around.",
             "同じ姓や名の人と、同じ人の別の事実に囲まれた質問。");
}

ProbeRow Writer::length_row(const std::string& label, const EffectiveLength& length,
                            std::string beside) const {
  ProbeRow row{label, {}, {}, std::move(beside)};
  row.value = length.estimate == 0 ? say("none", "なし") : count(length.estimate);
  if (length.estimate == run_.design.lengths.back()) row.value = say("at least ", "少なくとも") + row.value;
  row.interval = count(length.low) + " – ";
  if (length.below) row.interval += say("below ", "") + count(*length.below) + say("", "未満");
  return row;
}

ProbeSection Writer::lengths() const {
  const probe::Design& design = run_.design;
  ProbeSection s;
  s.title = say("Effective length (estimated tokens)", "実効長 (推定トークン)");
  s.meaning =
      say("The longest of the measured lengths such that it and all shorter ones hold: at least so much "
          "right (absolute), or so much of what the shortest has (relative).",
          "その長さ以下のすべてで基準を満たす、測定した最長の長さ。基準は正答率そのもの (絶対) "
          "か、最短の長さでの正答率に対する割合 (相対)。");
  for (const TaskReport& task : report_.tasks) {
    const std::string beside = say("without the text ", "文章なし ") + whole_percent(task.blind.value()) +
                               say(" %, constant answer ", " %、定数の答え ") +
                               whole_percent(task.constant.value()) + " %";
    s.rows.push_back(
        length_row(name(task.task) + say(", absolute ", "、絶対 ") + whole_percent(design.absolute) + " %",
                   task.absolute, beside));
    s.rows.push_back(
        length_row(name(task.task) + say(", relative ", "、相対 ") + whole_percent(design.relative) + " %",
                   task.relative, {}));
  }
  s.notes.push_back(
      say("Each end of an interval is wrong with probability at most 2.5 %, whenever the asking stopped; the "
          "estimate takes the shares as counted.",
          "区間の両端は、どこで測定を止めても、それぞれ2.5 "
          "%以下の確率でしか誤りません。推定値は数えた割合そのものによります。"));
  if (report_.open > 0)
    s.notes.push_back(count(report_.open) +
                      say(" pairs of task and length are decided by neither rule: more calls (--most) would "
                          "narrow the intervals.",
                          "組の課題と長さはどちらの基準でも未決です。--most を増やすと区間が狭まります。"));
  if (report_.tasks.size() > 1 ||
      std::any_of(report_.tasks.begin(), report_.tasks.end(),
                  [](const TaskReport& task) { return probe::has_depth(task.task); }))
    if (const auto all = overall(); !all.rows.empty()) s.heat_maps.push_back(all);
  return s;
}

ProbeSection Writer::guard() const {
  ProbeSection s;
  s.title = say("What the guard makes of it", "ガードの扱い");
  s.meaning = say("With --save, prompts of ask and serve hold no more tokens of passages than this.",
                  "--save を付けると、ask と serve が示す文書はこの長さまでになります。");
  if (report_.guard.tokens)
    s.rows.push_back({say("tokens of passages at most", "文書のトークン数の上限"),
                      count(*report_.guard.tokens),
                      {},
                      report_.guard.task + say(", by the rule ", "、基準 ") + report_.guard.rule});
  else
    s.rows.push_back({say("tokens of passages at most", "文書のトークン数の上限"),
                      say("no limit", "なし"),
                      {},
                      say("no end was found where needle or distractors are read at all",
                          "needle と distractors が読める範囲に終わりは見つかりませんでした")});
  return s;
}

stats::HeatMap Writer::map(std::string title, const std::vector<const TaskReport*>& tasks) const {
  const probe::Design& design = run_.design;
  stats::HeatMap out{
      .title = std::move(title),
      .description = say("Share right by the length of the text and the depth of the evidence.",
                         "文章の長さと根拠の位置ごとの正答率。"),
      .x_title = say("estimated tokens", "推定トークン"),
      .y_title = say("depth", "位置"),
      .columns = {},
      .rows = {},
      .cells = {}};
  for (const std::size_t length : design.lengths) out.columns.push_back(count(length));
  for (std::size_t depth = 0; depth < design.depths; ++depth) {
    out.rows.push_back(depth_name(depth));
    auto& cells = out.cells.emplace_back();
    for (std::size_t length = 0; length < design.lengths.size(); ++length) {
      Tally sum;
      for (const TaskReport* task : tasks) {
        sum.hits += task->rows[length].cells[depth].hits;
        sum.n += task->rows[length].cells[depth].n;
      }
      stats::HeatCell cell;
      if (sum.n > 0) cell = {sum.share(), fmt::format("{} / {}", sum.hits, sum.n)};
      cells.push_back(std::move(cell));
    }
  }
  return out;
}

stats::HeatMap Writer::overall() const {
  std::vector<const TaskReport*> deep;
  for (const TaskReport& task : report_.tasks)
    if (probe::has_depth(task.task)) deep.push_back(&task);
  if (deep.empty()) return {};
  return map(say("Right by length and depth, over all tasks with a depth",
                 "長さと位置ごとの正答率 (位置のある全課題)"),
             deep);
}

ProbeSection Writer::task(const TaskReport& report) const {
  ProbeSection s;
  s.title = name(report.task) + " (" + std::string(probe::task_name(report.task)) + ")";
  s.meaning = meaning(report.task);
  for (std::size_t i = 0; i < report.rows.size(); ++i) {
    const RowReport& r = report.rows[i];
    std::string beside = say("absolute ", "絶対: ") + verdict(r.absolute) + say(", relative ", "、相対: ") +
                         verdict(r.relative);
    if (r.cells.size() > 1) {
      beside += say("; by depth", "。位置ごと");
      for (const Tally& cell : r.cells) beside += cell.n == 0 ? " –" : " " + whole_percent(cell.share());
    }
    for (std::size_t k = 0; k < r.weak.size(); ++k)
      beside += (k == 0 ? say("; weak at ", "。弱い位置 ") : ", ") + depth_name(r.weak[k]);
    std::string label = count(r.tokens) + say(" tokens", "トークン");
    if (i < run_.prompt_tokens.size() && run_.prompt_tokens[i] > 0)
      label += " (" + count(static_cast<std::size_t>(std::lround(run_.prompt_tokens[i]))) +
               say(" of the model's)", "、モデルの数え方)");
    s.rows.push_back(row(std::move(label), r.right, std::move(beside)));
  }
  if (probe::has_depth(report.task)) s.heat_maps.push_back(map(s.title, {&report}));
  return s;
}

Json cell_json(const Tally& tally) {
  return Json::array({tally.hits, tally.n});
}

Json to_json(const EffectiveLength& length) {
  return Json::object({{"estimate", length.estimate},
                       {"low", length.low},
                       {"below", length.below ? Json(*length.below) : Json()}});
}

std::string_view word_of(Verdict verdict) {
  return verdict == Verdict::holds ? "holds" : verdict == Verdict::fails ? "fails" : "open";
}

}  // namespace

stats::HeatMap overall_map(const ContextRun& run, const probe::ProbeReport& report, Language language) {
  return Writer(run, report, language).overall();
}

ProbePage page_of(const ContextRun& run, Language language) {
  const bool japanese = language == Language::japanese;
  const model::Usage& usage = run.asked.usage;
  ProbePage page;
  page.title = (japanese ? "文脈の測定: " : "Probe of context: ") + printable(run.model);
  std::string money;
  if (usage.money > 0)
    money = fmt::format(fmt::runtime(japanese ? "、費用{:.4f}" : ", cost {:.4f}"), usage.money);
  page.run = japanese ? fmt::format(
                            "{}: 長さ{}〜{}トークン、返答{}件 "
                            "(今回の呼び出し{}回、{}巡、入力{}・出力{}トークン{})。シード{}。",
                            printable(run.model), count(run.design.lengths.front()),
                            count(run.design.lengths.back()), run.replies, run.asked.calls, run.rounds,
                            usage.prompt_tokens, usage.completion_tokens, money, run.design.seed)
                      : fmt::format(
                            "{}: texts of {} to {} tokens, {} replies ({} calls now in {} rounds, {} tokens "
                            "in, {} out{}). "
                            "Seed {}.",
                            printable(run.model), count(run.design.lengths.front()),
                            count(run.design.lengths.back()), run.replies, run.asked.calls, run.rounds,
                            usage.prompt_tokens, usage.completion_tokens, money, run.design.seed);
  if (run.completes)
    page.run += japanese ? " 指示に従わないモデルのため、文章に続けて書かせました。"
                         : " It follows no instructions, and was asked to complete the text.";
  if (run.asked.failed > 0)
    page.run += fmt::format(
        fmt::runtime(japanese ? " {}件は返答がなく除きました。" : " {} got no reply and are left out."),
        run.asked.failed);
  return page;
}

std::vector<ProbeSection> sections(const ContextRun& run, const probe::ProbeReport& report,
                                   Language language) {
  const Writer writer(run, report, language);
  std::vector<ProbeSection> out{writer.lengths(), writer.guard()};
  for (const TaskReport& task : report.tasks) out.push_back(writer.task(task));
  if (run.unusable > 0)
    out.front().notes.push_back((language == Language::japanese ? "空の返答 (誤りに数えます): "
                                                                : "Empty replies, counted as not right: ") +
                                std::to_string(run.unusable));
  return out;
}

Json to_json(const ContextRun& run, const probe::ProbeReport& report) {
  const probe::Design& design = run.design;
  Json lengths = Json::array(), depths = Json::array(), tasks = Json::array();
  for (const std::size_t length : design.lengths) lengths.push(length);
  for (std::size_t depth = 0; depth < design.depths; ++depth) depths.push(design.depth(depth));
  for (const TaskReport& task : report.tasks) {
    Json rows = Json::array();
    for (const RowReport& row : task.rows) {
      Json cells = Json::array(), weak = Json::array();
      for (const Tally& cell : row.cells) cells.push(cell_json(cell));
      for (const std::size_t depth : row.weak) weak.push(design.depth(depth));
      rows.push(Json::object({{"tokens", row.tokens},
                              {"right", to_json(row.right)},
                              {"cells", std::move(cells)},
                              {"weak", std::move(weak)},
                              {"absolute", word_of(row.absolute)},
                              {"relative", word_of(row.relative)}}));
    }
    tasks.push(Json::object({{"task", probe::task_name(task.task)},
                             {"absolute", to_json(task.absolute)},
                             {"relative", to_json(task.relative)},
                             {"blind", to_json(task.blind)},
                             {"constant", to_json(task.constant)},
                             {"rows", std::move(rows)}}));
  }
  Json prompt = Json::array();
  for (const double tokens : run.prompt_tokens) prompt.push(tokens > 0 ? Json(tokens) : Json());
  const auto& guard = report.guard;
  return Json::object(
      {{"probe", "context"},
       {"model", run.model},
       {"form", run.completes ? "completes" : "chat"},
       {"context_tokens", run.context_tokens},
       {"language", design.language == Language::japanese ? "ja" : "en"},
       {"seed", design.seed},
       {"lengths", std::move(lengths)},
       {"prompt_tokens", std::move(prompt)},
       {"depths", std::move(depths)},
       {"absolute", design.absolute},
       {"relative", design.relative},
       {"most", design.most},
       {"confidence", 0.95},
       {"replies", run.replies},
       {"failed", run.asked.failed},
       {"unusable", run.unusable},
       {"cost", Json::object({{"calls", run.asked.calls},
                              {"prompt_tokens", run.asked.usage.prompt_tokens},
                              {"completion_tokens", run.asked.usage.completion_tokens},
                              {"money", run.asked.usage.money}})},
       {"effective_tokens", guard.tokens ? Json(*guard.tokens) : Json()},
       {"effective_by", guard.tokens ? Json::object({{"task", guard.task}, {"rule", guard.rule}}) : Json()},
       {"open", report.open},
       {"tasks", std::move(tasks)}});
}

}  // namespace genkai::app
