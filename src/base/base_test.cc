#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>

#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/rng.h"
#include "base/thread_pool.h"

namespace genkai::base {
namespace {

class FileTest : public ::testing::Test {
 protected:
  Path folder_ = std::filesystem::temp_directory_path() / ("genkai_base_test." + std::to_string(::getpid()));
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
};

TEST_F(FileTest, WritesAndReadsBack) {
  const Path path = folder_ / "a";
  const std::string content = std::string(3 << 20, 'x') + "end";
  ASSERT_TRUE(write_file_atomically(path, content));
  EXPECT_EQ(read_file(path).value(), content);
  EXPECT_EQ((*MappedFile::open(path))->bytes(), content);
  ASSERT_TRUE(write_file_atomically(path, "new"));
  EXPECT_EQ(read_file(path).value(), "new");
}

TEST_F(FileTest, UncommittedFileDisappears) {
  {
    auto writer = FileWriter::create(folder_ / "b");
    ASSERT_TRUE(writer);
    ASSERT_TRUE(writer->append("half"));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(FileTest, FailuresNameTheFile) {
  auto missing = read_file(folder_ / "missing");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Code::not_found);
  EXPECT_NE(missing.error().message.find("missing"), std::string::npos);
  EXPECT_EQ(read_file(folder_).error().code, Code::invalid_argument);
  ASSERT_TRUE(write_file_atomically(folder_ / "big", std::string(100, 'x')));
  EXPECT_EQ(read_file(folder_ / "big", 99).error().code, Code::resource_exhausted);
}

TEST(FullDiskTest, IsAResourceErrorWithAHint) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  const Error error = system_error("cannot write x", ENOSPC);
  EXPECT_EQ(error.code, Code::resource_exhausted);
  EXPECT_FALSE(error.hint.empty());
}

TEST(RngTest, SameSeedSameNumbers) {
  Rng a(1), b(1), c(2);
  EXPECT_EQ(a(), b());
  EXPECT_NE(a(), c());
  double sum = 0;
  for (int i = 0; i < 100000; ++i) sum += a.uniform();
  EXPECT_NEAR(sum / 100000, 0.5, 0.01);
}

TEST(ThreadPoolTest, RunsEachIndexOnce) {
  ThreadPool pool(4);
  std::vector<std::atomic<int>> calls(1000);
  pool.parallel_for(calls.size(), [&](std::size_t i) { ++calls[i]; });
  for (const auto& count : calls) ASSERT_EQ(count, 1);
  std::atomic<int> nested{0};
  pool.parallel_for(8, [&](std::size_t) { pool.parallel_for(8, [&](std::size_t) { ++nested; }); });
  EXPECT_EQ(nested, 64);
}

TEST(ClockTest, IsoDate) {
  EXPECT_EQ(iso_date(1763856000), "2025-11-23");
}

TEST(HashTest, ContentHashIsStable) {
  EXPECT_EQ(content_hash("").size(), 32U);
  EXPECT_NE(content_hash("a"), content_hash("b"));
  EXPECT_EQ(hash64("genkai"), hash64("genkai"));
}

}  // namespace
}  // namespace genkai::base
