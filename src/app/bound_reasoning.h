#pragma once
// From the arguments of `genkai bound reasoning ...` to the sheet that is shown. One function a bound.

#include <optional>
#include <string>
#include <vector>

#include "app/bound_sheet.h"

namespace genkai::app {

struct ReasoningArguments {
  std::string language = "en";
  bool json = false;
  double confidence = 0.95, tolerance = 0.001;
  std::string table;  // "-" is standard input
  // fewest-wrong
  std::vector<std::string> groups, exactly_one;
  // survival
  std::vector<double> errors;
  std::optional<double> error, wrong, of, steps, target;
  double caught = 0, false_alarm = 0, retries = 0;
  // best-of-n, majority, stopping
  double n = 1;
  std::optional<double> right, correlation, accepts_right, accepts_wrong;
  double first = 0, second = 0, remaining = 0, level = 0.95;
};

base::Result<Sheet> fewest_wrong_sheet(const ReasoningArguments& arguments);
base::Result<Sheet> survival_sheet(const ReasoningArguments& arguments);
base::Result<Sheet> best_of_n_sheet(const ReasoningArguments& arguments);
base::Result<Sheet> majority_sheet(const ReasoningArguments& arguments);
base::Result<Sheet> stopping_sheet(const ReasoningArguments& arguments);

}  // namespace genkai::app
