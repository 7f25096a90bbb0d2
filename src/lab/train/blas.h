#pragma once
// Matrix products by OpenBLAS on the calling thread alone.

#include <cblas.h>

#include <cstddef>
#include <string_view>

namespace genkai::lab::train {

struct Operand {
  const float* data;
  std::size_t stride;
  bool transposed = false;
};

/// c = a b + beta c with c [rows][cols] at c_stride; a is [rows][inner] and b [inner][cols] after their
/// transposition.
inline void product(std::size_t rows, std::size_t cols, std::size_t inner, Operand a, Operand b, float beta,
                    float* c, std::size_t c_stride) {
  cblas_sgemm(CblasRowMajor, a.transposed ? CblasTrans : CblasNoTrans,
              b.transposed ? CblasTrans : CblasNoTrans, static_cast<blasint>(rows),
              static_cast<blasint>(cols), static_cast<blasint>(inner), 1.0F, a.data,
              static_cast<blasint>(a.stride), b.data, static_cast<blasint>(b.stride), beta, c,
              static_cast<blasint>(c_stride));
}

/// One thread a call from now on, process-wide: the trainer has its own threads, each with a product of its
/// own.
inline void use_one_blas_thread() {
  openblas_set_num_threads(1);
}

/// What OPENBLAS_CORETYPE has to say so that OpenBLAS uses the processor's vectors; empty when it does. A
/// processor that came after the library is taken for one of 2004 ("Prescott"), with products six times
/// slower than need be.
std::string_view kernels_to_name(std::string_view chosen, bool avx2, bool avx512);
/// The same of the running program and its processor; empty where the variable is set.
std::string_view kernels_to_name();

}  // namespace genkai::lab::train
