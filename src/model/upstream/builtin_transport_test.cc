#include "model/upstream/builtin_transport.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <cmath>
#include <filesystem>
#include <latch>
#include <thread>

#include "base/json.h"
#include "model/native/byte_vocabulary.h"
#include "model/native/generate.h"
#include "model/native/model_file.h"
#include "model/upstream/no_network.h"

namespace genkai::model {
namespace {

using base::Json;

class BuiltinTransportTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/genkai-builtin-XXXXXX";
    folder_ = ::mkdtemp(name);
    native::Vocabulary v = native::byte_vocabulary();
    const native::Architecture shape{.vocabulary = v.pieces.size(),
                                     .width = 32,
                                     .layers = 1,
                                     .heads = 2,
                                     .kv_heads = 1,
                                     .hidden = 32,
                                     .context = 96,
                                     .tied = true};
    path_ = (folder_ / "m.gguf").string();
    ASSERT_TRUE(native::save_model(path_, shape, native::Weights::random(shape, 3)->tensors(), v,
                                   {.name = "noise", .description = {}}));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  struct Reply {
    int status = 0;
    std::string body;
  };
  base::Task<base::Result<Reply>> send(std::string body, std::string url) {
    HttpRequest request;
    request.url = std::move(url);
    request.body = std::move(body);
    auto exchange = co_await transport_->send(std::move(request));
    if (!exchange) co_return base::fail(exchange.error());
    auto whole = co_await read_all(**exchange);
    if (!whole) co_return base::fail(whole.error());
    co_return Reply{(*exchange)->status(), std::move(*whole)};
  }
  std::string url() const { return "builtin:" + path_ + "/chat/completions"; }
  Reply ask(const std::string& more, const std::string& content = "Who?") {
    auto reply = base::run_blocking(send(body(more, content), url()));
    EXPECT_TRUE(reply) << reply.error().message;
    return reply ? *reply : Reply{};
  }
  static std::string body(const std::string& more, const std::string& content) {
    return R"({"messages":[{"role":"user","content":")" + content + "\"}]" +
           (more.empty() ? "" : "," + more) + "}";
  }
  static std::string text_of(const Json& json, std::size_t at = 0) {
    return json.find("choices")->items()[at].find("message")->string("content");
  }
  // What the events of a stream add up to, of sample 0.
  static std::string streamed(const std::string& events) {
    std::string text;
    for (std::size_t at = 0; (at = events.find("data: ", at)) != std::string::npos; ++at) {
      const std::string line = events.substr(at + 6, events.find('\n', at) - at - 6);
      if (line == "[DONE]") break;
      const auto json = Json::parse(line);
      EXPECT_TRUE(json) << line;
      for (const Json& choice : json->find("choices")->items())
        if (choice.number("index") == 0) text += choice.find("delta")->string("content");
    }
    return text;
  }
  base::Path folder_;
  std::string path_;
  std::shared_ptr<Transport> transport_ = builtin_transport(std::make_shared<NoNetwork>());
};

TEST_F(BuiltinTransportTest, StreamedAndWholeAnswersAreTheSameText) {
  for (const char* more : {R"("max_tokens":24,"seed":5)", R"("max_tokens":24,"temperature":0)",
                           R"("max_tokens":40,"seed":9,"stop":["e","\u00b5"],"n":3)"}) {
    const auto whole = Json::parse(ask(more).body);
    ASSERT_TRUE(whole);
    const Reply stream = ask(std::string(more) + R"(,"stream":true)");
    EXPECT_TRUE(stream.body.ends_with("data: [DONE]\n\n"));
    EXPECT_EQ(streamed(stream.body), text_of(*whole)) << more;
  }
}

TEST_F(BuiltinTransportTest, TheFirstSampleDoesNotDependOnThoseBesideIt) {
  const auto alone = Json::parse(ask(R"("max_tokens":16,"seed":4)").body);
  const auto beside = Json::parse(ask(R"("max_tokens":16,"seed":4,"n":4)").body);
  ASSERT_TRUE(alone && beside);
  EXPECT_EQ(text_of(*alone), text_of(*beside));
  EXPECT_NE(text_of(*beside, 0), text_of(*beside, 1));
  EXPECT_EQ(beside->find("choices")->items().size(), 4U);
}

TEST_F(BuiltinTransportTest, LogprobsAreThoseOfTheLogits) {
  const auto json =
      Json::parse(ask(R"("max_tokens":1,"temperature":0,"logprobs":true,"top_logprobs":3)").body);
  ASSERT_TRUE(json);
  const Json& first = json->find("choices")->items()[0].find("logprobs")->find("content")->items()[0];
  const auto model = native::load_model(path_);
  ASSERT_TRUE(model);
  native::Engine engine(model->weights);
  native::KvCache cache(engine.architecture());
  native::Output output;
  const auto prompt = model->tokenizer.encode("Question: Who?\n Answer:", true);
  ASSERT_TRUE(engine.forward(std::vector<native::Input>{{.sequence = &cache, .tokens = prompt}}, output));
  const auto p = native::probabilities(output.row(0));
  EXPECT_NEAR(first.number("logprob"), std::log(*std::max_element(p.begin(), p.end())), 1e-9);
  EXPECT_EQ(first.find("top_logprobs")->items().size(), 3U);
}

TEST_F(BuiltinTransportTest, RefusesWhatItCannotDo) {
  EXPECT_EQ(ask("", std::string(400, 'x')).status, 400) << "longer than the context";
  EXPECT_EQ(ask(R"("tools":[{"type":"function"}])").status, 400);
  EXPECT_EQ(ask(R"("response_format":{"type":"json_schema"})").status, 400);
  EXPECT_EQ(ask(R"("max_tokens":4)").status, 200);
  for (const char* wrong : {"", "{", "[]", R"({"messages":[]})", R"({"messages":7})",
                            R"({"messages":[{"role":"user","content":[{"type":"image_url"}]}]})"})
    EXPECT_EQ(base::run_blocking(send(wrong, url()))->status, 400) << wrong;
  EXPECT_EQ(base::run_blocking(send("{}", "builtin:" + path_ + "/embeddings"))->status, 404);
  EXPECT_FALSE(base::run_blocking(send(body("", "x"), "builtin:/nowhere.gguf/chat/completions")));
  const auto other = base::run_blocking(send("{}", "http://127.0.0.1:1/v1/chat/completions"));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().message, "sent on: http://127.0.0.1:1/v1/chat/completions");
}

TEST_F(BuiltinTransportTest, ManyAtOnceGetTheirOwnAnswers) {
  std::vector<std::string> expected;
  std::vector<base::Task<base::Result<Reply>>> tasks;
  for (int i = 0; i < 24; ++i) {
    const std::string more = R"("max_tokens":)" + std::to_string(4 + i) + R"(,"n":)" +
                             std::to_string(1 + i % 3) + R"(,"seed":)" + std::to_string(i);
    const std::string content(static_cast<std::size_t>(1 + 2 * i), 'x');
    expected.push_back(text_of(*Json::parse(ask(more, content).body)));
    tasks.push_back(send(body(more + (i % 2 == 0 ? R"(,"stream":true)" : ""), content), url()));
  }
  const auto replies = base::run_blocking(base::side_by_side(std::move(tasks)));
  ASSERT_EQ(replies.size(), expected.size());
  for (std::size_t i = 0; i < replies.size(); ++i) {
    ASSERT_TRUE(replies[i]);
    EXPECT_EQ(i % 2 == 0 ? streamed(replies[i]->body) : text_of(*Json::parse(replies[i]->body)), expected[i]);
  }
}

TEST_F(BuiltinTransportTest, AnswersThatCameTooLateAreErrors) {
  HttpRequest request;
  request.url = url();
  request.body = body(R"("max_tokens":4)", "Who?");
  request.deadline = std::chrono::steady_clock::now();
  const auto exchange = base::run_blocking(transport_->send(std::move(request)));
  ASSERT_FALSE(exchange);
  EXPECT_EQ(exchange.error().code, base::Code::deadline_exceeded);
}

TEST_F(BuiltinTransportTest, AStreamGoesOnWhenTheTransportIsGoneAndEndsWithItsReader) {
  const auto open = [&]() -> std::unique_ptr<HttpExchange> {
    HttpRequest request;
    request.url = url();
    request.body = body(R"("max_tokens":60,"seed":3,"stream":true)", "Who?");
    return std::move(*base::run_blocking(transport_->send(std::move(request))));
  };
  const std::string expected = text_of(*Json::parse(ask(R"("max_tokens":60,"seed":3)").body));
  auto read = open(), left = open();
  EXPECT_FALSE(base::run_blocking(left->read())->empty());
  transport_.reset();
  left.reset();
  EXPECT_EQ(streamed(*base::run_blocking(read_all(*read))), expected);
}

// At its fourth token the mask waits until the test lets it go on.
class Held final : public Forms {
 public:
  base::Result<Form> read(const Json&) override {
    return Form{.mask = [this] { return std::make_unique<Mask>(*this); }};
  }
  struct Mask : native::TokenMask {
    explicit Mask(Held& held) : here(held) {}
    void allow(std::span<const native::TokenId> so_far, std::span<std::uint8_t> allowed) override {
      std::fill(allowed.begin() + 3, allowed.end(), std::uint8_t{1});
      ++here.calls;
      if (so_far.size() == 3) here.reached.count_down(), here.go_on.wait();
    }
    Held& here;
  };
  std::atomic<int> calls = 0;
  std::latch reached{1}, go_on{1};
};

TEST_F(BuiltinTransportTest, AClientThatGoesAwayEndsItsRequest) {
  namespace asio = base::asio;
  Held* held = nullptr;
  for (const char* more : {R"("max_tokens":60,"response_format":{"type":"held"})",
                           R"("max_tokens":60,"response_format":{"type":"held"},"stream":true)"}) {
    transport_ = builtin_transport(std::make_shared<NoNetwork>(), [&](const native::Tokenizer&) {
      auto forms = std::make_unique<Held>();
      held = forms.get();
      return forms;
    });
    asio::io_context context;
    asio::cancellation_signal signal;
    bool aborted = false;
    asio::co_spawn(context, send(body(more, "Who?"), url()),
                   asio::bind_cancellation_slot(
                       signal.slot(), [&](const std::exception_ptr& thrown, const base::Result<Reply>&) {
                         aborted = thrown != nullptr;
                       }));
    context.run_one_for(std::chrono::seconds(60));  // up to where the model is loaded
    while (held == nullptr) context.run_one_for(std::chrono::seconds(60));
    std::thread client([&, now = held] {
      now->reached.wait();
      asio::post(context, [&, now] {
        signal.emit(asio::cancellation_type::terminal);
        now->go_on.count_down();
      });
    });
    context.run();
    client.join();
    EXPECT_TRUE(aborted);
    EXPECT_EQ(held->calls, 4);
    held = nullptr;
  }
}

}  // namespace
}  // namespace genkai::model
