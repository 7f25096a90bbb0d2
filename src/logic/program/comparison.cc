// Equality, order, membership and sorting.

#include <algorithm>
#include <iterator>
#include <utility>

#include "logic/program/operations.h"

namespace genkai::logic {
namespace {

constexpr std::size_t kMaxNesting = 200;  // of lists in lists that are compared

bool same(Value a, Value b) {
  return a.kind == b.kind && (a.has_object() ? a.object == b.object : a.number == b.number);
}

bool same_ranges(const RangeObject& a, const RangeObject& b) {
  const std::uint64_t size = a.size();
  if (size != b.size()) return false;
  return size == 0 || (a.start == b.start && (size == 1 || a.step == b.step));
}

/// -1, 0, 1. REQUIRES: both are integers.
int order_integers(Context& context, Value a, Value b) {
  if (a.kind != Kind::big && b.kind != Kind::big)
    return a.number < b.number ? -1 : a.number > b.number ? 1 : 0;
  const Integer x = integer_of(a), y = integer_of(b);
  (void)context.charge(x.limbs.size() + y.limbs.size());
  return compare(x, y);
}

/// -1, 0, 1 of values that have an order; TypeError for others.
bool order(Context& context, Value a, Value b, int& out, std::size_t depth) {
  if (!context.charge(1)) return false;
  if (depth > kMaxNesting) return context.reached(Bound::depth);
  if (a.is_integer() && b.is_integer()) {
    out = order_integers(context, a, b);
    return true;
  }
  if (a.kind == Kind::string && b.kind == Kind::string) {
    if (!context.charge(std::min(text_of(a).size(), text_of(b).size()) / 16)) return false;
    const int found = text_of(a).compare(text_of(b));
    out = found < 0 ? -1 : found > 0 ? 1 : 0;
    return true;
  }
  if (a.kind == b.kind && a.is_sequence()) {
    const std::vector<Value>&x = items_of(a), &y = items_of(b);
    for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
      bool equal = false;  // as Python: the first items that differ decide
      if (!equals(context, x[i], y[i], equal, depth + 1)) return false;
      if (!equal) return order(context, x[i], y[i], out, depth + 1);
    }
    out = x.size() < y.size() ? -1 : x.size() > y.size() ? 1 : 0;
    return true;
  }
  return context.raise("TypeError: no order between instances of '" + std::string(type_name(a)) + "' and '" +
                       std::string(type_name(b)) + "'");
}

/// Of integers, strings and tuples Python itself does not promise which equal values are one object.
bool identical(Context& context, Value a, Value b, bool& out) {
  out = same(a, b);
  if (a.kind != b.kind || a.kind == Kind::none || a.kind == Kind::boolean || a.kind == Kind::list ||
      a.kind == Kind::function || a.kind == Kind::builtin)
    return true;
  return context.unsupported("the identity (is) of values that are not lists");
}

/// Merges [begin, middle) and [middle, end).
bool merge(Context& context, std::vector<Value>& items, std::vector<Value>& buffer, std::size_t begin,
           std::size_t middle, std::size_t end) {
  std::size_t left = begin, right = middle, out = begin;
  while (left < middle && right < end) {
    bool later_first = false;
    if (!less(context, items[right], items[left], later_first)) return false;
    buffer[out++] = later_first ? items[right++] : items[left++];
  }
  while (left < middle) buffer[out++] = items[left++];
  while (right < end) buffer[out++] = items[right++];
  std::copy(buffer.begin() + static_cast<std::ptrdiff_t>(begin),
            buffer.begin() + static_cast<std::ptrdiff_t>(end),
            items.begin() + static_cast<std::ptrdiff_t>(begin));
  return true;
}

}  // namespace

bool equals(Context& context, Value a, Value b, bool& out, std::size_t depth) {
  if (!context.charge(1)) return false;
  if (depth > kMaxNesting) return context.reached(Bound::depth);
  out = same(a, b);
  if (out) return true;
  if (a.is_integer() && b.is_integer()) {
    out = order_integers(context, a, b) == 0;
    return true;
  }
  if (a.kind != b.kind) return true;
  if (a.kind == Kind::string) {
    if (!context.charge(text_of(a).size() / 16)) return false;
    out = text_of(a) == text_of(b);
  } else if (a.kind == Kind::range) {
    out = same_ranges(range_of(a), range_of(b));
  } else if (a.is_sequence()) {
    const std::vector<Value>&x = items_of(a), &y = items_of(b);
    if (x.size() != y.size()) return true;
    for (std::size_t i = 0; i < x.size(); ++i) {
      bool equal = false;
      if (!equals(context, x[i], y[i], equal, depth + 1)) return false;
      if (!equal) return true;
    }
    out = true;
  }
  return true;
}

bool less(Context& context, Value a, Value b, bool& out) {
  int found = 0;
  if (!order(context, a, b, found, 0)) return false;
  out = found < 0;
  return true;
}

bool contains(Context& context, Value in, Value item, bool& out) {
  out = false;
  if (in.kind == Kind::string) {
    if (item.kind != Kind::string)
      return context.raise("TypeError: 'in <string>' requires string as left operand, not " +
                           std::string(type_name(item)));
    if (!context.charge(text_of(in).size() * (text_of(item).size() / 4 + 1))) return false;
    out = text_of(in).find(text_of(item)) != std::u32string::npos;
    return true;
  }
  if (in.kind == Kind::range) {
    if (item.kind != Kind::integer && item.kind != Kind::boolean) return true;
    const RangeObject& range = range_of(in);
    const bool inside = range.step > 0 ? item.number >= range.start && item.number < range.stop
                                       : item.number <= range.start && item.number > range.stop;
    if (!inside) return true;
    const auto from = static_cast<std::uint64_t>(range.start), at = static_cast<std::uint64_t>(item.number);
    const auto by = static_cast<std::uint64_t>(range.step);
    out = range.step > 0 ? (at - from) % by == 0 : (from - at) % (~by + 1) == 0;
    return true;
  }
  if (!in.is_sequence())
    return context.raise("TypeError: argument of type '" + std::string(type_name(in)) + "' is not iterable");
  for (const Value value : items_of(in)) {
    if (!equals(context, value, item, out)) return false;
    if (out) return true;
  }
  return true;
}

bool apply_compare(Context& context, CompareOp op, Value a, Value b, Value& out) {
  bool found = false;
  int sign = 0;
  switch (op) {
    case CompareOp::equal:
    case CompareOp::unequal:
      if (!equals(context, a, b, found)) return false;
      out = Value::boolean(found == (op == CompareOp::equal));
      return true;
    case CompareOp::in:
    case CompareOp::not_in:
      if (!contains(context, b, a, found)) return false;
      out = Value::boolean(found == (op == CompareOp::in));
      return true;
    case CompareOp::is:
    case CompareOp::is_not:
      if (!identical(context, a, b, found)) return false;
      out = Value::boolean(found == (op == CompareOp::is));
      return true;
    default:
      if (!order(context, a, b, sign, 0)) return false;
      out = Value::boolean(op == CompareOp::less         ? sign < 0
                           : op == CompareOp::less_equal ? sign <= 0
                           : op == CompareOp::greater    ? sign > 0
                                                         : sign >= 0);
      return true;
  }
}

bool sort_items(Context& context, std::vector<Value>& items) {
  if (!context.heap.has_room(items.size() * sizeof(Value))) return context.reached(Bound::memory);
  std::vector<Value> buffer(items.size());
  for (std::size_t width = 1; width < items.size(); width *= 2)
    for (std::size_t begin = 0; begin + width < items.size(); begin += 2 * width)
      if (!merge(context, items, buffer, begin, begin + width, std::min(begin + 2 * width, items.size())))
        return false;
  return true;
}

}  // namespace genkai::logic
