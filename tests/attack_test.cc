// `genkai attack` as its users run it, on the sample documents.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

#include "base/hash.h"
#include "base/json.h"
#include "program_rig.h"
#include "upstream/test_upstream.h"

namespace genkai {
namespace {

namespace fs = std::filesystem;
using base::Json;
using test::Output;

const Json* form(const Json& report, std::string_view name) {
  for (const Json& own : report.find("forms")->items())
    if (own.string("form") == name) return &own;
  ADD_FAILURE() << "no form " << name;
  return &report;
}
double share(const Json& part, const char* name) {
  return part.find(name)->number("value", -1);
}

class AttackTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = test::make_program_home("attack");
    fs::create_directories(folder_ / "tmp");
    ::setenv("TMPDIR", (folder_ / "tmp").c_str(), 1);
    kb_ = folder_ / "home" / "handbook";
    const Output ingested = run("ingest '" GENKAI_EXAMPLES "/handbook' --kb handbook --json");
    ASSERT_EQ(ingested.status, 0) << ingested.text << ingested.errors;
  }
  static void TearDownTestSuite() {
    ::unsetenv("TMPDIR");
    fs::remove_all(folder_);
  }

  static Output run(const std::string& arguments) { return test::run_program(folder_, arguments); }
  // Runs an attack until its scratch copy is there, and sends the signal then; the program's wait status.
  static int interrupt(int signal) {
    const pid_t child = ::fork();
    if (child == 0) {
      const int nowhere = ::open("/dev/null", O_WRONLY);
      ::dup2(nowhere, 1);
      ::dup2(nowhere, 2);
      ::execl(GENKAI_PROGRAM, GENKAI_PROGRAM, "attack", "--kb", "handbook", "--limit", "400", "--copies",
              "20", nullptr);
      ::_exit(99);
    }
    for (int i = 0; i < 3000 && scratch_copies() == 0; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ::kill(child, signal);
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
  }
  static std::size_t scratch_copies() {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_ / "tmp"), {}));
  }
  // Every file of the knowledge base with the hash of its content, but what any reader of SQLite's
  // write-ahead log leaves.
  static std::map<std::string, std::string> content() {
    std::map<std::string, std::string> out;
    for (const auto& entry : fs::recursive_directory_iterator(kb_)) {
      const std::string path = entry.path().string();
      if (entry.is_regular_file() && !path.ends_with("-shm") && !path.ends_with("-wal"))
        out[path] = base::content_hash(test::read_whole(entry.path()));
    }
    out["passages"] = run("kb info handbook --json").text;
    return out;
  }
  static inline fs::path folder_, kb_;
};

TEST_F(AttackTest, TheAttacksAreRealAndTheReportIsWhole) {
  const auto before = content();
  const Output output = run("attack --kb handbook --limit 60 --seed 3 --json");
  ASSERT_EQ(output.status, 0) << output.errors;
  const Json json = output.json();
  EXPECT_EQ(json.string("knowledge_base"), "handbook");
  EXPECT_TRUE(json.find("questions")->find("made")->as_bool());
  const double attacked = json.find("questions")->number("attacked");
  EXPECT_GT(attacked, 40);
  EXPECT_EQ(attacked + json.find("questions")->number("left_out"), 60);

  const Json& clean = *json.find("clean");
  EXPECT_GT(share(clean, "right"), 0.7);
  EXPECT_EQ(share(clean, "success"), 0) << "the wrong answer is found without any attack";
  EXPECT_EQ(share(clean, "success_shown"), 0);
  ASSERT_EQ(json.find("forms")->items().size(), 6U);
  std::size_t through = 0;
  for (const Json& own : json.find("forms")->items()) {
    const std::string name = own.string("form");
    EXPECT_EQ(own.number("documents_per_question"), name == "flood" ? 20 : 5);
    const Json& believed = *own.find("without_vetting");
    EXPECT_EQ(believed.find("success")->number("n"), attacked);
    // Without vetting the crafted documents are what the reader shows: an attack that does nothing fails
    // here.
    if (name != "injection") {
      EXPECT_GT(share(believed, "success_shown"), 0.4) << name;
      EXPECT_LT(share(believed, "right"), share(clean, "right") - 0.3) << name;
    }
    for (const Json& each : own.find("came_through")->items()) {
      ++through;
      EXPECT_FALSE(each.string("question").empty());
      EXPECT_FALSE(each.string("wrong").empty());
      EXPECT_FALSE(each.find("documents")->items().empty());
    }
    EXPECT_EQ(static_cast<double>(own.find("came_through")->items().size()),
              own.find("success")->number("hits"));
    EXPECT_EQ(own.number("refuted_certificates"), 0) << name;
  }
  EXPECT_GT(share(*form(json, "injection")->find("without_vetting"), "success_shown"),
            share(*form(json, "injection"), "success_shown") + 0.1)
      << "vetting is worth nothing against orders to the reader";
  EXPECT_GT(json.find("false_alarms")->number("honest_passages"), attacked / 2);
  EXPECT_EQ(content(), before) << "the real knowledge base has changed";
  EXPECT_EQ(scratch_copies(), 0U);
}

TEST_F(AttackTest, TheSameSeedGivesTheSameBytes) {
  const std::string command = "attack --kb handbook --limit 20 --forms prefix,adaptive --json --seed ";
  const Output first = run(command + "11"), again = run(command + "11"), other = run(command + "12");
  ASSERT_EQ(first.status, 0) << first.errors;
  EXPECT_EQ(first.text, again.text);
  EXPECT_NE(first.text, other.text);
  EXPECT_EQ(first.json().find("forms")->items().size(), 2U);
}

TEST_F(AttackTest, OwnQuestionsInJapanese) {
  std::ofstream(folder_ / "own.jsonl")
      << R"({"question":"プラネタリウムには何人座れますか。","answers":["54席"]})"
         "\n"
      << R"({"question":"答えのない質問ですか"})"
         "\n"
      << "not json\n";
  const std::string command =
      "attack --kb handbook --questions '" + (folder_ / "own.jsonl").string() + "' --forms no-prefix ";
  const Output output = run(command + "--json");
  ASSERT_EQ(output.status, 0) << output.errors;
  const Json json = output.json();
  EXPECT_FALSE(json.find("questions")->find("made")->as_bool());
  EXPECT_EQ(json.find("questions")->number("attacked"), 1);
  EXPECT_EQ(json.find("questions")->number("unanswerable"), 1);
  EXPECT_EQ(json.find("questions")->find("malformed_lines")->items().size(), 1U);
  EXPECT_GT(share(*form(json, "no-prefix")->find("without_vetting"), "success_shown"), 0.9);
  const Output text = run(command + "--lang ja");
  EXPECT_EQ(text.status, 0);
  EXPECT_NE(text.text.find("攻撃成功率"), std::string::npos) << text.text;
}

TEST_F(AttackTest, WithALanguageModelItsCallsAreCountedAndNotSpentOnTheBaseline) {
  const auto upstream = test::TestUpstream::start({});
  const Output output = run("attack --kb handbook --limit 4 --forms injection --json --samples 2 --model " +
                            upstream->url() + "#test-model");
  ASSERT_EQ(output.status, 0) << output.errors;
  const Json json = output.json();
  EXPECT_FALSE(json.string("model").empty());
  const double attacked = json.find("questions")->number("attacked");
  ASSERT_GT(attacked, 0);
  const double calls = json.find("clean")->number("model_calls_per_question") +
                       form(json, "injection")->number("model_calls_per_question");
  EXPECT_GT(calls, 1);
  EXPECT_LE(static_cast<double>(upstream->counters().requests), attacked * calls + 8) << "of the baseline";
  EXPECT_EQ(form(json, "injection")->find("without_vetting"), nullptr);
}

TEST_F(AttackTest, AnInterruptedAttackLeavesNothingBehind) {
  const auto before = content();
  const int status = interrupt(SIGINT);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 130);
  EXPECT_EQ(scratch_copies(), 0U);
  EXPECT_EQ(content(), before);
}

TEST_F(AttackTest, AKilledAttackLeavesTheKnowledgeBaseAloneAndTheNextOneClearsUp) {
  const auto before = content();
  const int status = interrupt(SIGKILL);
  ASSERT_TRUE(WIFSIGNALED(status)) << "it had ended before it was killed";
  EXPECT_EQ(scratch_copies(), 1U);
  EXPECT_EQ(content(), before);
  ASSERT_EQ(run("kb check handbook").status, 0);
  ASSERT_EQ(run("attack --kb handbook --limit 2 --forms prefix").status, 0);
  EXPECT_EQ(scratch_copies(), 0U);
}

TEST_F(AttackTest, WrongUseIsSaid) {
  EXPECT_EQ(run("attack").status, 64);
  EXPECT_EQ(run("attack --kb handbook --forms magic").status, 64);
  EXPECT_EQ(run("attack --kb nowhere").status, 66);
  EXPECT_EQ(run("attack --kb handbook --questions /nowhere.jsonl").status, 66);
  std::ofstream(folder_ / "empty.jsonl") << R"({"question":"Is there none?"})"
                                            "\n";
  const Output none =
      run("attack --kb handbook --json --questions '" + (folder_ / "empty.jsonl").string() + "'");
  EXPECT_EQ(none.status, 65);
  EXPECT_EQ(scratch_copies(), 0U);
}

}  // namespace
}  // namespace genkai
