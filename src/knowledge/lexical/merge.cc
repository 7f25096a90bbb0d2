#include <algorithm>

#include "knowledge/lexical/posting_cursor.h"
#include "knowledge/lexical/segment_reader.h"
#include "knowledge/lexical/segment_writer.h"

namespace genkai::knowledge {
namespace lexical {
namespace {

struct Source {
  const SegmentReader* segment;
  SegmentReader::Terms terms;
  std::uint32_t shift;  // added to its local numbers
  bool live = false;
};

/// Appends the postings of the source's current term whose passages stay. False when the list is damaged.
bool append_kept(const Source& source, const std::vector<std::uint16_t>& lengths,
                 std::vector<std::uint32_t>& documents, std::vector<std::uint32_t>& frequencies) {
  PostingCursor cursor(source.terms.list(), source.segment->span());
  std::uint32_t seen = 0;
  std::int64_t last = documents.empty() ? std::int64_t{-1} : documents.back();
  for (; cursor.load(); cursor.next_block()) {
    const auto docs = cursor.documents(), counts = cursor.frequencies();
    seen += static_cast<std::uint32_t>(docs.size());
    for (std::size_t i = 0; i < docs.size(); ++i) {
      const std::uint32_t document = docs[i] + source.shift;
      if (document <= last) return false;
      if (lengths[document] == 0) continue;
      last = document;
      documents.push_back(document);
      frequencies.push_back(counts[i]);
    }
  }
  return seen == source.terms.list().count;
}

}  // namespace
}  // namespace lexical

base::Status merge_segments(std::span<const std::shared_ptr<const LexicalSegment>> segments,
                            const Deleted& deleted, const base::Path& path) {
  using namespace lexical;
  std::vector<Source> sources;
  std::vector<std::uint16_t> lengths;
  PassageId first = 0;
  for (const auto& segment : segments) {
    const auto& reader = static_cast<const SegmentReader&>(*segment);
    if (reader.span() == 0) continue;
    if (sources.empty()) first = reader.first_id();
    const std::uint64_t end = std::uint64_t{first} + lengths.size();
    if (reader.first_id() < end || reader.last_id() - first >= kMaxSpan)
      return base::fail(base::Code::invalid_argument, "segments to merge into " + path.string() +
                                                          " are not in order, or span more than 2^28 ids");
    const std::uint32_t shift = reader.first_id() - first;
    lengths.resize(std::size_t{shift} + reader.span(), 0);
    for (std::uint32_t i = 0; i < reader.span(); ++i) {
      const std::uint16_t length = reader.lengths()[i];
      if (length > 0 && !(deleted && deleted(reader.first_id() + i))) lengths[shift + i] = length;
    }
    sources.push_back({&reader, SegmentReader::Terms(reader), shift});
  }
  const auto damaged = [&] {
    return base::fail(base::Code::corrupt, "a lexical segment to merge into " + path.string() + " is damaged",
                      "rebuild the knowledge base's indexes; its texts are not affected");
  };
  GENKAI_ASSIGN_OR_RETURN(SegmentWriter writer, SegmentWriter::create(path, first, lengths));
  for (Source& source : sources) source.live = source.terms.next();
  std::vector<std::uint32_t> documents, frequencies;
  std::string term;
  for (;;) {
    const Source* least = nullptr;
    for (const Source& source : sources) {
      if (source.terms.damaged()) return damaged();
      if (source.live && (least == nullptr || source.terms.term() < least->terms.term())) least = &source;
    }
    if (least == nullptr) break;
    term = least->terms.term();
    documents.clear();
    frequencies.clear();
    for (Source& source : sources) {
      if (!source.live || source.terms.term() != term) continue;
      if (!append_kept(source, lengths, documents, frequencies)) return damaged();
      source.live = source.terms.next();
    }
    if (!documents.empty()) GENKAI_RETURN_IF_ERROR(writer.add(term, documents, frequencies));
  }
  return writer.finish();
}

}  // namespace genkai::knowledge
