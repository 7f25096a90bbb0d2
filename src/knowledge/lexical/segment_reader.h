#pragma once
// A segment file in memory. Reading is safe on any bytes: what does not fit the format reads as an empty list
// or ends a list early; checksums tell damage from absence. Thread-safe.
//
//   PostingList list = reader.find("cat");
//   PostingCursor cursor(list, reader.span());

#include <memory>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"
#include "knowledge/lexical/block_codec.h"
#include "knowledge/lexical/lexical.h"
#include "knowledge/lexical/segment_format.h"

namespace genkai::knowledge::lexical {

/// The postings of one term in one segment, as bytes of the file.
struct PostingList {
  std::uint32_t count = 0;
  std::string_view bytes;
  /// Whether it has blocks (and fits its header); else all postings are variable-byte numbers.
  bool blocked() const { return count >= kBlockSize; }
  std::size_t blocks() const { return (count + kBlockSize - 1) / kBlockSize; }
  const char* metas() const { return bytes.data() + sizeof(ListHeader); }
  BlockMeta meta(std::size_t block) const { return load_at<BlockMeta>(metas() + block * sizeof(BlockMeta)); }
  std::uint32_t last(std::size_t block) const {
    return load_at<std::uint32_t>(metas() + block * sizeof(BlockMeta) + offsetof(BlockMeta, last));
  }
  std::string_view packed() const { return bytes.substr(sizeof(ListHeader) + blocks() * sizeof(BlockMeta)); }
  Competitive best() const { return load_at<ListHeader>(bytes.data()).best; }
};

class SegmentReader final : public LexicalSegment {
 public:
  static base::Result<std::shared_ptr<const SegmentReader>> open(const base::Path& path, bool verify);
  /// `bytes` must stay valid, be 2-byte aligned and are kept alive by `owner`; `name` is for messages.
  static base::Result<std::shared_ptr<const SegmentReader>> parse(std::string_view bytes,
                                                                  std::shared_ptr<const void> owner,
                                                                  const std::string& name, bool verify);

  PassageId first_id() const override { return footer_.first; }
  PassageId last_id() const override { return footer_.first + (footer_.span > 0 ? footer_.span - 1 : 0); }
  std::size_t passages() const override { return footer_.passages; }
  std::size_t bytes() const override { return bytes_; }

  std::uint32_t span() const { return footer_.span; }
  std::uint64_t tokens() const { return footer_.tokens; }
  /// span() numbers.
  const std::uint16_t* lengths() const { return lengths_; }
  /// An empty list when no passage holds the term.
  PostingList find(std::string_view term) const;

  /// Walks the terms in order.
  class Terms {
   public:
    explicit Terms(const SegmentReader& segment) : segment_(&segment), entries_(segment.dictionary_) {}
    /// False at the end and on damage.
    bool next();
    bool damaged() const { return damaged_; }
    const std::string& term() const { return term_; }
    const PostingList& list() const { return list_; }

   private:
    const SegmentReader* segment_;
    ByteReader entries_;
    std::uint64_t done_ = 0;
    std::uint64_t postings_ = 0;
    bool damaged_ = false;
    std::string term_, next_;
    PostingList list_;
  };

 private:
  SegmentReader() = default;
  std::string_view first_term(std::size_t block) const;
  PostingList list(std::uint64_t count, std::string_view bytes) const;

  std::shared_ptr<const void> owner_;
  std::size_t bytes_ = 0;
  Footer footer_;
  const std::uint16_t* lengths_ = nullptr;
  std::string_view postings_, dictionary_, index_;
  std::size_t term_blocks_ = 0;
};

}  // namespace genkai::knowledge::lexical
