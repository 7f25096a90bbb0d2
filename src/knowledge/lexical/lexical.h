#pragma once
// Lexical search: BM25 over immutable, memory-mapped, checksummed block-max segments and a memtable of recent
// passages. A LexicalIndex sees a fixed set of segments and one memtable; the store swaps sets as it merges.
//
//   SegmentBuilder builder;  builder.add(id, terms);  builder.write(path);
//   auto segment = LexicalSegment::open(path);
//   LexicalIndex index({segment}, memtable);
//   std::vector<Scored> top = index.search({{"term", 1.0F}}, 10, filter);

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "core/scored.h"

namespace genkai::knowledge {

using core::Deleted;
using core::PassageId;
using core::Scored;

/// BM25 (Robertson and Zaragoza 2009, eq. 3.15; idf = ln(1 + (N - n + 0.5) / (n + 0.5)) as Lucene). N, n and
/// the mean length are those of the whole index (all segments and the memtable, deleted passages included
/// until merged away). A passage without terms does not count as one. Frequencies and lengths above 65535
/// count as 65535. Within a query, scores are whole multiples of a power of two, about 2^-24 of the greatest
/// possible score: so a score is the same in whatever order and from whichever segment its parts were summed.
/// The defaults were chosen on half of the articles of JaQuAD and XQuAD, passages of 64 to 128 tokens.
struct Bm25 {
  float k1 = 0.5F;
  float b = 0.75F;
};

struct QueryTerm {
  std::string term;
  float weight = 1.0F;  // terms with a weight that is not above 0 or not finite are left out
};

class LexicalSegment;
namespace lexical {
class SegmentReader;
}

/// Collects passages and writes one segment. Not thread-safe. REQUIRES: ids increase and lie within 2^28 of
/// the first; an id that does not is left out and write() fails with invalid_argument.
class SegmentBuilder {
 public:
  SegmentBuilder();
  ~SegmentBuilder();
  SegmentBuilder(SegmentBuilder&&) noexcept;
  /// `terms` in any order, repeats counted.
  void add(PassageId id, std::span<const std::string> terms);
  std::size_t passages() const;
  std::size_t memory_bytes() const;
  /// Durable and atomic; the file carries a version byte, its id range and checksums
  /// (docs/formats/lexical-segment.md).
  base::Status write(const base::Path& path) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Merges segments of increasing, not overlapping id ranges into one, leaving out deleted passages. `deleted`
/// is asked once for each passage before anything is written.
base::Status merge_segments(std::span<const std::shared_ptr<const LexicalSegment>> segments,
                            const Deleted& deleted, const base::Path& path);

/// A segment on disk, memory-mapped. Thread-safe.
class LexicalSegment {
 public:
  /// Checks header, sizes and checksum of everything (`verify` false skips the checksum of the postings, not
  /// of the header and dictionary); damage is `corrupt`.
  static base::Result<std::shared_ptr<const LexicalSegment>> open(const base::Path& path, bool verify = true);
  virtual ~LexicalSegment() = default;
  virtual PassageId first_id() const = 0;
  virtual PassageId last_id() const = 0;
  virtual std::size_t passages() const = 0;
  virtual std::size_t bytes() const = 0;

 private:
  friend class lexical::SegmentReader;
  LexicalSegment() = default;
};

/// Recent passages in memory. One writer, many readers. add() makes a passage visible to searches at once.
/// REQUIRES: as SegmentBuilder.
class Memtable {
 public:
  Memtable();
  ~Memtable();
  void add(PassageId id, std::span<const std::string> terms);
  std::size_t passages() const;
  std::size_t memory_bytes() const;
  /// The same passages as a segment file.
  base::Status write(const base::Path& path) const;

  struct State;

 private:
  friend class LexicalIndex;
  std::unique_ptr<State> state_;
};

/// Term frequencies of chosen passages: row i belongs to ids[i], column j to terms[j].
struct Frequencies {
  std::size_t columns = 0;
  std::vector<std::uint16_t> counts;   // ids.size() x terms.size()
  std::vector<std::uint32_t> lengths;  // terms in each passage, 0 for an unknown id
  std::vector<float> idf;              // of each term, 0 for a term that nothing holds
  float mean_length = 0;
  std::uint16_t at(std::size_t row, std::size_t column) const { return counts[row * columns + column]; }
};

/// An immutable view of segments plus a (growing) memtable. Thread-safe; cheap to make.
class LexicalIndex {
 public:
  LexicalIndex(std::vector<std::shared_ptr<const LexicalSegment>> segments,
               std::shared_ptr<const Memtable> memtable, Bm25 parameters = {});
  ~LexicalIndex();

  /// The k best passages for the sum over terms (repeats in `query` add their weights), best first, ties by
  /// lower id. Block-max MaxScore (Turtle and Flood 1995; Ding and Suel 2011); equal to search_exhaustive.
  std::vector<Scored> search(std::span<const QueryTerm> query, std::size_t k, const Deleted& deleted) const;
  /// The reference: scores every posting. Slow; for tests.
  std::vector<Scored> search_exhaustive(std::span<const QueryTerm> query, std::size_t k,
                                        const Deleted& deleted) const;
  /// REQUIRES: `ids` increasing.
  Frequencies frequencies(std::span<const std::string> terms, std::span<const PassageId> ids) const;
  std::size_t passages() const;
  /// idf of one term; 0 when no passage holds it.
  float idf(std::string_view term) const;

 private:
  std::vector<std::shared_ptr<const LexicalSegment>> segments_;
  std::shared_ptr<const Memtable> memtable_;
  Bm25 parameters_;
};

}  // namespace genkai::knowledge
