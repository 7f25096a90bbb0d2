#include "logic/solve/solve.h"

#include <gtest/gtest.h>
TEST(X, y) {}
