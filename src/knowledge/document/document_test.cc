#include "knowledge/document/document.h"

#include <gmock/gmock.h>
#include <unicode/ucnv.h>
#include <zlib.h>

#include <fstream>

#include "knowledge/document/test_documents.h"

namespace genkai::knowledge {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string gzip(std::string_view text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string encoded(std::string_view utf8, const char* encoding) {
  UErrorCode error = U_ZERO_ERROR;
  std::string out(utf8.size() * 4 + 16, '\0');
  const int32_t size = ucnv_convert(encoding, "UTF-8", out.data(), static_cast<int32_t>(out.size()),
                                    utf8.data(), static_cast<int32_t>(utf8.size()), &error);
  EXPECT_TRUE(U_SUCCESS(error));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

constexpr std::string_view kJapanese =
    "本館の開館時間は午前九時から午後五時までです。月曜日は休館します。入館料は大人五百円、子供二百円です。";

TEST(DocumentTest, KnowsItsEndings) {
  for (const char* name :
       {"a.txt", "a.md", "a.markdown", "a.html", "a.HTM", "a.xhtml", "README", "a.txt.gz", "README.gz",
        "x.jsonl", "x.pdf", "x.docx", "x.epub", "ls.1", "ls.1.gz", "Foo::Bar.3pm", "a/b/c.txt"})
    EXPECT_TRUE(is_document(name)) << name;
  for (const char* name : {"a.png", "a.tar.gz", ".bashrc", "a.7z", "a.jsonl.gz", "", "lib.so", "a.c"})
    EXPECT_FALSE(is_document(name)) << name;
}

TEST(DocumentTest, UnknownEndingIsUnsupported) {
  const auto result = parse_all("x", "a.png");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, base::Code::unsupported);
}

TEST(DocumentTest, EmptyInputIsAnError) {
  for (const char* name : {"a.txt", "a.md", "a.html", "a.jsonl", "a.1"}) {
    for (const char* content : {"", " \n\t\n"}) {
      const auto result = parse_all(content, name);
      ASSERT_FALSE(result) << name;
      EXPECT_EQ(result.error().code, base::Code::invalid_argument) << name;
    }
  }
  EXPECT_FALSE(parse_all("<html><body><script>x()</script></body></html>", "a.html"));
}

TEST(DocumentTest, UnknownBinaryIsAnError) {
  std::string binary(
      "\x7F"
      "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0\x01\0\0\0",
      24);
  for (const char* name :
       {"program", "a.txt", "a.md", "a.html", "a.pdf", "a.docx", "a.epub", "a.1", "a.jsonl"})
    EXPECT_FALSE(parse_all(binary, name)) << name;
}

TEST(DocumentTest, JapaneseEncodingsAreRecognised) {
  for (const char* encoding : {"UTF-8", "Shift_JIS", "EUC-JP"}) {
    const ParsedDocument document = parse(encoded(kJapanese, encoding), "a.txt");
    EXPECT_THAT(outline(document), ElementsAre("P " + std::string(kJapanese))) << encoding;
    EXPECT_EQ(document.info.language, "ja");
  }
  const std::string utf16 = "\xFF\xFE" + encoded(kJapanese, "UTF-16LE");
  EXPECT_THAT(outline(parse(utf16, "a.txt")), ElementsAre("P " + std::string(kJapanese)));
}

TEST(DocumentTest, HtmlDeclaresItsEncoding) {
  const std::string page = encoded(
      "<html><head><meta "
      "charset=\"Shift_JIS\"><title>案内</title></head><body><p>九時に開きます。</p></body></html>",
      "Shift_JIS");
  const ParsedDocument document = parse(page, "a.html");
  EXPECT_EQ(document.info.title, "案内");
  EXPECT_THAT(outline(document), ElementsAre("P 九時に開きます。"));
}

TEST(DocumentTest, InvalidUtf8IsReplacedWithAWarning) {
  std::string text = "The museum opens at nine o'clock. ";
  for (int i = 0; i < 5; ++i) text += kJapanese;
  text += "\xFF\xFE\xC0 end";
  const ParsedDocument document = parse(text, "a.txt");
  EXPECT_THAT(document.warnings, ElementsAre(HasSubstr("replaced")));
  EXPECT_THAT(document.blocks.at(0).text, HasSubstr("\uFFFD"));
}

TEST(DocumentTest, GzipIsUnpackedWithinLimits) {
  EXPECT_THAT(outline(parse(gzip("Some text."), "a.txt.gz")), ElementsAre("P Some text."));
  EXPECT_THAT(outline(parse(gzip("Some ") + gzip("text."), "a.txt.gz")), ElementsAre("P Some text."));
  EXPECT_THAT(outline(parse("Not packed after all.", "a.txt.gz")), ElementsAre("P Not packed after all."));

  std::string damaged = gzip("Some text that is long enough to be damaged in the middle.");
  EXPECT_EQ(parse_all(std::string_view(damaged).substr(0, 30), "a.txt.gz").error().code, base::Code::corrupt);
  damaged[20] = static_cast<char>(damaged[20] ^ 0x55);
  EXPECT_EQ(parse_all(damaged, "a.txt.gz").error().code, base::Code::corrupt);

  const auto bomb = parse_all(gzip(std::string(20 << 20, 'a')), "a.txt.gz");
  EXPECT_EQ(bomb.error().code, base::Code::resource_exhausted);
  ParseLimits limits;
  limits.unpacked_bytes = 4;
  EXPECT_EQ(parse_all(gzip("Some text."), "a.txt.gz", limits).error().code, base::Code::resource_exhausted);
}

TEST(DocumentTest, ContentOfAFileWithoutEndingIsRecognised) {
  EXPECT_THAT(outline(parse("<!DOCTYPE html><p>Hello there.</p>", "index")), ElementsAre("P Hello there."));
}

TEST(DocumentTest, LargeFilesAreRefused) {
  ParseLimits limits;
  limits.file_bytes = 10;
  EXPECT_EQ(parse_all("more than ten bytes", "a.txt", limits).error().code, base::Code::resource_exhausted);
}

TEST(DocumentTest, ReadsFilesAndStopsWhenTheSinkSaysSo) {
  const base::Path folder = testing::TempDir();
  const base::Path file = folder / "genkai-document-test.jsonl";
  std::ofstream(file) << "{\"id\":\"a\",\"text\":\"One.\"}\n{\"id\":\"b\",\"text\":\"Two.\"}\n{\"id\":\"c\","
                         "\"text\":\"Three.\"}\n";
  std::vector<std::string> ids;
  const auto stop = parse_file(file, "x", {}, [&](ParsedDocument document) {
    ids.push_back(document.info.id);
    if (ids.size() == 2) return base::Status(base::fail(base::Code::cancelled, "enough"));
    return base::Status();
  });
  EXPECT_THAT(ids, ElementsAre("a", "b"));
  ASSERT_FALSE(stop);
  EXPECT_EQ(stop.error().code, base::Code::cancelled);
  std::filesystem::remove(file);

  const DocumentSink ignore = [](ParsedDocument) { return base::Status(); };
  EXPECT_EQ(parse_file(folder / "missing.txt", "", {}, ignore).error().code, base::Code::not_found);
  EXPECT_EQ(parse_file(folder / "missing.jsonl", "", {}, ignore).error().code, base::Code::not_found);
  EXPECT_FALSE(parse_file(folder, "", {}, ignore));
}

TEST(DocumentTest, IdAndSourceComeFromTheCaller) {
  std::string id, source;
  const auto status = parse_bytes("Text.", "notes.txt", "folder/notes.txt", {}, [&](ParsedDocument document) {
    id = document.info.id;
    source = document.info.source;
    return base::Status();
  });
  EXPECT_TRUE(status);
  EXPECT_EQ(id, "folder/notes.txt");
  EXPECT_EQ(source, "notes.txt");
}

}  // namespace
}  // namespace genkai::knowledge
