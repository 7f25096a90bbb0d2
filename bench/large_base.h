#pragma once
// A large knowledge base of mostly real text.
//
//   GENKAI_RETURN_IF_ERROR(fill_large_base(*kb, {&xquad, &jaquad}, {"/usr/share/doc"}, 1'000'000));

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "knowledge/store/knowledge_base.h"
#include "squad.h"

namespace genkai::bench {

/// Adds passages until `kb` holds `wanted`: the paragraphs of `sets`, then the documents under `folders`;
/// what is still missing is mixed from sentences of both in seeded random order. Prints how many are real.
base::Status fill_large_base(knowledge::KnowledgeBase& kb, const std::vector<const Squad*>& sets,
                             const std::vector<std::string>& folders, std::size_t wanted);

}  // namespace genkai::bench
