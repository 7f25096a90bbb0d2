#include "logic/grammar/mask.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/hash.h"

namespace genkai::logic::grammar {
namespace {

constexpr std::size_t kLargeRun = std::size_t{64}
                                  << 20;  // bytes of local states after which they are made anew
constexpr std::size_t kMostRefined =
    2'000'000;  // nodes times rounds; beyond, each node is a class of its own

// Walks down `trie` from `state`; visit(index, node, state after its byte) says whether to go on below it.
template <class Visit>
void walk(const TokenTrie& trie, States& states, StateId state, std::vector<StateId>& way,
          const Visit& visit) {
  way.resize(trie.depth() + 1);
  way[0] = state;
  for (std::size_t i = 0; i < trie.size();) {
    const TokenTrie::Node& node = trie.node(i);
    const StateId next = states.step(way[node.depth], node.byte);
    if (!visit(i, node, next)) {
      i = node.next;
      continue;
    }
    way[node.depth + 1] = next;
    ++i;
  }
}

}  // namespace

Masks::Masks(std::shared_ptr<const Grammar> grammar, std::shared_ptr<const Vocabulary> vocabulary)
    : grammar_(std::move(grammar)), vocabulary_(std::move(vocabulary)), local_(grammar_) {
  classify();
  find_follows();
}

// The bytes with which a text can go on once a rule has ended: FIRST and FOLLOW of textbooks, over nodes.
void Masks::find_follows() {
  const std::size_t rules = grammar_->rule_count(), nodes = grammar_->node_count();
  std::vector<ByteSet> first(rules);
  const auto first_of = [&](Grammar::Node node) {
    ByteSet bytes;
    for (const auto& edge : grammar_->bytes(node))
      for (unsigned byte = edge.low; byte <= edge.high; ++byte) bytes.set(byte);
    for (const auto& call : grammar_->calls(node)) bytes |= first[call.rule];
    return bytes;
  };
  for (std::size_t rank = grammar_->ranked_count(); rank-- > 0;) {  // callees have the higher ranks
    const Grammar::RuleId rule = grammar_->rule_at_rank(static_cast<std::uint32_t>(rank));
    first[rule] = first_of(grammar_->start(rule));
  }
  follows_.assign(rules, {});
  for (bool changed = true; changed;) {
    changed = false;
    for (Grammar::Node node = 0; node < nodes; ++node)
      for (const auto& call : grammar_->calls(node)) {
        ByteSet bytes = follows_[call.rule] | first_of(call.target);
        if (grammar_->is_final(call.target)) bytes |= follows_[grammar_->rule_of(node)];
        changed = changed || bytes != follows_[call.rule];
        follows_[call.rule] = bytes;
      }
  }
}

// Nodes that no text as long as the longest token tells apart share an entry: the copies of a bounded
// repetition, of which there may be thousands. Moore's refinement (1956), one round a byte; the callee of a
// call counts as itself.
void Masks::classify() {
  const std::size_t n = grammar_->node_count(), rounds = vocabulary_->trie().depth() + 1;
  class_.assign(n, 0);
  if (n * rounds > kMostRefined) {
    for (Grammar::Node node = 0; node < n; ++node) class_[node] = node;
    entries_.resize(n);
    return;
  }
  for (Grammar::Node node = 0; node < n; ++node)
    class_[node] = 2 * grammar_->rule_of(node) + grammar_->is_final(node);
  std::size_t classes = 1;
  std::vector<std::uint32_t> key, next(n);
  for (std::size_t round = 0; round < rounds; ++round) {
    std::unordered_map<std::string, std::uint32_t> known;
    known.reserve(classes * 2);
    for (Grammar::Node node = 0; node < n; ++node) {
      key.assign(1, class_[node]);
      for (const auto& edge : grammar_->bytes(node)) {
        const std::uint32_t target = class_[edge.target];
        // Ranges side by side that lead to one class are one.
        if (key.size() > 2 && key.back() == target && (key[key.size() - 2] & 0xFF) + 1U == edge.low)
          key[key.size() - 2] = (key[key.size() - 2] & ~0xFFU) | edge.high;
        else
          key.insert(key.end(), {edge.low * 256U + edge.high, target});
      }
      key.push_back(0xFFFFFFFFU);
      for (const auto& edge : grammar_->calls(node)) key.insert(key.end(), {edge.rule, class_[edge.target]});
      const auto entry = known.emplace(
          std::string(reinterpret_cast<const char*>(key.data()), key.size() * sizeof(std::uint32_t)),
          static_cast<std::uint32_t>(known.size()));
      next[node] = entry.first->second;
    }
    std::swap(class_, next);
    if (std::exchange(classes, known.size()) == known.size() && round > 0) break;
  }
  entries_.resize(classes);
}

const Masks::Entry& Masks::entry_of(Grammar::Node node) {
  std::unique_ptr<Entry>& entry = entries_[class_[node]];
  if (entry) return *entry;
  ++walks_;
  if (local_.size() > kLargeRun) local_ = States(grammar_);
  entry = std::make_unique<Entry>();
  const TokenTrie& trie = vocabulary_->trie();
  const auto each_token = [&](std::size_t i, const auto& take) {
    for (std::uint32_t t = trie.node(i).tokens; t < trie.node(i + 1).tokens; ++t) take(trie.tokens()[t]);
  };
  std::vector<TokenTrie::Entry> unsure;
  std::vector<StateId> way;
  std::vector<bool> escaped(trie.depth() + 1, false);  // by depth
  std::size_t unsure_until = 0;                        // nodes before this one lie behind the end of the rule
  const ByteSet& follows = follows_[grammar_->rule_of(node)];
  walk(trie, local_, local_.alone(node), way, [&](std::size_t i, const TokenTrie::Node& at, StateId next) {
    if (escaped[at.depth] && follows.test(at.byte))
      unsure_until = std::max<std::size_t>(unsure_until, at.next);
    if (next == kDead) {
      if (i < unsure_until)  // its whole branch is for the callers to judge
        for (std::size_t k = i; k < at.next; ++k)
          each_token(k, [&](TokenId token) { unsure.push_back({vocabulary_->token(token).bytes, token}); });
      return false;
    }
    each_token(i, [&](TokenId token) { entry->few.push_back(token); });
    escaped[at.depth + 1] = local_.is_escaped(next);
    return true;
  });
  entry->unsure = TokenTrie(std::move(unsure));
  if (entry->few.size() * 32 > vocabulary_->size()) {
    entry->many = TokenSet(vocabulary_->size());
    for (const TokenId token : entry->few) entry->many.insert(token);
    entry->few = {};
  }
  return *entry;
}

void Masks::fill(States& states, StateId state, TokenSet& allowed) {
  allowed.clear();
  // The threads may move in memory when states are added below.
  const auto threads = states.threads(state);
  std::vector<Grammar::Node> nodes;
  for (const States::Thread& thread : threads)
    if (nodes.empty() || nodes.back() != thread.node) nodes.push_back(thread.node);
  std::vector<StateId> way;
  std::vector<const TokenTrie*> walked;
  for (const Grammar::Node node : nodes) {
    const Entry& entry = entry_of(node);
    if (entry.many.size() > 0) allowed |= entry.many;
    for (const TokenId token : entry.few) allowed.insert(token);
    if (entry.unsure.size() == 0 || std::count(walked.begin(), walked.end(), &entry.unsure) > 0) continue;
    walked.push_back(&entry.unsure);
    walk(entry.unsure, states, state, way, [&](std::size_t i, const TokenTrie::Node&, StateId next) {
      if (next == kDead) return false;
      for (std::uint32_t t = entry.unsure.node(i).tokens; t < entry.unsure.node(i + 1).tokens; ++t)
        allowed.insert(entry.unsure.tokens()[t]);
      return true;
    });
  }
}

}  // namespace genkai::logic::grammar
