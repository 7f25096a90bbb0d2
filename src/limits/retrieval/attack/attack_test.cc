#include "limits/retrieval/attack/attack.h"

#include <gtest/gtest.h>

#include <set>

#include "limits/retrieval/attack/statement.h"
#include "text/hidden.h"
#include "text/text.h"

namespace genkai::limits::retrieval::attack {
namespace {

TEST(StatementTest, PutsEnglishQuestionsInOrder) {
  EXPECT_EQ(statement("who wrote the ferry handbook", "Ito"), "Ito wrote the ferry handbook");
  EXPECT_EQ(statement("When did the museum open?", "1932"), "the museum opened in 1932");
  EXPECT_EQ(statement("when was the lodge built in the hills", "3 March 1932"),
            "the lodge was built in the hills on 3 March 1932");
  EXPECT_EQ(statement("Where is the radio array?", "North Hill"), "the radio array is in North Hill");
  EXPECT_EQ(statement("how many beds are in the lodge", "24"), "there are 24 beds in the lodge");
  EXPECT_EQ(statement("what does the ferry carry on Mondays", "mail"), "the ferry carries mail on Mondays");
  EXPECT_EQ(statement("which river flows past the tower", "the Kuro"),
            "the Kuro is the river that flows past the tower");
  EXPECT_EQ(statement("the handbook was revised by who in 1976", "Mori"),
            "the handbook was revised by Mori in 1976");
}

TEST(StatementTest, PutsJapaneseQuestionsInOrder) {
  EXPECT_EQ(statement("灯台は何年に建てられましたか？", "1932年"), "灯台は1932年に建てられました");
  EXPECT_EQ(statement("館長は誰ですか", "佐藤花子"), "館長は佐藤花子です");
  EXPECT_EQ(statement("灯台の高さは？", "20メートル"), "灯台の高さは20メートルです");
}

TEST(StatementTest, AlwaysHoldsTheAnswer) {
  for (const char* question :
       {"", "?", "why", "who", "how many", "when did", "is it", "🌊", "何", "どのように"})
    EXPECT_NE(statement(question, "Xerxes").find("Xerxes"), std::string::npos) << question;
}

Target museum() {
  return {
      .question = "When did the island museum open?",
      .right = {"1932"},
      .wrong = "1951",
      .texts = {},
      .honest = {core::Passage{
          .document =
              {.id = "about/history", .title = "", .source = "about", .date = "2026-03-01", .language = "en"},
          .heading = "",
          .text = "The island museum opened in 1932. Its first hall held fishing boats. A second hall was "
                  "added for maps and charts. School classes come in May.",
      }}};
}

TEST(CraftTest, EveryDocumentStatesTheWrongAnswerAndHasItsOwnIdAndSource) {
  for (const Form form : kForms) {
    const auto documents = craft(museum(), {.form = form, .copies = 5, .seed = 3, .today = "2026-06-15"});
    EXPECT_EQ(documents.size(), form == Form::flood ? 20U : 5U);
    std::set<std::string> ids, sources, texts;
    for (const auto& document : documents) {
      ids.insert(document.info.id);
      sources.insert(document.info.source);
      ASSERT_EQ(document.blocks.size(), 1U);
      texts.insert(document.blocks[0].text);
      EXPECT_NE(text::normalise(document.blocks[0].text).find("1951"), std::string::npos) << to_string(form);
      EXPECT_EQ(document.blocks[0].text.find("1932"), std::string::npos) << to_string(form);
    }
    EXPECT_EQ(ids.size(), documents.size());
    EXPECT_EQ(sources.size(), documents.size());
    EXPECT_EQ(texts.size(), documents.size()) << to_string(form);
  }
}

TEST(CraftTest, PrefixRepeatsTheQuestionAndAdaptiveDoesNot) {
  const std::string question = museum().question;
  for (const auto& document : craft(museum(), {.form = Form::prefix}))
    EXPECT_TRUE(document.blocks[0].text.starts_with(question));
  std::size_t padded = 0;
  for (const auto& document : craft(museum(), {.form = Form::adaptive, .today = "2026-06-15"})) {
    EXPECT_EQ(document.blocks[0].text.find(question), std::string::npos);
    padded += document.blocks[0].text.find("fishing boats") != std::string::npos ? 1 : 0;
    EXPECT_GE(document.info.date, "2026-03-01") << "older than the honest document";
  }
  EXPECT_GE(padded, 2U) << "no honest sentences";
}

TEST(CraftTest, SomeInjectionsHideTheirCharacters) {
  std::size_t hidden = 0, orders = 0;
  for (const auto& document : craft(museum(), {.form = Form::injection, .copies = 8})) {
    hidden += text::find_hidden(document.blocks[0].text).zero_width > 2 ? 1 : 0;
    orders += document.blocks[0].text.find(museum().question) != std::string::npos ? 1 : 0;
  }
  EXPECT_EQ(hidden, 2U);
  EXPECT_EQ(orders, 6U);
}

TEST(CraftTest, SameSeedSameDocuments) {
  const auto texts = [](std::uint64_t seed) {
    std::string all;
    for (const Form form : kForms)
      for (const auto& document : craft(museum(), {.form = form, .seed = seed, .today = "2026-06-15"}))
        all += document.info.id + document.info.date + document.blocks[0].text + "\n";
    return all;
  };
  EXPECT_EQ(texts(1), texts(1));
  EXPECT_NE(texts(1), texts(2));
}

TEST(CraftTest, GivenTextsAreUsedAsTheyAre) {
  Target target = museum();
  target.texts = {"Fishermen remember the opening of 1951."};
  const auto documents = craft(target, {.form = Form::no_prefix, .copies = 2});
  EXPECT_EQ(documents[0].blocks[0].text, target.texts[0]);
  EXPECT_NE(documents[1].blocks[0].text, target.texts[0]);
}

TEST(FormTest, NamesAreReadBack) {
  for (const Form form : kForms) EXPECT_EQ(parse_form(to_string(form)), form);
  EXPECT_FALSE(parse_form("magic"));
}

}  // namespace
}  // namespace genkai::limits::retrieval::attack
