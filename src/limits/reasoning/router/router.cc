#include "limits/reasoning/router/router.h"

#include <algorithm>

#include "text/text.h"
#include "text/utf8.h"

namespace genkai::limits::reasoning::router {
namespace {

using chains::Finding;
using core::Interpretation;

bool holds_any(const std::string& text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

// Runs of digits, and English words for amounts.
std::size_t numbers_in(const std::string& text) {
  static constexpr std::array<std::string_view, 19> kWords{
      "two",    "three", "four",   "five",  "six",   "seven",   "eight",    "nine",  "ten",   "twelve",
      "twenty", "half",  "double", "twice", "third", "quarter", "fourteen", "dozen", "triple"};
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    const auto kind = [](char c) {
      return c >= '0' && c <= '9' ? 1 : text::is_ascii_letter(static_cast<unsigned char>(c)) ? 2 : 0;
    };
    const int own = kind(text[at]);
    while (end < text.size() && kind(text[end]) == own) ++end;
    const std::string_view run = std::string_view(text).substr(at, end - at);
    count += own == 1 || (own == 2 && std::find(kWords.begin(), kWords.end(), run) != kWords.end()) ? 1 : 0;
    at = end;
  }
  return count;
}

double price(const ToolCost& cost) {
  return cost.calls + cost.milliseconds / 1000 + cost.money + 1e-3;
}

bool allowed(Effort effort, const ReasoningTool& tool) {
  if (effort == Effort::exact) return true;
  if (effort == Effort::balanced) return from_outside(tool.kind) || tool.expected.calls == 0;
  return from_outside(tool.kind) && tool.expected.calls == 0;
}

std::string percent(double share) {
  return std::to_string(static_cast<int>(100 * share + 0.5)) + " %";
}

void add(ToolCost& sum, const ToolCost& cost, double share) {
  sum.calls += share * cost.calls;
  sum.milliseconds += share * cost.milliseconds;
  sum.money += share * cost.money;
}

bool fits(const ToolCost& sum, const ToolCost& more, const Budget& budget) {
  return sum.calls + more.calls <= budget.calls &&
         sum.milliseconds + more.milliseconds <= budget.milliseconds &&
         sum.money + more.money <= budget.money;
}

void add(core::Cost& sum, const core::Cost& cost) {
  sum.model_drafts += cost.model_drafts;
  sum.prompt_tokens += cost.prompt_tokens;
  sum.completion_tokens += cost.completion_tokens;
  sum.money += cost.money;
  sum.milliseconds += cost.milliseconds;
}

}  // namespace

std::string_view to_string(Task task) {
  static constexpr std::array<std::string_view, kTasks> kNames{"arithmetic", "date",       "counting",
                                                               "logic",      "comparison", "lookup"};
  return kNames[static_cast<std::size_t>(task)];
}

std::string_view to_string(ToolKind kind) {
  static constexpr std::array<std::string_view, kToolKinds> kNames{
      "expression", "program", "solver", "step check", "consistency", "verification questions"};
  return kNames[static_cast<std::size_t>(kind)];
}

bool from_outside(ToolKind kind) {
  return kind != ToolKind::consistency && kind != ToolKind::verification_questions;
}

Task task_of(const Interpretation& meaning) {
  const std::string text = text::normalise(meaning.text);
  const std::size_t numbers = numbers_in(text);
  if (holds_any(text,
                {"day of the week", "days after", "days before", "weeks after", "weeks before",
                 "days between", "days from", "years between", "何曜日", "日後", "日前", "週間後", "何日間"}))
    return Task::date;
  if (holds_any(text, {"how many letters", "how many words", "how many characters", "how many vowels",
                       "何文字", "何回出て", "何回現れ"}))
    return Task::counting;
  // A problem brings what it is about: sentences before its question.
  const bool brings = text::split_sentences(meaning.text).size() > 1;
  if (brings &&
      holds_any(text, {"every ", "does it follow", "if and only if", "premise", "true or false",
                       "which of the following is true", "logically consistent", "すべての", "全ての",
                       "ならば", "前提", "次のうち正しい"}) &&
      (meaning.focus.type == text::AnswerType::yes_no ||
       holds_any(text, {"follow", "true or false", "言え", "正しい"})))
    return Task::logic;
  const bool calculates = holds_any(text, {" + ", " * ", "×", "÷", "calculate", "計算"});
  if (numbers >= 2 && (brings || calculates)) return Task::arithmetic;
  if (holds_any(text, {"er than ", "more than ", "less than ", "largest", "smallest", "oldest", "newest",
                       "よりも", "より大き", "より多", "より早", "より高", "最も", "どちら"}))
    return Task::comparison;
  return Task::lookup;
}

const Worth& default_worth() {
  // expression, program, solver, step check, consistency, verification questions
  static constexpr Worth kWorth{{
      {0.6, 0.6, 0.1, 0.3, 0.2, 0.1},    // arithmetic
      {0.7, 0.6, 0.0, 0.2, 0.1, 0.1},    // date
      {0.3, 0.7, 0.0, 0.3, 0.1, 0.05},   // counting
      {0.0, 0.2, 0.7, 0.2, 0.2, 0.05},   // logic
      {0.4, 0.3, 0.2, 0.1, 0.2, 0.1},    // comparison
      {0.0, 0.0, 0.0, 0.02, 0.2, 0.15},  // lookup
  }};
  return kWorth;
}

Plan plan_checks(const ToolInput& input, Effort effort, const Budget& budget,
                 const std::vector<ReasoningTool>& available, const Worth& worth) {
  Plan plan;
  plan.task = task_of(input.meaning);
  const auto& row = worth[static_cast<std::size_t>(plan.task)];
  struct Candidate {
    std::size_t tool;
    double worth, rank;
    bool outside;
  };
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < available.size(); ++i) {
    const ReasoningTool& tool = available[i];
    const double own = row[static_cast<std::size_t>(tool.kind)];
    if (own <= 0)
      plan.left_out.push_back({i, "nothing for a question of the kind " + std::string(to_string(plan.task))});
    else if (!allowed(effort, tool))
      plan.left_out.push_back({i, "more than this profile spends"});
    else if (!tool.run || (tool.applies && !tool.applies(input)))
      plan.left_out.push_back({i, "does not apply to this question"});
    else
      candidates.push_back({i, own, own / price(tool.expected), from_outside(tool.kind)});
  }
  std::stable_sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return a.outside != b.outside ? a.outside : a.rank > b.rank;
  });
  double reached = 1;
  for (const Candidate& one : candidates) {
    const ReasoningTool& tool = available[one.tool];
    if (!fits(plan.most, tool.expected, budget)) {
      plan.left_out.push_back({one.tool, "over the budget"});
      continue;
    }
    add(plan.most, tool.expected, 1);
    add(plan.expected, tool.expected, reached);
    plan.steps.push_back({one.tool, one.worth, reached,
                          std::string(one.outside ? "settles about " : "doubts rightly about ") +
                              percent(one.worth) + " of " + std::string(to_string(plan.task)) +
                              " questions, reached in " + percent(reached)});
    if (one.outside) reached *= 1 - one.worth;
  }
  return plan;
}

base::Json to_json(const ToolRecord& record) {
  return base::Json::object({{"tool", record.name},
                             {"kind", to_string(record.kind)},
                             {"finding", chains::to_string(record.finding)},
                             {"why", record.why},
                             {"samples", record.cost.model_drafts},
                             {"prompt_tokens", record.cost.prompt_tokens},
                             {"completion_tokens", record.cost.completion_tokens},
                             {"money", record.cost.money},
                             {"milliseconds", record.cost.milliseconds},
                             {"probability_before", record.before},
                             {"probability_after", record.after},
                             {"overturned", record.overturned},
                             {"failed", record.failed}});
}

base::Task<Routed> run_plan(Plan plan, const std::vector<ReasoningTool>& tools, ToolInput input,
                            core::Trace& trace) {
  auto stage = trace.stage("checks");
  stage.note("kind of question", std::string(to_string(plan.task)));
  for (const LeftOut& one : plan.left_out) stage.note(tools[one.tool].name, "left out: " + one.why);
  Routed out{input.answer, input.probability};
  for (const PlanStep& step : plan.steps) {
    const ReasoningTool& tool = tools[step.tool];
    ToolRecord record{tool.name, tool.kind};
    record.before = record.after = out.probability;
    const base::Stopwatch watch;
    ToolInput now = input;
    now.answer = out.answer;
    now.probability = out.probability;
    const auto outcome = co_await tool.run(std::move(now));
    if (outcome) {
      const bool outside = from_outside(tool.kind);
      const auto after = outside ? chains::revised(out.answer, out.probability, {}, outcome->found)
                                 : chains::revised(out.answer, out.probability, outcome->again);
      record.finding = outside ? outcome->found.finding : Finding::undetermined;
      record.why = outcome->found.why;
      record.cost = outcome->cost;
      record.after = after.probability;
      record.overturned = after.overturned;
      out.answer = after.answer;
      out.probability = after.probability;
      out.overturned = out.overturned || after.overturned;
      out.settled = record.finding == Finding::confirmed || after.overturned;
    } else {
      record.failed = true;
      record.why = outcome.error().message;
    }
    record.cost.milliseconds = watch.milliseconds();
    add(out.cost, record.cost);
    stage.record(to_json(record));
    out.records.push_back(std::move(record));
    if (out.settled) break;
  }
  stage.counts(plan.steps.size(), out.records.size());
  co_return out;
}

}  // namespace genkai::limits::reasoning::router
