#pragma once
// Asking one question again and again, each time with some of the knowledge left out.
//
//   GENKAI_ASSIGN_OR_RETURN(const Asked asked, ask_once(answerer, question, less, cancellation));
//   GENKAI_ASSIGN_OR_RETURN(const bool minimal, thin_out(ids, still_changed));

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "answer/answerer.h"
#include "base/cancellation.h"

namespace genkai::answer {

struct Asked {
  core::Answer answer;
  std::string failure;  // of the language model; `answer` is that of quotes alone then. Empty: none
};

/// Waits for the answer. Errors: cancelled, before it is asked; those of reading.
base::Result<Asked> ask_once(const Answerer& answerer, const core::Question& question,
                             const knowledge::KnowledgeView& view, const base::Cancellation& cancellation);

/// Drops members that need not be in `set`, the last first, until a whole round finds none; at least one
/// stays. `suffices(fewer)` gives Result<std::optional<bool>>: none ends it, as nothing may be asked any
/// more. True when no member can be dropped.
template <class T, class Suffices>
base::Result<bool> thin_out(std::vector<T>& set, Suffices suffices) {
  for (bool dropped = true; dropped;) {
    dropped = false;
    for (std::size_t i = set.size(); i-- > 0 && set.size() > 1;) {
      std::vector<T> fewer = set;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      GENKAI_ASSIGN_OR_RETURN(const std::optional<bool> enough, suffices(fewer));
      if (!enough) return false;
      if (!*enough) continue;
      set = std::move(fewer);
      dropped = true;
    }
  }
  return true;
}

}  // namespace genkai::answer
