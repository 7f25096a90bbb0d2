#include "app/print.h"

#include <gtest/gtest.h>

#include "app/thinking.h"

namespace genkai::app {
namespace {

core::Answer answered() {
  core::Citation citation;
  citation.document.id = "guide.md";
  citation.document.date = "2026-01-02";
  citation.heading = "Visit > Hours";
  citation.line = 12;
  citation.quote = "The museum opens at nine.";
  core::Answer answer;
  answer.question = "When does the museum open?";
  answer.outcome = core::Outcome::answered;
  answer.reason = core::Reason::none;
  answer.answers.push_back({citation.quote, "nine", 0.934, answer.question, {citation}});
  return answer;
}

TEST(PrintTest, ShowsAnswerProbabilityAndPlace) {
  const std::string text = render(answered(), {text::Language::english, false, true});
  EXPECT_EQ(text,
            "Q  When does the museum open?\n"
            "A  The museum opens at nine.  93 %\n"
            "     guide.md › Visit > Hours, line 12 (2026-01-02)\n");
}

TEST(PrintTest, SpeaksJapanese) {
  const std::string text = render(answered(), {text::Language::japanese, false, true});
  EXPECT_NE(text.find("12行目"), std::string::npos);
}

TEST(PrintTest, AModelsAnswerShowsItsQuotesAndWhatItRestsOn) {
  core::Answer answer = answered();
  auto& item = answer.answers[0];
  item.text = "At nine.";
  item.basis = core::Basis::agreement;
  item.model = "llama\033[1m";
  item.agreeing = item.drafts = 5;
  EXPECT_EQ(render(answer, {text::Language::english, false, true}),
            "Q  When does the museum open?\n"
            "A  At nine.  93 %\n"
            "     \"The museum opens at nine.\"\n"
            "     guide.md › Visit > Hours, line 12 (2026-01-02)\n"
            "     llama[1m: estimate from 5 of 5 agreeing drafts, not calibrated for this model\n");
  const std::string japanese = render(answer, {text::Language::japanese, false, true});
  EXPECT_NE(japanese.find("「The museum opens at nine.」"), std::string::npos);
  EXPECT_NE(japanese.find("下書き5件中5件の一致"), std::string::npos);
  item.basis = core::Basis::none;
  EXPECT_EQ(render(answer, {text::Language::english, false, true}).find(" %"), std::string::npos);
}

TEST(PrintTest, AnAnswerWithoutTheModelSaysSo) {
  core::Answer answer = answered();
  answer.message = "The model is away.";
  EXPECT_NE(render(answer, {text::Language::english, false, true}).find("The model is away."),
            std::string::npos);
}

TEST(ThinkingTest, NamesTheModelAndTheTime) {
  EXPECT_EQ(thinking_line("llama", std::chrono::seconds(3), text::Language::english),
            "asking the language model (llama) … 3 s");
  EXPECT_EQ(thinking_line("llama\033[2J", std::chrono::seconds(3), text::Language::japanese),
            "言語モデル(llama[2J)に尋ねています… 3秒");
}

TEST(PrintTest, ColoursOnlyWhenAsked) {
  EXPECT_EQ(render(answered(), {text::Language::english, false, true}).find('\033'), std::string::npos);
  EXPECT_NE(render(answered(), {text::Language::english, true, true}).find('\033'), std::string::npos);
}

TEST(PrintTest, ADocumentCannotDriveTheTerminal) {
  core::Answer answer = answered();
  answer.answers[0].text = "safe\033]0;owned\007 text\nnext";
  const std::string text = render(answer, {text::Language::english, false, true});
  EXPECT_EQ(text.find('\033'), std::string::npos);
  EXPECT_EQ(text.find('\007'), std::string::npos);
  EXPECT_NE(text.find("text next"), std::string::npos);
  EXPECT_EQ(printable("a\xC2\x9B"
                      "31mb\xC2\xA9"),
            "a31mb\xC2\xA9");
}

}  // namespace
}  // namespace genkai::app
