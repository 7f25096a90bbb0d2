#include "limits/hallucination/undecidable.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"
#include "limits/hallucination/undecidable_questions.h"

namespace genkai::limits::hallucination {
namespace {

std::string_view kind_of(std::string_view question) {
  const auto found = recognise(question);
  return found ? to_string(found->kind) : std::string_view();
}

void expect_all(const LabelledQuestion* begin, const LabelledQuestion* end, text::Language language) {
  std::size_t positive = 0, negative = 0;
  for (const LabelledQuestion* one = begin; one != end; ++one) {
    EXPECT_EQ(kind_of(one->question), one->kind) << one->question;
    ++(one->kind.empty() ? negative : positive);
    if (const auto found = recognise(one->question)) {
      EXPECT_EQ(found->language, language) << one->question;
      EXPECT_FALSE(found->why.empty());
      EXPECT_EQ(found->settles_before_reading(), found->kind != UndecidableKind::future);
    }
  }
  EXPECT_GE(positive, 30U);
  EXPECT_GE(negative, 30U);
}

TEST(Undecidable, RecognisesEnglishQuestions) {
  expect_all(std::begin(kEnglishQuestions), std::end(kEnglishQuestions), text::Language::english);
}
TEST(Undecidable, RecognisesJapaneseQuestions) {
  expect_all(std::begin(kJapaneseQuestions), std::end(kJapaneseQuestions), text::Language::japanese);
}

TEST(Undecidable, LeavesTheExamplesQuestionsAlone) {
  std::filesystem::path folder = std::filesystem::current_path();  // the build folder, within the checkout
  while (folder.has_relative_path() && !std::filesystem::exists(folder / "examples/questions.jsonl"))
    folder = folder.parent_path();
  const auto path = folder / "examples/questions.jsonl";
  const base::Result<std::string> lines = base::read_file(path);
  if (!lines) GTEST_SKIP() << lines.error().message;
  std::size_t seen = 0;
  for (std::size_t at = 0; at < lines->size();) {
    const std::size_t end = std::min(lines->find('\n', at), lines->size());
    const base::Result<base::Json> line = base::Json::parse(std::string_view(*lines).substr(at, end - at));
    at = end + 1;
    if (!line) continue;
    ++seen;
    EXPECT_EQ(kind_of(line->string("question")), "") << line->string("question");
  }
  EXPECT_GE(seen, 100U);
}

TEST(Undecidable, FindsTheProgramsOfAQuestion) {
  const std::pair<std::string_view, std::vector<std::string>> found[] = {
      {"Does this halt?\n```python\nx = 1\nwhile x:\n    x = 0\n```", {"x = 1\nwhile x:\n    x = 0\n"}},
      {"Does this program halt?\n\n    x = 1\n    while x:\n        x = 0\n",
       {"x = 1\nwhile x:\n    x = 0\n"}},
      {"Does this program halt?\nn = 3\n\nwhile n:\n    n -= 1\nPlease say why.",
       {"n = 3\n\nwhile n:\n    n -= 1\n"}},
      {"Does this program halt: while True: pass", {"while True: pass"}},
      {"Question: does this code terminate? x = 1; y = 2", {"x = 1; y = 2"}},
      {"Does `print(1)` terminate?", {"print(1)"}},
      {"次のプログラムは停止しますか：\nn = 1\nwhile n:\n    n += 1", {"n = 1\nwhile n:\n    n += 1\n"}},
      {"プログラム while True: pass は停止しますか", {"while True: pass"}},
      {"Are these functions equivalent?\n```\ndef f(x): return x\n```\nand\n```\ndef f(x): return -x\n```",
       {"def f(x): return x\n", "def f(x): return -x\n"}},
      {"Does this program halt?", {}},
  };
  for (const auto& [question, programs] : found) {
    SCOPED_TRACE(question);
    const auto seen = recognise(question);
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->programs, programs);
  }
}

std::string examined(std::string_view question, text::Language language = text::Language::english,
                     const logic::Budget& budget = {.steps = 10'000, .operations = 1'000'000}) {
  const auto seen = recognise(question);
  EXPECT_TRUE(seen) << question;
  return seen ? examine(*seen, budget, language).text : "";
}

TEST(Undecidable, SaysWhatBecameOfTheProgram) {
  constexpr auto ja = text::Language::japanese;
  const std::string collatz =
      "Does this program halt?\n```\nn = 27\nwhile n != 1:\n    n = n // 2 if n % 2 == 0 else 3 * n + 1\n```";
  EXPECT_EQ(examined(collatz),
            "It halts after 224 steps.");  // n = 27; 111 times a test and a step; the last test
  EXPECT_EQ(examined(collatz, ja), "このプログラムは224ステップで停止します。");
  EXPECT_EQ(examined("Does this program halt: while True: pass"),
            "It never halts: after step 4 it is in exactly the state it was in after step 2.");
  EXPECT_EQ(examined("`while True: pass` は停止しますか", ja),
            "このプログラムは停止しません。ステップ4の後の状態が、ステップ2の後の状態と完全に同じです。");
  EXPECT_EQ(examined("Does this halt?\n```\nn = 0\nwhile True:\n    n += 1\n```"),
            "Undetermined: it had not halted within 10,000 steps.");
  EXPECT_EQ(examined("Does this program terminate: x = 1 // 0"),
            "It halts after 1 step, with an error in line 1: ZeroDivisionError: integer division or modulo "
            "by zero.");
  EXPECT_EQ(examined("Does this program halt?\n```\nx = input()\n```"),
            "The program was not run: line 1: input() is outside what is run.");
  EXPECT_EQ(examined("Does this program halt?\n```c\nfor(;;){}\n```").substr(0, 24),
            "The program was not run:");
  EXPECT_NE(examined("Does this program halt?").find("Turing 1936"), std::string::npos);
  EXPECT_NE(examined("このプログラムは停止しますか", ja).find("チューリング"), std::string::npos);
  EXPECT_EQ(examined("Does this program halt: x = 9 ** 9 ** 9"),
            "Undetermined: it came to an integer of more than 65,536 bits after 1 step.");
}

TEST(Undecidable, CallsTheFunctionThatAQuestionNames) {
  const std::string f =
      "\n```\ndef f(n):\n    while n != 1:\n        n = n // 2 if n % 2 == 0 else 3 * n + 1\n    return "
      "n\n```";
  EXPECT_EQ(examined("Does f(27) halt?" + f),
            "f(27) halts after 226 steps.");  // def and call besides, and return
  EXPECT_EQ(examined("Does this function halt?" + f).substr(0, 50),
            "Not for every input. f(-3) never halts: after step");
  const std::string open = examined("Does this function always halt?\n```\ndef g(n):\n    return n * 2\n```");
  EXPECT_EQ(
      open,
      "Undetermined for every input: g halts on each of the 40 inputs that were tried, which proves nothing "
      "about the others.");
}

TEST(Undecidable, ComparesPrograms) {
  EXPECT_EQ(
      examined("Are these equivalent?\n```\ndef f(x): return x * x\n```\n```\ndef f(x): return x + x\n```"),
      "They are not equivalent: on input (-3) the first gives 9, the second gives -6.");
  EXPECT_EQ(
      examined("`def f(x): return x*x` と `def f(x): return x+x` は同じですか", text::Language::japanese),
      "同じではありません。入力(-3)で、一つ目は9を返し、二つ目は-6を返します。");
  const std::string open =
      examined("Are these equivalent?\n```\ndef f(x): return x * 2\n```\n```\ndef f(x): return x + x\n```");
  EXPECT_EQ(open.substr(0, 13), "Undetermined:");
  EXPECT_NE(examined("Are these two programs equivalent?").find("Rice"), std::string::npos);
}

TEST(Undecidable, SettlesWhatNeedsNoDocument) {
  core::Trace trace;
  const Policy policy;
  const auto halts =
      settle({.id = "q", .text = "Does this program halt: x = 1; y = 2", .today = {}}, policy, trace);
  ASSERT_TRUE(halts);
  EXPECT_EQ(halts->outcome, core::Outcome::answered);
  EXPECT_EQ(halts->reason, core::Reason::none);
  EXPECT_EQ(halts->question_id, "q");
  ASSERT_EQ(halts->answers.size(), 1U);
  EXPECT_EQ(halts->answers[0].text, "It halts after 2 steps.");
  ASSERT_EQ(halts->certificates.size(), 1U);
  EXPECT_EQ(halts->certificates[0].kind, "execution");
  EXPECT_EQ(halts->certificates[0].numbers.number("steps"), 2);
  EXPECT_EQ(halts->certificates[0].assumptions.size(), 3U);
  const auto without = settle({.id = {}, .text = "Does this program halt?", .today = {}}, policy, trace);
  ASSERT_TRUE(without);
  EXPECT_EQ(without->outcome, core::Outcome::abstained);
  EXPECT_EQ(without->reason, core::Reason::undecidable);
  EXPECT_FALSE(without->message.empty());
  EXPECT_TRUE(without->certificates.empty());
  EXPECT_FALSE(settle({.id = {}, .text = "Will it rain tomorrow?", .today = {}}, policy, trace));
  EXPECT_FALSE(settle({.id = {}, .text = "When does the museum open?", .today = {}}, policy, trace));
  EXPECT_EQ(trace.stages().size(), 2U);
}

TEST(Undecidable, AnOpenFutureOnlyRenamesAnAbstention) {
  const auto future = recognise("Will it rain on Sunday?");
  ASSERT_TRUE(future);
  core::Answer answer;
  answer.reason = core::Reason::low_confidence;
  mark_open_future(answer, *future, {.language = text::Language::japanese});
  EXPECT_EQ(answer.reason, core::Reason::undecidable);
  EXPECT_NE(answer.message.find("将来"), std::string::npos);
  core::Answer given;
  given.outcome = core::Outcome::answered;
  given.reason = core::Reason::none;
  mark_open_future(given, *future, {});
  EXPECT_EQ(given.reason, core::Reason::none);
  core::Answer conflict;
  conflict.reason = core::Reason::conflicting_evidence;
  mark_open_future(conflict, *future, {});
  EXPECT_EQ(conflict.reason, core::Reason::conflicting_evidence);
}

TEST(Undecidable, LongAndBrokenQuestionsAreRead) {
  EXPECT_EQ(kind_of(""), "");
  EXPECT_EQ(kind_of("\xFF\xFE```"), "");
  EXPECT_EQ(kind_of(std::string(2'000'000, 'a')), "");
  std::string words = "does the";
  for (int i = 0; i < 20'000; ++i) words += " following";
  EXPECT_EQ(kind_of(words), "");
  std::string ticks;
  for (int i = 0; i < 50'000; ++i) ticks += "` x = 1 ";
  EXPECT_EQ(kind_of(ticks), "");
  std::string background = "Background. ";
  while (background.size() < 100'000) background += "The harbour has three piers. ";
  EXPECT_EQ(kind_of(background + "Does this program halt?"), "halting");
}

}  // namespace
}  // namespace genkai::limits::hallucination
