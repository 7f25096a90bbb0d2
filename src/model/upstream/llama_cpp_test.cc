// What llama.cpp's server (build of 2026-10-10) was seen to answer: tests/interop/llama_cpp/run holds the
// whole program against the server itself, these are the answers that differ from those of others.
#include <gtest/gtest.h>

#include "base/json.h"
#include "model/upstream/capabilities.h"
#include "model/upstream/chat_model.h"
#include "model/upstream/upstream_world.h"

namespace genkai::model {
namespace {

using base::Code;
using base::Json;

constexpr std::size_t kSlots = 2;

// With one choice for each sample that is wanted, but the usage of the first alone; with log probabilities
// for one token.
ScriptedAnswer completion(const Json& body) {
  const auto count = static_cast<std::size_t>(body.number("n", 1));
  if (count > kSlots)
    return ScriptedAnswer::json(
        R"({"error":{"code":400,"message":"Field 'n': Value must be between 1 <= value <= 2, but got 4","type":"invalid_request_error"}})",
        400);
  std::string choices;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) choices += ',';
    choices += R"({"finish_reason":"length","index":)" + std::to_string(i) +
               R"(,"message":{"role":"assistant","content":")" +
               (body.find("response_format") ? R"({ \"greeti)" : "ei") + R"("})";
    if (body.find("logprobs"))
      choices +=
          R"(,"logprobs":{"content":[{"id":101,"token":"e","bytes":[101],"logprob":-0.42410045862197876,)"
          R"("top_logprobs":[{"id":101,"token":"e","bytes":[101],"logprob":-0.42410045862197876}]}]})";
    choices += '}';
  }
  return ScriptedAnswer::json(
      R"({"choices":[)" + choices +
      R"(],"created":1795518418,"model":"t.gguf","system_fingerprint":"b0-unknown","object":"chat.completion",)"
      R"("usage":{"completion_tokens":2,"prompt_tokens":27,"total_tokens":29,"prompt_tokens_details":{"cached_tokens":26}},)"
      R"("id":"chatcmpl-pMZk0OHxk2SwHpjRlfR2wU4tveQereHe","timings":{"cache_n":26,"prompt_n":1,"prompt_ms":0.31}})");
}

// Of two samples: the second begins first, a usage comes for each.
ScriptedAnswer stream_of_two() {
  const auto chunk = [](const std::string& index, const std::string& delta, const std::string& finish) {
    return R"({"choices":[{"finish_reason":)" + finish + R"(,"index":)" + index + R"(,"delta":)" + delta +
           R"(}],"created":1795518448,"id":"chatcmpl-m","model":"t.gguf","object":"chat.completion.chunk"})";
  };
  const std::string begin = R"({"role":"assistant","content":null})", x = R"({"content":"x"})",
                    y = R"({"content":"y"})", length = R"("length")",
                    usage = R"({"choices":[],"created":1795518448,"id":"chatcmpl-m","model":"t.gguf",)"
                            R"("object":"chat.completion.chunk","usage":{"completion_tokens":2,)"
                            R"("prompt_tokens":27,"total_tokens":29}})";
  return ScriptedAnswer::events({chunk("1", begin, "null"), chunk("1", y, "null"), chunk("0", begin, "null"),
                                 chunk("0", x, "null"), chunk("1", y, "null"), chunk("1", "{}", length),
                                 usage, chunk("0", x, "null"), chunk("0", "{}", length), usage, "[DONE]"});
}

ScriptedAnswer answer_to(const HttpRequest& request) {
  if (request.method == "GET")
    return ScriptedAnswer::json(
        R"({"models":[{"name":"t.gguf","model":"t.gguf","type":"model","capabilities":["completion"]}],"object":"list",)"
        R"("data":[{"id":"t.gguf","aliases":["t.gguf"],"tags":[],"object":"model","owned_by":"llamacpp",)"
        R"("meta":{"vocab_type":2,"n_vocab":263,"n_ctx":2048,"n_ctx_train":16384,"n_embd":64}}]})");
  const auto body = Json::parse(request.body);
  if (!body) return ScriptedAnswer::json("{}", 500);
  if (request.url.ends_with("/embeddings"))
    return ScriptedAnswer::json(
        R"({"error":{"code":501,"message":"This server does not support embeddings. Start it with `--embeddings`","type":"not_supported_error"}})",
        501);
  if (body->find("messages")->items().front().find("content")->is_array())
    return ScriptedAnswer::json(
        R"({"error":{"code":500,"message":"image input is not supported - hint: if this is unexpected, you may need to provide the mmproj","type":"server_error"}})",
        500);
  return body->find("stream") ? stream_of_two() : completion(*body);
}

class LlamaCpp : public testing::Test {
 protected:
  World world_{[](const HttpRequest& request, std::size_t) { return answer_to(request); }};
  ChatModel model_{{&world_.upstream}};

  base::Result<Completion> ask(std::size_t samples, LanguageModel::TextSink sink = {}) {
    ChatRequest request;
    request.messages.push_back({.content = "Say hello."});
    request.samples = samples;
    request.max_tokens = 2;
    return base::run_blocking(model_.complete(std::move(request), std::move(sink)));
  }
};

TEST_F(LlamaCpp, CapabilitiesAreWhatTheServerCanDo) {
  const auto seen = base::run_blocking(model_.capabilities());
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_TRUE(seen->streaming && seen->logprobs && seen->multiple_samples && seen->seed && seen->json_schema);
  EXPECT_FALSE(seen->images || seen->embeddings || seen->tools);
  EXPECT_EQ(seen->context_tokens, 2048U) << "of a slot, not what the model was trained for";
}

TEST_F(LlamaCpp, AnObjectMayBeginWithAFence) {
  for (const char* text : {"{ \\\"gre", " \\n{", "```json ", "```json\\n{\\n"}) {
    World world([&](const HttpRequest& request, std::size_t) {
      return request.method == "GET" ? answer_to(request) : ScriptedAnswer::json(chat_answer(text));
    });
    const auto seen = base::run_blocking(world.upstream.facts().capabilities(world.upstream));
    ASSERT_TRUE(seen) << seen.error().message;
    EXPECT_TRUE(seen->json_schema) << text;
  }
  for (const char* text : {"Hello", "", "  ", "```\\nHello", "```json\\nHello"}) {
    World world([&](const HttpRequest& request, std::size_t) {
      return request.method == "GET" ? answer_to(request) : ScriptedAnswer::json(chat_answer(text));
    });
    const auto seen = base::run_blocking(world.upstream.facts().capabilities(world.upstream));
    ASSERT_TRUE(seen) << seen.error().message;
    EXPECT_FALSE(seen->json_schema) << text;
  }
}

// Requests side by side change its rounding, and with it a token now and then.
TEST_F(LlamaCpp, OneSeedOftenGivesOneText) {
  const auto with_texts = [](std::vector<std::string> texts) {
    std::size_t next = 0;
    World world([&](const HttpRequest& request, std::size_t) {
      const auto body = Json::parse(request.body);
      return body && body->find("seed") ? ScriptedAnswer::json(chat_answer(texts.at(next++)))
                                        : answer_to(request);
    });
    const auto seen = base::run_blocking(world.upstream.facts().capabilities(world.upstream));
    return std::pair(seen && seen->seed, next);
  };
  EXPECT_EQ(with_texts({"a", "a"}), std::pair(true, std::size_t{2}));
  EXPECT_EQ(with_texts({"a", "b", "a"}), std::pair(true, std::size_t{3}));
  EXPECT_EQ(with_texts({"a", "b", "c", "d"}), std::pair(false, std::size_t{4}));
}

TEST_F(LlamaCpp, MoreSamplesThanSlotsAreAskedForOneByOne) {
  ASSERT_TRUE(base::run_blocking(model_.capabilities())) << "two samples were seen to work";
  const auto all = ask(4);
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_EQ(all->samples.size(), 4U);
  const std::size_t before = world_.transport->requests().size();
  ASSERT_TRUE(ask(4));
  EXPECT_EQ(world_.transport->requests().size(), before + 4) << "the refusal is learnt";
}

TEST_F(LlamaCpp, AStreamOfInterleavedSamplesIsPutInOrder) {
  std::string heard;
  const auto two = ask(2, [&](std::string_view text) { heard += text; });
  ASSERT_TRUE(two) << two.error().message;
  ASSERT_EQ(two->samples.size(), 2U);
  EXPECT_EQ(two->samples[0].text, "xx");
  EXPECT_EQ(two->samples[1].text, "yy");
  EXPECT_EQ(heard, "xx");
}

TEST_F(LlamaCpp, ARefusedRequestKeepsItsReason) {
  World world([](const HttpRequest&, std::size_t) {
    return ScriptedAnswer::json(
        R"({"error":{"code":400,"message":"request (45018 tokens) exceeds the available context size (8192 tokens), try increasing it","type":"exceed_context_size_error","n_prompt_tokens":45018,"n_ctx":8192}})",
        400);
  });
  UpstreamOptions options = fast_options();
  options.model = "tiny";
  Upstream upstream(options, world.transport);
  ChatModel model({&upstream});
  ChatRequest request;
  request.messages.push_back({.content = "long"});
  request.samples = 2;
  const auto refused = base::run_blocking(model.complete(std::move(request)));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::invalid_argument);
  EXPECT_NE(refused.error().message.find("exceeds the available context size"), std::string::npos);
  EXPECT_EQ(world.transport->requests().size(), 2U) << "once for both samples, once for one";
}

}  // namespace
}  // namespace genkai::model
