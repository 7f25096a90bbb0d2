#pragma once
// The inside of a Memtable: postings under a lock that neither lets readers starve the writer nor the writer
// readers.

#include <mutex>
#include <shared_mutex>

#include "knowledge/lexical/lexical.h"
#include "knowledge/lexical/posting_store.h"

namespace genkai::knowledge {

struct Memtable::State {
  /// Holds the postings still while it lives.
  class Reader {
   public:
    explicit Reader(State& table) {
      const std::lock_guard turn(table.gate);
      lock_ = std::shared_lock(table.mutex);
    }

   private:
    std::shared_lock<std::shared_mutex> lock_;
  };

  std::mutex gate;  // a waiting writer holds it, so new readers queue behind
  std::shared_mutex mutex;
  lexical::PostingStore store;
};

}  // namespace genkai::knowledge
