#include "knowledge/store/reindex.h"

#include <algorithm>
#include <mutex>

namespace genkai::knowledge {

using base::Status;
using core::PassageId;

namespace {

constexpr std::size_t kBatch = 4096;  // passages read at once
constexpr std::size_t kSlice = 64;    // of them analysed by one task

struct Row {
  std::string title, heading, text, vector;
};

}  // namespace

Status Reindexer::each(PassageId first, PassageId last, const ReindexWork& work,
                       const base::Cancellation& cancellation,
                       const std::function<void(const ReindexedPassage&)>& sink) {
  std::vector<Row> rows;
  std::vector<ReindexedPassage> passages;
  std::mutex failure_mutex;
  Status failure;
  std::uint64_t next = first;
  while (next <= last) {
    if (cancellation.cancelled()) return base::fail(base::Code::cancelled, "indexing was stopped");
    rows.clear();
    passages.clear();
    GENKAI_ASSIGN_OR_RETURN(
        const std::size_t count,
        meta_.read_passages(static_cast<PassageId>(next), last, kBatch, [&](const StoredPassage& stored) {
          passages.emplace_back().id = stored.id;
          rows.push_back({std::string(stored.title), std::string(stored.heading), std::string(stored.text),
                          std::string(stored.vector)});
        }));
    if (count == 0) break;
    pool_.parallel_for((count + kSlice - 1) / kSlice, [&](std::size_t slice) {
      text::Analyzer analyzer;
      for (std::size_t i = slice * kSlice; i < std::min(count, (slice + 1) * kSlice); ++i) {
        const Row& row = rows[i];
        if (work.terms) passage_terms(row.title, row.heading, row.text, analyzer, passages[i].terms);
        if (!work.vectors) continue;
        if (work.embedder == nullptr) {
          passages[i].vector = decode_vector(row.vector);
          continue;
        }
        auto vector = passage_vector(row.title, row.heading, row.text, *work.embedder);
        if (vector) {
          passages[i].vector = std::move(*vector);
        } else {
          const std::lock_guard lock(failure_mutex);
          failure = base::fail(std::move(vector).error());
        }
      }
    });
    GENKAI_RETURN_IF_ERROR(failure);
    for (const ReindexedPassage& passage : passages) {
      if (work.store_vectors) GENKAI_RETURN_IF_ERROR(meta_.set_vector(passage.id, passage.vector));
      sink(passage);
    }
    next = std::uint64_t{passages.back().id} + 1;
  }
  return {};
}

Status Reindexer::write_segment(SegmentRow& row, const SegmentFiles& files,
                                const base::Cancellation& cancellation, std::size_t dimension) {
  row.passages = row.bytes = row.checksum = 0;
  if (row.kind == IndexKind::lexical) {
    SegmentBuilder builder;
    GENKAI_RETURN_IF_ERROR(
        each(row.first, row.last, {.terms = true, .vectors = false}, cancellation,
             [&](const ReindexedPassage& passage) { builder.add(passage.id, passage.terms); }));
    row.passages = builder.passages();
    if (row.passages > 0) GENKAI_RETURN_IF_ERROR(builder.write(files.path(row)));
  } else {
    VectorBuilder builder(dimension);
    GENKAI_RETURN_IF_ERROR(each(row.first, row.last, {.terms = false, .vectors = true}, cancellation,
                                [&](const ReindexedPassage& passage) {
                                  if (passage.vector.codes.size() == dimension)
                                    builder.add(passage.id, passage.vector);
                                }));
    row.passages = builder.size();
    if (row.passages > 0) GENKAI_RETURN_IF_ERROR(builder.write(files.path(row)));
  }
  return row.passages > 0 ? files.seal(row) : Status();
}

}  // namespace genkai::knowledge
