#pragma once
// Text to a unit vector whose inner products mean similarity. The built-in back end is a static table of
// token vectors; a server of /v1/embeddings is another.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace genkai::knowledge {

class Embedder {
 public:
  virtual ~Embedder() = default;
  /// Name and version, stored with a knowledge base: vectors of different embedders are never compared.
  virtual std::string name() const = 0;
  virtual std::size_t dimension() const = 0;
  /// `out` gets dimension() floats of unit length, or all zeros for text it cannot read (for example Japanese
  /// in the built-in table). Thread-safe.
  virtual base::Status embed(std::string_view utf8, float* out) const = 0;
};

/// The table that ships inside the program (docs/formats/static-embedder.md, tools/distill_embedder.py).
/// Never fails.
std::shared_ptr<const Embedder> static_embedder();

}  // namespace genkai::knowledge
