#include <gtest/gtest.h>

#include "base/rng.h"
#include "text/text.h"
#include "text/utf8.h"

namespace genkai::text {
namespace {

using std::string_literals::operator""s;

void expect(const std::string& bytes, std::string_view encoding, std::string_view text,
            std::string_view declared = {}) {
  const auto decoded = decode(bytes, declared);
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(decoded->encoding, encoding);
  EXPECT_EQ(decoded->text, text);
  EXPECT_EQ(decoded->replaced, 0U);
}

std::string utf16(std::u16string_view text, bool little) {
  std::string out;
  for (const char16_t unit : text) {
    const char low = static_cast<char>(unit & 0xFF), high = static_cast<char>(unit >> 8);
    out += little ? low : high;
    out += little ? high : low;
  }
  return out;
}

const std::string kShiftJis =
    "\x93\xFA\x96\x7B\x8C\xEA\x82\xCC\x83\x65\x83\x58\x83\x67\x81\x42";  // 日本語のテスト。
const std::string kEucJp = "\xC6\xFC\xCB\xDC\xB8\xEC\xA4\xCE\xA5\xC6\xA5\xB9\xA5\xC8\xA1\xA3";
constexpr std::string_view kJapanese = "日本語のテスト。";

TEST(DecodeTest, Utf8) {
  expect("", "UTF-8", "");
  expect("plain", "UTF-8", "plain");
  expect("\xEF\xBB\xBF日本", "UTF-8", "日本");
  expect("日本語", "UTF-8", "日本語");
  expect("a\r\nb\rc\n", "UTF-8", "a\nb\nc\n");
}

TEST(DecodeTest, DamagedUtf8KeepsItsGoodParts) {
  const auto decoded = decode("日本語の文章がここにあります\xE3\x81。終わり");
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->encoding, "UTF-8");
  EXPECT_EQ(decoded->replaced, 1U);
  EXPECT_EQ(decoded->text, "日本語の文章がここにあります\uFFFD。終わり");
}

TEST(DecodeTest, JapaneseEncodingsAreRecognised) {
  expect(kShiftJis, "Shift_JIS", kJapanese);
  expect(kEucJp, "EUC-JP", kJapanese);
  expect("\x8A\xBF\x8E\x9A\n", "Shift_JIS", "漢字\n");
  expect("\xB4\xC1\xBB\xFA\xA4\xCE\n", "EUC-JP", "漢字の\n");
  expect("name: \x93\xC7\x82\xDD\x95\xFB\r\n", "Shift_JIS", "name: 読み方\n");
  expect("\x87\x40", "Shift_JIS", "①", "Shift_JIS");
}

TEST(DecodeTest, Utf16WithAndWithoutMark) {
  const std::u16string text = u"日本語のテスト。\n二行目";
  for (const bool little : {true, false}) {
    const std::string_view name = little ? "UTF-16LE" : "UTF-16BE";
    expect(utf16(u"\uFEFF" + text, little), name, "日本語のテスト。\n二行目");
    expect(utf16(text, little), name, "日本語のテスト。\n二行目");
    expect(utf16(u"plain English\r\n", little), name, "plain English\n");
    expect(utf16(u"\uFEFF😀", little), name, "😀");
  }
}

TEST(DecodeTest, Windows1252) {
  expect("caf\xE9 au lait", "windows-1252", "café au lait");
  expect("\x93quoted\x94 \x96 it\x92s", "windows-1252", "“quoted” – it’s");
  expect(
      "Stra\xDF"
      "e in K\xF6ln",
      "windows-1252", "Straße in Köln");
}

TEST(DecodeTest, ADeclarationIsTrustedOnlyIfItDecodes) {
  expect(kEucJp, "EUC-JP", kJapanese, "euc-jp");
  expect(kEucJp, "EUC-JP", kJapanese, "utf-8");
  expect(kShiftJis, "Shift_JIS", kJapanese, "x-sjis");
  expect("日本語のページ", "UTF-8", "日本語のページ", "iso-8859-1");
  expect("日本語のページ", "UTF-8", "日本語のページ", "Shift_JIS");
  expect("caf\xE9", "windows-1252", "café", "iso-8859-1");
  expect("\xCF\xF0\xE8\xE2\xE5\xF2", "windows-1251", "Привет", "windows-1251");
  expect("plain", "UTF-8", "plain", "no-such-charset");
  expect(kShiftJis, "Shift_JIS", kJapanese, std::string(1000, 'x'));
}

TEST(DecodeTest, BinaryIsRefused) {
  for (const std::string& binary :
       {"\x7F"
        "ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0>\0\1\0\0\0"s,
        "\0\0\0\0"s, "ab\0cd"s, "\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\x08\6\0\0\0"s}) {
    const auto decoded = decode(binary);
    ASSERT_FALSE(decoded);
    EXPECT_EQ(decoded.error().code, base::Code::invalid_argument);
    EXPECT_FALSE(decoded.error().hint.empty());
  }
}

TEST(DecodeTest, AnyBytesGiveValidTextOrAnError) {
  base::Rng rng(3);
  for (int i = 0; i < 3000; ++i) {
    std::string bytes(rng.below(60), ' ');
    for (char& c : bytes) c = static_cast<char>(rng.below(2) ? rng.below(256) : 0x80 + rng.below(0x70));
    const auto decoded = decode(bytes, i % 3 == 0 ? "shift_jis" : "");
    if (!decoded) continue;
    ASSERT_TRUE(is_valid_utf8(decoded->text));
  }
}

}  // namespace
}  // namespace genkai::text
