#include "limits/hallucination/uncertainty/recorded_output.h"

#include <gtest/gtest.h>

namespace genkai::limits::hallucination {
namespace {

using base::Json;

base::Result<RecordedOutput> parse(const std::string& line) {
  auto json = Json::parse(line);
  EXPECT_TRUE(json) << line;
  return parse_recorded_output(*json);
}

TEST(RecordedOutput, ReadsWhatProgramsWrite) {
  const auto output = parse(
      R"({"id":7,"question":"Q","samples":["a",{"text":"b","logprobs":[-0.5,-1]},)"
      R"({"text":"c","logprobs":{"content":[{"token":"c","logprob":-0.1,"top_logprobs":[{"token":"c","logprob":-0.1}]}]}},)"
      R"({"text":"d","tokens":[["d",-2]],"confidence":"40%"},{"text":"e","tokens":[{"token":"e","logprob":-1,"top":{"e":-1,"f":-2}}]}],)"
      R"("stated_confidence":85,"p_true":0.5,"others":["x",{"model":"m","text":"y"}],"answers":"z","correct":1,"new":{}})");
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_EQ(output->id, "7");
  ASSERT_EQ(output->samples.size(), 5U);
  EXPECT_EQ(output->samples[1].tokens[1].logprob, -1);
  EXPECT_EQ(output->samples[2].tokens[0].top.size(), 1U);
  EXPECT_EQ(output->samples[3].tokens[0].token, "d");
  EXPECT_EQ(output->samples[3].stated_confidence, 0.4);
  EXPECT_EQ(output->samples[4].tokens[0].top[1].second, -2);
  EXPECT_EQ(output->stated_confidence, 0.85);
  EXPECT_EQ(output->others[1].model, "m");
  EXPECT_EQ(output->answers, std::vector<std::string>{"z"});
  EXPECT_EQ(output->correct, true);
  const auto again = parse_recorded_output(to_json(*output));
  ASSERT_TRUE(again);
  EXPECT_EQ(to_json(*again).dump(), to_json(*output).dump());
}

TEST(RecordedOutput, NamesWhatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"samples":"a"})", "samples"},
      {R"({"samples":[1]})", "samples[0]"},
      {R"({"samples":["a",{"text":"b","logprobs":[-1,null]}]})", "samples[1].logprobs[1]"},
      {R"({"samples":[{"text":"b","logprobs":[0.5]}]})", "at most 0"},
      {R"({"samples":[{"text":"b","logprobs":3}]})", "logprobs"},
      {R"({"samples":[{"text":"b","token_count":-3}]})", "token_count"},
      {R"({"stated_confidence":101})", "stated_confidence"},
      {R"({"p_true":"maybe"})", "p_true"},
      {R"({"correct":"yes"})", "correct"},
      {R"({"answers":[1]})", "answers"},
      {R"({"others":[{}]})", "others[0]"},
      {R"([])", "object"},
  };
  for (const auto& [line, part] : cases) {
    const auto output = parse(line);
    ASSERT_FALSE(output) << line;
    EXPECT_EQ(output.error().code, base::Code::invalid_argument);
    EXPECT_NE(output.error().message.find(part), std::string::npos) << output.error().message;
  }
}

TEST(RecordedOutput, ReadsConfidences) {
  EXPECT_EQ(parse_confidence(Json(1)), 1.0);
  EXPECT_EQ(parse_confidence(Json(0.2)), 0.2);
  EXPECT_EQ(parse_confidence(Json(70)), 0.7);
  EXPECT_EQ(parse_confidence(Json("0.5 %")), 0.005);
  EXPECT_EQ(parse_confidence(Json("90％")), 0.9);
  EXPECT_FALSE(parse_confidence(Json(-0.1)));
  EXPECT_FALSE(parse_confidence(Json("nan")));
  EXPECT_FALSE(parse_confidence(Json("high")));
}

}  // namespace
}  // namespace genkai::limits::hallucination
