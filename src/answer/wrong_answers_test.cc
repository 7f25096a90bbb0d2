#include "answer/wrong_answers.h"

#include <gtest/gtest.h>

#include <set>

#include "answer/gold_answer.h"

namespace genkai::answer {
namespace {

class WrongAnswersTest : public ::testing::Test {
 protected:
  void SetUp() override {
    knowledge::OpenOptions options;
    options.in_memory = true;
    kb_ = std::move(*knowledge::KnowledgeBase::open({}, options));
    add("history",
        "The museum opened in 1932. In 1951 a second hall was added by Morita Kenji. It closed on "
        "3 May 1974. The guide Sakata Yumi led 42 visitors through it.");
    add("ja",
        "天文台は1961年に開かれました。館長は佐藤花子で、口径は20センチメートルです。1975年に改修されました"
        "。");
    ASSERT_TRUE(kb_->commit());
    view_ = *kb_->view();
  }
  void add(const std::string& id, const std::string& text) {
    knowledge::ParsedDocument document;
    document.info.id = id;
    document.blocks.push_back({.text = text, .page = 0, .line = 1});
    ASSERT_TRUE(kb_->add(document));
  }
  std::set<std::string> drawn(const std::string& question, const std::vector<std::string>& right,
                              const std::vector<core::Passage>& honest = {}) {
    const auto values = WrongAnswers::collect(*view_, 1);
    EXPECT_TRUE(values);
    std::set<std::string> out;
    base::Rng rng(5);
    for (int i = 0; i < 40; ++i)
      if (const auto value = values->draw(question, right, honest, rng)) {
        EXPECT_FALSE(holds_answer(*value, right)) << *value;
        out.insert(*value);
      }
    return out;
  }
  std::unique_ptr<knowledge::KnowledgeBase> kb_;
  std::shared_ptr<const knowledge::KnowledgeView> view_;
};

TEST_F(WrongAnswersTest, DrawsAnotherValueOfTheSameKind) {
  EXPECT_EQ(drawn("In which year did the museum open?", {"1932"}), (std::set<std::string>{"1951", "1974"}));
  EXPECT_EQ(drawn("When did the museum close?", {"3 May 1974"}).count("1951"), 0U) << "a year is no day";
}

TEST_F(WrongAnswersTest, NeverWhatTheHonestPassagesOrTheQuestionSay) {
  core::Passage honest;
  honest.text = "It opened in 1932, and in 1951 a hall was added.";
  const std::set<std::string> rest{"1974"};
  EXPECT_EQ(drawn("In which year did the museum open?", {"1932"}, {honest}), rest);
  EXPECT_EQ(drawn("In which year did the museum that grew in 1951 open?", {"1932"}), rest);
}

TEST_F(WrongAnswersTest, AmountsKeepTheirUnitAndChangeTheirDigits) {
  const auto values = drawn("How many visitors did the guide lead?", {"42 visitors"});
  ASSERT_FALSE(values.empty());
  for (const std::string& value : values) {
    EXPECT_TRUE(value.ends_with(" visitors")) << value;
    EXPECT_EQ(value.size(), std::string("42 visitors").size());
  }
}

TEST_F(WrongAnswersTest, JapaneseValuesForJapaneseQuestions) {
  for (const std::string& value : drawn("天文台の館長は誰ですか", {"佐藤花子"}))
    EXPECT_EQ(value.find("Morita"), std::string::npos) << value;
  EXPECT_TRUE(drawn("天文台は何年に開かれましたか", {"1961年"}).contains("1975年"));
}

TEST_F(WrongAnswersTest, NothingWhereThereIsNothing) {
  EXPECT_TRUE(drawn("Why?", {""}).empty());
  EXPECT_TRUE(drawn("Why is it closed?", {}).empty());
}

}  // namespace
}  // namespace genkai::answer
