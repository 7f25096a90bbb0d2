#pragma once
// Processor time: what other programs take is not counted.
//
//   const double before = cpu_seconds(CpuOf::thread);
//   work();
//   print(cpu_seconds(CpuOf::thread) - before);

namespace genkai::base {

enum class CpuOf { process, thread };
/// Seconds so far, of all threads of this process or of the calling thread alone.
double cpu_seconds(CpuOf whose);

}  // namespace genkai::base
