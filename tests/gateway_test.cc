// The gateway over real sockets, path by path, as an unmodified client sees it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <set>
#include <thread>

#include "base/json.h"
#include "gateway_rig.h"
#include "upstream/client.h"
#include "upstream/load.h"

namespace genkai::test {
namespace {

using base::Json;
using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

const std::string kAsked = "When was the harbour bridge opened?";

class GatewayTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { home_ = std::make_unique<RigHome>(); }
  static void TearDownTestSuite() { home_.reset(); }
  void SetUp() override { upstream_ = TestUpstream::start({}); }
  void TearDown() override {
    if (rig_) {
      EXPECT_TRUE(rig_->comes_to_rest());
    }
  }
  void start(RigOptions options = {}) {
    if (options.models.empty()) options.models = {rig_model("local", *upstream_)};
    rig_ = std::make_unique<GatewayRig>(std::move(options));
  }

  Exchange send(const std::string& method, const std::string& path, const std::string& body = "",
                const Fields& headers = {}) {
    if (!rig_) start();
    return base::run_blocking(fetch(rig_->port(), method, path, body, headers));
  }
  Json json(const Exchange& exchange, int status = 200) {
    EXPECT_EQ(exchange.status, status) << exchange.body;
    const auto parsed = Json::parse(exchange.body);
    EXPECT_TRUE(parsed) << exchange.body;
    return parsed ? *parsed : Json();
  }
  Json chat(const std::string& model, const std::string& text, const std::string& more = "",
            int status = 200) {
    return json(send("POST", "/v1/chat/completions", chat_request(model, text, more)), status);
  }
  static std::string said(const Json& answer) {
    return answer.find("choices")->items().at(0).find("message")->string("content");
  }
  /// Of an error, all of whose four keys have to be there.
  static std::string error(const Json& body, std::string_view key) {
    const Json* found = body.find("error");
    if (!found) return "no error: " + body.dump();
    for (const char* name : {"message", "type", "param", "code"}) EXPECT_TRUE(found->find(name)) << name;
    return found->string(key);
  }
  struct Streamed {
    std::string text;
    std::set<std::string> ids, models;
    Json last;
    bool done = false, usage = false;
  };
  Streamed stream(const std::string& model, const std::string& text, const std::string& more = "") {
    const Exchange exchange =
        send("POST", "/v1/chat/completions", chat_request(model, text, ",\"stream\":true" + more));
    EXPECT_EQ(exchange.status, 200) << exchange.body;
    EXPECT_EQ(exchange.header("content-type"), "text/event-stream");
    EXPECT_EQ(exchange.header("cache-control"), "no-cache");
    EXPECT_EQ(exchange.header("x-accel-buffering"), "no");
    EXPECT_TRUE(exchange.whole);
    Streamed out;
    for (const std::string& event : events_of(exchange.body)) {
      EXPECT_FALSE(out.done) << "an event after [DONE]";
      out.done = event == "[DONE]";
      if (out.done) continue;
      out.last = *Json::parse(event);
      out.ids.insert(out.last.string("id"));
      out.models.insert(out.last.string("model"));
      out.usage = out.usage || out.last.find("usage") != nullptr;
      for (const Json& choice : out.last.find("choices")->items())
        out.text += choice.find("delta")->string("content");
    }
    return out;
  }

  static inline std::unique_ptr<RigHome> home_;
  std::unique_ptr<TestUpstream> upstream_;
  std::unique_ptr<GatewayRig> rig_;
};

TEST_F(GatewayTest, PathsAndMethods) {
  EXPECT_EQ(error(json(send("GET", "/v1/nothing"), 404), "code"), "not_found");
  EXPECT_EQ(error(json(send("GET", "/v1/modelsx"), 404), "code"), "not_found");
  const Exchange wrong = send("GET", "/v1/chat/completions");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.header("allow"), "POST, OPTIONS");
  EXPECT_EQ(send("DELETE", "/v1/models").header("allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(send("OPTIONS", "/v1/answers").status, 204);
  EXPECT_EQ(json(send("GET", "/healthz")).string("status"), "ok");
  EXPECT_EQ(json(send("GET", "/readyz")).string("status"), "ready");
  EXPECT_EQ(json(send("GET", "/v1/knowledge_bases")).find("data")->items().at(0).string("id"), "bridges");
  EXPECT_THAT(std::string(send("GET", "/").header("content-type")), HasSubstr("text/html"));
  EXPECT_EQ(send("GET", "/metrics").status, 200);
}

TEST_F(GatewayTest, ModelsAreListedAndShown) {
  std::vector<std::string> ids;
  const Json list = json(send("GET", "/v1/models"));
  for (const Json& model : list.find("data")->items()) {
    ids.push_back(model.string("id"));
    EXPECT_EQ(model.string("object"), "model");
    EXPECT_EQ(json(send("GET", "/v1/models/" + ids.back())).string("id"), ids.back());
  }
  EXPECT_EQ(ids, (std::vector<std::string>{"local", "local+checked", "genkai/bridges"}));
  EXPECT_EQ(json(send("GET", "/v1/models/genkai%2Fbridges")).string("id"), "genkai/bridges");
  for (const char* none : {"/v1/models/none", "/v1/models/genkai/none", "/v1/models/none+checked"})
    EXPECT_EQ(error(json(send("GET", none), 404), "code"), "model_not_found") << none;
}

TEST_F(GatewayTest, APassedAnswerComesBackUnderTheNameThatWasAsked) {
  const Json answer = chat("local", "count to 3");
  EXPECT_EQ(said(answer), "1 2 3");
  EXPECT_EQ(answer.string("model"), "local");
  EXPECT_EQ(answer.string("system_fingerprint"), "fp_simulated");
  EXPECT_EQ(answer.find("genkai"), nullptr);
  const Json error_body = chat("local", "a", ",\"temperature\":9", 400);
  EXPECT_EQ(error(error_body, "param"), "temperature") << "the endpoint's own refusal";
  EXPECT_EQ(error(json(send("POST", "/v1/chat/completions", "{"), 400), "type"), "invalid_request_error");
  EXPECT_EQ(error(json(send("POST", "/v1/chat/completions", "[]"), 400), "type"), "invalid_request_error");
  EXPECT_EQ(error(json(send("POST", "/v1/chat/completions", "{}"), 400), "param"), "model");
  EXPECT_EQ(error(chat("none", "a", "", 404), "code"), "model_not_found");
}

TEST_F(GatewayTest, APassedStreamShowsUsageOnlyWhenAsked) {
  const Streamed plain = stream("local", "count to 30");
  EXPECT_TRUE(plain.done);
  EXPECT_FALSE(plain.usage);
  EXPECT_EQ(plain.ids.size(), 1U);
  EXPECT_EQ(plain.models, std::set<std::string>{"local"});
  EXPECT_THAT(plain.text, testing::StartsWith("1 2 3 4 "));
  const Streamed counted = stream("local", "count to 3", ",\"stream_options\":{\"include_usage\":true}");
  EXPECT_TRUE(counted.last.find("choices")->items().empty());
  EXPECT_GT(counted.last.find("usage")->number("completion_tokens"), 0);
}

TEST_F(GatewayTest, CompletionsAndEmbeddingsPass) {
  const Json text = json(send("POST", "/v1/completions", R"({"model":"local","prompt":"once","n":2})"));
  EXPECT_EQ(text.find("choices")->items().size(), 2U);
  EXPECT_EQ(text.string("model"), "local");
  const Json known =
      json(send("POST", "/v1/completions", R"({"model":"genkai/bridges","prompt":")" + kAsked + "\"}"));
  EXPECT_EQ(known.string("object"), "text_completion");
  EXPECT_THAT(known.find("choices")->items().at(0).string("text"), HasSubstr("1931"));
  model::UpstreamOptions embedder = rig_model("embedder", *upstream_);
  embedder.model = "test-embedder";
  rig_.reset();
  start({.models = {embedder}});
  const Json vectors = json(send("POST", "/v1/embeddings", R"({"model":"embedder","input":["a","b"]})"));
  EXPECT_EQ(vectors.find("data")->items().size(), 2U);
  EXPECT_EQ(vectors.string("model"), "embedder");
  EXPECT_EQ(
      error(json(send("POST", "/v1/embeddings", R"({"model":"genkai/bridges","input":"a"})"), 400), "param"),
      "model");
}

TEST_F(GatewayTest, AKnowledgeBaseAnswersWithItsEvidence) {
  const Json answer = chat("genkai/bridges", kAsked);
  EXPECT_THAT(said(answer), HasSubstr("1931"));
  EXPECT_EQ(answer.string("model"), "genkai/bridges");
  const Json* genkai = answer.find("genkai");
  EXPECT_EQ(genkai->string("outcome"), "answered");
  EXPECT_GT(genkai->number("probability"), 0.5);
  EXPECT_EQ(genkai->find("citations")->items().at(0).string("document"), "harbour.md");
  EXPECT_FALSE(genkai->find("certificates")->items().empty());
  const Streamed streamed = stream("genkai/bridges", kAsked);
  EXPECT_EQ(streamed.text, said(answer));
  EXPECT_EQ(streamed.ids.size(), 1U);
  EXPECT_EQ(streamed.last.find("genkai")->string("outcome"), "answered");
  EXPECT_TRUE(streamed.done && !streamed.usage);

  const Json silent = chat("genkai/bridges", "Who won the 1962 chess championship of Peru?");
  EXPECT_EQ(silent.find("genkai")->string("outcome"), "abstained");
  EXPECT_NE(silent.find("genkai")->string("reason"), "");
  EXPECT_NE(said(silent), "");
  EXPECT_EQ(error(chat("genkai/bridges", kAsked, ",\"n\":2", 400), "param"), "n");
  EXPECT_EQ(error(chat("genkai/none", kAsked, "", 404), "code"), "model_not_found");
}

TEST_F(GatewayTest, ACheckedAnswerCarriesItsOutcome) {
  const Json answer = chat("local+checked", "Hello there.");
  EXPECT_EQ(said(answer), "Hello there.");
  EXPECT_EQ(answer.find("genkai")->string("outcome"), "answered");
  EXPECT_EQ(answer.find("genkai")->find("probability"), nullptr) << "nothing was compared";
  EXPECT_EQ(stream("local+checked", "Hello there.").text, "Hello there.");
  EXPECT_EQ(error(chat("local+checked", "a", ",\"n\":0", 400), "param"), "n");
}

TEST_F(GatewayTest, WhatTheMaterialContradictsIsNotShown) {
  TestUpstreamOptions wrong;
  wrong.answer = "A day ticket for the ferry costs 1200 yen.";
  upstream_ = TestUpstream::start(wrong);
  const std::string handbook =
      "Handbook of the harbour ferry. The ferry leaves from the northern pier. A day ticket for the ferry "
      "costs 900 yen. Children travel free with a grown-up. Dogs are welcome on the upper deck. The ferry "
      "does not run on the first of January. Bicycles may be taken along outside the rush hours.";
  const std::string asked = "How much does a day ticket for the ferry cost?\n\n" + handbook;
  const auto expect_kept_back = [](const std::string& text, const Json* genkai) {
    ASSERT_NE(genkai, nullptr);
    EXPECT_EQ(genkai->string("outcome"), "abstained");
    EXPECT_EQ(genkai->string("reason"), "conflicting_evidence") << genkai->dump();
    EXPECT_EQ(text, genkai->string("message"));
    EXPECT_THAT(text, HasSubstr("contradicted"));
    EXPECT_THAT(text, Not(HasSubstr("1200")));
    const Json& rejected = genkai->find("rejected")->items().at(0);
    EXPECT_FALSE(rejected.find("claims")->items().empty());
    EXPECT_THAT(genkai->find("conflicts")->dump(), HasSubstr("900 yen"));
  };
  const Json whole = chat("local+checked", asked);
  expect_kept_back(said(whole), whole.find("genkai"));
  const Streamed streamed = stream("local+checked", asked);
  expect_kept_back(streamed.text, streamed.last.find("genkai"));

  // A right answer comes with its claims and where they stand.
  TestUpstreamOptions right;
  right.answer = "900 yen";
  upstream_ = TestUpstream::start(right);
  rig_.reset();
  const Json answer = chat("local+checked", asked);
  EXPECT_EQ(said(answer), "900 yen");
  const Json* genkai = answer.find("genkai");
  EXPECT_EQ(genkai->string("outcome"), "answered");
  EXPECT_THAT(genkai->find("answers")->items().at(0).find("claims")->dump(), HasSubstr("supported"));
  EXPECT_THAT(genkai->find("citations")->dump(), HasSubstr("A day ticket for the ferry costs 900 yen."));
}

TEST_F(GatewayTest, AConversationIsHeldToItsOwnEarlierAnswers) {
  TestUpstreamOptions saying;
  saying.answer = "The mill bridge was opened in 1880.";
  upstream_ = TestUpstream::start(saying);
  const auto ask = [&](const std::string& model, const std::string& earlier, const std::string& more) {
    return json(send("POST", "/v1/chat/completions",
                     R"({"model":")" + model +
                         R"(","messages":[{"role":"user","content":"Tell me about it."},)" +
                         R"({"role":"assistant","content":")" + earlier + R"("},)" +
                         R"({"role":"user","content":"Tell me of the bridge once more."}])" + more + "}"));
  };
  const std::string repair = R"(,"genkai":{"earlier_answers":"repair"})",
                    report = R"(,"genkai":{"earlier_answers":"report"})";
  const std::string other = "The mill bridge was opened in 1874.";

  // Nobody asked for it.
  EXPECT_EQ(ask("local+checked", other, "").find("genkai")->find("earlier_answers"), nullptr);
  // Reported: the answer goes out, and what speaks against it stands beside it.
  Json answer = ask("local+checked", other, report);
  EXPECT_EQ(said(answer), saying.answer);
  const Json* held = answer.find("genkai")->find("earlier_answers");
  ASSERT_NE(held, nullptr);
  EXPECT_EQ(held->string("action"), "none");
  ASSERT_EQ(held->find("contradictions")->items().size(), 1U);
  EXPECT_THAT(held->dump(), HasSubstr(other));
  // Repaired: a model's own word against its earlier one is withheld.
  answer = ask("local+checked", other, repair);
  EXPECT_EQ(answer.find("genkai")->string("outcome"), "abstained");
  EXPECT_EQ(answer.find("genkai")->string("reason"), "low_confidence");
  EXPECT_EQ(answer.find("genkai")->find("earlier_answers")->string("action"), "withheld");
  EXPECT_THAT(said(answer), HasSubstr("1874"));
  EXPECT_THAT(said(answer), Not(HasSubstr("1880")));
  EXPECT_EQ(said(ask("local+checked", saying.answer, repair)), saying.answer) << "it fits";

  const Json bad = json(send("POST", "/v1/chat/completions",
                             chat_request("local+checked", "a", R"(,"genkai":{"earlier_answers":"all"})")),
                        400);
  EXPECT_EQ(error(bad, "param"), "genkai.earlier_answers");
}

TEST_F(GatewayTest, AQuoteFromDocumentsCorrectsWhatWasSaidEarlier) {
  RigOptions options;
  options.earlier_answers = answer::EarlierAnswers::repair;
  start(std::move(options));
  const auto ask = [&](const std::string& earlier) {
    return json(send("POST", "/v1/chat/completions",
                     R"({"model":"genkai/bridges","messages":[{"role":"user","content":")" + kAsked +
                         R"("},{"role":"assistant","content":")" + earlier +
                         R"("},{"role":"user","content":")" + kAsked + R"("}]})"));
  };
  const Json answer = ask("The harbour bridge was opened in 1935.");
  EXPECT_EQ(answer.find("genkai")->string("outcome"), "answered");
  EXPECT_THAT(said(answer), HasSubstr("1931"));
  EXPECT_THAT(said(answer), HasSubstr("Correction: earlier in this conversation"));
  EXPECT_EQ(answer.find("genkai")->find("earlier_answers")->string("action"), "corrected");
  EXPECT_THAT(said(ask("The harbour bridge was opened in 1931.")), Not(HasSubstr("Correction")));
}

TEST_F(GatewayTest, ACheckedModelIsHeldToTheSchemaThatWasAskedFor) {
  const std::string schema =
      R"(,"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object",)"
      R"("properties":{"age":{"type":"integer","minimum":1}},"required":["age"],"additionalProperties":false}}})";
  EXPECT_EQ(said(chat("local+checked", "How old?", schema)), R"({"age":1})");

  // An upstream that says what it likes, whatever is asked for: the client gets no document of another shape.
  TestUpstreamOptions lying;
  lying.answer = R"({"age":"one"})";
  upstream_ = TestUpstream::start(lying);
  rig_.reset();
  const Json refused = chat("local+checked", "How old?", schema, 502);
  EXPECT_THAT(error(refused, "message"), HasSubstr("/age is \"one\", not an integer"));
  EXPECT_EQ(upstream_->counters().requests, 2U) << "told once what was wrong";
  EXPECT_EQ(said(chat("local+checked", "How old?")), lying.answer) << "without a schema it is text";
}

TEST_F(GatewayTest, ASchemaThatOneModelWillNotFollowGoesToItsFallbacks) {
  const std::string schema =
      R"(,"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object",)"
      R"("properties":{"age":{"type":"integer","minimum":1}},"required":["age"],"additionalProperties":false}}})";
  TestUpstreamOptions lying, other;
  lying.answer = R"({"age":"one"})";
  other.answer = R"({"years":1})";
  upstream_ = TestUpstream::start(lying);
  const auto down = TestUpstream::start({}), second = TestUpstream::start(other),
             third = TestUpstream::start({});
  down->fail_all(Fault::internal_error);
  start({.models = {rig_model("local", *upstream_, {"down", "second", "third"}), rig_model("down", *down),
                    rig_model("second", *second), rig_model("third", *third)}});
  const Json answer = chat("local+checked", "How old?", schema);
  EXPECT_EQ(said(answer), R"({"age":1})");
  EXPECT_EQ(upstream_->counters().requests, 2U);
  EXPECT_EQ(second->counters().requests, 2U);
  EXPECT_EQ(third->counters().requests, 1U);

  start({.models = {rig_model("local", *upstream_, {"down", "second"}), rig_model("down", *down),
                    rig_model("second", *second)}});
  const Json refused = chat("local+checked", "How old?", schema, 502);
  EXPECT_THAT(error(refused, "message"), HasSubstr("/age is \"one\", not an integer"));
  EXPECT_THAT(error(refused, "message"), HasSubstr("model 'second': its answer does not conform"));
  rig_->comes_to_rest();
  rig_.reset();
}

TEST_F(GatewayTest, AKnowledgeBaseDoesNotShowWhatAModelInvents) {
  TestUpstreamOptions wrong;
  wrong.answer = R"({"answer":"It was built by Tanaka in 1951.",
                     "quotes":[{"passage":1,"quote":"The mill bridge was built by Tanaka in 1951."}]})";
  upstream_ = TestUpstream::start(wrong);
  start({.models = {}, .default_model = "local"});
  const std::string asked = "Who built the mill bridge?";
  const Json answer = chat("genkai/bridges", asked);
  const Json* genkai = answer.find("genkai");
  EXPECT_EQ(genkai->string("outcome"), "abstained");
  EXPECT_GT(genkai->find("cost")->number("model_drafts"), 0) << "the model was asked";
  EXPECT_EQ(said(answer), genkai->string("message"));
  EXPECT_NE(said(answer), "");
  EXPECT_THAT(said(answer), Not(HasSubstr("1951")));
  EXPECT_EQ(stream("genkai/bridges", asked).text, said(answer));
}

TEST_F(GatewayTest, AModelIsShownPassagesAsMeasuredElseAsSet) {
  const std::string asked =
      R"({"question":")" + kAsked + R"(","knowledge_base":"bridges","model":"local","trace":true})";
  const base::Path probe = answer::probe_file("retrieval", "local");
  ASSERT_TRUE(base::create_folders(probe.parent_path()));
  EXPECT_THAT(json(send("POST", "/v1/answers", asked)).dump(), HasSubstr("edges, by default"));
  ASSERT_TRUE(base::write_file_atomically(probe, R"({"probe":"retrieval","order":{"best":"best_first"}})"));
  EXPECT_THAT(json(send("POST", "/v1/answers", asked)).dump(), HasSubstr("best_first, measured for local"))
      << "while it serves";
  start({.models = {}, .showing = {{"local", {.order = limits::context::Order::best_last}}}});
  EXPECT_THAT(json(send("POST", "/v1/answers", asked)).dump(), HasSubstr("best_last, as set"));
  std::filesystem::remove(probe);
}

TEST_F(GatewayTest, TheNativeApiAnswersWholeAndStageByStage) {
  const std::string request = R"({"question":")" + kAsked + R"(","knowledge_base":"bridges","lang":"en")";
  const Json answer = json(send("POST", "/v1/answers", request + ",\"trace\":true}"));
  EXPECT_EQ(answer.string("outcome"), "answered");
  EXPECT_THAT(answer.find("answers")->items().at(0).string("text"), HasSubstr("1931"));
  EXPECT_GE(answer.find("trace")->items().size(), 7U);

  const Exchange streamed = send("POST", "/v1/answers", request + ",\"stream\":true}");
  const auto events = events_of(streamed.body);
  ASSERT_GE(events.size(), 9U) << streamed.body;
  EXPECT_EQ(events.back(), "[DONE]");
  std::vector<std::string> stages;
  for (std::size_t i = 0; i + 2 < events.size(); ++i)
    stages.push_back(Json::parse(events[i])->string("stage"));
  EXPECT_EQ(stages.front(), "interpret");
  EXPECT_EQ(stages.back(), "confirm");
  EXPECT_EQ(Json::parse(events[events.size() - 2])->string("outcome"), "answered");
  EXPECT_THAT(streamed.body, HasSubstr("event: stage\ndata: "));
  EXPECT_THAT(streamed.body, HasSubstr("event: answer\ndata: "));

  const Json own = json(send("POST", "/v1/answers",
                             R"({"question":"When was the tower built?",
      "documents":[{"id":"t","text":"The tower was built in 1712. It is made of brick."}]})"));
  EXPECT_THAT(own.dump(), HasSubstr("1712"));
  EXPECT_EQ(
      error(json(send("POST", "/v1/answers", R"({"question":"Who?","knowledge_base":"none"})"), 404), "code"),
      "model_not_found");
  EXPECT_EQ(error(json(send("POST", "/v1/answers", request + ",\"model\":\"none\"}"), 404), "code"),
            "model_not_found");
  EXPECT_EQ(error(json(send("POST", "/v1/answers", request + ",\"hat\":1}"), 400), "param"), "hat");
}

TEST_F(GatewayTest, ASilentStreamIsKeptAliveAndItsErrorIsAnEvent) {
  upstream_->fail_all(Fault::hang_before_headers);
  start({.models = {}, .keep_alive = 50ms});
  const Exchange exchange =
      send("POST", "/v1/chat/completions", chat_request("local", "hello", ",\"stream\":true"));
  EXPECT_EQ(exchange.status, 200);
  EXPECT_TRUE(exchange.whole);
  EXPECT_TRUE(exchange.body.starts_with(": keep-alive\n\n")) << exchange.body;
  EXPECT_THAT(exchange.body, HasSubstr("event: error\ndata: {\"error\":{"));
  EXPECT_THAT(exchange.body, Not(HasSubstr("[DONE]")));
}

TEST_F(GatewayTest, TheDeadlineOfARequestIs504) {
  upstream_->fail_all(Fault::hang_before_headers);
  start({.models = {}, .deadline = 200ms});
  EXPECT_EQ(error(chat("local", "hello", "", 504), "type"), "timeout_error");
  EXPECT_EQ(error(chat("local", "hello", ",\"stream\":true", 504), "type"), "timeout_error");
  EXPECT_EQ(error(chat("local+checked", "hello", "", 504), "type"), "timeout_error");
}

TEST_F(GatewayTest, TheGatewaysOwnKeyDoesNotShow) {
  TestUpstreamOptions keyed;
  keyed.key = "sk-right";
  upstream_ = TestUpstream::start(keyed);
  model::UpstreamOptions wrong = rig_model("local", *upstream_);
  wrong.key = "sk-wrong";
  start({.models = {wrong}});
  for (const char* model : {"local", "local+checked"}) {
    const Exchange exchange = send("POST", "/v1/chat/completions", chat_request(model, "hello"));
    EXPECT_EQ(exchange.status, 502);
    EXPECT_THAT(exchange.body, Not(HasSubstr("key")));
  }
  // Nor in what is said of several.
  const auto broken = TestUpstream::start({});
  broken->fail_all(Fault::internal_error);
  wrong.fallback = {"second"};
  rig_.reset();
  start({.models = {wrong, rig_model("second", *broken)}});
  const Exchange several = send("POST", "/v1/chat/completions", chat_request("local+checked", "hello"));
  EXPECT_EQ(several.status, 502);
  EXPECT_THAT(several.body, HasSubstr("401; model 'second'"));
  EXPECT_THAT(several.body, Not(HasSubstr("key")));
  rig_->comes_to_rest();
  rig_.reset();
}

TEST_F(GatewayTest, KeysOpenAndTheirBudgetsEnd) {
  const base::Path file =
      std::filesystem::temp_directory_path() / ("genkai-keys-" + std::to_string(::getpid()));
  serve::KeyRecord record;
  record.name = "small";
  record.budget_per_day.tokens = 300;
  const auto key = serve::create_key(file, record);
  ASSERT_TRUE(key) << key.error().message;
  start({.models = {}, .key_file = file});
  const Fields with{{"authorization", "Bearer " + *key}};
  const auto ask = [&](const std::string& more) {
    return send("POST", "/v1/chat/completions", chat_request("local", "count to 20", more), with);
  };
  EXPECT_EQ(send("GET", "/healthz").status, 200);
  for (const char* path : {"/v1/models", "/v1/knowledge_bases", "/metrics"}) {
    EXPECT_EQ(error(json(send("GET", path), 401), "type"), "authentication_error") << path;
    EXPECT_EQ(send("GET", path, "", with).status, 200) << path;
  }
  // More than the budget holds is refused before anybody works.
  EXPECT_EQ(error(json(ask(",\"max_tokens\":1000"), 429), "code"), "insufficient_quota");
  // What was reserved beyond the use is given back: each of these reserves 150 and uses about 30.
  int answered = 0;
  for (const char* more : {",\"max_tokens\":150", ",\"max_tokens\":150,\"stream\":true"})
    for (int i = 0; i < 2; ++i) answered += ask(more).status == 200 ? 1 : 0;
  EXPECT_EQ(answered, 4);
  int more = 0;
  while (more < 50 && ask(",\"max_tokens\":150").status == 200) ++more;
  EXPECT_LT(more, 10) << "what was used counts";
  rig_->comes_to_rest();
  std::filesystem::remove(file);
}

TEST_F(GatewayTest, AClientThatLeavesTakesItsWorkAlong) {
  upstream_->fail_all(Fault::hang_in_stream);
  start();
  base::run_blocking([](std::uint16_t port) -> base::Task<bool> {
    Client client(co_await boost::asio::this_coro::executor);
    const std::string request = request_text("POST", "/v1/chat/completions",
                                             chat_request("local", "count to 10", ",\"stream\":true"));
    const bool connected = co_await client.connect(port);
    if (!connected) co_return false;
    const bool sent = co_await client.send(request);
    if (!sent) co_return false;
    const auto head = co_await client.head();
    client.close();
    co_return head.has_value();
  }(rig_->port()));
  EXPECT_TRUE(rig_->comes_to_rest());
  for (int i = 0; i < 500 && upstream_->counters().active > 0; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(upstream_->counters().active, 0U);
}

TEST_F(GatewayTest, WhileItDrainsItIsNotReady) {
  start();
  struct Heard {
    int before = 0, after = 0;
    std::string body;
  };
  const Heard heard = base::run_blocking([](serve::HttpServer& server) -> base::Task<Heard> {
    Heard out;
    Client client(co_await boost::asio::this_coro::executor);
    // The second request is half there when the server stops, so that its connection is kept.
    const std::string first = request_text("GET", "/readyz", ""), begun = first.substr(0, first.size() - 2);
    const std::string both = first + begun, rest = "\r\n";
    const bool connected = co_await client.connect(server.port());
    const bool sent = connected && co_await client.send(both);
    if (!sent) co_return out;
    const auto ready = co_await client.head();
    out.before = ready ? ready->status : 0;
    for (auto piece = co_await client.piece(); piece && !piece->empty();) piece = co_await client.piece();
    std::thread stopping([&server] { server.stop(10s); });
    while (!server.draining()) std::this_thread::sleep_for(1ms);
    const bool ended = co_await client.send(rest);
    if (ended) {
      const auto head = co_await client.head();
      out.after = head ? head->status : 0;
      for (auto piece = co_await client.piece(); piece && !piece->empty(); piece = co_await client.piece())
        out.body += *piece;
    }
    client.close();
    stopping.join();
    co_return out;
  }(rig_->server()));
  EXPECT_EQ(heard.before, 200);
  EXPECT_EQ(heard.after, 503);
  EXPECT_EQ(heard.body, R"({"status":"draining"})");
}

}  // namespace
}  // namespace genkai::test
