#pragma once
// A GPU by OpenCL: one heap of floats on it, and kernels that work there one after the other. The library is
// looked for when a device is opened (libOpenCL.so.1), so that the program runs where there is none.
//
//   GENKAI_ASSIGN_OR_RETURN(const auto device, Device::open(Kind::gpu));
//   const Address x = device->floats(1000);
//   device->write(x, numbers.data(), numbers.size());
//   device->run("add", over(1000), x, x, x, count(1000));
//   device->read(x, numbers.data(), numbers.size());
//   GENKAI_RETURN_IF_ERROR(device->status());
//
// Calls do not fail one by one: after the first error nothing more is done, and `status` has it. Not
// thread-safe.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"

namespace genkai::lab::train::gpu {

/// Index of a float in the heap.
using Address = std::uint64_t;

enum class Kind {
  gpu,  // GPUs and other accelerators
  any   // the first device that there is, a processor too: for tests
};

/// How many work-items run, and how many of them share local memory.
struct Grid {
  std::array<std::size_t, 3> global, local;
};
/// One work-item for each of `n`; kernels leave out those past the end.
inline Grid over(std::size_t n) {
  constexpr std::size_t kGroup = 256;
  return {{(n + kGroup - 1) / kGroup * kGroup, 1, 1}, {kGroup, 1, 1}};
}
/// A group of kRowGroup work-items for each of x * y rows.
constexpr std::size_t kRowGroup = 64;
inline Grid rows_of(std::size_t x, std::size_t y = 1) {
  return {{x * kRowGroup, y, 1}, {kRowGroup, 1, 1}};
}
/// Counts as kernels take them.
inline std::uint32_t count(std::size_t n) {
  return static_cast<std::uint32_t>(n);
}

class Device {
 public:
  /// not_found: no library, no device; internal: the kernels do not compile there.
  static base::Result<std::unique_ptr<Device>> open(Kind kind);
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  const std::string& name() const;
  base::Status status() const;

  /// Not initialised; the heap grows as needed.
  Address floats(std::size_t n);
  /// Where the heap ends; what was handed out since is free again after `release`.
  Address mark() const { return used_; }
  void release(Address to) { used_ = to; }

  /// Items of 4 bytes: floats or integers.
  void write(Address to, const void* items, std::size_t n);
  void read(Address from, void* items, std::size_t n);
  void copy(Address to, Address from, std::size_t n);
  void zero(Address at, std::size_t n);
  /// A new place with these items.
  template <class T>
  Address keep(std::span<const T> items) {
    static_assert(sizeof(T) == sizeof(float));
    const Address at = floats(items.size());
    write(at, items.data(), items.size());
    return at;
  }

  /// A kernel of kernels.cc; its first argument, the heap, is added. Does nothing for an empty grid.
  template <class... Arguments>
  void run(const char* kernel, const Grid& grid, Arguments... arguments) {
    const std::array<Argument, sizeof...(Arguments)> all = {Argument{&arguments, sizeof arguments}...};
    launch(kernel, grid, all);
  }
  /// Waits for all that was begun.
  void finish();

 private:
  struct Argument {
    const void* value;
    std::size_t size;
  };
  struct State;
  explicit Device(std::unique_ptr<State> state);
  void launch(const char* kernel, const Grid& grid, std::span<const Argument> arguments);
  bool grow(std::size_t floats);

  std::unique_ptr<State> state_;
  Address used_ = 0;
};

}  // namespace genkai::lab::train::gpu
