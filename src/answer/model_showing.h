#pragma once
// How a language model is shown passages: as is set for it, else as `genkai probe retrieval --save` found
// that it reads them best and no more than `genkai probe context --save` found that it reads, else the
// default.
//
//   options.budget.showing = showing_of({"local", "llama"}, {.recite = true});
//   options.budget.showing.order;  // best_first, where the saved probe found it to be the best
//   options.budget.showing.why;    // "measured for llama"

#include <cstddef>
#include <optional>
#include <string>

#include "base/file.h"
#include "limits/context/guard.h"

namespace genkai::answer {

inline constexpr std::size_t kMostEffectiveTokens = 1'000'000'000;

/// What is set for a model by hand; it overrules what was measured.
struct ShowingChoice {
  std::optional<limits::context::Order> order{};
  std::size_t effective_tokens = 0;  // at most kMostEffectiveTokens; 0: what was measured, else no limit
  bool recite = false, compress = false;
};

/// Where a probe keeps what it found of a model: "retrieval" (docs/formats/probe-retrieval.md), "context"
/// (docs/limits/context.md), "reasoning". REQUIRES: a name.
base::Path probe_file(const std::string& probe, const std::string& model);

struct ModelNames {
  std::string ours;    // as users call it
  std::string remote;  // the endpoint's own; may be empty
};

/// Each probe is looked for under our name, then under the endpoint's. A missing file leaves the defaults;
/// one that cannot be used is warned of in the log and leaves them too. A length that the probe of context
/// found goes before one that was written into the file of the probe of retrieval. Blocks for the files.
limits::context::Showing showing_of(const ModelNames& model, const ShowingChoice& choice);

/// What differs from the default, as "order best_first tokens 3000 recite compress"; empty: nothing.
std::string describe(const limits::context::Showing& showing);

}  // namespace genkai::answer
