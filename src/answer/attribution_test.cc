#include "answer/attribution.h"

#include <gtest/gtest.h>

#include "answer/documents.h"
#include "answer/scripted_model.h"
#include "answer/without_documents.h"
#include "answer/without_passages.h"

namespace genkai::answer {
namespace {

using base::Json;
using core::Outcome;

class AttributionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    add("mill", "The old mill grinds rye and wheat. Its wheel has sixteen blades.");
    add("ferry", "The ferry leaves the harbour at 7:40 every morning. It carries mail.");
    add("lodge", "The lodge has twenty-four beds and a kitchen. Breakfast is at seven.");
    add("灯台", "岬の灯台は1894年に建てられた。光は28キロメートル先まで届く。");
    options_.policy.risk = 0.5;
  }
  void add(const std::string& id, const std::string& text, const std::string& source = "") {
    documents_.push(Json::object({{"id", id}, {"text", text}, {"source", source}}));
  }
  Attribution attribute(const std::string& question, GroupBy by = GroupBy::document, std::size_t calls = 0,
                        model::LanguageModel* model = nullptr) {
    own_ = std::move(*OwnDocuments::read(documents_));
    const Attributor attributor({"", question, "2026-06-15"}, *own_.view, options_, {.model = model});
    auto found = attributor.attribute({.by = by, .calls = calls, .cancellation = {}});
    EXPECT_TRUE(found);
    return found ? std::move(*found) : Attribution();
  }
  core::Answer ask(const std::string& question, const std::vector<std::string>& without) {
    const auto less = WithoutDocuments::make(*own_.view, without);
    core::Trace trace;
    return *base::run_blocking(Answerer(options_).answer({"", question, "2026-06-15"}, **less, trace));
  }
  static const LeftOut* without(const Attribution& found, const std::string& id) {
    for (const LeftOut& run : found.runs)
      for (const std::string& own : run.group.documents)
        if (own == id) return &run;
    return nullptr;
  }
  Json documents_ = Json::array();
  OwnDocuments own_;
  AnswererOptions options_;
  const std::string when_ = "When did the island museum open?";
};

TEST_F(AttributionTest, TheDecisiveDocumentComesFirst) {
  add("history", "The island museum opened on 4 April 1932. It has three halls.");
  const Attribution found = attribute(when_);
  ASSERT_EQ(found.before.outcome, Outcome::answered) << found.before.message;
  ASSERT_GE(found.runs.size(), 2U);
  EXPECT_EQ(found.runs.size(), found.groups);
  const LeftOut& first = found.runs.front();
  EXPECT_EQ(first.group.documents, std::vector<std::string>{"history"});
  EXPECT_TRUE(first.group.cited);
  EXPECT_TRUE(first.says);
  EXPECT_NE(first.effect, Effect::same);
  EXPECT_LT(first.probability, found.probability);
  EXPECT_EQ(found.together, std::vector<std::size_t>{0});
  EXPECT_FALSE(found.cut);
  for (std::size_t i = 1; i < found.runs.size(); ++i) {
    EXPECT_EQ(found.runs[i].effect, Effect::same) << found.runs[i].group.documents.front();
    if (i > 1) {
      EXPECT_LE(found.runs[i - 1].probability, found.runs[i].probability);
    }
  }
  // What it tells holds when it is tried.
  EXPECT_EQ(ask(when_, {"history"}).reason, first.answer.reason);
  EXPECT_EQ(found.asks, found.calls);
}

TEST_F(AttributionTest, OfTwoThatAgreeNoneDecidesAloneBothTogetherDo) {
  add("history", "The island museum opened on 4 April 1932. It has three halls.");
  add("guide", "Visitors like the view. Since the island museum opened on 4 April 1932 it has been free.");
  const Attribution found = attribute(when_);
  ASSERT_EQ(found.before.outcome, Outcome::answered) << found.before.message;
  for (const LeftOut& run : found.runs) EXPECT_EQ(run.effect, Effect::same) << run.group.documents.front();
  std::set<std::string> together;
  for (const std::size_t i : found.together)
    for (const std::string& id : found.runs[i].group.documents) together.insert(id);
  EXPECT_EQ(together, (std::set<std::string>{"guide", "history"}));
  EXPECT_TRUE(found.minimal);
  ASSERT_TRUE(found.without);
  EXPECT_NE(found.without->effect, Effect::same);
  EXPECT_TRUE(without(found, "history")->says && without(found, "guide")->says);
  EXPECT_FALSE(without(found, "mill") && without(found, "mill")->says);
}

TEST_F(AttributionTest, NearCopiesStandOrFallTogether) {
  const std::string text =
      "The island museum opened on 4 April 1932, after nine years of work, and it has three halls full of "
      "nets, lamps and letters that the fishermen of the island left to it.";
  add("history", text);
  add("copy", text + " (Copied.)");
  for (const GroupBy by : {GroupBy::document, GroupBy::passage}) {
    const Attribution found = attribute(when_, by);
    const LeftOut* run = without(found, "copy");
    ASSERT_TRUE(run) << to_string(by);
    EXPECT_EQ(run, without(found, "history")) << to_string(by);
    EXPECT_NE(run->effect, Effect::same) << to_string(by);
  }
}

TEST_F(AttributionTest, ASourceIsLeftOutAsAWhole) {
  add("history", "The island museum opened on 4 April 1932. It has three halls.", "the chronicle");
  add("guide", "Visitors like the view. Since the island museum opened on 4 April 1932 it has been free.",
      "the chronicle");
  const Attribution found = attribute(when_, GroupBy::source);
  ASSERT_FALSE(found.runs.empty());
  EXPECT_EQ(found.runs.front().group.source, "the chronicle");
  EXPECT_EQ(found.runs.front().group.documents.size(), 2U);
  EXPECT_NE(found.runs.front().effect, Effect::same);
}

TEST_F(AttributionTest, JapaneseAnswersAreTraced) {
  const Attribution found = attribute("岬の灯台はいつ建てられましたか。");
  ASSERT_EQ(found.before.outcome, Outcome::answered) << found.before.message;
  EXPECT_EQ(found.runs.front().group.documents, std::vector<std::string>{"灯台"});
  EXPECT_NE(found.runs.front().effect, Effect::same);
  add("沿革", "明治の記録によると、岬の灯台は1894年に建てられ、いまも使われている。");
  const Attribution two = attribute("岬の灯台はいつ建てられましたか。");
  EXPECT_EQ(two.runs.front().effect, Effect::same);
  EXPECT_EQ(two.together.size(), 2U);
}

TEST_F(AttributionTest, AnAbstentionIsTracedToo) {
  add("history", "The island museum opened on 4 April 1932. It has three halls.", "a");
  add("other", "The island museum opened on 9 May 1951. It has three halls.", "b");
  const Attribution found = attribute(when_);
  ASSERT_NE(found.before.outcome, Outcome::answered);
  EXPECT_EQ(found.runs.front().effect, Effect::answers) << "with one side gone the other is the answer";
}

TEST_F(AttributionTest, NeverCallsMoreThanItMay) {
  add("history", "The island museum opened on 4 April 1932. It has three halls.");
  add("guide", "Visitors like the view. Since the island museum opened on 4 April 1932 it has been free.");
  const Attribution whole = attribute(when_);
  for (std::size_t calls = 1; calls < whole.calls; ++calls) {
    const Attribution found = attribute(when_, GroupBy::document, calls);
    EXPECT_LE(found.calls, calls);
    EXPECT_TRUE(found.cut);
    EXPECT_EQ(found.runs.size(), std::min(calls - 1, whole.groups));
    if (calls == 2) {
      EXPECT_TRUE(found.runs.front().group.cited) << "the cited one goes first";
    }
  }
  EXPECT_FALSE(attribute(when_, GroupBy::document, whole.calls).cut);
}

TEST_F(AttributionTest, NothingFoundIsNothingToLeaveOut) {
  const Attribution found = attribute("When did it open?");
  EXPECT_EQ(found.before.outcome, Outcome::needs_clarification);
  EXPECT_TRUE(found.runs.empty());
  EXPECT_EQ(found.asks, 1U);
}

// A model that says when the museum opened wherever it is shown that.
std::string reply(const model::ChatRequest& request) {
  const std::string quote = "The island museum opened on 4 April 1932";
  if (request.messages.back().content.find(quote) == std::string::npos)
    return R"({"answer": null, "quotes": []})";
  return Json::object({{"answer", "4 April 1932"},
                       {"quotes", Json::array({Json::object({{"passage", 1}, {"quote", quote}})})}})
      .dump();
}

TEST_F(AttributionTest, AModelCostsItsSamplesAndIsAskedAgainForChance) {
  add("history", "The island museum opened on 4 April 1932. It has three halls.");
  ScriptedModel model([](const auto& request, std::size_t) { return reply(request); });
  const Attribution found = attribute(when_, GroupBy::document, 0, &model);
  ASSERT_EQ(found.before.outcome, Outcome::answered) << found.before.message;
  std::size_t samples = 0;
  for (const auto& request : model.requests) samples += request.samples;
  EXPECT_EQ(found.calls, samples);
  ASSERT_TRUE(found.again);
  EXPECT_EQ(found.again->effect, Effect::same);
  ASSERT_FALSE(found.runs.empty());
  EXPECT_EQ(found.runs.front().group.documents, std::vector<std::string>{"history"});
  EXPECT_NE(found.runs.front().effect, Effect::same);

  const Attributor attributor({"", when_, "2026-06-15"}, *own_.view, options_, {.model = &model});
  const auto few = attributor.attribute({.calls = attributor.calls_per_ask() - 1, .cancellation = {}});
  ASSERT_FALSE(few);
  EXPECT_EQ(few.error().code, base::Code::invalid_argument);
}

TEST_F(AttributionTest, AModelThatFailsEndsItWithWhatWasDone) {
  add("history", "The island museum opened on 4 April 1932. It has three halls.");
  std::size_t left = SIZE_MAX;
  ScriptedModel model([&](const auto& request, std::size_t) -> base::Result<std::string> {
    if (left == 0) return base::fail(base::Code::unavailable, "gone");
    --left;
    return reply(request);
  });
  const Attribution whole = attribute(when_, GroupBy::document, 1000, &model);
  ASSERT_GE(whole.runs.size(), 2U);
  const std::size_t per_ask = whole.calls / whole.asks;
  left = 3 * per_ask;
  const Attribution found = attribute(when_, GroupBy::document, 1000, &model);
  EXPECT_NE(found.failure.find("gone"), std::string::npos) << found.failure;
  EXPECT_GE(found.runs.size(), 1U);
  EXPECT_LT(found.runs.size(), whole.runs.size());
  left = 0;
  const Attribution none = attribute(when_, GroupBy::document, 1000, &model);
  EXPECT_FALSE(none.failure.empty());
  EXPECT_TRUE(none.runs.empty());
}

TEST_F(AttributionTest, HiddenPassagesAreFoundByNoWay) {
  add("history", "The island museum opened on 4 April 1932. It has three halls.");
  own_ = std::move(*OwnDocuments::read(documents_));
  const auto id = own_.view->document("history")->first;
  const WithoutPassages less(*own_.view, {id, id});
  EXPECT_EQ(less.passages(std::vector{id})->size(), 0U);
  EXPECT_EQ(less.sections(std::vector{id}).front().size, 0U);
  EXPECT_TRUE(less.deleted()(id));
  EXPECT_EQ(less.passage_count(), own_.view->passage_count() - 1);
  core::Trace trace;
  const auto answer = base::run_blocking(Answerer(options_).answer({"", when_, "2026-06-15"}, less, trace));
  ASSERT_TRUE(answer);
  for (const auto* items : {&answer->answers, &answer->rejected})
    for (const auto& item : *items) EXPECT_EQ(item.text.find("1932"), std::string::npos);
}

}  // namespace
}  // namespace genkai::answer
