#include <gtest/gtest.h>

#include <array>
#include <limits>

#include "knowledge/lexical/block_codec.h"
#include "knowledge/lexical/scoring.h"
#include "knowledge/lexical/segment_reader.h"
#include "knowledge/lexical/test_corpus.h"

namespace genkai::knowledge::lexical {
namespace {

TEST(BlockCodec, PacksEveryWidth) {
  base::Rng rng(1);
  for (unsigned bits = 0; bits <= 32; ++bits) {
    std::array<std::uint32_t, kBlockSize> values, read;
    for (auto& v : values) v = static_cast<std::uint32_t>(rng() & ((std::uint64_t{1} << bits) - 1));
    std::string packed(packed_bytes(bits), '\0');
    pack(values.data(), bits, packed.data());
    unpack(packed.data(), bits, read.data());
    EXPECT_EQ(read, values) << bits;
    for (std::size_t i = 0; i < kBlockSize; ++i) EXPECT_EQ(unpack_one(packed.data(), bits, i), values[i]);
  }
}

TEST(BlockCodec, RestoresDocumentsAndStaysBelowTheLast) {
  base::Rng rng(2);
  std::array<std::uint32_t, kBlockSize> gaps, docs;
  for (auto& g : gaps) g = static_cast<std::uint32_t>(rng.below(1 << 9));
  std::string packed(packed_bytes(9), '\0');
  pack(gaps.data(), 9, packed.data());
  unpack_docs(packed.data(), 9, ~0U, 1 << 20, docs.data());
  std::uint32_t expected = ~0U;
  for (std::size_t i = 0; i < kBlockSize; ++i) EXPECT_EQ(docs[i], expected += gaps[i] + 1);
  const std::string damaged(packed_bytes(31), '\xff');
  unpack_docs(damaged.data(), 31, 5, 1000, docs.data());
  for (const std::uint32_t d : docs) EXPECT_LE(d, 1000U);
}

TEST(BlockCodec, CodesRoundTheSafeWay) {
  for (std::uint32_t n = 0; n <= kMaxFrequency; ++n) {
    ASSERT_LE(length_floor(length_code(n)), n);
    ASSERT_GE(length_floor(length_code(n)) * 17, n * 16);
    ASSERT_GE(frequency_ceiling(frequency_code(n)), n);
    ASSERT_LE(length_code(n), length_code(n + (n < kMaxFrequency ? 1 : 0)));
  }
}

TEST(BlockCodec, ShortListsStopAtDamage) {
  std::string bytes;
  append_postings(bytes, ~0U, std::array<std::uint32_t, 3>{0, 7, 4000},
                  std::array<std::uint32_t, 3>{1, 65535, 2});
  std::array<std::uint32_t, 3> docs{}, counts{};
  EXPECT_EQ(read_postings(bytes, ~0U, 4001, 3, docs.data(), counts.data()), 3U);
  EXPECT_EQ(docs, (std::array<std::uint32_t, 3>{0, 7, 4000}));
  EXPECT_EQ(counts, (std::array<std::uint32_t, 3>{1, 65535, 2}));
  EXPECT_EQ(read_postings(bytes, ~0U, 4000, 3, docs.data(), counts.data()), 2U);
  EXPECT_EQ(read_postings(std::string_view(bytes).substr(0, bytes.size() - 1), ~0U, 4001, 3, docs.data(),
                          counts.data()),
            2U);
}

TEST(Scoring, BoundsAreNeverBelowAPart) {
  base::Rng rng(3);
  for (int i = 0; i < 200000; ++i) {
    const auto length = static_cast<std::uint32_t>(1 + rng.below(rng.below(2) == 0 ? 200 : 65535));
    const auto frequency = static_cast<std::uint32_t>(1 + rng.below(rng.below(2) == 0 ? 8 : 65535));
    const Norm norm({static_cast<float>(rng.uniform() * 3), static_cast<float>(rng.uniform())},
                    static_cast<float>(1 + 500 * rng.uniform()));
    const auto weight = static_cast<float>(rng.uniform()) * kMaxTotal;
    Competitive best;
    best.frequency.fill(frequency_code(frequency));
    best.length.fill(length_code(length));
    ASSERT_GE(bound(weight, best, norm),
              part(weight, static_cast<float>(frequency), norm(static_cast<float>(length))));
  }
}

class SegmentTest : public FolderTest {
 protected:
  base::Path path_;
  void SetUp() override {
    FolderTest::SetUp();
    path_ = folder_ / "0-600";
    ASSERT_NE(segment(0, 600), nullptr);
  }
  base::Code code_of(std::string_view bytes) {
    EXPECT_TRUE(base::write_file_atomically(folder_ / "changed", bytes));
    const auto opened = LexicalSegment::open(folder_ / "changed");
    return opened ? base::Code::internal : opened.error().code;
  }
};

TEST_F(SegmentTest, EveryFlippedByteIsNoticed) {
  const std::string bytes = base::read_file(path_).value();
  const auto file = base::MappedFile::open(path_).value();
  auto copy = std::make_shared<std::string>(bytes);
  for (std::size_t at = 0; at < bytes.size(); at += at < 200 || at + 300 > bytes.size() ? 1 : 37) {
    (*copy)[at] = static_cast<char>(bytes[at] ^ (1 << (at % 8)));
    const auto opened = SegmentReader::parse(*copy, copy, "copy", true);
    ASSERT_FALSE(opened) << at;
    EXPECT_TRUE(opened.error().code == base::Code::corrupt || at == kVersionByte) << at;
    (*copy)[at] = bytes[at];
  }
  ASSERT_TRUE(SegmentReader::parse(*copy, copy, "copy", true));
}

TEST_F(SegmentTest, TruncatedAndExtendedFilesAreNoticed) {
  const std::string bytes = base::read_file(path_).value();
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{16}, std::size_t{119},
                                 std::size_t{120}, bytes.size() / 2, bytes.size() - 16, bytes.size() - 1})
    EXPECT_EQ(code_of(bytes.substr(0, size)), base::Code::corrupt) << size;
  EXPECT_EQ(code_of(bytes + "x"), base::Code::corrupt);
  EXPECT_EQ(code_of(bytes + std::string(16, '\0')), base::Code::corrupt);
  EXPECT_EQ(code_of(bytes), base::Code::internal);
}

TEST_F(SegmentTest, AnotherVersionIsUnsupportedNotDamage) {
  std::string bytes = base::read_file(path_).value();
  bytes[kVersionByte] = 2;
  EXPECT_EQ(code_of(bytes), base::Code::unsupported);
  EXPECT_EQ(LexicalSegment::open(folder_ / "missing").error().code, base::Code::not_found);
}

TEST_F(SegmentTest, UnverifiedOpenStillChecksTheDictionary) {
  std::string bytes = base::read_file(path_).value();
  const Footer footer = load_at<Footer>(bytes.data() + bytes.size() - sizeof(Footer));
  const std::size_t postings = kHeader.size() + footer.sizes[kLengths];
  const auto opens = [&](std::size_t at) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 4);
    EXPECT_TRUE(base::write_file_atomically(folder_ / "changed", changed));
    return LexicalSegment::open(folder_ / "changed", false).has_value();
  };
  EXPECT_TRUE(opens(postings + footer.sizes[kPostings] / 2));
  EXPECT_FALSE(opens(postings + footer.sizes[kPostings] + footer.sizes[kDictionary] / 2));
  EXPECT_FALSE(opens(bytes.size() - sizeof(Footer) + 1));
}

TEST_F(SegmentTest, TermsComeInOrderAndAreAllFound) {
  const auto reader = SegmentReader::open(path_, true).value();
  SegmentReader::Terms terms(*reader);
  std::string before;
  std::size_t count = 0;
  for (; terms.next(); ++count) {
    EXPECT_LT(before, terms.term());
    before = terms.term();
    const PostingList list = reader->find(before);
    EXPECT_EQ(list.count, terms.list().count);
    EXPECT_EQ(list.bytes.data(), terms.list().bytes.data());
    EXPECT_EQ(reader->find(before + "x").count, 0U);
    EXPECT_EQ(reader->find(before.substr(0, before.size() - 1) + "/").count, 0U);
  }
  EXPECT_FALSE(terms.damaged());
  EXPECT_GT(count, 3000U);
  EXPECT_EQ(reader->find("").count, 0U);
  EXPECT_EQ(reader->find("zzz").count, 0U);
}

TEST_F(SegmentTest, FailedWriteLeavesNothing) {
  SegmentBuilder builder;
  builder.add(1, passage_terms(1));
  const auto status = builder.write(folder_ / "no such folder" / "s");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, base::Code::not_found);
}

}  // namespace
}  // namespace genkai::knowledge::lexical
