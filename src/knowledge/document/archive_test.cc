// DOCX and EPUB.
#include <gmock/gmock.h>

#include "knowledge/document/test_documents.h"
#include "knowledge/document/test_zip.h"

namespace genkai::knowledge {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string body(const std::string& content) {
  return "<?xml version=\"1.0\"?><w:document xmlns:w=\"http://w\"><w:body>" + content +
         "</w:body></w:document>";
}
std::string paragraph(const std::string& text, const std::string& properties = "") {
  return "<w:p><w:pPr>" + properties + "</w:pPr><w:r><w:t>" + text + "</w:t></w:r></w:p>";
}
std::string cell(const std::string& text) {
  return "<w:tc>" + paragraph(text) + "</w:tc>";
}

const std::string kStyles =
    "<w:styles xmlns:w=\"http://w\"><w:style w:styleId=\"1\"><w:name w:val=\"heading 1\"/></w:style>"
    "<w:style w:styleId=\"Own\"><w:name w:val=\"My own\"/><w:basedOn w:val=\"1\"/></w:style></w:styles>";
const std::string kCore =
    "<cp:coreProperties xmlns:cp=\"c\" xmlns:dc=\"d\" xmlns:dcterms=\"t\"><dc:title>Handbook</dc:title>"
    "<dcterms:modified>2024-03-05T10:00:00Z</dcterms:modified></cp:coreProperties>";

TEST(DocxTest, HeadingsListsTablesAndProperties) {
  const std::string content =
      paragraph("Travel", "<w:pStyle w:val=\"1\"/>") + paragraph("The company pays &amp; books.") +
      paragraph("first", "<w:numPr><w:numId w:val=\"1\"/></w:numPr>") +
      paragraph("Deeper", "<w:pStyle w:val=\"Own\"/>") + "<w:tbl><w:tr>" + cell("City") + cell("Price") +
      "</w:tr><w:tr>" + cell("Tokyo") + cell("12000") + "</w:tr></w:tbl>" +
      "<w:p><w:r><w:t>kept</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
      "<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r></w:p>";
  const ParsedDocument document = parse(
      zip_of(
          {{"word/document.xml", body(content)}, {"word/styles.xml", kStyles}, {"docProps/core.xml", kCore}}),
      "a.docx");
  EXPECT_THAT(outline(document), ElementsAre("H1 Travel", "P The company pays & books.", "LI first",
                                             "H1 Deeper", "TR City: Tokyo | Price: 12000", "P kept"));
  EXPECT_EQ(document.info.title, "Handbook");
  EXPECT_EQ(document.info.date, "2024-03-05");
  EXPECT_THAT(document.warnings, ElementsAre(HasSubstr("hidden")));
}

TEST(DocxTest, BombsAreRefused) {
  const std::string bomb = body(paragraph(std::string(40 << 20, 'a')));
  const auto by_ratio = parse_all(zip_of({{"word/document.xml", bomb}}), "a.docx");
  ASSERT_FALSE(by_ratio);
  EXPECT_EQ(by_ratio.error().code, base::Code::resource_exhausted);
  EXPECT_THAT(by_ratio.error().message, HasSubstr("bomb"));
  ParseLimits limits;
  limits.unpacked_bytes = 100;
  EXPECT_EQ(
      parse_all(zip_of({{"word/document.xml", body(paragraph("text"))}}), "a.docx", limits).error().code,
      base::Code::resource_exhausted);
}

TEST(DocxTest, EntitiesAreRefused) {
  const std::string xml =
      "<!DOCTYPE d [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>" + body(paragraph("&b;")).substr(21);
  const auto result = parse_all(zip_of({{"word/document.xml", xml}}), "a.docx");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, base::Code::unsupported);
}

TEST(DocxTest, EncryptedDamagedAndIncomplete) {
  EXPECT_EQ(parse_all(zip_of({{"word/document.xml", body(paragraph("x"))}}, "secret"), "a.docx").error().code,
            base::Code::unsupported);
  std::string good = zip_of({{"word/document.xml", body(paragraph("Some text that is here."))}});
  EXPECT_EQ(parse_all(good.substr(0, good.size() / 2), "a.docx").error().code, base::Code::corrupt);
  EXPECT_EQ(parse_all("PK no archive", "a.docx").error().code, base::Code::corrupt);
  EXPECT_EQ(parse_all(zip_of({{"other.xml", "<a/>"}}), "a.docx").error().code, base::Code::not_found);
  const ParsedDocument cut =
      parse(zip_of({{"word/document.xml", "<w:document xmlns:w='w'>" + paragraph("Start.")}}), "a.docx");
  EXPECT_THAT(outline(cut), ElementsAre("P Start."));
  EXPECT_THAT(cut.warnings, ElementsAre(HasSubstr("in part")));
}

TEST(EpubTest, ChaptersInReadingOrder) {
  const std::string container =
      "<container><rootfiles><rootfile full-path=\"OEBPS/book.opf\"/></rootfiles></container>";
  const std::string package =
      "<package xmlns:dc=\"d\"><metadata><dc:title>The "
      "Book</dc:title><dc:creator>Ann</dc:creator><dc:date>2020</dc:date>"
      "<meta property=\"dcterms:modified\">2024-03-05T00:00:00Z</meta></metadata><manifest>"
      "<item id=\"b\" href=\"text/two%20b.xhtml\"/><item id=\"a\" href=\"text/../one.xhtml#top\"/>"
      "<item id=\"n\" href=\"nav.xhtml\" properties=\"nav\"/><item id=\"gone\" "
      "href=\"gone.xhtml\"/></manifest>"
      "<spine><itemref idref=\"n\"/><itemref idref=\"a\"/><itemref idref=\"b\"/><itemref "
      "idref=\"gone\"/></spine></package>";
  const ParsedDocument document = parse(
      zip_of({{"META-INF/container.xml", container},
              {"OEBPS/book.opf", package},
              {"OEBPS/nav.xhtml", "<p>Contents</p>"},
              {"OEBPS/one.xhtml", "<html><head><title/></head><body><h1>One</h1><p>First.</p></body></html>"},
              {"OEBPS/text/two b.xhtml", "<h1>Two</h1><p>Second.</p>"}}),
      "a.epub");
  EXPECT_THAT(outline(document), ElementsAre("H1 One", "P First.", "H1 Two", "P Second."));
  EXPECT_EQ(document.info.title, "The Book");
  EXPECT_EQ(document.info.source, "Ann");
  EXPECT_EQ(document.info.date, "2024-03-05");
  EXPECT_THAT(document.warnings, ElementsAre(HasSubstr("1 chapters")));
}

TEST(EpubTest, ABombInAChapterIsRefused) {
  const std::string container = "<container><rootfile full-path=\"b.opf\"/></container>";
  const std::string package = "<package><item id=\"a\" href=\"a.xhtml\"/><itemref idref=\"a\"/></package>";
  const auto result = parse_all(zip_of({{"META-INF/container.xml", container},
                                        {"b.opf", package},
                                        {"a.xhtml", std::string(30 << 20, ' ')}}),
                                "a.epub");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, base::Code::resource_exhausted);
}

}  // namespace
}  // namespace genkai::knowledge
