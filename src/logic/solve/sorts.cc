#include <algorithm>
#include <utility>

#include "logic/solve/first_order.h"

namespace genkai::logic::solve {
namespace {

class SortInference {
 public:
  explicit SortInference(Theory& theory) : theory_(theory) {
    for (const char* sort : {"Bool", "Int"}) known(sort);
    for (const auto& [key, symbol] : theory_.symbols) {
      std::vector<std::size_t> nodes;
      for (const std::string& argument : symbol.arguments) nodes.push_back(known(argument));
      nodes.push_back(known(symbol.result));
      symbols_[key] = std::move(nodes);
    }
  }

  Read<bool> run() {
    for (Expression& premise : theory_.premises)
      if (auto done = truth(premise); !done) return done;
    for (auto& query : theory_.queries)
      if (auto done = truth(query.formula); !done) return done;
    for (const auto& [key, nodes] : symbols_) {
      Theory::Symbol symbol;
      for (std::size_t i = 0; i + 1 < nodes.size(); ++i) symbol.arguments.push_back(sort_of(nodes[i]));
      symbol.result = sort_of(nodes.back());
      theory_.symbols[key] = std::move(symbol);
    }
    for (auto& [bound, node] : bound_) bound->sort = sort_of(node);
    return true;
  }

 private:
  using Node = std::size_t;

  Node fresh() {
    parents_.push_back(parents_.size());
    sorts_.emplace_back();
    return parents_.size() - 1;
  }
  // A range of numbers is of integers.
  Node known(const std::string& sort) {
    const auto range = theory_.enumerations.find(sort);
    const std::string name =
        range != theory_.enumerations.end() && range->second.members.empty() ? "Int" : sort;
    const auto [at, added] = by_sort_.emplace(name, 0);
    if (added) {
      at->second = fresh();
      sorts_[at->second] = name;
    }
    return at->second;
  }
  Node root(Node node) {
    while (parents_[node] != node) node = parents_[node] = parents_[parents_[node]];
    return node;
  }
  std::string sort_of(Node node) {
    const std::string& sort = sorts_[root(node)];
    return sort.empty() ? "Entity" : sort;
  }
  Read<bool> unify(Node a, Node b, const Expression& e) {
    a = root(a), b = root(b);
    if (a == b) return true;
    if (!sorts_[a].empty() && !sorts_[b].empty())
      return cannot_read(What::sort_clash, e.place, {to_text(e).substr(0, 60), sorts_[b]});
    if (sorts_[a].empty()) std::swap(a, b);
    parents_[b] = a;
    return true;
  }

  Read<bool> truth(Expression& e) {
    auto node = visit(e);
    if (!node) return tl::unexpected(node.error());
    return unify(*node, known("Bool"), e);
  }

  Read<Node> all_of(Expression& e, Node wanted, Node result) {
    for (Expression& part : e.parts) {
      auto node = visit(part);
      if (!node) return node;
      if (auto done = unify(*node, wanted, part); !done) return tl::unexpected(done.error());
    }
    return result;
  }

  Read<Node> visit(Expression& e) {
    switch (e.op) {
      case Op::number:
        return known("Int");
      case Op::truth:
        return known("Bool");
      case Op::variable: {
        const auto at = std::find_if(scope_.rbegin(), scope_.rend(),
                                     [&](const auto& one) { return one.first == e.name; });
        return at->second;
      }
      case Op::name:
      case Op::call:
        return e.bound.empty() && e.name != "Distinct" ? symbol(e) : comprehension(e);
      case Op::for_all:
      case Op::exists:
        return comprehension(e);
      case Op::less:
      case Op::less_equal:
      case Op::greater:
      case Op::greater_equal:
        return all_of(e, known("Int"), known("Bool"));
      case Op::add:
      case Op::subtract:
      case Op::multiply:
      case Op::modulo:
      case Op::minus:
        return all_of(e, known("Int"), known("Int"));
      case Op::equal:
      case Op::not_equal:
        return all_of(e, fresh(), known("Bool"));
      case Op::list:
      case Op::member:
      case Op::rule:
        return cannot_read(What::unexpected, e.place, {to_text(e).substr(0, 60)});
      default:
        return all_of(e, known("Bool"), known("Bool"));
    }
  }

  Read<Node> symbol(Expression& e) {
    if (e.name == "abs" && e.parts.size() == 1) return all_of(e, known("Int"), known("Int"));
    auto& nodes = symbols_[{e.name, e.parts.size()}];
    if (nodes.empty())
      for (std::size_t i = 0; i <= e.parts.size(); ++i) nodes.push_back(fresh());
    const std::vector<Node> own = nodes;
    for (std::size_t i = 0; i < e.parts.size(); ++i) {
      auto node = visit(e.parts[i]);
      if (!node) return node;
      if (auto done = unify(*node, own[i], e.parts[i]); !done) return tl::unexpected(done.error());
    }
    return own.back();
  }

  // Quantifiers, Count, Sum and Distinct: variables, then a body.
  Read<Node> comprehension(Expression& e) {
    const bool quantifier = e.op == Op::for_all || e.op == Op::exists;
    const std::size_t outside = scope_.size();
    for (auto& one : e.bound) {
      const Node node = one.sort.empty() ? fresh() : known(one.sort);
      scope_.emplace_back(one.name, node);
      if (one.sort.empty()) bound_.emplace_back(&one, node);
    }
    if (!quantifier && e.name == "Distinct") {
      if (e.parts.size() == 1 && e.parts[0].op == Op::list)
        e.parts = std::vector<Expression>(e.parts[0].parts);
      auto result = all_of(e, fresh(), known("Bool"));
      scope_.resize(outside);
      return result;
    }
    if (!quantifier && e.name != "Count" && e.name != "Sum")
      return cannot_read(What::unknown_name, e.place, {e.name, "Count"});
    auto result = all_of(e, known(e.name == "Sum" ? "Int" : "Bool"), known(quantifier ? "Bool" : "Int"));
    scope_.resize(outside);
    return result;
  }

  Theory& theory_;
  std::vector<Node> parents_;
  std::vector<std::string> sorts_;
  std::map<std::string, Node> by_sort_;
  std::map<std::pair<std::string, std::size_t>, std::vector<Node>> symbols_;
  std::vector<std::pair<std::string, Node>> scope_;
  std::vector<std::pair<Expression::Bound*, Node>> bound_;
};

}  // namespace

Read<bool> infer_sorts(Theory& theory) {
  return SortInference(theory).run();
}

}  // namespace genkai::logic::solve
