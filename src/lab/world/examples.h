#pragma once
// Examples of a world, one task at a time.
//
//   const Examples examples(world);
//   base::Rng rng(step * batch + place);                       // the same numbers, the same example
//   Example one = examples.make(Task::in_context, {.distractors = 3}, rng);
//   one.parts                                                  // passages, question, answer, with weights
//
// The text is that of lab/train: passages, each on a line, "Question: ...\nAnswer: ...". Passages are read
// (weight 0) where something is asked; the names of the question have `name_weight`, as copying them is what
// copying is learnt from.

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "base/rng.h"
#include "lab/world/example.h"
#include "lab/world/question.h"
#include "lab/world/world.h"

namespace genkai::lab::world {

struct Shape {
  Split entities = Split::train;  // of whom is spoken
  Split wordings = Split::train;  // of statements and questions
  std::size_t distractors = 3;    // passages that do not answer
  double hard = 0.7;              // share of them that state the same relation of another bearer
  double counterfactual = 0;      // share of in_context whose value is not the world's: memory cannot answer
  double name_weight = 0.3;       // of the loss on the name in a question
  std::size_t length = 6;  // statements, table rows, repeated names; steps of arithmetic and rules: a third
};

/// Reads the world, which has to live longer. Thread-safe.
class Examples {
 public:
  explicit Examples(const World& world);
  /// What the world cannot give (nothing changes in it, nothing is asked back) becomes an example of
  /// in_context; its `task` says so. The entities' split must not be empty.
  Example make(Task task, const Shape& shape, base::Rng& rng) const;

  const World& world() const { return world_; }

 private:
  Example statements(const Shape& shape, base::Rng& rng) const;
  Example closed_book(const Shape& shape, base::Rng& rng) const;
  Example in_context(Task task, Asked asked, const Shape& shape, base::Rng& rng) const;
  Example unanswerable(const Shape& shape, base::Rng& rng) const;
  Example poisoned(const Shape& shape, base::Rng& rng) const;
  Example scaffold(Task task, const Shape& shape, base::Rng& rng) const;
  Asked draw_plain(Split split, base::Rng& rng) const;
  std::vector<std::string> distractors(const Asked& asked, const std::vector<FactId>& support,
                                       std::size_t count, const Shape& shape, base::Rng& rng) const;

  const World& world_;
  std::array<std::array<std::vector<FactId>, kRelations>, 2> alike_;  // by split and relation
  std::array<std::vector<std::size_t>, 2> log_;                       // statements, by the subject's split
  std::array<std::vector<FactId>, 2> stated_;                         // seen truly in the log, as often
  std::array<std::vector<EntityId>, 2> entities_;
  std::array<std::vector<Asked>, 2> plain_, hops_, backs_, years_;
};

/// Tasks that need no world: arithmetic, rules, program. REQUIRES: one of these.
Example derived(Task task, const Shape& shape, text::Language language, base::Rng& rng);

}  // namespace genkai::lab::world
