#include "limits/context/compress.h"

#include <gtest/gtest.h>

#include "text/analyzer.h"
#include "text/text.h"

namespace genkai::limits::context {
namespace {

core::Interpretation asked(const std::string& question) {
  core::Interpretation meaning;
  meaning.text = question;
  for (const auto& [term, weight] : text::Analyzer().query_terms(question))
    meaning.terms.push_back({term, 2, weight});
  return meaning;
}

TEST(CompressTest, KeepsWhatHoldsTheQuestionAndWhatLeansOnItVerbatim) {
  const std::string text =
      "The town has two bridges. The old mill ground rye. It was built in 1802. Trees line the road. The "
      "bakery opens at seven.";
  EXPECT_EQ(compress(text, asked("When was the old mill built?")),
            "… The old mill ground rye. It was built in 1802. …");
  EXPECT_EQ(compress(text, asked("Where do trees line the bakery?")),
            "… Trees line the road. The bakery opens at seven.");
}

TEST(CompressTest, KeepsWhatAKeptSentenceLeansOn) {
  const std::string text = "The chapel stands on a hill. However, its organ was sold. Rain is rare here.";
  EXPECT_EQ(compress(text, asked("What happened to the organ?")),
            "The chapel stands on a hill. However, its organ was sold. …");
}

TEST(CompressTest, WorksOnJapanese) {
  const std::string text =
      "町には橋が二つある。岬の灯台は1894年に建てられた。その光は28キロメートル先まで届く。市場は土曜日に開く"
      "。";
  EXPECT_EQ(compress(text, asked("岬の灯台はいつ建てられましたか。")),
            "… 岬の灯台は1894年に建てられた。その光は28キロメートル先まで届く。 …");
}

TEST(CompressTest, LeavesWhatWasFoundByMeaningAlone) {
  const std::string text = "Ships were led home by a lamp. Its keeper lived there.";
  EXPECT_EQ(compress(text, asked("When did the pharos open?")), text);
  EXPECT_EQ(compress("", asked("When?")), "");
  EXPECT_EQ(compress(text, {}), text);
}

// Every piece between gaps stands in the text, and no sentence is cut.
TEST(CompressTest, NeverCutsASentence) {
  const std::string text =
      "Dr. Marsh paid $3.50 in 1932. He left! Was the fee, e.g. for boats, due? \"No fee,\" he said. "
      "港は深い。船は「しらさぎ」と呼ばれた。 Boats rest here.";
  for (const char* question : {"boats fee", "Marsh", "船は何と呼ばれたか", "harbour", "1932"}) {
    const std::string less = compress(text, asked(question));
    std::size_t from = 0, at = 0;
    for (std::string_view rest = less; !rest.empty();) {
      const std::size_t gap = rest.find("…");
      std::string piece(rest.substr(0, gap));
      rest = gap == std::string_view::npos ? "" : rest.substr(gap + std::string_view("…").size());
      piece.erase(
          0, piece.find_first_not_of(' ') == std::string::npos ? piece.size() : piece.find_first_not_of(' '));
      while (!piece.empty() && piece.back() == ' ') piece.pop_back();
      if (piece.empty()) continue;
      at = text.find(piece, from);
      ASSERT_NE(at, std::string::npos) << piece;
      from = at + piece.size();
      const auto whole = text::split_sentences(text);
      EXPECT_TRUE(std::any_of(whole.begin(), whole.end(), [&](const text::Span& s) { return s.begin == at; }))
          << piece;
      EXPECT_TRUE(std::any_of(whole.begin(), whole.end(), [&](const text::Span& s) { return s.end == from; }))
          << piece;
    }
  }
}

}  // namespace
}  // namespace genkai::limits::context
