#include "lab/train/blas.h"

#include <cstdlib>

namespace genkai::lab::train {

std::string_view kernels_to_name(std::string_view chosen, bool avx2, bool avx512) {
  if (chosen != "Prescott" || !avx2) return {};
  return avx512 ? "SkylakeX" : "Haswell";
}

std::string_view kernels_to_name() {
#if defined(__x86_64__)
  if (std::getenv("OPENBLAS_CORETYPE") != nullptr) return {};
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                      __builtin_cpu_supports("avx512cd");
  return kernels_to_name(openblas_get_corename(), avx2, avx512);
#else
  return {};
#endif
}

}  // namespace genkai::lab::train
