#include "serve/openai_response.h"

#include <gmock/gmock.h>

#include <set>

namespace genkai::serve {
namespace {

using base::Json;

core::Answer answered() {
  core::Answer answer;
  answer.outcome = core::Outcome::answered;
  answer.reason = core::Reason::none;
  core::AnswerItem item;
  item.text = "It opened in 1931.";
  item.span = "1931";
  item.probability = 0.93;
  core::Citation citation;
  citation.document.id = "harbour.md";
  citation.quote = item.text;
  item.citations.push_back(citation);
  answer.answers.push_back(item);
  answer.cost.tokens_read = 120;
  answer.cost.tokens_written = 6;
  return answer;
}

TEST(OpenaiResponse, AnAnswerCarriesItsEvidence) {
  const Json body = chat_completion(reply_of(answered()), {"1", "genkai/bridges", 1'700'000'000});
  EXPECT_EQ(body.string("id"), "chatcmpl-1");
  EXPECT_EQ(body.string("object"), "chat.completion");
  EXPECT_EQ(body.string("model"), "genkai/bridges");
  const Json& choice = body.find("choices")->items().at(0);
  EXPECT_EQ(choice.find("message")->string("content"), "It opened in 1931.");
  EXPECT_EQ(choice.string("finish_reason"), "stop");
  EXPECT_TRUE(choice.find("logprobs")->is_null());
  EXPECT_EQ(body.find("usage")->number("total_tokens"), 126);
  const Json* genkai = body.find("genkai");
  EXPECT_EQ(genkai->string("outcome"), "answered");
  EXPECT_EQ(genkai->number("probability"), 0.93);
  EXPECT_EQ(genkai->find("citations")->items().at(0).string("document"), "harbour.md");
  EXPECT_TRUE(genkai->find("certificates") && genkai->find("cost"));
}

TEST(OpenaiResponse, AnAbstentionIsAReadableAnswer) {
  core::Answer answer;
  answer.message = "The documents do not say.";
  const Json body = chat_completion(reply_of(answer), {"1", "m", 0});
  const Json& choice = body.find("choices")->items().at(0);
  EXPECT_EQ(choice.find("message")->string("content"), "The documents do not say.");
  EXPECT_EQ(choice.string("finish_reason"), "stop");
  EXPECT_EQ(body.find("genkai")->string("outcome"), "abstained");
  EXPECT_EQ(body.find("genkai")->string("reason"), "insufficient_evidence");
  EXPECT_EQ(body.find("genkai")->find("probability"), nullptr);
}

TEST(OpenaiResponse, AnUncheckedAnswerHasNoProbability) {
  core::Answer answer = answered();
  answer.answers[0].basis = core::Basis::none;
  EXPECT_EQ(evidence_of(answer).find("probability"), nullptr);
  answer.answers[0].basis = core::Basis::agreement;
  EXPECT_FALSE(evidence_of(answer).find("calibrated")->as_bool(true));
}

TEST(OpenaiResponse, ChunksAddUpToTheAnswer) {
  ChatReply reply = reply_of(answered());
  for (const bool usage : {false, true}) {
    std::string text;
    std::set<std::string> ids;
    const auto chunks = chat_chunks(reply, {"1", "m", 5}, usage);
    for (std::size_t i = 0; i < chunks.size(); ++i) {
      const Json chunk = *Json::parse(chunks[i]);
      EXPECT_EQ(chunk.string("object"), "chat.completion.chunk");
      ids.insert(chunk.string("id"));
      const auto& choices = chunk.find("choices")->items();
      const bool last = i + 1 == chunks.size();
      EXPECT_EQ(choices.empty(), usage && last);
      EXPECT_EQ(chunk.find("usage") != nullptr, usage);
      if (choices.empty()) {
        EXPECT_EQ(chunk.find("usage")->number("total_tokens"), 126);
        continue;
      }
      text += choices[0].find("delta")->string("content");
      const bool finished = choices[0].find("finish_reason")->is_string();
      EXPECT_EQ(finished, i + 1 + (usage ? 1 : 0) == chunks.size());
      EXPECT_EQ(chunk.find("genkai") != nullptr, finished);
    }
    EXPECT_EQ(text, "It opened in 1931.");
    EXPECT_EQ(ids.size(), 1U);
  }
}

TEST(OpenaiResponse, ToolCallsAndLogprobsAreKept) {
  ChatReply reply;
  reply.finish_reason = "tool_calls";
  reply.tool_calls = Json::array({Json::object({{"id", "c1"}, {"type", "function"}})});
  const Json body = chat_completion(reply, {"1", "m", 0});
  const Json* message = body.find("choices")->items()[0].find("message");
  EXPECT_TRUE(message->find("content")->is_null());
  EXPECT_EQ(message->find("tool_calls")->items()[0].string("id"), "c1");
  const Json streamed = *Json::parse(chat_chunks(reply, {"1", "m", 0}, false).at(1));
  const Json& call = streamed.find("choices")->items()[0].find("delta")->find("tool_calls")->items()[0];
  EXPECT_EQ(call.number("index", -1), 0);
  EXPECT_EQ(call.string("id"), "c1");

  ChatReply scored;
  scored.text = "é";
  scored.tokens = {{"é", -0.5, {{"é", -0.5}, {"e", -1.5}}}};
  const Json whole = chat_completion(scored, {"1", "m", 0});
  const Json& token = whole.find("choices")->items()[0].find("logprobs")->find("content")->items().at(0);
  EXPECT_EQ(token.number("logprob"), -0.5);
  EXPECT_EQ(token.find("bytes")->items().size(), 2U);
  EXPECT_EQ(token.find("bytes")->items()[0].as_int(), 0xC3);
  EXPECT_EQ(token.find("top_logprobs")->items().size(), 2U);
}

TEST(OpenaiResponse, TextCompletions) {
  const Json body = text_completion(reply_of(answered()), {"1", "m", 0});
  EXPECT_EQ(body.string("object"), "text_completion");
  EXPECT_EQ(body.find("choices")->items()[0].string("text"), "It opened in 1931.");
  const auto chunks = text_chunks(reply_of(answered()), {"1", "m", 0}, false);
  ASSERT_EQ(chunks.size(), 2U);
  EXPECT_EQ(Json::parse(chunks[0])->find("choices")->items()[0].string("text"), "It opened in 1931.");
}

}  // namespace
}  // namespace genkai::serve
