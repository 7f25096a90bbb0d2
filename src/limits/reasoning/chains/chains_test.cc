// Second thoughts, votes and verification questions against a model that says what it is told.

#include <gtest/gtest.h>

#include <cmath>

#include "base/rng.h"
#include "limits/reasoning/chains/scripted_model.h"
#include "limits/reasoning/chains/self_consistency.h"
#include "limits/reasoning/chains/verification.h"

namespace genkai::limits::reasoning::chains {
namespace {

using base::Json;

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

}  // namespace
}  // namespace genkai::limits::reasoning::chains
