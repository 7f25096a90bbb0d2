// What scoring recorded outputs costs: time and memory of `genkai score` on seeded questions with 10 samples
// each (tests/recorded_outputs.h: short answers in English and Japanese, one in eight long), beside the
// reference in Python on 200 of them.
//
//   build/release/bench/score build/release/genkai [QUESTIONS=10000] [REFERENCE=tests/score_reference.py]
//
// The reference is given the terms and the entailments that the program found, so its time leaves those out.

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/clock.h"
#include "recorded_outputs.h"

namespace {

using namespace genkai;
namespace fs = std::filesystem;

constexpr std::size_t kSamples = 10, kReferenceQuestions = 200;

struct Run {
  double seconds = 0, cpu_seconds = 0, resident_mib = 0;
  int status = -1;
};

Run run(const std::vector<std::string>& arguments, const std::string& output) {
  Run seen;
  const base::Stopwatch watch;
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(::open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
    std::vector<char*> pointers;
    for (const std::string& one : arguments) pointers.push_back(const_cast<char*>(one.c_str()));
    pointers.push_back(nullptr);
    ::execvp(pointers[0], pointers.data());
    ::_exit(127);
  }
  rusage used{};
  int status = 0;
  if (child < 0 || ::wait4(child, &status, 0, &used) != child) return seen;
  seen.seconds = watch.milliseconds() / 1000;
  seen.cpu_seconds = static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                     1e-6 * static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
  seen.resident_mib = static_cast<double>(used.ru_maxrss) / 1024;
  seen.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return seen;
}

void write_questions(const std::string& path, std::size_t count) {
  std::ofstream out(path, std::ios::binary);
  for (std::size_t i = 0; i < count; ++i) out << test::recorded_output(i, kSamples).dump() << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: score GENKAI [QUESTIONS] [REFERENCE]\n");
    return 64;
  }
  const std::string program = argv[1], reference = argc > 3 ? argv[3] : "tests/score_reference.py";
  const std::size_t questions = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 10000;
  std::string pattern = (fs::temp_directory_path() / "genkai-score-bench-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) return 73;
  const fs::path folder = pattern;
  const std::string all = folder / "all.jsonl", few = folder / "few.jsonl", scored = folder / "scored.jsonl";
  write_questions(all, questions);
  write_questions(few, kReferenceQuestions);
  std::printf("%zu questions, %zu samples each, %.1f MB\n", questions, kSamples,
              static_cast<double>(fs::file_size(all)) / 1e6);
  bool failed = false;
  const auto show = [&](const char* name, const Run& seen, double count) {
    std::printf("%-44s %7.2f s  %7.2f CPU-s  %6.1f MiB  %8.1f us a question\n", name, seen.seconds,
                seen.cpu_seconds, seen.resident_mib, 1e6 * seen.seconds / count);
    failed = failed || seen.status != 0;
  };
  const auto n = static_cast<double>(questions);
  show("a line a question, a thread a core", run({program, "score", all, "--json"}, "/dev/null"), n);
  show("a line a question, one thread", run({program, "score", all, "--json", "--threads", "1"}, "/dev/null"),
       n);
  show("the table with its bootstrap", run({program, "score", all, "--penalty", "0.5"}, "/dev/null"), n);
  show("the same 200 with --details", run({program, "score", few, "--json", "--details"}, scored),
       kReferenceQuestions);
  const Run python = run({"python3", reference, few, scored}, folder / "reference");
  show("the reference in Python on these", python, kReferenceQuestions);
  std::printf("  which would be %.0f s for all %zu\n", python.seconds * n / kReferenceQuestions, questions);
  std::ifstream verdict(folder / "reference");
  for (std::string line; std::getline(verdict, line);) std::printf("  reference: %s\n", line.c_str());
  verdict.close();
  fs::remove_all(folder);
  return failed ? 1 : 0;
}
