#pragma once
// What `genkai check` prints.

#include <string>
#include <vector>

#include "core/answer.h"
#include "limits/reasoning/consistency/consistency.h"

namespace genkai::app {

/// What documents say against one claim.
struct HeldAgainst {
  std::size_t claim = 0;
  std::vector<core::Conflict> conflicts;
};

struct CheckReport {
  limits::reasoning::ConsistencyReport consistency;
  bool with_documents = false;
  std::vector<HeldAgainst> documents;  // claims that documents contradict
  bool inconsistent() const;
  base::Json to_json(text::Language language) const;
};

std::string render(const CheckReport& report, text::Language language);

}  // namespace genkai::app
