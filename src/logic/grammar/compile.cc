#include <fmt/format.h>

#include <algorithm>
#include <bitset>
#include <utility>

#include "logic/grammar/grammar.h"
#include "logic/grammar/nfa.h"

namespace genkai::logic::grammar {
namespace {

using base::Code;
using base::Status;
using Kind = Expression::Kind;

constexpr std::size_t kInlined = 32;  // the size up to which a rule stands where it is called

template <class Visit>
void each_call(const Expression& body, const Visit& visit) {
  if (body.kind == Kind::call) visit(body.rule);
  for (const Expression& part : body.parts) each_call(part, visit);
}

// What is known of the words of an expression while it is being found out; both only ever grow true.
struct Words {
  bool any = false, empty = false;
  bool operator==(const Words&) const = default;
};

Words words_of(const Expression& body, const std::vector<Words>& rules) {
  const auto all = [&](std::size_t parts) {
    Words words{true, true};
    for (std::size_t i = 0; i < parts; ++i) {
      const Words part = words_of(body.parts[i], rules);
      words.any = words.any && part.any;
      words.empty = words.empty && part.empty;
    }
    return words;
  };
  switch (body.kind) {
    case Kind::literal:
      return {true, body.text.empty()};
    case Kind::characters:
      return {!body.ranges.empty(), false};
    case Kind::sequence:
      return all(body.parts.size());
    case Kind::choice: {
      Words words;
      for (const Expression& way : body.parts) {
        const Words own = words_of(way, rules);
        words.any = words.any || own.any;
        words.empty = words.empty || own.empty;
      }
      return words;
    }
    case Kind::repeat: {
      const Words one = words_of(body.parts.front(), rules);
      return {one.any || body.low == 0, one.empty || body.low == 0};
    }
    case Kind::call:
      return rules[body.rule];
    case Kind::listed: {
      Words words{true, true};
      for (std::size_t i = 0; i < body.required.size(); ++i)
        if (body.required[i]) words.any = words.any && words_of(body.parts[i], rules).any;
      words.empty =
          std::none_of(body.required.begin(), body.required.end(), [](bool needed) { return needed; });
      return words;
    }
  }
  return {};
}

// Whether some part can be begun and never ended.
bool has_trap(const Expression& body, const std::vector<Words>& rules) {
  if ((body.kind == Kind::characters || body.kind == Kind::call) && !words_of(body, rules).any) return true;
  return std::any_of(body.parts.begin(), body.parts.end(),
                     [&](const Expression& part) { return has_trap(part, rules); });
}

std::size_t size_of(const Expression& body, const std::vector<std::size_t>& rules) {
  std::size_t size = 1;
  if (body.kind == Kind::literal) size = body.text.size();
  if (body.kind == Kind::characters)
    for (const CodeRange& range : body.ranges) size += range.high < 0x80 ? 1 : 8;
  if (body.kind == Kind::call) size += rules[body.rule];
  for (const Expression& part : body.parts) size += size_of(part, rules);
  if (body.kind == Kind::repeat)
    size *= std::max<std::size_t>(1, body.high == kUnbounded ? body.low + 1U : body.high);
  return std::min<std::size_t>(size, 1'000'000);
}

}  // namespace

class Compiler {
 public:
  Compiler(const Rules& rules, CompileLimits limits)
      : rules_(rules), limits_(limits), grammar_(std::make_shared<Grammar>()) {}

  base::Result<std::shared_ptr<const Grammar>> compile() {
    find_order();
    find_words();
    for (const std::uint32_t rule : order_)
      if (!words_[rule].any || (!rules_.rules[rule].automaton && has_trap(rules_.rules[rule].body, words_)))
        return base::fail(
            Code::invalid_argument,
            fmt::format("the rule '{}' has a part that no text can complete", rules_.rules[rule].name),
            "give it a way that does not lead back to itself");
    choose_inlined();
    GENKAI_RETURN_IF_ERROR(build());
    GENKAI_RETURN_IF_ERROR(rank());
    classify();
    return std::shared_ptr<const Grammar>(std::move(grammar_));
  }

 private:
  // Rules that the root leads to, callees first as far as there are no circles.
  void find_order() {
    const std::size_t n = rules_.rules.size();
    std::vector<std::vector<std::uint32_t>> callers(n);
    std::vector<std::size_t> waits(n, 0);
    std::vector<bool> seen(n, false);
    std::vector<std::uint32_t> work{rules_.root}, reached;
    seen[rules_.root] = true;
    while (!work.empty()) {
      const std::uint32_t rule = work.back();
      work.pop_back();
      reached.push_back(rule);
      std::vector<std::uint32_t> called;
      each_call(rules_.rules[rule].body, [&](std::uint32_t callee) { called.push_back(callee); });
      std::sort(called.begin(), called.end());
      called.erase(std::unique(called.begin(), called.end()), called.end());
      waits[rule] = called.size();
      for (const std::uint32_t callee : called) {
        callers[callee].push_back(rule);
        if (!seen[callee]) seen[callee] = true, work.push_back(callee);
      }
    }
    for (const std::uint32_t rule : reached)
      if (waits[rule] == 0) order_.push_back(rule);
    for (std::size_t i = 0; i < order_.size(); ++i)
      for (const std::uint32_t caller : callers[order_[i]])
        if (--waits[caller] == 0) order_.push_back(caller);
    straight_ = order_.size();
    for (const std::uint32_t rule : reached)
      if (waits[rule] > 0) order_.push_back(rule);
  }

  void find_words() {
    words_.assign(rules_.rules.size(), {});
    for (bool changed = true; changed;) {
      changed = false;
      for (const std::uint32_t rule : order_) {
        if (words_[rule] == Words{true, true}) continue;
        const Rule& own = rules_.rules[rule];
        Words found;
        if (own.automaton) {
          const auto& nodes = own.automaton->nodes;
          found.empty = !nodes.empty() && nodes.front().final;
          found.any = std::any_of(nodes.begin(), nodes.end(), [](const auto& node) { return node.final; });
        } else {
          found = words_of(own.body, words_);
        }
        changed = changed || found != words_[rule];
        words_[rule] = found;
      }
    }
  }

  void choose_inlined() {
    facts_.inlined.assign(rules_.rules.size(), false);
    facts_.nullable.assign(rules_.rules.size(), false);
    std::vector<std::size_t> sizes(rules_.rules.size(), 0);
    for (std::size_t i = 0; i < order_.size(); ++i) {
      const std::uint32_t rule = order_[i];
      facts_.nullable[rule] = words_[rule].empty;
      const Rule& own = rules_.rules[rule];
      if (i >= straight_ || own.automaton || rule == rules_.root) continue;
      const std::size_t size = size_of(own.body, sizes);
      facts_.inlined[rule] = size <= kInlined;
      sizes[rule] = facts_.inlined[rule] ? size : 0;
    }
  }

  void append(std::uint32_t rule, const Dfa& dfa) {
    const auto first = static_cast<std::uint32_t>(grammar_->nodes_.size());
    grammar_->starts_[rule] = first;
    for (const Dfa::Node& node : dfa.nodes) {
      grammar_->nodes_.push_back({static_cast<std::uint32_t>(grammar_->byte_edges_.size()),
                                  static_cast<std::uint32_t>(grammar_->call_edges_.size()), rule,
                                  node.final});
      for (const auto& edge : node.bytes)
        grammar_->byte_edges_.push_back({edge.low, edge.high, edge.target + first});
      for (const auto& [called, target] : node.calls)
        grammar_->call_edges_.push_back({called, target + first});
    }
  }

  Status build() {
    grammar_->root_ = rules_.root;
    grammar_->starts_.assign(rules_.rules.size(), 0);
    for (const Rule& rule : rules_.rules) grammar_->names_.push_back(rule.name);
    std::size_t left = limits_.nodes;
    for (const std::uint32_t rule : order_) {
      if (facts_.inlined[rule]) continue;
      Dfa dfa;
      if (const auto& given = rules_.rules[rule].automaton) {
        for (const auto& node : given->nodes) dfa.nodes.push_back({node.edges, {}, node.final});
      } else {
        GENKAI_ASSIGN_OR_RETURN(const Nfa nfa, build_nfa(rules_, rule, facts_, left));
        dfa = determinise(nfa);
      }
      if (dfa.nodes.size() > left)
        return base::fail(Code::resource_exhausted,
                          fmt::format("the grammar grows beyond {} states", limits_.nodes),
                          "use smaller bounds of repetition, or less evidence");
      left -= dfa.nodes.size();
      append(rule, dfa);
    }
    grammar_->nodes_.push_back({static_cast<std::uint32_t>(grammar_->byte_edges_.size()),
                                static_cast<std::uint32_t>(grammar_->call_edges_.size()), 0, false});
    return {};
  }

  // By what each rule calls before it has read anything; a circle there is left recursion.
  Status rank() {
    const std::size_t n = rules_.rules.size();
    std::vector<std::size_t> waits(n, 0);
    std::vector<bool> built(n, false), ranked(n, false);
    for (const std::uint32_t rule : order_) built[rule] = !facts_.inlined[rule];
    for (const std::uint32_t rule : order_)
      if (built[rule])
        for (const auto& call : grammar_->calls(grammar_->start(rule))) ++waits[call.rule];
    std::vector<std::uint32_t>& sorted = grammar_->by_rank_;
    for (const std::uint32_t rule : order_)
      if (built[rule] && waits[rule] == 0) sorted.push_back(rule);
    grammar_->ranks_.assign(n, 0);
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      grammar_->ranks_[sorted[i]] = static_cast<std::uint32_t>(i);
      ranked[sorted[i]] = true;
      for (const auto& call : grammar_->calls(grammar_->start(sorted[i])))
        if (--waits[call.rule] == 0) sorted.push_back(call.rule);
    }
    for (const std::uint32_t rule : order_)
      if (built[rule] && !ranked[rule]) return left_recursion(rule, ranked);
    return {};
  }

  Status left_recursion(std::uint32_t rule, const std::vector<bool>& ranked) const {
    // Each rule that is left is called by another that is left: walking back ends in a circle.
    std::vector<std::uint32_t> way, caller_of(ranked.size(), rule);
    for (const std::uint32_t caller : order_)
      if (!ranked[caller] && !facts_.inlined[caller])
        for (const auto& call : grammar_->calls(grammar_->start(caller))) caller_of[call.rule] = caller;
    std::vector<bool> passed(ranked.size(), false);
    for (; !passed[rule]; rule = caller_of[rule]) {
      passed[rule] = true;
      way.push_back(rule);
    }
    std::string circle = "'" + rules_.rules[rule].name + "'";
    for (std::size_t i = way.size(); i-- > 0;) {
      circle += " > '" + rules_.rules[way[i]].name + "'";
      if (way[i] == rule) break;
    }
    return base::fail(Code::invalid_argument, "left recursion: " + circle + " begins with itself",
                      "write repetition with * or +, or let the rule call itself at its end");
  }

  void classify() {
    std::bitset<257> cuts;
    for (const auto& edge : grammar_->byte_edges_) cuts.set(edge.low), cuts.set(edge.high + 1U);
    std::size_t current = 0;
    for (std::size_t byte = 0; byte < 256; ++byte) {
      if (byte > 0 && cuts.test(byte)) ++current;
      grammar_->classes_[byte] = static_cast<std::uint8_t>(current);
    }
    grammar_->class_count_ = current + 1;
  }

  const Rules& rules_;
  CompileLimits limits_;
  std::shared_ptr<Grammar> grammar_;
  std::vector<std::uint32_t> order_;
  std::size_t straight_ = 0;  // so many of order_ lead to no circle
  std::vector<Words> words_;
  RuleFacts facts_;
};

base::Result<std::shared_ptr<const Grammar>> compile(const Rules& rules, CompileLimits limits) {
  return Compiler(rules, limits).compile();
}

}  // namespace genkai::logic::grammar
