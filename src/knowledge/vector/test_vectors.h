#pragma once
// Seeded vectors for the tests of this folder.

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "base/rng.h"
#include "knowledge/vector/vector_index.h"

namespace genkai::knowledge::testing {

using Floats = std::vector<float>;

inline Floats unit(Floats v) {
  double squares = 0;
  for (const float x : v) squares += double{x} * x;
  for (float& x : v) x = static_cast<float>(x / std::sqrt(squares));
  return v;
}

/// Unit vectors around `topics` seeded centres, as text embeddings lie: `spread` 0 is all alike, 1 hardly
/// clustered.
inline std::vector<Floats> clustered_vectors(std::size_t count, std::size_t dimension, std::uint64_t seed,
                                             std::size_t topics = 50, double spread = 0.8) {
  base::Rng rng(seed);
  std::vector<Floats> centres(topics, Floats(dimension));
  for (auto& centre : centres)
    for (float& x : centre) x = static_cast<float>(rng.normal());
  std::vector<Floats> vectors(count, Floats(dimension));
  for (auto& vector : vectors) {
    const Floats& centre = centres[rng.below(topics)];
    for (std::size_t i = 0; i < dimension; ++i)
      vector[i] = centre[i] + static_cast<float>(spread * rng.normal());
    vector = unit(vector);
  }
  return vectors;
}

inline double dot(const Floats& a, const Floats& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += double{a[i]} * b[i];
  return sum;
}

/// A folder of its own that disappears with the object.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "genkai-vector-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  base::Path operator/(const char* name) const { return path_ / name; }

 private:
  base::Path path_;
};

}  // namespace genkai::knowledge::testing
