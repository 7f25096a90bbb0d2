#pragma once
// Which tokens may come next, as an interface: a grammar, a list of names, or the words of the evidence stand
// behind it.
//
//   class Digits : public TokenMask {
//     void allow(std::span<const TokenId> so_far, std::span<std::uint8_t> allowed) override { ... allowed[id]
//     = 1; }
//   };
//   GENKAI_RETURN_IF_ERROR(apply(mask, generated, logits));

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "model/native/architecture.h"

namespace genkai::model::native {

class TokenMask {
 public:
  virtual ~TokenMask() = default;
  /// Marks with 1 the ids that may follow `so_far`, the tokens generated until now (the prompt is not among
  /// them). `allowed` has one place for each id of the vocabulary and holds zeros.
  virtual void allow(std::span<const TokenId> so_far, std::span<std::uint8_t> allowed) = 0;
};

/// Makes the mask of each sample of one request; masks of one maker are used by one thread at a time.
using MaskMaker = std::function<std::unique_ptr<TokenMask>()>;

/// Sets the logits of all other ids to -infinity. When none may follow, nothing is changed and the error is
/// invalid_argument: a mask that can always end marks the end of the text then.
inline base::Status apply(TokenMask& mask, std::span<const TokenId> so_far, std::span<float> logits) {
  std::vector<std::uint8_t> allowed(logits.size(), 0);
  mask.allow(so_far, allowed);
  if (std::none_of(allowed.begin(), allowed.end(), [](std::uint8_t a) { return a != 0; }))
    return base::fail(base::Code::invalid_argument, "the mask allows no next token",
                      "the grammar has no way on from here: let it end, or make it wider");
  for (std::size_t id = 0; id < logits.size(); ++id)
    if (allowed[id] == 0) logits[id] = -std::numeric_limits<float>::infinity();
  return {};
}

}  // namespace genkai::model::native
