#include <gmock/gmock.h>

#include "knowledge/document/readers.h"
#include "knowledge/document/test_documents.h"

namespace genkai::knowledge {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A PDF whose pages show lines of Helvetica.
std::string pdf_of(const std::vector<std::vector<std::string>>& pages) {
  std::vector<std::string> objects = {"<</Type/Catalog/Pages 2 0 R>>", "",
                                      "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
                                      "<</Title(Visitor guide)/ModDate(D:20240305120000Z)>>"};
  std::string kids;
  for (const auto& lines : pages) {
    std::string content = "BT /F1 12 Tf 72 720 Td 14 TL\n";
    for (const std::string& line : lines) content += "(" + line + ") Tj T*\n";
    content += "ET";
    const std::size_t page = objects.size() + 1;
    kids += std::to_string(page) + " 0 R ";
    objects.push_back(
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>/Contents " +
        std::to_string(page + 1) + " 0 R>>");
    objects.push_back("<</Length " + std::to_string(content.size()) + ">>\nstream\n" + content +
                      "\nendstream");
  }
  objects[1] = "<</Type/Pages/Count " + std::to_string(pages.size()) + "/Kids[" + kids + "]>>";
  std::string out = "%PDF-1.4\n", table;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    char row[32];
    std::snprintf(row, sizeof row, "%010zu 00000 n \n", out.size());
    table += row;
    out += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
  }
  const std::size_t start = out.size();
  const std::string size = std::to_string(objects.size() + 1);
  return out + "xref\n0 " + size + "\n0000000000 65535 f \n" + table + "trailer<</Size " + size +
         "/Root 1 0 R/Info 4 0 R>>\nstartxref\n" + std::to_string(start) + "\n%%EOF\n";
}

TEST(PdfTest, PagesTitleAndDate) {
  const ParsedDocument document = parse(pdf_of({{"The museum opens at nine and closes at five."},
                                                {"On Monday the museum stays closed all day."}}),
                                        "a.pdf");
  EXPECT_THAT(outline(document), ElementsAre("P The museum opens at nine and closes at five.",
                                             "P On Monday the museum stays closed all day."));
  ASSERT_EQ(document.blocks.size(), 2U);
  EXPECT_EQ(document.blocks[0].page, 1U);
  EXPECT_EQ(document.blocks[1].page, 2U);
  EXPECT_EQ(document.info.title, "Visitor guide");
  EXPECT_EQ(document.info.date, "2024-03-05");
}

TEST(PdfTest, WithoutTextOrDamaged) {
  const auto images = parse_all(pdf_of({{""}}), "a.pdf");
  ASSERT_FALSE(images);
  EXPECT_EQ(images.error().code, base::Code::unsupported);
  EXPECT_THAT(images.error().hint, HasSubstr("OCR"));
  EXPECT_EQ(parse_all("%PDF-1.4\nnothing more", "a.pdf").error().code, base::Code::corrupt);
  EXPECT_EQ(parse_all("no pdf", "a.pdf").error().code, base::Code::corrupt);
}

TEST(PdfTextTest, RunningHeadsNumbersAndHyphensGo) {
  ParsedDocument document;
  reading::append_pdf_text(
      document,
      "Visitor guide 2024\n\nThe muse-\num opens at nine and stays open un-\ntil\n\n1\n\f"
      "Visitor guide 2024\n\nfive in the afternoon. Tickets cost five euros at the door.\n\n2\n\f"
      "Visitor guide 2024\n\n1.2 Tickets\nTickets for groups cost less than what single visitors have to "
      "pay.\n\n3\n\f");
  EXPECT_THAT(
      outline(document),
      ElementsAre("P The museum opens at nine and stays open until five in the afternoon. Tickets cost five "
                  "euros at the door.",
                  "H2 1.2 Tickets", "P Tickets for groups cost less than what single visitors have to pay."));
  EXPECT_EQ(document.blocks.at(1).page, 3U);
}

}  // namespace
}  // namespace genkai::knowledge
