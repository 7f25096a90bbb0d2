#pragma once
// Dense search: immutable, memory-mapped, checksummed segments of inverted lists with 1-bit codes and int8
// vectors, flat scan below 200,000 vectors, and a memtable of recent ones.
//
//   VectorBuilder builder(256);  builder.add(id, vector);  builder.write(path);
//   auto segment = VectorSegment::open(path);
//   VectorIndex index({segment}, memtable);
//   std::vector<Scored> nearest = index.search(query, 50, deleted);

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "core/scored.h"

namespace genkai::knowledge {

using core::Deleted;
using core::PassageId;
using core::Scored;

/// A vector as int8 with one scale: value = scale * code. What meta.db stores and segments hold. All-zero or
/// not finite input gives scale 0.
struct QuantisedVector {
  float scale = 0;
  std::vector<std::int8_t> codes;
};
QuantisedVector quantise(std::span<const float> vector);

/// Collects vectors and writes one segment. Ids in increasing order. Not thread-safe. All-zero vectors are
/// not stored and cost nothing. 1 to 4,096 dimensions.
class VectorBuilder {
 public:
  explicit VectorBuilder(std::size_t dimension);
  ~VectorBuilder();
  /// A vector of another dimension or an id out of order is not taken, and write() then fails as
  /// invalid_argument.
  void add(PassageId id, const QuantisedVector& vector);
  /// Vectors stored so far.
  std::size_t size() const;
  /// Durable and atomic; below `flat_below` vectors a flat segment, else inverted lists (k-means seeded, so
  /// the same vectors give the same bytes). `threads` 0: one a core.
  base::Status write(const base::Path& path, std::size_t threads = 0, std::size_t flat_below = 200'000) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

class VectorSegment {
 public:
  /// Maps the file. Damage is `corrupt`: everything that a search relies on is checked, with `verify` also
  /// the checksum of all bytes. A newer format is `unsupported`.
  static base::Result<std::shared_ptr<const VectorSegment>> open(const base::Path& path, bool verify = true);
  virtual ~VectorSegment() = default;
  virtual PassageId first_id() const = 0;
  virtual PassageId last_id() const = 0;
  virtual std::size_t size() const = 0;
  virtual std::size_t bytes() const = 0;
  virtual std::size_t dimension() const = 0;
};

/// Merges segments of one dimension into one, leaving out deleted ids; inverted lists are learnt anew. Of an
/// id that several segments hold, the last one's vector stays. An empty result is a valid segment of size 0.
base::Status merge_segments(std::span<const std::shared_ptr<const VectorSegment>> segments,
                            const Deleted& deleted, const base::Path& path, std::size_t threads = 0,
                            std::size_t flat_below = 200'000);

/// Recent vectors in memory, scanned flat. One writer, many readers, without locks. Takes what VectorBuilder
/// takes.
class VectorMemtable {
 public:
  explicit VectorMemtable(std::size_t dimension);
  ~VectorMemtable();
  void add(PassageId id, const QuantisedVector& vector);
  std::size_t size() const;
  base::Status write(const base::Path& path) const;

 private:
  friend class VectorIndex;
  struct State;
  std::unique_ptr<State> state_;
};

struct VectorSearchOptions {
  std::size_t probes = 0;  // inverted lists visited; 0 chooses for recall@10 >= .98
  std::size_t rerank = 0;  // candidates by 1-bit code that are scored again by int8; 0 chooses
};

/// An immutable view. Thread-safe; cheap to make.
class VectorIndex {
 public:
  VectorIndex(std::vector<std::shared_ptr<const VectorSegment>> segments,
              std::shared_ptr<const VectorMemtable> memtable);
  ~VectorIndex();
  /// The k nearest by inner product with the float query (asymmetric), best first, ties by lower id. Deleted
  /// ids are passed over during the search, so k live ones come back where there are that many. Empty for an
  /// all-zero query and for segments of another dimension.
  std::vector<Scored> search(std::span<const float> query, std::size_t k, const Deleted& deleted,
                             const VectorSearchOptions& options = {}) const;
  /// Inner product of the query with each of `ids` (increasing); 0 for ids it does not hold.
  std::vector<float> similarities(std::span<const float> query, std::span<const PassageId> ids) const;
  std::size_t size() const;

 private:
  std::vector<std::shared_ptr<const VectorSegment>> segments_;
  std::shared_ptr<const VectorMemtable> memtable_;
};

}  // namespace genkai::knowledge
