#pragma once
// The whole state of a machine in a canonical form: two machines of one program are in states from which they
// do the same when and only when these bytes are equal (up to which immutable values share an object, which
// no program can see and which only makes unequal what could be equal).

#include <cstdint>
#include <string>
#include <vector>

#include "logic/program/value.h"

namespace genkai::logic {

struct Frame {
  std::uint32_t function = 0;  // of Code::functions
  std::uint32_t next = 0;      // instruction
  std::uint64_t base = 0;      // of its locals on the stack
};

struct MachineState {
  const std::vector<Frame>& frames;
  const std::vector<Value>& stack;
  const std::vector<Value>& globals;
};

/// Writes states and compares them. Objects are numbered in the order in which a walk from the frames, the
/// stack and the globals meets them, so that equal numbers mean the same sharing.
class StateWalk {
 public:
  /// The canonical form into `out`; false, and `out` as it was, when it has more than `limit` words. `work`
  /// grows by the words written.
  bool write(const MachineState& state, std::size_t limit, std::vector<std::uint64_t>& out,
             std::uint64_t& work);
  /// Whether the state's form is `snapshot`; stops at the first difference.
  bool equals(const MachineState& state, const std::vector<std::uint64_t>& snapshot, std::uint64_t& work);

 private:
  template <class Sink>
  bool walk(const MachineState& state, Sink& sink);
  std::uint64_t visit_ = 0;
  std::vector<Object*> pending_;
};

}  // namespace genkai::logic
