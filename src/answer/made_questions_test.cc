#include "answer/made_questions.h"

#include <gtest/gtest.h>

#include <set>

#include "answer/gold_answer.h"
#include "answer/question_forms.h"
#include "answer/without_documents.h"
#include "knowledge/store/test_support.h"

namespace genkai::answer {
namespace {

using knowledge::testing::document;
using knowledge::testing::must;

using text::Language;

std::unique_ptr<knowledge::KnowledgeBase> in_memory() {
  knowledge::OpenOptions options;
  options.in_memory = true;
  return must(knowledge::KnowledgeBase::open({}, options));
}

// Each question with its first answer.
std::vector<std::pair<std::string, std::string>> english(const std::string& sentence) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& form : form_questions(sentence, Language::english, sentence))
    out.emplace_back(form.render({}), form.answers.front());
  return out;
}
std::vector<std::pair<std::string, std::string>> japanese(const std::string& sentence) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& form : form_questions(sentence, Language::japanese, sentence))
    out.emplace_back(form.render({}), form.answers.front());
  return out;
}
using Made = std::vector<std::pair<std::string, std::string>>;

TEST(EnglishForms, PutTheQuestionInFrontWhereTheVerbIsKnown) {
  EXPECT_EQ(english("The ferry Asanagi was built in 1932."),
            (Made{{"In which year was the ferry Asanagi built?", "1932"}}));
  EXPECT_EQ(english("The observatory saw first light on 21 May 1961."),
            (Made{{"On which day did the observatory see first light?", "21 May 1961"}}));
  EXPECT_EQ(english("In 1973, the university decided to close it."), Made{}) << "it stands elsewhere";
  EXPECT_EQ(english("In 1973 the university decided to close the station."),
            (Made{{"In which year did the university decide to close the station?", "1973"}}));
  EXPECT_EQ(english("The ferry can carry 88 passengers."),
            (Made{{"How many passengers can the ferry carry?", "88 passengers"}}));
  EXPECT_EQ(english("The first skipper was Hamada Kichiji, who had until then fished for squid."),
            (Made{{"Who was the first skipper?", "Hamada Kichiji"}}));
}

TEST(EnglishForms, StayInPlaceElse) {
  EXPECT_EQ(
      english("A washing machine stands beside the boot room and costs 200 yen a load."),
      (Made{{"A washing machine stands beside the boot room and costs how many yen a load?", "200 yen"}}));
  EXPECT_EQ(english("Boats from the mainland leave Takanami at 17:15."),
            (Made{{"Boats from the mainland leave Takanami at what time?", "17:15"}}));
  EXPECT_EQ(english("Anna Schmidt designed the tower of the lodge."),
            (Made{{"Who designed the tower of the lodge?", "Anna Schmidt"}}));
}

TEST(EnglishForms, AskForTheClauseAlone) {
  EXPECT_EQ(
      english("However, the tower (of steel) was finished in 1986, and the lodge was sold to the town."),
      (Made{{"In which year was the tower finished?", "1986"}}));
  EXPECT_EQ(english("The oven was replaced in 2017 and now stands in a cage."),
            (Made{{"In which year was the oven replaced?", "2017"}}));
}

TEST(EnglishForms, LeaveOutWhatLeansOnOthersOrIsNoSentence) {
  for (const char* sentence :
       {"It was built in 1932.", "The captain sold his boat in 1932.", "This boat was built in 1932.",
        "Boats built in 1932", "| Boat | built in 1932 |.", "Was the boat of the town built in 1932?",
        "See https://example.org for what was built in 1932.", "The boat was built in 1932 or 1933.",
        "The years 1932 and 1933 were good.", "Entry is 900 yen for adults and 400 yen for pupils.",
        "The boat carries State Route 41 signs.", "", ".", "The.", "\xff\xfe in 1932."})
    EXPECT_EQ(english(sentence), Made{}) << sentence;
}

TEST(EnglishForms, ACommonNounIsNoPerson) {
  const std::string passage = "Ferry Cooperative was founded early. Every cooperative runs a ferry.";
  EXPECT_TRUE(form_questions("Ferry Cooperative was founded early.", Language::english, passage).empty());
}

TEST(JapaneseForms, AskInPlace) {
  EXPECT_EQ(japanese("渡し船は1932年に建造された。"), (Made{{"渡し船は何年に建造されましたか", "1932年"}}));
  EXPECT_EQ(japanese("灯台は1894年11月3日に初めて灯をともしました。"),
            (Made{{"灯台は何年何月何日に初めて灯をともしましたか", "1894年11月3日"}}));
  EXPECT_EQ(japanese("渡し船の定員は約88人である。"), (Made{{"渡し船の定員は何人ですか", "88人"}}));
  EXPECT_EQ(japanese("閲覧室は午前10時に開きます。"), (Made{{"閲覧室は何時に開きますか", "午前10時"}}));
  EXPECT_EQ(japanese("渡し船の料金は600円。"), (Made{{"渡し船の料金は何円ですか", "600円"}}));
}

TEST(JapaneseForms, AskForTheClauseAloneWithItsTopic) {
  EXPECT_EQ(japanese("渡し船は1932年に建造され、戦後に売却された。"),
            (Made{{"渡し船は何年に建造されましたか", "1932年"}}));
  EXPECT_EQ(japanese("渡し船は港で建造され、1950年に売却された。"),
            (Made{{"渡し船は何年に売却されましたか", "1950年"}}));
}

TEST(JapaneseForms, AQuestionWordIsNoTopic) {
  const auto forms = form_questions("1932年には渡し船が建造された。", Language::japanese, "");
  ASSERT_EQ(forms.size(), 1U);
  EXPECT_EQ(forms[0].render({}), "何年に渡し船が建造されましたか");
}

TEST(JapaneseForms, LeaveOutWhatLeansOnOthersOrIsNoSentence) {
  for (const char* sentence :
       {"これは1932年に建造された。", "同社は1932年に設立された。", "彼は1932年に港で生まれた。",
        "渡し船は1932年に建造された", "1932年の渡し船", "渡し船は1932年に建造されたか？",
        "渡し船は1932年から1950年まで使われた。", "1月5日に祭、11月18日に市が開かれる。",
        "12日に渡し船が出た。", "一日乗車券は港で買える。", "百済では阿莘王6年に太子が出された。", "。",
        "は。"})
    EXPECT_EQ(japanese(sentence), Made{}) << sentence;
}

class MadeQuestionsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    kb_ = in_memory();
    // Each document says one thing about a boat of its own; the copy says the same again.
    static constexpr const char* kBoats[] = {"Asanagi", "Hoshikage", "Suzunami",   "Kazehaya",  "Yunagi",
                                             "Isonami", "Hayate",    "Minatomaru", "Tomoshibi", "Kamome"};
    static constexpr const char* kTowns[] = {"Takanami", "Okuhama", "Shirasaki", "Kurose", "Matsuo",
                                             "Ichikura", "Nagatsu", "Hirado",    "Ozaki",  "Tomari"};
    static constexpr const char* kCargoes[] = {"herring", "timber", "oranges", "mail",   "coal",
                                               "rice",    "salt",   "sheep",   "cement", "pottery"};
    for (std::size_t i = 0; i < std::size(kBoats); ++i) {
      const std::string boat = kBoats[i], year = std::to_string(1930 + 3 * i), town = kTowns[i],
                        cargo = kCargoes[i];
      add(boat, "The ferry " + boat + " for " + cargo + " was built in " + year + " by the shipyard of " +
                    town + ". Nothing else is known.");
      if (i == 0)
        add("copy", "The shipyard of " + town + " says that the " + cargo + " ferry " + boat +
                        " was built in " + year + ".");
    }
    must(kb_->commit());
    view_ = must(kb_->view());
  }
  void add(const std::string& id, const std::string& said) { must(kb_->add(document(id, said))); }
  MadeQuestions make(std::size_t count, std::uint64_t seed, double unanswerable = 1.0 / 3) {
    return must(make_questions(*view_, {.count = count, .unanswerable = unanswerable, .seed = seed}, {}));
  }
  std::unique_ptr<knowledge::KnowledgeBase> kb_;
  std::shared_ptr<const knowledge::KnowledgeView> view_;
};

TEST_F(MadeQuestionsTest, AreReproducibleAndDifferByTheSeed) {
  const auto first = make(6, 1), again = make(6, 1), other = make(6, 2);
  ASSERT_EQ(first.questions.size(), 6U);
  bool differs = false;
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(first.questions[i].question, again.questions[i].question);
    EXPECT_EQ(first.questions[i].hidden, again.questions[i].hidden);
    differs = differs || first.questions[i].question != other.questions[i].question;
  }
  EXPECT_TRUE(differs);
}

TEST_F(MadeQuestionsTest, GiveNoMoreThanThereAreAndNoneTwice) {
  const auto made = make(1000, 1);
  EXPECT_GE(made.questions.size(), 9U);
  EXPECT_LE(made.questions.size(), 11U);
  std::set<std::string> distinct;
  for (const auto& own : made.questions) {
    EXPECT_TRUE(distinct.insert(own.question).second) << own.question;
    EXPECT_FALSE(holds_answer(own.question, own.answers)) << own.question;
    EXPECT_EQ(text::analyse_question(own.question).type, own.type);
  }
  const auto hidden = std::count_if(made.questions.begin(), made.questions.end(),
                                    [](const MadeQuestion& own) { return !own.hidden.empty(); });
  EXPECT_EQ(hidden, std::llround(static_cast<double>(made.questions.size()) / 3));
}

TEST_F(MadeQuestionsTest, HideEveryDocumentThatAnswers) {
  const auto made = make(1000, 1, 1.0);
  bool seen = false;
  for (const auto& own : made.questions) {
    ASSERT_FALSE(own.hidden.empty());
    EXPECT_TRUE(std::find(own.hidden.begin(), own.hidden.end(), own.document) != own.hidden.end());
    if (own.question.find("Asanagi") == std::string::npos) continue;
    seen = true;
    EXPECT_EQ(own.hidden, (std::vector<std::string>{"Asanagi", "copy"})) << own.question;
    const auto less = must(WithoutDocuments::make(*view_, own.hidden));
    EXPECT_TRUE(knowledge::testing::find(*less, "Asanagi").empty());
  }
  EXPECT_TRUE(seen);
}

TEST_F(MadeQuestionsTest, StopWhenCancelled) {
  base::Cancellation cancellation;
  cancellation.cancel();
  const auto made = make_questions(*view_, {}, cancellation);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, base::Code::cancelled);
}

TEST(MadeQuestionsOfNothing, AreNone) {
  const auto kb = in_memory();
  const auto view = must(kb->view());
  EXPECT_TRUE(must(make_questions(*view, {}, {})).questions.empty());
}

}  // namespace
}  // namespace genkai::answer
