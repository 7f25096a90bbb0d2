// The expression language: evaluations a second on one core, and the calculator annotations <<a=b>> of
// GSM8K's worked solutions held against it.
//
//   GENKAI_DATA=... build/release/bench/expressions

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "logic/expression/expression.h"
#include "logic/expression/expression_cases.h"
#include "stats/intervals.h"

namespace {

using namespace genkai;
namespace expression = logic::expression;

void measure_speed() {
  using Clock = std::chrono::steady_clock;
  std::size_t done = 0, worth = 0;
  const auto begin = Clock::now();
  while (std::chrono::duration<double>(Clock::now() - begin).count() < 2)
    for (const expression::WorthCase& one : expression::kWorthCases) {
      const auto outcome = expression::evaluate(one.source);
      worth += outcome ? outcome->exact.size() : 0;
      ++done;
    }
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  std::printf("%zu expressions, each many times: %.0f a second, %.1f microseconds each (%zu bytes)\n",
              std::size(expression::kWorthCases), static_cast<double>(done) / seconds,
              1e6 * seconds / static_cast<double>(done), worth);
}

// Annotations of one text: what stands between << and >>.
std::vector<std::pair<std::string, std::string>> annotations_of(const std::string& text) {
  std::vector<std::pair<std::string, std::string>> found;
  for (std::size_t at = text.find("<<"); at != std::string::npos; at = text.find("<<", at + 2)) {
    const std::size_t end = text.find(">>", at), equals = text.rfind('=', end);
    if (end == std::string::npos || equals == std::string::npos || equals < at) continue;
    found.emplace_back(text.substr(at + 2, equals - at - 2), text.substr(equals + 1, end - equals - 1));
  }
  return found;
}

void share(const char* what, std::size_t k, std::size_t n) {
  const auto interval = stats::wilson(k, n);
  std::printf("%s: %zu of %zu, %.4f [%.4f, %.4f]\n", what, k, n,
              n ? static_cast<double>(k) / static_cast<double>(n) : 0, interval.low, interval.high);
}

// Equal up to the digits that were written.
bool same(const std::string& left, const std::string& right) {
  const auto both = expression::evaluate("round(100000 * abs((" + left + ") - (" + right + "))) <= 1000");
  return both && both->value.truth;
}

void measure_annotations(const std::string& folder) {
  const auto text = base::read_file(folder + "/gsm8k/test.jsonl");
  if (!text) return;
  std::size_t all = 0, read = 0, agree = 0, told = 0;
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t end = std::min(text->find('\n', at), text->size());
    const auto line = base::Json::parse(std::string_view(*text).substr(at, end - at));
    at = end + 1;
    if (!line) continue;
    for (const auto& [left, right] : annotations_of(line->string("answer"))) {
      ++all;
      if (!expression::evaluate(left)) {
        if (all - read < 15) std::printf("  not read: %s\n", left.c_str());
        continue;
      }
      ++read;
      told += same(left, "(" + right + ") + 0.02") ? 0 : 1;
      if (same(left, right))
        ++agree;
      else if (read - agree < 15)
        std::printf("  otherwise: %s = %s, not %s\n", left.c_str(),
                    expression::evaluate(left)->decimal.c_str(), right.c_str());
    }
  }
  share("GSM8K annotations that are read", read, all);
  share("of these the same value, to two places", agree, read);
  share("and told from a value that is 0.02 more", told, read);
}

}  // namespace

int main() {
  measure_speed();
  if (const char* folder = std::getenv("GENKAI_DATA")) measure_annotations(folder);
}
