#pragma once
// The functions of the language, by their English and Japanese names.
//
//   const Function* mean = find_function("平均");
//   mean->run(context, values, out);

#include <string_view>
#include <vector>

#include "logic/expression/operations.h"

namespace genkai::logic::expression {

struct Function {
  std::string_view names;           // separated by spaces, the first is the one that is documented
  std::size_t least = 0, most = 0;  // values; kAny: no bound
  bool (*run)(Context& context, std::vector<Value>& values, Value& out);
};
constexpr std::size_t kAny = ~std::size_t{0};

/// nullptr when there is none of that name.
const Function* find_function(std::string_view name);

}  // namespace genkai::logic::expression
