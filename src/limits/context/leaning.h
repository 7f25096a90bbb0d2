#pragma once
// Whether a text can be read by itself.
//
//   leans_on_previous("However, it was closed in 1950.")     // true: on what stands before
//   leans_on_previous("ただし、祝日は除く。")                  // true: the condition's first half is
//   elsewhere

#include <string_view>

namespace genkai::limits::context {

/// True when the first sentence begins with a pronoun (it, they, this; それ, 彼は), a connective (however,
/// therefore; しかし, そのため) or goes on with a condition (otherwise, in that case; ただし, その場合).
/// English and Japanese, by closed lists.
bool leans_on_previous(std::string_view utf8);

}  // namespace genkai::limits::context
