#include <gtest/gtest.h>

#include "core/answer.h"
#include "core/trace.h"

namespace genkai::core {
namespace {

Answer sample() {
  Citation citation;
  citation.document = {"guide.md", "Guide", "office", "2025-04-01", "en"};
  citation.passage = 7;
  citation.page = 2;
  citation.quote = "The museum opens at nine.";
  Answer answer;
  answer.question_id = "q1";
  answer.outcome = Outcome::answered;
  answer.reason = Reason::none;
  answer.answers.push_back(
      {"The museum opens at nine.", "nine", 0.875, "When does the museum open?", {citation}});
  answer.conflicts.push_back({"opening", {{"nine", {citation}}, {"ten", {citation}}}});
  answer.certificates.push_back(
      {"risk", "at most 10 %", {"exchangeable questions"}, base::Json::object({{"n", 100}})});
  return answer;
}

// docs/formats/answer.md promises these members, in this order, to programs that read a batch.
TEST(AnswerSchemaTest, KeepsItsPromisedMembers) {
  const base::Json json = to_json(sample());
  std::vector<std::string> names;
  for (const auto& [name, value] : json.members()) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"id", "outcome", "reason", "message", "answers", "rejected",
                                             "conflicts", "certificates", "cost"}));
  const base::Json& item = json.find("answers")->items().at(0);
  EXPECT_EQ(item.string("text"), "The museum opens at nine.");
  EXPECT_EQ(item.number("probability"), 0.875);
  EXPECT_EQ(item.string("interpretation"), "When does the museum open?");
  const base::Json& citation = item.find("citations")->items().at(0);
  EXPECT_EQ(citation.string("document"), "guide.md");
  EXPECT_EQ(citation.number("passage"), 7);
  EXPECT_EQ(citation.string("quote"), "The museum opens at nine.");
  EXPECT_EQ(citation.number("page"), 2);
  EXPECT_EQ(citation.find("line"), nullptr) << "an unknown line is left out";
  EXPECT_EQ(json.find("conflicts")->items().at(0).find("sides")->items().size(), 2U);
  EXPECT_EQ(json.find("certificates")->items().at(0).string("kind"), "risk");
  EXPECT_NE(json.find("cost")->find("milliseconds"), nullptr);
}

TEST(AnswerSchemaTest, ReasonsHaveTheNamesOfTheDesign) {
  EXPECT_EQ(to_string(Reason::none), "");
  EXPECT_EQ(to_string(Reason::insufficient_evidence), "insufficient_evidence");
  EXPECT_EQ(to_string(Reason::conflicting_evidence), "conflicting_evidence");
  EXPECT_EQ(to_string(Reason::suspected_poisoning), "suspected_poisoning");
  EXPECT_EQ(to_string(Reason::stale_evidence), "stale_evidence");
  EXPECT_EQ(to_string(Outcome::needs_clarification), "needs_clarification");
}

TEST(TraceTest, RecordsStagesInOrder) {
  Trace trace;
  {
    auto stage = trace.stage("gather");
    stage.counts(10, 3);
    stage.note("searches", "words");
  }
  { auto stage = trace.stage("vet"); }
  ASSERT_EQ(trace.stages().size(), 2U);
  EXPECT_EQ(trace.stages()[0].name, "gather");
  EXPECT_EQ(trace.stages()[0].kept, 3U);
  EXPECT_EQ(trace.stages()[1].name, "vet");
  EXPECT_EQ(trace.to_json().items().at(0).find("notes")->items().at(0).string("text"), "words");
}

}  // namespace
}  // namespace genkai::core
