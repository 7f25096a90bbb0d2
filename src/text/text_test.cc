#include "text/text.h"

#include <gtest/gtest.h>

#include "base/rng.h"
#include "text/utf8.h"

namespace genkai::text {
namespace {

std::string random_text(base::Rng& rng) {
  static const std::vector<std::string> pieces = {"a",
                                                  "B",
                                                  " ",
                                                  ".",
                                                  "。",
                                                  "「",
                                                  "」",
                                                  "(",
                                                  ")",
                                                  "\n",
                                                  "\n\n",
                                                  "Mr.",
                                                  "3.14",
                                                  "日本",
                                                  "カタカナ",
                                                  "ﾊﾝｶｸ",
                                                  "é",
                                                  "e\xCC\x81",
                                                  "ß",
                                                  "Ａ",
                                                  "①",
                                                  "\xE2\x80\x8B",
                                                  "\xFF",
                                                  "\xE3\x81",
                                                  "！",
                                                  "？",
                                                  "…",
                                                  "\"",
                                                  "’",
                                                  "\xC2\xA0",
                                                  "\xE3\x80\x80",
                                                  "- ",
                                                  "1. ",
                                                  "U.S.",
                                                  "が",
                                                  "か\xE3\x82\x99",
                                                  "İ",
                                                  "ǆ",
                                                  "\xF0\x9F\x98\x80"};
  std::string out;
  for (std::uint64_t i = rng.below(40); i > 0; --i) out += pieces[rng.below(pieces.size())];
  return out;
}

TEST(Utf8Test, FindsBrokenSequences) {
  EXPECT_TRUE(is_valid_utf8("日本語 text"));
  for (const char* broken :
       {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE3\x81", "\x80", "\xF5\x80\x80\x80"})
    EXPECT_FALSE(is_valid_utf8(broken)) << broken;
  std::size_t replaced = 0;
  EXPECT_EQ(to_valid_utf8("a\xE3\x81z\xFF", &replaced), "a\uFFFDz\uFFFD");
  EXPECT_EQ(replaced, 2U);
  const std::string text = "aé日😀";
  std::size_t end = text.size();
  std::u32string backwards;
  while (end > 0) {
    const CodePoint c = code_point_before(text, end);
    backwards += c.value;
    end -= c.length;
  }
  EXPECT_EQ(backwards, U"😀日éa");
}

TEST(NormaliseTest, FoldsWidthCaseAndForm) {
  EXPECT_EQ(normalise("Hello WORLD 123"), "hello world 123");
  EXPECT_EQ(normalise("ＡＢＣ１２３"), "abc123");
  EXPECT_EQ(normalise("ｶﾞｷﾞｸﾞ"), "ガギグ");
  EXPECT_EQ(normalise("Straße"), "strasse");
  EXPECT_EQ(normalise("か\xE3\x82\x99"), "が");
  EXPECT_EQ(normalise("ze\xE2\x80\x8Bro"), "zero");
  EXPECT_EQ(normalise("㌔"), "キロ");
}

TEST(NormaliseTest, IsIdempotentAndAlwaysValid) {
  base::Rng rng(1);
  for (int i = 0; i < 2000; ++i) {
    const std::string once = normalise(random_text(rng));
    ASSERT_TRUE(is_valid_utf8(once));
    ASSERT_EQ(normalise(once), once);
  }
}

TEST(LanguageTest, GoesByTheLetters) {
  EXPECT_EQ(detect_language("The quick brown fox."), Language::english);
  EXPECT_EQ(detect_language("吾輩は猫である。"), Language::japanese);
  EXPECT_EQ(detect_language("HTTPサーバーをApacheで設定する方法"), Language::japanese);
  EXPECT_EQ(detect_language("The word 侘寂 is hard to translate into English."), Language::english);
  EXPECT_EQ(detect_language("東京大学"), Language::japanese);
  EXPECT_EQ(detect_language("北京是中华人民共和国的首都和直辖市也是全国政治文化国际交往科技创新中心"),
            Language::other);
  EXPECT_EQ(detect_language("Москва столица России"), Language::other);
  EXPECT_EQ(detect_language("1234 !?"), Language::other);
  EXPECT_EQ(detect_language(""), Language::other);
}

TEST(TokensTest, EstimatesAreOfTheRightSize) {
  EXPECT_EQ(estimate_tokens(""), 0U);
  EXPECT_EQ(estimate_tokens("word"), 2U);  // rounded up: an estimate that is too small breaks a budget
  const std::string english =
      "The committee met on Tuesday to discuss the new proposal, and it was accepted by everyone.";
  EXPECT_GE(estimate_tokens(english), 17U);
  EXPECT_LE(estimate_tokens(english), 24U);
  const std::string japanese = "委員会は火曜日に新しい提案について話し合い、全員がそれを受け入れた。";
  const auto characters = static_cast<double>(count_code_points(japanese));
  EXPECT_NEAR(static_cast<double>(estimate_tokens(japanese)), 0.8 * characters, 0.12 * characters);
  EXPECT_GE(estimate_tokens(std::string(3000, 'a')), 400U);
}

TEST(CodePointTest, CountsAndCuts) {
  EXPECT_EQ(count_code_points("aé日😀"), 4U);
  EXPECT_EQ(prefix("aé日😀", 3), "aé日");
  EXPECT_EQ(prefix("aé日😀", 0), "");
  EXPECT_EQ(prefix("ab", 10), "ab");
}

TEST(SentencesTest, CoverEveryVisibleByteInOrder) {
  base::Rng rng(2);
  for (int i = 0; i < 5000; ++i) {
    const std::string text = random_text(rng);
    std::size_t at = 0;
    const auto only_space = [&](std::size_t end) {
      while (at < end) {
        const CodePoint c = code_point_at(text, at);
        if (!is_space(c.value)) return false;
        at += c.length;
      }
      return at == end;
    };
    for (const Span span : split_sentences(text)) {
      ASSERT_LT(span.begin, span.end);
      ASSERT_TRUE(only_space(span.begin)) << text;
      ASSERT_FALSE(is_space(code_point_at(text, span.begin).value));
      ASSERT_FALSE(is_space(code_point_before(text, span.end).value));
      at = span.end;
    }
    ASSERT_TRUE(only_space(text.size())) << text;
  }
}

}  // namespace
}  // namespace genkai::text
