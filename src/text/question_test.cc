#include "text/question.h"

#include <gtest/gtest.h>

#include "base/rng.h"
#include "text/numbers.h"

namespace genkai::text {
namespace {

struct Case {
  const char* question;
  AnswerType type;
  const char* unit = nullptr;
};

TEST(QuestionTest, English) {
  for (const Case& c : std::vector<Case>{{"Who wrote Hamlet?", AnswerType::person},
                                         {"Which king signed the treaty?", AnswerType::person, "king"},
                                         {"When did the war end?", AnswerType::date},
                                         {"In what year was it built?", AnswerType::date, "year"},
                                         {"Where is the tower?", AnswerType::place},
                                         {"What is the capital of France?", AnswerType::place, "capital"},
                                         {"How many career sacks did he have?", AnswerType::number, "sacks"},
                                         {"How many people live in Tokyo?", AnswerType::number, "people"},
                                         {"What percentage voted?", AnswerType::number},
                                         {"What is the population of Warsaw?", AnswerType::number},
                                         {"Why did it fail?", AnswerType::reason},
                                         {"What is a clade?", AnswerType::definition},
                                         {"What does HTTP mean?", AnswerType::definition},
                                         {"Is it raining?", AnswerType::yes_no},
                                         {"Did he know when it began?", AnswerType::yes_no},
                                         {"Which theory did he hold?", AnswerType::entity, "theory"},
                                         {"How do I install it?", AnswerType::other},
                                         {"", AnswerType::other},
                                         {"when", AnswerType::date}}) {
    const QuestionFocus focus = analyse_question(c.question);
    EXPECT_EQ(to_string(focus.type), to_string(c.type)) << c.question;
    if (c.unit) {
      EXPECT_EQ(focus.unit, c.unit) << c.question;
    }
  }
  EXPECT_EQ(analyse_question("Who wrote Hamlet?").words, "wrote Hamlet");
}

TEST(QuestionTest, Japanese) {
  for (const Case& c : std::vector<Case>{{"源氏物語を書いたのは誰ですか？", AnswerType::person},
                                         {"当時の首相は?", AnswerType::person, "首相"},
                                         {"戦争はいつ終わったか。", AnswerType::date},
                                         {"斎藤は何年に離婚した?", AnswerType::date},
                                         {"工事は何年間続いたか", AnswerType::number, "年"},
                                         {"本社はどこにありますか？", AnswerType::place},
                                         {"どの県に位置しているか", AnswerType::place, "県"},
                                         {"奴隷は何人いましたか？", AnswerType::number, "人"},
                                         {"最大記録は何メートルですか?", AnswerType::number, "メートル"},
                                         {"費用はいくらでしたか?", AnswerType::number},
                                         {"富士山の高さは?", AnswerType::number, ""},
                                         {"なぜ中止になったのですか？", AnswerType::reason},
                                         {"限界とは何ですか？", AnswerType::definition},
                                         {"地球は丸いですか？", AnswerType::yes_no},
                                         {"何という本を書いたか", AnswerType::entity, "本"},
                                         {"本流は何ですか?", AnswerType::entity}}) {
    const QuestionFocus focus = analyse_question(c.question);
    EXPECT_EQ(to_string(focus.type), to_string(c.type)) << c.question;
    if (c.unit) {
      EXPECT_EQ(focus.unit, c.unit) << c.question;
    }
  }
  EXPECT_EQ(analyse_question("富士山の高さは何メートルですか？").words.find("何"), std::string::npos);
}

std::string value_of(std::string_view sentence, std::string_view span, AnswerType type) {
  for (const TypedSpan& found : find_typed_spans(sentence))
    if (found.span.of(sentence) == span && found.type == type) return found.value;
  return "missing";
}

TEST(QuestionTest, Measures) {
  struct Asked {
    const char* question;
    AnswerType type;
    Measure measure;
    const char* unit = nullptr;
  };
  for (const Asked& c : std::vector<Asked>{
           {"What does a day pass cost?", AnswerType::number, Measure::money, ""},
           {"What must a grown-up pay?", AnswerType::number, Measure::money, ""},
           {"What is charged for a copy?", AnswerType::number, Measure::money, ""},
           {"What deposit is asked for?", AnswerType::number, Measure::money, ""},
           {"What is the bus fare?", AnswerType::number, Measure::money, ""},
           {"How much is a ticket?", AnswerType::number, Measure::money, ""},
           {"How much does it weigh?", AnswerType::number, Measure::weight},
           {"At what hour does it open?", AnswerType::date, Measure::time_of_day},
           {"What time does it close?", AnswerType::date, Measure::time_of_day},
           {"During which hours is it open?", AnswerType::date, Measure::time_of_day},
           {"What is the deadline?", AnswerType::date, Measure::day},
           {"In what year was it built?", AnswerType::date, Measure::year},
           {"What is the name of the inn's cook?", AnswerType::person, Measure::none, "cook"},
           {"What is the vet's name?", AnswerType::person, Measure::none, "vet"},
           {"How high is the tower?", AnswerType::number, Measure::length},
           {"How long is the road?", AnswerType::number, Measure::length},
           {"How long does the ride take?", AnswerType::number, Measure::duration},
           {"How heavy is the bell?", AnswerType::number, Measure::weight},
           {"How old is she?", AnswerType::number, Measure::duration, "years"},
           {"What is the population of the town?", AnswerType::number, Measure::people, ""},
           {"What is the number of boats?", AnswerType::number, Measure::count, "boats"},
           {"What is the telephone number of the inn?", AnswerType::number, Measure::none, ""},
           {"How many minutes does it last?", AnswerType::number, Measure::duration, "minutes"},
           {"How many passengers are there?", AnswerType::number, Measure::people, "passengers"},
           {"How many boats are there?", AnswerType::number, Measure::count, "boats"},
           {"入場料はいくらですか。", AnswerType::number, Measure::money, ""},
           {"切符の値段を教えてください。", AnswerType::number, Measure::money, ""},
           {"バスの運賃は?", AnswerType::number, Measure::money, ""},
           {"バスは何時に出ますか。", AnswerType::date, Measure::time_of_day},
           {"何時から入れますか。", AnswerType::date, Measure::time_of_day},
           {"何時間かかりますか。", AnswerType::number, Measure::duration, "時間"},
           {"いつまでに申し込みますか。", AnswerType::date, Measure::day},
           {"完成したのは何年ですか。", AnswerType::date, Measure::year},
           {"何人座れますか。", AnswerType::number, Measure::people, "人"},
           {"本は何冊ありますか。", AnswerType::number, Measure::count, "冊"},
           {"塔の高さはどのくらいですか。", AnswerType::number, Measure::length},
           {"全長は何キロですか。", AnswerType::number, Measure::length, "キロ"}}) {
    const QuestionFocus focus = analyse_question(c.question);
    EXPECT_EQ(to_string(focus.type), to_string(c.type)) << c.question;
    EXPECT_EQ(to_string(focus.measure), to_string(c.measure)) << c.question;
    if (c.unit) {
      EXPECT_EQ(focus.unit, c.unit) << c.question;
    }
  }
}

TEST(TypedSpansTest, Measures) {
  const auto measure = [](std::string_view sentence, std::string_view span) -> std::string_view {
    for (const TypedSpan& found : find_typed_spans(sentence))
      if (found.span.of(sentence) == span && found.measure != Measure::none) return to_string(found.measure);
    return "none";
  };
  EXPECT_EQ(measure("It costs 600 yen now", "600 yen"), "money");
  EXPECT_EQ(measure("It costs 600 yen now", "600"), "money");
  EXPECT_EQ(measure("It costs ¥600 now", "¥600"), "money");
  EXPECT_EQ(measure("料金は1,080円です", "1,080円"), "money");
  EXPECT_EQ(measure("It leaves at 17:10.", "17:10"), "time of day");
  EXPECT_EQ(measure("It leaves at 17:10.", "17"), "none");
  EXPECT_EQ(measure("It opens at 9 a.m. daily", "9 a.m."), "time of day");
  EXPECT_EQ(measure("at half past nine", "half past nine"), "time of day");
  EXPECT_EQ(measure("at three in the afternoon", "three in the afternoon"), "time of day");
  EXPECT_EQ(measure("午後3時半に", "午後3時半"), "time of day");
  EXPECT_EQ(measure("三時半に", "三時半"), "time of day");
  EXPECT_EQ(measure("3時間かかる", "3時間"), "duration");
  EXPECT_EQ(measure("in 1961 it", "1961"), "year");
  EXPECT_EQ(measure("on 21 May 1961 it", "21 May 1961"), "day");
  EXPECT_EQ(measure("on Monday it", "Monday"), "day");
  EXPECT_EQ(measure("after 42 minutes", "42 minutes"), "duration");
  EXPECT_EQ(measure("412 metres high", "412 metres"), "length");
  EXPECT_EQ(measure("14kmの道", "14km"), "length");
  EXPECT_EQ(measure("3 square metres", "3 square metres"), "area");
  EXPECT_EQ(measure("weighs 20 kg", "20 kg"), "weight");
  EXPECT_EQ(measure("at 12 knots", "12 knots"), "speed");
  EXPECT_EQ(measure("it is 33.9 degrees", "33.9 degrees"), "temperature");
  EXPECT_EQ(measure("気温は5℃", "5℃"), "temperature");
  EXPECT_EQ(measure("40 % of it", "40 %"), "percent");
  EXPECT_EQ(measure("約3割が", "3割"), "percent");
  EXPECT_EQ(measure("12 passengers", "12 passengers"), "people");
  EXPECT_EQ(measure("54席ある", "54席"), "count");
  EXPECT_EQ(measure("37 families", "37 families"), "count");
  EXPECT_EQ(measure_match(Measure::year, Measure::day), 0.75);
  EXPECT_EQ(measure_match(Measure::day, Measure::year), 0);
  EXPECT_EQ(measure_match(Measure::none, Measure::none), 0);
}

TEST(TypedSpansTest, Dates) {
  const auto date = [](std::string_view sentence, std::string_view span) {
    return value_of(sentence, span, AnswerType::date);
  };
  EXPECT_EQ(date("It began on March 3, 2024.", "March 3, 2024"), "2024-03-03");
  EXPECT_EQ(date("It began on 3 March 2024.", "3 March 2024"), "2024-03-03");
  EXPECT_EQ(date("Released 2024-03-03.", "2024-03-03"), "2024-03-03");
  EXPECT_EQ(date("in Sept. 1998 it", "Sept. 1998"), "1998-09");
  EXPECT_EQ(date("on July 4th they", "July 4th"), "--07-04");
  EXPECT_EQ(date("It was 1066.", "1066"), "1066");
  EXPECT_EQ(date("in the 1990s.", "1990s"), "1990s");
  EXPECT_EQ(date("the 19th century.", "19th century"), "19c");
  EXPECT_EQ(date("the nineteenth century.", "nineteenth century"), "19c");
  EXPECT_EQ(date("in 44 BC he", "44 BC"), "-0044");
  EXPECT_EQ(date("from 1914 to 1918.", "1914 to 1918"), "1914/1918");
  EXPECT_EQ(date("2024年3月1日に開始", "2024年3月1日"), "2024-03-01");
  EXPECT_EQ(date("２０２４年に", "２０２４年"), "2024");
  EXPECT_EQ(date("令和6年3月に", "令和6年3月"), "2024-03");
  EXPECT_EQ(date("昭和二十年", "昭和二十年"), "1945");
  EXPECT_EQ(date("平成元年に", "平成元年"), "1989");
  EXPECT_EQ(date("一九九〇年に", "一九九〇年"), "1990");
  EXPECT_EQ(date("8世紀後半に", "8世紀後半"), "8c");
  EXPECT_EQ(date("紀元前44年に", "紀元前44年"), "-0044");
  EXPECT_EQ(date("12月25日は", "12月25日"), "--12-25");
  EXPECT_EQ(date("翌月5日に", "5日"), "---05");
  EXPECT_EQ(date("午後3時5分に", "3時5分"), "T03:05");
  EXPECT_EQ(date("午後3時5分に", "午後3時5分"), "T15:05");
  EXPECT_EQ(date("until 9.30 p.m. daily", "9.30 p.m."), "T21:30");
  EXPECT_EQ(date("1856年1月頃終わった", "1856年1月頃"), "1856-01");
  EXPECT_EQ(date("It cost 1,990 dollars.", "1,990"), "missing");
  EXPECT_EQ(date("建設に10年間かかった", "10年"), "missing");
}

TEST(TypedSpansTest, Numbers) {
  const auto number = [](std::string_view sentence, std::string_view span) {
    return value_of(sentence, span, AnswerType::number);
  };
  EXPECT_EQ(number("with 3.5 million people in it", "3.5 million people"), "3500000");
  EXPECT_EQ(number("with 3.5 million people in it", "3.5 million"), "3500000");
  EXPECT_EQ(number("about 40 % of it", "40 %"), "40");
  EXPECT_EQ(number("it costs $1,200 now", "$1,200"), "1200");
  EXPECT_EQ(number("twenty-five men", "twenty-five men"), "25");
  EXPECT_EQ(number("more than 70,000 works", "more than 70,000"), "70000");
  EXPECT_EQ(number("１，２３４人が来た", "１，２３４人"), "1234");
  EXPECT_EQ(number("価格は三千五百円だ", "三千五百円"), "3500");
  EXPECT_EQ(number("2万3千人", "2万3千人"), "23000");
  EXPECT_EQ(number("3.5億円", "3.5億円"), "350000000");
  EXPECT_EQ(number("約3.5kmの道", "約3.5km"), "3.5");
  EXPECT_EQ(number("高さは333メートル", "333メートル"), "333");
  EXPECT_EQ(number("一般に三重県では", "三"), "missing");
}

TEST(TypedSpansTest, Names) {
  const auto has = [](std::string_view sentence, std::string_view span, AnswerType type) {
    return value_of(sentence, span, type) != "missing";
  };
  EXPECT_TRUE(has("The king met Lothar de Maizière there.", "Lothar de Maizière", AnswerType::person));
  EXPECT_TRUE(has("We saw President Lincoln there.", "President Lincoln", AnswerType::person));
  EXPECT_TRUE(has("We saw President Lincoln there.", "Lincoln", AnswerType::person));
  EXPECT_TRUE(has("He taught at the University of Paris.", "University of Paris", AnswerType::entity));
  EXPECT_TRUE(has("They crossed the Hudson River.", "Hudson River", AnswerType::place));
  EXPECT_TRUE(has("She lives in Fresno now.", "Fresno", AnswerType::place));
  EXPECT_TRUE(has("He read \"The Waste Land\" twice.", "The Waste Land", AnswerType::entity));
  EXPECT_TRUE(has("The Broncos won.", "Broncos", AnswerType::entity));
  EXPECT_TRUE(has("チャーリー・チャンが登場する", "チャーリー・チャン", AnswerType::person));
  EXPECT_TRUE(has("『雪国』を読んだ", "雪国", AnswerType::entity));
  if (value_of("夏目漱石", "夏目漱石", AnswerType::person) == "missing")
    GTEST_SKIP() << "no dictionary of names";
  EXPECT_TRUE(has("作者は夏目漱石である", "夏目漱石", AnswerType::person));
  EXPECT_TRUE(has("彼は横浜市に住む", "横浜市", AnswerType::place));
  EXPECT_TRUE(has("田中氏は語った", "田中", AnswerType::person));
}

TEST(TypedSpansTest, AnyBytesGiveSpansInOrderAndInside) {
  base::Rng rng(5);
  const std::vector<std::string> pieces = {"年",   "3",  "千", "万",     "March ", "1999",    "of ",
                                           "Van ", "・", "ア", "「",     "」",     "\"",      " ",
                                           ".",    ",",  "%",  "\xE3",   "\xFF",   "century", "th ",
                                           "氏",   "市", "-",  "twenty", " and ",  "元年",    "令和"};
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    for (std::uint64_t n = rng.below(25); n > 0; --n) text += pieces[rng.below(pieces.size())];
    std::size_t previous = 0;
    for (const TypedSpan& found : find_typed_spans(text)) {
      ASSERT_LT(found.span.begin, found.span.end) << text;
      ASSERT_LE(found.span.end, text.size()) << text;
      ASSERT_GE(found.span.begin, previous) << text;
      previous = found.span.begin;
    }
    (void)analyse_question(text);
  }
}

// MeCab read past the end of these (seen by the fuzzer under AddressSanitizer).
TEST(TypedSpansTest, MeCabReadPastTheEndOfTrailingSpace) {
  for (const char* text : {"\xE5\x90\x8D\n", "\xE5\x90\x8D ", "\xE5\x90\x8D\xE3", "\xE5\x90\x8D\xE3\x80"}) {
    const std::vector<char> exact(text, text + std::char_traits<char>::length(text));
    (void)find_typed_spans(std::string_view(exact.data(), exact.size()));
  }
}

TEST(NumbersTest, ReadsAndFormats) {
  EXPECT_EQ(read_number("one hundred and five", 0)->value, 105);
  EXPECT_EQ(read_number("three million", 0)->value, 3000000);
  EXPECT_EQ(read_number("二〇二四", 0)->value, 2024);
  EXPECT_EQ(read_number("１億２千万", 0)->value, 120000000);
  EXPECT_EQ(read_number("百二十三", 0)->value, 123);
  EXPECT_FALSE(read_number("onerous", 0));
  EXPECT_FALSE(read_number("円", 0));
  EXPECT_EQ(format_number(3.5), "3.5");
  EXPECT_EQ(format_number(23000), "23000");
}

}  // namespace
}  // namespace genkai::text
