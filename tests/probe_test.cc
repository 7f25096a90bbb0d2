// The probe of hallucination against a model whose behaviour is known, and the whole program against the test
// upstream. The model is simulated: it draws its behaviour by a seed and knows nothing.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>

#include "app/probe_report.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/rng.h"
#include "limits/hallucination/probe/probe.h"
#include "program_rig.h"
#include "stats/logistic.h"
#include "upstream/test_upstream.h"

namespace genkai {
namespace {

namespace fs = std::filesystem;
using base::Json;
using test::Fault;
using test::Output;
using test::TestUpstream;
using namespace limits::hallucination::probe;

constexpr const char* kToday = "2026-06-15";

struct Truth {
  double intercept = -2, slope = 1.2;  // of the log-odds of being right, in log10 of the exposure
  double too_sure = 0.15;              // stated confidence less the probability of being right, up to 1
  double declines_answerable = 0, declines_unanswerable = 0.6;
  double unstable = 0.25;  // of the facts: another answer to each wording
  double defends = 0.7, abandons = 0.2;
  double half_life = 4;  // years
};

/// Facts that it has seen or not, numbered in their questions; a fifth share one answer.
FactSet made_facts(std::size_t count, std::uint64_t seed) {
  FactSet set;
  set.exposure_is = "times it was seen";
  base::Rng rng(seed);
  for (std::size_t i = 0; i < count; ++i) {
    Fact fact;
    const std::string n = std::to_string(i);
    fact.id = "f" + n;
    fact.question = "What is the name of item " + n + "?";
    fact.answers = {i % 5 == 0 ? "commonplace" : "answer" + n};
    fact.wrong = "mistake" + n;
    fact.twin = "What is the name of nothing " + n + "?";
    fact.exposure = std::pow(10, 4 * rng.uniform());
    fact.type = text::AnswerType::entity;
    set.facts.push_back(std::move(fact));
  }
  return set;
}

class SimulatedModel : public model::LanguageModel {
 public:
  SimulatedModel(Truth truth, const FactSet& facts, std::uint64_t seed)
      : truth_(truth), facts_(facts), seed_(seed) {}
  const std::string& name() const override { return name_; }
  base::Task<base::Result<model::Capabilities>> capabilities() override {
    model::Capabilities able;
    able.logprobs = true;
    co_return able;
  }
  base::Task<base::Result<model::Completion>> complete(model::ChatRequest request, TextSink) override {
    ++calls;
    model::Completion completion;
    completion.model = name_;
    completion.usage = {20, 10, 0};
    model::Sample sample;
    double probability = 0.5;
    sample.text = constant.empty() ? reply(request, probability) : constant;
    sample.finish_reason = "stop";
    if (request.logprobs) sample.tokens.push_back({sample.text, std::log(probability), {}});
    completion.samples.push_back(std::move(sample));
    co_return completion;
  }

  double probability_right(const Fact& fact) const {
    return stats::sigmoid(truth_.intercept + truth_.slope * std::log10(fact.exposure.value_or(1)));
  }

  double confidence(const Fact& fact) const {
    return std::min(1.0, probability_right(fact) + truth_.too_sure);
  }

  std::size_t calls = 0;
  std::string constant;  // said whatever is asked

 private:
  /// Uniform, the same for the same trait of the same fact.
  double draw(std::string_view trait, std::size_t fact) const {
    return base::Rng(base::hash64(std::string(trait) + std::to_string(fact), seed_)).uniform();
  }
  std::string reply(const model::ChatRequest& request, double& probability) const {
    const std::string& last = request.messages.back().content;
    const std::string& first = request.messages[request.messages.front().role == "system" ? 1 : 0].content;
    std::smatch found;
    if (std::regex_search(first, found, std::regex("nothing ([0-9]+)")))
      return draw("twin", std::stoul(found[1])) < truth_.declines_unanswerable
                 ? R"({"answer": "I don't know", "confidence": 0.1})"
                 : R"({"answer": "something", "confidence": 0.7})";
    if (!std::regex_search(first, found, std::regex("item ([0-9]+)")))
      return R"({"answer": "commonplace", "confidence": 0.2})";
    const std::size_t i = std::stoul(found[1]);
    const Fact& fact = facts_.facts.at(i);
    const std::string& right = fact.answers.front();
    if (request.messages.size() == 3) return "Because it was always called so.";
    if (request.messages.size() > 3) {
      const bool wrong = request.messages[1].content.find(fact.wrong) != std::string::npos;
      const bool stands =
          wrong ? draw("defends", i) < truth_.defends : draw("abandons", i) >= truth_.abandons;
      const std::string answer = stands == wrong ? fact.wrong : right;
      return Json::object({{"stands_by", stands}, {"answer", answer}}).dump();
    }
    if (draw("declines", i) < truth_.declines_answerable) return R"({"answer": "I don't know"})";
    const double p = probability_right(fact);
    probability = p;
    std::string answer = draw("right", i) < p ? right : "invention" + std::to_string(i);
    if (!fact.changed.empty()) {
      const double age = *years_since(fact.changed.front().until, kToday);
      answer = draw("stale", i) < std::exp2(-age / truth_.half_life) ? fact.changed.front().answers.front()
                                                                     : right;
    }
    if (request.temperature.value_or(0) > 0 && draw("unstable", i) < truth_.unstable)
      answer = "whim" + std::to_string(base::hash64(last) % 1'000'000);
    return Json::object({{"answer", answer}, {"confidence", confidence(fact)}}).dump();
  }

  const std::string name_ = "simulated";
  Truth truth_;
  const FactSet& facts_;
  std::uint64_t seed_;
};

struct Probed {
  ProbeReport report;
  Replies replies;
  Asked asked;
};

Probed probe_model(SimulatedModel& model, const FactSet& facts, AskOptions options) {
  Replies replies(model.name(), options.seed);
  const auto asked = base::run_blocking(ask_all(
      model, plan_asks(facts, options), replies, options, [](const Reply&) { return base::Status(); }, [] {},
      base::Cancellation()));
  EXPECT_TRUE(asked) << asked.error().message;
  auto report = measure(facts, replies, options, kToday);
  return {std::move(report), std::move(replies), asked.value_or(Asked())};
}

/// How often the interval of each figure holds the truth, over the seeds.
class Coverage {
 public:
  void see(const std::string& figure, const stats::Interval& interval, double truth) {
    auto& [held, all] = counts_[figure];
    ++all;
    held += interval.low <= truth && truth <= interval.high ? 1 : 0;
  }
  /// An interval of 95 % holds 33 of 40 or fewer by chance about once in 10,000.
  void expect() const {
    for (const auto& [figure, count] : counts_) {
      EXPECT_EQ(count.second, 40) << figure;
      EXPECT_GE(count.first, 34) << figure;
    }
  }

 private:
  std::map<std::string, std::pair<int, int>> counts_;
};

TEST(Probe, RecoversWhatASimulatedModelDoes) {
  constexpr std::size_t kFacts = 200;
  Coverage coverage;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const FactSet facts = made_facts(kFacts, seed);
    const Truth truth;
    SimulatedModel model(truth, facts, seed);
    const auto found = probe_model(model, facts, {.seed = seed}).report;
    double right = 0, too_sure = 0;
    for (const Fact& fact : facts.facts) {
      right += model.probability_right(fact) / kFacts;
      too_sure += (model.confidence(fact) - model.probability_right(fact)) / kFacts;
    }
    ASSERT_TRUE(found.accuracy && found.accuracy->trend && found.stated && found.tokens);
    coverage.see("right", found.accuracy->right.interval, right);
    coverage.see("trend", found.accuracy->trend->interval, truth.slope);
    coverage.see("stated overconfidence", found.stated->overconfidence.interval, too_sure);
    coverage.see("token overconfidence", found.tokens->overconfidence.interval, 0);
    coverage.see("recall", found.abstention->recall.interval, truth.declines_unanswerable);
    coverage.see("contradicted", found.contradiction->contradicted.interval, truth.unstable);
    coverage.see("defended", found.snowballing->defended.interval, truth.defends);
    coverage.see("abandoned", found.snowballing->abandoned.interval, truth.abandons);
    coverage.see("discrimination", found.snowballing->discrimination.interval,
                 (1 - truth.defends) - truth.abandons);
    EXPECT_EQ(found.contradiction->same.hits, 0U) << "at temperature 0 it says the same";
    EXPECT_EQ(found.accuracy->blind.hits, kFacts / 5) << "blind it says what a fifth has in common";
    EXPECT_EQ(found.accuracy->constant.hits, kFacts / 5);
    EXPECT_GT(found.stated->model.auroc.value, 0.6);
    std::size_t binned = 0;
    for (const auto& bin : found.accuracy->bins) binned += bin.right.n;
    EXPECT_EQ(binned, kFacts);
    EXPECT_LT(found.accuracy->bins.front().right.value(), found.accuracy->bins.back().right.value());
  }
  coverage.expect();
}

TEST(Probe, RecoversHowOftenItDeclinesAndHowFreshItIs) {
  Coverage coverage;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    FactSet facts = made_facts(120, seed);
    base::Rng rng(seed + 1000);
    for (std::size_t i = 0; i < facts.facts.size(); ++i)
      facts.facts[i].changed = {
          {std::to_string(2025 - static_cast<int>(rng.below(20))), {"former" + std::to_string(i)}}};
    Truth truth;
    truth.declines_answerable = 0.15;
    SimulatedModel model(truth, facts, seed);
    AskOptions options{.seed = seed};
    options.parts = *parse_parts("abstention,freshness");
    const auto found = probe_model(model, facts, options).report;
    coverage.see("over-refusal", found.abstention->over_refusal.interval, truth.declines_answerable);
    coverage.see("balanced", found.abstention->balanced.interval,
                 (1 + truth.declines_unanswerable - truth.declines_answerable) / 2);
    ASSERT_TRUE(found.freshness->half_life);
    coverage.see("half-life", found.freshness->half_life->interval, truth.half_life);
    EXPECT_EQ(found.freshness->current.hits + found.freshness->stale.hits + found.freshness->refused.hits,
              120U);
    EXPECT_FALSE(found.accuracy || found.contradiction || found.snowballing || found.stated);
  }
  coverage.expect();
}

TEST(Probe, AConstantModelScoresAsItsBaseline) {
  const FactSet facts = made_facts(100, 3);
  SimulatedModel model({}, facts, 3);
  model.constant = R"({"answer": "commonplace", "confidence": 0.9, "stands_by": true})";
  const auto answers = probe_model(model, facts, {}).report;
  EXPECT_EQ(answers.accuracy->right.hits, answers.accuracy->constant.hits);
  EXPECT_EQ(answers.accuracy->right.hits, answers.accuracy->blind.hits);
  EXPECT_DOUBLE_EQ(answers.stated->model.auroc.value, 0.5);
  EXPECT_DOUBLE_EQ(answers.abstention->balanced.value, 0.5);
  EXPECT_EQ(answers.abstention->recall.hits, 0U);
  EXPECT_EQ(answers.contradiction->contradicted.hits, 0U);
  EXPECT_LE(answers.accuracy->trend->interval.low, 0);
  EXPECT_GE(answers.accuracy->trend->interval.high, 0);

  model.constant = R"({"answer": "I don't know", "stands_by": false})";
  const auto declines = probe_model(model, facts, {}).report;
  EXPECT_EQ(declines.accuracy->right.hits, 0U);
  EXPECT_DOUBLE_EQ(declines.abstention->balanced.value, 0.5);
  EXPECT_EQ(declines.abstention->over_refusal.hits, 100U);
  EXPECT_DOUBLE_EQ(declines.snowballing->discrimination.value, 0)
      << "who always gives in tells nothing apart";
  EXPECT_EQ(declines.snowballing->abandoned.hits, 100U);
  EXPECT_FALSE(declines.stated);
  EXPECT_FALSE(declines.freshness->half_life);
}

TEST(Probe, GoesOnFromARecordingToTheSameFigures) {
  const FactSet facts = made_facts(30, 5);
  SimulatedModel model({}, facts, 5);
  const AskOptions options{.seed = 5};
  const auto plan = plan_asks(facts, options);
  const auto whole = probe_model(model, facts, options);
  const std::size_t all = model.calls;
  EXPECT_EQ(all, estimate(plan, Replies("simulated", 5)).calls);

  // Stopped after 100 replies, the last line cut by a kill.
  std::string recording;
  Replies first(model.name(), 5);
  base::Cancellation cancellation;
  std::size_t lines = 0;
  const auto on_reply = [&](const Reply& reply) -> base::Status {
    if (++lines > 100) return base::fail(base::Code::resource_exhausted, "the disk is full");
    recording += first.line(reply);
    return {};
  };
  const auto stopped = base::run_blocking(ask_all(
      model, plan, first, options, on_reply, [] {}, cancellation));
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().message, "the disk is full");
  recording.resize(recording.size() - 20);

  Replies second(model.name(), 5);
  second.read(recording);
  EXPECT_EQ(second.malformed(), 1U);
  EXPECT_EQ(second.size(), 99U);
  model.calls = 0;
  const auto rest = base::run_blocking(ask_all(
      model, plan, second, options, [](const Reply&) { return base::Status(); }, [] {},
      base::Cancellation()));
  ASSERT_TRUE(rest);
  EXPECT_EQ(model.calls, all - 99);
  app::ProbeRun run;
  EXPECT_EQ(app::to_json(run, measure(facts, second, options, kToday)).dump(),
            app::to_json(run, whole.report).dump());

  Replies other(model.name(), 6);
  other.read(recording);
  EXPECT_EQ(other.size(), 0U) << "another seed is another probe";
  FactSet changed = facts;
  changed.facts[0].question += " (now)";
  EXPECT_GT(estimate(plan_asks(changed, options), whole.replies).calls, 0U) << "another question is asked";
}

TEST(Probe, ReportsInBothLanguagesWithoutScripts) {
  FactSet facts = made_facts(60, 7);
  facts.facts[5].answers = {"<script>alert(1)</script>"};
  for (auto& fact : facts.facts) fact.changed = {{"2020", {"former"}}};
  SimulatedModel model({}, facts, 7);
  const auto found = probe_model(model, facts, {.seed = 7});
  app::ProbeRun run;
  run.model = "simulated <img src=x>";
  run.today = kToday;
  run.facts = facts.facts.size();
  run.asked = found.asked;
  run.replies = found.replies.size();
  for (const auto language : {text::Language::english, text::Language::japanese}) {
    const auto parts = app::sections(run, found.report, language);
    EXPECT_EQ(parts.size(), 6U);
    for (const auto& part : parts) EXPECT_FALSE(part.figures.empty()) << part.title;
    const app::ProbePage top = app::page_of(run, language);
    const std::string page = app::render_html(top, parts, language);
    EXPECT_EQ(page.find("<script"), std::string::npos);
    EXPECT_EQ(page.find("<img"), std::string::npos);
    EXPECT_EQ(page.find("http://") == std::string::npos ? 0 : page.find("http://www.w3.org"),
              page.find("http://") == std::string::npos ? 0 : page.find("http://"));
    EXPECT_NE(page.find("default-src 'none'"), std::string::npos);
    EXPECT_EQ(page, app::render_html(top, app::sections(run, found.report, language), language));
    EXPECT_NE(
        app::render_text(top, parts).find(language == text::Language::english ? "60 facts" : "事実60件"),
        std::string::npos);
  }
  EXPECT_NE(app::render_text(app::page_of(run, text::Language::japanese),
                             app::sections(run, found.report, text::Language::japanese))
                .find("控えすぎ"),
            std::string::npos);
}

// ---- the whole program
// --------------------------------------------------------------------------------------

class ProbeProgramTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = test::make_program_home("probe");
    ::setenv("GENKAI_TODAY", kToday, 1);
  }
  void TearDown() override { fs::remove_all(folder_); }
  Output run(const std::string& arguments, const std::string& before = {}) const {
    return test::run_command(folder_, before + "'" GENKAI_PROGRAM "' probe hallucination " + arguments);
  }
  static std::string model(const TestUpstream& upstream) {
    return "--model " + upstream.url() + "#test-model --facts '" GENKAI_EXAMPLES "/facts.jsonl' ";
  }
  fs::path folder_;
};

TEST_F(ProbeProgramTest, MeasuresRecordsAndDoesNotAskTwice) {
  const auto upstream =
      TestUpstream::start({.answer = R"({"answer": "Paris", "confidence": 0.9, "stands_by": true})"});
  const std::string record = (folder_ / "replies.jsonl").string(), page = (folder_ / "report.html").string();
  const std::string command =
      model(*upstream) + "--record " + record + " --report " + page + " --json --seed 2";
  const Output first = run(command);
  ASSERT_EQ(first.status, 0) << first.errors;
  const auto json = Json::parse(first.text);
  ASSERT_TRUE(json) << first.text;
  const Json& accuracy = *json->find("accuracy");
  EXPECT_EQ(accuracy.find("right")->number("hits"), 1);  // the capital of France
  EXPECT_EQ(accuracy.find("blind")->number("hits"), 1);
  EXPECT_GE(accuracy.find("constant")->number("hits"), 6);  // euro
  EXPECT_EQ(json->find("abstention")->find("recall")->number("hits"), 0);
  EXPECT_EQ(json->find("contradiction")->find("contradicted")->number("hits"), 0);
  EXPECT_NEAR(json->find("calibration")->find("stated")->find("overconfidence")->number("value"), 0.9, 0.05);
  EXPECT_NE(first.errors.find("calls to make"), std::string::npos);
  EXPECT_NE(test::read_whole(page).find("<svg"), std::string::npos);
  EXPECT_EQ(test::read_whole(page).find("<script"), std::string::npos);

  const auto requests = upstream->counters().requests;
  const Output again = run(command);
  EXPECT_EQ(upstream->counters().requests, requests) << again.errors;
  EXPECT_EQ(Json::parse(again.text)->find("accuracy")->dump(), accuracy.dump());
  EXPECT_EQ(Json::parse(again.text)->find("cost")->number("calls"), 0);

  // What a kill leaves behind: the last line is cut. Only that one is asked again.
  std::string recording = test::read_whole(record);
  recording.resize(recording.size() - 10);
  std::ofstream(record, std::ios::binary) << recording;
  const Output mended = run(command);
  EXPECT_EQ(mended.status, 0);
  EXPECT_NE(mended.errors.find("1 malformed lines"), std::string::npos) << mended.errors;
  EXPECT_EQ(Json::parse(mended.text)->find("cost")->number("calls"), 1);
  EXPECT_EQ(Json::parse(mended.text)->find("accuracy")->dump(), accuracy.dump());

  const Output table = run(command.substr(0, command.find("--json")) + "--seed 2 --lang ja");
  EXPECT_NE(table.text.find("知識だけでの正答率"), std::string::npos) << table.text << table.errors;
}

TEST_F(ProbeProgramTest, AnInterruptEndsItAndItGoesOn) {
  const auto upstream = TestUpstream::start({.answer = R"({"answer": "I don't know"})"});
  const std::string record = (folder_ / "replies.jsonl").string();
  const std::string command = model(*upstream) + "--parts accuracy,abstention --json --record " + record;
  const Output part = run(command + " --items 10");
  ASSERT_EQ(part.status, 0) << part.errors;
  upstream->fail_all(Fault::hang_before_headers);
  // 124 when the signal was enough, 137 when it had to be killed. In the foreground it comes once only.
  const Output stopped = run(command, "timeout --foreground -s INT -k 30 1 ");
  EXPECT_EQ(stopped.status, 124) << stopped.errors;
  EXPECT_NE(stopped.errors.find("interrupted"), std::string::npos) << stopped.errors;
  EXPECT_NE(stopped.errors.find("run the same again"), std::string::npos) << stopped.errors;
  upstream->fail_all(Fault::none);
  const Output rest = run(command);
  ASSERT_EQ(rest.status, 0) << rest.errors;
  const auto json = Json::parse(rest.text);
  ASSERT_TRUE(json);
  EXPECT_LT(json->find("cost")->number("calls"), json->number("replies"));
  EXPECT_EQ(json->find("accuracy")->number("unasked"), 0);
  EXPECT_EQ(json->find("abstention")->find("over_refusal")->number("value"), 1);
}

TEST_F(ProbeProgramTest, ADeadUpstreamIsAClearError) {
  const Output dead =
      run("--model http://127.0.0.1:1/v1#gone --facts '" GENKAI_EXAMPLES "/facts.jsonl' --items 5");
  EXPECT_EQ(dead.status, 75) << dead.text << dead.errors;
  EXPECT_NE(dead.errors.find("gone"), std::string::npos) << dead.errors;
  EXPECT_TRUE(dead.text.empty());
}

TEST_F(ProbeProgramTest, WrongUsageSaysWhatIsNeeded) {
  const Output none = run("--model http://h/v1#m");
  EXPECT_EQ(none.status, 64);
  EXPECT_NE(none.errors.find("examples/facts.jsonl"), std::string::npos) << none.errors;
  EXPECT_EQ(run("--model http://h/v1#m --facts x --parts accuracy,luck").status, 64);
  EXPECT_EQ(run("--model http://h/v1#m --facts /nowhere/facts.jsonl").status, 66);
  EXPECT_EQ(run("--facts x").status, 64);
  std::ofstream(folder_ / "empty.jsonl") << "not json\n";
  EXPECT_EQ(run("--model http://h/v1#m --facts " + (folder_ / "empty.jsonl").string()).status, 65);
}

}  // namespace
}  // namespace genkai
