// Hostile and broken input, and a disk that ends: a clear error or warning, and nothing that was stored is
// lost.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <csignal>
#include <fstream>

#include "base/json.h"
#include "knowledge/store/test_support.h"

namespace genkai::knowledge {
namespace {

using testing::contents;
using testing::document;
using ::testing::ElementsAre;
using testing::find;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::must;
using testing::words;

class FaultsTest : public testing::FolderTest {
 protected:
  void SetUp() override {
    FolderTest::SetUp();
    documents_ = folder_ / "documents";
    std::filesystem::create_directories(documents_);
    kb_ = open();
  }
  std::unique_ptr<KnowledgeBase> open() const {
    OpenOptions options;
    options.create = true;
    options.threads = 2;
    return must(KnowledgeBase::open(folder_ / "kb", options));
  }
  base::Path write(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories((documents_ / name).parent_path());
    std::ofstream(documents_ / name, std::ios::binary) << content;
    return documents_ / name;
  }
  static IngestOptions quietly() {
    IngestOptions options;
    options.progress = false;
    options.threads = 2;
    return options;
  }
  base::Result<IngestReport> run(const IngestOptions& options = quietly()) {
    return ingest(*kb_, documents_, options);
  }
  static std::string reason(const std::vector<SkippedFile>& files, const std::string& path) {
    for (const SkippedFile& file : files)
      if (file.path == path) return file.reason;
    return "";
  }

  base::Path documents_;
  std::unique_ptr<KnowledgeBase> kb_;
};

TEST_F(FaultsTest, UnchangedFilesCostNothingAndChangedOnesAreReplaced) {
  write("a.txt", "Alpha wording.");
  write("b.txt", "Beta wording.");
  auto report = must(run());
  EXPECT_EQ(report.files_new, 2U);
  EXPECT_EQ(report.passages, 2U);
  report = must(run());
  EXPECT_EQ(report.files_unchanged, 2U);
  EXPECT_EQ(report.documents, 0U);
  write("a.txt", "Gamma wording, now longer.");
  std::filesystem::remove(documents_ / "b.txt");
  write("c.txt", "Delta wording.");
  report = must(run());
  EXPECT_EQ(report.files_changed, 1U);
  EXPECT_EQ(report.files_removed, 1U);
  EXPECT_EQ(report.files_new, 1U);
  EXPECT_THAT(find(*kb_, "wording"), ::testing::UnorderedElementsAre("a.txt", "c.txt"));
  EXPECT_THAT(find(*kb_, "alpha beta"), IsEmpty());
  // Another time, the same content.
  std::filesystem::last_write_time(documents_ / "c.txt", std::filesystem::file_time_type::clock::now());
  report = must(run());
  EXPECT_EQ(report.files_unchanged, 2U);
  EXPECT_EQ(report.files_changed, 0U);
}

TEST_F(FaultsTest, KeepMissingKeepsWhatIsGone) {
  const base::Path gone = write("a.txt", "Alpha wording.");
  write("b.txt", "Beta wording.");
  must(run());
  std::filesystem::remove(gone);
  IngestOptions options = quietly();
  options.keep_missing = true;
  EXPECT_EQ(must(run(options)).files_removed, 0U);
  EXPECT_THAT(find(*kb_, "alpha"), ElementsAre("a.txt"));
}

TEST_F(FaultsTest, WhatIsNotReadIsReportedWithTheReason) {
  write("good.txt", "Readable text.");
  write(".hidden/secret.txt", "Hidden text.");
  write("picture.png", "not a document");
  std::filesystem::create_symlink(documents_ / "good.txt", documents_ / "link.txt");
  std::filesystem::create_directory_symlink(documents_, documents_ / "loop");
  ASSERT_EQ(::mkfifo((documents_ / "pipe.txt").c_str(), 0600), 0);
  const auto report = must(run());
  EXPECT_EQ(report.documents, 1U);
  EXPECT_EQ(reason(report.skipped, ".hidden"), "hidden");
  EXPECT_THAT(reason(report.skipped, "picture.png"), HasSubstr("not a kind"));
  EXPECT_THAT(reason(report.skipped, "link.txt"), HasSubstr("link"));
  EXPECT_THAT(reason(report.skipped, "pipe.txt"), HasSubstr("regular"));
  IngestOptions options = quietly();
  options.follow_links = true;
  EXPECT_THAT(find(*kb_, "readable"), ElementsAre("good.txt")) << "links lead only to what was read already";
}

TEST_F(FaultsTest, AnEmptyFolderIsAnErrorAndRemovesNothing) {
  const auto empty = run();
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().code, base::Code::invalid_argument);
  EXPECT_FALSE(empty.error().hint.empty());
  write("a.txt", "Alpha.");
  must(run());
  std::filesystem::remove(documents_ / "a.txt");
  EXPECT_FALSE(run());
  EXPECT_THAT(find(*kb_, "alpha"), ElementsAre("a.txt"));
  EXPECT_EQ(ingest(*kb_, folder_ / "nowhere", quietly()).error().code, base::Code::not_found);
}

TEST_F(FaultsTest, AnUnreadableFileIsSkippedAndItsOldTextStays) {
  write("a.txt", "Alpha wording.");
  const base::Path path = write("b.txt", "Beta wording.");
  must(run());
  write("b.txt", "Beta wording changed.");
  kb_.reset();
  const auto attempt = [&]() -> int {
    // Another user: the owner of the files, root, may read them whatever their mode.
    if (::getuid() == 0 && ::seteuid(65534) != 0) return 77;
    auto kb = open();
    const auto report = ingest(*kb, documents_, quietly());
    if (!report || report->skipped.size() != 1 || report->skipped.front().path != "b.txt") return 1;
    return find(*kb, "beta") == std::vector<std::string>{"b.txt"} && find(*kb, "changed").empty() ? 0 : 2;
  };
  ::chmod(path.c_str(), 0);
  std::filesystem::permissions(folder_, std::filesystem::perms::all);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ / "kb"))
    std::filesystem::permissions(entry.path(), std::filesystem::perms::all);
  std::filesystem::permissions(folder_ / "kb", std::filesystem::perms::all);
  const pid_t child = ::fork();
  if (child == 0) ::_exit(attempt());
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "root here cannot become another user";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(FaultsTest, InvalidUtf8IsReadAsFarAsItGoes) {
  write("a.txt", "Good words before \xff\xfe\xc3( and harbour after.");
  const auto report = must(run());
  EXPECT_EQ(report.documents + report.skipped.size(), 1U);
  if (report.documents == 1) {
    EXPECT_THAT(find(*kb_, "harbour"), ElementsAre("a.txt"));
  }
}

TEST_F(FaultsTest, TwoHundredMegabytesOfOneLineAreSkipped) {
  std::ofstream file(documents_ / "huge.jsonl", std::ios::binary);
  const std::string piece(1 << 20, 'x');
  file << "{\"id\":\"first\",\"text\":\"An ordinary line.\"}\n{\"id\":\"huge\",\"text\":\"";
  for (int i = 0; i < 200; ++i) file << piece;
  file << "\"}\n{\"id\":\"last\",\"text\":\"A line that comes after.\"}\n";
  file.close();
  const auto report = must(run());
  EXPECT_EQ(report.documents, 2U);
  EXPECT_FALSE(report.warnings.empty());
  EXPECT_THAT(find(*kb_, "ordinary"), ElementsAre("first"));
  EXPECT_THAT(find(*kb_, "after"), ElementsAre("last"));
}

TEST_F(FaultsTest, ABrokenDocxIsSkippedAndTheRestIsRead) {
  write("bomb.docx", "PK\x03\x04 this is no archive");
  write("good.txt", "Readable text.");
  const auto report = must(run());
  EXPECT_EQ(report.documents, 1U);
  EXPECT_FALSE(reason(report.skipped, "bomb.docx").empty());
}

TEST_F(FaultsTest, DocumentsOfOneNameInTwoFoldersStayTwo) {
  write("one/README.md", "About the first project.");
  write("two/README.md", "About the second project.");
  must(ingest(*kb_, documents_ / "one", quietly()));
  must(ingest(*kb_, documents_ / "two", quietly()));
  EXPECT_THAT(find(*kb_, "project"), ::testing::UnorderedElementsAre("README.md", "two/README.md"));
  // The folder above finds the same files: nothing comes twice.
  const auto report = must(run());
  EXPECT_EQ(report.files_unchanged, 2U);
  EXPECT_EQ(find(*kb_, "project").size(), 2U);
}

TEST_F(FaultsTest, ADuplicateIdIsReported) {
  write("a.jsonl", "{\"id\":\"x\",\"text\":\"First text.\"}\n{\"id\":\"x\",\"text\":\"Second text.\"}\n");
  const auto report = must(run());
  ASSERT_EQ(report.warnings.size(), 1U);
  EXPECT_THAT(report.warnings.front().reason, HasSubstr("twice"));
  EXPECT_THAT(find(*kb_, "text"), ElementsAre("x"));
  EXPECT_EQ(must(kb_->info()).passages, 1U);
}

TEST_F(FaultsTest, StandardInputIsReadLineByLine) {
  const base::Path lines = write("lines",
                                 "{\"id\":\"a\",\"text\":\"Alpha wording.\"}\n\nno json\n"
                                 "{\"id\":\"b\",\"text\":\"Beta wording.\"}");
  kb_.reset();
  const pid_t child = ::fork();
  if (child == 0) {
    if (std::freopen(lines.c_str(), "r", stdin) == nullptr) ::_exit(1);
    kb_ = open();
    const auto report = ingest(*kb_, "-", quietly());
    if (!report || report->documents != 2 || report->warnings.size() != 1) ::_exit(2);
    ::_exit(report->warnings.front().reason.find("line 3") == std::string::npos ? 3 : 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_THAT(find(*open(), "wording"), ::testing::UnorderedElementsAre("a", "b"));
}

TEST_F(FaultsTest, CancellationKeepsWhatWasDone) {
  for (int i = 0; i < 30; ++i)
    write("f" + std::to_string(i) + ".txt", words(static_cast<std::uint64_t>(i), 50));
  IngestOptions options = quietly();
  options.cancellation.cancel();
  auto report = must(run(options));
  EXPECT_TRUE(report.interrupted);
  report = must(run());
  EXPECT_FALSE(report.interrupted);
  EXPECT_EQ(must(kb_->info()).documents, 30U);
}

TEST_F(FaultsTest, AFullDiskIsAClearErrorAndNothingCommittedIsLost) {
  for (int i = 0; i < 20; ++i)
    must(kb_->add(document("old" + std::to_string(i), words(static_cast<std::uint64_t>(i), 50))));
  must(kb_->commit());
  const auto before = contents(*kb_);
  kb_.reset();
  for (int i = 0; i < 200; ++i)
    write("f" + std::to_string(i) + ".txt", words(900 + static_cast<std::uint64_t>(i), 2000));
  const pid_t child = ::fork();
  if (child == 0) {
    // No file may grow beyond a megabyte, as if the disk ended there.
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1 << 20, 1 << 20};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) ::_exit(77);
    kb_ = open();
    const auto report = run();
    if (report) ::_exit(1);
    EXPECT_EQ(report.error().code, base::Code::resource_exhausted) << report.error().message;
    EXPECT_FALSE(report.error().hint.empty());
    if (HasFailure()) ::_exit(3);
    ::_exit(contents(*kb_).size() >= before.size() ? 0 : 2);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "the size of files cannot be limited here";
  EXPECT_EQ(WEXITSTATUS(status), 0);
  kb_ = open();
  EXPECT_THAT(must(kb_->check()), IsEmpty());
  const auto after = contents(*kb_);
  EXPECT_TRUE(std::includes(after.begin(), after.end(), before.begin(), before.end()));
  EXPECT_EQ(must(run()).files_new, 200U);
  EXPECT_EQ(must(kb_->info()).documents, 220U);
}

TEST_F(FaultsTest, AFailedWriteLeavesTheKnowledgeBaseUsable) {
  must(kb_->add(document("a", "Alpha wording.")));
  must(kb_->commit());
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = 1 << 20;
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) ::_exit(77);
    for (int i = 0; i < 1500; ++i)
      if (!kb_->add(document("big" + std::to_string(i), "bulk " + words(static_cast<std::uint64_t>(i), 300))))
        break;
    const bool failed = !kb_->commit() || find(*kb_, "bulk").empty();
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    if (!failed) ::_exit(1);
    if (!kb_->add(document("b", "Beta wording.")) || !kb_->commit()) ::_exit(2);
    if (find(*kb_, "wording").size() != 2 || !find(*kb_, "bulk").empty()) ::_exit(3);
    ::_exit(must(kb_->check()).empty() ? 0 : 4);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "the size of files cannot be limited here";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace genkai::knowledge
