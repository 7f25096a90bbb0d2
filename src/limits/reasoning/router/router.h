#pragma once
// Which checks an answer is put through: chosen by the type of its question and by price, before anything is
// spent.
//
//   const Plan plan = plan_checks(meaning, Effort::balanced, {.calls = 6}, tools);
//   Routed checked = co_await run_plan(plan, tools, {question, meaning, answer, 0.8}, trace);
//   for (const ToolRecord& record : checked.records) record.name, record.cost, record.after

#include <array>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "base/async.h"
#include "core/evidence.h"
#include "core/question.h"
#include "limits/reasoning/chains/chain.h"

namespace genkai::limits::reasoning::router {

/// What a question wants done, read from its words.
enum class Task {
  arithmetic,  // a word problem or a calculation: it brings its own numbers
  date,        // days between, what day of the week
  counting,    // how many letters, words, times
  logic,       // whether something follows from what is given
  comparison,  // which is larger, older
  lookup,      // what the documents or memory say
};
constexpr std::size_t kTasks = 6;
std::string_view to_string(Task task);
Task task_of(const core::Interpretation& meaning);

enum class ToolKind { expression, program, solver, step_check, consistency, verification_questions };
constexpr std::size_t kToolKinds = 6;
std::string_view to_string(ToolKind kind);
/// Execution, solvers and step checks are outside checks; consistency with other answers of the model and
/// verification questions are its second thoughts, which only lower a probability.
bool from_outside(ToolKind kind);

/// What a tool is given. REQUIRES: what is pointed to outlives its run.
struct ToolInput {
  std::string question;
  core::Interpretation meaning;
  std::string answer;
  double probability = 0;
  std::string chain{};                                    // the written steps, where the model wrote any
  const std::vector<core::Evidence>* evidence = nullptr;  // untrusted text
};

struct ToolOutcome {
  chains::Outside found{};        // of an outside check
  chains::SecondThought again{};  // of a second thought
  core::Cost cost{};
};

struct ToolCost {
  double calls = 0;  // requests to a model
  double milliseconds = 0;
  double money = 0;
};

/// One check, as whoever has it offers it.
struct ReasoningTool {
  std::string name;
  ToolKind kind = ToolKind::expression;
  ToolCost expected;
  /// Beside the type of the question: whether this one can be checked. Empty: always.
  std::function<bool(const ToolInput&)> applies{};
  std::function<base::Task<base::Result<ToolOutcome>>(ToolInput)> run{};
};

/// How much may be done for an answer; the dial's profiles.
enum class Effort {
  exact,     // all that bears on the question
  balanced,  // outside checks, and second thoughts that ask no model
  creative,  // outside checks that ask no model
};

struct Budget {
  double calls = std::numeric_limits<double>::infinity();
  double milliseconds = std::numeric_limits<double>::infinity();
  double money = std::numeric_limits<double>::infinity();
};

/// Share of questions of a type that a kind of tool settles, 0 to 1, by task and tool; 0: it is not tried.
/// The default is a rough order and was not measured: give your own where you have counted.
using Worth = std::array<std::array<double, kToolKinds>, kTasks>;
const Worth& default_worth();

struct PlanStep {
  std::size_t tool = 0;  // index in the list that was given
  double worth = 0;
  double reached = 1;  // probability that no earlier outside check has settled it
  std::string why;
};
struct LeftOut {
  std::size_t tool = 0;
  std::string why;
};

struct Plan {
  Task task = Task::lookup;
  std::vector<PlanStep> steps;  // in order
  std::vector<LeftOut> left_out;
  ToolCost expected;  // each step's by the probability that it is reached
  ToolCost most;      // when nothing is settled: within the budget
};

/// Pure. Outside checks come first, then second thoughts; among each those that settle most for their price
/// (a call counts as a second of time) go first, ties in the order given. What would take the worst case over
/// the budget is left out, and so is what the effort does not allow.
Plan plan_checks(const ToolInput& input, Effort effort, const Budget& budget,
                 const std::vector<ReasoningTool>& available, const Worth& worth = default_worth());

/// What one check cost and changed.
struct ToolRecord {
  std::string name;
  ToolKind kind = ToolKind::expression;
  chains::Finding finding = chains::Finding::undetermined;
  std::string why{};  // or the error
  core::Cost cost{};
  double before = 0, after = 0;  // probability
  bool overturned = false, failed = false;
};
base::Json to_json(const ToolRecord& record);

struct Routed {
  std::string answer;
  double probability = 0;
  bool overturned = false, settled = false;
  std::vector<ToolRecord> records{};
  core::Cost cost{};
};

/// Runs the steps in order until an outside check confirms or overturns. chains::revised() alone decides what
/// a finding may change, so that no tool can say more than its kind. A tool that fails is recorded and
/// changes nothing. REQUIRES: `tools` is the list that the plan was made of, and outlives the Task.
base::Task<Routed> run_plan(Plan plan, const std::vector<ReasoningTool>& tools, ToolInput input,
                            core::Trace& trace);

}  // namespace genkai::limits::reasoning::router
