#include <gmock/gmock.h>

#include "knowledge/document/test_documents.h"
#include "text/text.h"

namespace genkai::knowledge {
namespace {

using testing::ElementsAre;

std::string sentences(int count, std::string_view start = "Sentence number") {
  std::string text;
  for (int i = 0; i < count; ++i) {
    if (i > 0) text += ' ';
    text += std::string(start) + " " + std::to_string(i) +
            " says a little more about the opening hours of the museum.";
  }
  return text;
}

std::string without_space(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c != ' ' && c != '\n') out += c;
  return out;
}

std::string joined(const std::vector<Section>& sections) {
  std::string out;
  for (const Section& section : sections)
    for (const PassageText& passage : section.passages) out += passage.text;
  return without_space(out);
}

TEST(SplitTest, PassagesHold64To128TokensAndLoseNothing) {
  for (const int count : {1, 5, 9, 10, 23, 100, 333}) {
    const std::string text = sentences(count);
    const auto sections = split(parse(text, "a.txt"));
    EXPECT_EQ(joined(sections), without_space(text));
    std::size_t passages = 0;
    for (const Section& section : sections) passages += section.passages.size();
    for (const Section& section : sections) {
      std::size_t tokens = 0;
      for (const PassageText& passage : section.passages) {
        const std::size_t own = text::estimate_tokens(passage.text);
        tokens += own;
        EXPECT_LE(own, 128U);
        if (passages > 1) {
          EXPECT_GE(own, 64U) << passage.text;
        }
        EXPECT_TRUE(passage.text.ends_with("museum.")) << passage.text;
      }
      EXPECT_LE(tokens, 1024U);
    }
  }
}

TEST(SplitTest, SectionsFollowHeadings) {
  ParsedDocument document =
      parse("# Guide\n\nIntro.\n\n## Hotels\n\nOne.\n\n### Prices\n\nTwo.\n\n## Food\n\nThree.\n", "a.md");
  std::vector<std::string> found;
  for (const Section& section : split(document)) {
    ASSERT_EQ(section.passages.size(), 1U);
    found.push_back(section.heading + ": " + section.passages[0].text);
  }
  EXPECT_THAT(found, ElementsAre(": Intro.", "Hotels: One.", "Hotels > Prices: Two.", "Food: Three."));
}

TEST(SplitTest, AHeadingWithNothingBelowIsText) {
  const auto sections = split(parse("# Title\n\n## Closed on Monday\n\n## Next\n\nText.\n", "a.md"));
  ASSERT_EQ(sections.size(), 2U);
  EXPECT_EQ(sections[0].passages[0].text, "Closed on Monday");
}

TEST(SplitTest, RowsAndItemsStayWhole) {
  std::string text = "| Name | Price |\n|---|---|\n";
  for (int i = 0; i < 60; ++i)
    text += "| room " + std::to_string(i) + " | " + std::to_string(100 + i) + " euros |\n";
  for (const Section& section : split(parse(text, "a.md")))
    for (const PassageText& passage : section.passages) {
      EXPECT_TRUE(passage.text.starts_with("Name: room ")) << passage.text;
      EXPECT_TRUE(passage.text.ends_with(" euros")) << passage.text;
    }
}

TEST(SplitTest, LongSentencesAreCutAtWords) {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "word" + std::to_string(i) + (i % 9 == 8 ? ", " : " ");
  const auto sections = split(parse(text, "a.txt"));
  EXPECT_EQ(joined(sections), without_space(text));
  for (const Section& section : sections)
    for (const PassageText& passage : section.passages) {
      EXPECT_LE(text::estimate_tokens(passage.text), 128U);
      EXPECT_TRUE(passage.text.starts_with("word")) << passage.text;
    }
}

TEST(SplitTest, JapaneseWithoutSpacesIsCutBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += i % 40 == 39 ? "、" : "漢";
  const auto sections = split(parse(text, "a.txt"));
  EXPECT_EQ(joined(sections), text);
  for (const Section& section : sections)
    for (const PassageText& passage : section.passages) {
      EXPECT_LE(text::estimate_tokens(passage.text), 128U);
      EXPECT_EQ(text::decode(passage.text)->replaced, 0U);
    }
}

TEST(SplitTest, FiveMegabytesOfOneLine) {
  for (const std::string_view piece : {"lorem ipsum dolor sit amet ", "x", "これは文です。", "漢字"}) {
    std::string line;
    while (line.size() < (std::size_t{5} << 20)) line += piece;
    const auto sections = split(parse(line, "a.txt"));
    EXPECT_EQ(joined(sections), without_space(line)) << piece;
    for (const Section& section : sections)
      for (const PassageText& passage : section.passages) ASSERT_LE(passage.text.size(), 2048U);
  }
}

TEST(SplitTest, PagesAndLinesAreKept) {
  ParsedDocument document;
  document.blocks.push_back({Block::Kind::paragraph, 0, sentences(8), 3, 17});
  document.blocks.push_back({Block::Kind::paragraph, 0, sentences(8), 4, 25});
  const auto sections = split(document);
  ASSERT_EQ(sections.size(), 1U);
  EXPECT_EQ(sections[0].passages.front().page, 3U);
  EXPECT_EQ(sections[0].passages.front().line, 17U);
  EXPECT_EQ(sections[0].passages.back().page, 4U);
}

TEST(SplitTest, NothingGivesNothing) {
  EXPECT_TRUE(split({}).empty());
}

}  // namespace
}  // namespace genkai::knowledge
