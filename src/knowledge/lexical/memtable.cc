#include "knowledge/lexical/memtable.h"

namespace genkai::knowledge {

Memtable::Memtable() : state_(std::make_unique<State>()) {}
Memtable::~Memtable() = default;

void Memtable::add(PassageId id, std::span<const std::string> terms) {
  const std::lock_guard gate(state_->gate);
  const std::unique_lock lock(state_->mutex);
  state_->store.add(id, terms);
}

std::size_t Memtable::passages() const {
  const State::Reader reader(*state_);
  return state_->store.passages();
}

std::size_t Memtable::memory_bytes() const {
  const State::Reader reader(*state_);
  return state_->store.memory_bytes();
}

base::Status Memtable::write(const base::Path& path) const {
  const State::Reader reader(*state_);
  return state_->store.write(path);
}

struct SegmentBuilder::State {
  lexical::PostingStore store;
};

SegmentBuilder::SegmentBuilder() : state_(std::make_unique<State>()) {}
SegmentBuilder::~SegmentBuilder() = default;
SegmentBuilder::SegmentBuilder(SegmentBuilder&&) noexcept = default;

void SegmentBuilder::add(PassageId id, std::span<const std::string> terms) {
  state_->store.add(id, terms);
}
std::size_t SegmentBuilder::passages() const {
  return state_->store.passages();
}
std::size_t SegmentBuilder::memory_bytes() const {
  return state_->store.memory_bytes();
}
base::Status SegmentBuilder::write(const base::Path& path) const {
  return state_->store.write(path);
}

}  // namespace genkai::knowledge
