// Hostile bytes as a vector segment: open without the checksum's protection, then search.

#include <cstdlib>
#include <cstring>
#include <memory>

#include "knowledge/vector/segment.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace genkai::knowledge;
  const std::shared_ptr<char> memory(static_cast<char*>(std::aligned_alloc(64, (size + 64) / 64 * 64)),
                                     std::free);
  std::memcpy(memory.get(), data, size);
  // The sizes that the header names decide everything; let most inputs get past them.
  if (size >= sizeof(SegmentHeader)) {
    SegmentHeader header;
    std::memcpy(&header, memory.get(), sizeof header);
    std::memcpy(header.magic, kSegmentMagic, sizeof header.magic);
    header.version = kSegmentVersion;
    header.file_bytes = size;
    std::memcpy(memory.get(), &header, sizeof header);
  }
  auto segment = Segment::open({memory.get(), size}, memory, false, "fuzz");
  if (!segment) return 0;
  const std::vector<float> query((*segment)->dimension(), 0.5F);
  const VectorIndex index({*segment}, nullptr);
  for (const auto& hit : index.search(query, 20, [](PassageId id) { return id % 2 == 1; })) {
    if (hit.id % 2 == 1) std::abort();
  }
  const std::vector<PassageId> ids{(*segment)->first_id(), (*segment)->last_id(), 4'294'967'295U};
  if (index.similarities(query, ids).size() != ids.size()) std::abort();
  return 0;
}
