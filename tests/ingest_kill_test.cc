// An ingest killed at random moments, by SIGKILL, and taken up again: no passage is lost and none is there
// twice.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "base/json.h"
#include "base/rng.h"
#include "knowledge/store/test_support.h"

namespace genkai::knowledge {
namespace {

using testing::contents;
using testing::find;
using testing::must;
using testing::nearest;
using testing::words;

constexpr int kKills = 50;

class IngestKillTest : public testing::FolderTest {
 protected:
  void SetUp() override {
    FolderTest::SetUp();
    documents_ = folder_ / "documents";
    std::filesystem::create_directories(documents_ / "deep");
    for (int i = 0; i < 60; ++i) {
      const base::Path path = documents_ / (i % 3 == 0 ? "deep" : "") / ("file" + std::to_string(i) + ".md");
      std::ofstream(path) << "# Heading " << i << "\n\nuniq" << i << "x " << words(1000 + i, 300)
                          << "\n\n## Second\n\n"
                          << words(2000 + i, 200) << "\n";
    }
    std::ofstream lines(documents_ / "lines.jsonl");
    for (int i = 0; i < 500; ++i) {
      const auto line = base::Json::object({{"id", "line" + std::to_string(i)},
                                            {"title", "Title " + std::to_string(i)},
                                            {"text", "solo" + std::to_string(i) + "x " + words(i, 60)}});
      lines << line.dump() << "\n";
    }
  }

  static OpenOptions writing() {
    OpenOptions options;
    options.create = true;
    options.threads = 2;
    options.memtable_passages = 100;
    options.segment_passages = 400;
    return options;
  }

  /// Ingests with a commit every few documents, so that kills fall into every kind of moment.
  base::Status run(const base::Path& folder) const {
    GENKAI_ASSIGN_OR_RETURN(auto kb, KnowledgeBase::open(folder, writing()));
    IngestOptions options;
    options.progress = false;
    options.threads = 2;
    options.commit_passages = 40;
    auto report = ingest(*kb, documents_, options);
    if (!report) return base::fail(report.error());
    if (!report->skipped.empty()) return base::fail(base::Code::internal, report->skipped.front().reason);
    return {};
  }

  base::Path documents_;
};

TEST_F(IngestKillTest, NothingIsLostOrDoubled) {
  const base::Path killed = folder_ / "killed", whole = folder_ / "whole";
  base::Rng rng(20240229);
  int ended_by_kill = 0;
  for (int i = 0; i < kKills; ++i) {
    const auto wait = std::chrono::microseconds(rng() % 60'000);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) ::_exit(run(killed) ? 0 : 1);
    std::this_thread::sleep_for(wait);
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status)) {
      ++ended_by_kill;
    } else {
      ASSERT_EQ(WEXITSTATUS(status), 0) << "the run after kill " << i << " failed";
    }
    // Once all is in, a change gives the next runs work.
    if (!WIFSIGNALED(status)) {
      const base::Path path = documents_ / ("file" + std::to_string(1 + 3 * (i % 20)) + ".md");
      std::ofstream(path) << "# Changed\n\nchanged" << i << "x "
                          << words(5000 + static_cast<std::uint64_t>(i), 900);
      std::ofstream(documents_ / "lines.jsonl", std::ios::app)
          << R"({"id":"late)" << i << R"(","text":"late)" << i << R"(x )" << words(70, 50) << "\"}\n";
    }
  }
  EXPECT_GT(ended_by_kill, kKills / 5) << "the kills came too late to mean anything";
  must(run(killed));
  must(run(whole));
  const auto resumed = must(KnowledgeBase::open(killed, writing()));
  const auto clean = must(KnowledgeBase::open(whole, writing()));
  const auto expected = contents(*clean);
  EXPECT_GT(expected.size(), 600U);
  EXPECT_EQ(contents(*resumed), expected);
  EXPECT_TRUE(must(resumed->check()).empty()) << must(resumed->check()).front();
  must(resumed->compact());
  must(clean->compact());
  for (int i = 0; i < 500; i += 7) {
    const std::string word = "solo" + std::to_string(i) + "x";
    EXPECT_EQ(find(*resumed, word), find(*clean, word)) << word;
    EXPECT_EQ(find(*resumed, word).size(), 1U) << word;
  }
  for (int i = 0; i < 10; ++i) {
    const auto set = [&](const KnowledgeBase& kb) {
      const auto found = nearest(kb, words(static_cast<std::uint64_t>(i), 60), 5);
      return std::set<std::string>(found.begin(), found.end());
    };
    EXPECT_EQ(set(*resumed), set(*clean));
  }
}

}  // namespace
}  // namespace genkai::knowledge
