// Drawn expressions against Python's fractions and dates, where it is installed.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/rng.h"
#include "base/subprocess.h"
#include "logic/expression/expression.h"

namespace genkai::logic::expression {
namespace {

// Prints what each line is worth, as a fraction or a name of what went wrong.
constexpr std::string_view kDriver = R"(
import sys, math, datetime, statistics
from fractions import Fraction as F
def rnd(x, d):
    s = F(10) ** d
    y = abs(x) * s
    n = math.floor(y + F(1, 2))
    return F(n) / s * (1 if x >= 0 else -1)
def months(d, n):
    m = d.year * 12 + d.month - 1 + n
    y, m = m // 12, m % 12 + 1
    last = [31, 29 if y % 4 == 0 and (y % 100 != 0 or y % 400 == 0) else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][m - 1]
    return datetime.date(y, m, min(d.day, last))
names = {'F': F, 'rnd': rnd, 'months': months, 'D': datetime.date, 'floor': lambda x: F(math.floor(x)),
         'ceil': lambda x: F(math.ceil(x)), 'med': lambda *x: statistics.median(x), 'mean': lambda *x: sum(x) / len(x),
         'min': min, 'max': max, 'abs': abs, 'sum': lambda *x: sum(x)}
for line in sys.stdin.read().splitlines() if len(sys.argv) < 2 else sys.argv[1].splitlines():
    try:
        value = eval(line, {'__builtins__': {}}, names)
        print(value.days if isinstance(value, datetime.timedelta) else value)
    except ZeroDivisionError:
        print('zero')
)";

struct Pair {
  std::string ours, theirs;
};

class Drawer {
 public:
  explicit Drawer(std::uint64_t seed) : rng_(seed) {}

  Pair number(int depth) {
    if (depth == 0 || rng_.below(6) == 0) return leaf();
    const Pair a = number(depth - 1), b = number(depth - 1);
    switch (rng_.below(12)) {
      case 0:
        return binary(a, " + ", b);
      case 1:
        return binary(a, " - ", b);
      case 2:
        return binary(a, " * ", b);
      case 3:
        return binary(a, " / ", b);
      case 4:
        return {"div(" + a.ours + ", " + b.ours + ")", "F(" + a.theirs + " // " + b.theirs + ")"};
      case 5:
        return {"mod(" + a.ours + ", " + b.ours + ")", "(" + a.theirs + " % " + b.theirs + ")"};
      case 6: {
        const std::string power = std::to_string(rng_.below(6));
        return {"(" + a.ours + ")^" + power, "(" + a.theirs + ")**" + power};
      }
      case 7: {
        const std::string digits = std::to_string(rng_.below(5));
        return {"round(" + a.ours + ", " + digits + ")", "rnd(" + a.theirs + ", " + digits + ")"};
      }
      case 8:
        return {"median(" + a.ours + ", " + b.ours + ", 2)", "med(" + a.theirs + ", " + b.theirs + ", F(2))"};
      case 9:
        return {"mean([" + a.ours + ", " + b.ours + ", 5])",
                "mean(" + a.theirs + ", " + b.theirs + ", F(5))"};
      case 10:
        return {"(floor(" + a.ours + ") - ceil(" + b.ours + "))",
                "(floor(" + a.theirs + ") - ceil(" + b.theirs + "))"};
      default:
        return {"if(" + a.ours + " < " + b.ours + ", max(" + a.ours + ", 1), abs(" + b.ours + "))",
                "(max(" + a.theirs + ", F(1)) if " + a.theirs + " < " + b.theirs + " else abs(" + b.theirs +
                    "))"};
    }
  }

  Pair dates() {
    const Pair first = date(), second = date();
    const std::string by = std::to_string(rng_.below(60));
    if (rng_.below(2) == 0)
      return {first.ours + " - " + second.ours + " in days", first.theirs + " - " + second.theirs};
    return {"add_months(" + first.ours + ", " + by + ")", "months(" + first.theirs + ", " + by + ")"};
  }

 private:
  static Pair binary(const Pair& a, const std::string& sign, const Pair& b) {
    return {"(" + a.ours + sign + b.ours + ")", "(" + a.theirs + sign + b.theirs + ")"};
  }
  Pair leaf() {
    const std::string whole = std::to_string(rng_.below(rng_.below(3) == 0 ? 1'000'000'000 : 20));
    if (rng_.below(3) != 0) return {whole, "F(" + whole + ")"};
    const std::string decimal = whole + "." + std::to_string(rng_.below(1000));
    return {decimal, "F('" + decimal + "')"};
  }
  Pair date() {
    const auto two = [](std::uint64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    const std::uint64_t year = 1000 + rng_.below(8'000), month = 1 + rng_.below(12), day = 1 + rng_.below(28);
    return {std::to_string(year) + "-" + two(month) + "-" + two(day),
            "D(" + std::to_string(year) + ", " + std::to_string(month) + ", " + std::to_string(day) + ")"};
  }
  base::Rng rng_;
};

TEST(Expression, ComputesAsPythonsFractionsDo) {
  Drawer drawer(20260615);
  std::string lines, ours;
  std::size_t values = 0;
  for (int i = 0; i < 600; ++i) {
    const Pair pair = i % 4 == 3 ? drawer.dates() : drawer.number(1 + i % 4);
    const auto outcome = evaluate(pair.ours);
    if (!outcome && outcome.error().fault == Fault::too_large) continue;
    lines += pair.theirs + "\n";
    if (outcome) {
      ++values;
      const Value& value = outcome->value;
      ours += (value.kind == Kind::number ? count_of(value).text() : outcome->exact) + "\n";
    } else {
      ASSERT_EQ(outcome.error().fault, Fault::zero_division) << pair.ours;
      ours += "zero\n";
    }
  }
  EXPECT_GT(values, 400U);
  const auto theirs =
      base::run_limited({"python3", "-I", "-X", "int_max_str_digits=0", "-c", std::string(kDriver), lines});
  if (!theirs) GTEST_SKIP() << "python3 does not run here: " << theirs.error().message;
  EXPECT_EQ(ours, *theirs);
}

}  // namespace
}  // namespace genkai::logic::expression
