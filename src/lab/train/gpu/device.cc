#include "lab/train/gpu/device.h"

#include <dlfcn.h>

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "lab/train/gpu/kernels.h"

namespace genkai::lab::train::gpu {
namespace {

using base::Code;

// What is used of the library, each under its own name.
#define GENKAI_OPENCL(X)                                                                                     \
  X(clGetPlatformIDs)                                                                                        \
  X(clGetDeviceIDs)                                                                                          \
  X(clGetDeviceInfo) X(clCreateContext) X(clReleaseContext) X(clCreateCommandQueue) X(clReleaseCommandQueue) \
      X(clCreateProgramWithSource) X(clBuildProgram) X(clGetProgramBuildInfo) X(clReleaseProgram)            \
          X(clCreateKernel) X(clReleaseKernel) X(clSetKernelArg) X(clCreateBuffer) X(clReleaseMemObject)     \
              X(clEnqueueNDRangeKernel) X(clEnqueueReadBuffer) X(clEnqueueWriteBuffer)                       \
                  X(clEnqueueCopyBuffer) X(clEnqueueFillBuffer) X(clFinish)

struct Library {
#define GENKAI_MEMBER(name) decltype(&::name) name = nullptr;
  GENKAI_OPENCL(GENKAI_MEMBER)
#undef GENKAI_MEMBER
};

/// Loaded once and never given back: drivers do not like to be.
const Library* library() {
  static const Library* const loaded = []() -> const Library* {
    void* const file = dlopen("libOpenCL.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!file) return nullptr;
    static Library found;
    bool all = true;
#define GENKAI_LOOK_UP(name)                                               \
  found.name = reinterpret_cast<decltype(found.name)>(dlsym(file, #name)); \
  all = all && found.name;
    GENKAI_OPENCL(GENKAI_LOOK_UP)
#undef GENKAI_LOOK_UP
    return all ? &found : nullptr;
  }();
  return loaded;
}

std::string text_of(const Library& cl, cl_device_id device, cl_device_info what) {
  std::size_t size = 0;
  if (cl.clGetDeviceInfo(device, what, 0, nullptr, &size) != CL_SUCCESS || size == 0) return {};
  std::string text(size, '\0');
  cl.clGetDeviceInfo(device, what, size, text.data(), nullptr);
  text.resize(size - 1);
  return text;
}

cl_device_id first_device(const Library& cl, Kind kind) {
  const cl_device_type type =
      kind == Kind::any ? CL_DEVICE_TYPE_ALL : CL_DEVICE_TYPE_GPU | CL_DEVICE_TYPE_ACCELERATOR;
  cl_uint platforms = 0;
  if (cl.clGetPlatformIDs(0, nullptr, &platforms) != CL_SUCCESS) return nullptr;
  std::vector<cl_platform_id> ids(platforms);
  cl.clGetPlatformIDs(platforms, ids.data(), nullptr);
  for (const cl_platform_id id : ids) {
    cl_device_id device = nullptr;
    if (cl.clGetDeviceIDs(id, type, 1, &device, nullptr) == CL_SUCCESS) return device;
  }
  return nullptr;
}

constexpr std::size_t kFirstHeap = std::size_t{16} << 20;  // floats: 64 MiB
constexpr std::size_t kAlign = 64;                         // floats

}  // namespace

struct Device::State {
  State(const Library& library, cl_device_id id)
      : cl(library), device(id), name(text_of(library, id, CL_DEVICE_NAME)) {}

  const Library& cl;
  cl_device_id device;
  std::string name;
  cl_ulong most = 0;  // bytes of one allocation
  cl_context context = nullptr;
  cl_command_queue queue = nullptr;
  cl_program program = nullptr;
  cl_mem heap = nullptr;
  std::size_t floats = 0;  // of the heap
  std::map<std::string, cl_kernel, std::less<>> kernels;
  base::Status status;

  ~State() {
    if (queue) cl.clFinish(queue);
    for (const auto& [kernel_name, kernel] : kernels) cl.clReleaseKernel(kernel);
    if (program) cl.clReleaseProgram(program);
    if (heap) cl.clReleaseMemObject(heap);
    if (queue) cl.clReleaseCommandQueue(queue);
    if (context) cl.clReleaseContext(context);
  }
  /// Keeps the first failure.
  bool check(cl_int result, const std::string& what) {
    if (result == CL_SUCCESS) return static_cast<bool>(status);
    const bool memory = result == CL_MEM_OBJECT_ALLOCATION_FAILURE || result == CL_OUT_OF_RESOURCES ||
                        result == CL_OUT_OF_HOST_MEMORY || result == CL_INVALID_BUFFER_SIZE;
    if (status)
      status =
          base::fail(memory ? Code::resource_exhausted : Code::internal,
                     name + ": " + what + " failed (OpenCL error " + std::to_string(result) + ")",
                     memory ? "smaller steps need less of the device's memory" : "train without the GPU");
    return false;
  }
};

Device::Device(std::unique_ptr<State> state) : state_(std::move(state)) {}
Device::~Device() = default;

base::Result<std::unique_ptr<Device>> Device::open(Kind kind) {
  const Library* cl = library();
  if (!cl)
    return base::fail(
        Code::not_found, "there is no OpenCL here (libOpenCL.so.1)",
        "install the GPU's driver with its OpenCL part and ocl-icd-libopencl1, or train without a GPU");
  const cl_device_id id = first_device(*cl, kind);
  if (!id)
    return base::fail(Code::not_found, "OpenCL finds no GPU",
                      "install the OpenCL part of the GPU's driver, or train without a GPU");
  auto state = std::make_unique<State>(*cl, id);
  cl->clGetDeviceInfo(id, CL_DEVICE_MAX_MEM_ALLOC_SIZE, sizeof state->most, &state->most, nullptr);
  cl_int result = CL_SUCCESS;
  state->context = cl->clCreateContext(nullptr, 1, &id, nullptr, nullptr, &result);
  if (state->check(result, "making a context"))
    state->queue = cl->clCreateCommandQueue(state->context, id, 0, &result);
  if (state->check(result, "making a queue")) {
    const char* source = kKernels;
    state->program = cl->clCreateProgramWithSource(state->context, 1, &source, nullptr, &result);
  }
  if (state->check(result, "reading the kernels"))
    result = cl->clBuildProgram(state->program, 1, &id, "-cl-std=CL1.2", nullptr, nullptr);
  if (result == CL_BUILD_PROGRAM_FAILURE) {
    std::string log(4096, '\0');
    cl->clGetProgramBuildInfo(state->program, id, CL_PROGRAM_BUILD_LOG, log.size(), log.data(), nullptr);
    return base::fail(Code::internal,
                      state->name + " does not compile the kernels: " + log.substr(0, log.find('\0')),
                      "train without the GPU");
  }
  if (!state->check(result, "compiling the kernels")) return base::fail(state->status.error());
  return std::unique_ptr<Device>(new Device(std::move(state)));
}

const std::string& Device::name() const {
  return state_->name;
}

base::Status Device::status() const {
  return state_->status;
}

bool Device::grow(std::size_t floats) {
  State& s = *state_;
  const std::size_t most = s.most / sizeof(float);
  const std::size_t wanted = std::max(floats, std::min(most, std::max(kFirstHeap, 2 * s.floats)));
  cl_int result = wanted > most ? CL_INVALID_BUFFER_SIZE : CL_SUCCESS;
  cl_mem heap = nullptr;
  if (result == CL_SUCCESS)
    heap = s.cl.clCreateBuffer(s.context, CL_MEM_READ_WRITE, wanted * sizeof(float), nullptr, &result);
  if (!s.check(result, "taking " + std::to_string(wanted / (1U << 18)) + " MiB of memory")) return false;
  if (s.heap) {
    const bool copied = s.check(
        s.cl.clEnqueueCopyBuffer(s.queue, s.heap, heap, 0, 0, s.floats * sizeof(float), 0, nullptr, nullptr),
        "copying");
    s.cl.clReleaseMemObject(s.heap);
    s.heap = heap;
    s.floats = wanted;
    return copied;
  }
  s.heap = heap;
  s.floats = wanted;
  return true;
}

Address Device::floats(std::size_t n) {
  const Address at = used_;
  used_ += (n + kAlign - 1) / kAlign * kAlign;
  if (used_ > state_->floats && state_->status) grow(used_);
  return at;
}

void Device::write(Address to, const void* items, std::size_t n) {
  State& s = *state_;
  if (n == 0 || !s.status) return;
  s.check(s.cl.clEnqueueWriteBuffer(s.queue, s.heap, CL_TRUE, to * sizeof(float), n * sizeof(float), items, 0,
                                    nullptr, nullptr),
          "writing");
}

void Device::read(Address from, void* items, std::size_t n) {
  State& s = *state_;
  if (n == 0 || !s.status) return;
  s.check(s.cl.clEnqueueReadBuffer(s.queue, s.heap, CL_TRUE, from * sizeof(float), n * sizeof(float), items,
                                   0, nullptr, nullptr),
          "reading");
}

void Device::copy(Address to, Address from, std::size_t n) {
  State& s = *state_;
  if (n == 0 || !s.status) return;
  s.check(s.cl.clEnqueueCopyBuffer(s.queue, s.heap, s.heap, from * sizeof(float), to * sizeof(float),
                                   n * sizeof(float), 0, nullptr, nullptr),
          "copying");
}

void Device::zero(Address at, std::size_t n) {
  State& s = *state_;
  if (n == 0 || !s.status) return;
  const float nothing = 0;
  s.check(s.cl.clEnqueueFillBuffer(s.queue, s.heap, &nothing, sizeof nothing, at * sizeof(float),
                                   n * sizeof(float), 0, nullptr, nullptr),
          "filling");
}

void Device::launch(const char* name, const Grid& grid, std::span<const Argument> arguments) {
  State& s = *state_;
  if (!s.status || grid.global[0] * grid.global[1] * grid.global[2] == 0) return;
  auto found = s.kernels.find(name);
  if (found == s.kernels.end()) {
    cl_int result = CL_SUCCESS;
    const cl_kernel made = s.cl.clCreateKernel(s.program, name, &result);
    if (!s.check(result, std::string("finding the kernel ") + name)) return;
    found = s.kernels.emplace(name, made).first;
  }
  const cl_kernel kernel = found->second;
  cl_int result = s.cl.clSetKernelArg(kernel, 0, sizeof s.heap, &s.heap);
  for (std::size_t i = 0; i < arguments.size() && result == CL_SUCCESS; ++i)
    result = s.cl.clSetKernelArg(kernel, static_cast<cl_uint>(i + 1), arguments[i].size, arguments[i].value);
  if (result == CL_SUCCESS)
    result = s.cl.clEnqueueNDRangeKernel(s.queue, kernel, 3, nullptr, grid.global.data(), grid.local.data(),
                                         0, nullptr, nullptr);
  s.check(result, std::string("the kernel ") + name);
}

void Device::finish() {
  State& s = *state_;
  if (s.status) s.check(s.cl.clFinish(s.queue), "waiting");
}

}  // namespace genkai::lab::train::gpu
