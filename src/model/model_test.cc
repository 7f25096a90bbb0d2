#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "model/extractive_reader.h"
#include "text/analyzer.h"
#include "text/text.h"

namespace genkai::model {
namespace {

core::Evidence evidence_of(std::string id, std::string text, float lexical = 10) {
  core::Evidence e;
  e.passage.id = static_cast<core::PassageId>(std::hash<std::string>{}(id) % 1000);
  e.passage.document.id = id;
  e.passage.document.source = id;
  e.passage.text = std::move(text);
  e.passage.heading = "Heading of " + id;
  e.passage.page = 3;
  e.passage.line = 17;
  e.scores.lexical = lexical;
  e.scores.question_idf = 20;
  e.scores.coverage = 0.5F;
  return e;
}

core::Interpretation ask(const std::string& text) {
  core::Interpretation question;
  question.text = text;
  question.language = text::detect_language(text);
  question.focus = text::analyse_question(text);
  text::Analyzer analyzer;
  for (auto& term : analyzer.query_terms(text)) question.terms.push_back({term.term, 3.0F, term.weight});
  return question;
}

TEST(ExtractiveReader, PicksTheSentence) {
  const std::vector<core::Evidence> evidence = {
      evidence_of("a",
                  "The library is in the old mill. It was opened by Ada Byron in 1952. It has three floors."),
      evidence_of("b", "The swimming pool closes at noon. Tickets cost four coins.", 3)};
  const auto drafts =
      ExtractiveReader::built_in().read(ask("How much do tickets for the pool cost?"), evidence, 3, {});
  ASSERT_FALSE(drafts.empty());
  EXPECT_NE(drafts[0].text.find("four coins"), std::string::npos);
}

}  // namespace
}  // namespace genkai::model
