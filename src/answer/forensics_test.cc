#include "answer/forensics.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "answer/gold_answer.h"
#include "answer/quarantine.h"
#include "answer/without_documents.h"

namespace genkai::answer {
namespace {

namespace fs = std::filesystem;

class ForensicsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "genkai_forensics.XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    knowledge::OpenOptions options;
    options.create = true;
    kb_ = std::move(*knowledge::KnowledgeBase::open(folder_ / "kb", options));
    add("history", "The island museum opened on 4 April 1932. It has three halls.");
    add("ferry", "The ferry leaves the harbour at 7:40 every morning. It carries mail.");
    add("lodge", "The lodge has twenty-four beds and a kitchen. Breakfast is at seven.");
  }
  void TearDown() override {
    view_.reset();
    kb_.reset();
    fs::remove_all(folder_);
  }
  void add(const std::string& id, const std::string& text) {
    knowledge::ParsedDocument document;
    document.info.id = id;
    document.info.source = id;
    document.blocks.push_back({.text = text, .page = 0, .line = 1});
    ASSERT_TRUE(kb_->add(document));
    ASSERT_TRUE(kb_->commit());
    view_ = *kb_->view();
  }
  Forensics examined(const std::string& wrong, std::size_t asks = 64) {
    const auto found = examine(question_, wrong, *view_, answerer_, {.asks = asks, .cancellation = {}});
    EXPECT_TRUE(found);
    return found ? *found : Forensics();
  }
  bool shows(const knowledge::KnowledgeView& view, const std::string& wanted) {
    core::Trace trace;
    const auto answer = base::run_blocking(answerer_.answer(question_, view, trace));
    EXPECT_TRUE(answer);
    for (const auto* items : {&answer->answers, &answer->rejected})
      for (const auto& item : *items)
        if (holds_answer(item.text, {wanted})) return true;
    return false;
  }
  base::Path folder_;
  std::unique_ptr<knowledge::KnowledgeBase> kb_;
  std::shared_ptr<const knowledge::KnowledgeView> view_;
  const core::Question question_{"", "When did the island museum open?", "2026-06-15"};
  const Answerer answerer_{AnswererOptions{}};
};

TEST_F(ForensicsTest, NamesExactlyWhatMadeTheWrongAnswer) {
  add("planted/1", "When did the island museum open. The island museum opened on 9 May 1951.");
  add("planted/2", "As everybody knows, the island museum opened on 9 May 1951.");
  add("planted/3", "The island museum opened its doors on 9 May 1951, a sunny day.");
  const Forensics found = examined("9 May 1951");
  ASSERT_TRUE(found.shown);
  EXPECT_TRUE(found.cleared);
  EXPECT_TRUE(found.minimal);
  EXPECT_FALSE(found.responsible.empty());
  for (const std::string& id : found.responsible) EXPECT_TRUE(id.starts_with("planted/")) << id;
  EXPECT_EQ(found.suspects.size(), 3U);
  // What it says holds when it is tried.
  const auto without = [&](const std::vector<std::string>& ids) {
    const auto less = WithoutDocuments::make(*view_, ids);
    EXPECT_TRUE(less);
    return shows(**less, "9 May 1951");
  };
  EXPECT_FALSE(without(found.responsible));
  for (std::size_t i = 0; i < found.responsible.size() && found.responsible.size() > 1; ++i) {
    auto fewer = found.responsible;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_TRUE(without(fewer)) << found.responsible[i] << " need not go";
  }
}

TEST_F(ForensicsTest, OneDocumentIsFoundByItself) {
  ASSERT_TRUE(kb_->remove_document("history"));
  add("planted", "The island museum opened on 9 May 1951, not earlier.");
  const Forensics found = examined("9 May 1951");
  ASSERT_TRUE(found.shown);
  EXPECT_EQ(found.responsible, std::vector<std::string>{"planted"});
  ASSERT_EQ(found.suspects.size(), 1U);
  EXPECT_TRUE(found.suspects[0].gone_without);
  EXPECT_NE(found.suspects[0].quote.find("9 May 1951"), std::string::npos);
}

TEST_F(ForensicsTest, NothingToFindWhenNobodySaysIt) {
  const Forensics found = examined("12 December 1801");
  EXPECT_FALSE(found.shown);
  EXPECT_TRUE(found.suspects.empty());
  EXPECT_TRUE(found.responsible.empty());
  EXPECT_EQ(found.asks, 1U);
}

TEST_F(ForensicsTest, NeverAsksMoreThanItMay) {
  for (int i = 0; i < 12; ++i)
    add("planted/" + std::to_string(i),
        "Note " + std::to_string(i) + ": the island museum opened on 9 May 1951.");
  for (const std::size_t asks : {2U, 3U, 5U, 9U}) {
    const Forensics found = examined("9 May 1951", asks);
    EXPECT_LE(found.asks, asks);
    EXPECT_TRUE(found.cleared || !found.minimal);
  }
}

TEST_F(ForensicsTest, QuarantineHidesUntilReleasedAndOutlivesANewIngest) {
  add("planted", "The island museum opened on 9 May 1951.");
  const base::Path kb = folder_ / "kb";
  const auto visible = [&](const char* id) {
    const auto view = without_quarantined(kb, view_);
    EXPECT_TRUE(view);
    return view && (*view)->document(id).has_value();
  };
  EXPECT_TRUE(visible("planted"));
  ASSERT_TRUE(quarantine(kb, {{"planted", "why", "2026-06-15"}, {"never there", "why", "2026-06-15"}}));
  ASSERT_TRUE(quarantine(kb, {{"planted", "again", "2026-06-16"}}));
  ASSERT_EQ(quarantined(kb)->size(), 2U);
  EXPECT_EQ(quarantined(kb)->front().why, "why");
  EXPECT_FALSE(visible("planted"));
  EXPECT_TRUE(visible("history"));
  add("planted", "The island museum opened on 9 May 1951. This is a new version.");
  EXPECT_FALSE(visible("planted")) << "a new version of it is answered from";
  EXPECT_TRUE(*release(kb, "planted"));
  EXPECT_FALSE(*release(kb, "planted"));
  EXPECT_TRUE(visible("planted"));
}

TEST_F(ForensicsTest, ABrokenQuarantineAnswersNothing) {
  for (const char* content :
       {"", "{", "[]", R"({"version":2,"documents":[]})", R"({"version":1,"documents":[{}]})"}) {
    std::ofstream(folder_ / "kb" / "quarantine.json") << content;
    const auto view = without_quarantined(folder_ / "kb", view_);
    ASSERT_FALSE(view) << content;
    EXPECT_EQ(view.error().code, base::Code::corrupt);
    EXPECT_FALSE(quarantine(folder_ / "kb", {{"history", "", ""}})) << "it overwrites what it cannot read";
  }
}

}  // namespace
}  // namespace genkai::answer
