#include "logic/solve/constraints.h"

#include <algorithm>
#include <limits>
#include <set>

#include "logic/solve/answer.h"

namespace genkai::logic::solve {
namespace {

using Code = Constraint::Code;

constexpr std::int64_t kFirstSymbol = 2'000'000'000'000;
constexpr std::int64_t kInfinite = std::numeric_limits<std::int64_t>::max() / 4;
constexpr std::size_t kSmallDomain = 64;  // larger ones lose only their ends

struct Range {
  std::int64_t low, high;
  bool fixed() const { return low == high; }
};
constexpr Range kEither{0, 1};
constexpr Range truth(bool yes) {
  return {yes, yes};
}

Range clamped(std::int64_t low, std::int64_t high) {
  if (low < -kInfinite || high > kInfinite) return {-kInfinite, kInfinite};
  return {low, high};
}

Range product(Range a, Range b) {
  std::int64_t low = kInfinite, high = -kInfinite;
  for (const std::int64_t x : {a.low, a.high})
    for (const std::int64_t y : {b.low, b.high}) {
      std::int64_t value = 0;
      if (__builtin_mul_overflow(x, y, &value)) return {-kInfinite, kInfinite};
      low = std::min(low, value), high = std::max(high, value);
    }
  return clamped(low, high);
}

Range remainder(Range a, Range b) {  // as Python has it: the sign of the divisor
  if (!a.fixed() || !b.fixed() || b.low == 0) return {-kInfinite, kInfinite};
  const std::int64_t r = a.low % b.low;
  const std::int64_t value = r != 0 && (r < 0) != (b.low < 0) ? r + b.low : r;
  return {value, value};
}

Range compared(Op op, Range a, Range b) {
  switch (op) {
    case Op::equal:
      return a.high < b.low || b.high < a.low ? truth(false) : a.fixed() && b.fixed() ? truth(true) : kEither;
    case Op::not_equal: {
      const Range same = compared(Op::equal, a, b);
      return {1 - same.high, 1 - same.low};
    }
    case Op::less:
      return a.high < b.low ? truth(true) : a.low >= b.high ? truth(false) : kEither;
    case Op::less_equal:
      return a.high <= b.low ? truth(true) : a.low > b.high ? truth(false) : kEither;
    case Op::greater:
      return compared(Op::less, b, a);
    default:
      return compared(Op::less_equal, b, a);
  }
}

Range different(const Range* operands, std::size_t count) {
  bool all = true;
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = i + 1; j < count; ++j) {
      const Range same = compared(Op::equal, operands[i], operands[j]);
      if (same.low == 1) return truth(false);
      all = all && same.high == 0;
    }
  return all ? truth(true) : kEither;
}

// What the step makes of its operands, which are `count` ranges.
Range applied(const Constraint::Step& step, const Range* x, std::size_t count) {
  Range out = x[0];
  switch (step.op) {
    case Op::call:
      return different(x, count);
    case Op::list:
      if (step.absolute) {
        if (x[0].low >= 0) return x[0];
        if (x[0].high <= 0) return {-x[0].high, -x[0].low};
        return {0, std::max(-x[0].low, x[0].high)};
      }
      for (std::size_t i = 1; i < count; ++i)
        out = step.extreme > 0 ? Range{std::max(out.low, x[i].low), std::max(out.high, x[i].high)}
                               : Range{std::min(out.low, x[i].low), std::min(out.high, x[i].high)};
      return out;
    case Op::negation:
      return {1 - x[0].high, 1 - x[0].low};
    case Op::minus:
      return {-x[0].high, -x[0].low};
    case Op::conjunction:
      for (std::size_t i = 1; i < count; ++i)
        out = {std::min(out.low, x[i].low), std::min(out.high, x[i].high)};
      return out;
    case Op::disjunction:
      for (std::size_t i = 1; i < count; ++i)
        out = {std::max(out.low, x[i].low), std::max(out.high, x[i].high)};
      return out;
    case Op::implication:
      return {std::max(1 - x[0].high, x[1].low), std::max(1 - x[0].low, x[1].high)};
    case Op::exclusive:
      return x[0].fixed() && x[1].fixed() ? truth(x[0].low != x[1].low) : kEither;
    case Op::equivalence:
      return x[0].fixed() && x[1].fixed() ? truth(x[0].low == x[1].low) : kEither;
    case Op::add:
      for (std::size_t i = 1; i < count; ++i) out = clamped(out.low + x[i].low, out.high + x[i].high);
      return out;
    case Op::subtract:
      return clamped(x[0].low - x[1].high, x[0].high - x[1].low);
    case Op::multiply:
      return product(x[0], x[1]);
    case Op::modulo:
      return remainder(x[0], x[1]);
    default:
      return compared(step.op, x[0], x[1]);
  }
}

// `fixed` has the value `value`, every other variable the range of its domain.
Range evaluate(const Constraint& constraint, const std::vector<std::vector<std::int64_t>>& domains,
               std::int64_t fixed = -1, std::int64_t value = 0) {
  static thread_local std::vector<Range> stack;
  stack.clear();
  for (const Constraint::Step& step : constraint.steps) {
    if (step.code == Code::number) {
      stack.push_back({step.value, step.value});
    } else if (step.code == Code::variable) {
      const auto& domain = domains[static_cast<std::size_t>(step.value)];
      stack.push_back(step.value == fixed ? Range{value, value} : Range{domain.front(), domain.back()});
    } else {
      const auto count = static_cast<std::size_t>(step.value);
      const Range result = applied(step, stack.data() + (stack.size() - count), count);
      stack.resize(stack.size() - count, kEither);
      stack.push_back(result);
    }
  }
  return stack.back();
}

}  // namespace

std::string value_text(const ConstraintProgram& program, std::int64_t value) {
  return value >= kFirstSymbol ? program.symbols[static_cast<std::size_t>(value - kFirstSymbol)]
                               : std::to_string(value);
}

Constraint negated(Constraint constraint) {
  constraint.steps.push_back({Code::apply, Op::negation, 1});
  constraint.different = false;
  return constraint;
}

Constraint equal_to(std::uint32_t variable, std::int64_t value) {
  Constraint constraint;
  constraint.steps = {{Code::variable, Op::variable, variable},
                      {Code::number, Op::number, value},
                      {Code::apply, Op::equal, 2}};
  constraint.scope = {variable};
  return constraint;
}

Search::Search(const ConstraintProgram& program, const Budget& budget) : program_(program), budget_(budget) {}

Found Search::solve(const std::vector<const Constraint*>& extra, std::vector<std::int64_t>* solution) {
  constraints_.clear();
  for (const Constraint& one : program_.constraints) constraints_.push_back(&one);
  constraints_.insert(constraints_.end(), extra.begin(), extra.end());
  watching_.assign(program_.variables.size(), {});
  for (std::uint32_t i = 0; i < constraints_.size(); ++i)
    for (const std::uint32_t variable : constraints_[i]->scope) watching_[variable].push_back(i);
  for (const auto& domain : program_.domains)
    if (domain.empty()) return Found::no;
  const Found result = branch(program_.domains, std::vector<bool>(constraints_.size(), true));
  if (result == Found::yes && solution) *solution = found_;
  return result == Found::no && exhausted_ ? Found::unknown : result;
}

bool Search::spend(std::size_t steps) {
  steps_ += steps;
  if (steps_ > budget_.steps * 8 || watch_.milliseconds() > static_cast<double>(budget_.time.count()))
    exhausted_ = true;
  return !exhausted_;
}

// Depth is at most the number of variables times the halvings of their domains.
Found Search::branch(Domains domains, std::vector<bool> waiting) {
  std::size_t values = 0;  // which are copied, and held while the search is deeper
  for (const auto& domain : domains) values += domain.size();
  if (++nodes_ > budget_.nodes || !spend(values)) exhausted_ = true;
  if (exhausted_) return Found::unknown;
  if (!propagate(domains, std::move(waiting))) return exhausted_ ? Found::unknown : Found::no;
  std::size_t chosen = domains.size();
  for (std::size_t i = 0; i < domains.size(); ++i)
    if (domains[i].size() > 1 && !watching_[i].empty() &&
        (chosen == domains.size() || domains[i].size() < domains[chosen].size()))
      chosen = i;
  if (chosen == domains.size()) {
    for (const Constraint* one : constraints_)
      if (evaluate(*one, domains).low < 1) {  // a number too large, a division by zero
        exhausted_ = true;
        return Found::unknown;
      }
    found_.clear();
    for (const auto& domain : domains) found_.push_back(domain.front());
    return Found::yes;
  }
  // A small domain is tried value by value, a large one by halves.
  const std::vector<std::int64_t> open = domains[chosen];
  const std::size_t pieces = open.size() <= kSmallDomain ? open.size() : 2;
  std::vector<bool> next(constraints_.size(), false);
  for (const std::uint32_t constraint : watching_[chosen]) next[constraint] = true;
  for (std::size_t piece = 0; piece < pieces; ++piece) {
    const auto from = open.begin() + static_cast<std::ptrdiff_t>(open.size() * piece / pieces);
    const auto to = open.begin() + static_cast<std::ptrdiff_t>(open.size() * (piece + 1) / pieces);
    domains[chosen].assign(from, to);
    const Found below = branch(domains, next);
    if (below != Found::no) return below;
  }
  return Found::no;
}

bool Search::propagate(Domains& domains, std::vector<bool> waiting) {
  std::vector<std::uint32_t> changed;
  for (bool again = true; again;) {
    again = false;
    for (std::uint32_t i = 0; i < constraints_.size(); ++i) {
      if (!waiting[i]) continue;
      waiting[i] = false;
      changed.clear();
      const bool holds = constraints_[i]->different ? revise_different(*constraints_[i], domains, changed)
                                                    : revise(*constraints_[i], domains, changed);
      if (!holds) return false;
      for (const std::uint32_t variable : changed)
        for (const std::uint32_t other : watching_[variable]) waiting[other] = true, again = true;
    }
  }
  return true;
}

bool Search::revise(const Constraint& constraint, Domains& domains, std::vector<std::uint32_t>& changed) {
  if (!spend(constraint.steps.size())) return false;
  const Range now = evaluate(constraint, domains);
  if (now.high < 1) return false;
  if (now.low >= 1) return true;
  for (const std::uint32_t variable : constraint.scope) {
    auto& domain = domains[variable];
    if (domain.size() < 2) continue;
    const auto impossible = [&](std::int64_t value) {
      return evaluate(constraint, domains, variable, value).high < 1;
    };
    const std::size_t before = domain.size();
    if (before <= kSmallDomain) {
      std::vector<std::int64_t> left;
      for (const std::int64_t value : domain)
        if (!impossible(value)) left.push_back(value);
      if (left.size() < before) domain = std::move(left);
    } else {
      std::size_t first = 0, last = before;
      while (first < last && impossible(domain[first])) ++first;
      while (last > first && impossible(domain[last - 1])) --last;
      if (first > 0 || last < before)
        domain = std::vector<std::int64_t>(domain.begin() + static_cast<std::ptrdiff_t>(first),
                                           domain.begin() + static_cast<std::ptrdiff_t>(last));
    }
    if (!spend(constraint.steps.size() * std::min(before, kSmallDomain)) || domain.empty()) return false;
    if (domain.size() < before) changed.push_back(variable);
  }
  return true;
}

bool Search::revise_different(const Constraint& constraint, Domains& domains,
                              std::vector<std::uint32_t>& changed) {
  if (!spend(constraint.scope.size())) return false;
  std::vector<std::uint32_t> taken_by;
  for (const std::uint32_t variable : constraint.scope)
    if (domains[variable].size() == 1) taken_by.push_back(variable);
  for (std::size_t i = 0; i < taken_by.size(); ++i) {
    const std::int64_t value = domains[taken_by[i]].front();
    for (const std::uint32_t variable : constraint.scope) {
      auto& domain = domains[variable];
      if (variable == taken_by[i]) continue;
      const auto at = std::lower_bound(domain.begin(), domain.end(), value);
      if (at == domain.end() || *at != value) continue;
      domain.erase(at);
      if (domain.empty()) return false;
      if (domain.size() == 1) taken_by.push_back(variable);
      changed.push_back(variable);
    }
    if (!spend(constraint.scope.size())) return false;
  }
  // As many values as variables are needed (pigeonhole).
  std::set<std::int64_t> values;
  for (const std::uint32_t variable : constraint.scope) {
    values.insert(domains[variable].begin(),
                  domains[variable].begin() + static_cast<std::ptrdiff_t>(std::min(domains[variable].size(),
                                                                                   constraint.scope.size())));
    if (values.size() >= constraint.scope.size()) return true;
  }
  return false;
}

}  // namespace genkai::logic::solve
