#include "base/cpu_time.h"

#include <time.h>

namespace genkai::base {

double cpu_seconds(CpuOf whose) {
  timespec time{};
  ::clock_gettime(whose == CpuOf::process ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

}  // namespace genkai::base
