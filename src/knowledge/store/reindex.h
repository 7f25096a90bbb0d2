#pragma once
// Indexes made anew from meta.db: for recovery, damage, and another analyser or embedder.

#include <functional>
#include <span>

#include "base/cancellation.h"
#include "base/thread_pool.h"
#include "knowledge/store/segment_files.h"

namespace genkai::knowledge {

/// A stored passage as the indexes take it.
struct ReindexedPassage {
  core::PassageId id = 0;
  std::vector<std::string> terms;
  QuantisedVector vector;
};

struct ReindexWork {
  bool terms = true;
  bool vectors = true;
  const Embedder* embedder = nullptr;  // set: vectors are embedded anew; else read from meta.db
  bool store_vectors = false;          // those embedded anew go into meta.db
};

class Reindexer {
 public:
  Reindexer(Meta& meta, base::ThreadPool& pool) : meta_(meta), pool_(pool) {}
  /// Gives the passages of [first, last] to `sink` in the order of their ids, analysed on all threads.
  base::Status each(core::PassageId first, core::PassageId last, const ReindexWork& work,
                    const base::Cancellation& cancellation,
                    const std::function<void(const ReindexedPassage&)>& sink);
  /// Writes one segment of [row.first, row.last]; fills in passages, bytes and checksum.
  base::Status write_segment(SegmentRow& row, const SegmentFiles& files,
                             const base::Cancellation& cancellation, std::size_t dimension);

 private:
  Meta& meta_;
  base::ThreadPool& pool_;
};

}  // namespace genkai::knowledge
