#pragma once
// The bytes of a vector segment (docs/formats/vector-segment.md), checked and read in place.

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "knowledge/vector/kernels.h"
#include "knowledge/vector/rows.h"

namespace genkai::knowledge {

/// The first 64 bytes, little-endian.
struct SegmentHeader {
  char magic[7];
  std::uint8_t version;
  std::uint32_t dimension;
  std::uint32_t lists;   // 0: flat
  std::uint32_t blocks;  // blocks of all lists
  std::uint32_t count;   // vectors, at least 0
  std::uint32_t first_id, last_id;
  std::uint32_t zero;
  std::uint64_t file_bytes;
  std::uint64_t zeros[2];
};
static_assert(sizeof(SegmentHeader) == 64);

inline constexpr char kSegmentMagic[] = "GKVECTR";
inline constexpr std::uint8_t kSegmentVersion = 1;
inline constexpr std::size_t kMaxDimension = 4096;

/// Where each section begins; sections are padded to 64 bytes. A function of the header alone.
struct SegmentLayout {
  std::uint64_t ids, scales, codes, centroid_scales, centroid_codes, list_blocks, list_sizes, blocks,
      checksum, end;
  std::uint64_t block_bytes;
  explicit SegmentLayout(const SegmentHeader& header);
};

/// The checksum of a file's bytes before it: XXH3 over pieces of 1 MiB, each seeded by the one before.
class ChainedHash {
 public:
  static constexpr std::size_t kPiece = std::size_t{1} << 20;
  /// REQUIRES: every piece but the last has kPiece bytes.
  void add(std::string_view piece);
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0;
};

class Segment final : public VectorSegment {
 public:
  /// Checks everything that a later read relies on, so that hostile bytes give `corrupt` and never a wild
  /// read; with `verify` also the checksum. `bytes` must be aligned to 64, live as long as the object and is
  /// kept by `owner`.
  static base::Result<std::shared_ptr<const Segment>> open(std::string_view bytes,
                                                           std::shared_ptr<const void> owner, bool verify,
                                                           const std::string& name);

  PassageId first_id() const override { return header_.first_id; }
  PassageId last_id() const override { return header_.last_id; }
  std::size_t size() const override { return header_.count; }
  std::size_t bytes() const override { return header_.file_bytes; }
  std::size_t dimension() const override { return header_.dimension; }

  std::size_t stride() const { return row_stride(header_.dimension); }
  std::size_t lists() const { return header_.lists; }
  const PassageId* ids() const { return at<PassageId>(layout_.ids); }
  const float* scales() const { return at<float>(layout_.scales); }
  const std::int8_t* codes() const { return at<std::int8_t>(layout_.codes); }
  Row row(std::size_t i) const { return {ids()[i], scales()[i], codes() + i * stride()}; }
  const float* centroid_scales() const { return at<float>(layout_.centroid_scales); }
  const std::int8_t* centroid_codes() const { return at<std::int8_t>(layout_.centroid_codes); }
  /// 1 / length of each centroid, 0 for one without length.
  const std::vector<float>& centroid_inverse() const { return centroid_inverse_; }
  std::size_t block_bytes() const { return layout_.block_bytes; }

  /// One inverted list: its blocks, the last of which is only partly filled.
  struct List {
    const std::uint8_t* blocks;
    std::size_t size;
  };
  List list(std::size_t i) const {
    return {
        at<std::uint8_t>(layout_.blocks) + at<std::uint32_t>(layout_.list_blocks)[i] * layout_.block_bytes,
        at<std::uint32_t>(layout_.list_sizes)[i]};
  }

  /// The row of the first id not below `id`, looked for from row `from` on; size() when there is none.
  std::size_t lower_bound(PassageId id, std::size_t from) const;

 private:
  Segment(std::string_view bytes, std::shared_ptr<const void> owner, const SegmentHeader& header);
  base::Status check(const std::string& name) const;
  void measure_centroids();
  template <class T>
  const T* at(std::uint64_t offset) const {
    return reinterpret_cast<const T*>(bytes_.data() + offset);
  }

  std::string_view bytes_;
  std::shared_ptr<const void> owner_;
  SegmentHeader header_;
  SegmentLayout layout_;
  std::vector<float> centroid_inverse_;
};

}  // namespace genkai::knowledge
