#include "knowledge/lexical/segment_reader.h"

namespace genkai::knowledge::lexical {

base::Result<std::shared_ptr<const SegmentReader>> SegmentReader::open(const base::Path& path, bool verify) {
  GENKAI_ASSIGN_OR_RETURN(const std::shared_ptr<const base::MappedFile> file, base::MappedFile::open(path));
  return parse(file->bytes(), file, path.string(), verify);
}

base::Result<std::shared_ptr<const SegmentReader>> SegmentReader::parse(std::string_view bytes,
                                                                        std::shared_ptr<const void> owner,
                                                                        const std::string& name,
                                                                        bool verify) {
  const auto damaged = [&](std::string_view what) {
    return base::fail(base::Code::corrupt, "lexical segment " + name + " is damaged: " + std::string(what),
                      "rebuild the knowledge base's indexes; its texts are not affected");
  };
  if (bytes.size() < kHeader.size() + sizeof(Footer)) return damaged("too short");
  if (bytes.substr(0, kVersionByte) != kHeader.substr(0, kVersionByte)) return damaged("no segment header");
  if (bytes[kVersionByte] != kHeader[kVersionByte] &&
      bytes.substr(kVersionByte + 1, 8) == kHeader.substr(kVersionByte + 1, 8))
    return base::fail(base::Code::unsupported,
                      "lexical segment " + name + " has format version " +
                          std::to_string(static_cast<unsigned char>(bytes[kVersionByte])),
                      "rebuild the knowledge base's indexes with this program");
  if (bytes.substr(0, kHeader.size()) != kHeader) return damaged("no segment header");

  std::shared_ptr<SegmentReader> segment(new SegmentReader);
  segment->owner_ = std::move(owner);
  segment->bytes_ = bytes.size();
  Footer& footer = segment->footer_;
  footer = load_at<Footer>(bytes.data() + bytes.size() - sizeof(Footer));
  if (footer.checksum != footer_hash(kHeader, footer)) return damaged("the checksum of the footer is wrong");

  std::string_view rest = bytes.substr(kHeader.size(), bytes.size() - kHeader.size() - sizeof(Footer));
  std::array<std::string_view, kSections> sections;
  for (std::size_t i = 0; i < kSections; ++i) {
    if (footer.sizes[i] > rest.size() || footer.sizes[i] % 16 != 0) return damaged("sections do not fit");
    sections[i] = rest.substr(0, footer.sizes[i]);
    rest.remove_prefix(footer.sizes[i]);
    if ((verify || i != kPostings) && section_hash(sections[i]) != footer.checksums[i])
      return damaged("the checksum of section " + std::to_string(i) + " is wrong");
  }
  const std::uint64_t blocks = (footer.terms + kTermsPerBlock - 1) / kTermsPerBlock;
  if (!rest.empty() || footer.span > kMaxSpan || footer.sizes[kLengths] / 2 < footer.span ||
      footer.first + std::uint64_t{footer.span} > std::uint64_t{1} << 32 || footer.passages > footer.span ||
      footer.tokens > footer.passages * kMaxFrequency || footer.terms > footer.sizes[kDictionary] ||
      footer.sizes[kIndex] / sizeof(TermBlock) < blocks)
    return damaged("sizes do not fit");
  segment->lengths_ = reinterpret_cast<const std::uint16_t*>(sections[kLengths].data());
  segment->postings_ = sections[kPostings];
  segment->dictionary_ = sections[kDictionary];
  segment->index_ = sections[kIndex];
  segment->term_blocks_ = blocks;
  return std::shared_ptr<const SegmentReader>(std::move(segment));
}

PostingList SegmentReader::list(std::uint64_t count, std::string_view bytes) const {
  PostingList list{static_cast<std::uint32_t>(count), bytes};
  if (count > footer_.span) return {};
  if (list.blocked() && bytes.size() < sizeof(ListHeader) + list.blocks() * sizeof(BlockMeta)) return {};
  return list;
}

std::string_view SegmentReader::first_term(std::size_t block) const {
  const auto entry = load_at<TermBlock>(index_.data() + block * sizeof(TermBlock));
  if (entry.entries >= dictionary_.size()) return {};
  ByteReader reader(dictionary_.substr(entry.entries));
  reader.varint();
  return reader.bytes(reader.varint());
}

PostingList SegmentReader::find(std::string_view term) const {
  // The last block whose first term is not above the wanted one.
  std::size_t begin = 0, end = term_blocks_;
  while (begin < end) {
    const std::size_t middle = begin + (end - begin) / 2;
    if (first_term(middle) <= term) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  if (begin == 0) return {};
  const auto block = load_at<TermBlock>(index_.data() + (begin - 1) * sizeof(TermBlock));
  if (block.entries >= dictionary_.size()) return {};
  ByteReader reader(dictionary_.substr(block.entries));
  std::uint64_t postings = block.postings;
  // How many bytes of the wanted term the entry before begins with; entries sharing more are below it, fewer
  // above it.
  std::size_t matched = 0;
  const std::size_t terms =
      std::min<std::uint64_t>(kTermsPerBlock, footer_.terms - (begin - 1) * kTermsPerBlock);
  for (std::size_t i = 0; i < terms; ++i) {
    const std::uint64_t shared = reader.varint();
    const std::string_view suffix = reader.bytes(reader.varint());
    const std::uint64_t count = reader.varint(), size = reader.varint();
    const std::string_view here = count <= kInlinePostings ? reader.bytes(size) : std::string_view();
    if (!reader.ok()) return {};
    if (shared < matched) return {};
    if (shared == matched) {
      std::size_t same = 0;
      while (same < suffix.size() && matched + same < term.size() && suffix[same] == term[matched + same])
        ++same;
      matched += same;
      if (matched == term.size() && same == suffix.size()) {
        if (count <= kInlinePostings) return list(count, here);
        if (postings > postings_.size() || size > postings_.size() - postings) return {};
        return list(count, postings_.substr(postings, size));
      }
    }
    if (count > kInlinePostings) postings += size;
  }
  return {};
}

bool SegmentReader::Terms::next() {
  if (done_ == segment_->footer_.terms) return false;
  const std::uint64_t shared = entries_.varint();
  const std::string_view suffix = entries_.bytes(entries_.varint());
  const std::uint64_t count = entries_.varint(), size = entries_.varint();
  const bool inline_list = count <= kInlinePostings;
  std::string_view bytes = inline_list ? entries_.bytes(size) : std::string_view();
  damaged_ = true;
  if (!entries_.ok() || shared > term_.size()) return false;
  next_.assign(term_, 0, shared).append(suffix);
  if (done_ > 0 && next_ <= term_) return false;
  term_.swap(next_);
  if (!inline_list) {
    const std::string_view all = segment_->postings_;
    if (postings_ > all.size() || size > all.size() - postings_) return false;
    bytes = all.substr(postings_, size);
    postings_ += size;
  }
  list_ = segment_->list(count, bytes);
  if (list_.count == 0) return false;
  damaged_ = false;
  ++done_;
  return true;
}

}  // namespace genkai::knowledge::lexical
