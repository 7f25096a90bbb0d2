// Free text held against the evidence.

#include <algorithm>

#include "limits/reasoning/guard.h"
#include "limits/reasoning/values.h"
#include "text/text.h"

namespace genkai::limits::reasoning {
namespace {

using core::Evidence;
using core::Verdict;

constexpr double kSameSubject = 0.6;    // share of the words around a value that the other sentence holds
constexpr std::size_t kOwnSubject = 3;  // terms: around fewer, the question's words are the subject
constexpr std::size_t kSentences = 40;  // of the text are looked at

struct Statement {
  const Evidence* evidence = nullptr;
  std::string sentence;
  std::set<std::string> terms;
  Holdings holdings;
};

std::vector<Statement> statements_of(const std::vector<Evidence>& evidence) {
  std::vector<Statement> statements;
  for (const Evidence& item : evidence) {
    if (item.poisoned() || item.suspected(core::Suspicion::stale)) continue;
    for (const text::Span& place : text::split_sentences(item.passage.text)) {
      const std::string sentence(place.of(item.passage.text));
      auto terms = terms_of(sentence);
      // A title says what its sentences are about ("Harbour museum": "Founded in 1932.").
      terms.merge(terms_of(item.passage.document.title + " " + item.passage.heading));
      statements.push_back({&item, sentence, std::move(terms), Holdings(sentence)});
    }
  }
  return statements;
}

std::set<std::string> subject_of(std::string_view sentence, const std::vector<Value>& values,
                                 const core::Interpretation& meaning) {
  std::set<std::string> subject = terms_of(sentence);
  for (const Value& value : values)
    for (const auto& term : terms_of(value.words)) subject.erase(term);
  if (subject.size() < kOwnSubject)
    for (const auto& term : meaning.terms) subject.insert(term.term);
  return subject;
}

bool about_the_same(const std::set<std::string>& subject, const Statement& other) {
  if (subject.size() < 2) return false;
  const auto held = std::count_if(subject.begin(), subject.end(),
                                  [&](const std::string& term) { return other.terms.contains(term); });
  return static_cast<double>(held) >= kSameSubject * static_cast<double>(subject.size());
}

core::Citation cite(const Statement& statement) {
  const core::Passage& passage = statement.evidence->passage;
  return {passage.document, passage.id, passage.heading, passage.page, passage.line, statement.sentence};
}

void hold(const Value& value, const Holdings& own, const std::set<std::string>& subject,
          const std::vector<Statement>& statements, const std::string& about, Comparison& out) {
  const Statement* otherwise = nullptr;
  std::string other;
  for (const Statement& statement : statements) {
    if (!about_the_same(subject, statement)) continue;
    if (statement.holdings.hold(value)) {
      out.claims.push_back(
          {value.words, Verdict::supported, "also in " + statement.evidence->passage.document.id});
      out.citations.push_back(cite(statement));
      return;
    }
    const std::string words = statement.holdings.of_same_kind(value, &own);
    if (!words.empty() && !otherwise) otherwise = &statement, other = words;
  }
  if (!otherwise) {
    out.claims.push_back({value.words, Verdict::not_checkable, "nothing at hand speaks of it"});
    return;
  }
  out.claims.push_back(
      {value.words, Verdict::contradicted, otherwise->evidence->passage.document.id + " says " + other});
  out.conflicts.push_back({about, {{value.words, {}}, {other, {cite(*otherwise)}}}});
}

}  // namespace

struct Comparer::Statements {
  std::vector<Statement> all;
  Holdings asked;  // what the question itself says
};

Comparer::Comparer(const std::vector<Evidence>& evidence, const core::Interpretation& meaning)
    : meaning_(meaning),
      statements_(
          std::make_unique<const Statements>(Statements{statements_of(evidence), Holdings(meaning.text)})) {}

Comparer::~Comparer() = default;

Comparison Comparer::compare(const std::string& text, core::Trace& trace) const {
  auto stage = trace.stage("compare");
  Comparison out;
  const std::vector<Statement>& statements = statements_->all;
  std::size_t read = 0;
  for (const text::Span& place : text::split_sentences(text)) {
    if (statements.empty() || ++read > kSentences) break;
    const std::string_view sentence = place.of(text);
    const auto values = values_of(sentence);
    const auto subject = subject_of(sentence, values, meaning_);
    const Holdings own(sentence);
    for (const Value& value : values)
      if (value.numeric() && !statements_->asked.hold(value))
        hold(value, own, subject, statements, meaning_.text, out);
  }
  if (out.claims.empty())
    out.claims.push_back({std::string(text::prefix(text, 300)), Verdict::not_checkable,
                          statements.empty() ? "there is nothing at hand to hold it against"
                                             : "it holds no amount or date that could be compared"});
  for (const auto& claim : out.claims)
    if (claim.verdict == Verdict::contradicted) stage.note("contradicted", claim.text + ": " + claim.why);
  stage.counts(statements.size(), out.citations.size());
  return out;
}

}  // namespace genkai::limits::reasoning
