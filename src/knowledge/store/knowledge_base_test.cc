#include "knowledge/store/knowledge_base.h"

#include <gmock/gmock.h>

#include <atomic>
#include <fstream>
#include <numeric>
#include <thread>

#include "knowledge/store/prepare.h"
#include "knowledge/store/sqlite.h"
#include "knowledge/store/test_support.h"

namespace genkai::knowledge {
namespace {

using testing::contents;
using testing::document;
using ::testing::ElementsAre;
using testing::find;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::must;
using testing::nearest;
using ::testing::UnorderedElementsAre;
using testing::words;

OpenOptions writing(std::size_t memtable = 20'000) {
  OpenOptions options;
  options.create = true;
  options.threads = 2;
  options.memtable_passages = memtable;
  return options;
}
OpenOptions reading() {
  OpenOptions options;
  options.read_only = true;
  options.threads = 2;
  return options;
}

class KnowledgeBaseTest : public testing::FolderTest {
 protected:
  std::unique_ptr<KnowledgeBase> open(const OpenOptions& options = writing()) {
    return must(KnowledgeBase::open(folder_ / "kb", options));
  }
  std::vector<base::Path> segment_files() const {
    std::vector<base::Path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / "kb" / "segments"))
      files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
  }
  /// `count` documents "d0", "d1", ...; document i alone holds the word "uniq<i>".
  static void add_many(KnowledgeBase& knowledge_base, int count, int from = 0) {
    for (int i = from; i < from + count; ++i)
      must(knowledge_base.add(
          document("d" + std::to_string(i), "uniq" + std::to_string(i) + " " + words(i, 30))));
  }
};

TEST_F(KnowledgeBaseTest, WhatIsCommittedIsFound) {
  auto kb = open();
  must(kb->add(document("a", "The lighthouse keeper counted storms.", "Coast")));
  must(kb->add(document("b", "A baker counted loaves of bread.", "Town")));
  EXPECT_THAT(find(*kb, "lighthouse"), IsEmpty());
  must(kb->commit());
  EXPECT_THAT(find(*kb, "lighthouse"), ElementsAre("a"));
  EXPECT_THAT(find(*kb, "counted"), UnorderedElementsAre("a", "b"));
  EXPECT_THAT(find(*kb, "coast"), ElementsAre("a")) << "a passage knows the title of its document";
  EXPECT_EQ(nearest(*kb, "bakery and bread", 1), std::vector<std::string>{"b"});
  const auto view = must(kb->view());
  EXPECT_EQ(view->passage_count(), 2U);
  const std::vector<core::PassageId> ids = {2, 1, 77};
  const auto passages = must(view->passages(ids));
  ASSERT_EQ(passages.size(), 2U);
  EXPECT_EQ(passages[0].document.id, "b");
  EXPECT_EQ(passages[1].text, "The lighthouse keeper counted storms.");
  EXPECT_EQ(passages[1].document.title, "Coast");
}

TEST_F(KnowledgeBaseTest, SectionsSayWhereTheirPassagesLie) {
  auto kb = open();
  must(kb->add(document("long", words(1, 400))));
  must(kb->add(document("short", "One small sentence.")));
  must(kb->commit());
  const auto view = must(kb->view());
  const auto last = static_cast<core::PassageId>(view->passage_count());
  ASSERT_GE(last, 4U);
  const std::vector<core::PassageId> ids = {2, last, last + 1};
  const auto ranges = view->sections(ids);
  EXPECT_EQ(ranges[0].first, 1U);
  EXPECT_EQ(ranges[0].size, last - 1);
  EXPECT_EQ(ranges[1].first, last);
  EXPECT_EQ(ranges[1].size, 1U);
  EXPECT_EQ(ranges[2].size, 0U);
  const auto passages = must(view->passages(ids));
  EXPECT_EQ(passages[0].section_first, 1U);
  EXPECT_EQ(passages[0].section_size, last - 1);
}

TEST_F(KnowledgeBaseTest, DocumentsAreListedSearchedAndRead) {
  auto kb = open();
  ParsedDocument harbour = document("b/harbour.md", words(1, 300), "Harbour 100%_sure");
  harbour.info.source = "Port Office";
  harbour.info.date = "2024-05-01";
  must(kb->add(harbour));
  must(kb->add(document("a.md", "A baker counted loaves.", "パン屋")));
  must(kb->add(document("c.md", "A keeper counted storms.", "Coast")));
  must(kb->commit());
  const auto view = must(kb->view());
  const auto ids = [](const DocumentList& list) {
    std::vector<std::string> found;
    for (const StoredDocument& stored : list.documents) found.push_back(stored.info.id);
    return found;
  };
  const DocumentList all = must(view->documents({}));
  EXPECT_THAT(ids(all), ElementsAre("a.md", "b/harbour.md", "c.md")) << "in the order of their ids";
  EXPECT_EQ(all.total, 3U);
  const DocumentList page = must(view->documents({.offset = 1, .limit = 1}));
  EXPECT_THAT(ids(page), ElementsAre("b/harbour.md"));
  EXPECT_EQ(page.total, 3U);
  EXPECT_THAT(ids(must(view->documents({.offset = ~std::uint64_t{0}}))), IsEmpty());
  EXPECT_THAT(ids(must(view->documents({.text = "HARB"}))), ElementsAre("b/harbour.md"));
  EXPECT_THAT(ids(must(view->documents({.text = "port off"}))), ElementsAre("b/harbour.md")) << "the source";
  EXPECT_THAT(ids(must(view->documents({.text = "パン"}))), ElementsAre("a.md"));
  EXPECT_THAT(ids(must(view->documents({.text = "100%_s"}))), ElementsAre("b/harbour.md"));
  EXPECT_THAT(ids(must(view->documents({.text = "a%d"}))), IsEmpty()) << "no wildcards";
  EXPECT_EQ(must(view->documents({.text = "!"})).total, 0U);

  const StoredDocument found = must(view->document("b/harbour.md"));
  EXPECT_EQ(found.info.title, "Harbour 100%_sure");
  EXPECT_EQ(found.info.date, "2024-05-01");
  ASSERT_GT(found.passages, 2U);
  std::vector<core::PassageId> passages(found.passages);
  std::iota(passages.begin(), passages.end(), found.first);
  for (const core::Passage& passage : must(view->passages(passages)))
    EXPECT_EQ(passage.document.id, "b/harbour.md");
  EXPECT_EQ(view->document("b/harbour").error().code, base::Code::not_found);
}

TEST_F(KnowledgeBaseTest, AViewListsNoDocumentThatCameAfterIt) {
  auto kb = open();
  must(kb->add(document("a", "A baker counted loaves.")));
  must(kb->commit());
  const auto before = must(kb->view());
  must(kb->add(document("b", "A keeper counted storms.")));
  must(kb->commit());
  EXPECT_EQ(must(before->documents({})).total, 1U);
  EXPECT_EQ(before->document("b").error().code, base::Code::not_found);
  EXPECT_EQ(must(must(kb->view())->documents({})).total, 2U);
  must(kb->remove_document("a"));
  EXPECT_EQ(must(before->documents({})).total, 0U);
}

TEST_F(KnowledgeBaseTest, TheSameIdReplacesAndTheSameDocumentStays) {
  auto kb = open();
  must(kb->add(document("a", "The first wording.")));
  must(kb->commit());
  text::Analyzer analyzer;
  const auto again = document("a", "The first wording.");
  EXPECT_TRUE(kb->holds("a", document_hash(again)));
  EXPECT_EQ(must(kb->add_prepared(must(prepare(again, analyzer, kb->embedder())))), Added::unchanged);
  must(kb->add(document("a", "Another text.")));
  EXPECT_THAT(find(*kb, "wording"), ElementsAre("a")) << "before the commit nothing has changed";
  must(kb->commit());
  EXPECT_THAT(find(*kb, "wording"), IsEmpty());
  EXPECT_THAT(find(*kb, "another"), ElementsAre("a"));
  EXPECT_FALSE(kb->holds("a", document_hash(again)));
  EXPECT_EQ(must(kb->info()).documents, 1U);
  EXPECT_EQ(must(kb->info()).passages, 1U);
}

TEST_F(KnowledgeBaseTest, DeletionIsVisibleAtOnceInViewsTakenBefore) {
  auto kb = open();
  must(kb->add(document("a", "Red apples.")));
  must(kb->add(document("b", "Green apples.")));
  must(kb->commit());
  auto reader = open(reading());
  const auto view = must(kb->view());
  must(kb->remove_document("a"));
  EXPECT_THAT(find(*view, "apples"), ElementsAre("b"));
  const std::vector<core::PassageId> ids = {1, 2};
  EXPECT_EQ(must(view->passages(ids)).size(), 1U);
  EXPECT_EQ(view->sections(ids)[0].size, 0U);
  EXPECT_THAT(find(*reader, "apples"), ElementsAre("b"));
  EXPECT_EQ(kb->remove_document("a").error().code, base::Code::not_found);
}

TEST_F(KnowledgeBaseTest, ReopeningFindsEverythingFromMemtableAndSegments) {
  for (const std::size_t memtable : {20'000U, 7U}) {
    const int from = memtable == 7 ? 50 : 0;
    {
      auto kb = open(writing(memtable));
      add_many(*kb, 20, from);
      must(kb->commit());
      add_many(*kb, 20, from + 20);
      must(kb->commit());
      add_many(*kb, 3, from + 40);
      must(kb->commit());
    }
    auto kb = open(writing(memtable));
    for (int i = from; i < from + 43; ++i)
      EXPECT_THAT(find(*kb, "uniq" + std::to_string(i)), ElementsAre("d" + std::to_string(i)));
    EXPECT_THAT(must(kb->check()), IsEmpty());
  }
  EXPECT_FALSE(segment_files().empty());
}

TEST_F(KnowledgeBaseTest, ADocumentNotCommittedIsNotThereAfterReopening) {
  {
    auto kb = open(writing(2));
    add_many(*kb, 5);
    must(kb->commit());
    add_many(*kb, 5, 5);
  }
  auto kb = open();
  EXPECT_EQ(must(kb->info()).documents, 5U);
  EXPECT_THAT(find(*kb, "uniq7"), IsEmpty());
  add_many(*kb, 5, 5);
  must(kb->commit());
  EXPECT_THAT(find(*kb, "uniq7"), ElementsAre("d7"));
}

TEST_F(KnowledgeBaseTest, AReaderFollowsTheWriter) {
  auto kb = open(writing(4));
  auto reader = open(reading());
  EXPECT_EQ(must(reader->view())->passage_count(), 0U);
  for (int i = 0; i < 30; ++i) {
    add_many(*kb, 2, 2 * i);
    must(kb->commit());
    EXPECT_THAT(find(*reader, "uniq" + std::to_string(2 * i + 1)),
                ElementsAre("d" + std::to_string(2 * i + 1)));
  }
  must(kb->compact());
  EXPECT_THAT(find(*reader, "uniq3"), ElementsAre("d3"));
  EXPECT_EQ(must(reader->view())->passage_count(), 60U);
  EXPECT_EQ(reader->commit().error().code, base::Code::invalid_argument);
}

TEST_F(KnowledgeBaseTest, TheSecondWriterIsToldWhoTheFirstIs) {
  auto kb = open();
  const auto second = KnowledgeBase::open(folder_ / "kb", writing());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, base::Code::unavailable);
  EXPECT_THAT(second.error().message, HasSubstr("process " + std::to_string(::getpid())));
  EXPECT_FALSE(second.error().hint.empty());
}

TEST_F(KnowledgeBaseTest, AMissingOneIsNotFound) {
  EXPECT_EQ(KnowledgeBase::open(folder_ / "none", {}).error().code, base::Code::not_found);
  EXPECT_EQ(KnowledgeBase::open(folder_ / "none", reading()).error().code, base::Code::not_found);
}

TEST_F(KnowledgeBaseTest, DamagedAndMissingSegmentsAreMended) {
  {
    auto kb = open(writing(10));
    add_many(*kb, 40);
    must(kb->commit());
    must(kb->compact());
  }
  const auto damage = [this](bool remove) {
    for (const base::Path& file : segment_files()) {
      if (remove) {
        std::filesystem::remove(file);
        continue;
      }
      std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
      stream.seekg(static_cast<std::streamoff>(std::filesystem::file_size(file) / 2));
      const char byte = static_cast<char>(stream.get());
      stream.seekp(-1, std::ios::cur);
      stream.put(static_cast<char>(byte ^ 0x10));
    }
  };
  for (const bool remove : {false, true}) {
    damage(remove);
    {
      auto reader = open(reading());
      EXPECT_EQ(must(reader->check()).size(), 2U);
      EXPECT_THAT(find(*reader, "uniq17"), ElementsAre("d17")) << "a reader indexes in memory";
      EXPECT_EQ(nearest(*reader, words(17, 30), 1), std::vector<std::string>{"d17"});
    }
    auto kb = open();
    EXPECT_THAT(must(kb->check()), IsEmpty());
    EXPECT_THAT(find(*kb, "uniq17"), ElementsAre("d17"));
    EXPECT_EQ(nearest(*kb, words(17, 30), 1), std::vector<std::string>{"d17"});
    EXPECT_EQ(must(kb->info()).memtable_passages, 0U);
  }
}

TEST_F(KnowledgeBaseTest, FilesLeftOverFromAKilledProcessAreRemoved) {
  open();
  const base::Path orphan = folder_ / "kb" / "segments" / "lexical-00000042.seg";
  std::ofstream(orphan) << "half";
  open(reading());
  EXPECT_TRUE(std::filesystem::exists(orphan)) << "a reader removes nothing";
  open();
  EXPECT_FALSE(std::filesystem::exists(orphan));
}

TEST_F(KnowledgeBaseTest, AnotherAnalyserVersionIndexesAnew) {
  {
    auto kb = open(writing(10));
    add_many(*kb, 30);
    must(kb->commit());
  }
  {
    auto meta = must(Database::open(folder_ / "kb" / "meta.db", Database::Mode::read_write));
    must(meta.run("UPDATE settings SET value = '9999' WHERE key = 'analyzer'"));
  }
  const auto before = segment_files();
  EXPECT_THAT(find(*open(reading()), "uniq3"), ElementsAre("d3"));
  auto kb = open();
  EXPECT_NE(segment_files(), before);
  EXPECT_THAT(find(*kb, "uniq3"), ElementsAre("d3"));
  EXPECT_THAT(must(kb->check()), IsEmpty());
}

/// Words by their first letter.
class LetterEmbedder : public Embedder {
 public:
  std::string name() const override { return "letters"; }
  std::size_t dimension() const override { return 32; }
  base::Status embed(std::string_view utf8, float* out) const override {
    std::fill(out, out + dimension(), 0.0F);
    if (!utf8.empty()) out[static_cast<unsigned char>(utf8.front()) % dimension()] = 1;
    return {};
  }
};

TEST_F(KnowledgeBaseTest, AnotherEmbedderEmbedsAnew) {
  {
    auto kb = open(writing(3));
    for (const char* text : {"apple pie.", "boat trip.", "cold night.", "deep sea.", "early bird."})
      must(kb->add(document(text, text)));
    must(kb->commit());
  }
  OpenOptions options = writing(3), read = reading();
  options.embedder = read.embedder = std::make_shared<LetterEmbedder>();
  EXPECT_EQ(nearest(*open(read), "cow", 1), std::vector<std::string>{"cold night."});
  EXPECT_EQ(nearest(*open(options), "cow", 1), std::vector<std::string>{"cold night."});
  EXPECT_EQ(nearest(*open(options), "bow", 1), std::vector<std::string>{"boat trip."});
}

TEST_F(KnowledgeBaseTest, ADamagedMetaIsCorruptWithAHint) {
  {
    auto kb = open();
    add_many(*kb, 100);
    must(kb->commit());
  }
  std::ofstream(folder_ / "kb" / "meta.db", std::ios::binary) << std::string(40'000, 'x');
  for (const OpenOptions& options : {writing(), reading()}) {
    const auto kb = KnowledgeBase::open(folder_ / "kb", options);
    ASSERT_FALSE(kb);
    EXPECT_EQ(kb.error().code, base::Code::corrupt);
    EXPECT_FALSE(kb.error().hint.empty());
  }
}

TEST_F(KnowledgeBaseTest, InMemoryNeedsNoFolder) {
  OpenOptions options;
  options.in_memory = true;
  auto kb = must(KnowledgeBase::open({}, options));
  add_many(*kb, 10);
  must(kb->commit());
  EXPECT_THAT(find(*kb, "uniq4"), ElementsAre("d4"));
  must(kb->remove_document("d4"));
  EXPECT_THAT(find(*kb, "uniq4"), IsEmpty());
  const auto view = must(kb->view());
  kb.reset();
  EXPECT_THAT(find(*view, "uniq5"), ElementsAre("d5")) << "a view outlives its knowledge base";
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(KnowledgeBaseTest, CompactAndRebuildChangeNothingThatIsFound) {
  auto kb = open(writing(8));
  for (int round = 0; round < 12; ++round) {
    add_many(*kb, 10, 10 * round);
    must(kb->commit());
  }
  for (int i = 0; i < 120; i += 3) must(kb->remove_document("d" + std::to_string(i)));
  const auto before = contents(*kb);
  EXPECT_EQ(before.size(), 80U);
  must(kb->compact());
  EXPECT_EQ(must(kb->info()).lexical_segments, 1U);
  EXPECT_EQ(must(kb->info()).vector_segments, 1U);
  EXPECT_EQ(contents(*kb), before);
  EXPECT_EQ(must(kb->view())->lexical().passages(), 80U) << "deleted passages are merged away";
  EXPECT_THAT(find(*kb, "uniq50"), ElementsAre("d50"));
  must(kb->rebuild({}));
  EXPECT_THAT(find(*kb, "uniq50"), ElementsAre("d50"));
  EXPECT_THAT(find(*kb, "uniq51"), IsEmpty());
  kb.reset();
  kb = open();
  EXPECT_EQ(contents(*kb), before);
  EXPECT_THAT(must(kb->check()), IsEmpty());
  base::Cancellation cancelled;
  cancelled.cancel();
  EXPECT_EQ(kb->rebuild(cancelled).error().code, base::Code::cancelled);
  EXPECT_THAT(find(*kb, "uniq50"), ElementsAre("d50"));
}

TEST_F(KnowledgeBaseTest, BackgroundMergesKeepTheSegmentsFew) {
  auto kb = open(writing(1));
  for (int i = 0; i < 60; ++i) {
    add_many(*kb, 1, i);
    must(kb->commit());
  }
  for (int i = 0; i < 60; ++i)
    EXPECT_THAT(find(*kb, "uniq" + std::to_string(i)), ElementsAre("d" + std::to_string(i)));
  for (int wait = 0; wait < 2000 && must(kb->info()).lexical_segments > 10; ++wait)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_LE(must(kb->info()).lexical_segments, 10U);
  kb.reset();
  const auto info = must(open(reading())->info());  // a writer would go on merging
  EXPECT_EQ(segment_files().size(), info.lexical_segments + info.vector_segments) << "merged files are gone";
}

TEST_F(KnowledgeBaseTest, PassagesWithoutVectorsOrTermsDoNoHarm) {
  {
    auto kb = open(writing(1));
    const char* texts[] = {"源氏物語は平安時代の物語である。", "?!", "紫式部が書いた。",
                           "A sentence in English.", "..."};
    for (int i = 0; i < 5; ++i) {
      must(kb->add(document("t" + std::to_string(i), texts[i])));
      must(kb->commit());
    }
    EXPECT_THAT(find(*kb, "紫式部"), ElementsAre("t2"));
    EXPECT_EQ(nearest(*kb, "an English sentence", 5), std::vector<std::string>{"t3"});
    must(kb->remove_document("t3"));
    must(kb->compact());
    EXPECT_THAT(nearest(*kb, "an English sentence", 5), IsEmpty());
    must(kb->remove_document("t0"));
    must(kb->remove_document("t2"));
    must(kb->compact());
    must(kb->rebuild({}));
  }
  auto kb = open();
  EXPECT_THAT(must(kb->check()), IsEmpty());
  EXPECT_THAT(find(*kb, "紫式部"), IsEmpty());
  must(kb->add(document("t9", "紫式部はまた書いた。")));
  must(kb->commit());
  EXPECT_THAT(find(*kb, "紫式部"), ElementsAre("t9"));
}

TEST_F(KnowledgeBaseTest, MergingEndsWhenMostIsDeleted) {
  auto kb = open(writing(20));
  for (int round = 0; round < 3; ++round) {
    add_many(*kb, 20, 20 * round);
    must(kb->commit());
  }
  for (int i = 0; i < 60; ++i)
    if (i % 5 != 0) must(kb->remove_document("d" + std::to_string(i)));
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  kb.reset();
  // Three segments of each kind, each written anew at most a few times.
  EXPECT_LT(segment_files().back().string().substr(segment_files().back().string().find("vector-")),
            "vector-00000050");
  EXPECT_THAT(find(*open(), "uniq5"), ElementsAre("d5"));
}

TEST_F(KnowledgeBaseTest, AFileOwnsItsDocuments) {
  auto kb = open();
  KnownFile file;
  file.root = "/r";
  file.key = "f.jsonl";
  file.content_hash = "1";
  must(kb->begin_file(file));
  add_many(*kb, 3);
  must(kb->commit());
  EXPECT_EQ(must(kb->known_files("/r")).at(0).content_hash, "") << "begun, not ended";
  must(kb->begin_file(file));
  add_many(*kb, 2, 1);
  must(kb->end_file());
  must(kb->commit());
  EXPECT_EQ(must(kb->known_files("/r")).at(0).content_hash, "1");
  EXPECT_THAT(find(*kb, "uniq0"), IsEmpty()) << "the second time the file did not give it";
  EXPECT_THAT(find(*kb, "uniq1"), ElementsAre("d1"));
  must(kb->remove_file("/r", "f.jsonl"));
  must(kb->commit());
  EXPECT_EQ(must(kb->info()).documents, 0U);
  EXPECT_THAT(must(kb->known_files("/r")), IsEmpty());
  EXPECT_EQ(kb->end_file().error().code, base::Code::invalid_argument);
}

TEST_F(KnowledgeBaseTest, ReadersGoOnWhileAWriterWorks) {
  auto kb = open(writing(5));
  auto other = open(reading());
  add_many(*kb, 3);
  must(kb->commit());
  std::atomic<bool> stop = false;
  std::atomic<int> wrong = 0, searches = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&, i] {
      while (!stop) {
        const KnowledgeBase& source = i == 0 ? *other : *kb;
        if (find(source, "uniq1") != std::vector<std::string>{"d1"}) ++wrong;
        const std::vector<core::PassageId> ids = {1, 2, 3};
        if (must(source.view())->sections(ids)[1].size != 1) ++wrong;
        ++searches;
      }
    });
  }
  for (int i = 3; i < 60; ++i) {
    add_many(*kb, 1, i);
    if (i % 3 == 0) must(kb->commit());
    if (i % 10 == 0) must(kb->remove_document("d" + std::to_string(i - 1)));
  }
  must(kb->compact());
  while (searches < 20) std::this_thread::yield();
  stop = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace genkai::knowledge
