// /v1/feedback over real sockets: an answer, what is said of it, and what that does to the answers after it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/json.h"
#include "gateway_rig.h"
#include "upstream/client.h"
#include "upstream/load.h"

namespace genkai::test {
namespace {

using base::Json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::string kAsked = "When was the harbour bridge opened?";

class GatewayFeedbackTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { home_ = std::make_unique<RigHome>(); }
  static void TearDownTestSuite() { home_.reset(); }
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "genkai-feedback-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    keys_ = folder_ / "keys.jsonl";
    kept_ = folder_ / "feedback.jsonl";
    admin_ = made({.name = "operator", .role = serve::Role::admin});
    user_ = made({.name = "notebook"});
    upstream_ = TestUpstream::start({});
  }
  void TearDown() override {
    if (rig_) {
      EXPECT_TRUE(rig_->comes_to_rest());
    }
    rig_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  std::string made(serve::KeyRecord record) {
    const auto key = serve::create_key(keys_, std::move(record));
    EXPECT_TRUE(key) << key.error().message;
    return key.value_or("");
  }
  void start(serve::OnBreach on_breach = serve::OnBreach::tighten) {
    rig_.reset();
    serve::RiskWatchOptions feedback;
    feedback.file = kept_;
    feedback.on_breach = on_breach;
    rig_ = std::make_unique<GatewayRig>(
        RigOptions{.models = {rig_model("local", *upstream_)}, .key_file = keys_, .feedback = feedback});
  }

  Exchange send(const std::string& key, const std::string& method, const std::string& path,
                const std::string& body = "") {
    const Fields with{{"authorization", "Bearer " + key}};
    return base::run_blocking(fetch(rig_->port(), method, path, body, key.empty() ? Fields() : with));
  }
  static Json json(const Exchange& exchange, int status = 200) {
    EXPECT_EQ(exchange.status, status) << exchange.body;
    return Json::parse(exchange.body).value_or(Json());
  }
  static std::string error(const Json& body, std::string_view key) {
    return body.find("error") ? body.find("error")->string(key) : "no error: " + body.dump();
  }
  Json ask(const std::string& question = kAsked, const std::string& more = "") {
    return json(
        send(user_, "POST", "/v1/answers",
             R"({"question":")" + question + R"(","knowledge_base":"bridges","lang":"en")" + more + "}"));
  }
  Json say(const Json& answer, bool correct, int status = 200) {
    return json(send(user_, "POST", "/v1/feedback",
                     Json::object({{"answer_id", answer.string("answer_id")}, {"correct", correct}}).dump()),
                status);
  }
  static double promised(const Json& answer) {
    const auto& certificates = answer.find("certificates")->items();
    return certificates.empty() ? 0 : certificates.front().find("numbers")->number("risk");
  }
  /// What administrators see of the base's quotes.
  Json seen() {
    const Json list = json(send(admin_, "GET", "/v1/feedback"));
    for (const Json& one : list.find("data")->items())
      if (one.string("kb") == "bridges" && one.string("model").empty()) return one;
    ADD_FAILURE() << list.dump();
    return Json::object({{"promises", Json::array()}});
  }
  std::string metrics() { return send(user_, "GET", "/metrics").body; }

  static inline std::unique_ptr<RigHome> home_;
  std::filesystem::path folder_, keys_, kept_;
  std::string admin_, user_;
  std::unique_ptr<TestUpstream> upstream_;
  std::unique_ptr<GatewayRig> rig_;
};

TEST_F(GatewayFeedbackTest, EveryAnswerHasAnId) {
  start();
  std::set<std::string> ids;
  const auto add = [&ids](const Json* holder) {
    ASSERT_NE(holder, nullptr);
    const std::string id = holder->string("answer_id");
    EXPECT_EQ(id.size(), 32U) << holder->dump();
    EXPECT_TRUE(ids.insert(id).second);
  };
  const Json native = ask(), silent = ask("Who won the 1962 chess championship of Peru?"),
             unclear = ask("Why?");
  EXPECT_EQ(silent.string("outcome"), "abstained");
  for (const Json* one : {&native, &silent, &unclear}) add(one);
  for (const char* model : {"genkai/bridges", "local+checked"}) {
    const Json chat = json(send(user_, "POST", "/v1/chat/completions", chat_request(model, kAsked)));
    add(chat.find("genkai"));
    const Exchange streamed =
        send(user_, "POST", "/v1/chat/completions", chat_request(model, kAsked, ",\"stream\":true"));
    const auto events = events_of(streamed.body);
    ASSERT_GE(events.size(), 2U) << streamed.body;
    const Json last = *Json::parse(events[events.size() - 2]);
    add(last.find("genkai"));
  }
  const Exchange streamed =
      send(user_, "POST", "/v1/answers",
           R"({"question":")" + kAsked + R"(","knowledge_base":"bridges","stream":true})");
  const auto events = events_of(streamed.body);
  ASSERT_GE(events.size(), 2U) << streamed.body;
  const Json last = *Json::parse(events[events.size() - 2]);
  add(&last);
  const Json passed = json(send(user_, "POST", "/v1/chat/completions", chat_request("local", "hello")));
  EXPECT_EQ(passed.find("genkai"), nullptr);
  EXPECT_EQ(ids.size(), 8U);
}

TEST_F(GatewayFeedbackTest, FeedbackIsReadWithCare) {
  start();
  const Json answer = ask();
  const std::string id = answer.string("answer_id");
  const auto refused = [&](const std::string& body, int status) {
    return json(send(user_, "POST", "/v1/feedback", body), status);
  };
  const std::string named = R"({"answer_id":")" + id + "\"";
  EXPECT_EQ(error(refused("{", 400), "type"), "invalid_request_error");
  EXPECT_EQ(error(refused("{}", 400), "param"), "answer_id");
  EXPECT_EQ(error(refused(named + "}", 400), "param"), "correct");
  EXPECT_EQ(error(refused(named + ",\"correct\":\"yes\"}", 400), "param"), "correct");
  EXPECT_EQ(error(refused(named + ",\"correct\":true,\"hat\":1}", 400), "param"), "hat");
  EXPECT_EQ(
      error(refused(named + ",\"correct\":true,\"note\":\"" + std::string(1'001, 'x') + "\"}", 400), "param"),
      "note");
  EXPECT_EQ(error(refused(R"({"answer_id":"0123456789abcdef0123456789abcdef","correct":true})", 404), "code"),
            "answer_not_found");
  std::string longest;
  for (int i = 0; i < 1'000; ++i) longest += "橋";
  const Json taken = refused(named + ",\"correct\":true,\"note\":\"" + longest + "\"}", 200);
  EXPECT_EQ(taken.string("answer_id"), id);
  EXPECT_TRUE(taken.find("counted")->as_bool());
  EXPECT_EQ(taken.find("why"), nullptr);
  EXPECT_EQ(say(answer, true).dump(), taken.dump()) << "twice the same is once";
  EXPECT_EQ(seen().number("observed"), 1);
  say(answer, false);
  EXPECT_EQ(seen().number("observed"), 1);
  EXPECT_EQ(seen().number("wrong"), 1);
  const Json silent = say(ask("Who won the 1962 chess championship of Peru?"), false);
  EXPECT_FALSE(silent.find("counted")->as_bool());
  EXPECT_NE(silent.string("why"), "");
  EXPECT_EQ(seen().number("observed"), 1);
}

TEST_F(GatewayFeedbackTest, KeysSayWhatTheyMay) {
  start();
  const std::string body = R"({"answer_id":"0123456789abcdef0123456789abcdef","correct":true})";
  EXPECT_EQ(send("", "POST", "/v1/feedback", body).status, 401);
  EXPECT_EQ(send("", "GET", "/v1/feedback").status, 401);
  EXPECT_EQ(error(json(send(user_, "GET", "/v1/feedback"), 403), "code"), "insufficient_permissions");
  EXPECT_EQ(send(admin_, "GET", "/v1/feedback").status, 200);
  EXPECT_EQ(send(user_, "PUT", "/v1/feedback").header("allow"), "POST, GET, HEAD, OPTIONS");
  EXPECT_EQ(send(user_, "GET", "/v1/feedback/x").status, 404);
}

TEST_F(GatewayFeedbackTest, ABrokenPromiseTightensThenStopsAndARestartKeepsIt) {
  start();
  const Json first = ask();
  EXPECT_EQ(first.string("outcome"), "answered");
  EXPECT_EQ(promised(first), 0.1);
  EXPECT_EQ(seen().string("standing"), "good");
  EXPECT_THAT(metrics(), HasSubstr("genkai_risk_alarm{kb=\"bridges\",model=\"\"} 0\n"));
  say(first, false);
  for (int i = 0; i < 20 && seen().string("standing") == "good"; ++i) say(ask(), false);
  const Json tightened = seen();
  EXPECT_EQ(tightened.string("standing"), "tightened");
  EXPECT_EQ(tightened.number("risk"), 0.05);
  EXPECT_TRUE(tightened.find("current")->as_bool());
  const Json& test = tightened.find("promises")->items().at(0);
  EXPECT_EQ(test.number("risk"), 0.1);
  EXPECT_EQ(test.number("wrong"), test.number("observed"));
  EXPECT_GT(test.number("log_wealth"), 2.99);
  EXPECT_TRUE(test.find("refuted")->as_bool());
  EXPECT_LT(test.find("rate")->items().at(0).as_double(), test.find("rate")->items().at(1).as_double());
  EXPECT_THAT(metrics(),
              AllOf(HasSubstr("genkai_risk_alarm{kb=\"bridges\",model=\"\"} 1\n"),
                    HasSubstr("genkai_feedback_total{kb=\"bridges\",model=\"\",correct=\"false\"} "),
                    HasSubstr("genkai_risk_observed_rate{kb=\"bridges\",model=\"\"} 1\n"),
                    HasSubstr("genkai_drift_wealth{kb=\"bridges\",model=\"\"} ")));
  const Json loose = ask(kAsked, ",\"risk\":0.5");
  EXPECT_EQ(promised(loose), 0.25) << "every promise of this calibration is halved";

  const std::string before = seen().find("promises")->dump();
  start();
  EXPECT_EQ(seen().find("promises")->dump(), before);
  EXPECT_EQ(promised(ask(kAsked, ",\"risk\":0.5")), 0.25);
  EXPECT_TRUE(say(loose, true).find("counted")->as_bool()) << "an answer of before the restart";

  for (int i = 0; i < 60 && seen().string("standing") != "stopped"; ++i) {
    const Json answer = ask(kAsked, ",\"risk\":0.8");
    if (answer.string("outcome") != "answered") break;
    EXPECT_EQ(promised(answer), 0.8 / std::exp2(seen().number("level")));
    say(answer, false);
  }
  EXPECT_EQ(seen().string("standing"), "stopped");
  EXPECT_EQ(seen().find("risk")->dump(), "null");
  for (const std::string& question : {kAsked, std::string("When was the mill bridge opened?")}) {
    const Json stopped = ask(question);
    EXPECT_EQ(stopped.string("outcome"), "abstained");
    EXPECT_EQ(stopped.string("reason"), "low_confidence");
    EXPECT_THAT(stopped.string("message"), HasSubstr("calibrated anew"));
    EXPECT_TRUE(stopped.find("answers")->items().empty());
  }
  EXPECT_THAT(json(send(user_, "POST", "/v1/answers",
                        R"({"question":")" + kAsked + R"(","knowledge_base":"bridges","lang":"ja"})"))
                  .string("message"),
              HasSubstr("較正"));
  const Json list = json(send(user_, "GET", "/v1/knowledge_bases"));
  EXPECT_EQ(list.find("data")->items().at(0).find("feedback")->string("standing"), "stopped");
  const Json own = json(send(user_, "POST", "/v1/answers",
                             R"({"question":"When was the tower built?",
      "documents":[{"id":"t","text":"The tower was built in 1712. It is made of brick."}]})"));
  EXPECT_EQ(own.string("outcome"), "answered") << "that is another promise";
}

TEST_F(GatewayFeedbackTest, StoppingIsAtTheFirstBreach) {
  start(serve::OnBreach::stop);
  while (ask().string("outcome") == "answered") {
    const Json answer = ask();
    say(answer, false);
    ASSERT_LT(seen().number("observed"), 20);
  }
  EXPECT_EQ(seen().string("standing"), "stopped");
  const Json chat = json(send(user_, "POST", "/v1/chat/completions", chat_request("genkai/bridges", kAsked)));
  EXPECT_EQ(chat.find("genkai")->string("outcome"), "abstained");
  const Exchange streamed =
      send(user_, "POST", "/v1/chat/completions", chat_request("genkai/bridges", kAsked, ",\"stream\":true"));
  EXPECT_THAT(streamed.body, AllOf(Not(HasSubstr("1931\"}")), HasSubstr("calibrated anew")));
  start(serve::OnBreach::warn);
  EXPECT_EQ(ask().string("outcome"), "answered") << "as configured now";
  EXPECT_THAT(metrics(), HasSubstr("genkai_risk_alarm{kb=\"bridges\",model=\"\"} 1\n"));
}

TEST_F(GatewayFeedbackTest, ATornFileCostsItsLastLineAlone) {
  start();
  const Json answer = ask();
  rig_.reset();
  std::ofstream(kept_, std::ios::app) << R"({"genkai_feedback":1,"answer_id":"01)";
  start();
  EXPECT_TRUE(say(answer, true).find("counted")->as_bool());
  rig_.reset();
  std::ifstream in(kept_);
  for (std::string line; std::getline(in, line);) {
    const auto read = Json::parse(line);
    ASSERT_TRUE(read) << line;
    EXPECT_EQ(read->find("question"), nullptr);
    EXPECT_THAT(line, AllOf(Not(HasSubstr("harbour")), Not(HasSubstr("1931"))));
  }
}

}  // namespace
}  // namespace genkai::test
