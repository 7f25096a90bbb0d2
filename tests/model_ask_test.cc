// `genkai ask` with a language model, as its users run it: the real program in front of the test upstream.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <vector>

#include "answer/model_showing.h"
#include "base/json.h"
#include "program_rig.h"
#include "upstream/test_upstream.h"

namespace genkai {
namespace {

namespace fs = std::filesystem;
using base::Json;
using test::Fault;
using test::Output;
using test::TestUpstream;

// Two runs differ in their times only.
std::string timeless(const Output& output) {
  return std::regex_replace(output.text, std::regex("\"milliseconds\":[-+.e0-9]+"), "\"milliseconds\":0");
}

class ModelAskTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { folder_ = test::make_program_home("model"); }
  static void TearDownTestSuite() { fs::remove_all(folder_); }

  static Output run(const std::string& arguments) { return test::run_program(folder_, arguments); }
  static std::string ask(const std::string& question, const std::string& model) {
    return "ask '" + question + "' --docs '" GENKAI_EXAMPLES "/handbook' --model " + model + " ";
  }
  static inline fs::path folder_;
  // The best quote alone does not carry the usual risk; the model's drafts do.
  const std::string question_ = "Why was the log of the first skipper written in pencil?";
};

TEST_F(ModelAskTest, AnswersWithQuotesAndSaysWhatTheyRestOn) {
  const auto upstream = TestUpstream::start({});
  const Output output = run(ask(question_, upstream->url() + "#test-model") + "--risk 0.25 --json --explain");
  ASSERT_EQ(output.status, 0) << output.text << output.errors;
  const Json answer = output.json();
  EXPECT_EQ(answer.string("outcome"), "answered");
  const Json& item = answer.find("answers")->items().at(0);
  EXPECT_NE(item.string("text").find("ink does not survive spray"), std::string::npos);
  EXPECT_EQ(item.string("model"), "test-model");
  EXPECT_FALSE(item.find("calibrated")->as_bool());
  for (const Json& certificate : answer.find("certificates")->items())
    EXPECT_NE(certificate.string("kind"), "risk") << "no calibration holds for a model";
  EXPECT_GE(item.find("agreement")->number("agreeing"), 4);
  const Json& citation = item.find("citations")->items().at(0);
  EXPECT_EQ(citation.string("document"), "about/history.md");
  EXPECT_NE(test::read_whole(fs::path(GENKAI_EXAMPLES) / "handbook/about/history.md")
                .find("ink does not survive spray"),
            std::string::npos);
  const Json& cost = *answer.find("cost");
  EXPECT_GE(cost.number("model_drafts"), 4);
  EXPECT_GT(cost.number("prompt_tokens"), 0);
  EXPECT_GT(cost.number("completion_tokens"), 0);
  EXPECT_GT(upstream->counters().requests, 4U);

  const Output unnamed = run(ask(question_, upstream->url()) + "--risk 0.25");
  EXPECT_NE(unnamed.errors.find("has 2 models, and none is named"), std::string::npos) << unnamed.errors;
  EXPECT_NE(run(ask(question_, upstream->url() + "#test-model") + "--risk 0.25")
                .text.find("not calibrated for this model"),
            std::string::npos);
}

TEST_F(ModelAskTest, ProbesAModelOnceNotAtEachRun) {
  const auto upstream = TestUpstream::start({});
  const std::string command = ask(question_, upstream->url() + "#test-model") + "--risk 0.25 --json";
  const Output first = run(command);
  const auto requests = upstream->counters().requests;
  const Output second = run(command);
  const double drafts = second.json().find("cost")->number("model_drafts");
  EXPECT_EQ(first.json().find("answers")->dump(), second.json().find("answers")->dump());
  EXPECT_LE(static_cast<double>(upstream->counters().requests - requests), drafts) << "nothing but drafts";
  EXPECT_LT(upstream->counters().requests - requests, requests);
}

TEST_F(ModelAskTest, MoreSamplesAreDrawnWhileTheyCanChangeTheDecision) {
  const auto upstream = TestUpstream::start({});
  const std::string with = ask(question_, upstream->url() + "#test-model") + "--json --samples ";
  const double two = run(with + "2").json().find("cost")->number("model_drafts");
  EXPECT_EQ(run(with + "4").json().find("cost")->number("model_drafts"), two + 2);
  const double nine = run(with + "9").json().find("cost")->number("model_drafts");
  EXPECT_GE(nine, two + 2) << "the first four always";
  EXPECT_LE(nine, two + 7) << "never more than asked for";
}

TEST_F(ModelAskTest, ARecordingReplaysToTheSameBytesWithoutANetwork) {
  auto upstream = TestUpstream::start({});
  const std::string file = (folder_ / "exchanges.jsonl").string();
  const std::string asked = ask(question_, upstream->url() + "#test-model") + "--json --explain ";
  ::setenv("GENKAI_API_KEY", "sk-not-to-be-recorded", 1);
  const Output first = run(asked + "--record " + file);
  ::unsetenv("GENKAI_API_KEY");
  ASSERT_NE(first.text.find("\"model\":\"test-model\""), std::string::npos) << first.text << first.errors;
  EXPECT_EQ(test::read_whole(file).find("sk-not"), std::string::npos);
  upstream.reset();
  const Output again = run(asked + "--replay " + file);
  EXPECT_EQ(again.status, first.status) << again.errors;
  EXPECT_EQ(timeless(again), timeless(first));
  EXPECT_EQ(run(ask("Who was the first skipper?", "http://127.0.0.1:1/v1#test-model") + "--replay " +
                (folder_ / "none").string())
                .status,
            66);
}

TEST_F(ModelAskTest, ADeadModelIsAnAbstentionAndItsFallbackAnswers) {
  const std::string dead = "http://127.0.0.1:1/v1#gone";
  const Output alone = run(ask(question_, dead) + "--risk 0.02 --json");
  EXPECT_EQ(alone.status, 2) << alone.errors;
  EXPECT_EQ(alone.json().string("reason"), "model_unavailable");
  EXPECT_NE(alone.json().string("message").find("gone"), std::string::npos);
  EXPECT_NE(run(ask(question_, dead) + "--risk 0.02 --lang ja").text.find("言語モデル(gone)"),
            std::string::npos);

  const auto upstream = TestUpstream::start({});
  const Output helped =
      run(ask(question_, dead) + "--model " + upstream->url() + "#test-model --risk 0.25 --json");
  ASSERT_EQ(helped.status, 0) << helped.text << helped.errors;
  EXPECT_EQ(helped.json().find("answers")->items().at(0).string("model"), "test-model");
}

TEST_F(ModelAskTest, AServerThatStumblesIsAskedAgain) {
  const auto upstream = TestUpstream::start({});
  for (const Fault fault : {Fault::unavailable, Fault::reset_before_headers}) {
    upstream->fail_next(fault);
    const Output output = run(ask(question_, upstream->url() + "#test-model") + "--risk 0.25 --json");
    EXPECT_EQ(output.status, 0) << test::fault_name(fault) << output.text << output.errors;
    EXPECT_NE(output.text.find("\"model\":\"test-model\""), std::string::npos);
  }
  EXPECT_EQ(upstream->counters().faults, 2U);
}

TEST_F(ModelAskTest, OneInterruptEndsTheWaiting) {
  const auto upstream = TestUpstream::start({});
  upstream->fail_all(Fault::hang_before_headers);
  // timeout gives 124 when the first signal was enough, 137 when it had to kill.
  const std::string wrapped = "timeout -s INT -k 30 1 '" GENKAI_PROGRAM "' " +
                              ask(question_, upstream->url() + "#test-model") + ">'" +
                              (folder_ / "waiting").string() + "' 2>&1";
  const int status = std::system(wrapped.c_str());
  EXPECT_EQ(WIFEXITED(status) ? WEXITSTATUS(status) : -1, 124) << test::read_whole(folder_ / "waiting");
}

TEST_F(ModelAskTest, ABatchAsksTheModelForEachLineInOrder) {
  const auto upstream = TestUpstream::start({});
  const std::string batch = (folder_ / "batch.jsonl").string();
  {
    std::ofstream file(batch);
    for (int i = 0; i < 12; ++i)
      file << Json::object({{"id", i}, {"question", i % 2 ? question_ : "Who was the first skipper?"}}).dump()
           << "\n";
  }
  const Output output = run("ask --batch " + batch + " --docs '" GENKAI_EXAMPLES "/handbook' --model " +
                            upstream->url() + "#test-model --risk 0.25 --threads 4");
  EXPECT_EQ(output.status, 0) << output.errors;
  std::istringstream lines(output.text);
  std::string line;
  std::vector<Json> answers;
  while (std::getline(lines, line)) answers.push_back(*Json::parse(line));
  ASSERT_EQ(answers.size(), 12U);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    EXPECT_EQ(answers[i].number("id"), static_cast<double>(i));
    EXPECT_GT(answers[i].find("cost")->number("model_drafts"), 0);
  }
}

TEST_F(ModelAskTest, WrongOptionsAreUsageErrorsThatShowNoPassword) {
  for (const std::string model :
       {"llama", "ftp://host/v1", "http://user:secretpw@host/v1", "http://host:x/v1"}) {
    const Output output = run(ask(question_, "'" + model + "'"));
    EXPECT_EQ(output.status, 64) << model << output.errors;
    EXPECT_EQ(output.errors.find("secretpw"), std::string::npos);
  }
  EXPECT_EQ(run(ask(question_, "http://h/v1#m --model http://h/v1#m --model http://h/v1#m")).status, 64);
  EXPECT_EQ(run(ask(question_, "http://h/v1#m --samples 0")).status, 64);
  EXPECT_EQ(run(ask(question_, "http://h/v1#m --record a --replay b")).status, 64);
  EXPECT_EQ(run("ask x --docs . --samples 4").status, 64);
}

// The simulated model repeats the question when it sees no passage; with a schema, as JSON.
TEST_F(ModelAskTest, TheExactProfileDrawsFromMemoryTooAlsoWhenReplayed) {
  const auto upstream = TestUpstream::start({});
  const std::string file = "'" + (folder_ / "memory.jsonl").string() + "' ";
  const std::string asked =
      ask(question_, upstream->url() + "#test-model") + "--profile exact --json --explain ";
  const Output first = run(asked + "--record " + file);
  const Json answer = first.json();
  ASSERT_TRUE(answer.find("memory")) << first.text << first.errors;
  EXPECT_EQ(answer.find("memory")->find("closed_book")->number("drafts"), 4);
  EXPECT_FALSE(answer.find("memory")->string("case").empty());
  EXPECT_NE(first.text.find("\"stage\":\"memory\""), std::string::npos);
  const auto requests = upstream->counters().requests;
  const Output again = run(asked + "--replay " + file);
  EXPECT_EQ(upstream->counters().requests, requests);
  EXPECT_EQ(again.json().find("memory")->dump(), answer.find("memory")->dump());
  EXPECT_EQ(run(ask(question_, upstream->url() + "#test-model") + "--json").json().find("memory"), nullptr)
      << "in no other profile";
}

// The passages of the prompt that holds most of them, in its order; from a recording.
std::vector<std::string> passages_shown(const fs::path& exchanges) {
  std::ifstream lines(exchanges);
  std::string line;
  std::vector<std::string> most;
  while (std::getline(lines, line)) {
    const auto request = Json::parse(Json::parse(line)->find("request")->string("text"));
    const Json* messages = request ? request->find("messages") : nullptr;
    if (!messages) continue;
    const std::string prompt = messages->items().back().string("content");
    std::vector<std::string> shown;
    for (std::size_t at = 0; (at = prompt.find(" passage ", at)) != std::string::npos; ++at) {
      const std::size_t title = prompt.find(" | ", at) + 3;
      shown.push_back(prompt.substr(title, 80));  // and how the passage begins
    }
    if (shown.size() > most.size()) most = shown;
  }
  return most;
}

TEST_F(ModelAskTest, PassagesStandInTheOrderThatTheSavedProbeFoundBest) {
  const auto upstream = TestUpstream::start({});
  const base::Path probe = answer::probe_file("retrieval", "test-model");
  const std::string command = ask(question_, upstream->url() + "#test-model") + "--samples 1 --explain ";
  int runs = 0;
  const auto order_of = [&](const std::string& saved, const std::string& options, const std::string& why) {
    fs::create_directories(probe.parent_path());
    fs::remove(probe);
    if (!saved.empty()) std::ofstream(probe) << saved;
    const fs::path file = folder_ / ("order" + std::to_string(++runs) + ".jsonl");
    const Output output = run(command + options + " --record '" + file.string() + "'");
    EXPECT_NE(output.text.find(why), std::string::npos) << why << output.text << output.errors;
    EXPECT_EQ(output.errors.find("is not used") != std::string::npos, saved == "{") << output.errors;
    return passages_shown(file);
  };
  const std::string first = R"({"probe":"retrieval","order":{"best":"best_first"}})";
  const auto edges = order_of("", "", "edges, by default");
  const auto ranked = order_of(first, "", "best_first, measured for test-model");
  auto last =
      order_of(R"({"probe":"retrieval","order":{"best":"best_last"}})", "", "best_last, measured for");
  ASSERT_GE(ranked.size(), 3U);
  EXPECT_EQ(edges.front(), ranked[0]);
  EXPECT_EQ(edges.back(), ranked[1]);
  EXPECT_NE(edges, ranked);
  EXPECT_EQ(order_of(first, "--order best_last", "best_last, as set"), last);
  std::reverse(last.begin(), last.end());
  EXPECT_EQ(last, ranked);
  EXPECT_EQ(order_of("{", "", "edges, by default"), edges) << "a malformed probe changes nothing";
  EXPECT_LT(order_of("", "--effective-tokens 300 --recite --compress", "edges, by default").size(),
            edges.size());
  fs::remove(probe);
  ASSERT_EQ(
      run("probe retrieval --items 4 --parts order --save --model " + upstream->url() + "#test-model").status,
      0);
  EXPECT_NE(run(command).text.find("edges, no difference measured for test-model"), std::string::npos)
      << "what the probe itself writes; four items cannot differ by more than chance";
  fs::remove(probe);
  EXPECT_EQ(run(ask(question_, "http://h/v1#m --order sideways")).status, 64);
  EXPECT_EQ(run("ask x --docs . --recite").status, 64) << "of a model alone";
}

}  // namespace
}  // namespace genkai
