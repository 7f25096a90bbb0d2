#include "limits/retrieval/widen.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "limits/retrieval/entity_graph.h"
#include "limits/retrieval/guard.h"

namespace genkai::limits::retrieval {
namespace {

using core::FoundBy;
using knowledge::KnowledgeBase;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr GatherOptions kPlain{.keep = 20};
constexpr GatherOptions kWide{.keep = 20, .neighbours = 3, .hops = 2};

knowledge::ParsedDocument document(std::string id, std::vector<std::string> paragraphs) {
  knowledge::ParsedDocument made;
  made.info.id = std::move(id);
  for (std::string& text : paragraphs) {
    knowledge::Block block;
    block.text = std::move(text);
    made.blocks.push_back(std::move(block));
  }
  return made;
}

// Documents in memory, as those that come with a question.
class WidenTest : public ::testing::Test {
 protected:
  void SetUp() override {
    knowledge::OpenOptions options;
    options.create = options.in_memory = true;
    auto opened = KnowledgeBase::open({}, options);
    ASSERT_TRUE(opened);
    kb_ = std::move(*opened);
  }
  void add(const std::string& id, std::vector<std::string> paragraphs) {
    ASSERT_TRUE(kb_->add(document(id, std::move(paragraphs))));
  }
  std::vector<core::Evidence> gathered(const std::string& question, const GatherOptions& options) {
    EXPECT_TRUE(kb_->commit());
    const auto view = kb_->view();
    core::Trace trace;
    const auto meanings = interpret({"", question, ""}, **view, trace);
    auto found = gather(**view, meanings.front(), options, trace);
    EXPECT_TRUE(found);
    return found ? std::move(found->evidence) : std::vector<core::Evidence>{};
  }
  static int place_of(const std::vector<core::Evidence>& evidence, const std::string& id) {
    for (std::size_t i = 0; i < evidence.size(); ++i)
      if (evidence[i].passage.document.id == id) return static_cast<int>(i);
    return -1;
  }
  // Many observatories, designers and their birthplaces, so that plain search cannot find the right
  // birthplace.
  void add_world() {
    static constexpr const char* kFirst[] = {"Bel", "Cor", "Dan", "Far", "Gar",
                                             "Hol", "Jen", "Kas", "Lor", "Mer"};
    static constexpr const char* kLast[] = {"nov", "pel", "quin", "ros", "sel"};
    for (int i = 0; i < 50; ++i) {
      const std::string n = std::to_string(i), stem = std::string(kFirst[i % 10]) + kLast[i / 10];
      add("work" + n, {"The " + stem + "ia Observatory was designed by Ada " + stem + "sen."});
      add("birth" + n, {"Ada " + stem + "sen was born in " + stem + "ham to a family of fishermen."});
      add("town" + n, {stem + "ham belongs to the county of " + stem + "shire."});
    }
  }
  std::unique_ptr<KnowledgeBase> kb_;
};

TEST_F(WidenTest, FollowsTwoAndThreeHopsThatPlainSearchMisses) {
  add_world();
  static constexpr const char* kStems[] = {"Belnov", "Corpel", "Danquin", "Farros", "Garsel"};
  int plain = 0, two = 0, three = 0;
  for (int i = 0; i < 5; ++i) {
    const std::string work = std::string(kStems[i]) + "ia Observatory", n = std::to_string(i * 10 + i);
    const std::string born = "Where was the designer of the " + work + " born?";
    const auto wide = gathered(born, kWide);
    const int place = place_of(wide, "birth" + n);
    two += place >= 0 && wide[static_cast<std::size_t>(place)].scores.found_by == FoundBy::entity ? 1 : 0;
    plain += place_of(gathered(born, kPlain), "birth" + n) >= 0 ? 1 : 0;
    const auto far = gathered(
        "Which county does the town belong to where the designer of the " + work + " was born?", kWide);
    three += place_of(far, "birth" + n) >= 0 && place_of(far, "town" + n) >= 0 ? 1 : 0;
  }
  EXPECT_LE(plain, 3);
  EXPECT_EQ(two, 5);
  EXPECT_GE(three, 4);
}

TEST_F(WidenTest, TheFirstPlacesKeepTheirRanking) {
  add_world();
  for (const char* question : {"Who designed the Belnovia Observatory?",
                               "Where was the designer of the Corpelia Observatory born?"}) {
    const auto plain = gathered(question, kPlain), wide = gathered(question, kWide);
    ASSERT_GE(plain.size(), 8U);
    ASSERT_LE(wide.size(), kWide.keep);
    for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(plain[i].passage.id, wide[i].passage.id) << question;
  }
}

TEST_F(WidenTest, ADeletedPassageIsNotReached) {
  add_world();
  const std::string question = "Where was the designer of the Belnovia Observatory born?";
  ASSERT_GE(place_of(gathered(question, kWide), "birth0"), 0);
  ASSERT_TRUE(kb_->remove_document("birth0"));
  EXPECT_EQ(place_of(gathered(question, kWide), "birth0"), -1);
}

TEST_F(WidenTest, HostileDocumentsAndCyclesEnd) {
  EXPECT_THAT(gathered("Where was Ada Belnovsen born?", kWide), IsEmpty());
  std::string many;
  for (int i = 0; i < 3000; ++i) many += "Name" + std::to_string(i) + " Everywhere ";
  add("many", {many});
  for (int i = 0; i < 30; ++i)
    add("ring" + std::to_string(i), {"Everywhere: Node" + std::to_string(i) + " leads to Node" +
                                     std::to_string((i + 1) % 30) + " and was built in stone."});
  const auto found = gathered("When was what Node3 leads to opened and built?", kWide);
  EXPECT_LE(found.size(), kWide.keep);
  std::set<core::PassageId> ids;
  for (const auto& item : found) EXPECT_TRUE(ids.insert(item.passage.id).second);
}

TEST_F(WidenTest, AConsequenceComesWithItsCondition) {
  std::string filler;
  for (int i = 0; i < 6; ++i) filler += "The records of that year are kept in the old town library. ";
  add("rules", {filler, filler + "Whoever keeps a boat at Selham Harbour for ten days counts as a long stay.",
                "In that case a charge of 300 crowns has to be paid at the office. " + filler, filler});
  ASSERT_TRUE(kb_->commit());
  const auto view = *kb_->view();
  core::Trace trace;
  const auto meaning =
      interpret({"", "What happens if I keep a boat at Selham Harbour for ten days?", ""}, *view, trace)
          .front();
  const auto candidates =
      find_candidates(*view, make_query(*view, meaning, GatherOptions::Ranking::fused), 10, 10);
  const Candidate* best =
      &*std::max_element(candidates.begin(), candidates.end(),
                         [](const Candidate& a, const Candidate& b) { return a.lexical < b.lexical; });
  const core::PassageId ids[] = {best->id};
  const auto passages = view->passages(ids);
  ASSERT_NE(passages->front().text.find("long stay"), std::string::npos);
  EXPECT_EQ(passages->front().text.find("300 crowns"), std::string::npos);
  const Hit hits[] = {{best, &passages->front()}};
  const auto beside = find_neighbours(*view, Coverage(meaning), hits, candidates, 3);
  ASSERT_TRUE(beside);
  ASSERT_FALSE(beside->empty());
  EXPECT_NE(beside->front().passage.text.find("300 crowns"), std::string::npos);
  EXPECT_EQ(beside->front().by, FoundBy::neighbour);
}

TEST(LeansBackTest, OnWordsThatNeedWhatStandsBefore) {
  EXPECT_TRUE(leans_back("However, the fee is waived."));
  EXPECT_TRUE(leans_back("ただし、休日を除く。"));
  EXPECT_FALSE(leans_back("Items are kept for ten days."));
  EXPECT_FALSE(leans_back(""));
}

TEST(EntityGraphTest, MassGoesToRareEntitiesNearTheSeedAndSumsBelowOne) {
  EntityGraph graph;
  graph.add_passage(1, {{"rare", 8.0F}, {"common", 2.0F}});
  graph.add_passage(0, {{"common", 2.0F}, {"far", 8.0F}});
  const auto ranks = graph.rank();
  ASSERT_THAT(ranks, SizeIs(3));
  EXPECT_EQ(ranks[0].name, "rare");
  float sum = 0;
  for (const auto& rank : ranks) sum += rank.mass;
  EXPECT_LT(sum, 1);
  EXPECT_GT(ranks[2].mass, 0) << "a walk reaches what is two steps away";
  EXPECT_THAT(EntityGraph().rank(), IsEmpty());
}

}  // namespace
}  // namespace genkai::limits::retrieval
