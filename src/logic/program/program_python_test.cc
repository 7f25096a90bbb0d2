// The interpreter against Python itself, where it is installed. Only the sources of program_cases.h are given
// to it.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/subprocess.h"
#include "logic/program/program_cases.h"

namespace genkai::logic {
namespace {

// Prints what each program prints, after it a line with the exception's name when there is one, and a mark.
constexpr std::string_view kDriver = R"(
import sys, warnings
warnings.simplefilter('ignore')
for source in sys.argv[1:]:
    try:
        exec(compile(source, 'p', 'exec'), {'__name__': '__main__'})
    except Exception as e:
        print('!' + type(e).__name__)
    print('\x1e', end='')
)";

TEST(Program, DoesAsPythonDoes) {
  std::vector<std::string> arguments = {"python3", "-I",   "-X", "int_max_str_digits=0",
                                        "-X",      "utf8", "-c", std::string(kDriver)};
  std::string ours;
  std::size_t compared = 0;
  for (const ProgramCase& one : kProgramCases) {
    if (one.ending != Ending::halted && one.ending != Ending::failed) continue;
    const base::Result<Program> program = Program::parse(one.source);
    ASSERT_TRUE(program) << one.name;
    const Execution ran = run(*program);
    ours += ran.output;
    if (ran.ending == Ending::failed) ours += "!" + ran.error.substr(0, ran.error.find(':')) + "\n";
    ours += '\x1e';
    arguments.emplace_back(one.source);
    ++compared;
  }
  EXPECT_GT(compared, 70U);
  const base::Result<std::string> theirs = base::run_limited(arguments);
  if (!theirs) GTEST_SKIP() << "python3 does not run here: " << theirs.error().message;
  EXPECT_EQ(ours, *theirs);
}

}  // namespace
}  // namespace genkai::logic
