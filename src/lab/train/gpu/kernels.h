#pragma once
// What the device runs.

namespace genkai::lab::train::gpu {

/// OpenCL C 1.2 of all kernels. Sums are made in an order that depends on shapes alone, so the same device
/// and driver give the same bits.
extern const char* const kKernels;

/// Of a product: tiles of so many rows and columns by 16 x 16 work-items.
constexpr unsigned kTile = 64;
/// Largest size of a head that attention takes.
constexpr unsigned kHead = 256;

}  // namespace genkai::lab::train::gpu
