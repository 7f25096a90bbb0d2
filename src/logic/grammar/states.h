#pragma once
// Running a grammar: all that a text so far could be, as one number. A state is a set of threads, each at a
// node of a rule's automaton and with a frame that says where its callers go on; frames and states are made
// once for each content, so that equal situations are one state, ambiguity costs no more than Earley's
// algorithm (1970), and steps taken before are looked up (a pushdown automaton made deterministic as it is
// used).
//
//   States states(grammar);
//   StateId at = states.start();
//   for (char c : text) at = states.step(at, c);     // kDead once nothing fits
//   states.is_finished(at)
//
// Not thread-safe. Nothing is forgotten: who steps through long texts goes on in fresh States by adopt().

#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "logic/grammar/grammar.h"

namespace genkai::logic::grammar {

using StateId = std::uint32_t;
constexpr StateId kDead = 0;  // nothing fits any more

class States {
 public:
  struct Thread {
    Grammar::Node node = 0;
    std::uint32_t frame = 0;
    bool operator==(const Thread&) const = default;
    auto operator<=>(const Thread&) const = default;
  };

  explicit States(std::shared_ptr<const Grammar> grammar);

  const Grammar& grammar() const { return *grammar_; }
  const std::shared_ptr<const Grammar>& shared_grammar() const { return grammar_; }
  StateId start();
  /// A single thread whose callers are unknown: what the rule itself allows from `node` on.
  StateId alone(Grammar::Node node);
  StateId step(StateId state, std::uint8_t byte) {
    const std::uint32_t row = states_[state].row;
    if (row != kNone) {
      const StateId next = rows_[row + grammar_->class_of(byte)];
      if (next != kNone) return next;
    }
    return compute(state, byte);
  }
  bool is_finished(StateId state) const { return (states_[state].flags & kFinished) != 0; }
  /// A thread of alone() has come to the end of its rule, and what its callers allow is unknown.
  bool is_escaped(StateId state) const { return (states_[state].flags & kEscaped) != 0; }
  /// Those that read a byte next, in order.
  std::span<const Thread> threads(StateId state) const {
    return std::span(threads_).subspan(states_[state].begin, states_[state].size);
  }

  /// Some text was so ambiguous or nested that its state went beyond a bound; such steps lead to kDead.
  bool is_exhausted() const { return exhausted_; }
  /// Memory in bytes, about.
  std::size_t size() const;
  /// A state of another run of the same grammar, made anew here: how a run that has grown large is left
  /// behind.
  StateId adopt(const States& other, StateId state);

 private:
  static constexpr std::uint32_t kNone = 0xFFFFFFFFU, kRootFrame = 0, kUnknownFrame = 1;
  static constexpr std::uint8_t kFinished = 1, kEscaped = 2;
  struct State {
    std::uint32_t begin = 0, size = 0;
    std::uint32_t row = kNone;    // in rows_, made at the first step
    std::uint32_t chain = kNone;  // the next state whose content has the same hash
    std::uint8_t flags = 0;
  };
  struct Frame {
    std::uint32_t begin = 0, size = 0, chain = kNone;
  };

  StateId compute(StateId state, std::uint8_t byte);
  /// From the threads in moved_, which have just read something: returns to callers, calls, and the state.
  StateId settle();
  void call(const Grammar::CallEdge& edge, std::uint32_t frame);
  StateId state_of(std::vector<Thread>& threads, std::uint8_t flags);
  std::uint32_t frame_of(std::vector<Thread>& content);

  std::shared_ptr<const Grammar> grammar_;
  std::vector<State> states_;
  std::vector<Thread> threads_;
  std::vector<StateId> rows_;
  std::vector<Frame> frames_;
  std::vector<Thread> frame_threads_;  // of a frame: where each caller goes on, and its own frame
  std::unordered_map<std::uint64_t, std::uint32_t> state_by_hash_, frame_by_hash_;
  bool exhausted_ = false;
  // Reused by settle().
  std::vector<Thread> moved_, reading_;
  std::vector<std::vector<Thread>> callers_;  // for each rule, collected for its new frame
  std::vector<std::uint32_t> called_;         // a heap of ranks
};

}  // namespace genkai::logic::grammar
