#include "answer/answerer.h"

#include <gtest/gtest.h>

#include "base/thread_pool.h"

namespace genkai::answer {
namespace {

class AnswererTest : public ::testing::Test {
 protected:
  void SetUp() override {
    knowledge::OpenOptions options;
    options.in_memory = true;
    base_ = std::move(*knowledge::KnowledgeBase::open({}, options));
    add("museum",
        "The harbour museum was founded in 1932 by the painter Elena Marsh. It opens at nine every day "
        "except Monday.");
    add("mill",
        "The old mill grinds rye and wheat. Its wheel has sixteen blades and turns from April to October.");
    add("灯台", "岬の灯台は1894年に建てられた。光は28キロメートル先まで届く。");
    ASSERT_TRUE(base_->commit());
    view_ = *base_->view();
  }
  void add(const std::string& id, const std::string& text) {
    knowledge::ParsedDocument document;
    document.info.id = id;
    document.info.title = id;
    document.blocks.push_back({knowledge::Block::Kind::paragraph, 0, text, 0, 1});
    ASSERT_TRUE(base_->add(document));
  }
  core::Answer ask(const std::string& question, core::Trace& trace, double risk = 0.5) {
    AnswererOptions options;
    options.policy.risk = risk;
    return *base::run_blocking(Answerer(options).answer({"q", question, "2026-06-15"}, *view_, trace));
  }
  static std::string best(const core::Answer& answer) {
    const auto& items = answer.answers.empty() ? answer.rejected : answer.answers;
    return items.empty() ? "" : items.front().text;
  }
  std::unique_ptr<knowledge::KnowledgeBase> base_;
  std::shared_ptr<const knowledge::KnowledgeView> view_;
};

TEST_F(AnswererTest, QuotesTheSentenceThatAnswers) {
  core::Trace trace;
  const auto answer = ask("Who founded the harbour museum?", trace);
  EXPECT_NE(best(answer).find("Elena Marsh"), std::string::npos) << best(answer);
  const auto japanese = ask("岬の灯台はいつ建てられましたか。", trace);
  EXPECT_NE(best(japanese).find("1894年"), std::string::npos) << best(japanese);
}

TEST_F(AnswererTest, PassesEveryStageInOrder) {
  core::Trace trace;
  const auto answer = ask("How many blades has the wheel of the old mill?", trace);
  std::vector<std::string> names;
  for (const auto& stage : trace.stages()) names.push_back(stage.name);
  EXPECT_EQ(names, (std::vector<std::string>{"interpret", "gather", "vet", "pack", "draft", "verify",
                                             "decide", "read alone", "confirm"}));
  EXPECT_GT(answer.cost.passages_read, 0U);
  EXPECT_GT(answer.cost.tokens_read, 0U);
}

TEST_F(AnswererTest, NothingToFindIsInsufficientEvidence) {
  core::Trace trace;
  const auto answer = ask("Which volcano erupted near Reykjavik?", trace, 0.1);
  EXPECT_EQ(answer.outcome, core::Outcome::abstained);
  EXPECT_EQ(answer.reason, core::Reason::insufficient_evidence);
}

TEST_F(AnswererTest, OddQuestionsAreHarmless) {
  for (const std::string& question :
       {std::string(), std::string("?"), std::string("\xff\xfe"), std::string(200'000, 'a'),
        std::string("。。。"), std::string("SELECT * FROM passages; --"), std::string("   \n\t ")}) {
    core::Trace trace;
    EXPECT_NE(ask(question, trace, 0.1).outcome, core::Outcome::answered);
  }
}

TEST_F(AnswererTest, ConcurrentQuestionsGiveTheSameAnswers) {
  core::Trace trace;
  const auto alone = best(ask("Who founded the harbour museum?", trace));
  base::ThreadPool pool(4);
  std::vector<std::string> answers(32);
  pool.parallel_for(answers.size(), [&](std::size_t i) {
    core::Trace own;
    answers[i] = best(ask("Who founded the harbour museum?", own));
  });
  for (const auto& each : answers) EXPECT_EQ(each, alone);
}

}  // namespace
}  // namespace genkai::answer
