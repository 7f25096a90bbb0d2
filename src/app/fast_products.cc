#include "app/fast_products.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "lab/train/blas.h"

namespace genkai::app {

void use_fast_products() {
  const std::string kernels(lab::train::kernels_to_name());
  if (kernels.empty()) return;
  std::ifstream command("/proc/self/cmdline", std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(command), {}};
  if (text.empty()) return;
  std::vector<char*> arguments;  // one after the other, each with its end
  for (std::size_t at = 0; at < text.size(); at += std::string_view(text.data() + at).size() + 1)
    arguments.push_back(text.data() + at);
  arguments.push_back(nullptr);
  std::fprintf(stderr, "OpenBLAS does not know this processor; starting with OPENBLAS_CORETYPE=%s\n",
               kernels.c_str());
  setenv("OPENBLAS_CORETYPE", kernels.c_str(), 1);
  execv("/proc/self/exe", arguments.data());
}

}  // namespace genkai::app
