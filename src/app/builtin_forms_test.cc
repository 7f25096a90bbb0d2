#include "app/builtin_forms.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <regex>
#include <set>

#include "lab/train/vocabulary.h"
#include "model/native/generate.h"
#include "model/native/model_file.h"

namespace genkai::app {
namespace {

using base::Json;
namespace native = model::native;

// A model of random weights says what is likely by chance: whatever it samples has to be of the form.
class BuiltinFormsTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/genkai-forms-XXXXXX";
    folder_ = ::mkdtemp(name);
    native::Vocabulary v = lab::train::train_vocabulary(
        std::vector<std::string>{"yes no yes no Paris Paris London London </s> </s> <s> <s> 1931 1931"});
    v.pieces.push_back("<tool>"), v.scores.push_back(0), v.kinds.push_back(native::Vocabulary::user_defined);
    const native::Architecture shape{.vocabulary = v.pieces.size(),
                                     .width = 32,
                                     .layers = 1,
                                     .heads = 2,
                                     .kv_heads = 1,
                                     .hidden = 32,
                                     .context = 512,
                                     .tied = true};
    path_ = (folder_ / "m.gguf").string();
    ASSERT_TRUE(native::save_model(path_, shape, native::Weights::random(shape, 3)->tensors(), v,
                                   {.name = "noise", .description = {}}));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  struct Said {
    int status = 0;
    std::vector<std::string> texts;
    bool ended = true;
    std::string error;
  };
  base::Task<base::Result<std::pair<int, std::string>>> send(std::string body, std::string query) {
    model::HttpRequest request;
    request.url = "builtin:" + path_ + query + "/chat/completions";
    request.body = std::move(body);
    auto exchange = co_await transport_->send(std::move(request));
    if (!exchange) co_return base::fail(exchange.error());
    auto whole = co_await model::read_all(**exchange);
    if (!whole) co_return base::fail(whole.error());
    co_return std::pair((*exchange)->status(), std::move(*whole));
  }
  Said ask(const std::string& format, const std::string& query = "", const std::string& content = "Who?",
           int samples = 8, int seed = 1) {
    const std::string body = R"({"messages":[{"role":"user","content":")" + content +
                             R"("}],"max_tokens":200,"n":)" + std::to_string(samples) + R"(,"seed":)" +
                             std::to_string(seed) + R"(,"response_format":)" + format + "}";
    auto reply = base::run_blocking(send(body, query));
    Said said;
    EXPECT_TRUE(reply) << reply.error().message;
    if (!reply) return said;
    said.status = reply->first;
    const auto json = Json::parse(reply->second);
    EXPECT_TRUE(json);
    if (const Json* error = json->find("error")) said.error = error->string("message");
    if (const Json* choices = json->find("choices"))
      for (const Json& choice : choices->items()) {
        said.texts.push_back(choice.find("message")->string("content"));
        said.ended = said.ended && choice.string("finish_reason") == "stop";
      }
    return said;
  }
  base::Path folder_;
  std::string path_;
  std::shared_ptr<model::Transport> transport_ =
      model::builtin_transport(model::curl_transport(), builtin_forms());
};

TEST_F(BuiltinFormsTest, AnswersAreOfTheForm) {
  const Said choice = ask(R"({"type":"grammar","grammar":"root ::= \"yes\" | \"no\""})", "", "Who?", 32);
  EXPECT_EQ(choice.status, 200) << choice.error;
  EXPECT_EQ(std::set<std::string>(choice.texts.begin(), choice.texts.end()),
            (std::set<std::string>{"yes", "no"}));
  EXPECT_TRUE(choice.ended);

  const Said years = ask(R"({"type":"regex","pattern":"1\\d{3}|20[0-9]{2}"})");
  ASSERT_EQ(years.texts.size(), 8U) << years.error;
  for (const std::string& text : years.texts)
    EXPECT_TRUE(std::regex_match(text, std::regex("1\\d{3}|20[0-9]{2}"))) << text;
  EXPECT_GT(std::set<std::string>(years.texts.begin(), years.texts.end()).size(), 1U);

  const Said objects = ask(
      R"({"type":"json_schema","json_schema":{"schema":{"type":"object","properties":{"city":{"enum":["Paris","London"]},"known":{"type":"boolean"}},"required":["city","known"],"additionalProperties":false}}})");
  ASSERT_EQ(objects.texts.size(), 8U) << objects.error;
  for (const std::string& text : objects.texts) {
    const auto json = Json::parse(text);
    ASSERT_TRUE(json) << text;
    EXPECT_TRUE(json->string("city") == "Paris" || json->string("city") == "London") << text;
    EXPECT_TRUE(json->find("known")->is_bool());
  }
}

TEST_F(BuiltinFormsTest, ControlTokensNeverComeThroughAGrammar) {
  const Said said = ask(R"({"type":"grammar","grammar":"root ::= \"</s><s><tool>\""})");
  ASSERT_EQ(said.texts.size(), 8U) << said.error;
  for (const std::string& text : said.texts) EXPECT_EQ(text, "</s><s><tool>");

  const auto file = native::load_model(path_);
  ASSERT_TRUE(file);
  const auto forms = builtin_forms()(file->tokenizer);
  const auto form =
      forms->read(*Json::parse(R"({"type":"grammar","grammar":"root ::= ( \"</s>\" | \"<tool>\" | . )*"})"));
  ASSERT_TRUE(form) << form.error().message;
  native::Engine engine(file->weights);
  const auto prompt = file->tokenizer.encode("Who?", true);
  auto generation = native::Generation::begin(engine, file->tokenizer, prompt,
                                              {.samples = 16, .max_tokens = 60, .mask = form->mask});
  ASSERT_TRUE(generation);
  while (generation->running()) ASSERT_TRUE(generation->step());
  for (const auto& sample : generation->samples())
    for (const auto& token : sample.tokens) {
      const auto kind = file->tokenizer.vocabulary().kinds[static_cast<std::size_t>(token.id)];
      EXPECT_TRUE(token.id == file->tokenizer.eos() || kind == native::Vocabulary::normal ||
                  kind == native::Vocabulary::byte)
          << token.id;
    }
}

TEST_F(BuiltinFormsTest, ABlankOfTheAnswerItselfStays) {
  for (const std::string& text : ask(R"({"type":"grammar","grammar":"root ::= \" yes\""})").texts)
    EXPECT_EQ(text, " yes");
}

TEST_F(BuiltinFormsTest, RefusesWhatItCannotHold) {
  EXPECT_EQ(ask(R"({"type":"grammar","grammar":"root ::= other"})").status, 400);
  EXPECT_EQ(ask(R"-({"type":"regex","pattern":"(?=a)"})-").status, 400);
  EXPECT_EQ(ask(R"({"type":"json_schema"})").status, 400);
  EXPECT_EQ(ask(R"({"type":"xml"})").status, 400);
  const Said partly = ask(
      R"({"type":"json_schema","json_schema":{"schema":{"type":"array","items":{"type":"integer"},"uniqueItems":true}}})");
  EXPECT_EQ(partly.status, 400);
  EXPECT_NE(partly.error.find("uniqueItems"), std::string::npos) << partly.error;
}

TEST_F(BuiltinFormsTest, GuardsAreSettingsOfTheUrlAndGoTogetherWithForms) {
  const std::string text = R"({"type":"text"})", context = "Paris is big.\\nQuestion: Who?\\nAnswer:";
  const Said plain = ask(text, "", context), contrasted = ask(text, "?context_aware=2", context);
  EXPECT_NE(plain.texts, contrasted.texts);
  EXPECT_EQ(ask(text, "").texts, ask(text, "?context_aware=2").texts)
      << "without passages there is no context";
  EXPECT_NE(plain.texts, ask(text, "?adaptive_theta=1", context).texts);
  EXPECT_EQ(ask(text, "?context_aware=0&adaptive_theta=0", context).texts, plain.texts);
  for (int seed = 0; seed < 4; ++seed)
    for (const std::string& said : ask(R"({"type":"grammar","grammar":"root ::= \"yes\" | \"no\""})",
                                       "?context_aware=5&adaptive_theta=1", context, 8, seed)
                                       .texts)
      EXPECT_TRUE(said == "yes" || said == "no") << said;
  for (const char* wrong : {"?strength=1", "?context_aware", "?context_aware=x", "?adaptive_theta=-1",
                            "?context_aware=1e9", "?context_aware=nan"})
    EXPECT_FALSE(model::builtin_model("builtin:" + path_ + wrong)) << wrong;
  const auto options = model::builtin_model("builtin:" + path_ + "?context_aware=1");
  ASSERT_TRUE(options);
  EXPECT_EQ(options->base_url, "builtin:" + path_ + "?context_aware=1");
}

}  // namespace
}  // namespace genkai::app
