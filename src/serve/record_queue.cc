#include "serve/record_queue.h"

#include <algorithm>
#include <iterator>

namespace genkai::serve {
namespace {

constexpr std::size_t kMostWaiting = 4'096;
constexpr std::chrono::seconds kLastWords{1};

}  // namespace

void RecordQueue::add(const RequestRecord& record) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= kMostWaiting) {
      ++dropped_;
      return;
    }
    waiting_.push_back(record);
  }
  ready_.notify_one();
}

std::vector<RequestRecord> RecordQueue::take(std::size_t most, std::chrono::milliseconds gather) {
  std::unique_lock lock(mutex_);
  ready_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
  ready_.wait_for(lock, gather, [&] { return stopping_ || waiting_.size() >= most; });
  const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(waiting_.size(), most));
  std::vector<RequestRecord> taken(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
  waiting_.erase(waiting_.begin(), end);
  return taken;
}

void RecordQueue::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    give_up_ = std::chrono::steady_clock::now() + kLastWords;
  }
  ready_.notify_all();
}

bool RecordQueue::out_of_time() const {
  const std::lock_guard lock(mutex_);
  return stopping_ && std::chrono::steady_clock::now() > give_up_;
}

}  // namespace genkai::serve
