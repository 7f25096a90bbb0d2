#pragma once
// Runs the program genkai as its users do: a process of its own, in a home folder of its own.
//
//   class AskTest : public test::ProgramTest {};            // a fresh home for each test
//   const Output output = run("ask 'When?' --docs '" GENKAI_EXAMPLES "/handbook' --json");
//   output.status, output.text, output.errors, output.json()

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace genkai::test {

struct Output {
  std::string text, errors;
  int status = -1;  // exit status; -1 when a signal ended it
  /// Of a text that is one JSON value, and of JSON Lines.
  base::Json json() const {
    auto parsed = base::Json::parse(text);
    EXPECT_TRUE(parsed) << text << errors;
    return parsed ? std::move(*parsed) : base::Json();
  }
  std::vector<base::Json> lines() const {
    std::vector<base::Json> out;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      auto json = base::Json::parse(std::string_view(text).substr(at, end - at));
      EXPECT_TRUE(json) << text.substr(at, end - at);
      if (json) out.push_back(std::move(*json));
      at = end + 1;
    }
    return out;
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

inline std::string read_whole(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A command of the shell: what it prints on standard output, and its exit status.
inline Output run_command(const std::string& command) {
  Output output;
  FILE* pipe = ::popen(command.c_str(), "r");
  char buffer[4096];
  for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    output.text.append(buffer, n);
  const int status = ::pclose(pipe);
  output.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return output;
}

/// The same with what it prints on standard error, by way of a file in `folder`.
inline Output run_command(const std::filesystem::path& folder, const std::string& command) {
  const std::string errors = (folder / "errors").string();
  Output output = run_command(command + " 2>'" + errors + "'");
  output.errors = read_whole(errors);
  return output;
}

/// The program with `arguments` as a shell reads them.
inline Output run_program(const std::filesystem::path& folder, const std::string& arguments) {
  return run_command(folder, "'" GENKAI_PROGRAM "' " + arguments);
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
