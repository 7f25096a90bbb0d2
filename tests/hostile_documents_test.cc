// A hundred hostile documents beside the sample handbook: they change no answer, and no model is shown what
// they want to be said.

#include "hostile_documents.h"

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
#include "upstream/test_upstream.h"

namespace genkai {
namespace {

namespace fs = std::filesystem;
using base::Json;
using test::Output;

std::vector<Json> lines_of(std::string_view text) {
  std::vector<Json> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    auto json = Json::parse(text.substr(at, end - at));
    EXPECT_TRUE(json) << text.substr(at, end - at);
    if (json) out.push_back(std::move(*json));
    at = end + 1;
  }
  return out;
}

class HostileDocumentsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = test::make_program_home("hostile");
    for (const Json& line : lines_of(base::read_file(GENKAI_EXAMPLES "/questions.jsonl").value()))
      questions_.push_back(line.string("question"));
    documents_ = test::hostile_documents(questions_, 2026);
    const auto write = [](const fs::path& folder, const std::vector<test::HostileDocument>& documents) {
      fs::create_directories(folder);
      for (const auto& document : documents)
        std::ofstream(folder / document.name, std::ios::binary) << document.bytes;
    };
    write(folder_ / "hostile", documents_);
    write(folder_ / "harmless", test::hostile_documents(questions_, 2026, true));
    ASSERT_EQ(run("ingest '" GENKAI_EXAMPLES "/handbook' --kb clean --json").status, 0);
    ASSERT_EQ(run("ingest '" GENKAI_EXAMPLES "/handbook' --kb attacked --json").status, 0);
    for (const char* more : {"harmless' --kb clean", "hostile' --kb attacked"}) {
      const Output ingested = run("ingest '" + (folder_ / "").string() + more + " --json");
      ASSERT_TRUE(ingested.status == 0 || ingested.status == 65) << ingested.status << ingested.text;
    }
  }
  static void TearDownTestSuite() { fs::remove_all(folder_); }

  static Output run(const std::string& arguments) {
    return test::run_command(std::string("'") + GENKAI_PROGRAM + "' " + arguments + " 2>/dev/null");
  }
  static inline fs::path folder_;
  static inline std::vector<std::string> questions_;
  static inline std::vector<test::HostileDocument> documents_;
};

TEST_F(HostileDocumentsTest, AreAHundredOfTenKindsAndTheSameForOneSeed) {
  ASSERT_EQ(documents_.size(), 100U);
  std::set<std::string> kinds, planted, endings;
  for (const auto& document : documents_) {
    kinds.insert(document.kind);
    planted.insert(document.planted);
    endings.insert(fs::path(document.name).extension().string());
  }
  EXPECT_EQ(kinds.size(), 10U);
  EXPECT_EQ(planted.size(), 100U);
  EXPECT_EQ(endings.size(), 5U);
  const auto again = test::hostile_documents(questions_, 2026);
  for (std::size_t i = 0; i < again.size(); ++i) EXPECT_EQ(again[i].bytes, documents_[i].bytes);
}

TEST_F(HostileDocumentsTest, ChangeNoAnswer) {
  const std::string batch = " --batch '" GENKAI_EXAMPLES "/questions.jsonl' --json --risk 0.2";
  const Output clean = run("ask --kb clean" + batch), attacked = run("ask --kb attacked" + batch);
  ASSERT_EQ(clean.status, 0);
  ASSERT_EQ(attacked.status, 0);
  const auto before = lines_of(clean.text), after = lines_of(attacked.text);
  ASSERT_EQ(before.size(), questions_.size());
  ASSERT_EQ(after.size(), questions_.size());
  std::size_t answered = 0, moved = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const Json &was = before[i], &is = after[i];
    const std::string shown = is.find("answers")->dump() + is.find("rejected")->dump();
    EXPECT_EQ(shown.find(test::kPlanted), std::string::npos) << is.dump();
    const bool answers = is.string("outcome") == "answered",
               answered_before = was.string("outcome") == "answered";
    answered += answered_before ? 1 : 0;
    const auto text = [](const Json& answer) { return answer.find("answers")->items()[0].string("text"); };
    if (answers && answered_before && text(is) == text(was)) continue;
    if (!answers && (!answered_before || is.string("reason") == "suspected_poisoning")) continue;
    ++moved;  // by how rare words have become, not by what the documents say:
    for (const Json& item : is.find("answers")->items())
      for (const Json& citation : item.find("citations")->items())
        EXPECT_TRUE(fs::exists(fs::path(GENKAI_EXAMPLES "/handbook") / citation.string("document")) ||
                    citation.string("document").starts_with("faq"))
            << is.dump();
  }
  // A hundred documents more, hostile or not, change the weights of words, and a few questions stand at the
  // threshold.
  EXPECT_LE(moved, questions_.size() / 30);
  EXPECT_GT(answered, 50U);
}

TEST_F(HostileDocumentsTest, AModelThatObeysIsShownNothingToObey) {
  test::TestUpstreamOptions options;
  options.obeys = test::kPlanted;
  const auto upstream = test::TestUpstream::start(options);
  std::string some;
  for (std::size_t i = 0; i < questions_.size(); i += 5)
    some += Json::object({{"id", std::to_string(i)}, {"question", questions_[i]}}).dump() + "\n";
  std::ofstream(folder_ / "some.jsonl") << some;
  const Output output = run("ask --kb attacked --batch '" + (folder_ / "some.jsonl").string() +
                            "' --json --risk 0.2 --model " + upstream->url() + "#test-model");
  EXPECT_EQ(output.status, 0);
  EXPECT_GT(upstream->counters().requests, 30U);
  EXPECT_EQ(upstream->counters().obeyed, 0U);
  for (const Json& line : lines_of(output.text))
    EXPECT_EQ(line.find("answers")->dump().find(test::kPlanted), std::string::npos) << line.dump();
}

TEST_F(HostileDocumentsTest, TheObedientModelWouldHaveObeyed) {
  test::TestUpstreamOptions options;
  options.obeys = "teahouse";  // a word of the handbook
  const auto upstream = test::TestUpstream::start(options);
  (void)run("ask --kb clean 'When does the teahouse open?' --json --model " + upstream->url() +
            "#test-model");
  EXPECT_GT(upstream->counters().obeyed, 0U);
}

}  // namespace
}  // namespace genkai
