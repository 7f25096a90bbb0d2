#include "model/upstream/llama_transport.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cmath>
#include <filesystem>

#include "base/file.h"
#include "base/json.h"
#include "model/native/byte_vocabulary.h"
#include "model/native/model_file.h"
#include "model/upstream/builtin_transport.h"
#include "model/upstream/chat_parts.h"
#include "model/upstream/libllama.h"
#include "model/upstream/no_network.h"

namespace genkai::model {
namespace {

using base::Json;

struct Reply {
  int status = 0;
  std::string body;
};

base::Task<base::Result<Reply>> send(Transport& transport, HttpRequest request) {
  auto exchange = co_await transport.send(std::move(request));
  if (!exchange) co_return base::fail(exchange.error());
  auto whole = co_await read_all(**exchange);
  if (!whole) co_return base::fail(whole.error());
  co_return Reply{(*exchange)->status(), std::move(*whole)};
}

std::string body(const std::string& content, const std::string& more, const std::string& role = "user") {
  return Json::object({{"messages", Json::array({Json::object({{"role", role}, {"content", content}})})}})
      .dump()
      .insert(1, more.empty() ? "" : more + ",");
}

base::Result<Reply> ask_at(Transport& transport, std::string url, std::string json) {
  HttpRequest request;
  request.url = std::move(url);
  request.body = std::move(json);
  return base::run_blocking(send(transport, std::move(request)));
}

TEST(LlamaUrlTest, AProgramWithoutTheLibrarySaysWhatToInstall) {
  EXPECT_TRUE(is_llama("llama:x.gguf"));
  EXPECT_FALSE(is_llama("builtin:x.gguf"));
  EXPECT_FALSE(is_llama("http://llama:80/v1"));
  const auto transport = llama_transport(std::make_shared<NoNetwork>());
  const auto other = ask_at(*transport, "http://127.0.0.1:1/v1/chat/completions", "{}");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().message, "sent on: http://127.0.0.1:1/v1/chat/completions");
  if (has_libllama()) GTEST_SKIP() << "this program has libllama";
  const auto options = llama_model("llama:x.gguf");
  ASSERT_FALSE(options);
  EXPECT_EQ(options.error().code, base::Code::unsupported);
  EXPECT_NE(options.error().hint.find("libllama"), std::string::npos);
  EXPECT_FALSE(ask_at(*transport, "llama:x.gguf/chat/completions", body("Who?", "")));
}

TEST(ChatPartsTest, WhatAMessageSaysIsNeverTheTemplatesOwn) {
  const std::vector<ChatText> messages{{"developer",
                                        "Be\x01"
                                        "0\x02 brief."},
                                       {"user", "</s>Who?"}};
  const auto marked = marked_messages(messages);
  ASSERT_TRUE(marked);
  EXPECT_EQ((*marked)[0].role, "system");
  const auto parts = chat_parts("<s>" + (*marked)[0].text + "</s>" + (*marked)[1].text + "</s>", messages);
  ASSERT_TRUE(parts);
  std::string shown;
  for (const ChatPart& part : *parts) shown += (part.own ? "[" : "{") + part.text + (part.own ? "]" : "}");
  EXPECT_EQ(shown,
            "[<s>]{Be\x01"
            "0\x02 brief.}[</s>]{</s>Who?}[</s>]");
  EXPECT_FALSE(chat_parts((*marked)[1].text, messages)) << "the first message is dropped";
  EXPECT_FALSE(marked_messages(std::vector<ChatText>{{"user</s>", "x"}}));
}

// The model that ships, by llama.cpp's library and by our own engine.
class LlamaTransportTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_libllama()) GTEST_SKIP() << "this program was built without libllama";
    file_ = std::string(GENKAI_SOURCE) + "/models/genkai-builtin.gguf";
    if (!std::filesystem::exists(file_)) GTEST_SKIP() << "models/genkai-builtin.gguf is not there";
    char name[] = "/tmp/genkai-llama-XXXXXX";
    folder_ = ::mkdtemp(name);
  }
  void TearDown() override {
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }
  Json ask(const std::string& scheme, const std::string& content, const std::string& more) {
    const auto reply = ask_at(*transport_, scheme + file_ + "/chat/completions", body(content, more));
    EXPECT_TRUE(reply) << reply.error().message;
    EXPECT_EQ(reply->status, 200) << reply->body;
    return *Json::parse(reply->body);
  }
  int status(const std::string& json) {
    const auto reply = ask_at(*transport_, "llama:" + file_ + "/chat/completions", json);
    return reply ? reply->status : 0;
  }
  static std::string text_of(const Json& json, std::size_t at = 0) {
    return json.find("choices")->items()[at].find("message")->string("content");
  }
  base::Path folder_;
  std::string file_;
  std::shared_ptr<Transport> transport_ = builtin_transport(llama_transport(std::make_shared<NoNetwork>()));
};

std::vector<std::string> prompts() {
  std::vector<std::string> all;
  const char* names[] = {"Tavia Orrel", "Mirel Dasko", "Ona Veltri", "Bram Kessel", "Lio Santer"};
  const char* towns[] = {"Velmora", "Istrand", "Caldera", "Ostwick", "Perrin"};
  for (int i = 0; i < 5; ++i) {
    const std::string name = names[i], facts = name + " was born in " + towns[i] + " in 19" +
                                               std::to_string(40 + 7 * i) + ".\n" + names[(i + 1) % 5] +
                                               " lives in " + towns[(i + 2) % 5] + ".\n";
    all.push_back(facts + "Question: Where was " + name + " born?\nAnswer:");
    all.push_back(facts + "Question: When was " + name + " born?\nAnswer:");
    all.push_back(facts + "Question: Where does " + names[(i + 1) % 5] + " live?\nAnswer:");
    all.push_back("Where was " + name + " born?");
  }
  return all;
}

TEST_F(LlamaTransportTest, AnswersAndLogprobsAreThoseOfTheBuiltInEngine) {
  for (const std::string& prompt : prompts()) {
    const std::string more = R"("max_tokens":24,"temperature":0,"logprobs":true,"top_logprobs":3)";
    const Json own = ask("builtin:", prompt, more), theirs = ask("llama:", prompt, more);
    EXPECT_EQ(text_of(theirs), text_of(own)) << prompt;
    EXPECT_EQ(theirs.find("usage")->dump(), own.find("usage")->dump());
    EXPECT_EQ(theirs.find("choices")->items()[0].string("finish_reason"),
              own.find("choices")->items()[0].string("finish_reason"));
    const auto tokens = [](const Json& json) {
      return json.find("choices")->items()[0].find("logprobs")->find("content")->items();
    };
    ASSERT_EQ(tokens(theirs).size(), tokens(own).size()) << prompt;
    for (std::size_t i = 0; i < tokens(own).size(); ++i) {
      EXPECT_EQ(tokens(theirs)[i].string("token"), tokens(own)[i].string("token"));
      EXPECT_NEAR(tokens(theirs)[i].number("logprob"), tokens(own)[i].number("logprob"), 0.03) << prompt;
      EXPECT_EQ(tokens(theirs)[i].find("top_logprobs")->items().size(), 3U);
    }
  }
}

TEST_F(LlamaTransportTest, StreamedAndWholeAnswersAreTheSameText) {
  for (const char* more :
       {R"("max_tokens":24,"seed":5,"temperature":1.5)", R"("max_tokens":24,"temperature":0)",
        R"("max_tokens":24,"temperature":3,"seed":9,"stop":["e","o"],"n":3)"}) {
    const Json whole = ask("llama:", prompts()[0], more);
    const auto reply = ask_at(*transport_, "llama:" + file_ + "/chat/completions",
                              body(prompts()[0], std::string(more) + R"(,"stream":true)"));
    ASSERT_TRUE(reply);
    EXPECT_TRUE(reply->body.ends_with("data: [DONE]\n\n"));
    std::vector<std::string> texts(3);
    for (std::size_t at = 0; (at = reply->body.find("data: {", at)) != std::string::npos; ++at) {
      const auto event = Json::parse(reply->body.substr(at + 6, reply->body.find('\n', at) - at - 6));
      ASSERT_TRUE(event);
      for (const Json& choice : event->find("choices")->items())
        texts[static_cast<std::size_t>(choice.number("index"))] += choice.find("delta")->string("content");
    }
    for (std::size_t i = 0; i < whole.find("choices")->items().size(); ++i)
      EXPECT_EQ(texts[i], text_of(whole, i)) << more;
  }
}

TEST_F(LlamaTransportTest, SamplesAreTheirOwnAndTheSameForTheSameSeed) {
  const std::string hot = R"("max_tokens":12,"temperature":3,"seed":4)";
  const Json alone = ask("llama:", prompts()[3], hot),
             beside = ask("llama:", prompts()[3], hot + R"(,"n":40)");
  EXPECT_EQ(text_of(alone), text_of(beside));
  EXPECT_EQ(beside.find("choices")->items().size(), 40U);
  EXPECT_NE(text_of(beside, 0), text_of(beside, 1));
  EXPECT_NE(text_of(alone),
            text_of(ask("llama:", prompts()[3], R"("max_tokens":12,"temperature":3,"seed":5)")));
}

TEST_F(LlamaTransportTest, AStopEndsAndIsNoPartOfTheAnswer) {
  const Json stopped = ask("llama:", prompts()[0], R"("temperature":0,"stop":["mor"])");
  EXPECT_EQ(text_of(stopped), "Vel");
  EXPECT_EQ(stopped.find("choices")->items()[0].string("finish_reason"), "stop");
}

TEST_F(LlamaTransportTest, RefusesWhatItCannotDo) {
  std::string longer;
  for (int i = 0; i < 9000; ++i) longer += "word ";
  EXPECT_EQ(status(body(longer, "")), 400) << "longer than the context";
  EXPECT_EQ(status(body("Who?", R"("tools":[{"type":"function"}])")), 400);
  EXPECT_EQ(status(body("Who?", R"("response_format":{"type":"json_object"})")), 400);
  for (const char* wrong : {"", "{", "[]", R"({"messages":[]})"}) EXPECT_EQ(status(wrong), 400) << wrong;
  HttpRequest late;
  late.url = "llama:" + file_ + "/chat/completions";
  late.body = body("Who?", "");
  late.deadline = std::chrono::steady_clock::now() - std::chrono::seconds(1);
  const auto reply = base::run_blocking(send(*transport_, std::move(late)));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, base::Code::deadline_exceeded);
  for (const char* setting : {"?context=0", "?context=x", "?template=", "?other=1"})
    EXPECT_FALSE(llama_model("llama:" + file_ + setting)) << setting;
  EXPECT_EQ(llama_model("llama:" + file_ + "?context=64")->context_tokens, 64U);
  EXPECT_TRUE(llama_model("llama:" + file_)->capabilities->completes_only);
  EXPECT_EQ(llama_model("llama:/nowhere.gguf").error().code, base::Code::not_found);
}

TEST_F(LlamaTransportTest, ADamagedFileIsAnErrorThatNamesIt) {
  const auto whole = base::read_file(file_);
  ASSERT_TRUE(whole);
  const auto load = [&](const std::string& bytes) {
    const std::string path = (folder_ / "damaged.gguf").string();
    EXPECT_TRUE(base::write_file_atomically(path, bytes));
    const auto fresh = llama_transport(std::make_shared<NoNetwork>());
    const auto reply =
        ask_at(*fresh, "llama:" + path + "/chat/completions", body("Who?", R"("max_tokens":2)"));
    EXPECT_FALSE(reply);
    if (!reply) {
      EXPECT_NE(reply.error().message.find("damaged.gguf"), std::string::npos) << reply.error().message;
    }
  };
  load("");
  load("GGUF");
  load(whole->substr(0, 100));
  load(whole->substr(0, whole->size() / 2));
  std::string other = *whole;  // an architecture that nobody has
  other.replace(other.find("llama"), 5, "lloma");
  load(other);
  std::string lost = *whole;
  const std::size_t at = lost.find("token_embd");
  ASSERT_NE(at, std::string::npos);
  lost.replace(at, 10, "token_xxxx");
  load(lost);
}

// A model of random weights whose tokens are bytes and the two marks of ChatML.
TEST_F(LlamaTransportTest, AMessageCannotSpellAControlTokenOut) {
  native::Vocabulary v = native::byte_vocabulary();
  for (const char* mark : {"<|im_start|>", "<|im_end|>"})
    v.pieces.emplace_back(mark), v.scores.push_back(0), v.kinds.push_back(native::Vocabulary::control);
  const native::Architecture shape{.vocabulary = v.pieces.size(),
                                   .width = 32,
                                   .layers = 1,
                                   .heads = 2,
                                   .kv_heads = 1,
                                   .hidden = 32,
                                   .context = 256,
                                   .tied = true};
  const std::string path = (folder_ / "chat.gguf").string();
  ASSERT_TRUE(native::save_model(path, shape, native::Weights::random(shape, 3)->tensors(), v,
                                 {.name = "noise", .description = {}, .completes = false}));
  const auto tokens = [&](const std::string& content) {
    const auto reply = ask_at(*transport_, "llama:" + path + "?template=chatml/chat/completions",
                              body(content, R"("max_tokens":1)"));
    EXPECT_TRUE(reply && reply->status == 200);
    return Json::parse(reply->body)->find("usage")->number("prompt_tokens");
  };
  EXPECT_GE(tokens("a<|im_end|>b"), tokens("abcdefghijkl"));
  EXPECT_GE(tokens("<|im_start|>"), tokens("abcdefghijkl"));
  EXPECT_LT(tokens("abcdefghijkl"), 60) << "the template's own marks are one token each";
  EXPECT_EQ(ask_at(*transport_, "llama:" + path + "?template=chatml/chat/completions",
                   body("x", "", "user<|im_end|>"))
                ->status,
            400);
  EXPECT_FALSE(llama_model("llama:" + path + "?template=nobodys"));
  EXPECT_TRUE(llama_model("llama:" + path + "?template=none"));
}

}  // namespace
}  // namespace genkai::model
