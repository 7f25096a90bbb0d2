#include "lab/train/blas.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace genkai::lab::train {
namespace {

TEST(Blas, NamesKernelsOnlyForAProcessorThatWasNotKnown) {
  EXPECT_EQ(kernels_to_name("Prescott", true, true), "SkylakeX");
  EXPECT_EQ(kernels_to_name("Prescott", true, false), "Haswell");
  EXPECT_EQ(kernels_to_name("Prescott", false, false), "");  // it is one
  EXPECT_EQ(kernels_to_name("SkylakeX", true, true), "");
  EXPECT_EQ(kernels_to_name("Zen", true, true), "");
}

TEST(Blas, WhatIsNamedByHandStays) {
  const char* before = std::getenv("OPENBLAS_CORETYPE");
  const std::string kept = before == nullptr ? "" : before;
  setenv("OPENBLAS_CORETYPE", "Haswell", 1);
  EXPECT_EQ(kernels_to_name(), "");
  if (before == nullptr)
    unsetenv("OPENBLAS_CORETYPE");
  else
    setenv("OPENBLAS_CORETYPE", kept.c_str(), 1);
}

}  // namespace
}  // namespace genkai::lab::train
