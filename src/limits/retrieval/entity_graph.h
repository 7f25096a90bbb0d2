#pragma once
// The graph of a few passages and the entities they name, made for one question, and personalised PageRank
// over it. The whole knowledge base's graph is never stored: from passage to entities it is read off the text
// (text/entities.h), from entity to passages the lexical index is its posting list.
//
//   EntityGraph graph;
//   graph.add_passage(seed, {{"mira kestrel", 7.2F}, {"alder institute", 8.9F}});
//   std::vector<EntityRank> ranks = graph.rank();

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace genkai::limits::retrieval {

struct EntityRank {
  std::string name;
  float idf = 0;
  float mass = 0;  // its share of all walks, 0 to 1
};

class EntityGraph {
 public:
  /// `seed`: how likely a walk starts here, relative to other passages, >= 0. Each entity with its idf, > 0,
  /// which is the weight of the edge: rare entities lead further.
  void add_passage(float seed, const std::vector<std::pair<std::string, float>>& entities);
  /// Entities by personalised PageRank (Haveliwala 2002; over passages and entities as HippoRAG, Gutierrez et
  /// al. 2024, with its damping of 0.5), greatest first, ties by name. Power iteration: the graph is small.
  std::vector<EntityRank> rank() const;

 private:
  struct Edge {
    std::size_t entity = 0;
    float weight = 0;
  };
  std::vector<float> seeds_;
  std::vector<std::vector<Edge>> edges_;
  std::map<std::string, std::size_t> places_;
  std::vector<EntityRank> entities_;
};

}  // namespace genkai::limits::retrieval
