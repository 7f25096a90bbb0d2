#pragma once
// Training on a processor that OpenBLAS does not know.

namespace genkai::app {

/// OpenBLAS chooses its kernels while the program is loaded. Where it chose some that leave the processor's
/// vectors unused, the program is started again in its own place with better ones named, and says so on
/// standard error; returns in every other case. To be called before anything is opened or begun.
void use_fast_products();

}  // namespace genkai::app
