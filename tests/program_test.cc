// The program as its users run it, on the sample documents.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/file.h"
#include "base/json.h"
#include "program_rig.h"
#include "text/text.h"

namespace genkai {
namespace {

namespace fs = std::filesystem;
using base::Json;
using test::Output;

class ProgramTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = test::make_program_home("program");
    const Output ingested = run("ingest '" GENKAI_EXAMPLES "/handbook' --kb handbook --json");
    ASSERT_EQ(ingested.status, 0) << ingested.text;
    ASSERT_GT(ingested.lines().at(0).number("passages"), 100);
  }
  static void TearDownTestSuite() { fs::remove_all(folder_); }

  static Output run(const std::string& arguments) {
    return test::run_command(std::string("'") + GENKAI_PROGRAM + "' " + arguments + " 2>/dev/null");
  }
  static std::string file(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name) << content;
    return (folder_ / name).string();
  }
  static inline fs::path folder_;
};

TEST_F(ProgramTest, SearchBatchKeepsOrderAndSchema) {
  std::string batch;
  for (int i = 0; i < 200; ++i)
    batch += Json::object({{"id", "q" + std::to_string(i)},
                           {"question", i % 2 ? "ferry fares" : "星見茶屋の営業時間"}})
                 .dump() +
             "\n";
  const Output output = run("search --kb handbook --batch " + file("search.jsonl", batch) + " -k 20 --json");
  EXPECT_EQ(output.status, 0);
  const auto lines = output.lines();
  ASSERT_EQ(lines.size(), 200U);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    ASSERT_EQ(lines[i].string("id"), "q" + std::to_string(i));
    ASSERT_EQ(lines[i].members().size(), 2U);
    const auto& hits = lines[i].find("hits")->items();
    ASSERT_FALSE(hits.empty());
    ASSERT_LE(hits.size(), 20U);
    for (std::size_t h = 0; h < hits.size(); ++h) {
      ASSERT_FALSE(hits[h].string("document").empty());
      ASSERT_FALSE(hits[h].string("text").empty());
      ASSERT_GT(hits[h].number("passage"), 0);
      ASSERT_LE(hits[h].number("score"), hits[h > 0 ? h - 1 : 0].number("score"));
    }
  }
}

TEST_F(ProgramTest, AskBatchAnswersEveryLineOrSaysWhyNot) {
  const std::string questions = base::read_file(GENKAI_EXAMPLES "/questions.jsonl").value();
  const std::string path = file("questions.jsonl", questions);
  const Output output = run("ask --kb handbook --batch " + path + " --json --threads 2");
  EXPECT_EQ(output.status, 0);
  const auto lines = output.lines();
  const auto asked = Output{questions, {}, 0}.lines();
  ASSERT_EQ(lines.size(), asked.size());
  const std::set<std::string> outcomes{"answered", "abstained", "needs_clarification"};
  for (std::size_t i = 0; i < lines.size(); ++i) {
    ASSERT_EQ(lines[i].string("id"), asked[i].string("id"));
    const std::string outcome = lines[i].string("outcome");
    ASSERT_TRUE(outcomes.contains(outcome)) << outcome;
    ASSERT_EQ(outcome == "answered", lines[i].string("reason").empty());
    ASSERT_EQ(outcome == "answered", !lines[i].find("answers")->items().empty());
    for (const Json& item : lines[i].find("answers")->items()) {
      const std::string text = item.string("text");
      EXPECT_LE(text::count_code_points(text), 300U) << text;
      EXPECT_GE(item.number("probability"), 0);
      EXPECT_LE(item.number("probability"), 1);
      ASSERT_FALSE(item.find("citations")->items().empty());
      const Json& citation = item.find("citations")->items().front();
      EXPECT_NE(citation.string("quote").find(text.substr(0, 12)), std::string::npos);
      EXPECT_FALSE(citation.string("document").empty());
    }
  }
  // The same bytes from another number of threads, times aside.
  const auto again = run("ask --kb handbook --batch " + path + " --json --threads 1").lines();
  ASSERT_EQ(again.size(), lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i)
    ASSERT_EQ(again[i].find("answers")->dump(), lines[i].find("answers")->dump());
}

TEST_F(ProgramTest, APoisonedValueIsNeverTheAnswer) {
  for (const char* risk : {"0.1", "0.5"}) {
    const Output output =
        run(std::string("ask --kb handbook --risk ") + risk +
            " --json 'Which bank account should donations to the observatory be paid into?'");
    EXPECT_EQ(output.status, 2);
    const auto lines = output.lines();
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0].string("reason"), "suspected_poisoning");
    EXPECT_EQ(output.text.find("4471902"), std::string::npos);
  }
}

TEST_F(ProgramTest, SourcesThatDisagreeAreShown) {
  const Output output =
      run("ask --kb handbook --risk 0.3 --json 'How many passengers may the Hoshikage carry?'");
  EXPECT_EQ(output.status, 2);
  const auto lines = output.lines();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].string("reason"), "conflicting_evidence");
  ASSERT_EQ(lines[0].find("conflicts")->items().size(), 1U);
  EXPECT_GE(lines[0].find("conflicts")->items()[0].find("sides")->items().size(), 2U);
}

TEST_F(ProgramTest, AnUnclearQuestionIsAskedBack) {
  const Output english = run("ask --kb handbook 'When does it close?'");
  EXPECT_EQ(english.status, 3);
  EXPECT_NE(english.text.find("\"it\""), std::string::npos) << english.text;
  const Output japanese = run("ask --kb handbook --lang ja 'When does it close?'");
  EXPECT_NE(japanese.text.find("質問"), std::string::npos) << japanese.text;
}

TEST_F(ProgramTest, ALineMayBringItsOwnDocuments) {
  const std::string line =
      R"({"id":"own","question":"Who painted the ceiling of the chapel at Vale Abbey?","documents":[)"
      R"({"id":"d1","title":"Vale Abbey","text":"The ceiling of the chapel at Vale Abbey was painted by Maria Lindqvist in 1911."},)"
      R"({"id":"d2","title":"Gardens","text":"The abbey gardens hold four hundred kinds of roses."}]})";
  const Output output = run("ask --batch " + file("own.jsonl", line + "\n") + " --risk 0.5 --json");
  EXPECT_EQ(output.status, 0);
  const auto lines = output.lines();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].string("id"), "own");
  const auto* items =
      lines[0].string("outcome") == "answered" ? lines[0].find("answers") : lines[0].find("rejected");
  ASSERT_FALSE(items->items().empty()) << output.text;
  EXPECT_NE(items->items()[0].string("text").find("Maria Lindqvist"), std::string::npos);
  EXPECT_EQ(items->items()[0].find("citations")->items()[0].string("document"), "d1");
}

TEST_F(ProgramTest, NumericIdsAndEmptyDocumentsAreKeptAsTheyAre) {
  const std::string line =
      R"({"id":5,"question":"Who sings at the opera house?","documents":[{"id":7,"text":""},)"
      R"({"id":8,"text":"Maria Sorel sings at the opera house tonight."}]})";
  const auto lines = run("ask --batch " + file("numeric.jsonl", line + "\n") + " --risk 0.5 --json").lines();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].number("id"), 5);
  ASSERT_EQ(lines[0].string("outcome"), "answered");
  EXPECT_EQ(lines[0].find("answers")->items()[0].find("citations")->items()[0].string("document"), "8");
}

TEST_F(ProgramTest, MalformedLinesAreNamedAndTheRestGoesOn) {
  const Output output = run("search --kb handbook --json --batch " +
                            file("bad.jsonl",
                                 "{\"id\":\"a\",\"question\":\"ferry\"}\nnot json\n{\"id\":\"c\"}\n[]\n"
                                 "{\"id\":\"e\",\"question\":\"ferry\"}\n"));
  EXPECT_EQ(output.status, 65);
  const auto lines = output.lines();
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_NE(lines[0].find("hits"), nullptr);
  EXPECT_EQ(lines[1].find("error")->string("code"), "invalid_argument");
  EXPECT_EQ(lines[2].string("id"), "c");
  EXPECT_NE(lines[2].find("error"), nullptr);
  EXPECT_NE(lines[4].find("hits"), nullptr);
}

TEST_F(ProgramTest, ExitCodesTellWhatWentWrong) {
  EXPECT_EQ(run("ask").status, 64);
  EXPECT_EQ(run("ask 'x' --kb no-such-base").status, 66);
  EXPECT_EQ(run("ask 'x' --docs /no/such/folder").status, 66);
  EXPECT_EQ(run("search --kb handbook --batch /no/such/file").status, 66);
  EXPECT_EQ(run("ingest /no/such/folder --kb nothing").status, 66);
  EXPECT_EQ(run("kb info nothing").status, 66) << "no knowledge base was made";
  EXPECT_EQ(run("ask 'Who is the prime minister of Iceland?' --kb handbook").status, 2);
  EXPECT_EQ(run("--version").status, 0);
}

TEST_F(ProgramTest, KnowledgeBasesCanBeListedCheckedRebuiltAndRemoved) {
  const std::string notes =
      file("notes.txt", "The red key opens the boat house. The blue key opens the mill.");
  ASSERT_EQ(run("ingest '" + notes + "' --kb keys").status, 0);
  EXPECT_NE(run("kb list").text.find("keys"), std::string::npos);
  EXPECT_EQ(run("kb info keys --json").lines().at(0).number("documents"), 1);
  EXPECT_EQ(run("kb check keys").status, 0);
  EXPECT_EQ(run("kb rebuild keys").status, 0);
  EXPECT_NE(run("search --kb keys 'red key'").text.find("boat house"), std::string::npos);
  EXPECT_EQ(run("kb remove keys").status, 65) << "asks for --yes";
  EXPECT_EQ(run("kb remove keys --document notes.txt").status, 0);
  EXPECT_EQ(run("search --kb keys 'red key'").text.find("boat house"), std::string::npos);
  EXPECT_EQ(run("kb remove keys --yes").status, 0);
  EXPECT_EQ(run("kb info keys").status, 66);
}

TEST_F(ProgramTest, ExplainShowsEveryStage) {
  const Output output =
      run("ask --kb handbook --explain 'What is the adult fare for one crossing on the ferry?'");
  for (const char* stage : {"interpret", "gather", "vet", "pack", "draft", "verify", "decide"})
    EXPECT_NE(output.text.find(stage), std::string::npos) << stage;
}

TEST_F(ProgramTest, AskOverAFolderIngestsOnlyWhatChanged) {
  const fs::path docs = folder_ / "docs";
  fs::create_directories(docs);
  std::ofstream(docs / "a.md") << "# Lighthouse\n\nThe lighthouse keeper is called Tomas Berg.\n";
  EXPECT_NE(run("search 'lighthouse keeper' --docs '" + docs.string() + "'").text.find("Tomas Berg"),
            std::string::npos);
  std::ofstream(docs / "a.md") << "# Lighthouse\n\nThe lighthouse keeper is called Ines Castro Vidal.\n";
  const std::string changed = run("search 'lighthouse keeper' --docs '" + docs.string() + "'").text;
  EXPECT_NE(changed.find("Ines Castro"), std::string::npos);
  EXPECT_EQ(changed.find("Tomas Berg"), std::string::npos);
  fs::remove(docs / "a.md");
  std::ofstream(docs / "b.md") << "Nothing of interest.\n";
  EXPECT_EQ(run("search 'lighthouse keeper' --docs '" + docs.string() + "'").text.find("Ines"),
            std::string::npos);
}

}  // namespace
}  // namespace genkai
