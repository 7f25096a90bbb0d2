#include "limits/reasoning/consistency/explain.h"

#include <algorithm>
#include <deque>
#include <optional>

namespace genkai::limits::reasoning {
namespace {

constexpr std::size_t kStepsInWords = 6;
constexpr std::size_t kNone = static_cast<std::size_t>(-1);

// Unit propagation from the answers that stand, with the reason of everything that follows.
class Propagation {
 public:
  Propagation(const std::vector<Claim>& claims, const Network& network, const Repair& repair)
      : network_(network),
        value_(network.propositions.size(), 0),
        reason_(network.propositions.size(), kNone),
        answer_(network.propositions.size(), kNone),
        watched_(network.propositions.size()) {
    std::vector<char> broken(network.constraints.size()), changed(claims.size());
    for (const std::size_t i : repair.broken) broken[i] = 1;
    for (const std::size_t i : repair.changed) changed[i] = 1;
    for (std::size_t i = 0; i < network.constraints.size(); ++i) {
      if (broken[i]) continue;
      for (const Sign sign : network.constraints[i].literals) watched_[proposition_of(sign)].push_back(i);
    }
    for (std::size_t i = 0; i < claims.size(); ++i)
      if (!changed[i] && value_[network.claimed[i]] == 0) {
        answer_[network.claimed[i]] = i;
        assign(sign_of(network.claimed[i], claims[i].holds()), kNone);
      }
    for (std::size_t i = 0; i < network.constraints.size(); ++i)
      if (!broken[i] && network.constraints[i].literals.size() == 1) look_at(i);
    for (; !queue_.empty(); queue_.pop_front())
      for (const std::size_t constraint : watched_[queue_.front()]) look_at(constraint);
  }

  Chain chain_of(std::size_t claim, bool wanted) const {
    Chain chain;
    chain.claim = claim;
    const std::size_t place = network_.claimed[claim];
    if (value_[place] != (wanted ? 1 : -1)) return chain;
    chain.complete = true;
    std::vector<char> seen(value_.size());
    visit(place, seen, chain);
    return chain;
  }

 private:
  void assign(Sign sign, std::size_t reason) {
    const std::size_t place = proposition_of(sign);
    value_[place] = sign > 0 ? 1 : -1;
    reason_[place] = reason;
    queue_.push_back(place);
  }
  bool holds(Sign sign) const { return value_[proposition_of(sign)] == (sign > 0 ? 1 : -1); }

  void look_at(std::size_t constraint) {
    Sign open = 0;
    for (const Sign sign : network_.constraints[constraint].literals) {
      if (holds(sign)) return;
      if (value_[proposition_of(sign)] != 0) continue;
      if (open != 0) return;
      open = sign;
    }
    if (open != 0) assign(open, constraint);
  }

  // Depth is bounded by an own stack: a chain may be as long as there are propositions.
  void visit(std::size_t place, std::vector<char>& seen, Chain& chain) const {
    struct Frame {
      std::size_t place, next;
    };
    std::vector<Frame> stack{{place, 0}};
    seen[place] = 1;
    while (!stack.empty()) {
      Frame& top = stack.back();
      const std::size_t reason = reason_[top.place];
      if (reason == kNone) {
        if (answer_[top.place] != kNone) chain.answers.push_back(answer_[top.place]);
        stack.pop_back();
        continue;
      }
      const auto& literals = network_.constraints[reason].literals;
      if (top.next < literals.size()) {
        const std::size_t other = proposition_of(literals[top.next++]);
        if (!seen[other]) {
          seen[other] = 1;
          stack.push_back({other, 0});
        }
        continue;
      }
      Step step;
      step.constraint = reason;
      for (const Sign sign : literals)
        if (proposition_of(sign) == top.place)
          step.gives = sign;
        else
          step.from.push_back(-sign);
      chain.steps.push_back(std::move(step));
      stack.pop_back();
    }
  }

  const Network& network_;
  std::vector<signed char> value_;
  std::vector<std::size_t> reason_, answer_;
  std::vector<std::vector<std::size_t>> watched_;
  std::deque<std::size_t> queue_;
};

class Words {
 public:
  Words(const std::vector<Claim>& claims, const Network& network, text::Language language)
      : claims_(claims), network_(network), japanese_(language == text::Language::japanese) {}

  std::string quoted(const std::string& text) const {
    std::string_view bare = text;
    for (const std::string_view stop : {".", "。"})
      if (bare.ends_with(stop)) bare.remove_suffix(stop.size());
    return japanese_ ? "「" + std::string(bare) + "」" : "\"" + std::string(bare) + "\"";
  }
  // The proposition as it was put, and whether that holds.
  std::string said(Sign sign) const {
    const Proposition& one = network_.propositions[proposition_of(sign)];
    const bool as_put = (sign > 0) != one.said_negated;
    if (as_put) return quoted(one.text);
    return japanese_ ? quoted(one.text) + "は偽" : "not " + quoted(one.text);
  }
  std::string answer(std::size_t claim) const {
    const Claim& one = claims_[claim];
    if (one.sentence)
      return japanese_ ? "文" + one.id + "は" + quoted(one.text) + "と言う"
                       : "sentence " + one.id + " says " + quoted(one.text);
    if (japanese_)
      return "回答" + one.id + "は" + quoted(one.text) + "に「" + (one.value ? "はい" : "いいえ") + "」";
    return "answer " + one.id + " to " + quoted(one.text) + " is " + (one.value ? "yes" : "no");
  }
  std::string step(const Step& one) const {
    const Constraint& constraint = network_.constraints[one.constraint];
    const std::string& rule_words = words_of(network_.rule_of(constraint),
                                             japanese_ ? text::Language::japanese : text::Language::english);
    std::string from;
    for (const Sign sign : one.from) from += (from.empty() ? "" : japanese_ ? "と" : " and ") + said(sign);
    const std::string rule = japanese_ ? "規則" + quoted(rule_words) : "the rule " + quoted(rule_words);
    if (japanese_) return (from.empty() ? rule : from + "と" + rule) + "から" + said(one.gives);
    if (from.empty()) return rule + " gives " + said(one.gives);
    return from + " and " + rule + " give " + said(one.gives);
  }
  bool japanese() const { return japanese_; }

 private:
  const std::vector<Claim>& claims_;
  const Network& network_;
  const bool japanese_;
};

}  // namespace

const std::string& words_of(const RuleNote& rule, text::Language language) {
  return language == text::Language::japanese && !rule.japanese.empty() ? rule.japanese : rule.text;
}

std::vector<Chain> explain(const std::vector<Claim>& claims, const Network& network, const Repair& repair) {
  std::vector<Chain> chains;
  if (repair.changed.empty()) return chains;
  const Propagation propagation(claims, network, repair);
  for (const std::size_t claim : repair.changed)
    chains.push_back(propagation.chain_of(claim, repair.assignment[network.claimed[claim]] != 0));
  return chains;
}

std::string in_words(const Chain& chain, const std::vector<Claim>& claims, const Network& network,
                     text::Language language) {
  const Words words(claims, network, language);
  const std::string but = words.answer(chain.claim);
  const std::string stop = words.japanese() ? "。" : ".";
  if (!chain.complete) {
    if (claims[chain.claim].confidence < 0.5)
      return words.japanese() ? "確信度が五分を下回り、反対する規則もない: " + but + stop
                              : "its own confidence is below even odds: " + but + stop;
    return words.japanese()
               ? "一つの連鎖では言えないが、ほかの回答と規則を合わせると成り立たない: " + but + stop
               : "no single chain shows it, but the other answers and the rules together leave no room: " +
                     but + stop;
  }
  std::string out;
  if (chain.steps.empty() && !chain.answers.empty()) {
    out = words.answer(chain.answers.front());
  } else {
    const std::size_t first = chain.steps.size() > kStepsInWords ? chain.steps.size() - kStepsInWords : 0;
    if (first > 0)
      out = words.japanese() ? "(" + std::to_string(first) + "段を略す) "
                             : "(" + std::to_string(first) + " steps before) ";
    for (std::size_t i = first; i < chain.steps.size(); ++i)
      out += (i > first ? (words.japanese() ? "、" : "; ") : "") + words.step(chain.steps[i]);
  }
  return out + (words.japanese() ? "。しかし" : ", but ") + but + stop;
}

}  // namespace genkai::limits::reasoning
