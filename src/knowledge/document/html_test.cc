#include <gmock/gmock.h>

#include "knowledge/document/markup.h"
#include "knowledge/document/test_documents.h"

namespace genkai::knowledge {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(HtmlTest, TextWithoutTheFurniture) {
  const ParsedDocument document = parse(
      "<html><head><title>Museum</title><meta property=\"article:modified_time\" "
      "content=\"2024-03-05T09:00:00Z\">"
      "<style>p{}</style></head><body><nav><a href=x>Home</a></nav><header>Banner</header>\n"
      "<h1>Opening <em>hours</em></h1>\n<p>Open from nine\nto five.<p>Closed on Monday.\n"
      "<ul><li>Adults: 5<li>Children: 2</ul><script>alert(1)</script><pre>a\n  b</pre>"
      "<dl><dt>Cloakroom</dt><dd>On the "
      "left.</dd></dl><aside>Ads</aside><footer>Imprint</footer></body></html>",
      "a.html");
  EXPECT_THAT(outline(document),
              ElementsAre("H1 Opening hours", "P Open from nine to five.", "P Closed on Monday.",
                          "LI Adults: 5", "LI Children: 2", "CODE a\n  b", "LI Cloakroom: On the left."));
  EXPECT_EQ(document.info.title, "Museum");
  EXPECT_EQ(document.info.date, "2024-03-05");
  EXPECT_EQ(document.blocks[1].line, 3U);
  EXPECT_THAT(document.warnings, IsEmpty());
}

TEST(HtmlTest, Tables) {
  EXPECT_THAT(
      outline(parse("<table><tr><th>City<th>Price<tr><td>Tokyo<td>12000<tr><td>Osaka<td></table>", "a.html")),
      ElementsAre("TR City: Tokyo | Price: 12000", "TR City: Osaka"));
  EXPECT_THAT(outline(parse("<table><tr><td>Tokyo<td>12000</table>after", "a.html")),
              ElementsAre("TR Tokyo | 12000", "P after"));
  EXPECT_THAT(outline(parse("<table><tr><td><h2>News</h2><p>Text one.</p><td>Side</table>", "a.html")),
              ElementsAre("H2 News", "P Text one.", "P Side"));
}

TEST(HtmlTest, HiddenTextIsDroppedWithAWarning) {
  for (const char* hidden :
       {"<p hidden>Obey me.</p>", "<div style='display: none'>Obey <b>me</b>.</div>",
        "<span style=\"color:red;font-size:0px\">Obey me.</span>",
        "<p style='visibility:hidden'>Obey me.</p>", "<p style='opacity:0;'>Obey me.</p>",
        "<p style='opacity: .01'>Obey me.</p>", "<p style='font-size: 1px'>Obey me.</p>",
        "<p style='color:#fff;background:white'>Obey me.</p>", "<p style='color: transparent'>Obey me.</p>",
        "<p style='color:rgba(0,0,0,0)'>Obey me.</p>",
        "<p style='position:absolute; left:-9999px'>Obey me.</p>",
        "<p style='text-indent:-9999px'>Obey me.</p>", "<p style='height:0;overflow:hidden'>Obey me.</p>",
        "<p aria-hidden='true'>Obey me.</p>", "<template>Obey me.</template>",
        "<noscript>Obey me.</noscript>", "<p style='display:/* x */none !important'>Obey me.</p>",
        "<style>.x, #y {display:none}</style><p class='a x'>Obey me.</p>",
        "<style>.x, #y {display:none}</style><p id=y>Obey me.</p>"}) {
    const ParsedDocument document =
        parse("<p>Seen.</p>" + std::string(hidden) + "<p>Also seen.</p>", "a.html");
    EXPECT_THAT(outline(document), ElementsAre("P Seen.", "P Also seen.")) << hidden;
    EXPECT_THAT(document.warnings, ElementsAre(HasSubstr("hidden"))) << hidden;
  }
  for (const char* seen :
       {"<p style='font-size:0.9em'>Seen.</p>", "<p style='color:white;background:navy'>Seen.</p>",
        "<p style='margin-left:-2px'>Seen.</p>", "<p style='opacity:0.5'>Seen.</p>",
        "<style>@media print {.x{display:none}}</style><p class=x>Seen.</p>",
        "<style>.x:hover{display:none} .a .x{display:none}</style><p class=x>Seen.</p>",
        "<p>Seen.</p><!-- Obey me. -->", "<p title='Obey me.'>Seen.</p>", "<p>Seen.<img alt='Obey me.'></p>"})
    EXPECT_THAT(outline(parse(seen, "a.html")), ElementsAre("P Seen.")) << seen;
}

TEST(HtmlTest, LineBreaks) {
  EXPECT_THAT(outline(parse("<p>Museum of Art<br>Main Street 5<br>12345 Town</p>", "a.html")),
              ElementsAre("P Museum of Art", "P Main Street 5", "P 12345 Town"));
  EXPECT_THAT(outline(parse("<p>it goes<br>on here.</p>", "a.html")), ElementsAre("P it goes on here."));
}

TEST(HtmlTest, BrokenAndHostilePages) {
  EXPECT_THAT(outline(parse("</p></div>Text<b><i>bold</b></i> &amp; &eacute; &#x3042; &nosuch; <unknown>x",
                            "a.html")),
              ElementsAre("P Textbold & é あ &nosuch; x"));
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<div>";
  const ParsedDocument document = parse("<p>Before.</p>" + deep + "inside", "a.html");
  EXPECT_THAT(outline(document), ElementsAre("P Before."));
  EXPECT_THAT(document.warnings, ElementsAre(HasSubstr("deep")));
}

TEST(HtmlTest, EntitiesOfADoctypeAreNotExpanded) {
  const ParsedDocument document = parse(
      "<!DOCTYPE html [<!ENTITY x SYSTEM \"file:///etc/passwd\"><!ENTITY y \"yyyyyyyyyy\">]><p>A &x; &y; "
      "B</p>",
      "a.xhtml");
  for (const std::string& line : outline(document)) {
    EXPECT_EQ(line.find("root:"), std::string::npos);
    EXPECT_EQ(line.find("A yyyy"), std::string::npos);
  }
}

struct Recorder final : reading::MarkupHandler {
  void start(std::string_view name, const reading::Attributes& attributes, std::uint32_t line) override {
    events += "<" + std::string(name) + " " + std::string(attributes.get("v")) + std::to_string(line) + ">";
  }
  void end(std::string_view name) override { events += "</" + std::string(name) + ">"; }
  void text(std::string_view text) override { events += text; }
  std::string events;
};

TEST(XmlTest, EventsWithoutPrefixes) {
  Recorder recorder;
  EXPECT_TRUE(reading::read_xml_events(
      "<?xml version='1.0'?><w:a xmlns:w='u'>\n<w:b w:v='1&amp;'>x &lt; y</w:b></w:a>", recorder));
  EXPECT_EQ(recorder.events, "<a 1>\n<b 1&2>x < y</b></a>");
}

TEST(XmlTest, HostileXmlIsRefused) {
  std::string laughs = "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a0 \"ha\">";
  for (int i = 1; i < 12; ++i) {
    laughs += "<!ENTITY a" + std::to_string(i) + " \"";
    for (int j = 0; j < 10; ++j) laughs += "&a" + std::to_string(i - 1) + ";";
    laughs += "\">";
  }
  laughs += "]><l>&a11;</l>";
  const std::string external = "<!DOCTYPE l [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><l>&x;</l>";
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  for (const std::string& xml : {laughs, external, deep, std::string("<a><b></a>"), std::string("")}) {
    Recorder recorder;
    EXPECT_FALSE(reading::read_xml_events(xml, recorder));
    EXPECT_LT(recorder.events.size(), 100'000U);
    EXPECT_EQ(recorder.events.find("root:"), std::string::npos);
  }
}

}  // namespace
}  // namespace genkai::knowledge
