#include "knowledge/lexical/segment_writer.h"

#include <algorithm>

#include "knowledge/lexical/block_codec.h"

namespace genkai::knowledge::lexical {
namespace {

template <class T>
std::string_view bytes_of(const T* values, std::size_t count) {
  return {reinterpret_cast<const char*>(values), count * sizeof(T)};
}

/// The competitive pairs of some postings, the frontier thinned to three from its low end by rounding up.
class Frontier {
 public:
  void add(std::uint32_t frequency, std::uint32_t length) {
    auto& least = least_[frequency_code(frequency)];
    least = std::min<std::uint32_t>(least, length_code(length));
    top_ = std::max<std::uint32_t>(top_, frequency_code(frequency));
  }
  void add(const Frontier& other) {
    for (std::uint32_t f = 1; f <= other.top_; ++f) least_[f] = std::min(least_[f], other.least_[f]);
    top_ = std::max(top_, other.top_);
  }
  Competitive best() const {
    // From the highest frequency down, only shorter passages count.
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
    std::uint32_t shortest = kNone;
    for (std::uint32_t f = top_; f > 0; --f) {
      if (least_[f] >= shortest) continue;
      shortest = least_[f];
      pairs.emplace_back(f, shortest);
    }
    // The pairs with the highest frequencies are the rarest; they are merged, which keeps the bound valid.
    while (pairs.size() > 3) {
      pairs[0].second = pairs[1].second;
      pairs.erase(pairs.begin() + 1);
    }
    Competitive best;
    for (std::size_t i = 0; i < 3; ++i) {
      const auto& pair = pairs[i < pairs.size() ? i : 0];
      best.frequency[i] = static_cast<std::uint8_t>(pair.first);
      best.length[i] = static_cast<std::uint8_t>(pair.second);
    }
    return best;
  }

 private:
  static constexpr std::uint32_t kNone = 256;
  std::array<std::uint32_t, 256> least_ = [] {
    std::array<std::uint32_t, 256> a{};
    a.fill(kNone);
    return a;
  }();
  std::uint32_t top_ = 0;
};

unsigned bits_of(std::span<const std::uint32_t> values) {
  std::uint32_t all = 0;
  for (const std::uint32_t v : values) all |= v;
  return static_cast<unsigned>(std::bit_width(all));
}

}  // namespace

base::Result<SegmentWriter> SegmentWriter::create(const base::Path& path, core::PassageId first,
                                                  const std::vector<std::uint16_t>& lengths) {
  GENKAI_ASSIGN_OR_RETURN(base::FileWriter file, base::FileWriter::create(path));
  SegmentWriter writer(std::move(file), lengths);
  writer.footer_.first = first;
  writer.footer_.span = static_cast<std::uint32_t>(lengths.size());
  for (const std::uint16_t length : lengths) {
    writer.footer_.tokens += length;
    writer.footer_.passages += length > 0 ? 1 : 0;
  }
  GENKAI_RETURN_IF_ERROR(writer.file_.append(kHeader));
  GENKAI_RETURN_IF_ERROR(writer.put(bytes_of(lengths.data(), lengths.size())));
  GENKAI_RETURN_IF_ERROR(writer.end_section(kLengths));
  return writer;
}

base::Status SegmentWriter::put(std::string_view bytes) {
  footer_.sizes[kSections - 1] += bytes.size();
  while (!bytes.empty()) {
    const std::string_view part = bytes.substr(0, kHashedChunk - chunk_.size());
    chunk_.append(part);
    bytes.remove_prefix(part.size());
    if (chunk_.size() < kHashedChunk) continue;
    footer_.checksums[kSections - 1] = extend_hash(footer_.checksums[kSections - 1], chunk_);
    GENKAI_RETURN_IF_ERROR(file_.append(chunk_));
    chunk_.clear();
  }
  return {};
}

// The section being written counts in the last place until it ends.
base::Status SegmentWriter::end_section(Section section) {
  std::uint64_t& size = footer_.sizes[kSections - 1];
  std::uint64_t& hash = footer_.checksums[kSections - 1];
  GENKAI_RETURN_IF_ERROR(put(std::string_view("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", (16 - size % 16) % 16)));
  if (!chunk_.empty()) hash = extend_hash(hash, chunk_);
  GENKAI_RETURN_IF_ERROR(file_.append(chunk_));
  chunk_.clear();
  if (section == kSections - 1) return {};
  footer_.sizes[section] = std::exchange(size, 0);
  footer_.checksums[section] = std::exchange(hash, 0);
  return {};
}

base::Status SegmentWriter::add(std::string_view term, std::span<const std::uint32_t> documents,
                                std::span<const std::uint32_t> frequencies) {
  std::size_t shared = 0;
  if (footer_.terms % kTermsPerBlock == 0) {
    index_.push_back({dictionary_.size(), postings_});
  } else {
    while (shared < std::min(term.size(), previous_term_.size()) && term[shared] == previous_term_[shared])
      ++shared;
  }
  ++footer_.terms;
  previous_term_.assign(term);
  append_varint(dictionary_, shared);
  append_varint(dictionary_, term.size() - shared);
  dictionary_.append(term.substr(shared));
  append_varint(dictionary_, documents.size());
  list_.clear();
  append_list(documents, frequencies);
  append_varint(dictionary_, list_.size());
  if (documents.size() <= kInlinePostings) {
    dictionary_.append(list_);
    return {};
  }
  postings_ += list_.size();
  return put(list_);
}

void SegmentWriter::append_list(std::span<const std::uint32_t> documents,
                                std::span<const std::uint32_t> frequencies) {
  if (documents.size() < kBlockSize) return append_postings(list_, ~0U, documents, frequencies);
  const std::size_t blocks = (documents.size() + kBlockSize - 1) / kBlockSize;
  list_.resize(sizeof(ListHeader) + blocks * sizeof(BlockMeta));
  Frontier whole;
  std::uint32_t before = ~0U, offset = 0;
  for (std::size_t block = 0; block < blocks; ++block) {
    const std::size_t begin = block * kBlockSize, size = std::min(kBlockSize, documents.size() - begin);
    const auto docs = documents.subspan(begin, size), counts = frequencies.subspan(begin, size);
    BlockMeta meta;
    meta.last = docs.back();
    meta.offset = offset;
    Frontier frontier;
    for (std::size_t i = 0; i < size; ++i) frontier.add(counts[i], (*lengths_)[docs[i]]);
    meta.best = frontier.best();
    whole.add(frontier);
    if (size == kBlockSize) {
      std::array<std::uint32_t, kBlockSize> gaps, more;
      for (std::size_t i = 0; i < size; ++i) {
        gaps[i] = docs[i] - (i > 0 ? docs[i - 1] : before) - 1;
        more[i] = counts[i] - 1;
      }
      meta.doc_bits = static_cast<std::uint8_t>(bits_of(gaps));
      meta.frequency_bits = static_cast<std::uint8_t>(bits_of(more));
      const std::size_t at = list_.size();
      list_.resize(at + packed_bytes(meta.doc_bits) + packed_bytes(meta.frequency_bits));
      pack(gaps.data(), meta.doc_bits, list_.data() + at);
      pack(more.data(), meta.frequency_bits, list_.data() + at + packed_bytes(meta.doc_bits));
      offset += meta.doc_bits + meta.frequency_bits;
    } else {
      append_postings(list_, before, docs, counts);
    }
    std::memcpy(list_.data() + sizeof(ListHeader) + block * sizeof(BlockMeta), &meta, sizeof meta);
    before = meta.last;
  }
  ListHeader header;
  header.best = whole.best();
  std::memcpy(list_.data(), &header, sizeof header);
}

base::Status SegmentWriter::finish() {
  GENKAI_RETURN_IF_ERROR(end_section(kPostings));
  GENKAI_RETURN_IF_ERROR(put(dictionary_));
  GENKAI_RETURN_IF_ERROR(end_section(kDictionary));
  GENKAI_RETURN_IF_ERROR(put(bytes_of(index_.data(), index_.size())));
  GENKAI_RETURN_IF_ERROR(end_section(kIndex));
  footer_.checksum = footer_hash(kHeader, footer_);
  GENKAI_RETURN_IF_ERROR(file_.append(bytes_of(&footer_, 1)));
  return file_.commit();
}

}  // namespace genkai::knowledge::lexical
