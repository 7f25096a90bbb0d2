#include "limits/hallucination/undecidable.h"

#include <algorithm>

#include "limits/hallucination/undecidable_rules.h"
#include "text/utf8.h"

namespace genkai::limits::hallucination {
namespace {

using core::Answer;
using core::Outcome;
using core::Reason;

constexpr std::size_t kReadBytes = 4096;  // of prose
constexpr std::size_t kMaxCall = 200;     // bytes of a call in the prose

std::string why(UndecidableKind kind, text::Language language) {
  const bool japanese = language == text::Language::japanese;
  switch (kind) {
    case UndecidableKind::halting:
      return japanese ? "プログラムが停止するかどうかを一般に判定できるプログラムはありません("
                        "チューリング、1936年)。"
                      : "No program can decide in general whether a program halts (Turing 1936).";
    case UndecidableKind::equivalence:
      return japanese ? "二つのプログラムが同じ動作をするかどうかを一般に判定できるプログラムはありません("
                        "ライス、1953年)。"
                      : "No program can decide in general whether two programs do the same (Rice 1953).";
    case UndecidableKind::future:
      return japanese ? "まだ決まっていない将来のことなので、どの文書からも確かめられません。"
                      : "This asks for an open future, which no document can settle.";
    case UndecidableKind::self_reference:
      return japanese ? "この問いは自分自身について述べており、どう答えても矛盾します。"
                      : "This speaks of itself, so that every answer contradicts it.";
  }
  return {};
}

bool name_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return text::is_ascii_letter(byte) || text::is_ascii_digit(byte) || c == '_' || c == '.';
}

/// "f(27)" in the prose, where the program defines f and the call is one that it can end with.
std::string call_in(std::string_view prose, const std::string& source) {
  const base::Result<logic::Program> program = logic::Program::parse(source);
  if (!program || !program->only_defines()) return {};
  for (const logic::FunctionInfo& function : program->functions()) {
    const std::string opening = function.name + "(";
    for (std::size_t at = prose.find(opening); at != std::string_view::npos;
         at = prose.find(opening, at + 1)) {
      if (at > 0 && name_byte(prose[at - 1])) continue;
      const std::size_t close = prose.find(')', at);
      if (close == std::string_view::npos || close - at > kMaxCall) continue;
      const std::string call(prose.substr(at, close - at + 1));
      const base::Result<logic::Program> alone = logic::Program::parse(call);
      if (alone && call.find('\n') == std::string::npos && !call.ends_with("()") &&
          std::any_of(call.begin(), call.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return call;
    }
  }
  return {};
}

}  // namespace

std::string_view to_string(UndecidableKind kind) {
  switch (kind) {
    case UndecidableKind::halting:
      return "halting";
    case UndecidableKind::equivalence:
      return "equivalence";
    case UndecidableKind::future:
      return "future";
    case UndecidableKind::self_reference:
      return "self_reference";
  }
  return {};
}

std::optional<Undecidable> recognise(std::string_view question) {
  const std::string valid = text::to_valid_utf8(question);
  QuestionParts parts = split_question(valid);
  std::string_view read = parts.prose;
  std::string ends;
  if (read.size() > kReadBytes) {  // a question stands at the beginning or at the end of what comes with it
    std::size_t tail = read.size() - kReadBytes / 2;
    while (tail < read.size() && (static_cast<unsigned char>(read[tail]) & 0xC0) == 0x80) ++tail;
    ends = std::string(read.substr(0, kReadBytes / 2)) + "\n" + std::string(read.substr(tail));
    read = ends;
  }
  std::string prose;
  for (std::size_t at = 0; at < read.size();) {  // line by line: normalising may fold line ends into spaces
    const std::size_t end = std::min(read.find('\n', at), read.size());
    prose += text::normalise(read.substr(at, end - at)) + "\n";
    at = end + 1;
  }
  Undecidable found;
  found.language = text::detect_language(read);
  const bool japanese = found.language == text::Language::japanese;
  const auto kind =
      japanese ? japanese_kind(prose, parts.programs.size()) : english_kind(prose, parts.programs.size());
  if (!kind) return std::nullopt;
  found.kind = *kind;
  if (!japanese) found.language = text::Language::english;
  found.programs = std::move(parts.programs);
  if (found.kind == UndecidableKind::halting && !found.programs.empty())
    found.call = call_in(read, found.programs.front());
  found.why = why(found.kind, found.language);
  return found;
}

std::optional<Answer> settle(const core::Question& question, const Policy& policy, core::Trace& trace) {
  const std::optional<Undecidable> found = recognise(question.text);
  if (!found || !found->settles_before_reading()) return std::nullopt;
  auto stage = trace.stage("examine");
  Answer answer;
  answer.question_id = question.id;
  answer.question = question.text;
  stage.note("undecidable", std::string(to_string(found->kind)));
  const Examination examined = examine(*found, logic::Budget{}, policy.language);
  stage.note("execution", examined.text);
  stage.counts(found->programs.size(), examined.answers ? 1 : 0);
  if (!examined.answers) {
    answer.outcome = Outcome::abstained;
    answer.reason = Reason::undecidable;
    answer.message = examined.text;
    return answer;
  }
  answer.outcome = Outcome::answered;
  answer.reason = Reason::none;
  core::AnswerItem item;
  item.text = examined.text;
  item.interpretation = question.text;
  item.basis = core::Basis::executed;  // the one place that says what an executed program's answer rests on
  answer.answers.push_back(std::move(item));
  core::Certificate certificate;
  certificate.kind = "execution";
  certificate.statement = examined.statement;
  certificate.assumptions = examined.assumptions;
  certificate.numbers = examined.numbers;
  answer.certificates.push_back(std::move(certificate));
  return answer;
}

void mark_open_future(Answer& answer, const Undecidable& question, const Policy& policy) {
  const bool in_vain =
      answer.reason == Reason::insufficient_evidence || answer.reason == Reason::low_confidence;
  if (question.kind != UndecidableKind::future || answer.outcome != Outcome::abstained || !in_vain) return;
  answer.reason = Reason::undecidable;
  answer.message = why(UndecidableKind::future, policy.language);
}

}  // namespace genkai::limits::hallucination
