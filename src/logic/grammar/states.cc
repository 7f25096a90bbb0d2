#include "logic/grammar/states.h"

#include <algorithm>
#include <functional>
#include <unordered_set>

#include "base/hash.h"

namespace genkai::logic::grammar {
namespace {

constexpr std::size_t kMostThreads = 100'000;  // of one state or frame
constexpr std::size_t kManyThreads = 64;       // from here on a set tells which were seen

template <class T>
std::uint64_t hash_of(const std::vector<T>& content, std::uint64_t seed) {
  return base::hash64({reinterpret_cast<const char*>(content.data()), content.size() * sizeof(T)}, seed);
}

template <class T>
void make_set(std::vector<T>& items) {
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
}

std::uint64_t key_of(const States::Thread& thread) {
  return static_cast<std::uint64_t>(thread.frame) << 32 | thread.node;
}

}  // namespace

States::States(std::shared_ptr<const Grammar> grammar) : grammar_(std::move(grammar)) {
  callers_.resize(grammar_->rule_count());
  states_.assign(1, State{});  // kDead
  frames_.assign(2, Frame{});  // kRootFrame, kUnknownFrame
}

StateId States::start() {
  moved_.assign(1, {grammar_->start(grammar_->root()), kRootFrame});
  return settle();
}

StateId States::alone(Grammar::Node node) {
  std::vector<Thread> threads{{node, kUnknownFrame}};
  return state_of(threads, 0);
}

std::size_t States::size() const {
  constexpr std::size_t kEntry = 40;  // of a hash table
  return states_.capacity() * sizeof(State) + threads_.capacity() * sizeof(Thread) +
         rows_.capacity() * sizeof(StateId) + frames_.capacity() * sizeof(Frame) +
         frame_threads_.capacity() * sizeof(Thread) +
         (state_by_hash_.size() + frame_by_hash_.size()) * kEntry;
}

StateId States::compute(StateId state, std::uint8_t byte) {
  if (states_[state].row == kNone) {
    states_[state].row = static_cast<std::uint32_t>(rows_.size());
    rows_.resize(rows_.size() + grammar_->class_count(), kNone);
  }
  moved_.clear();
  for (const Thread& thread : threads(state))
    for (const auto& edge : grammar_->bytes(thread.node)) {
      if (edge.low <= byte && byte <= edge.high) moved_.push_back({edge.target, thread.frame});
    }
  const StateId next = settle();
  rows_[states_[state].row + grammar_->class_of(byte)] = next;
  return next;
}

void States::call(const Grammar::CallEdge& edge, std::uint32_t frame) {
  std::vector<Thread>& callers = callers_[edge.rule];
  if (callers.empty()) {
    called_.push_back(grammar_->rank(edge.rule));
    std::push_heap(called_.begin(), called_.end(), std::greater<>());
  }
  if (frame > kUnknownFrame && grammar_->is_end(edge.target)) {
    // Nothing follows the call, so the rule returns to the callers of this one: no frame grows by recursion
    // at the end of a rule.
    const Frame& own = frames_[frame];
    callers.insert(callers.end(), frame_threads_.begin() + own.begin,
                   frame_threads_.begin() + own.begin + own.size);
  } else {
    callers.push_back({edge.target, frame});
  }
}

StateId States::settle() {
  std::uint8_t flags = 0;
  make_set(moved_);
  std::unordered_set<std::uint64_t> seen;
  for (std::size_t i = 0; i < moved_.size() && i < kMostThreads; ++i) {  // which grows on the way
    const Thread thread = moved_[i];
    if (!grammar_->is_final(thread.node)) continue;
    if (thread.frame == kRootFrame) flags |= kFinished;
    if (thread.frame == kUnknownFrame) flags |= kEscaped;
    const Frame& frame = frames_[thread.frame];
    for (std::uint32_t k = frame.begin; k < frame.begin + frame.size; ++k) {
      const Thread& caller = frame_threads_[k];
      if (moved_.size() >= kManyThreads) {
        if (seen.empty())
          for (const Thread& known : moved_) seen.insert(key_of(known));
        if (seen.insert(key_of(caller)).second) moved_.push_back(caller);
      } else if (std::find(moved_.begin(), moved_.end(), caller) == moved_.end()) {
        moved_.push_back(caller);
      }
    }
  }
  reading_.clear();
  for (const Thread& thread : moved_) {
    if (!grammar_->bytes(thread.node).empty()) reading_.push_back(thread);
    for (const auto& edge : grammar_->calls(thread.node)) call(edge, thread.frame);
  }
  bool too_much = moved_.size() >= kMostThreads;
  while (!called_.empty()) {
    std::pop_heap(called_.begin(), called_.end(), std::greater<>());
    const Grammar::RuleId rule = grammar_->rule_at_rank(called_.back());
    called_.pop_back();
    std::vector<Thread>& callers = callers_[rule];
    too_much = too_much || callers.size() > kMostThreads;
    const std::uint32_t frame = frame_of(callers);
    callers.clear();
    const Grammar::Node begin = grammar_->start(rule);
    if (!grammar_->bytes(begin).empty()) reading_.push_back({begin, frame});
    for (const auto& edge : grammar_->calls(begin)) call(edge, frame);
  }
  if (too_much) {
    exhausted_ = true;
    return kDead;
  }
  make_set(reading_);
  if (reading_.empty() && flags == 0) return kDead;
  return state_of(reading_, flags);
}

StateId States::state_of(std::vector<Thread>& threads, std::uint8_t flags) {
  const std::uint64_t hash = hash_of(threads, flags);
  const auto [entry, fresh] = state_by_hash_.emplace(hash, static_cast<std::uint32_t>(states_.size()));
  if (!fresh)
    for (std::uint32_t known = entry->second; known != kNone; known = states_[known].chain)
      if (states_[known].flags == flags && std::ranges::equal(this->threads(known), threads)) return known;
  State state;
  state.begin = static_cast<std::uint32_t>(threads_.size());
  state.size = static_cast<std::uint32_t>(threads.size());
  state.flags = flags;
  if (!fresh) state.chain = entry->second;
  entry->second = static_cast<std::uint32_t>(states_.size());
  threads_.insert(threads_.end(), threads.begin(), threads.end());
  states_.push_back(state);
  return entry->second;
}

std::uint32_t States::frame_of(std::vector<Thread>& content) {
  make_set(content);
  const std::uint64_t hash = hash_of(content, 0);
  const auto [entry, fresh] = frame_by_hash_.emplace(hash, static_cast<std::uint32_t>(frames_.size()));
  if (!fresh)
    for (std::uint32_t known = entry->second; known != kNone; known = frames_[known].chain)
      if (std::ranges::equal(std::span(frame_threads_).subspan(frames_[known].begin, frames_[known].size),
                             content))
        return known;
  Frame frame;
  frame.begin = static_cast<std::uint32_t>(frame_threads_.size());
  frame.size = static_cast<std::uint32_t>(content.size());
  if (!fresh) frame.chain = entry->second;
  entry->second = static_cast<std::uint32_t>(frames_.size());
  frame_threads_.insert(frame_threads_.end(), content.begin(), content.end());
  frames_.push_back(frame);
  return entry->second;
}

StateId States::adopt(const States& other, StateId state) {
  if (state == kDead) return kDead;
  // A frame is made after those that it names: down the numbers finds what is needed, up the numbers copies.
  std::vector<bool> needed(other.frames_.size(), false);
  for (const Thread& thread : other.threads(state)) needed[thread.frame] = true;
  const auto content = [&](std::size_t frame) {
    return std::span(other.frame_threads_).subspan(other.frames_[frame].begin, other.frames_[frame].size);
  };
  for (std::size_t frame = needed.size(); frame-- > 0;)
    if (needed[frame])
      for (const Thread& caller : content(frame)) needed[caller.frame] = true;
  std::vector<std::uint32_t> renamed(needed.size(), 0);
  renamed[kUnknownFrame] = kUnknownFrame;
  const auto copy = [&](std::span<const Thread> from) {
    std::vector<Thread> copied(from.begin(), from.end());
    for (Thread& thread : copied) thread.frame = renamed[thread.frame];
    return copied;
  };
  for (std::size_t frame = kUnknownFrame + 1; frame < needed.size(); ++frame)
    if (needed[frame]) {
      std::vector<Thread> copied = copy(content(frame));
      renamed[frame] = frame_of(copied);
    }
  std::vector<Thread> copied = copy(other.threads(state));
  make_set(copied);
  return state_of(copied, other.states_[state].flags);
}

}  // namespace genkai::logic::grammar
