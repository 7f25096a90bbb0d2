#include "answer/without_documents.h"

#include <gtest/gtest.h>

#include "knowledge/store/test_support.h"

namespace genkai::answer {
namespace {

using namespace knowledge::testing;

std::unique_ptr<knowledge::KnowledgeBase> in_memory() {
  knowledge::OpenOptions options;
  options.in_memory = true;
  return must(knowledge::KnowledgeBase::open({}, options));
}

class WithoutDocumentsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    kb_ = in_memory();
    must(kb_->add(
        document("ferry", "The ferry Asanagi was built in 1932 in the harbour of Minato.", "Ferry")));
    must(kb_->add(document("lodge", "The lodge has nine rooms and a kitchen for guests.", "Lodge")));
    must(kb_->add(document("harbour", "The harbour of Minato was dredged in 1950.", "Harbour")));
    must(kb_->commit());
    view_ = must(kb_->view());
  }
  std::unique_ptr<knowledge::KnowledgeBase> kb_;
  std::shared_ptr<const knowledge::KnowledgeView> view_;
};

TEST_F(WithoutDocumentsTest, HiddenDocumentsAreFoundByNoWay) {
  const std::vector<std::string> hidden{"ferry"};
  ASSERT_EQ(find(*view_, "harbour of Minato").size(), 2U);
  const auto less = must(WithoutDocuments::make(*view_, hidden));
  EXPECT_EQ(find(*less, "harbour of Minato"), std::vector<std::string>{"harbour"});
  EXPECT_TRUE(find(*less, "Asanagi").empty());

  std::vector<float> vector(view_->embedder().dimension());
  must(view_->embedder().embed("When was the ferry built?", vector.data()));
  const auto ferry = must(view_->document("ferry"));
  ASSERT_EQ(view_->vectors().search(vector, 3, view_->deleted()).front().id, ferry.first);
  for (const auto& hit : less->vectors().search(vector, 3, less->deleted())) EXPECT_NE(hit.id, ferry.first);
  EXPECT_EQ(less->vectors().search(vector, 3, less->deleted()).size(), 2U);

  const std::vector<core::PassageId> ids{ferry.first, must(view_->document("lodge")).first};
  const auto passages = must(less->passages(ids));
  ASSERT_EQ(passages.size(), 1U);
  EXPECT_EQ(passages[0].document.id, "lodge");
  const auto sections = less->sections(ids);
  EXPECT_EQ(sections[0].size, 0U);
  EXPECT_EQ(sections[1].size, view_->sections(ids)[1].size);
  EXPECT_EQ(less->document("ferry").error().code, base::Code::not_found);
  EXPECT_EQ(must(less->document("lodge")).info.id, "lodge");
  EXPECT_EQ(less->passage_count(), view_->passage_count() - ferry.passages);
}

TEST_F(WithoutDocumentsTest, ListsCountAndPageOverWhatIsLeft) {
  const std::vector<std::string> hidden{"harbour", "harbour"};
  const auto less = must(WithoutDocuments::make(*view_, hidden));
  const auto all = must(less->documents({}));
  ASSERT_EQ(all.documents.size(), 2U);
  EXPECT_EQ(all.total, 2U);
  EXPECT_EQ(all.documents[0].info.id, "ferry");
  const auto second = must(less->documents({.text = {}, .offset = 1, .limit = 1}));
  ASSERT_EQ(second.documents.size(), 1U);
  EXPECT_EQ(second.documents[0].info.id, "lodge");
  EXPECT_EQ(second.total, 2U);
  EXPECT_EQ(must(less->documents({.text = "HARBOUR", .offset = 0, .limit = 10})).total, 0U);
  EXPECT_TRUE(must(less->documents({.text = {}, .offset = 9, .limit = 10})).documents.empty());
}

TEST_F(WithoutDocumentsTest, AnUnknownDocumentIsAnError) {
  const std::vector<std::string> hidden{"nowhere"};
  EXPECT_EQ(WithoutDocuments::make(*view_, hidden).error().code, base::Code::not_found);
}

TEST_F(WithoutDocumentsTest, WhatIsDeletedStaysDeleted) {
  must(kb_->remove_document("lodge"));
  const std::vector<std::string> hidden{"ferry"};
  const auto less = must(WithoutDocuments::make(*view_, hidden));
  EXPECT_TRUE(find(*less, "rooms kitchen").empty());
}

}  // namespace
}  // namespace genkai::answer
