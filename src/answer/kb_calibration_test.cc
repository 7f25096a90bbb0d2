#include "answer/kb_calibration.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "answer/gold_answer.h"
#include "knowledge/store/test_support.h"

namespace genkai::answer {
namespace {

using knowledge::testing::must;
using limits::hallucination::Calibration;

class KbCalibrationTest : public knowledge::testing::FolderTest {};

Calibration some() {
  stats::ScoredItems items;
  for (int i = 0; i < 40; ++i) {
    items.scores.push_back(0.02 * i);
    items.correct.push_back(i > 20);
  }
  return must(Calibration::as_is("forty", items));
}

TEST(CalibrationFile, EachModelHasItsOwnInsideTheFolder) {
  std::set<std::string> files;
  const std::vector<std::string> names{"",
                                       "quotes",
                                       "gpt-4",
                                       "a/b",
                                       "a_b",
                                       "a b",
                                       "../x",
                                       ".hidden",
                                       std::string(300, 'm'),
                                       std::string(301, 'm'),
                                       "日本語",
                                       "..",
                                       "QUOTES"};
  for (const auto& name : names) {
    const auto file = calibration_file("/kb", name);
    EXPECT_EQ(file.parent_path(), "/kb/calibration") << name;
    EXPECT_LT(file.filename().string().size(), 120U);
    EXPECT_NE(file.filename().string().front(), '.') << name;
    EXPECT_TRUE(files.insert(file.string()).second) << name << " shares " << file;
  }
  EXPECT_EQ(calibration_file("/kb", "").filename(), "quotes.json");
  EXPECT_EQ(calibration_file("/kb", "gpt-4").filename(), "gpt-4.json");
}

TEST_F(KbCalibrationTest, IsSavedLoadedAndForgotten) {
  EXPECT_FALSE(must(load_calibration(folder_, "m")).has_value());
  const Calibration own = some();
  ASSERT_TRUE(save_calibration(folder_, "m", own));
  const auto loaded = must(load_calibration(folder_, "m"));
  ASSERT_TRUE(loaded.has_value());
  EXPECT_EQ(loaded->hash(), own.hash());
  EXPECT_FALSE(must(load_calibration(folder_, "")).has_value());
  EXPECT_TRUE(must(forget_calibration(folder_, "m")));
  EXPECT_FALSE(must(forget_calibration(folder_, "m")));
  EXPECT_FALSE(must(load_calibration(folder_, "m")).has_value());
}

TEST_F(KbCalibrationTest, ABrokenFileIsCorruptAndNamed) {
  ASSERT_TRUE(save_calibration(folder_, "", some()));
  const auto file = calibration_file(folder_, "");
  std::ofstream(file) << "{\"format\":";
  const auto loaded = load_calibration(folder_, "");
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, base::Code::corrupt);
  EXPECT_NE(loaded.error().message.find(file.string()), std::string::npos);
}

TEST(GoldAnswer, StandsAsAWholeInTheText) {
  EXPECT_TRUE(holds_answer("It was built in  1932, they say.", {"1932"}));
  EXPECT_TRUE(holds_answer("渡し船は１９３２年に建造された。", {"1932年"}));
  EXPECT_FALSE(holds_answer("Doors open at 15:30.", {"5"}));
  EXPECT_FALSE(holds_answer("It costs 1,500 yen.", {"500"}));
  EXPECT_FALSE(holds_answer("It is 2.5 metres high.", {"5 metres"}));
  EXPECT_FALSE(holds_answer("The northern coast.", {"north"}));
  EXPECT_TRUE(holds_answer("The NORTH coast.", {"south", "north"}));
  EXPECT_FALSE(holds_answer("Anything.", {}));
  EXPECT_FALSE(holds_answer("Anything.", {""}));
}

TEST(GoldAnswer, AnEqualDateOrAmountIsTheSame) {
  EXPECT_TRUE(holds_answer("It opened on March 3, 1932.", {"3 March 1932"}));
  EXPECT_FALSE(holds_answer("It opened on March 4, 1932.", {"3 March 1932"}));
  EXPECT_TRUE(holds_answer("二万三千人が訪れた。", {"23000人"}));
  EXPECT_FALSE(holds_answer("It has two chimneys.", {"2 doors"})) << "a small count is everywhere";
}

}  // namespace
}  // namespace genkai::answer
