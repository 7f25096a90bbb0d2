#include <gmock/gmock.h>

#include "knowledge/document/roff.h"
#include "knowledge/document/test_documents.h"
#include "text/utf8.h"

namespace genkai::knowledge {
namespace {

using testing::ElementsAre;

TEST(RoffTest, Escapes) {
  EXPECT_EQ(reading::plain_roff("\\fBls\\fR \\-a \\(em \\[u3042] a\\&b \\s-1X\\s0 \\e \\*(lqq\\*(rq"),
            "ls -a — あ ab X \\ “q”");
  EXPECT_EQ(reading::plain_roff("text \\\" comment"), "text ");
  EXPECT_EQ(reading::plain_roff("\\h'1i'x\\(zz\\"), "x");
}

TEST(RoffTest, EscapesNeverCutACharacter) {
  for (const char* text : {"\\fあx", "\\(あx", "\\(aあx", "\\hあx", "\\h'あ", "\\sあ", "\\*あx", "\\あx"})
    EXPECT_TRUE(text::is_valid_utf8(reading::plain_roff(text))) << text;
}

TEST(ManPageTest, ManMacros) {
  const ParsedDocument document = parse(
      ".\\\" comment\n"
      ".TH LS 1 \"5 March 2024\" \"coreutils\"\n"
      ".de XX\n.B hidden definition\n..\n"
      ".if t .B typeset only\n"
      ".if n \\{\\\n.\\}\n"
      ".SH NAME\n"
      "ls \\- list directory\ncontents\n"
      ".SH DESCRIPTION\n"
      "List\n.I files\nin\n.BR dir (5).\n"
      ".PP\n"
      "Second paragraph.\n"
      ".TP\n"
      "\\fB\\-a\\fR, \\fB\\-\\-all\\fR\n"
      "do not ignore\n"
      ".IP \\(bu 2\n"
      "bullet\n"
      ".SS \"Exit status\"\n"
      ".nf\n"
      "0  if OK\n"
      "1  if not\n"
      ".fi\n",
      "ls.1");
  EXPECT_THAT(outline(document),
              ElementsAre("H1 NAME", "P ls - list directory contents", "H1 DESCRIPTION",
                          "P List files in dir(5).", "P Second paragraph.", "LI -a, --all: do not ignore",
                          "LI bullet", "H2 Exit status", "CODE 0  if OK\n1  if not"));
  EXPECT_EQ(document.info.title, "ls - list directory contents");
  EXPECT_EQ(document.info.date, "2024-03-05");
  EXPECT_EQ(document.blocks[1].line, 10U);
}

TEST(ManPageTest, Tables) {
  EXPECT_THAT(
      outline(
          parse(".TH X 1\n.SH T\n.TS\ntab(:);\nl l.\nName:Size\n\\fBa\\fR:T{\nlong\ncell\nT}\n.TE\nAfter.\n",
                "x.1")),
      ElementsAre("H1 T", "TR Name | Size", "TR a | long cell", "P After."));
}

TEST(ManPageTest, Mdoc) {
  const ParsedDocument document = parse(
      ".Dd March 5, 2024\n.Dt CAT 1\n.Os\n"
      ".Sh NAME\n.Nm cat\n.Nd concatenate files\n"
      ".Sh SYNOPSIS\n.Nm\n.Op Fl benst\n.Op Ar\n"
      ".Sh DESCRIPTION\nThe\n.Nm\nutility reads files\n.Pq see Xr ls 1 .\n"
      ".Bl -tag -width Ds\n.It Fl b\nNumber the lines.\n.It Fl Fl help\nShow help.\n.El\n"
      ".Pp\nDone.\n",
      "cat.1");
  EXPECT_THAT(outline(document),
              ElementsAre("H1 NAME", "P cat - concatenate files", "H1 SYNOPSIS", "P cat [-benst] [file ...]",
                          "H1 DESCRIPTION", "P The cat utility reads files (see ls(1)).",
                          "LI -b: Number the lines.", "LI --help: Show help.", "P Done."));
  EXPECT_EQ(document.info.title, "cat - concatenate files");
  EXPECT_EQ(document.info.date, "2024-03-05");
}

TEST(ManPageTest, JapaneseLinesJoinWithoutSpaces) {
  const ParsedDocument document = parse(".TH LS 1 2021年5月\n.SH 名前\nls \\- 一覧を\n表示する\n", "ls.1");
  EXPECT_THAT(outline(document), ElementsAre("H1 名前", "P ls - 一覧を表示する"));
  EXPECT_EQ(document.info.date, "2021-05");
}

TEST(ManPageTest, APageThatOnlyRefersToAnother) {
  const auto result = parse_all(".so man1/ls.1\n", "dir.1");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, base::Code::unsupported);
}

TEST(ManPageTest, OtherFilesWithSuchANameArePlainText) {
  EXPECT_THAT(outline(parse("Just notes.\n", "notes.2")), ElementsAre("P Just notes."));
}

}  // namespace
}  // namespace genkai::knowledge
