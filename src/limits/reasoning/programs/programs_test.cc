#include "limits/reasoning/programs/programs.h"

#include <gtest/gtest.h>

#include "limits/reasoning/programs/prompt.h"
#include "model/upstream/chat_model.h"
#include "model/upstream/upstream_world.h"

namespace genkai::limits::reasoning::programs {
namespace {

using base::Json;

core::Interpretation meaning_of(const std::string& question) {
  core::Interpretation meaning;
  meaning.text = question;
  meaning.language = text::detect_language(question);
  meaning.focus = text::analyse_question(question);
  return meaning;
}

const std::string kPassage =
    "The museum opened on 25 December 2023. It was closed on 3 March 2024 after a fire. A ticket costs 12.50 "
    "dollars.";

std::string reply(const std::string& expression, const std::string& quote, const std::string& python = "") {
  Json object = Json::object({{"quotes", Json::array({Json::object({{"passage", 1}, {"quote", quote}})})},
                              {"expression", expression}});
  if (!python.empty()) object.set("expression", Json()).set("python", python);
  return object.dump();
}

bool cite(std::string_view quote, std::int64_t, core::Draft& draft) {
  if (kPassage.find(quote) == std::string::npos) return false;
  core::Citation citation;
  citation.quote = quote;
  draft.citations.push_back(std::move(citation));
  return true;
}

const std::string kDates = "opened on 25 December 2023. It was closed on 3 March 2024";
const std::string kDays = "How many days were there between the opening and the fire?";

TEST(AskedFor, TellsWhatHasToBeComputed) {
  const std::pair<const char*, Wanted> cases[] = {
      {"How many days were there between the opening and the fire?", Wanted::between},
      {"How long did it take from the founding to the fire?", Wanted::between},
      {"On which day of the week did it open?", Wanted::between},
      {"What is the total price of three tickets?", Wanted::total},
      {"How much do 3 tickets cost?", Wanted::total},
      {"How much longer is the bridge than the tunnel?", Wanted::difference},
      {"What is the difference between the adult and the child fare?", Wanted::difference},
      {"What is the average of the takings?", Wanted::average},
      {"What percentage of the visitors came by boat?", Wanted::percentage},
      {"開館から閉館まで何日ありますか", Wanted::between},
      {"開館は何曜日でしたか", Wanted::between},
      {"大人2人の料金はいくらですか", Wanted::total},
      {"入場者の合計は何人ですか", Wanted::total},
      {"橋はトンネルより何メートル長いですか", Wanted::difference},
      {"平均気温は何度ですか", Wanted::average},
      {"来館者の何パーセントが船で来ましたか", Wanted::percentage},
      {"When was the museum founded?", Wanted::nothing},
      {"How many blades does the wheel have?", Wanted::nothing},
      {"How long is the bridge?", Wanted::nothing},
      {"Who painted the totally white room?", Wanted::nothing},
      {"How much is a ticket?", Wanted::nothing},
      {"灯台はいつ建てられましたか", Wanted::nothing},
      {"入館料はいくらですか", Wanted::nothing},
  };
  for (const auto& [question, wanted] : cases)
    EXPECT_EQ(to_string(asked_for(question)), to_string(wanted)) << question;
}

TEST(RunProgram, ComputesFromQuotedValuesAlone) {
  const core::Interpretation meaning = meaning_of(kDays);
  const Assignment task{meaning, "m", cite};
  const Program right = run_program(reply("2024-03-03 - 2023-12-25", kDates), task);
  EXPECT_EQ(right.ending, Ending::computed);
  EXPECT_EQ(right.draft.text, "69 days");
  EXPECT_TRUE(right.draft.supported);
  EXPECT_EQ(right.draft.claims.front().text, "2024-03-03 - 2023-12-25 = 69 days");
  EXPECT_EQ(right.operands, (std::vector<std::string>{"2024-03-03", "2023-12-25"}));

  const Program invented = run_program(reply("2024-03-04 - 2023-12-25", kDates), task);
  EXPECT_EQ(invented.draft.text, "70 days");
  EXPECT_FALSE(invented.draft.supported);
  EXPECT_EQ(invented.trouble, "neither in the quotes nor in the question: 2024-03-04");

  const Program unquoted = run_program(reply("2024-03-03 - 2023-12-25", "It opened on a Monday"), task);
  EXPECT_FALSE(unquoted.draft.supported);
  const Program elsewhere =
      run_program(reply("2024-03-03 - 2023-12-25", "A ticket costs 12.50 dollars."), task);
  EXPECT_FALSE(elsewhere.draft.supported) << "the values do not stand in what is quoted";
  const Program out_of_nothing = run_program(reply("weekday(\"Monday\")", kDates), task);
  EXPECT_FALSE(out_of_nothing.draft.supported);
  EXPECT_EQ(run_program(reply("true", kDates), task).trouble, "it uses no value of the passages.");
}

TEST(RunProgram, TellsWhatIsBrokenFromWhatIsOpen) {
  const core::Interpretation meaning = meaning_of(kDays);
  const Assignment task{meaning, "m", cite};
  const Program broken = run_program(reply("2024-03-03 - ", kDates), task);
  EXPECT_EQ(broken.ending, Ending::failed);
  EXPECT_EQ(broken.trouble, "1:14: it ends too early");
  EXPECT_EQ(run_program("69 days", task).ending, Ending::failed);
  const Program silent = run_program(R"({"quotes": [], "expression": null})", task);
  EXPECT_EQ(silent.ending, Ending::abstained);
  EXPECT_EQ(silent.draft.stance, core::Stance::abstains);
  const Program large = run_program(reply("12.50^9999999", kDates), task);
  EXPECT_EQ(large.ending, Ending::undetermined);
  EXPECT_TRUE(large.trouble.empty()) << "a bound is nothing that a model could mend";
  EXPECT_EQ(run_program(reply("", kDates, "print(1)"), task).ending, Ending::abstained) << "no sandbox here";
}

TEST(RunProgram, WritesUnitsAsTheQuestionNamesThem) {
  const core::Interpretation weeks =
      meaning_of("How many weeks were there between the opening and the fire?");
  const Program english = run_program(reply("2024-03-03 - 2023-12-25", kDates), {weeks, "m", cite});
  EXPECT_EQ(english.draft.text, "9.85714285714 weeks");
  const core::Interpretation japanese = meaning_of("開館から火事まで何日ありましたか");
  EXPECT_EQ(run_program(reply("2024-03-03 - 2023-12-25", kDates), {japanese, "m", cite}).draft.text, "69日");
}

TEST(RunProgram, SaysYesOrNo) {
  const core::Interpretation meaning = meaning_of("Is the total price of two tickets below 30 dollars?");
  const Program program =
      run_program(reply("2 * 12.50 USD < 30 USD", "A ticket costs 12.50 dollars."), {meaning, "m", cite});
  EXPECT_EQ(program.draft.text, "yes") << program.trouble;
  EXPECT_TRUE(program.draft.supported);
}

TEST(RunProgram, GivesPythonToTheSandboxAndHoldsItsValuesAgainstTheQuotes) {
  const core::Interpretation meaning = meaning_of(kDays);
  base::Result<std::string> printed = std::string("69\n");
  std::string ran;
  const RunPython sandbox = [&](std::string_view source) {
    ran = source;
    return printed;
  };
  const Assignment task{meaning, "m", cite, sandbox};
  const std::string source = "from datetime import date\nprint((date(2024, 3, 3) - date(2023, 12, 25)).days)";
  const Program right = run_program(reply("", kDates, source), task);
  EXPECT_EQ(ran, source);
  EXPECT_EQ(right.draft.text, "69");
  EXPECT_TRUE(right.draft.supported) << right.trouble;
  EXPECT_FALSE(run_program(reply("", kDates, "print(69 + 0)"), task).draft.supported);
  printed = base::fail(base::Code::deadline_exceeded, "it took more than 10 s");
  const Program slow = run_program(reply("", kDates, source), task);
  EXPECT_EQ(slow.ending, Ending::undetermined);
  EXPECT_FALSE(slow.draft.supported);
  printed = base::fail(base::Code::invalid_argument, "NameError: name 'dat' is not defined");
  EXPECT_EQ(run_program(reply("", kDates, source), task).trouble, "NameError: name 'dat' is not defined");
}

// The real client in front of a transport that answers by script.
class ComputeTest : public ::testing::Test {
 protected:
  using Script = std::function<std::string(const std::string& body, std::size_t n)>;
  Computed compute_with(Script script, std::size_t count = 4) {
    model::UpstreamOptions endpoint = model::fast_options();
    endpoint.model = "m";
    model::World world(
        [&](const model::HttpRequest& request, std::size_t) {
          const auto body = Json::parse(request.body);
          const double n = body->number("n", 1);
          const bool asked = request.body.find("Write an expression") != std::string::npos;
          if (asked) bodies_.push_back(request.body);
          Json choices = Json::array();
          for (int i = 0; i < static_cast<int>(n); ++i)
            choices.push(
                Json::object({{"index", i},
                              {"finish_reason", "stop"},
                              {"message", Json::object({{"role", "assistant"},
                                                        {"content", asked ? script(request.body, samples_++)
                                                                          : std::string("1")}})}}));
          return model::ScriptedAnswer::json(
              Json::object({{"model", "m"},
                            {"choices", std::move(choices)},
                            {"usage", Json::object({{"prompt_tokens", 100}, {"completion_tokens", 10}})}})
                  .dump());
        },
        endpoint);
    model::ChatModel model({&world.upstream});
    const core::Interpretation meaning = meaning_of(kDays);
    const Assignment task{meaning, "m", cite};
    Options asking;
    asking.programs = count;
    auto computed = base::run_blocking(
        compute(model, {"0123 passage 1\n" + kPassage, "0123"}, task, asking, nullptr, trace_));
    EXPECT_TRUE(computed) << computed.error().message;
    return computed ? std::move(*computed) : Computed();
  }
  std::vector<std::string> bodies_;
  std::size_t samples_ = 0;
  core::Trace trace_;
};

TEST_F(ComputeTest, ProgramsVote) {
  const Computed computed = compute_with([](const std::string&, std::size_t n) {
    if (n == 0) return reply("days_between(2023-12-25, 2024-03-03)", kDates);
    if (n == 1) return reply("(2024-03-03 - 2023-12-25) in hours", kDates);
    if (n == 2) return reply("2024-03-03 - 2023-12-25", kDates);
    return reply("2023-12-25 - 2024-03-03", kDates);
  });
  EXPECT_EQ(computed.agreeing, 3U);
  EXPECT_TRUE(computed.decides());
  EXPECT_EQ(computed.wanted, Wanted::between);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(computed.programs[i].draft.text, "69 days");
  EXPECT_EQ(computed.programs[3].draft.text, "-69 days");
  EXPECT_EQ(computed.samples, 4U);
}

TEST_F(ComputeTest, SendsBackWhatFailsWithTheMessageAndTwiceAtMost) {
  const Computed computed = compute_with(
      [](const std::string& body, std::size_t) {
        if (body.find("2:8: it ends too early") != std::string::npos)
          return reply("2024-03-03 - 2023-12-25", kDates);
        if (body.find("That did not work") != std::string::npos)
          return reply("a = 2024-03-03\na - 5 -", kDates);
        return reply("2024-03-03 days 2023", kDates);
      },
      1);
  EXPECT_EQ(bodies_.size(), 3U);
  ASSERT_EQ(computed.programs.size(), 1U);
  EXPECT_TRUE(computed.programs.front().draft.supported) << computed.programs.front().trouble;
  EXPECT_EQ(computed.samples, 3U);

  bodies_.clear();
  const Computed never =
      compute_with([](const std::string&, std::size_t) { return reply("1 +", kDates); }, 1);
  EXPECT_EQ(bodies_.size(), 3U);
  EXPECT_EQ(never.programs.front().ending, Ending::failed);
  EXPECT_FALSE(never.decides());
}

core::Draft draft(const std::string& value, bool supported) {
  core::Draft one;
  one.text = one.value = value;
  one.supported = supported;
  return one;
}

Computed votes(std::size_t agreeing, std::size_t of) {
  Computed computed;
  computed.agreeing = agreeing;
  for (std::size_t i = 0; i < of; ++i) {
    Program program;
    program.ending = i < agreeing ? Ending::computed : Ending::abstained;
    program.draft = draft(i < agreeing ? "69" : "", i < agreeing);
    program.operands = {"12"};
    computed.programs.push_back(std::move(program));
  }
  return computed;
}

TEST(Overrule, SetsAsideOnlyWhatNoPassageSupportsAndOnlyWhenProgramsDecide) {
  core::Trace trace;
  std::vector<core::Draft> drafts{draft("70", false), draft("69", false), draft("71", true)};
  EXPECT_TRUE(overrule(drafts, votes(3, 4), trace));
  ASSERT_EQ(drafts.size(), 5U)
      << "what a passage says still counts against it, and so does the program that failed";
  EXPECT_EQ(drafts.front().value, "71");
  drafts = {draft("70", false), draft("71", true)};
  EXPECT_FALSE(overrule(drafts, votes(2, 4), trace));
  EXPECT_EQ(drafts.size(), 4U);
  EXPECT_EQ(drafts.front().value, "70");
}

TEST(Overrule, PassesQuotesOfOperandsUnlessTheyAreTheAnswer) {
  core::Verified quotes;
  quotes.drafts = {draft("12", true), draft("5", true)};
  auto kept = quotes;
  pass_operands(kept, {draft("12", true)}, votes(3, 4));
  EXPECT_EQ(kept.drafts.size(), 2U) << "a model says that this is the answer";
  pass_operands(kept, {}, votes(2, 4));
  EXPECT_EQ(kept.drafts.size(), 2U) << "the programs do not decide";
  kept.conflicts.emplace_back();
  pass_operands(kept, {}, votes(3, 4));
  EXPECT_EQ(kept.drafts.size(), 2U) << "documents contradict each other";
  pass_operands(quotes, {}, votes(3, 4));
  ASSERT_EQ(quotes.drafts.size(), 1U);
  EXPECT_EQ(quotes.drafts.front().value, "5");
}

}  // namespace
}  // namespace genkai::limits::reasoning::programs
