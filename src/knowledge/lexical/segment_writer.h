#pragma once
// Writes a segment file, section after section, from terms in increasing order.
//
//   SegmentWriter writer = SegmentWriter::create(path, first_id, lengths).value();
//   writer.add("cat", documents, frequencies);
//   writer.finish();

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "core/passage.h"
#include "knowledge/lexical/segment_format.h"

namespace genkai::knowledge::lexical {

class SegmentWriter {
 public:
  /// `lengths` by local number; must outlive the writer.
  static base::Result<SegmentWriter> create(const base::Path& path, core::PassageId first,
                                            const std::vector<std::uint16_t>& lengths);
  /// REQUIRES: terms increase; documents increase, are below lengths.size() and not empty; frequencies are 1
  /// to 65535.
  base::Status add(std::string_view term, std::span<const std::uint32_t> documents,
                   std::span<const std::uint32_t> frequencies);
  /// Makes the file durable. Call once, last.
  base::Status finish();

 private:
  SegmentWriter(base::FileWriter file, const std::vector<std::uint16_t>& lengths)
      : file_(std::move(file)), lengths_(&lengths) {}
  base::Status put(std::string_view bytes);
  base::Status end_section(Section section);
  void append_list(std::span<const std::uint32_t> documents, std::span<const std::uint32_t> frequencies);

  base::FileWriter file_;
  const std::vector<std::uint16_t>* lengths_;
  Footer footer_;
  std::string chunk_;  // of the current section, not hashed yet
  std::string dictionary_;
  std::vector<TermBlock> index_;
  std::string previous_term_;
  std::string list_;
  std::uint64_t postings_ = 0;
};

}  // namespace genkai::knowledge::lexical
