#pragma once
// The parallel part of ingest: files are parsed and documents prepared on worker threads, and handed to the
// one writer in order. Memory stays bounded: a producer waits when the writer is far behind.

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "base/thread_pool.h"
#include "knowledge/store/knowledge_base.h"
#include "knowledge/store/prepare.h"

namespace genkai::knowledge {

/// A few documents on their way. `prepared[i]` belongs to `parsed[i]`.
struct Batch {
  std::vector<ParsedDocument> parsed;
  std::vector<PreparedDocument> prepared;
  base::Status status;  // of preparing
};

/// What comes out of one file, in order. One producer, one consumer.
class DocumentStream {
 public:
  /// The next batch, once it is prepared; null at the end.
  std::shared_ptr<Batch> next();
  /// Of the producer. Valid after the end.
  const base::Status& status() const { return status_; }
  /// Lets the producer go when nobody reads on.
  void abandon();

  std::string content_hash;   // set by the producer before the first batch
  bool same_content = false;  // the file is known with this hash and was not parsed

 private:
  friend class Pipeline;
  struct Slot {
    std::shared_ptr<Batch> batch;
    bool ready = false;
  };
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Slot>> slots_;
  bool ended_ = false, abandoned_ = false;
  base::Status status_;
};

class Pipeline {
 public:
  Pipeline(const KnowledgeBase& knowledge_base, std::size_t threads, base::Cancellation cancellation);
  ~Pipeline();

  /// Calls `produce` on a worker; what it gives to its sink comes out of the stream. Streams start in the
  /// order of the calls and should be read in that order.
  using Produce = std::function<base::Status(DocumentStream&, const DocumentSink&)>;
  std::shared_ptr<DocumentStream> start(Produce produce);
  std::size_t threads() const { return preparers_.size(); }

 private:
  base::Status push(const std::shared_ptr<DocumentStream>& stream, std::shared_ptr<Batch> batch);
  void prepare_batch(Batch& batch) const;

  const KnowledgeBase& knowledge_base_;
  base::Cancellation cancellation_;
  std::vector<std::weak_ptr<DocumentStream>> streams_;
  base::ThreadPool preparers_;
  base::ThreadPool producers_;  // ends first: it submits to the preparers
};

}  // namespace genkai::knowledge
