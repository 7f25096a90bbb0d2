#pragma once
// Synthetic questions whose answer needs one, two or three passages, in English and Japanese: invented names,
// varied wordings, and every case a distractor of all others.
//
//   Suite suite = make_suite(seed, 100);            // 100 cases of each kind and language
//   for (const auto& document : suite.documents) kb.add(document);

#include <cstdint>
#include <string>
#include <vector>

#include "knowledge/document/document.h"

namespace genkai::bench {

enum class HopKind { one_passage, fragments, two_hop, three_hop };

struct HopCase {
  HopKind kind = HopKind::one_passage;
  bool japanese = false;
  std::string question;
  std::vector<std::string> needed;  // sentences, each of which has to be in a passage found
};

struct Suite {
  std::vector<knowledge::ParsedDocument> documents;
  std::vector<HopCase> cases;
};

Suite make_suite(std::uint64_t seed, std::size_t of_each);

}  // namespace genkai::bench
