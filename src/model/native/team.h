#pragma once
// Threads for work that takes microseconds: a job is divided into parts, which the caller and its helpers
// claim one by one. Helpers spin a little for the next job, then sleep. A helper that the machine does not
// run delays nobody, as the caller takes the parts that no one has claimed.
//
//   Team team(2);
//   team.run(8, [&](std::size_t part) { ... });  // returns when all 8 are done

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

namespace genkai::model::native {

class Team {
 public:
  /// `threads` counts the caller; 1 starts none.
  explicit Team(std::size_t threads);
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;
  ~Team();

  std::size_t size() const { return helpers_.size() + 1; }

  /// Calls body(0) ... body(parts - 1), each once, in any order. One call at a time. REQUIRES: parts < 2^31.
  template <class Body>
  void run(std::size_t parts, const Body& body) {
    if (parts <= 1 || helpers_.empty()) {
      for (std::size_t part = 0; part < parts; ++part) body(part);
      return;
    }
    start(parts, &body, [](const void* b, std::size_t part) { (*static_cast<const Body*>(b))(part); });
  }

 private:
  using Call = void (*)(const void* body, std::size_t part);
  void start(std::size_t parts, const void* body, Call call);
  bool work_on_one();
  void help();

  // Written before `unclaimed_` is set, read only by whoever claimed a part: the job cannot end before that
  // part has.
  const void* body_ = nullptr;
  Call call_ = nullptr;
  alignas(64) std::atomic<std::uint32_t> unclaimed_{0};
  alignas(64) std::atomic<std::uint32_t> unfinished_{0};
  std::vector<std::thread> helpers_;
};

}  // namespace genkai::model::native
