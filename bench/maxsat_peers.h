#pragma once
// The peers of the bench `maxsat`, each in a process of its own so that its time and its memory are its own:
// Z3's optimiser, and the program cbc on the same problem as a 0-1 linear program.

#include <cstdint>
#include <optional>

#include "logic/maxsat/formula.h"

namespace genkai::bench {

struct PeerRun {
  std::optional<std::uint64_t> optimum;  // nothing where the time ran out
  double cpu_seconds = 0;
};

PeerRun run_z3(const logic::WeightedFormula& formula, int seconds);
/// Nothing where cbc cannot be started.
std::optional<PeerRun> run_cbc(const logic::WeightedFormula& formula, int seconds);

}  // namespace genkai::bench
