#include "limits/retrieval/entity_graph.h"

#include <algorithm>

namespace genkai::limits::retrieval {
namespace {

constexpr float kDamping = 0.5F;
constexpr int kRounds = 12;  // what is left of a walk after them is 0.5^12

}  // namespace

void EntityGraph::add_passage(float seed, const std::vector<std::pair<std::string, float>>& entities) {
  seeds_.push_back(seed);
  auto& edges = edges_.emplace_back();
  for (const auto& [name, idf] : entities) {
    const auto [at, fresh] = places_.emplace(name, entities_.size());
    if (fresh) entities_.push_back({name, idf, 0});
    edges.push_back({at->second, idf});
  }
}

std::vector<EntityRank> EntityGraph::rank() const {
  std::vector<EntityRank> ranked = entities_;
  float seeds = 0;
  for (const float seed : seeds_) seeds += seed;
  if (seeds <= 0 || ranked.empty()) return ranked;
  std::vector<float> from_passage(edges_.size(), 0), into_entity(ranked.size(), 0);
  for (std::size_t p = 0; p < edges_.size(); ++p)
    for (const Edge& edge : edges_[p]) {
      from_passage[p] += edge.weight;
      into_entity[edge.entity] += edge.weight;
    }
  std::vector<float> passages(edges_.size());
  for (std::size_t p = 0; p < passages.size(); ++p) passages[p] = seeds_[p] / seeds;
  for (int round = 0; round < kRounds; ++round) {
    for (EntityRank& entity : ranked) entity.mass = 0;
    for (std::size_t p = 0; p < edges_.size(); ++p)
      for (const Edge& edge : edges_[p])
        ranked[edge.entity].mass += kDamping * passages[p] * edge.weight / from_passage[p];
    for (std::size_t p = 0; p < passages.size(); ++p) {
      passages[p] = (1 - kDamping) * seeds_[p] / seeds;
      for (const Edge& edge : edges_[p])
        passages[p] += kDamping * ranked[edge.entity].mass * edge.weight / into_entity[edge.entity];
    }
  }
  std::sort(ranked.begin(), ranked.end(), [](const EntityRank& a, const EntityRank& b) {
    return a.mass != b.mass ? a.mass > b.mass : a.name < b.name;
  });
  return ranked;
}

}  // namespace genkai::limits::retrieval
