#pragma once
// Training on a GPU, by OpenCL.
//
//   GENKAI_ASSIGN_OR_RETURN(const std::unique_ptr<Accelerator> gpu, open_gpu(Kind::gpu));
//   options.accelerator = gpu.get();  // of the trainer

#include <memory>

#include "lab/train/accelerator.h"
#include "lab/train/gpu/device.h"

namespace genkai::lab::train::gpu {

/// Errors: those of Device::open.
base::Result<std::unique_ptr<Accelerator>> open_gpu(Kind kind);

}  // namespace genkai::lab::train::gpu
