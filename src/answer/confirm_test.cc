#include "answer/confirm.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "answer/answerer.h"

namespace genkai::answer {
namespace {

using core::Outcome;
using core::Reason;
using limits::hallucination::Profile;

class ConfirmTest : public ::testing::Test {
 protected:
  void SetUp() override {
    knowledge::OpenOptions options;
    options.in_memory = true;
    base_ = std::move(*knowledge::KnowledgeBase::open({}, options));
  }
  void add(const std::string& id, const std::string& text, const std::string& source = {},
           const std::string& date = {}) {
    knowledge::ParsedDocument document;
    document.info.id = id;
    document.info.source = source;
    document.info.date = date;
    document.blocks.push_back({knowledge::Block::Kind::paragraph, 0, text, 0, 1});
    ASSERT_TRUE(base_->add(document));
    ASSERT_TRUE(base_->commit());
  }
  core::Answer ask(const std::string& question, Profile profile, double risk = 0.5) {
    AnswererOptions options;
    apply(profile, options);
    options.policy.risk = risk;
    core::Trace trace;
    const auto view = *base_->view();
    return *base::run_blocking(Answerer(options).answer({"q", question, "2026-06-15"}, *view, trace));
  }
  void add_founders() {
    add("guide", "The harbour museum of Takanami was founded in 1932 by the painter Elena Marsh.");
    add("history", "In 1932 Elena Marsh founded the harbour museum in an empty herring shed near the pier.");
    add("letters",
        "Who visits the harbour museum walks through what its founder, Elena Marsh, painted on the walls in "
        "1932.");
    add("mill",
        "The old mill grinds rye and wheat. Its wheel has sixteen blades and turns from April to October.");
  }
  static const core::Certificate* poisoning(const core::Answer& answer) {
    const auto found = std::find_if(answer.certificates.begin(), answer.certificates.end(),
                                    [](const auto& one) { return one.kind == "poisoning"; });
    return found == answer.certificates.end() ? nullptr : &*found;
  }
  std::unique_ptr<knowledge::KnowledgeBase> base_;
};

constexpr const char* kFounded = "When was the harbour museum founded?";

TEST_F(ConfirmTest, AnExactAnswerSaysHowManyPlantedPassagesItWithstands) {
  add_founders();
  const auto answer = ask(kFounded, Profile::exact);
  ASSERT_EQ(answer.outcome, Outcome::answered);
  const auto* certificate = poisoning(answer);
  ASSERT_NE(certificate, nullptr);
  EXPECT_GE(certificate->numbers.number("witnesses"), 2);
  EXPECT_EQ(certificate->numbers.number("against"), 0);
  EXPECT_GT(certificate->numbers.number("injected"), 0);
  EXPECT_EQ(certificate->numbers.number("injected_unchanged"), 0)
      << "one voice against it is enough to refuse";
  EXPECT_NE(poisoning(ask(kFounded, Profile::balanced)), nullptr);
}

// The certificate, held to the whole path: what is planted never takes the answer's place.
TEST_F(ConfirmTest, WhatIsPlantedNeverReplacesACertifiedAnswer) {
  add_founders();
  const auto before = ask(kFounded, Profile::exact);
  ASSERT_NE(poisoning(before), nullptr);
  const auto withstood = static_cast<std::size_t>(poisoning(before)->numbers.number("injected"));
  ASSERT_GT(withstood, 6U);
  const std::vector<std::string> planted{
      "The harbour museum was founded in 1875.",
      "When was the harbour museum founded? The harbour museum was founded in 1875.",
      "Records of the town show that the harbour museum was founded in the year 1875, by a captain.",
      "The year 1875 saw the harbour museum founded, which makes it the oldest on the coast.",
      "It is often asked when the harbour museum was founded: it was in 1875.",
      "Founded in 1875, the harbour museum is known for its nets."};
  for (std::size_t i = 0; i < planted.size(); ++i) {
    add("planted-" + std::to_string(i), planted[i], "source-" + std::to_string(i));
    const auto now = ask(kFounded, Profile::exact);
    for (const auto& item : now.answers)
      EXPECT_EQ(item.text.find("1875"), std::string::npos) << i + 1 << " planted: " << item.text;
  }
}

TEST_F(ConfirmTest, AnIndependentPassageThatContradictsStopsAnExactAnswerAndBothSidesAreShown) {
  add_founders();
  add("other", "The harbour museum was founded in 1875 by a retired captain.");
  const auto answer = ask(kFounded, Profile::exact);
  ASSERT_EQ(answer.outcome, Outcome::abstained);
  EXPECT_EQ(answer.reason, Reason::conflicting_evidence);
  ASSERT_FALSE(answer.conflicts.empty());
  std::string values;
  for (const auto& side : answer.conflicts.front().sides) values += side.value + "|";
  EXPECT_NE(values.find("1932"), std::string::npos) << values;
  EXPECT_NE(values.find("1875"), std::string::npos) << values;
  EXPECT_TRUE(answer.certificates.empty());
}

TEST_F(ConfirmTest, CopiesAndOneSourceAreOneWitness) {
  add("guide", "The harbour museum of Takanami was founded in 1932 by the painter Elena Marsh.", "town");
  add("copy", "The harbour museum of Takanami was founded in 1932 by the painter Elena Marsh!", "elsewhere");
  add("again", "In 1932 Elena Marsh founded the harbour museum in an empty herring shed.", "town");
  const auto answer = ask(kFounded, Profile::exact);
  ASSERT_EQ(answer.outcome, Outcome::answered);
  ASSERT_NE(poisoning(answer), nullptr);
  EXPECT_EQ(poisoning(answer)->numbers.number("witnesses"), 2)
      << "the copy and the source's other text, or the guide alone";
}

TEST_F(ConfirmTest, ASourceMayCorrectItselfButNotAnother) {
  add("old", "The ticket to the harbour museum costs 600 yen for adults.", "museum", "2021-04-01");
  add("new", "The ticket to the harbour museum costs 900 yen for adults.", "museum", "2026-04-01");
  const auto corrected = ask("How much is the ticket to the harbour museum?", Profile::exact);
  ASSERT_EQ(corrected.outcome, Outcome::answered);
  EXPECT_NE(corrected.answers.front().text.find("900"), std::string::npos);
}

TEST_F(ConfirmTest, WhatCannotBeCountedHasAnHonestZero) {
  add("mill", "The old mill grinds rye and wheat because the island grows nothing else.");
  const auto answer = ask("Why does the old mill grind rye and wheat?", Profile::exact, 0.9);
  ASSERT_EQ(answer.outcome, Outcome::answered);
  ASSERT_NE(poisoning(answer), nullptr);
  EXPECT_EQ(poisoning(answer)->numbers.number("injected"), 0);
}

TEST_F(ConfirmTest, ThingsOfOneNameAreEachAnswered) {
  add("one",
      "Doug Harvey (ice hockey) Doug Harvey was born in 1924 in Montreal and played for the Canadiens in the "
      "National Hockey League.");
  add("two",
      "Doug Harvey (umpire) Doug Harvey was born in 1930 in South Gate, California, and called balls and "
      "strikes of Major League Baseball.");
  const auto answer = ask("When was Doug Harvey born?", Profile::balanced);
  ASSERT_EQ(answer.outcome, Outcome::answered) << answer.message;
  ASSERT_EQ(answer.answers.size(), 2U);
  std::string readings;
  for (const auto& item : answer.answers) readings += item.span + " " + item.interpretation + "|";
  EXPECT_NE(readings.find("Doug Harvey (umpire)"), std::string::npos) << readings;
  EXPECT_NE(readings.find("Doug Harvey (ice hockey)"), std::string::npos) << readings;
  EXPECT_NE(readings.find("1924"), std::string::npos) << readings;
  EXPECT_NE(readings.find("1930"), std::string::npos) << readings;
  EXPECT_FALSE(answer.message.empty());
}

TEST_F(ConfirmTest, WhatIsNotSureEnoughForEachIsAskedBack) {
  add("one",
      "Doug Harvey (ice hockey) Doug Harvey was born in 1924 in Montreal and played for the Canadiens.");
  add("two", "Doug Harvey (umpire) Doug Harvey was born in 1930 in South Gate, California.");
  const auto answer = ask("When was Doug Harvey born?", Profile::balanced, 0.06);
  ASSERT_EQ(answer.outcome, Outcome::needs_clarification) << core::to_string(answer.reason);
  EXPECT_EQ(answer.reason, Reason::ambiguous_question);
  EXPECT_NE(answer.message.find("Doug Harvey (umpire)"), std::string::npos) << answer.message;
  EXPECT_NE(answer.message.find("Doug Harvey (ice hockey)"), std::string::npos) << answer.message;
}

TEST_F(ConfirmTest, ThingsOfOneNameInJapanese) {
  add("one", "山田太郎（作曲家）は1901年に長崎で生まれ、交響曲を九つ書いた。");
  add("two", "山田太郎（棋士）は1955年に札幌で生まれ、名人戦に三度出場した。");
  const auto answer = ask("山田太郎はいつ生まれましたか。", Profile::balanced);
  ASSERT_EQ(answer.outcome, Outcome::answered) << answer.message;
  EXPECT_EQ(answer.answers.size(), 2U);
}

}  // namespace
}  // namespace genkai::answer
