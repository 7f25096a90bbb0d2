#include "model/upstream/chat_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/json.h"
#include "model/upstream/capabilities.h"
#include "model/upstream/upstream_world.h"

namespace genkai::model {
namespace {

using base::Code;
using base::Json;
using testing::ElementsAre;
using testing::HasSubstr;

// Several endpoints behind one transport, told apart by their hosts: http://first/v1, http://second/v1, ...
class ChatModelTest : public testing::Test {
 protected:
  using Script = std::function<ScriptedAnswer(const HttpRequest&, const Json& body, std::size_t)>;
  ChatModel& chain(std::map<std::string, Script> scripts, std::vector<std::string> hosts) {
    transport_ = std::make_shared<ScriptedTransport>(
        [scripts = std::move(scripts), seen = std::make_shared<std::map<std::string, std::size_t>>()](
            const HttpRequest& request, std::size_t) {
          const std::string rest = request.url.substr(7), host = rest.substr(0, rest.find('/'));
          const auto body = Json::parse(request.body);
          return scripts.at(host)(request, body ? *body : Json(), (*seen)[host]++);
        });
    std::vector<UpstreamOptions> all;
    for (const std::string& host : hosts) {
      UpstreamOptions options = fast_options();
      options.name = host;
      options.base_url = "http://" + host + "/v1";
      options.model = "m";
      options.retries = 0;
      all.push_back(options);
    }
    for (std::size_t i = 1; i < all.size(); ++i) all.front().fallback.push_back(all[i].name);
    models_ = *Models::create(std::move(all), transport_);
    return *models_->find(hosts.front());
  }
  base::Result<Completion> complete(ChatModel& model, std::size_t samples = 1,
                                    LanguageModel::TextSink on_text = {}) {
    ChatRequest request;
    request.messages.push_back({.content = "hello"});
    request.samples = samples;
    request.seed = 7;
    return base::run_blocking(model.complete(std::move(request), std::move(on_text)));
  }
  std::vector<Json> bodies() const {
    std::vector<Json> out;
    for (const auto& request : transport_->requests())
      if (auto json = Json::parse(request.body)) out.push_back(std::move(*json));
    return out;
  }
  static Script says(const std::string& text) {
    return [text](const HttpRequest&, const Json&, std::size_t) {
      return ScriptedAnswer::json(chat_answer(text, R"({"prompt_tokens": 3, "completion_tokens": 2})"));
    };
  }
  static Script answers(int status) {
    return [status](const HttpRequest&, const Json&, std::size_t) {
      return ScriptedAnswer::json(R"({"error": {"message": "no"}})", status);
    };
  }
  std::shared_ptr<ScriptedTransport> transport_;
  std::unique_ptr<Models> models_;
};

TEST_F(ChatModelTest, AFallbackAnswersWhatItsOriginalCannot) {
  for (const int status : {401, 402, 403, 404, 408, 429, 500, 503}) {
    const auto completion =
        complete(chain({{"first", answers(status)}, {"second", says("hi")}}, {"first", "second"}));
    ASSERT_TRUE(completion) << status;
    EXPECT_EQ(completion->model, "second");
    EXPECT_EQ(completion->samples.at(0).text, "hi");
    EXPECT_EQ(completion->usage.prompt_tokens, 3U);
  }
}

TEST_F(ChatModelTest, ARequestThatIsWrongGoesToNobodyElse) {
  const auto completion =
      complete(chain({{"first", answers(400)}, {"second", says("hi")}}, {"first", "second"}));
  ASSERT_FALSE(completion);
  EXPECT_EQ(completion.error().code, Code::invalid_argument);
  EXPECT_EQ(transport_->requests().size(), 1U);
}

TEST_F(ChatModelTest, WhenAllFailEachIsNamed) {
  const auto completion =
      complete(chain({{"first", answers(503)}, {"second", answers(401)}}, {"first", "second"}));
  ASSERT_FALSE(completion);
  EXPECT_EQ(completion.error().code, Code::permission_denied);
  EXPECT_THAT(completion.error().message, HasSubstr("first"));
  EXPECT_THAT(completion.error().message, HasSubstr("second"));
}

TEST_F(ChatModelTest, AnEndpointThatHangsLeavesTimeForTheNext) {
  const Script hangs = [](const HttpRequest&, const Json&, std::size_t) {
    return ScriptedAnswer{.error = base::Error{Code::deadline_exceeded, "slow", {}},
                          .before = std::chrono::milliseconds(20)};
  };
  const auto completion = complete(chain({{"first", hangs}, {"second", says("hi")}}, {"first", "second"}));
  ASSERT_TRUE(completion) << completion.error().message;
  // Half of the request's time at most.
  EXPECT_LE(transport_->requests().at(0).deadline,
            std::chrono::steady_clock::now() + std::chrono::seconds(61));
}

TEST_F(ChatModelTest, OneAtATimeIsAskedForTheRestUnderOtherSeeds) {
  ChatModel& model = chain({{"one", says("hi")}}, {"one"});
  const auto completion = complete(model, 4);
  ASSERT_TRUE(completion);
  EXPECT_EQ(completion->samples.size(), 4U);
  EXPECT_EQ(completion->usage.completion_tokens, 8U);
  std::vector<std::int64_t> seeds;
  for (const Json& body : bodies()) seeds.push_back(body.find("seed")->as_int());
  EXPECT_THAT(seeds, ElementsAre(7, 8, 9, 10));
  complete(model, 2);
  EXPECT_EQ(bodies().size(), 6U);
  EXPECT_EQ(bodies().at(4).find("n"), nullptr) << "it was seen that n does nothing here";
}

TEST_F(ChatModelTest, ARefusalOfSeveralSamplesIsLearnt) {
  const Script refuses = [](const HttpRequest& request, const Json& body, std::size_t n) {
    if (body.number("n", 1) > 1) return ScriptedAnswer::json(R"({"error": {"message": "n must be 1"}})", 400);
    return says("hi")(request, body, n);
  };
  const auto completion = complete(chain({{"one", refuses}}, {"one"}), 3);
  ASSERT_TRUE(completion) << completion.error().message;
  EXPECT_EQ(completion->samples.size(), 3U);
}

TEST_F(ChatModelTest, TheNewerNameOfMaxTokensIsLearnt) {
  const Script newer = [](const HttpRequest& request, const Json& body, std::size_t n) {
    if (body.find("max_tokens"))
      return ScriptedAnswer::json(
          R"({"error": {"message": "use 'max_completion_tokens' instead of 'max_tokens'"}})", 400);
    return says("hi")(request, body, n);
  };
  ChatModel& model = chain({{"one", newer}}, {"one"});
  EXPECT_TRUE(complete(model));
  EXPECT_TRUE(complete(model));
  EXPECT_EQ(bodies().size(), 3U);
}

TEST_F(ChatModelTest, AStreamThatIsCutBeginsAnew) {
  const Script cut = [](const HttpRequest&, const Json&, std::size_t n) {
    std::vector<std::string> events{chat_chunk(R"({"content": "one "})"),
                                    chat_chunk(R"({"content": "two"})")};
    if (n == 0) return ScriptedAnswer::events(events).cut();
    events.push_back(chat_chunk("{}", R"("stop")"));
    events.emplace_back("[DONE]");
    return ScriptedAnswer::events(events);
  };
  std::vector<std::string> heard;
  const auto completion =
      complete(chain({{"one", cut}}, {"one"}), 1, [&](std::string_view text) { heard.emplace_back(text); });
  ASSERT_TRUE(completion) << completion.error().message;
  EXPECT_EQ(completion->samples.at(0).text, "one two");
  EXPECT_THAT(heard, ElementsAre("one ", "two", "", "one ", "two"));
}

TEST_F(ChatModelTest, EmbeddingsComeInTheOrderOfTheTexts) {
  const Script embeds = [](const HttpRequest&, const Json&, std::size_t) {
    return ScriptedAnswer::json(
        R"({"data": [{"index": 1, "embedding": [0, 2]}, {"index": 0, "embedding": [1, 0]}]})");
  };
  ChatModel& model = chain({{"one", embeds}}, {"one"});
  const auto vectors = base::run_blocking(model.embed({"a", "b"}));
  ASSERT_TRUE(vectors) << vectors.error().message;
  EXPECT_THAT((*vectors)[0], ElementsAre(1, 0));
  EXPECT_THAT((*vectors)[1], ElementsAre(0, 2));
  EXPECT_EQ(base::run_blocking(model.embed({"a", "b", "c"})).error().code, Code::corrupt);
}

TEST_F(ChatModelTest, CapabilitiesAreSeenOnceAndAStumbleIsForgiven) {
  const Script model_of = [](const HttpRequest& request, const Json& body, std::size_t n) {
    if (n == 0) return ScriptedAnswer::json("{}", 503);
    if (request.method == "GET")
      return ScriptedAnswer::json(R"({"data": [{"id": "m", "max_model_len": 4096}]})");
    if (body.find("response_format") || body.find("tools") || body.find("input") ||
        body.find("messages")->items().at(0).find("content")->is_array())
      return ScriptedAnswer::json(R"({"error": {"message": "no"}})", 400);
    return says("hi")(request, body, n);
  };
  chain({{"one", model_of}}, {"one"});
  UpstreamOptions options = fast_options();
  options.base_url = "http://one/v1";
  options.model = "m";
  Upstream upstream(options, transport_);
  ChatModel model({&upstream});
  const auto seen = base::run_blocking(model.capabilities());
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_TRUE(seen->seed);
  EXPECT_FALSE(seen->json_schema || seen->tools || seen->images || seen->embeddings || seen->streaming ||
               seen->multiple_samples || seen->logprobs);
  EXPECT_EQ(seen->context_tokens, 4096U);
  const std::size_t asked = transport_->requests().size();
  EXPECT_TRUE(base::run_blocking(model.capabilities()));
  EXPECT_EQ(transport_->requests().size(), asked);
}

TEST_F(ChatModelTest, TheOnlyModelNeedsNoName) {
  const Script lists = [](const HttpRequest& request, const Json& body, std::size_t n) {
    if (request.method == "GET") return ScriptedAnswer::json(R"({"data": [{"id": "only"}]})");
    EXPECT_EQ(body.string("model"), "only");
    return says("hi")(request, body, n);
  };
  chain({{"one", lists}}, {"one"});
  UpstreamOptions options = fast_options();
  options.base_url = "http://one/v1";
  Upstream upstream(options, transport_);
  ChatModel model({&upstream});
  EXPECT_TRUE(complete(model));
  EXPECT_TRUE(complete(model));
  EXPECT_EQ(transport_->requests().size(), 3U) << "the name is asked for once";
}

TEST_F(ChatModelTest, AReplyTellsWhoGaveIt) {
  ChatModel& model = chain({{"first", answers(503)}, {"second", says("hi")}}, {"first", "second"});
  Upstream::Call call;
  call.path = "/chat/completions";
  call.body = "{}";
  const auto reply = base::run_blocking(model.call(std::move(call), {}));
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ((*reply)->upstream().options().name, "second");
}

}  // namespace
}  // namespace genkai::model
