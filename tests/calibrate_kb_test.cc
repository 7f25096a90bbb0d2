// `genkai calibrate --kb` as its users run it, on the sample documents.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "answer/kb_calibration.h"
#include "base/hash.h"
#include "base/json.h"
#include "program_rig.h"
#include "upstream/test_upstream.h"

namespace genkai {
namespace {

namespace fs = std::filesystem;
using base::Json;
using test::Output;

class CalibrateKbTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = test::make_program_home("calibrate");
    kb_ = folder_ / "home" / "handbook";
    const Output ingested = run("ingest '" GENKAI_EXAMPLES "/handbook' --kb handbook --json");
    ASSERT_EQ(ingested.status, 0) << ingested.text << ingested.errors;
  }
  static void TearDownTestSuite() { fs::remove_all(folder_); }
  void TearDown() override { fs::remove_all(kb_ / "calibration"); }

  static Output run(const std::string& arguments) { return test::run_program(folder_, arguments); }
  static std::string file(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name) << content;
    return "'" + (folder_ / name).string() + "'";
  }
  // Every file of the knowledge base with the hash of its content, but the calibrations and what any reader
  // of SQLite's write-ahead log leaves.
  static std::map<std::string, std::string> content() {
    std::map<std::string, std::string> out;
    for (const auto& entry : fs::recursive_directory_iterator(kb_)) {
      const std::string path = entry.path().string();
      if (entry.is_regular_file() && path.find("/calibration/") == std::string::npos &&
          !path.ends_with("-shm") && !path.ends_with("-wal"))
        out[path] = base::content_hash(test::read_whole(entry.path()));
    }
    return out;
  }
  static inline fs::path folder_, kb_;
};

TEST_F(CalibrateKbTest, MakesQuestionsOfTheKnowledgeBaseAndSaysSo) {
  const auto before = content();
  const Output output = run("calibrate --kb handbook --from-kb --count 120 --seed 7 --json");
  ASSERT_EQ(output.status, 0) << output.text << output.errors;
  const Json json = output.json();
  const Json& questions = *json.find("questions");
  EXPECT_EQ(questions.number("count"), 120);
  EXPECT_EQ(questions.number("unanswerable"), 40);
  EXPECT_EQ(questions.number("asked"), 120);
  EXPECT_LT(questions.number("without_scores"), 60);
  EXPECT_GT(questions.number("shortened"), 5);
  EXPECT_EQ(json.find("right")->number("n"), 120);
  EXPECT_GT(json.find("right_of_answerable")->number("value"), 0.5);
  EXPECT_LT(json.find("right")->number("value"), 0.67 + 1e-9) << "a third has no answer";
  EXPECT_GT(json.find("before")->find("auroc")->number("value"), 0.7);
  EXPECT_TRUE(json.find("after")->is_object());
  ASSERT_EQ(json.find("promises")->items().size(), 5U);
  double coverage = 0;
  for (const Json& promise : json.find("promises")->items()) {
    EXPECT_GE(promise.number("coverage"), coverage) << "less risk, less answered";
    coverage = promise.number("coverage");
    if (promise.find("certified")->as_bool()) {
      EXPECT_LE(promise.number("bound"), promise.number("risk"));
    }
  }
  EXPECT_TRUE(json.find("calibration")->find("synthetic")->as_bool());
  EXPECT_NE(json.find("calibration")->string("assumption").find("made by a program"), std::string::npos);

  const auto loaded = answer::load_calibration(kb_, "");
  ASSERT_TRUE(loaded) << loaded.error().message;
  ASSERT_TRUE(loaded->has_value());
  EXPECT_EQ((*loaded)->hash(), json.find("calibration")->string("hash"));
  EXPECT_TRUE((*loaded)->synthetic());
  EXPECT_EQ((*loaded)->fitted() + (*loaded)->correct().size(), 120U);
  EXPECT_EQ(json.string("file"), (kb_ / "calibration" / "quotes.json").string());
  EXPECT_EQ(content(), before) << "nothing else of the knowledge base changes";

  const std::string bytes = test::read_whole(kb_ / "calibration" / "quotes.json");
  const Output again = run("calibrate --kb handbook --from-kb --count 120 --seed 7 --json");
  EXPECT_EQ(again.text, output.text);
  EXPECT_EQ(test::read_whole(kb_ / "calibration" / "quotes.json"), bytes);
  run("calibrate --kb handbook --from-kb --count 120 --seed 8 --json");
  EXPECT_NE(test::read_whole(kb_ / "calibration" / "quotes.json"), bytes);

  const Output text = run("calibrate --kb handbook --from-kb --count 120 --seed 7");
  EXPECT_NE(text.text.find("made by a program"), std::string::npos);
  const Output japanese = run("calibrate --kb handbook --from-kb --count 120 --seed 7 --lang ja");
  EXPECT_NE(japanese.text.find("プログラムが文書から作ったもの"), std::string::npos);
}

TEST_F(CalibrateKbTest, GoesOnFromItsRecord) {
  const std::string record = (folder_ / "record.jsonl").string();
  const std::string verb =
      "calibrate --kb handbook --from-kb --count 60 --record-questions '" + record + "' --json";
  const Output first = run(verb);
  ASSERT_EQ(first.status, 0) << first.errors;
  const std::string whole = test::read_whole(record);
  // As after an interruption: the second half missing, the last line cut off.
  const std::size_t half = whole.find('\n', whole.size() / 2);
  std::ofstream(record, std::ios::binary) << whole.substr(0, half + 30);
  const Output second = run(verb);
  ASSERT_EQ(second.status, 0) << second.errors;
  const double resumed = second.json().find("questions")->number("resumed");
  EXPECT_GT(resumed, 20);
  EXPECT_LT(resumed, 40);
  EXPECT_EQ(test::read_whole(record), whole);
  EXPECT_EQ(second.json().find("calibration")->string("hash"),
            first.json().find("calibration")->string("hash"));
  // What is recorded is believed: a line turned round turns the outcome.
  const std::size_t at = whole.find("\"correct\":true");
  ASSERT_NE(at, std::string::npos);
  std::ofstream(record, std::ios::binary) << std::string(whole).replace(at, 14, "\"correct\":false");
  const Output turned = run(verb);
  EXPECT_EQ(turned.json().find("right")->number("hits"), first.json().find("right")->number("hits") - 1);
}

TEST_F(CalibrateKbTest, TakesTheUsersOwnQuestions) {
  const Output output =
      run("calibrate --kb handbook --questions '" GENKAI_EXAMPLES "/questions.jsonl' --risk 0.15 --json");
  ASSERT_EQ(output.status, 0) << output.text << output.errors;
  const Json json = output.json();
  EXPECT_EQ(json.find("questions")->number("count"), 150);
  EXPECT_GT(json.find("questions")->number("unanswerable"), 10);
  EXPECT_FALSE(json.find("calibration")->find("synthetic")->as_bool());
  EXPECT_EQ(json.find("promises")->items().size(), 6U);
  EXPECT_EQ(
      run("calibrate --kb handbook --questions '" GENKAI_EXAMPLES "/questions.jsonl'").text.find("NOTE"),
      std::string::npos);
}

TEST_F(CalibrateKbTest, CountsMalformedLinesAndTakesTheRest) {
  const std::string questions =
      file("own.jsonl",
           "{\"question\":\"In which year was the island made a dark-sky reserve?\",\"answers\":[\"2014\"]}\n"
           "not json\n\n"
           "{\"answers\":[\"no question\"]}\n"
           "{\"question\":\"Who?\",\"answers\":\"no list\"}\n"
           "{\"question\":\"What is the capital of Mars?\",\"answers\":[]}\n"
           "{\"question\":\"What is the capital of Venus?\"}\n");
  const Output output = run("calibrate --kb handbook --questions " + questions + " --json");
  ASSERT_EQ(output.status, 0) << output.text << output.errors;
  const Json json = output.json();
  const auto& malformed = json.find("questions")->find("malformed_lines")->items();
  ASSERT_EQ(malformed.size(), 3U);
  EXPECT_EQ(malformed[0].as_int(), 2);
  EXPECT_EQ(malformed[1].as_int(), 4);
  EXPECT_EQ(malformed[2].as_int(), 5);
  EXPECT_EQ(json.find("questions")->number("count"), 3);
  EXPECT_EQ(json.find("questions")->number("unanswerable"), 2);
  EXPECT_TRUE(json.find("calibration")->find("method")->is_null()) << "too few to learn a map from";
  EXPECT_FALSE(json.find("promises")->items()[0].find("certified")->as_bool());

  EXPECT_EQ(run("calibrate --kb handbook --questions " + file("bad.jsonl", "x\ny\n") + " --json").status, 65);
  EXPECT_EQ(run("calibrate --kb handbook --questions '" + (folder_ / "none.jsonl").string() + "'").status,
            66);
}

TEST_F(CalibrateKbTest, WithAModelItKeepsAFileOfItsOwn) {
  const auto upstream = test::TestUpstream::start({});
  const std::string model = " --model " + upstream->url() + "#test-model --samples 2";
  const Output few = run("calibrate --kb handbook --from-kb --count 20 --json" + model);
  EXPECT_EQ(few.status, 65) << "too few for a model";
  EXPECT_FALSE(fs::exists(kb_ / "calibration"));
  const Output output = run("calibrate --kb handbook --from-kb --count 100 --json" + model);
  ASSERT_EQ(output.status, 0) << output.text << output.errors;
  const auto loaded = answer::load_calibration(kb_, "test-model");
  ASSERT_TRUE(loaded && *loaded) << output.text;
  EXPECT_TRUE((*loaded)->by_model());
  EXPECT_FALSE(fs::exists(kb_ / "calibration" / "quotes.json"));
}

TEST_F(CalibrateKbTest, ForTheExactProfileItWeighsMemoryToo) {
  const auto upstream = test::TestUpstream::start({});
  const std::string model = " --model " + upstream->url() + "#test-model --profile exact";
  const Output output = run("calibrate --kb handbook --from-kb --count 100 --json" + model);
  ASSERT_EQ(output.status, 0) << output.text << output.errors;
  const auto loaded = answer::load_calibration(kb_, answer::with_memory("test-model"));
  ASSERT_TRUE(loaded && *loaded) << output.text;
  EXPECT_EQ((*loaded)->columns(), 5U);
  EXPECT_FALSE(*answer::load_calibration(kb_, "test-model")) << "the other profiles' is another file";
  const Output asked = run("ask 'Where can visitors park?' --kb handbook --json" + model);
  ASSERT_TRUE(asked.json().find("memory")) << asked.text << asked.errors;
  EXPECT_EQ(run("calibrate --kb handbook --forget" + model).status, 0);
  EXPECT_FALSE(*answer::load_calibration(kb_, answer::with_memory("test-model")));
}

TEST_F(CalibrateKbTest, ForgetsAndRefuses) {
  ASSERT_EQ(run("calibrate --kb handbook --from-kb --count 40 --json").status, 0);
  ASSERT_TRUE(fs::exists(kb_ / "calibration" / "quotes.json"));
  const Output forgotten = run("calibrate --kb handbook --forget --json");
  EXPECT_EQ(forgotten.status, 0);
  EXPECT_TRUE(forgotten.json().find("removed")->as_bool());
  EXPECT_FALSE(fs::exists(kb_ / "calibration" / "quotes.json"));
  EXPECT_FALSE(run("calibrate --kb handbook --forget --json").json().find("removed")->as_bool());

  EXPECT_EQ(run("calibrate --kb nowhere --from-kb --json").status, 66);
  EXPECT_EQ(run("calibrate --kb nowhere --forget --json").status, 66);
  EXPECT_EQ(run("calibrate --kb handbook").status, 64);
  EXPECT_EQ(run("calibrate --kb handbook --from-kb --forget").status, 64);
}

}  // namespace
}  // namespace genkai
