#include "logic/solve/names.h"

#include <algorithm>

namespace genkai::logic::solve {
namespace {

std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::string name_key(std::string_view name) {
  std::string key;
  for (const char c : name) {
    if (c == '_' || c == '-' || c == ' ' || c == '\'') continue;
    key += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  const auto ends = [&](std::string_view ending) {
    return key.size() > ending.size() + 1 && key.ends_with(ending);
  };
  if (ends("uses") || ends("sses") || ends("xes") || ends("zes") || ends("ches") || ends("shes"))
    key.resize(key.size() - 2);
  else if (ends("ies"))
    key.replace(key.size() - 3, 3, "y");
  else if (ends("s") && !ends("ss") && !ends("us") && !ends("is"))
    key.resize(key.size() - 1);
  if (ends("e")) key.resize(key.size() - 1);  // house and houses, muse and muses
  return key;
}

Names::Found Names::intern(const std::string& name, std::size_t kind) {
  if (const auto same = exact_.find({name, kind}); same != exact_.end()) return {same->second, false, false};
  auto& alike = by_key_[{name_key(name), kind}];
  if (!alike.empty()) {
    exact_[{name, kind}] = alike.front();
    return {alike.front(), false, true};
  }
  alike.push_back(spellings_.size());
  exact_[{name, kind}] = spellings_.size();
  spellings_.push_back(name);
  return {spellings_.size() - 1, true, false};
}

std::optional<Names::Found> Names::find(const std::string& name) const {
  if (const auto same = exact_.find({name, 0}); same != exact_.end())
    return Found{same->second, false, false};
  const auto alike = by_key_.find({name_key(name), 0});
  if (alike == by_key_.end() || alike->second.size() != 1) return std::nullopt;
  return Found{alike->second.front(), false, true};
}

std::optional<std::size_t> Names::declare(const std::string& name) {
  if (exact_.contains({name, 0})) return std::nullopt;
  by_key_[{name_key(name), 0}].push_back(spellings_.size());
  exact_[{name, 0}] = spellings_.size();
  spellings_.push_back(name);
  return spellings_.size() - 1;
}

std::string Names::nearest(const std::string& name) const {
  std::string best;
  std::size_t fewest = 3;
  if (name.size() > 100) return best;
  for (const std::string& one : spellings_) {
    if (one.size() > name.size() + 2 || name.size() > one.size() + 2) continue;
    const std::size_t distance = edits(name, one);
    if (distance < fewest && distance * 2 < name.size()) fewest = distance, best = one;
  }
  return best;
}

}  // namespace genkai::logic::solve
