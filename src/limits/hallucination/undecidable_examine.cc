// Runs the programs of a question, and says what came of it.

#include <algorithm>
#include <utility>

#include "limits/hallucination/undecidable.h"
#include "logic/program/equivalence.h"
#include "logic/program/inputs.h"

namespace genkai::limits::hallucination {
namespace {

using base::Json;
using logic::Bound;
using logic::Budget;
using logic::Ending;
using logic::Execution;
using logic::Program;
using text::Language;

constexpr std::size_t kInputs = 40;    // on which a function of unknown arguments is tried
constexpr std::uint64_t kShare = 100;  // of the budget for each run on one of many inputs
constexpr std::size_t kShown = 80;     // characters of values in sentences

std::string grouped(std::uint64_t number) {  // 1,000,000
  std::string out = std::to_string(number);
  for (std::size_t at = out.size(); at > 3;) out.insert(at -= 3, ",");
  return out;
}
std::string steps_en(std::uint64_t steps) {
  return grouped(steps) + (steps == 1 ? " step" : " steps");
}
std::string shown(const std::string& text) {
  const std::string_view begin = text::prefix(text, kShown);
  return begin.size() < text.size() ? std::string(begin) + "..." : text;
}

/// What was run: "It" in sentences of one program, "f(3)" in those of a call.
struct Subject {
  std::string en = "It", ja = "このプログラム";
};

std::string bound_en(const Execution& run, const Budget& budget) {
  switch (run.bound) {
    case Bound::steps:
      return "had not halted within " + steps_en(budget.steps);
    case Bound::memory:
      return "needed more than " + grouped(budget.memory_bytes >> 10) + " KiB of memory after " +
             steps_en(run.steps);
    case Bound::integer_bits:
      return "came to an integer of more than " + grouped(budget.integer_bits) + " bits after " +
             steps_en(run.steps);
    case Bound::depth:
      return "came to calls or lists nested deeper than the bound (" + grouped(budget.depth) +
             " calls) after " + steps_en(run.steps);
    case Bound::unsupported:
      return "came in line " + std::to_string(run.line) + " to what is not run: " + run.error;
    default:
      return "had not halted within the work that is allowed, after " + steps_en(run.steps);
  }
}
std::string bound_ja(const Execution& run, const Budget& budget) {
  switch (run.bound) {
    case Bound::steps:
      return grouped(budget.steps) + "ステップ以内には停止しませんでした";
    case Bound::memory:
      return grouped(run.steps) + "ステップの後に" + grouped(budget.memory_bytes >> 10) +
             " KiBを超えるメモリを必要としました";
    case Bound::integer_bits:
      return grouped(run.steps) + "ステップの後に" + grouped(budget.integer_bits) +
             "ビットを超える整数になりました";
    case Bound::depth:
      return grouped(run.steps) + "ステップの後に呼び出しやリストの入れ子が上限(呼び出し" +
             grouped(budget.depth) + "段)を超えました";
    case Bound::unsupported:
      return std::to_string(run.line) + "行目で実行の対象外の処理(" + run.error + ")に達しました";
    default:
      return grouped(run.steps) + "ステップの後、許された計算量では停止しませんでした";
  }
}

std::string sentence_en(const Execution& run, const Budget& budget, const Subject& subject) {
  switch (run.ending) {
    case Ending::halted:
      return subject.en + " halts after " + steps_en(run.steps) + ".";
    case Ending::failed:
      return subject.en + " halts after " + steps_en(run.steps) + ", with an error in line " +
             std::to_string(run.line) + ": " + shown(run.error) + ".";
    case Ending::never_halts:
      return subject.en + " never halts: after step " + grouped(run.later_step) +
             " it is in exactly the state it was in after step " + grouped(run.earlier_step) + ".";
    case Ending::undetermined:
      return "Undetermined: " + (subject.en == "It" ? "it" : subject.en) + " " + bound_en(run, budget) + ".";
  }
  return {};
}
std::string sentence_ja(const Execution& run, const Budget& budget, const Subject& subject) {
  switch (run.ending) {
    case Ending::halted:
      return subject.ja + "は" + grouped(run.steps) + "ステップで停止します。";
    case Ending::failed:
      return subject.ja + "は" + grouped(run.steps) + "ステップの後、" + std::to_string(run.line) +
             "行目のエラー(" + shown(run.error) + ")で停止します。";
    case Ending::never_halts:
      return subject.ja + "は停止しません。ステップ" + grouped(run.later_step) + "の後の状態が、ステップ" +
             grouped(run.earlier_step) + "の後の状態と完全に同じです。";
    case Ending::undetermined:
      return "判定できません。" + subject.ja + "は" + bound_ja(run, budget) + "。";
  }
  return {};
}

Json numbers_of(const Execution& run) {
  Json out = Json::object({{"outcome", to_string(run.ending)}, {"steps", run.steps}});
  if (run.ending == Ending::never_halts) {
    out.set("earlier_step", run.earlier_step);
    out.set("later_step", run.later_step);
  }
  if (run.ending == Ending::undetermined) out.set("bound", to_string(run.bound));
  if (run.line > 0) out.set("line", run.line);
  if (!run.error.empty()) out.set("error", run.error);
  if (!run.result.empty()) out.set("result", shown(run.result));
  if (!run.output.empty()) out.set("output", shown(run.output));
  return out;
}

Json budget_of(const Budget& budget) {
  return Json::object({{"steps", budget.steps},
                       {"operations", budget.operations},
                       {"memory_bytes", budget.memory_bytes},
                       {"integer_bits", budget.integer_bits},
                       {"depth", budget.depth}});
}

std::vector<std::string> assumptions() {
  return {
      "the program means what it means in Python 3, of which a subset with exact integers is run, without "
      "Python's limits "
      "on recursion and on digits",
      "a step is one simple statement, one test of if or while, or one turn of a for loop",
      "the program is run as it stands in the question, with no input"};
}

/// One kind of examination for one language.
struct Examiner {
  const Undecidable& question;
  const Budget& budget;
  Language language;

  bool japanese() const { return language == Language::japanese; }
  std::string say(std::string en, std::string ja) const { return japanese() ? std::move(ja) : std::move(en); }
  std::string sentence(const Execution& run, const Budget& within, const Subject& subject) const {
    return japanese() ? sentence_ja(run, within, subject) : sentence_en(run, within, subject);
  }
  Budget share() const {
    Budget out = budget;
    out.steps = std::max<std::uint64_t>(1, budget.steps / kShare);
    out.operations = std::max<std::uint64_t>(1, budget.operations / kShare);
    return out;
  }

  Examination abstain(std::string text) const {
    Examination out;
    out.text = std::move(text);
    out.numbers = Json::object({{"kind", to_string(question.kind)}});
    return out;
  }

  Examination without_program() const {
    if (question.kind == UndecidableKind::self_reference || question.kind == UndecidableKind::future)
      return abstain(
          say("This speaks of itself or of an open future; no answer can be proven.",
              "自分自身、またはまだ決まっていない将来についての問いなので、答えを確かめられません。"));
    if (question.kind == UndecidableKind::equivalence)
      return abstain(
          say("No program can decide in general whether two programs do the same (Rice 1953); give both "
              "programs and they "
              "are run within bounds.",
              "二つのプログラムが同じ動作をするかどうかを一般に判定できるプログラムはありません("
              "ライス、1953年)。両方のプログ"
              "ラムを示していただければ、範囲を限って実行します。"));
    return abstain(
        say("No program can decide in general whether a program halts (Turing 1936); give the program and it "
            "is run within "
            "bounds.",
            "プログラムが停止するかどうかを一般に判定できるプログラムはありません(チューリング、1936年)"
            "。プログラムを示してい"
            "ただければ、範囲を限って実行します。"));
  }

  Examination not_run(const base::Error& error) const {
    return abstain(say("The program was not run: " + error.message + ".",
                       "プログラムを実行できません(" + error.message + ")。"));
  }

  Examination of_run(const Execution& run, const Budget& within, const Subject& subject) const {
    Examination out;
    out.answers = run.ending != Ending::undetermined;
    out.text = sentence(run, within, subject);
    out.statement = sentence_en(run, within, subject);
    out.assumptions = assumptions();
    out.numbers = numbers_of(run);
    out.numbers.set("kind", to_string(question.kind));
    out.numbers.set("budget", budget_of(within));
    return out;
  }

  Examination halting() const {
    const base::Result<Program> program = Program::parse(question.programs.front(), budget.source_bytes);
    if (!program) return not_run(program.error());
    if (!question.call.empty()) {
      const base::Result<Program> called =
          Program::parse(question.programs.front() + "\n" + question.call, budget.source_bytes);
      if (called) return of_run(run(*called, budget), budget, {question.call, question.call});
    }
    const std::vector<logic::FunctionInfo> functions = program->functions();
    if (!program->only_defines() || functions.empty()) return of_run(run(*program, budget), budget, {});
    const logic::FunctionInfo& function = functions.back();
    if (function.required > 0) return on_inputs(*program, function);
    const base::Result<Execution> ran = call(*program, function.name, {}, budget);
    if (!ran) return not_run(ran.error());
    return of_run(*ran, budget, {function.name + "()", function.name + "()"});
  }

  /// A function whose arguments the question does not name: one input on which it never halts is an answer.
  Examination on_inputs(const Program& program, const logic::FunctionInfo& function) const {
    const Budget within = share();
    std::size_t halted = 0, tried = 0;
    std::optional<Execution> open;
    std::string open_call;
    for (const logic::Domain domain :
         {logic::Domain::integers, logic::Domain::lists, logic::Domain::strings}) {
      base::Rng rng(1);
      std::size_t useful = 0;
      for (std::size_t round = 0; round < kInputs; ++round) {
        const std::vector<std::string> given = logic::sample_arguments(domain, round, function.required, rng);
        std::string called = function.name + "(";
        for (std::size_t i = 0; i < given.size(); ++i) called += (i > 0 ? ", " : "") + given[i];
        called += ")";
        const base::Result<Execution> ran = call(program, function.name, given, within);
        if (!ran) return not_run(ran.error());
        if (ran->ending == Ending::never_halts) {
          Examination out = of_run(*ran, within, {called, called});
          out.text = say("Not for every input. ", "すべての入力で停止するわけではありません。") + out.text;
          out.numbers.set("input", called);
          return out;
        }
        ++tried;
        useful += ran->ending != Ending::failed;
        halted += ran->ending == Ending::halted || ran->ending == Ending::failed;
        if (ran->ending == Ending::undetermined && !open) {
          open = *ran;
          open_call = called;
        }
      }
      if (useful > 0) break;
    }
    const std::string n = grouped(tried), k = grouped(halted);
    Examination out =
        abstain(open ? sentence(*open, within, {open_call, open_call})
                     : say("Undetermined for every input: " + function.name + " halts on each of the " + n +
                               " inputs that were tried, which proves nothing about the others.",
                           "すべての入力については判定できません。試した" + n + "通りの入力では" +
                               function.name + "は停止しましたが、ほかの入力については何も言えません。"));
    out.numbers.set("inputs", tried);
    out.numbers.set("halted", halted);
    return out;
  }

  std::string end_of(const Execution& run) const {
    switch (run.ending) {
      case Ending::halted:
        if (!run.result.empty()) return say("gives " + shown(run.result), shown(run.result) + "を返し");
        return say("prints \"" + shown(run.output) + "\"", "「" + shown(run.output) + "」を出力し");
      case Ending::failed:
        return say("ends with an error (" + shown(run.error) + ")",
                   "エラー(" + shown(run.error) + ")で終わり");
      default:
        return say("never halts", "停止しなくなり");
    }
  }

  Examination equivalence() const {
    if (question.programs.size() < 2) return without_program();
    const base::Result<Program> first = Program::parse(question.programs[0], budget.source_bytes);
    if (!first) return not_run(first.error());
    const base::Result<Program> second = Program::parse(question.programs[1], budget.source_bytes);
    if (!second) return not_run(second.error());
    const bool functions = first->only_defines() && second->only_defines();
    logic::ComparisonOptions options;
    options.budget = functions ? share() : budget;
    const logic::Comparison found = compare(*first, *second, options);
    Examination out;
    out.numbers = Json::object({{"kind", to_string(question.kind)},
                                {"verdict", to_string(found.verdict)},
                                {"inputs", found.inputs},
                                {"unsettled", found.unsettled},
                                {"budget", budget_of(options.budget)}});
    out.assumptions = assumptions();
    const std::string n = grouped(found.inputs);
    switch (found.verdict) {
      case logic::Verdict::different: {
        out.answers = true;
        const std::string on_en = found.input.empty() ? "" : " on input " + shown(found.input);
        const std::string on_ja = found.input.empty() ? "" : "入力" + shown(found.input) + "で、";
        out.text = say("They are not equivalent:" + on_en + " the first " + end_of(found.first) +
                           ", the second " + end_of(found.second) + ".",
                       "同じではありません。" + on_ja + "一つ目は" + end_of(found.first) + "、二つ目は" +
                           end_of(found.second) + "ます。");
        const Examiner english{question, budget, Language::english};
        out.statement = japanese() ? "They are not equivalent:" + on_en + " the first " +
                                         english.end_of(found.first) + ", the second " +
                                         english.end_of(found.second) + "."
                                   : out.text;
        out.numbers.set("input", found.input);
        out.numbers.set("first", numbers_of(found.first));
        out.numbers.set("second", numbers_of(found.second));
        return out;
      }
      case logic::Verdict::same_run:
        out.answers = true;
        out.statement = "Both halt with the same output; they take no input, so that there is no other run.";
        out.text = say(out.statement,
                       "どちらも停止し、出力は同じです。入力を取らないので、ほかの実行はありません。");
        out.numbers.set("first", numbers_of(found.first));
        out.numbers.set("second", numbers_of(found.second));
        return out;
      case logic::Verdict::undetermined:
        break;
    }
    if (!found.why.empty())
      out.text = say("Undetermined: " + found.why + ".", "判定できません。二つの関数は引数の数が違います。");
    else
      out.text = say("Undetermined: no difference on the " + n +
                         " inputs that were tried, which proves nothing about the others.",
                     "判定できません。試した" + n +
                         "通りの入力では違いが見つかりませんでしたが、ほかの入力については何も言えません。");
    return out;
  }
};

}  // namespace

Examination examine(const Undecidable& question, const Budget& budget, Language language) {
  const Examiner examiner{question, budget, language};
  if (question.programs.empty() || !question.settles_before_reading()) return examiner.without_program();
  if (question.kind == UndecidableKind::halting) return examiner.halting();
  if (question.kind == UndecidableKind::equivalence) return examiner.equivalence();
  return examiner.without_program();
}

}  // namespace genkai::limits::hallucination
