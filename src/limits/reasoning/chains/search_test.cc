// Searches against a model that says what it is told, and outside checks that are real: the exact step check
// and rules that are followed.

#include <gtest/gtest.h>

#include <cstdio>
#include <map>

#include "limits/reasoning/chains/cumulative.h"
#include "limits/reasoning/chains/scripted_model.h"
#include "limits/reasoning/chains/tree_search.h"
#include "limits/reasoning/steps/step_check.h"

namespace genkai::limits::reasoning::chains {
namespace {

using base::Json;

// ---- tree search

// The exact step check: a chain with a wrong step is refuted; one that ends in the result of its last step is
// confirmed.
Evaluation by_step_check(const std::string& question, const std::vector<std::string>& steps,
                         const std::string& answer) {
  const auto report = steps::check_steps(question, steps);
  if (report.first_wrong) return {Finding::refuted, 0, report.why};
  if (!answer.empty() && !steps.empty() && report.checked == steps.size())
    return {steps.back().ends_with("= " + answer) ? Finding::confirmed : Finding::refuted, 1, ""};
  return {Finding::undetermined, static_cast<double>(report.checked) / 10, ""};
}

// Proposes a wrong step first, then a right one.
base::Result<std::string> careless(const model::ChatRequest& request, std::size_t sample) {
  const std::string& content = last(request);
  const bool first = content.find("7 * 12 = 84") != std::string::npos,
             second = content.find("84 - 11 = 73") != std::string::npos;
  if (!first) return sample == 0 ? "7 * 12 = 74" : "7 * 12 = 84";
  if (!second) return sample == 0 ? "84 - 11 = 63" : sample == 1 ? "84 - 11 = 73" : "84 - 11 = 73";
  return sample == 0 ? "Answer: 74" : "Answer: 73";
}

TEST(TreeSearch, AnOutsideCheckLeadsPastWrongSteps) {
  for (const SearchOrder order : {SearchOrder::best_first, SearchOrder::beam}) {
    ScriptedModel model(careless);
    core::Trace trace;
    const auto out = base::run_blocking(
        search_chains(model, "7 boxes of 12, less 11?", by_step_check, {.order = order, .calls = 10}, trace));
    ASSERT_TRUE(out);
    EXPECT_TRUE(out->accepted);
    ASSERT_TRUE(out->best);
    EXPECT_EQ(out->best->answer, "73");
    EXPECT_EQ(out->best->steps, (std::vector<std::string>{"7 * 12 = 84", "84 - 11 = 73"}));
    EXPECT_EQ(out->calls, 3U);
    EXPECT_EQ(out->refuted, 3U) << "two wrong steps and a wrong answer";
    EXPECT_EQ(out->cost.model_drafts, 9U);
  }
}

TEST(TreeSearch, ABudgetEndsItAndNothingIsAcceptedUnconfirmed) {
  const auto search = [](ScriptedModel& model, const Evaluator& evaluator, const TreeOptions& options) {
    core::Trace trace;
    return base::run_blocking(search_chains(model, "q", evaluator, options, trace));
  };
  const Evaluator blank = [](const auto&, const auto& steps, const auto&) {
    return Evaluation{Finding::undetermined, 1.0 / (1.0 + static_cast<double>(steps.size()))};
  };
  int n = 0;
  ScriptedModel endless([&](const auto&, std::size_t) { return "step " + std::to_string(n++); });
  for (const SearchOrder order : {SearchOrder::best_first, SearchOrder::beam}) {
    const auto out = search(endless, blank, {.order = order, .depth = 100, .calls = 7});
    EXPECT_TRUE(out->budget_ended);
    EXPECT_EQ(out->calls, 7U);
    EXPECT_FALSE(out->best);
  }
  EXPECT_FALSE(search(endless, blank, {.depth = 2, .calls = 1000})->budget_ended) << "depth ends it";
  ScriptedModel quick([](const auto&, std::size_t sample) { return "Answer: " + std::to_string(sample); });
  const auto proposal = search(quick, blank, {});
  EXPECT_FALSE(proposal->accepted);
  EXPECT_EQ(proposal->best->answer, "0");
  ScriptedModel dead([](const auto&, std::size_t) { return failure(); });
  EXPECT_FALSE(search(dead, blank, {}));
  EXPECT_FALSE(search(quick, {}, {}));
  EXPECT_FALSE(search(quick, blank, {.calls = 0}));
  ScriptedModel empty([](const auto&, std::size_t) { return "\n \n"; });
  EXPECT_FALSE(search(empty, blank, {})->best);
}

TEST(TreeSearch, BestFirstGoesOnWithTheBestAndBeamWithAllOfALength) {
  // Step "a" scores low and leads to the answer; "b" scores high and leads nowhere.
  const Evaluator prefers_b = [](const auto&, const auto& steps, const auto& answer) {
    if (!answer.empty()) return Evaluation{Finding::confirmed, 1};
    return Evaluation{Finding::undetermined, steps.front() == "b" ? 0.9 : 0.2};
  };
  const auto script = [](const model::ChatRequest& request, std::size_t sample) -> base::Result<std::string> {
    const std::string& content = last(request);
    if (content.find("1. a") != std::string::npos) return "Answer: 1";
    if (content.find("1. b") != std::string::npos) return "b" + std::to_string(content.size());
    return sample == 0 ? "a" : "b";
  };
  const auto calls = [&](SearchOrder order) {
    ScriptedModel model(script);
    core::Trace trace;
    const auto out = base::run_blocking(
        search_chains(model, "q", prefers_b, {.order = order, .branch = 2, .depth = 6, .calls = 50}, trace));
    EXPECT_TRUE(out->accepted);
    return out->calls;
  };
  EXPECT_GT(calls(SearchOrder::best_first), calls(SearchOrder::beam));
}

// ---- cumulative reasoning

std::string proposal(const std::string& text, std::vector<int> from, const std::string& answer = {}) {
  Json numbers = Json::array();
  for (const int number : from) numbers.push(number);
  return Json::object({{"proposition", text}, {"from", std::move(numbers)}, {"answer", answer}}).dump();
}

// "Rex is a X." from "Rex is a Y." and "Every Y is a X.", and nothing else.
Outside by_rules(const std::vector<std::string>& from, const std::string& proposition) {
  std::string has, thing;
  std::map<std::string, std::string> rules;
  for (const std::string& one : from) {
    char a[40] = "", b[40] = "";
    if (std::sscanf(one.c_str(), "Every %39s is a %39[a-z].", a, b) == 2)
      rules[a] = b;
    else if (std::sscanf(one.c_str(), "%39s is a %39[a-z].", a, b) == 2)
      thing = a, has = b;
  }
  const auto rule = rules.find(has);
  const bool follows = rule != rules.end() && proposition == thing + " is a " + rule->second + ".";
  return {follows ? Finding::confirmed : Finding::undetermined, follows ? 0.9 : 0, {}, "by the rules"};
}

const Problem kProblem{"Is Rex a cat?",
                       {"Rex is a dog.", "Every dog is a mammal.", "Every mammal is a animal."}};

std::optional<std::string> concludes(const std::string& proposition) {
  return proposition == "Rex is a animal." ? std::optional<std::string>("yes") : std::nullopt;
}

TEST(Cumulative, NothingRestsOnWhatIsNotVerified) {
  int call = 0;
  ScriptedModel model([&](const model::ChatRequest&, std::size_t sample) -> base::Result<std::string> {
    if (sample == 0) ++call;
    if (call == 1 && sample == 0) return proposal("Rex is a animal.", {1, 3}, "yes");  // does not follow yet
    if (call == 1)
      return proposal("Rex is a mammal.", {1, 2}, "no");  // follows; what it says it answers does not count
    if (call == 2 && sample == 0) return proposal("rex is a MAMMAL.", {1, 2});  // is there already
    if (call == 2) return proposal("Rex is a cat.", {9});                       // rests on what is not there
    return proposal("Rex is a animal.", {4, 3}, "no");
  });
  core::Trace trace;
  const auto out = base::run_blocking(reason_cumulatively(model, kProblem, by_rules, concludes, {}, trace));
  ASSERT_TRUE(out);
  ASSERT_TRUE(out->answer);
  EXPECT_EQ(*out->answer, "yes") << "of the proposition, not of what the model says of it";
  EXPECT_EQ(out->propositions.size(), 5U);
  EXPECT_EQ(out->used, (std::vector<std::size_t>{0, 1, 2, 3, 4}));
  EXPECT_EQ(out->refused, 3U);
  EXPECT_NEAR(out->probability, 0.9, 1e-12);
  for (std::size_t i = 0; i < out->propositions.size(); ++i)
    for (const std::size_t from : out->propositions[i].from) EXPECT_LT(from, i) << "acyclic";
  EXPECT_EQ(trace.stages().front().records.size(), 3U);
}

TEST(Cumulative, EndsWhenNothingNewComes) {
  for (const char* reply :
       {"no JSON", R"({"proposition": "Rex is a cat.", "from": [1, 2]})",
        R"({"proposition": "", "from": [1]})", R"({"proposition": "x", "from": []})",
        R"({"proposition": "x", "from": [-1]})", R"({"proposition": "x", "from": "1"})"}) {
    ScriptedModel model([&](const auto&, std::size_t) { return reply; });
    core::Trace trace;
    const auto out = base::run_blocking(reason_cumulatively(model, kProblem, by_rules, {}, {}, trace));
    ASSERT_TRUE(out);
    EXPECT_FALSE(out->answer);
    EXPECT_EQ(out->calls, 3U);
    EXPECT_EQ(out->propositions.size(), 3U);
    EXPECT_TRUE(out->used.empty());
  }
  // Without a rule of its own an answer has to stand in the proposition.
  ScriptedModel model([](const auto&, std::size_t sample) {
    return sample == 0 ? proposal("Rex is a mammal.", {1, 2}, "cat")
                       : proposal("Rex is a animal.", {4, 3}, "animal");
  });
  core::Trace trace;
  const auto out = base::run_blocking(reason_cumulatively(model, kProblem, by_rules, {}, {}, trace));
  EXPECT_EQ(out->answer.value_or(""), "animal");
  EXPECT_FALSE(base::run_blocking(reason_cumulatively(model, {"q", {}}, by_rules, {}, {}, trace)));
  EXPECT_FALSE(base::run_blocking(reason_cumulatively(model, kProblem, {}, {}, {}, trace)));
}

}  // namespace
}  // namespace genkai::limits::reasoning::chains
