#include "limits/retrieval/copies.h"

#include <algorithm>
#include <cctype>

#include "base/hash.h"
#include "text/text.h"
namespace genkai::limits::retrieval {
namespace {
std::vector<std::uint64_t> shingles(std::string_view normalised) {
  std::string bare;
  for (const char c : normalised)
    if (static_cast<unsigned char>(c) >= 0x80 || std::isalnum(static_cast<unsigned char>(c))) bare += c;
  std::vector<std::uint64_t> out;
  for (std::size_t i = 0; i + 15 <= bare.size(); ++i)
    if ((static_cast<unsigned char>(bare[i]) & 0xC0U) != 0x80U)
      out.push_back(base::hash64(std::string_view(bare).substr(i, 15)));
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}
}  // namespace
std::vector<std::vector<std::size_t>> near_copies(const std::vector<core::Evidence>& evidence) {
  std::vector<std::vector<std::size_t>> out(evidence.size());
  std::vector<std::vector<std::uint64_t>> all;
  for (const auto& item : evidence) all.push_back(shingles(text::normalise(item.passage.text)));
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = i + 1; j < all.size(); ++j) {
      std::vector<std::uint64_t> both;
      std::set_intersection(all[i].begin(), all[i].end(), all[j].begin(), all[j].end(),
                            std::back_inserter(both));
      const auto either = all[i].size() + all[j].size() - both.size();
      if (either > 0 && static_cast<double>(both.size()) >= 0.8 * static_cast<double>(either))
        out[i].push_back(j), out[j].push_back(i);
    }
  return out;
}
}  // namespace genkai::limits::retrieval
