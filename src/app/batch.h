#pragma once
// Batches: a JSON line in, a JSON line out, in order and as soon as it is ready.

#include <cstddef>
#include <functional>
#include <string>

#include "base/json.h"
#include "base/result.h"

namespace genkai::app {

struct BatchOptions {
  std::string path;         // a file, or "-" for standard input
  std::size_t threads = 0;  // 0: one a core
  std::string label;        // of the progress bar
};

/// Maps each line's object by `answer` (whose "id" becomes the line's own) on a pool of workers and prints
/// the results to standard output, one a line, in input order; at most 64 lines a worker are in flight, so
/// any length of input runs in constant memory. A malformed line (or one for which `answer` fails) gives
/// {"id","error":{"code","message"}} in its place. Returns the number of such lines. Errors: not_found, and
/// resource_exhausted when standard output cannot be written.
base::Result<std::size_t> run_batch(
    const BatchOptions& options,
    const std::function<base::Result<base::Json>(const base::Json& line)>& answer);

}  // namespace genkai::app
