// How well the exact step checker finds the first wrong step of written chains, and whether it tells right
// solutions from wrong ones.
//
//   GENKAI_DATA=... build/release/bench/steps               # all tables, on the half that is for reporting
//   GENKAI_DATA=... build/release/bench/steps --half look   # on the half that was looked at
//   ... --show word_sorting                                 # the chains of the looked-at half that it gets
//   wrong

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "base/rng.h"
#include "limits/reasoning/steps/step_check.h"
#include "stats/intervals.h"

namespace {

using genkai::base::Json;
using genkai::limits::reasoning::steps::check_steps;
using genkai::limits::reasoning::steps::split_steps;
using genkai::limits::reasoning::steps::StepReport;
namespace stats = genkai::stats;

struct Trace {
  std::string input;
  std::vector<std::string> steps;
  std::optional<std::size_t> mistake;
};

// FNV-1a, 64 bits: the same halves in any language.
bool looked_at(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return (hash >> 32) % 2 == 0;
}

std::vector<Json> lines_of(const std::string& path) {
  const auto text = genkai::base::read_file(path);
  if (!text) {
    std::fprintf(stderr, "%s\n", text.error().message.c_str());
    std::exit(1);
  }
  std::vector<Json> rows;
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t end = std::min(text->find('\n', at), text->size());
    if (auto row = Json::parse(std::string_view(*text).substr(at, end - at))) rows.push_back(std::move(*row));
    at = end + 1;
  }
  return rows;
}

std::vector<Trace> traces_of(const std::string& path) {
  std::vector<Trace> traces;
  for (const Json& row : lines_of(path)) {
    Trace trace;
    trace.input = row.string("input");
    if (const Json* steps = row.find("steps"))
      for (const Json& step : steps->items()) trace.steps.emplace_back(step.as_string());
    if (const Json* index = row.find("mistake_index"); index && index->is_number())
      trace.mistake = static_cast<std::size_t>(index->as_int());
    traces.push_back(std::move(trace));
  }
  return traces;
}

void print_share(const char* name, std::size_t hits, std::size_t n) {
  const auto interval = stats::wilson(hits, n);
  std::printf("  %-34s %4zu of %4zu  %.3f [%.3f, %.3f]\n", name, hits, n,
              n == 0 ? 0.0 : static_cast<double>(hits) / static_cast<double>(n), interval.low, interval.high);
}

void show(const Trace& trace, const StepReport& report) {
  std::printf("--- gold %d found %d: %s\n    %s\n", trace.mistake ? static_cast<int>(*trace.mistake) : -1,
              report.first_wrong ? static_cast<int>(*report.first_wrong) : -1, report.why.c_str(),
              trace.input.c_str());
  for (std::size_t i = 0; i < trace.steps.size(); ++i)
    std::printf("  %c%c %zu %s\n", trace.mistake == i ? '*' : ' ', report.first_wrong == i ? '!' : ' ', i,
                trace.steps[i].c_str());
}

void mistakes(const std::string& folder, const std::string& task, bool look, const std::string& shown) {
  std::vector<Trace> traces = traces_of(folder + "/" + task + ".jsonl");
  std::erase_if(traces, [&](const Trace& trace) { return looked_at(trace.input) != look; });
  std::map<std::size_t, std::size_t> places;
  for (const Trace& trace : traces)
    if (trace.mistake) ++places[*trace.mistake];
  std::size_t with = 0, exact = 0, right = 0, alarms = 0, caught = 0, constant = 0, checked = 0, steps = 0;
  for (const auto& [place, count] : places) constant = std::max(constant, count);
  for (const Trace& trace : traces) {
    const StepReport report = check_steps(trace.input, trace.steps);
    checked += report.checked;
    steps += trace.steps.size();
    if (trace.mistake) {
      ++with;
      exact += report.first_wrong == trace.mistake ? 1 : 0;
      caught += report.first_wrong ? 1 : 0;
    } else {
      ++right;
      alarms += report.first_wrong ? 1 : 0;
    }
    if (shown == task && report.first_wrong != trace.mistake) show(trace, report);
  }
  std::printf("%s\n", task.c_str());
  print_share("first wrong step, exactly", exact, with);
  print_share("  baseline: always the best place", constant, with);
  print_share("  baseline: never wrong", 0, with);
  print_share("any wrong step, of chains with one", caught, with);
  print_share("false alarms on right chains", alarms, right);
  print_share("index or none, of all", exact + right - alarms, with + right);
  print_share("steps checked", checked, steps);
}

}  // namespace

int main(int argc, char** argv) {
  const char* data = std::getenv("GENKAI_DATA");
  if (!data) {
    std::fputs("GENKAI_DATA names the folder of the data\n", stderr);
    return 1;
  }
  bool look = false;
  std::string shown;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--half") == 0) look = std::strcmp(argv[i + 1], "look") == 0;
    if (std::strcmp(argv[i], "--show") == 0) shown = argv[i + 1], look = true;
  }
  const std::string folder = data;
  for (const char* task : {"multistep_arithmetic", "word_sorting", "dyck_languages",
                           "tracking_shuffled_objects", "logical_deduction"})
    if (shown.empty() || shown == task) mistakes(folder + "/mistake", task, look, shown);
  return 0;
}
