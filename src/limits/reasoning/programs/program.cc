#include "limits/reasoning/programs/program.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "limits/reasoning/values.h"
#include "model/reply_object.h"
#include "text/hidden.h"
#include "text/text.h"
#include "text/utf8.h"

namespace genkai::limits::reasoning::programs {
namespace {

namespace expression = logic::expression;
using base::Json;
using core::Verdict;
using expression::Literal;
using text::Language;

constexpr std::size_t kMostQuotes = 12;
constexpr std::size_t kMostAnswer = 80;       // code points of what Python printed
constexpr std::size_t kMostPython = 8 << 10;  // bytes

std::string one_line(std::string_view raw, std::size_t most) {
  std::string out;
  for (const char c : text::strip_hidden(text::to_valid_utf8(raw))) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7F)
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  while (out.ends_with(' ')) out.pop_back();
  return std::string(text::prefix(out, most));
}

// Numbers and dates of a Python program, also those within its strings; date(2024, 3, 3) is one.
std::vector<Literal> python_literals(std::string_view source) {
  const auto digit = [&](std::size_t at) {
    return at < source.size() && text::is_ascii_digit(static_cast<unsigned char>(source[at]));
  };
  const auto add = [&](std::vector<Literal>& to, std::string_view piece, std::size_t at) {
    if (const auto read = expression::evaluate(piece); read && read->literals.size() == 1) {
      to.push_back(read->literals.front());
      to.back().begin = at;
    }
  };
  std::vector<Literal> literals;
  for (std::size_t at = 0; at < source.size();) {
    if (source.substr(at).starts_with("date(")) {
      const std::size_t close = std::min(source.find(')', at), source.size());
      std::string inner;
      for (const char c : source.substr(at + 5, close - at - 5))
        if (c != ' ') inner += c;
      const auto made = expression::evaluate("date(" + inner + ")");
      if (made && made->value.kind == expression::Kind::date) {
        literals.push_back({inner, made->exact, at});
        at = close;
        continue;
      }
    }
    const bool in_name =
        at > 0 && (std::isalnum(static_cast<unsigned char>(source[at - 1])) || source[at - 1] == '_');
    if (!digit(at) || in_name) {
      ++at;
      continue;
    }
    std::size_t end = at;
    const bool date =
        source.size() >= at + 10 && source[at + 4] == '-' && source[at + 7] == '-' && digit(at + 9);
    if (date)
      end = at + 10;
    else
      while (digit(end) ||
             (end < source.size() && (source[end] == '.' || source[end] == '_') && digit(end + 1)))
        ++end;
    add(literals, source.substr(at, end - at), at);
    at = end;
  }
  return literals;
}

// Every value of the program that stands neither in what it quotes nor in the question; claims for all.
std::string missing(const std::vector<Literal>& literals, const Assignment& task, Program& program) {
  std::string quoted;
  for (const auto& citation : program.draft.citations) quoted += citation.quote + "\n\n";
  const Holdings cited(quoted), asked(task.meaning.text);
  std::string lacking;
  for (const Literal& literal : literals) {
    const bool day = literal.value.find('-', 1) != std::string::npos || literal.value.starts_with('T');
    const Value value{literal.text, literal.value, day ? text::AnswerType::date : text::AnswerType::number,
                      text::Measure::none};
    const bool stands = cited.hold(value);
    if (!stands && !asked.hold(value)) {
      lacking += (lacking.empty() ? "" : ", ") + literal.text;
      program.draft.claims.push_back(
          {literal.text, Verdict::not_checkable, "stands neither in what is quoted nor in the question"});
    } else if (stands) {
      program.draft.claims.push_back({literal.text, Verdict::supported, "stands in a quoted sentence"});
      program.operands.push_back(literal.value);
    }
  }
  return lacking;
}

// As the question names the unit: "how many weeks".
void write_as_asked(expression::Value& value, const core::Interpretation& meaning) {
  if (value.kind != expression::Kind::number || value.point || value.dimension.none()) return;
  const expression::Unit* unit = expression::find_unit(meaning.focus.unit);
  if (unit && !unit->point && unit->dimension == value.dimension) value.display = {{unit, 1}};
}

Program& fail(Program& program, std::string trouble) {
  program.ending = Ending::failed;
  program.draft.stance = core::Stance::unusable;
  program.trouble = std::move(trouble);
  return program;
}

Program& leave_open(Program& program, std::string_view why) {
  program.ending = Ending::undetermined;
  program.draft.stance = core::Stance::unusable;
  program.draft.claims.push_back(
      {program.source, Verdict::not_checkable, "undetermined: " + std::string(why)});
  return program;
}

void finish(Program& program, std::string answer, std::string_view how, const std::vector<Literal>& literals,
            const Assignment& task) {
  const bool japanese = task.meaning.language == Language::japanese;
  core::Draft& draft = program.draft;
  program.ending = Ending::computed;
  draft.text = draft.span = std::move(answer);
  draft.claims.push_back(
      {one_line(program.source, 300) + " = " + draft.text, Verdict::supported, std::string(how)});
  const std::string lacking = missing(literals, task, program);
  if (draft.citations.empty())
    program.trouble =
        japanese ? "引用が抜粋のどこにもありません。" : "none of the quotes stands in the passages.";
  else if (!lacking.empty())
    program.trouble =
        (japanese ? "引用にも質問にもない値です: " : "neither in the quotes nor in the question: ") + lacking;
  else if (program.operands.empty())
    program.trouble = japanese ? "抜粋の値を使っていません。" : "it uses no value of the passages.";
  draft.supported = draft.computed = program.trouble.empty();
}

void run_expression(Program& program, const Assignment& task) {
  auto outcome = expression::evaluate(program.source);
  if (!outcome) {
    const expression::Failure& failure = outcome.error();
    if (failure.fault == expression::Fault::too_large) {
      leave_open(program, expression::describe(failure, Language::english));
      return;
    }
    fail(program, expression::describe(failure, task.meaning.language));
    return;
  }
  write_as_asked(outcome->value, task.meaning);
  bool rounded = false;
  std::string answer = expression::decimal_text(outcome->value, task.meaning.language, rounded);
  if (outcome->value.kind == expression::Kind::truth && task.meaning.focus.type == text::AnswerType::yes_no) {
    const bool japanese = task.meaning.language == Language::japanese;
    answer = outcome->value.truth ? (japanese ? "はい" : "yes") : (japanese ? "いいえ" : "no");
  }
  program.value = std::move(outcome->value);
  finish(program, std::move(answer), rounded ? "computed, and rounded to be written" : "computed exactly",
         outcome->literals, task);
}

void run_in_sandbox(Program& program, const Assignment& task) {
  if (program.source.size() > kMostPython) {
    fail(program, "the program is too long");
    return;
  }
  const auto printed = task.python(program.source);
  if (!printed) {
    const base::Error& error = printed.error();
    if (error.code == base::Code::invalid_argument)
      fail(program, one_line(error.message, 300));
    else
      leave_open(program, one_line(error.message, 300));
    return;
  }
  std::string answer = one_line(*printed, kMostAnswer);
  if (answer.empty()) {
    fail(program,
         task.meaning.language == Language::japanese ? "何も出力されませんでした。" : "it printed nothing.");
    return;
  }
  finish(program, std::move(answer), "what the Python program printed in the sandbox",
         python_literals(program.source), task);
}

}  // namespace

std::string_view to_string(Ending ending) {
  constexpr std::array<std::string_view, 4> kNames{"computed", "abstained", "undetermined", "failed"};
  return kNames[static_cast<std::size_t>(ending)];
}

Program run_program(std::string_view reply, const Assignment& task) {
  Program program;
  program.draft.model = task.model;
  program.draft.span_type = task.meaning.focus.type;
  const auto object = model::find_reply_object(reply, "expression");
  if (!object)
    return fail(program, task.meaning.language == Language::japanese
                             ? "求めた形のJSONオブジェクトではありません。"
                             : "it is not the JSON object that was asked for.");
  program.source = object->string("expression");
  const std::string python = object->string("python");
  if (program.source.empty() && (python.empty() || !task.python)) {
    program.ending = Ending::abstained;
    program.draft.stance = core::Stance::abstains;
    return program;
  }
  std::size_t read = 0;
  if (const Json* quotes = object->find("quotes"))
    for (const Json& item : quotes->items()) {
      if (++read > kMostQuotes) break;
      const std::string quote = item.is_string() ? std::string(item.as_string()) : item.string("quote");
      const Json* number = item.find("passage");
      if (quote.empty() || task.cite(quote, number ? number->as_int() : 0, program.draft)) continue;
      program.draft.claims.push_back({one_line(quote, 300), Verdict::not_checkable, "stands in no passage"});
    }
  if (!program.source.empty()) {
    run_expression(program, task);
    return program;
  }
  program.python = true;
  program.source = python;
  run_in_sandbox(program, task);
  return program;
}

}  // namespace genkai::limits::reasoning::programs
