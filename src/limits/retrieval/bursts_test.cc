#include "limits/retrieval/bursts.h"

#include <gtest/gtest.h>

namespace genkai::limits::retrieval {
namespace {

struct Given {
  std::vector<core::Evidence> evidence;
  void add(core::PassageId id, const std::string& document, const std::string& text) {
    core::Evidence item;
    item.passage.id = item.passage.section_first = id;
    item.passage.section_size = 1;
    item.passage.document.id = document;
    item.passage.text = text;
    evidence.push_back(std::move(item));
  }
  std::vector<std::size_t> burst(const std::string& question) const {
    std::vector<std::string> texts;
    for (const auto& item : evidence) texts.push_back(text::normalise(item.passage.text));
    return find_burst(evidence, {texts.begin(), texts.end()}, asked_of(text::normalise(question)));
  }
};
constexpr const char* kQuestion = "How many passengers may the ferry Hoshikage carry?";

TEST(BurstsTest, NewDocumentsThatSayTheSame) {
  Given given;
  given.add(3, "a", "The ferry Hoshikage may carry how many passengers its certificate says: 84.");
  given.add(90, "x", "The ferry Hoshikage may carry many passengers, 200 in all.");
  given.add(91, "y", "Passengers: 200 is how many the ferry Hoshikage may carry.");
  given.add(92, "z", "It is known how many passengers may use the ferry Hoshikage, it can carry 200.");
  given.add(5, "b", "Dogs travel in the hold.");
  EXPECT_EQ(given.burst(kQuestion), (std::vector<std::size_t>{1, 2, 3}));
  given.add(200, "newer", "The lodge has a new bath.");
  EXPECT_TRUE(given.burst(kQuestion).empty()) << "something newer came in later";
}

TEST(BurstsTest, ASeriesOfReportsIsNone) {
  Given given;
  for (int year = 2019; year < 2024; ++year)
    given.add(static_cast<core::PassageId>(year - 2000), "report " + std::to_string(year),
              "In " + std::to_string(year) + " the ferry Hoshikage could carry as many passengers as " +
                  std::to_string(year % 100 * 4) + ", and may carry more.");
  EXPECT_TRUE(given.burst(kQuestion).empty()) << "the same form, other values";
}

TEST(BurstsTest, OneDocumentOrTwoAreNone) {
  Given given;
  given.add(90, "x", "The ferry Hoshikage may carry many passengers, 200 in all.");
  given.add(91, "x", "Passengers: 200 is how many the ferry Hoshikage may carry.");
  given.add(92, "x", "It is known how many passengers may use the ferry Hoshikage, it can carry 200.");
  EXPECT_TRUE(given.burst(kQuestion).empty());
  EXPECT_TRUE(Given().burst(kQuestion).empty());
}

}  // namespace
}  // namespace genkai::limits::retrieval
