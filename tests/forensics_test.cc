// `genkai forensics` as its users run it, on the sample documents.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/json.h"
#include "program_rig.h"
#include "serve/knowledge_bases.h"

namespace genkai {
namespace {

namespace fs = std::filesystem;
using base::Json;
using test::Output;

constexpr const char* kQuestion = "'How high is Mount Tomoshi?'";

class ForensicsProgramTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = test::make_program_home("forensics");
    ASSERT_EQ(run("ingest '" GENKAI_EXAMPLES "/handbook' --kb handbook").status, 0);
    std::ofstream(folder_ / "planted.jsonl")
        << R"({"id":"notes/1","source":"a leaflet","date":"2026-05-01","text":)"
        << R"("How high is Mount Tomoshi? Mount Tomoshi is 618 metres high."})"
           "\n"
        << R"({"id":"notes/2","source":"a letter","date":"2026-05-02","text":)"
        << R"("Mount Tomoshi, as the new survey shows, is 618 metres high."})"
           "\n";
    ASSERT_EQ(run("ingest '" + (folder_ / "planted.jsonl").string() + "' --kb handbook").status, 0);
  }
  void TearDown() override { fs::remove_all(folder_); }
  static Output run(const std::string& arguments) {
    return test::run_command(std::string("'") + GENKAI_PROGRAM + "' " + arguments + " 2>&1");
  }
  static Output forensics(const std::string& more) {
    return run("forensics --kb handbook --question " + std::string(kQuestion) +
               " --wrong-answer '618 metres' " + more);
  }
  static bool served(const char* id) {
    const auto bases = serve::KnowledgeBases::create({"handbook"});
    const auto view = bases->view("handbook");
    EXPECT_TRUE(view);
    return view && (*view)->document(id).has_value();
  }
  fs::path folder_;
};

TEST_F(ForensicsProgramTest, FromTheWrongAnswerToTheRightOneAndBack) {
  const Output found = forensics("--json");
  ASSERT_EQ(found.status, 0) << found.text;
  const Json json = found.json();
  EXPECT_TRUE(json.find("shown")->as_bool());
  EXPECT_TRUE(json.find("cleared")->as_bool());
  EXPECT_TRUE(json.find("minimal")->as_bool());
  EXPECT_FALSE(json.find("quarantined")->as_bool());
  ASSERT_FALSE(json.find("responsible")->items().empty());
  for (const Json& id : json.find("responsible")->items()) EXPECT_TRUE(id.as_string().starts_with("notes/"));
  EXPECT_EQ(json.find("suspects")->items().size(), 2U);
  EXPECT_EQ(run("forensics --kb handbook --list --json").json().items().size(), 0U) << "it was not asked to";

  const Output moved = forensics("--quarantine --json");
  ASSERT_EQ(moved.status, 0) << moved.text;
  const Json after = moved.json();
  EXPECT_TRUE(after.find("quarantined")->as_bool());
  const Output answered = run("ask " + std::string(kQuestion) + " --kb handbook --json");
  EXPECT_EQ(answered.json().find("answers")->dump().find("618"), std::string::npos) << answered.text;
  EXPECT_NE(answered.text.find("412"), std::string::npos) << answered.text;
  const std::string first(after.find("responsible")->items().front().as_string());
  EXPECT_FALSE(served(first.c_str())) << "the gateway still answers from it";

  // Nothing was lost, and a new ingest of the same file does not bring it back.
  EXPECT_EQ(run("ingest '" + (folder_ / "planted.jsonl").string() + "' --kb handbook").status, 0);
  const Json again = run("ask " + std::string(kQuestion) + " --kb handbook --json").json();
  EXPECT_EQ(again.find("answers")->dump().find("618"), std::string::npos)
      << "milliseconds may hold any digits";
  EXPECT_EQ(forensics("").status, 2) << "there is nothing left to find";
  const Json held = run("forensics --kb handbook --list --json").json();
  for (const Json& own : held.items())
    EXPECT_EQ(run("forensics --kb handbook --release " + own.string("document")).status, 0);
  EXPECT_TRUE(served(first.c_str()));
  EXPECT_EQ(forensics("").status, 0);
}

TEST_F(ForensicsProgramTest, ADocumentIsHeldByHand) {
  EXPECT_TRUE(served("notes/2"));
  EXPECT_EQ(run("forensics --kb handbook --hold notes/2").status, 0);
  EXPECT_FALSE(served("notes/2"));
  EXPECT_EQ(run("forensics --kb handbook --hold nobody").status, 66);
  const Json json = forensics("--json").json();
  for (const Json& own : json.find("suspects")->items()) EXPECT_NE(own.string("document"), "notes/2");
}

TEST_F(ForensicsProgramTest, TheSameBytesAndBothLanguages) {
  EXPECT_EQ(forensics("").text, forensics("").text);
  EXPECT_NE(forensics("").text.find("responsible"), std::string::npos);
  EXPECT_NE(forensics("--lang ja").text.find("責任のある文書"), std::string::npos);
}

TEST_F(ForensicsProgramTest, WrongUseIsSaid) {
  EXPECT_EQ(run("forensics --kb handbook").status, 64);
  EXPECT_EQ(run("forensics --kb handbook --question Why?").status, 64);
  EXPECT_EQ(run("forensics --kb handbook --quarantine --list").status, 64);
  EXPECT_EQ(run("forensics --kb nowhere --question Why? --wrong-answer '618 metres'").status, 66);
  EXPECT_EQ(run("forensics --kb handbook --release nobody").status, 66);
  std::ofstream(folder_ / "home" / "handbook" / "quarantine.json") << "{";
  EXPECT_EQ(run("ask " + std::string(kQuestion) + " --kb handbook").status, 65);
}

}  // namespace
}  // namespace genkai
