// What a language model is shown of the evidence, and in which order, against a scripted one.

#include <gtest/gtest.h>

#include <algorithm>

#include "answer/answerer.h"
#include "answer/documents.h"
#include "answer/scripted_model.h"

namespace genkai::answer {
namespace {

using base::Json;
using core::Outcome;

const std::string kSilent = R"({"answer": null, "quotes": []})";
const std::string kWhy = "Why is the harbour museum closed on Monday?";

bool shows(const model::ChatRequest& request, std::string_view words) {
  return request.messages.back().content.find(words) != std::string::npos;
}
bool together(const model::ChatRequest& request) {
  return request.samples > 1;
}

class ModelShownTest : public ::testing::Test {
 protected:
  void SetUp() override {
    add("museum",
        "The harbour museum was founded in 1932 by the painter Elena Marsh. It is open every day except "
        "Monday.");
    add("mill", "The old mill near the harbour grinds rye and wheat. Its wheel has sixteen blades.");
    add("灯台", "岬の灯台は1894年に建てられた。光は28キロメートル先まで届く。");
  }
  void add(const std::string& id, const std::string& text) {
    documents_.push(Json::object({{"id", id}, {"text", text}}));
  }
  core::Answer ask(const std::string& question, ScriptedModel& model, AnswererOptions options) {
    const auto own = OwnDocuments::read(documents_);
    core::Trace trace;
    auto answer = base::run_blocking(
        Answerer(options, {&model, nullptr}).answer({"q", question, "2026-06-15"}, *own->view, trace));
    return *answer;
  }
  Json documents_ = Json::array();
};

TEST_F(ModelShownTest, AModelSeesTheBestAtTheEdgesAndNoMoreThanItReadsWell) {
  add("closing", "On Monday the harbour museum is closed, because the rooms are cleaned.");
  add("ticket", "The museum in the harbour sells tickets on every day but Monday, when it is closed.");
  const auto order_of = [&](limits::context::Showing showing) {
    ScriptedModel model([](const auto&, std::size_t) -> base::Result<std::string> { return kSilent; });
    AnswererOptions options;
    options.isolated = 2;
    options.budget.showing = showing;
    ask(kWhy, model, options);
    std::vector<std::string> shown;  // titles, in the order of the prompt with all the evidence
    for (const auto& request : model.requests) {
      if (!together(request)) continue;
      const std::string& text = request.messages.back().content;
      for (std::size_t at = 0; (at = text.find(" passage ", at)) != std::string::npos; ++at) {
        const std::size_t title = text.find(" | ", at) + 3;
        shown.push_back(text.substr(title, text.find('\n', title) - title));
      }
    }
    return shown;
  };
  using limits::context::Order;
  const auto ranked = order_of({.order = Order::best_first});
  ASSERT_GE(ranked.size(), 4U);
  const auto edges = order_of({});
  EXPECT_EQ(edges.front(), ranked[0]);
  EXPECT_EQ(edges.back(), ranked[1]);
  EXPECT_EQ(edges[1], ranked[2]);
  auto last = order_of({.order = Order::best_last});
  std::reverse(last.begin(), last.end());
  EXPECT_EQ(last, ranked);
  EXPECT_LT(order_of({.effective_tokens = 160}).size(), ranked.size());
}

TEST_F(ModelShownTest, RecitingAsksForTheQuotesBeforeTheAnswer) {
  for (const auto& question : {std::string(kWhy), std::string("岬の灯台はいつ建てられましたか。")})
    for (const bool recite : {false, true}) {
      ScriptedModel model([](const auto&, std::size_t) -> base::Result<std::string> { return kSilent; });
      model.able.json_schema = true;
      AnswererOptions options;
      options.budget.showing.recite = recite;
      ask(question, model, options);
      const auto& request = model.requests.at(0);
      const std::string& rules = request.messages.front().content;
      EXPECT_EQ(rules.find("\"quotes\"") < rules.find("\"answer\""), recite);
      EXPECT_EQ(rules.rfind("\"quotes\"") < rules.rfind("\"answer\""), recite);
      const std::string schema = request.response_schema.dump();
      EXPECT_EQ(schema.find("\"quotes\"") < schema.find("\"answer\""), recite);
    }
}

TEST_F(ModelShownTest, AQuoteFromACompressedPassageStandsInTheWholeOne) {
  add("closing",
      "The town has two bridges. The harbour museum is closed on Monday, because the rooms are cleaned. "
      "Trees "
      "line the road to the north.");
  ScriptedModel model([](const auto& request, std::size_t) -> base::Result<std::string> {
    EXPECT_FALSE(shows(request, "two bridges"));
    if (!shows(request, "cleaned")) return kSilent;
    EXPECT_TRUE(shows(request, "… The harbour museum is closed on Monday, because the rooms are cleaned. …"));
    return std::string(R"({"answer": "Because the rooms are cleaned.",
                           "quotes": [{"passage": 1, "quote": "because the rooms are cleaned"}]})");
  });
  AnswererOptions options;
  options.budget.showing.compress = true;
  const auto answer = ask(kWhy, model, options);
  ASSERT_EQ(answer.outcome, Outcome::answered) << answer.message;
  EXPECT_EQ(answer.answers.at(0).citations.at(0).quote,
            "The harbour museum is closed on Monday, because the rooms are cleaned.");
}

}  // namespace
}  // namespace genkai::answer
