#pragma once
// Runs the program genkai as its users do: a process of its own, in a home folder of its own.
//
//   class AskTest : public test::ProgramTest {};            // a fresh home for each test
//   const Output output = run("ask 'When?' --docs '" GENKAI_EXAMPLES "/handbook' --json");
//   output.status, output.text, output.errors, output.json()

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "base/json.h"

namespace genkai::test {

struct Output {
  std::string text, errors;
  int status = -1;  // exit status; -1 when a signal ended it
  base::Json json() const {
    auto parsed = base::Json::parse(text);
    EXPECT_TRUE(parsed) << text << errors;
    return parsed ? std::move(*parsed) : base::Json();
  }
};

/// A new folder below the system's temporary folder, and an environment in which the program keeps everything
/// below it, shows no progress, has no key, and takes today for 2026-06-15.
inline std::filesystem::path make_program_home(const std::string& name) {
  namespace fs = std::filesystem;
  std::string pattern = (fs::temp_directory_path() / ("genkai-" + name + "-XXXXXX")).string();
  EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
  const fs::path folder = pattern;
  ::setenv("GENKAI_HOME", (folder / "home").c_str(), 1);
  ::setenv("XDG_CACHE_HOME", (folder / "cache").c_str(), 1);
  ::setenv("GENKAI_TODAY", "2026-06-15", 1);
  ::setenv("GENKAI_PROGRESS", "off", 1);
  ::unsetenv("GENKAI_API_KEY");
  return folder;
}

/// `arguments` as a shell reads them; standard error is kept in a file of `folder`.
inline Output run_program(const std::filesystem::path& folder, const std::string& arguments) {
  Output output;
  const std::string errors = (folder / "errors").string();
  FILE* pipe = ::popen(("'" GENKAI_PROGRAM "' " + arguments + " 2>'" + errors + "'").c_str(), "r");
  char buffer[4096];
  for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    output.text.append(buffer, n);
  const int status = ::pclose(pipe);
  output.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  std::ifstream file(errors, std::ios::binary);
  output.errors = {std::istreambuf_iterator<char>(file), {}};
  return output;
}

/// A home for each test.
class ProgramTest : public ::testing::Test {
 protected:
  void SetUp() override { folder_ = make_program_home("test"); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  Output run(const std::string& arguments) const { return run_program(folder_, arguments); }
  /// The quoted path of a new file.
  std::string file(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return "'" + (folder_ / name).string() + "'";
  }
  std::filesystem::path folder_;
};

}  // namespace genkai::test
