#include "model/native/architecture.h"

#include <cmath>
#include <string>

namespace genkai::model::native {

using base::Code;
using base::fail;

std::uint64_t Architecture::parameters() const {
  const std::uint64_t attention = 2 * width * width + 2 * kv_width() * width;
  const std::uint64_t layer = attention + 3 * hidden * width + 2 * width;
  return vocabulary * width * (tied ? 1 : 2) + layers * layer + width;
}

base::Status check(const Architecture& a) {
  struct Field {
    const char* name;
    std::size_t value, most;
  };
  // With these every product of two is below 2^48 and the sum over the layers below 2^60.
  const Field fields[] = {{"vocabulary", a.vocabulary, std::size_t{1} << 22},
                          {"width", a.width, std::size_t{1} << 16},
                          {"layers", a.layers, 1024},
                          {"heads", a.heads, std::size_t{1} << 12},
                          {"kv_heads", a.kv_heads, std::size_t{1} << 12},
                          {"hidden", a.hidden, std::size_t{1} << 18},
                          {"context", a.context, std::size_t{1} << 26}};
  const auto wrong = [](std::string what) {
    return fail(Code::invalid_argument, "the model's architecture is not usable: " + std::move(what),
                "the file is damaged, or made for another kind of model");
  };
  for (const auto& field : fields)
    if (field.value == 0 || field.value > field.most)
      return wrong(std::string(field.name) + " is " + std::to_string(field.value) + ", and has to be 1 to " +
                   std::to_string(field.most));
  if (a.width % a.heads != 0)
    return wrong("the width " + std::to_string(a.width) + " does not divide into " + std::to_string(a.heads) +
                 " heads");
  if (a.head_size() % 2 != 0)
    return wrong("a head has " + std::to_string(a.head_size()) +
                 " dimensions, and rotations need an even number");
  if (a.head_size() > 1024)
    return wrong("a head has " + std::to_string(a.head_size()) + " dimensions, and the most is 1024");
  if (a.heads % a.kv_heads != 0)
    return wrong("the " + std::to_string(a.heads) + " heads of queries do not divide among " +
                 std::to_string(a.kv_heads) + " heads of keys");
  if (!std::isfinite(a.rope_theta) || a.rope_theta < 1)
    return wrong("the base of the rotations has to be a number of at least 1");
  if (!std::isfinite(a.norm_epsilon) || a.norm_epsilon < 0 || a.norm_epsilon > 1)
    return wrong("the epsilon of the norms has to lie within 0 and 1");
  return {};
}

}  // namespace genkai::model::native
