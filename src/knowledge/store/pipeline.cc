#include "knowledge/store/pipeline.h"

#include <algorithm>

namespace genkai::knowledge {

using base::Code;
using base::Status;

namespace {

constexpr std::size_t kBatchDocuments = 64;
constexpr std::size_t kBatchBytes = std::size_t{256} << 10;
constexpr std::size_t kWaiting = 8;  // batches of one stream between producer and writer

std::size_t text_bytes(const ParsedDocument& document) {
  std::size_t bytes = 0;
  for (const Block& block : document.blocks) bytes += block.text.size();
  return bytes;
}

}  // namespace

std::shared_ptr<Batch> DocumentStream::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return slots_.empty() ? ended_ : slots_.front()->ready; });
  if (slots_.empty()) return nullptr;
  auto batch = std::move(slots_.front()->batch);
  slots_.pop_front();
  changed_.notify_all();
  return batch;
}

void DocumentStream::abandon() {
  const std::lock_guard lock(mutex_);
  abandoned_ = true;
  changed_.notify_all();
}

Pipeline::Pipeline(const KnowledgeBase& knowledge_base, std::size_t threads, base::Cancellation cancellation)
    : knowledge_base_(knowledge_base),
      cancellation_(std::move(cancellation)),
      preparers_(threads),
      producers_(threads) {}

Pipeline::~Pipeline() {
  for (const auto& weak : streams_)
    if (auto stream = weak.lock()) stream->abandon();
}

std::shared_ptr<DocumentStream> Pipeline::start(Produce produce) {
  auto stream = std::make_shared<DocumentStream>();
  std::erase_if(streams_, [](const auto& weak) { return weak.expired(); });
  streams_.push_back(stream);
  producers_.submit([this, stream, produce = std::move(produce)] {
    auto batch = std::make_shared<Batch>();
    std::size_t bytes = 0;
    const DocumentSink sink = [&](ParsedDocument document) -> Status {
      if (cancellation_.cancelled()) return base::fail(Code::cancelled, "stopped");
      bytes += text_bytes(document);
      batch->parsed.push_back(std::move(document));
      if (batch->parsed.size() < kBatchDocuments && bytes < kBatchBytes) return {};
      bytes = 0;
      return push(stream, std::exchange(batch, std::make_shared<Batch>()));
    };
    Status status =
        cancellation_.cancelled() ? base::fail(Code::cancelled, "stopped") : produce(*stream, sink);
    if (!batch->parsed.empty())
      if (auto pushed = push(stream, batch); !pushed && status) status = pushed;
    const std::lock_guard lock(stream->mutex_);
    stream->status_ = std::move(status);
    stream->ended_ = true;
    stream->changed_.notify_all();
  });
  return stream;
}

Status Pipeline::push(const std::shared_ptr<DocumentStream>& stream, std::shared_ptr<Batch> batch) {
  auto slot = std::make_shared<DocumentStream::Slot>();
  slot->batch = std::move(batch);
  {
    std::unique_lock lock(stream->mutex_);
    stream->changed_.wait(lock, [&] { return stream->abandoned_ || stream->slots_.size() < kWaiting; });
    if (stream->abandoned_) return base::fail(Code::cancelled, "stopped");
    stream->slots_.push_back(slot);
  }
  preparers_.submit([this, stream, slot] {
    prepare_batch(*slot->batch);
    const std::lock_guard lock(stream->mutex_);
    slot->ready = true;
    stream->changed_.notify_all();
  });
  return {};
}

void Pipeline::prepare_batch(Batch& batch) const {
  text::Analyzer analyzer;
  for (ParsedDocument& document : batch.parsed) {
    const std::uint64_t hash = document_hash(document);
    if (knowledge_base_.holds(document.info.id, hash)) {
      PreparedDocument& held = batch.prepared.emplace_back();
      held.info = document.info;
      held.hash = hash;
      held.held = true;
      continue;
    }
    auto prepared = prepare(document, analyzer, knowledge_base_.embedder());
    if (!prepared) {
      batch.status = base::fail(std::move(prepared).error());
      return;
    }
    batch.prepared.push_back(std::move(*prepared));
    document.blocks.clear();
    document.blocks.shrink_to_fit();
  }
}

}  // namespace genkai::knowledge
