#include "serve/knowledge_bases.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

namespace genkai::serve {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

class KnowledgeBasesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "genkai_bases.XXXXXX").string();
    home_ = ::mkdtemp(pattern.data());
    ::setenv("GENKAI_HOME", home_.c_str(), 1);
  }
  void TearDown() override {
    std::error_code ignored;
    std::filesystem::remove_all(home_, ignored);
  }
  static std::unique_ptr<knowledge::KnowledgeBase> writer(const std::filesystem::path& folder) {
    knowledge::OpenOptions options;
    options.create = true;
    auto opened = knowledge::KnowledgeBase::open(folder, options);
    EXPECT_TRUE(opened) << opened.error().message;
    return std::move(*opened);
  }
  static void add(knowledge::KnowledgeBase& base, const std::string& id) {
    knowledge::ParsedDocument parsed;
    parsed.info = {id, id, "", "", "en"};
    knowledge::Block block;
    block.kind = knowledge::Block::Kind::paragraph;
    block.text = "The ferry " + id + " leaves the harbour at nine in the morning.";
    block.line = 1;
    parsed.blocks.push_back(std::move(block));
    ASSERT_TRUE(base.add(parsed));
    ASSERT_TRUE(base.commit());
  }
  void make(const std::string& name, const std::string& id) { add(*writer(home_ / name), id); }
  /// Whether the base comes to hold `document` (or not to be there, without one).
  static bool becomes(KnowledgeBases& bases, const std::string& name, const std::string& document) {
    for (int i = 0; i < 500; ++i) {
      const auto view = bases.view(name);
      if (document.empty() ? !view : view && (*view)->document(document)) return true;
      std::this_thread::sleep_for(10ms);
    }
    return false;
  }
  std::filesystem::path home_;
};

TEST_F(KnowledgeBasesTest, WithoutNamesAllAreServedAlsoThoseMadeLater) {
  const auto bases = KnowledgeBases::create({});
  EXPECT_THAT(bases->names(), IsEmpty());
  EXPECT_EQ(bases->view("ferries").error().code, base::Code::not_found);
  make("ferries", "one");
  make("airports", "two");
  std::filesystem::create_directory(home_ / "no-base");
  EXPECT_THAT(bases->names(), ElementsAre("airports", "ferries"));
  EXPECT_TRUE((*bases->view("ferries"))->document("one"));
  EXPECT_EQ((*bases->base("airports"))->info()->documents, 1U);
  EXPECT_EQ(bases->view("no-base").error().code, base::Code::not_found);
  EXPECT_EQ(bases->view("../ferries").error().code, base::Code::not_found);
}

TEST_F(KnowledgeBasesTest, OnlyNamedOnesAreServed) {
  make("ferries", "one");
  make("secret", "two");
  const std::string folder = (home_ / "elsewhere" / "trains").string();
  add(*writer(folder), "three");
  const auto bases = KnowledgeBases::create({folder, "ferries", "missing", "ferries"});
  EXPECT_THAT(bases->names(), ElementsAre(folder, "ferries", "missing"));
  EXPECT_TRUE(bases->view("ferries"));
  EXPECT_TRUE((*bases->view(folder))->document("three"));
  for (const std::string& name :
       {std::string("secret"), (home_ / "secret").string(), std::string("missing"), std::string()})
    EXPECT_EQ(bases->view(name).error().code, base::Code::not_found) << name;
}

TEST_F(KnowledgeBasesTest, AViewIsSharedForAWhileAndThenFollowsTheWriter) {
  const auto base = writer(home_ / "ferries");
  add(*base, "one");
  const auto bases = KnowledgeBases::create({});
  const auto before = *bases->view("ferries");
  EXPECT_EQ(before, *bases->view("ferries"));
  add(*base, "two");
  EXPECT_TRUE(becomes(*bases, "ferries", "two"));
  EXPECT_TRUE(before->document("one"));
  EXPECT_EQ(before->passage_count(), 1U);
}

TEST_F(KnowledgeBasesTest, ABaseThatGoesAndComesBackIsOpenedAnew) {
  for (const bool named : {false, true}) {
    make("ferries", "one");
    const auto bases =
        KnowledgeBases::create(named ? std::vector<std::string>{"ferries"} : std::vector<std::string>());
    const auto old = *bases->view("ferries");
    std::filesystem::remove_all(home_ / "ferries");
    EXPECT_TRUE(becomes(*bases, "ferries", ""));
    EXPECT_EQ(bases->view("ferries").error().code, base::Code::not_found);
    EXPECT_EQ(old->passage_count(), 1U) << "its index files are still open";
    make("ferries", "two");
    EXPECT_TRUE(becomes(*bases, "ferries", "two"));
    EXPECT_FALSE((*bases->view("ferries"))->document("one"));
    std::filesystem::remove_all(home_ / "ferries");
  }
}

TEST_F(KnowledgeBasesTest, ManyThreadsReadWhileOneWrites) {
  const auto base = writer(home_ / "ferries");
  add(*base, "first");
  auto bases = KnowledgeBases::create({});
  std::atomic<bool> stop = false;
  std::atomic<int> bad = 0, reads = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      while (!stop) {
        const auto view = bases->view("ferries");
        if (!view || !(*view)->document("first")) ++bad;
        ++reads;
      }
    });
  for (int i = 0; i < 5; ++i) add(*base, "more " + std::to_string(i));
  std::this_thread::sleep_for(1'200ms);
  stop = true;
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(bad, 0);
  EXPECT_GT(reads, 100);
  EXPECT_TRUE(becomes(*bases, "ferries", "more 4"));
}

}  // namespace
}  // namespace genkai::serve
