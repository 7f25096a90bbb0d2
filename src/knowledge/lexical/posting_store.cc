#include "knowledge/lexical/posting_store.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <utility>

#include "base/hash.h"
#include "knowledge/lexical/block_codec.h"
#include "knowledge/lexical/segment_format.h"
#include "knowledge/lexical/segment_writer.h"

namespace genkai::knowledge::lexical {
namespace {

constexpr std::size_t kArenaBlock = std::size_t{1} << 20;
constexpr std::size_t kFirstSlice = 16;
constexpr std::size_t kLargestSlice = 4096;

std::uint32_t hash_of(std::string_view term) {
  return static_cast<std::uint32_t>(base::hash64(term));
}

}  // namespace

char* Arena::allocate(std::size_t size) {
  size = (size + 7) / 8 * 8;
  if (size > left_) {
    left_ = std::max(size, kArenaBlock);
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(left_));
    bytes_ += left_;
    next_ = blocks_.back().get();
  }
  left_ -= size;
  return std::exchange(next_, next_ + size);
}

PostingStore::PostingStore() : slots_(1024) {}

void PostingStore::add(core::PassageId id, std::span<const std::string> terms) {
  if (lengths_.empty()) {
    first_ = id;
  } else if (id < first_ || id - first_ < lengths_.size() || id - first_ >= kMaxSpan) {
    in_order_ = false;
    return;
  }
  const std::uint32_t document = id - first_;
  lengths_.resize(document + 1, 0);
  lengths_.back() = static_cast<std::uint16_t>(std::min<std::size_t>(terms.size(), kMaxFrequency));
  tokens_ += lengths_.back();
  passages_ += terms.empty() ? 0 : 1;
  hashes_.resize(terms.size());
  for (std::size_t i = 0; i < terms.size(); ++i) {
    hashes_[i] = hash_of(terms[i]);
    __builtin_prefetch(&slots_[hashes_[i] & (slots_.size() - 1)]);
  }
  for (std::size_t i = 0; i < terms.size(); ++i) {
    Term& term = find_or_add(terms[i], hashes_[i]);
    if (term.pending_count > 0 && term.pending == document) {
      ++term.pending_count;
      continue;
    }
    if (term.pending_count > 0) flush(term);
    term.pending = document;
    term.pending_count = 1;
    ++term.count;
  }
}

PostingStore::Term& PostingStore::find_or_add(std::string_view text, std::uint32_t hash) {
  for (std::size_t mask = slots_.size() - 1, at = hash & mask;; at = (at + 1) & mask) {
    if (slots_[at] == 0) {
      slots_[at] = static_cast<std::uint32_t>(terms_.size() + 1);
      Term& term = terms_.emplace_back();
      char* copy = arena_.allocate(text.size());
      std::copy(text.begin(), text.end(), copy);
      term.text = copy;
      term.text_size = static_cast<std::uint32_t>(text.size());
      term.hash = hash;
      if (terms_.size() * 2 > slots_.size()) grow();
      return terms_.back();
    }
    Term& term = terms_[slots_[at] - 1];
    if (term.hash == hash && term.view() == text) return term;
  }
}

const PostingStore::Term* PostingStore::find(std::string_view text) const {
  const std::uint32_t hash = hash_of(text);
  for (std::size_t mask = slots_.size() - 1, at = hash & mask; slots_[at] != 0; at = (at + 1) & mask) {
    const Term& term = terms_[slots_[at] - 1];
    if (term.hash == hash && term.view() == text) return &term;
  }
  return nullptr;
}

void PostingStore::grow() {
  slots_.assign(slots_.size() * 2, 0);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    std::size_t at = terms_[i].hash & mask;
    while (slots_[at] != 0) at = (at + 1) & mask;
    slots_[at] = static_cast<std::uint32_t>(i + 1);
  }
}

void PostingStore::flush(Term& term) {
  const std::uint64_t gap = term.pending - term.written - 1;
  const std::uint32_t frequency = std::min<std::uint32_t>(term.pending_count, kMaxFrequency);
  put(term, gap << 1 | (frequency > 1 ? 1 : 0));
  if (frequency > 1) put(term, frequency - 2);
  term.written = term.pending;
}

void PostingStore::put(Term& term, std::uint64_t value) {
  for (bool more = true; more; value >>= 7) {
    more = value >= 128;
    if (term.write == term.end) {
      // Slices grow with the list, so that little is wasted on short lists and long ones have short chains.
      const std::size_t size =
          std::clamp<std::size_t>(std::size_t{term.count} * 2, kFirstSlice, kLargestSlice);
      char* slice = arena_.allocate(size + sizeof(char*));
      if (term.head == nullptr) {
        term.head = slice;
      } else {
        std::memcpy(term.end, &slice, sizeof slice);
      }
      std::memcpy(slice, &size, sizeof size);
      term.write = slice + sizeof size;
      term.end = slice + size;
    }
    *term.write++ = static_cast<char>(value | (more ? 128 : 0));
  }
}

void PostingStore::read(const Term& term, std::vector<std::uint32_t>& documents,
                        std::vector<std::uint32_t>& frequencies) const {
  std::uint32_t left = term.count - 1, next = 0;
  const char* at = term.head;
  const char* end = nullptr;
  const auto open = [&](const char* slice) {
    end = slice + load_at<std::size_t>(slice);
    at = slice + sizeof(std::size_t);
  };
  if (left > 0) open(term.head);
  const auto varint = [&] {
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      if (at == end) open(load_at<const char*>(end));
      const auto byte = static_cast<unsigned char>(*at++);
      value |= std::uint64_t{byte & 127U} << shift;
      if (byte < 128) return value;
    }
  };
  documents.reserve(documents.size() + term.count);
  frequencies.reserve(frequencies.size() + term.count);
  for (; left > 0; --left) {
    const std::uint64_t head = varint();
    next += static_cast<std::uint32_t>(head >> 1);
    documents.push_back(next++);
    frequencies.push_back((head & 1) != 0 ? static_cast<std::uint32_t>(varint()) + 2 : 1);
  }
  documents.push_back(term.pending);
  frequencies.push_back(std::min<std::uint32_t>(term.pending_count, kMaxFrequency));
}

std::size_t PostingStore::memory_bytes() const {
  return arena_.bytes() + terms_.capacity() * sizeof(Term) + slots_.capacity() * sizeof(std::uint32_t) +
         lengths_.capacity() * sizeof(std::uint16_t);
}

base::Status PostingStore::write(const base::Path& path) const {
  if (!in_order_)
    return base::fail(base::Code::invalid_argument,
                      "passages for " + path.string() + " were not added in increasing order of their ids",
                      "add each passage once, by increasing id, at most 2^28 ids apart");
  std::vector<std::uint32_t> order(terms_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return terms_[a].view() < terms_[b].view(); });
  GENKAI_ASSIGN_OR_RETURN(SegmentWriter writer, SegmentWriter::create(path, first_, lengths_));
  std::vector<std::uint32_t> documents, frequencies;
  for (const std::uint32_t index : order) {
    documents.clear();
    frequencies.clear();
    read(terms_[index], documents, frequencies);
    GENKAI_RETURN_IF_ERROR(writer.add(terms_[index].view(), documents, frequencies));
  }
  return writer.finish();
}

}  // namespace genkai::knowledge::lexical
