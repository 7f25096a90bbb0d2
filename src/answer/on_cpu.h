#pragma once
// Where the CPU work of a question runs.
//
//   auto found = co_await on_cpu(parts.pool, [&] { return search(question); });

#include <type_traits>
#include <utility>

#include "base/async.h"
#include "base/thread_pool.h"

namespace genkai::answer {

/// On a thread of `pool`, or on the awaiting thread without one; the same result either way.
template <class Work>
base::Task<std::invoke_result_t<Work&>> on_cpu(base::ThreadPool* pool, Work work) {
  if (!pool) co_return work();
  auto value = co_await base::on_pool(*pool, std::move(work));
  co_return value;
}

}  // namespace genkai::answer
