#include "limits/reasoning/bound/fewest_wrong.h"

#include <algorithm>
#include <numeric>

namespace genkai::limits::reasoning::bound {
namespace {

using base::Code;

constexpr std::size_t kMostWork = 20'000'000;  // visits of vertices and edges, some tenths of a second

/// The smallest set of vertices of one connected graph that touches every edge.
class Cover {
 public:
  explicit Cover(std::vector<std::vector<std::size_t>> beside, std::size_t& work)
      : beside_(std::move(beside)), alive_(beside_.size(), true), degree_(beside_.size()), work_(work) {
    for (std::size_t v = 0; v < beside_.size(); ++v) degree_[v] = beside_[v].size();
    least_ = below();
    best_ = beside_.size() - 1;  // a connected graph of n needs n - 1 at most
    search();
    if (!stopped_) least_ = best_;
  }
  std::size_t least() const { return std::min(least_, best_); }
  std::size_t best() const { return best_; }

 private:
  // No more than one of a clique stays out of the cover.
  std::size_t below() {
    std::vector<std::vector<std::size_t>> cliques;
    std::vector<std::size_t> hits, clique_of(beside_.size(), beside_.size());
    std::size_t bound = 0;
    for (std::size_t v = 0; v < beside_.size(); ++v) {
      if (!alive_[v] || degree_[v] == 0) continue;
      hits.assign(cliques.size(), 0);
      work_ += beside_[v].size() + cliques.size() + 1;
      for (const std::size_t u : beside_[v])
        if (alive_[u] && clique_of[u] < cliques.size()) ++hits[clique_of[u]];
      std::size_t chosen = cliques.size();
      for (std::size_t c = 0; c < cliques.size(); ++c)
        if (hits[c] == cliques[c].size() && (chosen == cliques.size() || hits[c] > hits[chosen])) chosen = c;
      if (chosen == cliques.size())
        cliques.emplace_back();
      else
        ++bound;
      cliques[chosen].push_back(v);
      clique_of[v] = chosen;
    }
    return bound;
  }
  void remove(std::size_t v, std::vector<std::size_t>& removed) {
    alive_[v] = false;
    removed.push_back(v);
    work_ += beside_[v].size() + 1;
    for (const std::size_t u : beside_[v]) --degree_[u];
  }
  void restore(std::vector<std::size_t>& removed) {
    while (!removed.empty()) {
      const std::size_t v = removed.back();
      removed.pop_back();
      alive_[v] = true;
      for (const std::size_t u : beside_[v]) ++degree_[u];
    }
  }
  void take(std::size_t v, std::vector<std::size_t>& removed) {
    remove(v, removed);
    ++taken_;
  }
  void search() {
    const std::size_t before = taken_;
    std::vector<std::size_t> removed;
    std::size_t most = beside_.size();
    for (bool reduced = true; reduced;) {  // the neighbour of a leaf may always be taken
      reduced = false;
      most = beside_.size();
      work_ += beside_.size();
      for (std::size_t v = 0; v < beside_.size(); ++v) {
        if (!alive_[v] || degree_[v] == 0) continue;
        if (degree_[v] == 1) {
          for (const std::size_t u : beside_[v])
            if (alive_[u]) {
              take(u, removed);
              break;
            }
          reduced = true;
        } else if (most == beside_.size() || degree_[v] > degree_[most]) {
          most = v;
        }
      }
    }
    stopped_ = stopped_ || work_ > kMostWork;
    if (most == beside_.size()) {
      best_ = std::min(best_, taken_);
      ended_ = stopped_;
    } else if (stopped_) {  // greedily to the end, once
      if (!ended_) {
        take(most, removed);
        search();
      }
    } else if (taken_ + below() < best_) {
      std::vector<std::size_t> branch;
      take(most, branch);
      search();
      taken_ -= 1;
      restore(branch);
      if (!stopped_) {
        for (const std::size_t u : beside_[most])
          if (alive_[u]) take(u, branch);
        search();
      }
      restore(branch);
    }
    restore(removed);
    taken_ = before;
  }

  std::vector<std::vector<std::size_t>> beside_;
  std::vector<bool> alive_;
  std::vector<std::size_t> degree_;
  std::size_t& work_;
  std::size_t taken_ = 0, best_ = 0, least_ = 0;
  bool stopped_ = false, ended_ = false;
};

base::Status cover(const AnswerSet& set, FewestWrong& out) {
  std::vector<std::vector<std::size_t>> beside(set.answers);
  for (const auto& [a, b] : set.exclusions) {
    if (a >= set.answers || b >= set.answers || a == b)
      return base::fail(Code::invalid_argument, "an exclusion has to be of two different answers of the set");
    beside[a].push_back(b);
    beside[b].push_back(a);
  }
  for (auto& list : beside) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }
  std::size_t work = 0;
  std::vector<std::size_t> place(set.answers, set.answers);
  for (std::size_t start = 0; start < set.answers; ++start) {
    if (place[start] < set.answers || beside[start].empty()) continue;
    std::vector<std::size_t> part{start};
    place[start] = 0;
    for (std::size_t at = 0; at < part.size(); ++at)
      for (const std::size_t next : beside[part[at]])
        if (place[next] == set.answers) {
          place[next] = part.size();
          part.push_back(next);
        }
    std::vector<std::vector<std::size_t>> own(part.size());
    for (std::size_t at = 0; at < part.size(); ++at)
      for (const std::size_t next : beside[part[at]]) own[at].push_back(place[next]);
    const Cover found(std::move(own), work);
    out.least += found.least();
    out.enough += found.best();
    out.exact = out.exact && found.least() == found.best();
  }
  out.answers += set.answers;
  return {};
}

}  // namespace

base::Result<FewestWrong> fewest_wrong(const AnswerSet& set) {
  if (set.answers > kMostAnswers || set.exclusions.size() > kMostExclusions)
    return base::fail(Code::invalid_argument, "there are more than 20,000 answers or 1,000,000 exclusions",
                      "larger sets are for `genkai check`");
  FewestWrong out;
  const auto add = [&](std::uint64_t wrong, std::uint64_t answers) {
    out.least += wrong;
    out.enough += wrong;
    out.answers += answers;
  };
  for (const auto& group : set.groups) {
    const std::uint64_t all = std::accumulate(group.begin(), group.end(), std::uint64_t{0});
    add(group.empty() ? 0 : all - *std::max_element(group.begin(), group.end()), all);
  }
  for (const ExactlyOne& one : set.exactly_one) {
    if (one.of == 0 || one.yes > one.of || one.no > one.of - one.yes)
      return base::fail(Code::invalid_argument, "more statements are answered than there are",
                        "give affirmed, denied and all");
    add(one.yes > 0 ? one.yes - 1 : one.no == one.of ? 1 : 0, one.yes + one.no);
  }
  GENKAI_RETURN_IF_ERROR(cover(set, out));
  if (out.answers == 0) return base::fail(Code::invalid_argument, "there is no answer in the set");
  out.grounds = {
      {{"What is said to exclude each other does: values of one question are different answers to it, with "
        "one "
        "right at most.",
        "互いに排他とされた答えは実際に両立しません。同じ質問の異なる値のうち、正しいものは高々1つです。"},
       {"Nothing else relates the answers. Chains of implications and weights are for `genkai check`, whose "
        "optimum never lies below this.",
        "答え同士にほかの関係はありません。含意の連鎖や重みは `genkai check` "
        "が扱い、その最適値はこれを下回りません。"}},
      "smallest vertex cover of the exclusions; all but the most frequent value of each question"};
  return out;
}

}  // namespace genkai::limits::reasoning::bound
