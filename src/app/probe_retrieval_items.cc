#include "app/probe_retrieval_items.h"

#include <algorithm>

#include "answer/made_questions.h"
#include "base/cancellation.h"
#include "limits/retrieval/guard.h"
#include "limits/retrieval/probe/wording.h"
#include "model/asking/answer_key.h"
#include "text/question.h"

namespace genkai::app {
namespace {

using limits::retrieval::probe::Item;
using limits::retrieval::probe::kCounters;
using limits::retrieval::probe::kDistractors;
using limits::retrieval::probe::Source;
using model::asking::AnswerKey;

Source source_of(const core::Passage& passage) {
  const auto& document = passage.document;
  return {document.title.empty() ? document.id : document.title, document.date, passage.text};
}

// The sentence around a place.
std::string sentence_at(const std::string& text, std::size_t at) {
  std::size_t begin = 0, end = text.size();
  for (const std::string_view mark : {". ", "! ", "? ", "。"}) {
    const std::size_t before = at == 0 ? std::string::npos : text.rfind(mark, at - 1);
    if (before != std::string::npos) begin = std::max(begin, before + mark.size());
    const std::size_t after = text.find(mark, at);
    if (after != std::string::npos) end = std::min(end, after + mark.size());
  }
  return text.substr(begin, end - begin);
}

void counter(Item& item, const std::string& wrong) {
  const auto at_answer = [&](const std::string& text) {
    std::pair<std::size_t, std::size_t> place{std::string::npos, 0};
    for (const std::string& answer : item.answers)
      if (const std::size_t at = text.find(answer); place.first == std::string::npos && !answer.empty())
        place = {at, answer.size()};
    return place;
  };
  const auto [at, size] = at_answer(item.gold.text);
  if (at == std::string::npos) return;
  item.wrong = wrong;
  std::string changed = item.gold.text;
  changed.replace(at, size, wrong);
  const std::string sentence = sentence_at(changed, at);
  const auto& wording = limits::retrieval::probe::wording_of(item.language);
  item.counters.push_back({item.gold.title, "", changed});
  for (std::size_t k = 1; k < kCounters; ++k)
    item.counters.push_back({item.gold.title + " (" + std::to_string(k + 1) + ")", "",
                             std::string(wording.attributions[k]) + sentence});
}

// The answer of another question that asks for the same kind of thing (years for years, metres for metres
// where any does), and is not right here.
std::string wrong_for(const std::vector<Item>& items, std::size_t own) {
  const AnswerKey key(items[own].answers);
  const auto measure = [](const Item& item) { return text::analyse_question(item.question).measure; };
  const text::Measure wanted = measure(items[own]);
  std::string fallback;
  for (std::size_t step = 1; step < items.size(); ++step) {
    const Item& other = items[(own + step) % items.size()];
    const std::string& value = other.answers.front();
    if (other.type != items[own].type || other.language != items[own].language || key.matches(value) ||
        AnswerKey({value}).matches(items[own].gold.text))
      continue;
    if (measure(other) == wanted) return value;
    if (fallback.empty()) fallback = value;
  }
  return fallback;
}

}  // namespace

base::Result<OwnItems> items_of(const knowledge::KnowledgeView& view,
                                const std::vector<LabelledQuestion>& questions) {
  OwnItems out;
  for (const LabelledQuestion& question : questions) {
    if (question.answers.empty()) continue;
    core::Trace trace;
    const auto meaning = limits::retrieval::interpret({"", question.question, {}}, view, trace).front();
    GENKAI_ASSIGN_OR_RETURN(const auto found,
                            limits::retrieval::gather(view, meaning, {.keep = 4 * kDistractors}, trace));
    const AnswerKey key(question.answers);
    Item item;
    item.id = "own" + std::to_string(out.items.size());
    item.question = question.question;
    item.answers = question.answers;
    item.language = meaning.language;
    item.type = meaning.focus.type;
    for (const auto& evidence : found.evidence) {
      const bool holds = key.matches(evidence.passage.text);
      if (holds && item.gold.text.empty())
        item.gold = source_of(evidence.passage);
      else if (!holds && item.distractors.size() < kDistractors)
        item.distractors.push_back(source_of(evidence.passage));
    }
    if (item.gold.text.empty()) {
      ++out.without_passage;
      continue;
    }
    out.items.push_back(std::move(item));
  }
  if (out.items.empty())
    return base::fail(base::Code::invalid_argument,
                      "no question is left whose answer stands in a passage that is found for it");
  for (std::size_t i = 0; i < out.items.size(); ++i) {
    const std::string wrong = wrong_for(out.items, i);
    if (wrong.empty()) continue;
    counter(out.items[i], wrong);
    const AnswerKey key({wrong});
    std::erase_if(out.items[i].distractors, [&](const Source& source) { return key.matches(source.text); });
  }
  return out;
}

base::Result<std::vector<LabelledQuestion>> made_for_probe(const knowledge::KnowledgeView& view,
                                                           std::size_t count, std::uint64_t seed) {
  GENKAI_ASSIGN_OR_RETURN(const auto made,
                          answer::make_questions(view, {.count = count, .unanswerable = 0, .seed = seed},
                                                 base::cancel_on_signals()));
  std::vector<LabelledQuestion> out;
  for (const auto& one : made.questions) out.push_back({one.question, one.answers, {}, true});
  return out;
}

}  // namespace genkai::app
