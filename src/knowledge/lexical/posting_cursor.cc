#include "knowledge/lexical/posting_cursor.h"

#include <algorithm>

#include "knowledge/lexical/block_kernels.h"

namespace genkai::knowledge::lexical {

PostingCursor::PostingCursor(PostingList list, std::uint32_t span)
    : list_(list),
      span_(span),
      blocks_(list.blocked()   ? list.blocks()
              : list.count > 0 ? 1
                               : 0) {
  if (list_.blocked()) packed_ = list_.packed();
  go_to(0);
}

void PostingCursor::go_to(std::size_t block) {
  block_ = block;
  size_ = 0;
  have_frequencies_ = false;
  // A short list counts as one block that reaches to the end of the segment.
  last_ = block >= blocks_ ? kEnd : list_.blocked() ? list_.last(block) : span_ - 1;
}

void PostingCursor::seek_block(std::uint32_t document) {
  if (last_ >= document || at_end()) return;
  // Gallop, then halve.
  std::size_t step = 1, low = block_ + 1, high = low;
  while (high < blocks_ && list_.last(high) < document) {
    low = high + 1;
    high += step;
    step *= 2;
  }
  high = std::min(high, blocks_);
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (list_.last(middle) < document) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  go_to(low);
}

void PostingCursor::read_variable(std::string_view bytes, std::uint32_t before, std::uint32_t limit,
                                  std::size_t count) {
  size_ = static_cast<std::uint32_t>(read_postings(bytes, before, limit, count, documents_, frequencies_));
  std::fill(documents_ + size_, documents_ + kBlockSize, kEnd);
  std::fill(frequencies_ + size_, frequencies_ + kBlockSize, 1U);
  have_frequencies_ = true;
}

bool PostingCursor::load() {
  if (size_ > 0) return true;
  if (at_end()) return false;
  if (!list_.blocked()) {
    read_variable(list_.bytes, ~0U, span_, list_.count);
  } else {
    const BlockMeta meta = list_.meta(block_);
    const std::uint32_t before = block_ > 0 ? list_.last(block_ - 1) : ~0U;
    const std::size_t at = std::size_t{meta.offset} * 16;
    const std::size_t count = std::min(kBlockSize, list_.count - block_ * kBlockSize);
    if (at <= packed_.size() && meta.last < span_) {
      if (count < kBlockSize) {
        read_variable(packed_.substr(at), before, meta.last + 1, count);
      } else if (meta.doc_bits <= 32 && meta.frequency_bits <= 16 &&
                 packed_bytes(meta.doc_bits + meta.frequency_bits) <= packed_.size() - at) {
        unpack_docs(packed_.data() + at, meta.doc_bits, before, meta.last, documents_);
        packed_frequencies_ = packed_.data() + at + packed_bytes(meta.doc_bits);
        frequency_bits_ = meta.frequency_bits;
        size_ = kBlockSize;
      }
    }
  }
  if (size_ == 0) go_to(blocks_);
  return size_ > 0;
}

std::span<const std::uint32_t> PostingCursor::frequencies() {
  if (!have_frequencies_) {
    unpack(packed_frequencies_, frequency_bits_, frequencies_);
    for (std::uint32_t& f : frequencies_) ++f;
    have_frequencies_ = true;
  }
  return {frequencies_, size_};
}

std::size_t PostingCursor::count_below(std::uint32_t document) const {
  return lexical::count_below(documents_, document);
}

std::uint32_t PostingCursor::frequency_of(std::uint32_t document) {
  seek_block(document);
  if (!load()) return 0;
  const std::size_t index = count_below(document);
  if (index >= size_ || documents_[index] != document) return 0;
  return have_frequencies_ ? frequencies_[index]
                           : unpack_one(packed_frequencies_, frequency_bits_, index) + 1;
}

}  // namespace genkai::knowledge::lexical
