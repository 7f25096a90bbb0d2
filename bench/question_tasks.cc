// Whether the router reads the type of a question: GSM8K problems are arithmetic, Logic-LM's are logic,
// questions about documents (XQuAD, JaQuAD) are lookups. Half of each set by hash.
//
//   GENKAI_DATA=... build/release/bench/question_tasks            # the half that is for reporting
//   GENKAI_DATA=... build/release/bench/question_tasks --look     # the other, with some questions that it
//   misses

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "limits/reasoning/router/router.h"
#include "stats/share.h"

namespace {

namespace fs = std::filesystem;
using genkai::base::Json;
using namespace genkai::limits::reasoning::router;

// Every string called "question", and "context" before it where a row has both.
void collect(const Json& json, bool with_context, std::vector<std::string>& out) {
  for (const Json& item : json.items()) collect(item, with_context, out);
  for (const auto& [key, value] : json.members())
    if (key == "question" && value.is_string())
      out.push_back((with_context ? json.string("context") + " " : "") + std::string(value.as_string()));
    else
      collect(value, with_context, out);
}

std::vector<std::string> questions_of(const fs::path& path, bool with_context) {
  std::vector<std::string> out;
  const auto text = genkai::base::read_file(path);
  if (!text) return out;
  if (const auto whole = Json::parse(*text)) {
    collect(*whole, with_context, out);
    return out;
  }
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t end = std::min(text->find('\n', at), text->size());
    if (const auto row = Json::parse(std::string_view(*text).substr(at, end - at)))
      collect(*row, with_context, out);
    at = end + 1;
  }
  return out;
}

// FNV-1a, 64 bits: the same halves in any language.
bool first_half(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return (hash >> 32) % 2 == 0;
}

}  // namespace

int main(int argc, char** argv) {
  const char* data = std::getenv("GENKAI_DATA");
  if (!data) return std::fprintf(stderr, "GENKAI_DATA names the folder of data sets\n"), 1;
  const bool look = argc > 1 && std::strcmp(argv[1], "--look") == 0;
  const struct {
    const char* folder;
    Task task;
    bool context;
  } sets[] = {{"gsm8k", Task::arithmetic, false},
              {"logic-lm", Task::logic, true},
              {"xquad", Task::lookup, false},
              {"jaquad", Task::lookup, false}};
  std::printf(
      "| set | questions | as expected | arithmetic | date | counting | logic | comparison | lookup |\n");
  std::printf("|---|---|---|---|---|---|---|---|---|\n");
  for (const auto& set : sets) {
    std::array<std::size_t, kTasks> counts{};
    std::size_t n = 0, shown = 0;
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(data) / set.folder)) {
      if (!entry.is_regular_file() || entry.path().filename().string().find("solutions") != std::string::npos)
        continue;
      for (const std::string& question : questions_of(entry.path(), set.context)) {
        if (first_half(question) != look) continue;
        genkai::core::Interpretation meaning;
        meaning.text = question;
        meaning.focus = genkai::text::analyse_question(question);
        const Task task = task_of(meaning);
        ++counts[static_cast<std::size_t>(task)];
        ++n;
        if (look && task != set.task && shown++ < 15)
          std::fprintf(stderr, "%s: %.240s\n", std::string(to_string(task)).c_str(), question.c_str());
      }
    }
    const auto share = genkai::stats::share_of(counts[static_cast<std::size_t>(set.task)], n);
    std::printf("| %s | %zu | %.3f [%.3f, %.3f] |", set.folder, n, share.value(), share.interval.low,
                share.interval.high);
    for (const std::size_t count : counts) std::printf(" %zu |", count);
    std::printf("\n");
  }
}
