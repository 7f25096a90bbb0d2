#pragma once
// Which tokens may come next. For each node of the grammar, once: the tokens that the node's own rule allows
// whatever stands around it, and those that leave the rule, which depend on the callers (the division that
// XGrammar makes, Dong et al. 2024). A mask is the union of the former over a state's threads, and the latter
// tried in the state itself, by a tree of their own.
//
//   Masks masks(grammar, vocabulary);
//   masks.fill(states, state, allowed);

#include <bitset>
#include <memory>
#include <vector>

#include "logic/grammar/states.h"
#include "logic/grammar/vocabulary.h"

namespace genkai::logic::grammar {

/// Not thread-safe. Holds at most a bit for each token and node that was met.
class Masks {
 public:
  Masks(std::shared_ptr<const Grammar> grammar, std::shared_ptr<const Vocabulary> vocabulary);
  const Vocabulary& vocabulary() const { return *vocabulary_; }
  /// The tokens that may follow `state`, without the end tokens, as if each were tried alone. REQUIRES:
  /// `states` runs the same grammar; `allowed` has the vocabulary's size.
  void fill(States& states, StateId state, TokenSet& allowed);
  /// Nodes met so far that needed a walk over the whole vocabulary.
  std::size_t walks() const { return walks_; }

 private:
  using ByteSet = std::bitset<256>;
  struct Entry {
    std::vector<TokenId> few;  // allowed, when they are few
    TokenSet many;             // else
    TokenTrie unsure;          // leave the rule
  };
  const Entry& entry_of(Grammar::Node node);
  void classify();
  void find_follows();

  std::shared_ptr<const Grammar> grammar_;
  std::shared_ptr<const Vocabulary> vocabulary_;
  States local_;
  std::vector<std::uint32_t>
      class_;  // of each node: nodes of one class are of one rule and allow the same tokens
  std::vector<std::unique_ptr<Entry>> entries_;  // of each class
  std::vector<ByteSet> follows_;                 // of each rule: what may come after it
  std::size_t walks_ = 0;
};

}  // namespace genkai::logic::grammar
