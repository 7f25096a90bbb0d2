#pragma once
// Walks one posting list of a segment, block by block.
//
//   PostingCursor cursor(reader.find("cat"), reader.span());
//   while (cursor.load()) { use cursor.documents(), cursor.frequencies(); cursor.next_block(); }

#include <cstdint>
#include <span>

#include "knowledge/lexical/segment_reader.h"

namespace genkai::knowledge::lexical {

class PostingCursor {
 public:
  static constexpr std::uint32_t kEnd = ~std::uint32_t{0};

  /// `span` is that of the segment: documents read are below it.
  PostingCursor(PostingList list, std::uint32_t span);

  /// Whether a block is there; decodes its documents when they are not yet.
  bool load();
  void next_block() { go_to(block_ + 1); }
  /// Goes forward to the block that may hold `document`, by its last document. Does not decode.
  void seek_block(std::uint32_t document);
  bool at_end() const { return block_ >= blocks_; }
  std::size_t block() const { return block_; }
  std::size_t blocks() const { return blocks_; }
  /// Last document of the current block; kEnd past the last block.
  std::uint32_t block_last() const { return last_; }
  /// Competitive pairs of the current block. REQUIRES: blocked list, not at_end().
  Competitive block_best() const { return list_.meta(block_).best; }
  const PostingList& list() const { return list_; }

  /// REQUIRES: load() was true.
  std::span<const std::uint32_t> documents() const { return {documents_, size_}; }
  /// How many of them are below `document`. REQUIRES: load() was true.
  std::size_t count_below(std::uint32_t document) const;
  /// Decodes the frequencies when they are not yet. REQUIRES: load() was true.
  std::span<const std::uint32_t> frequencies();
  /// The frequency in `document`, 0 when it is not in the list. REQUIRES: calls with increasing documents.
  std::uint32_t frequency_of(std::uint32_t document);

 private:
  void go_to(std::size_t block);
  void read_variable(std::string_view bytes, std::uint32_t before, std::uint32_t limit, std::size_t count);

  PostingList list_;
  std::string_view packed_;
  std::uint32_t span_;
  std::size_t blocks_;
  std::size_t block_ = 0;
  std::uint32_t last_ = kEnd;
  std::uint32_t size_ = 0;  // postings decoded of this block, 0 when none
  bool have_frequencies_ = false;
  const char* packed_frequencies_ = nullptr;
  unsigned frequency_bits_ = 0;
  // Past size_, documents are kEnd and frequencies 1.
  alignas(32) std::uint32_t documents_[kBlockSize];
  alignas(32) std::uint32_t frequencies_[kBlockSize];
};

}  // namespace genkai::knowledge::lexical
