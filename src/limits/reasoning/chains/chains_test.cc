// The chains against a model that says what it is told, and outside checks that are real: the exact step
// check and rules that are followed.

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <mutex>
#include <set>

#include "base/rng.h"
#include "limits/reasoning/chains/cumulative.h"
#include "limits/reasoning/chains/self_consistency.h"
#include "limits/reasoning/chains/tree_search.h"
#include "limits/reasoning/chains/verification.h"
#include "limits/reasoning/steps/step_check.h"

namespace genkai::limits::reasoning::chains {
namespace {

using base::Json;

class ScriptedModel : public model::LanguageModel {
 public:
  using Script = std::function<base::Result<std::string>(const model::ChatRequest&, std::size_t sample)>;
  explicit ScriptedModel(Script script) : script_(std::move(script)) {}
  const std::string& name() const override { return name_; }
  base::Task<base::Result<model::Capabilities>> capabilities() override { co_return model::Capabilities{}; }
  base::Task<base::Result<model::Completion>> complete(model::ChatRequest request, TextSink) override {
    model::Completion completion;
    for (std::size_t i = 0; i < request.samples; ++i) {
      auto text = script_(request, i);
      if (!text) co_return base::fail(text.error());
      model::Sample sample;
      sample.text = std::move(*text);
      completion.samples.push_back(std::move(sample));
    }
    completion.usage = {10, request.samples, 0.5};
    requests.push_back(std::move(request));
    co_return completion;
  }
  std::vector<model::ChatRequest> requests;

 private:
  const std::string name_ = "scripted";
  Script script_;
};

const std::string& last(const model::ChatRequest& request) {
  return request.messages.back().content;
}
base::Result<std::string> failure() {
  return base::fail(base::Code::unavailable, "gone");
}

TEST(Revised, OnlyAnOutsideCheckRaisesOrOverturns) {
  base::Rng rng(1);
  for (int i = 0; i < 2000; ++i) {
    const double p = rng.uniform();
    const SecondThought again{rng.below(6), rng.below(6)};
    const Revised alone = revised("a", p, again);
    EXPECT_LE(alone.probability, p);
    EXPECT_GE(alone.probability, 0);
    EXPECT_EQ(alone.answer, "a");
    EXPECT_FALSE(alone.overturned);
    EXPECT_EQ(revised("a", p, again, Outside{}).probability, alone.probability) << "undetermined";
    const double own = rng.uniform();
    EXPECT_GE(revised("a", p, again, Outside{Finding::confirmed, own}).probability, p);
    EXPECT_LE(revised("a", p, again, Outside{Finding::refuted, own}).probability, alone.probability);
    const Revised other = revised("a", p, again, Outside{Finding::refuted, own, "b"});
    EXPECT_EQ(other.answer, "b");
    EXPECT_TRUE(other.overturned);
  }
  EXPECT_EQ(revised("a", 0.8, {3, 0}).probability, 0.8);
  EXPECT_NEAR(revised("a", 0.8, {1, 3}).probability, 0.32, 1e-12);
}

TEST(FirstLine, TakesOneLineAndNoThoughts) {
  EXPECT_EQ(first_line("\n  2. 3 * 4 = 12  \nmore"), "3 * 4 = 12");
  EXPECT_EQ(first_line("<think>long\nthoughts</think>\n- done"), "done");
  EXPECT_EQ(first_line("12. "), "12.");
  EXPECT_EQ(first_line(""), "");
  EXPECT_EQ(first_line(std::string(10'000, 'x')).size(), 2000U);
}

// ---- self-consistency

SelfConsistency vote(ScriptedModel& model, const SelfConsistencyOptions& options) {
  core::Trace trace;
  model::ChatRequest request{.messages = {{.content = "q"}}, .temperature = 0.7};
  auto out = base::run_blocking(self_consistency(
      model, request, [](const std::string& text) { return text; }, options, trace));
  EXPECT_TRUE(out);
  EXPECT_EQ(trace.stages().size(), 1U);
  return out ? *out : SelfConsistency{};
}

TEST(SelfConsistency, StopsAsSoonAsTheLeaderIsCertain) {
  ScriptedModel same([](const auto&, std::size_t) { return "42"; });
  const SelfConsistency sure = vote(same, {.level = 0.95, .budget = 20});
  EXPECT_EQ(sure.stop, Stop::certain);
  EXPECT_EQ(sure.drawn, 5U) << "P(share > 1/2) is 15/16 after 3 of 3 and 63/64 after 5 of 5";
  EXPECT_EQ(sure.text, "42");
  EXPECT_NEAR(sure.leads, 1 - std::pow(0.5, 6), 1e-9);
  EXPECT_EQ(sure.cost.model_drafts, sure.drawn);
  EXPECT_EQ(sure.cost.prompt_tokens, 20U);

  int n = 0;
  ScriptedModel torn([&](const auto&, std::size_t) { return std::to_string(n++ % 2); });
  const SelfConsistency split = vote(torn, {.level = 0.95, .budget = 9});
  EXPECT_EQ(split.stop, Stop::budget);
  EXPECT_EQ(split.drawn, 9U);
  EXPECT_EQ(split.agreeing, 5U);
  EXPECT_EQ(split.key, "0");

  ScriptedModel settled([&](const auto&, std::size_t) { return "1"; });
  EXPECT_EQ(vote(settled, {.level = 0.999, .budget = 7}).stop, Stop::settled) << "5 of 5, 2 remain";
  ScriptedModel silent([](const auto&, std::size_t) { return ""; });
  const SelfConsistency none = vote(silent, {.budget = 6});
  EXPECT_EQ(none.answers, 0U);
  EXPECT_EQ(none.text, "");
  EXPECT_EQ(none.drawn, 6U);
}

TEST(SelfConsistency, KeepsWhatWasDrawnWhenALaterWaveFails) {
  int calls = 0;
  ScriptedModel model([&](const auto&, std::size_t) -> base::Result<std::string> {
    if (++calls > 3) return failure();
    return std::to_string(calls);
  });
  const SelfConsistency out = vote(model, {.budget = 9});
  EXPECT_EQ(out.stop, Stop::failed);
  EXPECT_EQ(out.drawn, 3U);
  EXPECT_EQ(out.key, "1") << "the first among equals";
  core::Trace trace;
  ScriptedModel dead([](const auto&, std::size_t) { return failure(); });
  const auto key = [](const std::string& text) { return text; };
  EXPECT_FALSE(base::run_blocking(self_consistency(dead, {}, key, {}, trace)));
  EXPECT_FALSE(base::run_blocking(self_consistency(model, {.temperature = 0.0}, key, {}, trace)));
  EXPECT_FALSE(base::run_blocking(self_consistency(model, {}, key, {.level = 1}, trace)));
  EXPECT_FALSE(base::run_blocking(self_consistency(model, {}, key, {.budget = 0}, trace)));
}

TEST(SelfConsistency, StoppingEarlySeldomChangesTheVoteOfTheFullBudget) {
  base::Rng rng(3);
  int changed = 0, drawn = 0;
  constexpr int kRuns = 400;
  for (int run = 0; run < kRuns; ++run) {
    const double share = 0.35 + 0.6 * rng.uniform();
    std::vector<std::string> answers;
    for (int i = 0; i < 20; ++i)
      answers.push_back(rng.uniform() < share ? "right" : "wrong" + std::to_string(rng.below(3)));
    std::size_t at = 0;
    ScriptedModel model([&](const auto&, std::size_t) { return answers[at++]; });
    const SelfConsistency early = vote(model, {.level = 0.95, .budget = 20});
    at = 0;
    const SelfConsistency full = vote(model, {.level = 0.9999999, .budget = 20});
    changed += early.key != full.key ? 1 : 0;
    drawn += static_cast<int>(early.drawn);
  }
  EXPECT_LE(changed, kRuns * 5 / 100);
  EXPECT_LT(drawn, kRuns * 14) << "of 20 each";
}

// ---- chain of verification

std::string questions(std::initializer_list<std::pair<const char*, const char*>> list) {
  Json out = Json::array();
  for (const auto& [question, claimed] : list)
    out.push(Json::object({{"question", question}, {"claimed", claimed}}));
  return "Here they are: " + Json::object({{"questions", std::move(out)}}).dump();
}

Verification verify(ScriptedModel& model, double probability, const OutsideCheck& outside) {
  core::Trace trace;
  auto out = base::run_blocking(verify_by_questions(
      model, {"Who built it and when?", "Mira Kestrel built it in 1932.", probability, "[1] material"}, {},
      outside, trace));
  EXPECT_TRUE(out);
  return out ? *out : Verification{};
}

TEST(Verification, AnswersAreGivenWithoutSightOfTheDraft) {
  ScriptedModel model([](const model::ChatRequest& request, std::size_t) -> base::Result<std::string> {
    const std::string& content = last(request);
    if (content.find("Draft: ") != std::string::npos)
      return questions({{"When was it built?", "1932"},
                        {"Who built it?", "Mira Kestrel"},
                        {"Was it built in 1932?", "1932"},  // gives its answer away
                        {"What is it made of?", "stone"}});
    EXPECT_EQ(content.find("1932"), std::string::npos) << content;
    EXPECT_EQ(content.find("Kestrel"), std::string::npos) << content;
    EXPECT_NE(content.find("[1] material"), std::string::npos);
    if (content.find("When") != std::string::npos) return R"({"answer": "in 1935"})";
    if (content.find("Who") != std::string::npos) return R"({"answer": "Mira Kestrel"})";
    return R"({"answer": "I don't know"})";
  });
  const Verification out = verify(model, 0.9, {});
  ASSERT_EQ(out.questions.size(), 3U);
  EXPECT_EQ(out.left_out, 1U);
  EXPECT_EQ(out.questions[0].reply, Reply::differs);
  EXPECT_EQ(out.questions[1].reply, Reply::agrees);
  EXPECT_EQ(out.questions[2].reply, Reply::unknown);
  EXPECT_NEAR(out.probability, 0.9 * 2 / 3, 1e-12);
  EXPECT_FALSE(out.overturned) << "a second thought overturns nothing";
  EXPECT_EQ(out.answer, "Mira Kestrel built it in 1932.");
  EXPECT_EQ(out.cost.model_drafts, 4U);
  EXPECT_EQ(model.requests.size(), 4U);

  int asked = 0;
  const Verification held = verify(model, 0.9, [&](const std::string&, const std::string&) {
    ++asked;
    return Outside{Finding::confirmed, 0.95};
  });
  EXPECT_EQ(asked, 1);
  EXPECT_NEAR(held.probability, 0.95, 1e-12);
  const Verification other = verify(model, 0.9, [&](const std::string&, const std::string&) {
    return Outside{Finding::refuted, 0.99, "In 1935."};
  });
  EXPECT_TRUE(other.overturned);
  EXPECT_EQ(other.answer, "In 1935.");
}

TEST(Verification, NothingUsableLeavesTheDraftAsItIs) {
  for (const char* reply : {"no JSON at all", R"({"questions": "none"})",
                            R"({"questions": [1, {"question": ""}]})", R"({"questions": []})"}) {
    ScriptedModel model([&](const auto&, std::size_t) { return reply; });
    const Verification out = verify(model, 0.7, {});
    EXPECT_TRUE(out.questions.empty());
    EXPECT_EQ(out.probability, 0.7);
  }
  ScriptedModel later([](const model::ChatRequest& request, std::size_t) -> base::Result<std::string> {
    if (last(request).find("Draft: ") != std::string::npos)
      return questions({{"When was it built?", "1932"}});
    return failure();
  });
  EXPECT_EQ(verify(later, 0.7, {}).questions[0].reply, Reply::unknown);
  ScriptedModel dead([](const auto&, std::size_t) { return failure(); });
  core::Trace trace;
  EXPECT_FALSE(base::run_blocking(verify_by_questions(dead, {"q", "d", 0.5}, {}, {}, trace)));
}

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
