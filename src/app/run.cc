// `genkai run`: runs Python that somebody wrote, in bounds and isolated, and says what became of it.

#include <CLI/CLI.hpp>

#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>

#include "app/command.h"
#include "app/exit_codes.h"
#include "app/print.h"
#include "base/cancellation.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "logic/sandbox/sandbox.h"

namespace genkai::app {
namespace {

using base::Json;
using base::Result;
using logic::SandboxBound;
using logic::SandboxOutcome;
using logic::SandboxRun;

constexpr int kProgramFailed = 1, kUndetermined = 2;

struct RunArguments {
  std::string file, input, language = "en";
  double seconds = 10;
  std::size_t memory = 512;
  bool check = false, isolated = false, json = false;
  bool japanese() const { return language == "ja"; }
};

Result<std::string> read(const std::string& name, std::size_t limit) {
  if (name != "-") return base::read_file(name, limit);
  std::string text;
  char buffer[1 << 16];
  for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, stdin)) > 0;) {
    text.append(buffer, n);
    if (text.size() > limit) return base::fail(base::Code::resource_exhausted, "standard input is too long");
  }
  return text;
}

Result<SandboxRun> run_file(const RunArguments& arguments) {
  logic::SandboxLimits limits;
  limits.wall = std::chrono::milliseconds(static_cast<long long>(arguments.seconds * 1000));
  limits.cpu_seconds = static_cast<int>(arguments.seconds) + 1;
  limits.memory_bytes = arguments.memory << 20;
  GENKAI_ASSIGN_OR_RETURN(const std::string source, read(arguments.file, limits.source_bytes));
  std::string input;
  if (!arguments.input.empty()) {
    GENKAI_ASSIGN_OR_RETURN(input, read(arguments.input, limits.input_bytes));
  }
  return (arguments.isolated ? logic::run_python : logic::run_python_safely)(source, limits, input,
                                                                             base::cancel_on_signals());
}

Json to_json(const SandboxRun& run) {
  Json out = Json::object({{"outcome", logic::to_string(run.outcome)}});
  if (run.bound != SandboxBound::none) out.set("bound", logic::to_string(run.bound));
  if (run.outcome == SandboxOutcome::finished) out.set("value", run.value);
  if (!run.error.empty()) out.set("error", run.error);
  if (run.line > 0) out.set("line", run.line);
  out.set("ran_in", logic::to_string(run.ran_in));
  out.set("out", run.out).set("err", run.err).set("output_bytes", run.output_bytes);
  out.set("wall_ms", run.wall_ms).set("cpu_ms", run.cpu_ms).set("peak_bytes", run.peak_bytes);
  return out;
}

// Line by line, so that no control character of the program reaches the terminal.
void print_lines(const char* title, const std::string& text) {
  if (text.empty()) return;
  std::printf("%s\n", title);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::printf("  %s\n", printable(text.substr(at, end - at)).c_str());
    at = end + 1;
  }
}

const char* outcome_name(SandboxOutcome outcome, bool japanese) {
  switch (outcome) {
    case SandboxOutcome::finished:
      return japanese ? "終了" : "finished";
    case SandboxOutcome::failed:
      return japanese ? "失敗" : "failed";
    case SandboxOutcome::undetermined:
      return japanese ? "不明 (結果を知る前に止めた)" : "undetermined";
  }
  return "";
}

void print(const SandboxRun& run, bool japanese) {
  const auto row = [&](const char* english, const char* other, const std::string& text) {
    if (japanese)
      std::printf("%s: %s\n", other, text.c_str());
    else
      std::printf("%-8s  %s\n", english, text.c_str());
  };
  row("outcome", "結果", outcome_name(run.outcome, japanese));
  if (!run.value.empty()) row("value", "値", printable(run.value));
  if (run.bound != SandboxBound::none) row("bound", "限度", std::string(logic::to_string(run.bound)));
  if (!run.error.empty())
    row("because", "理由",
        printable(run.error) + (run.line == 0 ? ""
                                              : (japanese ? " (" : " (line ") + std::to_string(run.line) +
                                                    (japanese ? " 行目)" : ")")));
  char cost[200];
  if (run.ran_in == logic::RanIn::interpreter)
    std::snprintf(cost, sizeof cost,
                  japanese ? "組み込みインタプリタ, %.2f ms" : "%.2f ms in the interpreter", run.wall_ms);
  else
    std::snprintf(cost, sizeof cost,
                  japanese ? "サンドボックス, %.0f ms, CPU %.0f ms, 最大 %.1f MiB"
                           : "%.0f ms in the sandbox, %.0f ms of CPU, at most %.1f MiB",
                  run.wall_ms, run.cpu_ms, static_cast<double>(run.peak_bytes) / (1 << 20));
  row("cost", "費用", cost);
  const std::string cut =
      run.output_bytes > run.out.size() + run.err.size() ? (japanese ? " (途中まで):" : " (cut):") : ":";
  print_lines(((japanese ? "出力" : "output") + cut).c_str(), run.out);
  print_lines(((japanese ? "エラー出力" : "errors") + cut).c_str(), run.err);
}

int check_isolation(const RunArguments& arguments) {
  const auto available = logic::sandbox_available();
  if (arguments.json) {
    Json out = Json::object({{"available", available.has_value()}});
    if (!available) out.set("message", available.error().message).set("hint", available.error().hint);
    std::printf("%s\n", out.dump().c_str());
    return available ? kOk : kUnavailable;
  }
  if (!available) return report(available.error(), false);
  std::puts(arguments.japanese()
                ? "隔離できます: bubblewrap, python3, ユーザー名前空間, seccomp を確かめました"
                : "programs can be isolated: bubblewrap, python3, namespaces and seccomp were tried");
  return kOk;
}

int run_verb(const RunArguments& arguments) {
  if (arguments.check) return check_isolation(arguments);
  const auto run = run_file(arguments);
  if (!run) return report(run.error(), arguments.json);
  if (arguments.json)
    std::printf("%s\n", to_json(*run).dump().c_str());
  else
    print(*run, arguments.japanese());
  switch (run->outcome) {
    case SandboxOutcome::finished:
      return kOk;
    case SandboxOutcome::failed:
      return kProgramFailed;
    case SandboxOutcome::undetermined:
      return kUndetermined;
  }
  return kInternal;
}

}  // namespace

void add_run(CLI::App& program, Action& run) {
  auto arguments = std::make_shared<RunArguments>();
  CLI::App* verb = program.add_subcommand(
      "run",
      "Run a Python program that is not trusted: isolated, in bounds; it never runs without isolation");
  verb->add_option("file", arguments->file, "The program; - is standard input");
  verb->add_option("--input", arguments->input, "A file that becomes its standard input");
  verb->add_option("--seconds", arguments->seconds, "Time that it may take")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  verb->add_option("--memory", arguments->memory, "Address space that it may use, in MiB")
      ->check(CLI::Range(64, 65'536))
      ->capture_default_str();
  verb->add_flag("--sandbox", arguments->isolated,
                 "In the sandbox also what the built-in interpreter could run");
  verb->add_flag("--check", arguments->check,
                 "Only say whether programs can be isolated here, and what is missing");
  verb->add_option("--lang", arguments->language, "Language of messages")
      ->check(CLI::IsMember({"en", "ja"}))
      ->capture_default_str();
  verb->add_flag("--json", arguments->json, "Print JSON (docs/limits/reasoning/sandbox.md)");
  verb->footer("Exit status: 0 it finished, 1 it failed, 2 undetermined: a bound ended it, 75 no isolation.");
  verb->callback([arguments, &run] {
    if (arguments->file.empty() && !arguments->check) throw CLI::RequiredError("file or --check");
    if (arguments->file == "-" && arguments->input == "-")
      throw CLI::ValidationError("--input", "standard input is the program already");
    run = [arguments] { return run_verb(*arguments); };
  });
}

}  // namespace genkai::app
