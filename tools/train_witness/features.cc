// What is known of each passage that was read alone, and whether its quote holds the right answer: lines of
// JSON for fit.py. Questions for a person, place, date or amount, of the calibrating and the reporting
// articles of JaQuAD and XQuAD; no article is in both.
//
//   GENKAI_DATA=... build/release/tools/train_witness_features > witness.jsonl

#include <cstdio>

#include "answer/answerer.h"
#include "answer/gold_answer.h"
#include "answer/testimony.h"
#include "base/thread_pool.h"
#include "limits/retrieval/guard.h"
#include "squad.h"

namespace genkai::bench {
namespace {

constexpr std::size_t kOthers = 20'000;  // passages of other texts among them

base::Json line_of(const answer::Answerer& answerer, const knowledge::KnowledgeView& view,
                   const SquadQuestion& asked, bool report) {
  const core::Question question{"", asked.text, ""};
  core::Trace trace;
  const auto answer = base::run_blocking(answerer.answer(question, view, trace));
  const auto meaning = limits::retrieval::interpret(question, view, trace).front();
  auto found = limits::retrieval::gather(view, meaning, answer::AnswererOptions{}.gather, trace);
  if (!answer || !found || !answer::comparable(meaning.focus.type)) return {};
  limits::retrieval::vet(found->evidence, meaning, question, trace);
  const auto testimonies = answer::read_alone(meaning, found->evidence, view.embedder(), trace);
  const auto& items = answer->answers.empty() ? answer->rejected : answer->answers;
  base::Json line = base::Json::object(), rows = base::Json::array();
  line.set("report", report).set("answered", answer->outcome == core::Outcome::answered);
  line.set("span", items.empty() ? "" : items.front().span);
  line.set("right", !items.empty() && answer::holds_answer(items.front().text, asked.answers));
  for (std::size_t i = 0; i < testimonies.size(); ++i) {
    if (testimonies[i].value.empty()) continue;
    base::Json row = base::Json::object(), features = base::Json::array();
    for (const double feature : answer::witness_features(testimonies[i].score, found->evidence[i].scores))
      features.push(feature);
    row.set("features", std::move(features)).set("span", testimonies[i].span);
    row.set("right", answer::holds_answer(testimonies[i].text, asked.answers));
    rows.push(std::move(row));
  }
  line.set("rows", std::move(rows));
  return line;
}

base::Status run() {
  GENKAI_ASSIGN_OR_RETURN(const Squad jaquad, load_jaquad(data_folder()));
  GENKAI_ASSIGN_OR_RETURN(const Squad xquad, load_xquad(data_folder()));
  GENKAI_ASSIGN_OR_RETURN(const auto base, TemporaryKnowledgeBase::create());
  GENKAI_RETURN_IF_ERROR(add_contexts(*base.kb, jaquad));
  GENKAI_RETURN_IF_ERROR(add_contexts(*base.kb, xquad));
  GENKAI_RETURN_IF_ERROR(add_other_passages(*base.kb, {"/usr/share/doc"}, kOthers).map([](std::size_t) {}));
  GENKAI_ASSIGN_OR_RETURN(const auto view, base.kb->view());
  answer::AnswererOptions options;
  options.confirm.isolate = false;
  const answer::Answerer answerer(options);
  base::ThreadPool pool;
  for (const Squad* squad : {&jaquad, &xquad}) {
    std::vector<base::Json> lines(squad->questions.size());
    pool.parallel_for(lines.size(), [&](std::size_t i) {
      const Split split = split_of(*squad, squad->questions[i]);
      if (split != Split::train)
        lines[i] = line_of(answerer, *view, squad->questions[i], split == Split::test);
    });
    for (const auto& line : lines)
      if (line.is_object()) std::printf("%s\n", line.dump().c_str());
  }
  return {};
}

}  // namespace
}  // namespace genkai::bench

int main() {
  if (const auto status = genkai::bench::run(); !status) {
    std::fprintf(stderr, "%s\n%s\n", status.error().message.c_str(), status.error().hint.c_str());
    return 1;
  }
  return 0;
}
