#include "knowledge/store/scratch_copy.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>

#include "base/hash.h"
#include "knowledge/store/test_support.h"

namespace genkai::knowledge {
namespace {

namespace fs = std::filesystem;
using testing::document;
using testing::find;
using testing::must;
using testing::words;

class ScratchCopyTest : public testing::FolderTest {
 protected:
  void SetUp() override {
    FolderTest::SetUp();
    fs::create_directories(folder_ / "tmp");
    ::setenv("TMPDIR", (folder_ / "tmp").c_str(), 1);
    OpenOptions options;
    options.create = true;
    options.memtable_passages = 20;
    kb_ = must(KnowledgeBase::open(folder_ / "kb", options));
    for (int i = 0; i < 60; ++i) must(kb_->add(document("d" + std::to_string(i), words(i + 1U, 80))));
    must(kb_->add(document("lighthouse", "The lighthouse keeper is called Morita.")));
    must(kb_->commit());
  }
  void TearDown() override {
    kb_.reset();
    ::unsetenv("TMPDIR");
    FolderTest::TearDown();
  }
  std::size_t left() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_ / "tmp"), {}));
  }
  std::map<std::string, std::string> segments() const {
    std::map<std::string, std::string> out;
    for (const auto& entry : fs::directory_iterator(folder_ / "kb" / "segments"))
      out[entry.path().filename()] = base::content_hash(must(base::read_file(entry.path())));
    return out;
  }
  std::unique_ptr<KnowledgeBase> kb_;
};

TEST_F(ScratchCopyTest, HoldsTheSameAndKeepsWhatIsAddedToItself) {
  const auto before = segments();
  ASSERT_FALSE(before.empty());
  {
    const ScratchCopy scratch = must(ScratchCopy::make(folder_ / "kb"));
    auto copy = must(KnowledgeBase::open(scratch.folder(), {}));
    EXPECT_EQ(find(*copy, "keeper"), std::vector<std::string>{"lighthouse"});
    EXPECT_EQ(must(copy->info()).passages, must(kb_->info()).passages);
    EXPECT_TRUE(must(copy->check()).empty());
    for (int i = 0; i < 60; ++i)
      must(copy->add(document("planted" + std::to_string(i), "keeper " + words(i + 90U, 80))));
    must(copy->remove_document("lighthouse"));
    must(copy->compact());
    EXPECT_GT(find(*copy, "keeper").size(), 10U);
  }
  EXPECT_EQ(left(), 0U);
  EXPECT_EQ(segments(), before);
  EXPECT_TRUE(must(kb_->check()).empty());
  EXPECT_EQ(find(*kb_, "keeper"), std::vector<std::string>{"lighthouse"});
}

TEST_F(ScratchCopyTest, SeesWhatIsOnlyInTheLogOfWrites) {
  must(kb_->add(document("fresh", "The harbour master is called Sakata.")));
  must(kb_->commit());
  const ScratchCopy scratch = must(ScratchCopy::make(folder_ / "kb"));
  const auto copy = must(KnowledgeBase::open(scratch.folder(), {}));
  EXPECT_EQ(find(*copy, "Sakata"), std::vector<std::string>{"fresh"});
}

TEST_F(ScratchCopyTest, RemovesWhatAKilledProcessLeftAndNothingThatIsInUse) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto scratch = ScratchCopy::make(folder_ / "kb");
    ::_exit(scratch ? 0 : 1);  // without unwinding, as a kill would end it
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_EQ(WEXITSTATUS(status), 0);
  ASSERT_EQ(left(), 1U);
  const ScratchCopy first = must(ScratchCopy::make(folder_ / "kb"));
  EXPECT_EQ(left(), 1U) << "the abandoned one is still there";
  const ScratchCopy second = must(ScratchCopy::make(folder_ / "kb"));
  EXPECT_EQ(left(), 2U) << "one in use was removed";
  EXPECT_TRUE(fs::exists(first.folder() / "meta.db"));
}

TEST_F(ScratchCopyTest, SaysWhatIsMissing) {
  const auto nothing = ScratchCopy::make(folder_ / "nowhere");
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code, base::Code::not_found);
}

}  // namespace
}  // namespace genkai::knowledge
