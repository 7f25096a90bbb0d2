// Any bytes as text: tokenising and embedding must not read out of bounds, and the vector is of unit length
// or zero.
#include <cmath>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "knowledge/meaning/static_embedder.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using genkai::knowledge::StaticEmbedder;
  static const auto embedder = StaticEmbedder::open(genkai::knowledge::embedded_table()).value();
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::vector<float> vector(embedder->dimension());
  if (!embedder->embed(bytes, vector.data())) std::abort();
  double squares = 0;
  for (float x : vector) squares += static_cast<double>(x) * x;
  if (squares != 0 && std::abs(squares - 1) > 1e-3) std::abort();
  // The same bytes as a table: refused, or readable.
  if (auto opened = StaticEmbedder::open(bytes)) {
    std::vector<float> other((*opened)->dimension());
    (void)(*opened)->embed("any text", other.data());
  }
  return 0;
}
