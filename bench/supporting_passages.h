#pragma once
// Passages that state a right answer, made by rules: the honest side of a measurement for which no honest
// passages were published. They are synthetic: a sentence that states the answer, in other words than the
// question's where the table of synonyms has any, among real sentences on other matters. Real encyclopaedia
// articles share fewer words with a question and say more about its subject.
//
//   for (const auto& document : supporting_documents(question, "1926", 3, filler, rng)) kb.add(document);

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/rng.h"
#include "knowledge/document/document.h"

namespace genkai::bench {

/// `count` documents (at most 8 differ in wording), each one passage of another source, dated 2005 to 2019.
/// `filler` are sentences to put around; ids are "<id>/<number>".
std::vector<knowledge::ParsedDocument> supporting_documents(const std::string& id, std::string_view question,
                                                            std::string_view answer, std::size_t count,
                                                            const std::vector<std::string>& filler,
                                                            base::Rng& rng);

}  // namespace genkai::bench
