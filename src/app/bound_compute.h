#pragma once
// From the arguments of `genkai bound hallucination ...` to the sheet that is shown. One function a bound.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/bound_facts.h"
#include "app/bound_sheet.h"

namespace genkai::app {

struct BoundArguments {
  std::string language = "en";
  bool json = false;
  double confidence = 0.95;
  FactInput facts;
  // missing-mass
  std::string distribution;
  std::optional<double> n, once;
  // monofact, singleton
  double miscalibration = 0, regularity = 1;
  std::optional<double> delta, false_per_fact, singleton_rate, candidates, most_candidates;
  // capacity
  std::string parameters, wanted_facts, precision = "fp16";
  double exposures = 1000, bits_per_fact = 0;
  // threshold
  std::optional<double> penalty, right, wrong, abstain, probability;
  // staleness
  std::optional<double> age_days, wanted;
  double half_life_days = 0;
  std::string date, today;
  // snowball, abstention
  std::vector<double> errors;
  std::optional<double> error, steps, of;
  double target = 0;
};

base::Result<Sheet> missing_mass_sheet(const BoundArguments& arguments);
base::Result<Sheet> monofact_sheet(const BoundArguments& arguments);
base::Result<Sheet> singleton_sheet(const BoundArguments& arguments);
base::Result<Sheet> capacity_sheet(const BoundArguments& arguments);
base::Result<Sheet> threshold_sheet(const BoundArguments& arguments);
base::Result<Sheet> staleness_sheet(const BoundArguments& arguments);
base::Result<Sheet> snowball_sheet(const BoundArguments& arguments);
base::Result<Sheet> abstention_sheet(const BoundArguments& arguments);

/// A whole number from 0 to 2^53, or invalid_argument naming `what`.
base::Result<std::uint64_t> whole(const char* what, double value);
/// "7B", "1.5e9", "350M": a number above 0 with K, M, B (or G) or T. Nothing for anything else.
std::optional<double> amount_of(std::string_view text);
/// Days since 1970-01-01 of "2024-05-31". Nothing for anything else, or a day that does not exist.
std::optional<double> day_of(std::string_view text);

}  // namespace genkai::app
