#include "base/subprocess.h"

#include <gtest/gtest.h>

namespace genkai::base {
namespace {

TEST(SubprocessTest, ReturnsOutput) {
  EXPECT_EQ(run_limited({"printf", "a b"}).value(), "a b");
}

TEST(SubprocessTest, MissingProgram) {
  EXPECT_EQ(run_limited({"genkai-no-such-program"}).error().code, Code::not_found);
}

TEST(SubprocessTest, FailureCarriesItsFirstLine) {
  const auto result = run_limited({"sh", "-c", "echo broken >&2; exit 3"});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::unavailable);
  EXPECT_NE(result.error().message.find("broken"), std::string::npos);
}

TEST(SubprocessTest, EveryLimitEndsIt) {
  SubprocessLimits limits;
  limits.wall = std::chrono::milliseconds(300);
  EXPECT_EQ(run_limited({"sleep", "60"}, limits).error().code, Code::resource_exhausted);
  limits = {};
  limits.output_bytes = 1000;
  EXPECT_EQ(run_limited({"yes"}, limits).error().code, Code::resource_exhausted);
  limits = {};
  limits.cpu_seconds = 1;
  EXPECT_EQ(run_limited({"sh", "-c", "while :; do :; done"}, limits).error().code, Code::resource_exhausted);
}

TEST(SubprocessTest, CannotWriteFiles) {
  EXPECT_FALSE(run_limited({"sh", "-c", "echo x > /tmp/genkai-subprocess-test || exit 1"}));
}

TEST(SubprocessTest, EnvironmentIsClean) {
  EXPECT_EQ(run_limited({"sh", "-c", "echo \"$HOME\""}).value(), "\n");
}

}  // namespace
}  // namespace genkai::base
