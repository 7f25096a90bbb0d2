// `genkai run` as its users run it.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/json.h"
#include "logic/sandbox/isolation_needed.h"
#include "program_rig.h"

namespace genkai {
namespace {

using base::Json;
using test::Output;

class RunTest : public ::testing::Test {
 protected:
  void SetUp() override { folder_ = test::make_program_home("run"); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string file(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return "'" + (folder_ / name).string() + "'";
  }
  static Output run(const std::string& arguments) {
    return test::run_command(std::string("'") + GENKAI_PROGRAM + "' run " + arguments + " 2>&1");
  }
  std::filesystem::path folder_;
};

TEST_F(RunTest, WhatTheInterpreterReadsNeedsNoIsolation) {
  const Output output = run(file("a.py", "print('first')\nprint(6 * 7)\n") + " --json");
  EXPECT_EQ(output.status, 0);
  const auto json = Json::parse(output.text);
  ASSERT_TRUE(json) << output.text;
  EXPECT_EQ(json->string("outcome"), "finished");
  EXPECT_EQ(json->string("value"), "42");
  EXPECT_EQ(json->string("out"), "first\n42\n");
  EXPECT_EQ(json->string("ran_in"), "interpreter");
}

TEST_F(RunTest, TheRestRunsIsolated) {
  GENKAI_NEEDS_ISOLATION();
  const Output output =
      run(file("a.py", "import os, sys\nprint(len(os.environ), os.path.exists('/etc'), sys.stdin.read())") +
          " --json --input " + file("in", "given"));
  EXPECT_EQ(output.status, 0);
  const auto json = Json::parse(output.text);
  ASSERT_TRUE(json) << output.text;
  EXPECT_EQ(json->string("ran_in"), "sandbox");
  EXPECT_EQ(json->string("value"), "0 False given");
  EXPECT_GT(json->number("cpu_ms"), 0);
}

TEST_F(RunTest, StatusTellsWhatBecameOfIt) {
  GENKAI_NEEDS_ISOLATION();
  const Output failed = run(file("a.py", "import math\nmath.sqrt(-1)"));
  EXPECT_EQ(failed.status, 1);
  EXPECT_NE(failed.text.find("ValueError: math domain error (line 2)"), std::string::npos) << failed.text;
  const Output endless = run(file("b.py", "import math\nwhile math.pi: pass") + " --seconds 0.5");
  EXPECT_EQ(endless.status, 2);
  EXPECT_NE(endless.text.find("undetermined"), std::string::npos) << endless.text;
  EXPECT_EQ(run(file("c.py", "x = [0.5] * 10 ** 8") + " --memory 128").status, 2);
  EXPECT_EQ(run("'" + (folder_ / "none.py").string() + "'").status, 66);
  EXPECT_EQ(run("").status, 64);
  EXPECT_EQ(run("- --input -").status, 64);
}

TEST_F(RunTest, ControlCharactersStayInside) {
  GENKAI_NEEDS_ISOLATION();
  const Output output = run(file("a.py", "import sys\nsys.stdout.buffer.write(b'\\x1b[2Jred\\x07\\xff\\n')"));
  EXPECT_EQ(output.status, 0);
  EXPECT_EQ(output.text.find('\x1b'), std::string::npos);
  EXPECT_EQ(output.text.find('\x07'), std::string::npos);
  EXPECT_NE(output.text.find("red"), std::string::npos);
}

TEST_F(RunTest, Japanese) {
  const Output output = run(file("a.py", "print(1)") + " --lang ja");
  EXPECT_NE(output.text.find("結果: 終了"), std::string::npos) << output.text;
}

TEST_F(RunTest, CheckSaysWhatIsMissing) {
  const Output output = run("--check --json");
  const auto json = Json::parse(output.text);
  ASSERT_TRUE(json) << output.text;
  const auto available = logic::sandbox_available();
  ASSERT_NE(json->find("available"), nullptr);
  EXPECT_EQ(json->find("available")->as_bool(), available.has_value());
  EXPECT_EQ(output.status, available ? 0 : 75);
  if (!available) {
    EXPECT_EQ(json->string("hint"), available.error().hint);
  }
}

}  // namespace
}  // namespace genkai
