#include "model/upstream/sse.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace genkai::model {
namespace {

using base::Code;

/// "type|data" of each event; the bytes come in pieces of `step`.
base::Result<std::vector<std::string>> parse(std::string_view bytes, std::size_t step,
                                             bool* boundary = nullptr) {
  SseParser parser;
  std::vector<std::string> out;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    GENKAI_ASSIGN_OR_RETURN(const auto events, parser.feed(bytes.substr(at, step)));
    for (const auto& event : events) out.push_back(event.type + "|" + event.data);
  }
  if (boundary != nullptr) *boundary = parser.at_boundary();
  return out;
}

using Events = std::vector<std::string>;

TEST(Sse, FieldsLineEndsAndCommentsInPiecesOfAnySize) {
  const std::string stream =
      "\xEF\xBB\xBF: hello\n\ndata: a\n\n"
      "event: done\rdata:b\rdata\rdata:  c\r\r"
      "id: 7\r\nretry: 10\r\ndata: \xE6\x97\xA5\r\n\r\n"
      "event: nothing\n\n: keep-alive\n\ndata:\n\ndata: x: y\n\n";
  const Events expected = {"message|a", "done|b\n\n c", "message|\xE6\x97\xA5", "message|", "message|x: y"};
  for (std::size_t step = 1; step <= stream.size(); ++step) {
    bool boundary = false;
    const auto events = parse(stream, step, &boundary);
    ASSERT_TRUE(events) << step;
    EXPECT_EQ(*events, expected) << step;
    EXPECT_TRUE(boundary);
  }
}

TEST(Sse, AnEventIsThereWithItsLastByte) {
  SseParser parser;
  EXPECT_TRUE(parser.feed("data: a\r\n")->empty());
  EXPECT_EQ(parser.feed("\r")->size(), 1U);  // whether a line feed follows does not matter
  EXPECT_TRUE(parser.feed("\n")->empty());
  EXPECT_EQ(parser.feed("data: b\n\n")->at(0).data, "b");
}

TEST(Sse, KnowsWhenItEndsWithinAnEvent) {
  for (const char* cut : {"data: a", "data: a\n", "data: a\n\nda", "event: x\n", "id: 1\n", ": comm"}) {
    bool boundary = true;
    ASSERT_TRUE(parse(cut, 3, &boundary)) << cut;
    EXPECT_FALSE(boundary) << cut;
  }
  for (const char* whole : {"", "data: a\n\n", ": comment\n", "\n\n", "data: a\r\r\n"}) {
    bool boundary = false;
    ASSERT_TRUE(parse(whole, 3, &boundary)) << whole;
    EXPECT_TRUE(boundary) << whole;
  }
}

TEST(Sse, RefusesWhatIsNoEventStream) {
  for (const char* bytes : {"{\"error\": \"no\"}\n", "<html>\n", "dat: a\n", "data : a\n", " data: a\n",
                            "DATA: a\n", "data: \xFF\n", "data: \xE6\x97\n",
                            "\xEF\xBB\xBF\xEF\xBB\xBF"
                            "data: a\n",
                            "data: a\n\xEF\xBB\xBF"
                            "data: b\n",
                            ": \x80\n"})
    for (const std::size_t step : {1, 100}) {
      const auto events = parse(bytes, step);
      ASSERT_FALSE(events) << bytes;
      EXPECT_EQ(events.error().code, Code::corrupt) << bytes;
    }
}

TEST(Sse, AnEventHasALimit) {
  for (const std::string& line : {std::string("data: 12345678\n"), std::string("data: 1\ndata: 2\n"),
                                  std::string("data: 123456789012345"), std::string(": 123456789012345")}) {
    SseParser small(10);
    const auto events = small.feed(line);
    ASSERT_FALSE(events) << line;
    EXPECT_EQ(events.error().code, Code::resource_exhausted);
  }
  SseParser enough(10);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(enough.feed("data: 1234\n\n")->size(), 1U);  // each counts alone
}

}  // namespace
}  // namespace genkai::model
