#include "limits/retrieval/subjects.h"

#include <gtest/gtest.h>

namespace genkai::limits::retrieval {
namespace {

core::Interpretation asks(const std::string& question) {
  core::Interpretation meaning;
  meaning.text = question;
  return meaning;
}

std::vector<core::Evidence> evidence_of(const std::vector<std::string>& texts) {
  std::vector<core::Evidence> evidence(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    evidence[i].passage.document.id = "d" + std::to_string(i);
    evidence[i].passage.text = texts[i];
  }
  return evidence;
}

float longer_is_rarer(std::string_view term) {
  return term.size() > 3 ? 1 : 0.05F;
}

TEST(SubjectsTest, FindsTheNameThatIsAskedAbout) {
  EXPECT_EQ(name_in(asks("When was Doug Harvey born?")), "Doug Harvey");
  EXPECT_EQ(name_in(asks("Who is the artist of the album \"Lazy Afternoon\"?")), "Lazy Afternoon");
  EXPECT_EQ(name_in(asks("how is rye ground")), "");
}

TEST(SubjectsTest, AnEpithetIsNoDateAndNoAbbreviation) {
  EXPECT_EQ(epithet_of("Doug Harvey", "Doug Harvey (umpire) was"), "umpire");
  EXPECT_EQ(epithet_of("Chayanne", "Chayanne ( 1987 album ) is"), "1987 album");
  EXPECT_EQ(epithet_of("山田太郎", "山田太郎（棋士）は"), "棋士");
  EXPECT_EQ(epithet_of("Doug Harvey", "Doug Harvey (born 1924) played"), "");
  EXPECT_EQ(epithet_of("Doug Harvey", "Doug Harvey (1924-1989) played"), "");
  EXPECT_EQ(epithet_of("National Park Service", "National Park Service (NPS)"), "");
  EXPECT_EQ(epithet_of("Doug Harvey", "Doug Harvey (umpire"), "");
  EXPECT_EQ(epithet_of("", "(umpire)"), "");
}

TEST(SubjectsTest, EpithetsKeepApartWhatSharesItsWorld) {
  const auto evidence = evidence_of({"Doug Harvey (umpire) worked in Montreal and Boston and New York.",
                                     "Doug Harvey (ice hockey) played in Montreal and Boston and New York.",
                                     "In Montreal and Boston and New York people remember Harvey."});
  const Subjects subjects(asks("When was Doug Harvey born?"), evidence, longer_is_rarer);
  EXPECT_FALSE(subjects.same(0, 1));
  EXPECT_TRUE(subjects.told_apart(0, 1));
  EXPECT_TRUE(subjects.same(2, 0) || subjects.same(2, 1));
  EXPECT_EQ(subjects.label(1), "Doug Harvey (ice hockey)");
}

TEST(SubjectsTest, WhatHasNoNameInCommonIsNotTheSame) {
  const auto evidence =
      evidence_of({"Baby Doll was filmed in Benoit, Mississippi, with Carroll Baker and Karl Malden.",
                   "Baby Doll starred Ugo Tognazzi and Isabella Rei in Rome.",
                   "Carroll Baker was nominated for Baby Doll, as was Karl Malden."});
  const Subjects subjects(asks("Who directed the film \"Baby Doll\"?"), evidence, longer_is_rarer);
  EXPECT_TRUE(subjects.same(0, 2));
  EXPECT_FALSE(subjects.same(0, 1));
  EXPECT_FALSE(subjects.told_apart(0, 1)) << "no document says which is which";
}

}  // namespace
}  // namespace genkai::limits::retrieval
