#pragma once
// What a gateway meets in a day, all at once: answers, streams that are read to their end or left early,
// checked answers, knowledge bases, faults, requests that are wrong.
//
//   MixedResult result = run_blocking(mixed_load({.port = port, .model = "local"}, 3s));

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/async.h"

namespace genkai::test {

struct MixedLoad {
  std::uint16_t port = 0;
  std::string model = {};                // answers well; asked as it is and "+checked"
  std::vector<std::string> faulty = {};  // models whose upstream fails
  std::string knowledge = {};            // "genkai/<kb>"; empty: not asked
  std::string question = {};             // of the knowledge base
  std::size_t clients = 8;               // of each kind of passthrough
  std::chrono::milliseconds pause{0};    // of each client between two requests
};

struct MixedResult {
  std::size_t requests = 0, unexpected = 0;
  std::string problem;  // of the first that was unexpected
};

/// Every request has the status that belongs to it; a faulty model's may have any, but must have one.
base::Task<MixedResult> mixed_load(MixedLoad load, std::chrono::milliseconds duration);

}  // namespace genkai::test
