// Programs that three models wrote (Logic-LM), executed. How often is the answer right, over all and over
// those that execute; what becomes of the others; milliseconds of CPU a program. "bare" is the program alone,
// without the question and the sentences beside its lines, which the reader follows where they are plain.
// Rows are split in halves by the MD5 of their id: the reader was written looking at the first.
//
//   GENKAI_DATA=... build/release/bench/solvers [--half first|second|all] [--show MODEL SET STATUS]

#include <openssl/evp.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "base/cpu_time.h"
#include "base/file.h"
#include "base/json.h"
#include "logic/solve/solve.h"
#include "stats/intervals.h"

namespace {

using namespace genkai;
using base::Json;
using logic::solve::Solution;
using logic::solve::Status;

struct Row {
  std::string id, question, answer;
  std::vector<std::string> options, programs;
};

bool in_first_half(const std::string& id) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  EVP_Digest(id.data(), id.size(), digest, nullptr, EVP_md5(), nullptr);
  return (digest[0] & 1) == 0;
}

std::vector<Row> read_rows(const std::string& path, const std::string& half) {
  std::vector<Row> rows;
  const auto text = base::read_file(path);
  if (!text) return rows;
  const auto all = Json::parse(*text);
  if (!all) return rows;
  for (const Json& one : all->items()) {
    Row row{one.string("id"), one.string("question"), one.string("answer"), {}, {}};
    if (half != "all" && in_first_half(row.id) != (half == "first")) continue;
    if (const Json* options = one.find("options"))
      for (const Json& option : options->items()) row.options.emplace_back(option.as_string());
    if (const Json* programs = one.find("raw_logic_programs"))
      for (const Json& program : programs->items()) row.programs.emplace_back(program.as_string());
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string share(std::size_t part, std::size_t whole) {
  const auto interval = stats::wilson(part, whole);
  char text[64];
  std::snprintf(text, sizeof text, "%.3f [%.3f, %.3f]",
                whole ? static_cast<double>(part) / static_cast<double>(whole) : 0.0, interval.low,
                interval.high);
  return text;
}

struct Tally {
  std::size_t rows = 0, right = 0, wrong = 0;
  std::map<Status, std::size_t> failures;
  std::vector<double> milliseconds;
};

// What a program says without the sentences that its model wrote beside each line.
std::string without_sentences(const std::string& program) {
  std::string bare;
  for (std::size_t at = 0; at < program.size();) {
    const std::size_t end = std::min(program.find('\n', at), program.size());
    const std::string line = program.substr(at, end - at);
    bare += line.substr(0, line.find(":::")) + "\n";
    at = end + 1;
  }
  return bare;
}

double cpu_milliseconds() {
  return 1e3 * base::cpu_seconds(base::CpuOf::thread);
}

// `words` false: neither the question nor the sentences beside the lines are there to be followed.
Tally run(const std::vector<Row>& rows, bool words, const std::string& show) {
  Tally tally;
  for (const Row& row : rows) {
    std::vector<std::string> programs;
    for (const std::string& program : row.programs)
      programs.push_back(words ? program : without_sentences(program));
    const double before = cpu_milliseconds();
    const Solution solution = logic::solve::solve_all(programs, {"", words ? row.question : "", row.options});
    tally.milliseconds.push_back(cpu_milliseconds() - before);
    ++tally.rows;
    std::string what(to_string(solution.status));
    if (solution.status == Status::ok) {
      ++(solution.answer == row.answer ? tally.right : tally.wrong);
      what = solution.answer == row.answer ? "right" : "wrong";
    } else {
      ++tally.failures[solution.status];
    }
    if (show == what)
      std::printf("---- %s: %s (gold %s)\n%s\n%s\n%s\n", row.id.c_str(), solution.answer.c_str(),
                  row.answer.c_str(), row.question.c_str(), row.programs[0].c_str(),
                  describe(solution, text::Language::english).c_str());
  }
  return tally;
}

void print(const char* set, const char* model, const char* reading, Tally tally) {
  std::sort(tally.milliseconds.begin(), tally.milliseconds.end());
  double sum = 0;
  for (const double one : tally.milliseconds) sum += one;
  const std::size_t executed = tally.right + tally.wrong;
  std::printf(
      "%-17s %-17s %-10s n %3zu  all %s  executed %zu: %s  wrong %zu syntax %zu ambiguous %zu unsatisfiable "
      "%zu "
      "undetermined %zu  CPU ms mean %.3f p99 %.3f\n",
      set, model, reading, tally.rows, share(tally.right, tally.rows).c_str(), executed,
      share(tally.right, executed).c_str(), tally.wrong, tally.failures[Status::syntax],
      tally.failures[Status::ambiguous], tally.failures[Status::unsatisfiable],
      tally.failures[Status::undetermined], sum / static_cast<double>(std::max<std::size_t>(1, tally.rows)),
      tally.milliseconds.empty() ? 0.0 : tally.milliseconds[tally.milliseconds.size() * 99 / 100]);
}

}  // namespace

int main(int argc, char** argv) {
  const char* data = std::getenv("GENKAI_DATA");
  if (!data) {
    std::fputs("set GENKAI_DATA to the folder that has logic-lm/\n", stderr);
    return 64;
  }
  std::string half = "second", show_model, show_set, show;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--half") == 0 && i + 1 < argc) half = argv[++i];
    if (std::strcmp(argv[i], "--show") == 0 && i + 3 < argc)
      show_model = argv[i + 1], show_set = argv[i + 2], show = argv[i + 3], i += 3;
  }
  for (const char* set : {"ProntoQA", "LogicalDeduction"})
    for (const char* model : {"gpt-4", "gpt-3.5-turbo", "text-davinci-003"}) {
      const auto rows = read_rows(std::string(data) + "/logic-lm/" + set + "_dev_" + model + ".json", half);
      const bool shown = show_model == model && show_set == set;
      if (!show.empty() && !shown) continue;
      print(set, model, "with words", run(rows, true, shown ? show : ""));
      print(set, model, "bare", run(rows, false, ""));
      std::size_t most = 0;
      std::map<std::string, std::size_t> answers;
      for (const Row& row : rows) most = std::max(most, ++answers[row.answer]);
      std::printf("%-17s %-17s always the most frequent answer: %s\n", set, model,
                  share(most, rows.size()).c_str());
    }
  return 0;
}
