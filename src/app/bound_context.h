#pragma once
// From the arguments of `genkai bound context ...` to the sheet that is shown. One function a bound.

#include <optional>
#include <string>
#include <vector>

#include "app/bound_sheet.h"

namespace genkai::app {

struct ContextArguments {
  std::string language = "en";
  bool json = false;
  // positions
  std::string lengths;  // "-" is standard input
  std::vector<std::string> corpus;
  double window = 0, share = 0.1;
  std::vector<double> distances;
  bool packed = false;
  // crowding
  std::optional<double> tokens, margin;
  double relevant = 1, weight = 0.9, scaled_from = 0;
  // encoding
  std::string encoding = "rope";
  double size = 128, base = 10'000, stretch = 1, heads = 8, trained = 0;
  // cost
  double layers = 32, width = 4096, kv_heads = 0, hidden = 0, vocabulary = 32'000, head_size = 0;
  std::string weights = "fp16", cache = "fp16";
  bool two_matrices = false, tied = false;
  // effective
  std::optional<double> half;
  double at_start = 1, target = 0.85, usual = 0.5;
};

base::Result<Sheet> positions_sheet(const ContextArguments& arguments);
base::Result<Sheet> crowding_sheet(const ContextArguments& arguments);
base::Result<Sheet> encoding_sheet(const ContextArguments& arguments);
base::Result<Sheet> context_cost_sheet(const ContextArguments& arguments);
base::Result<Sheet> effective_sheet(const ContextArguments& arguments);

}  // namespace genkai::app
