// Methods of lists, and of what else shares them.

#include <algorithm>
#include <utility>

#include "logic/program/operations.h"

namespace genkai::logic {
namespace {

using Arguments = std::vector<Value>;

bool wrong_count(Context& context, Method method) {
  return context.raise("TypeError: " + std::string(name_of(method)) + "() does not take so many arguments");
}

bool grow(Context& context, Value list, std::size_t size) {
  return context.heap.resize(*list.object, size) || context.reached(Bound::memory);
}

/// Where the item is, or size() when it is not there.
bool find(Context& context, const std::vector<Value>& items, Value wanted, std::size_t& out) {
  for (out = 0; out < items.size(); ++out) {
    bool equal = false;
    if (!equals(context, items[out], wanted, equal)) return false;
    if (equal) return true;
  }
  return true;
}

bool search(Context& context, Method method, Value object, Value wanted, Value& out) {
  const std::vector<Value>& items = items_of(object);
  if (method == Method::index) {
    std::size_t at = 0;
    if (!find(context, items, wanted, at)) return false;
    if (at == items.size()) return context.raise("ValueError: the item is not in the list");
    out = Value::integer(static_cast<std::int64_t>(at));
    return true;
  }
  std::int64_t count = 0;
  for (const Value item : items) {
    bool equal = false;
    if (!equals(context, item, wanted, equal)) return false;
    count += equal;
  }
  out = Value::integer(count);
  return true;
}

bool pop(Context& context, Value list, const Arguments& given, Value& out) {
  std::vector<Value>& items = items_of(list);
  if (given.size() > 1) return wrong_count(context, Method::pop);
  if (!given.empty() && !given[0].is_integer()) return context.raise("TypeError: pop() takes an integer");
  if (!given.empty() && given[0].kind == Kind::big)
    return context.raise("OverflowError: Python int too large to convert to C ssize_t");
  if (items.empty()) return context.raise("IndexError: pop from empty list");
  const auto size = static_cast<std::int64_t>(items.size());
  std::int64_t at = size - 1;
  if (!given.empty()) {
    if (given[0].number < -size || given[0].number >= size)
      return context.raise("IndexError: pop index out of range");
    at = given[0].number < 0 ? given[0].number + size : given[0].number;
  }
  if (!context.charge(static_cast<std::uint64_t>(size - at) / 16)) return false;
  out = items[static_cast<std::size_t>(at)];
  items.erase(items.begin() + at);
  return grow(context, list, items.size());
}

bool insert(Context& context, Value list, const Arguments& given) {
  if (given.size() != 2) return wrong_count(context, Method::insert);
  if (!given[0].is_integer()) return context.raise("TypeError: insert() takes an integer first");
  if (given[0].kind == Kind::big)
    return context.raise("OverflowError: Python int too large to convert to C ssize_t");
  std::vector<Value>& items = items_of(list);
  const auto size = static_cast<std::int64_t>(items.size());
  std::int64_t at = given[0].number;
  if (at < 0) at = at < -size ? 0 : at + size;
  at = std::min(at, size);
  if (!context.charge(static_cast<std::uint64_t>(size - at) / 16) || !grow(context, list, items.size() + 1))
    return false;
  items.insert(items.begin() + at, given[1]);
  return true;
}

bool of_list(Context& context, Method method, Value list, const Arguments& given, Value& out) {
  std::vector<Value>& items = items_of(list);
  out = Value::none();
  const bool one = method == Method::append || method == Method::extend || method == Method::remove;
  const bool none = method == Method::reverse || method == Method::sort || method == Method::clear ||
                    method == Method::copy;
  if ((one && given.size() != 1) || (none && !given.empty())) return wrong_count(context, method);
  switch (method) {
    case Method::append:
      if (!grow(context, list, items.size() + 1)) return false;
      items.push_back(given[0]);
      return true;
    case Method::extend:
      return apply_binary(context, BinaryOp::add, list, given[0], true, out) && (out = Value::none(), true);
    case Method::pop:
      return pop(context, list, given, out);
    case Method::insert:
      return insert(context, list, given);
    case Method::remove: {
      std::size_t at = 0;
      if (!find(context, items, given[0], at) || !context.charge(items.size() / 16)) return false;
      if (at == items.size()) return context.raise("ValueError: list.remove(x): x not in list");
      items.erase(items.begin() + static_cast<std::ptrdiff_t>(at));
      return grow(context, list, items.size());
    }
    case Method::reverse:
      std::reverse(items.begin(), items.end());
      return context.charge(items.size() / 8);
    case Method::sort:
      return sort_items(context, items);
    case Method::clear:
      items.clear();
      return grow(context, list, 0);
    default: {  // copy
      std::vector<Value> values;
      return items_in(context, list, values) && context.make_sequence(Kind::list, std::move(values), out);
    }
  }
}

}  // namespace

bool has_method(Context& context, Method method, Value object) {
  const bool shared = method == Method::index || method == Method::count;
  if (object.kind == Kind::builtin) return context.unsupported("a method of a type");
  if (shared && object.kind == Kind::range) return context.unsupported("a method of a range");
  if (shared && (object.is_sequence() || object.kind == Kind::string)) return true;
  if (object.kind == Kind::list && method < Method::index) return true;
  if (object.kind == Kind::string && method > Method::count) return true;
  return context.raise("AttributeError: '" + std::string(type_name(object)) + "' object has no attribute '" +
                       std::string(name_of(method)) + "'");
}

bool call_method(Context& context, Method method, Value object, const Arguments& given, Value& out) {
  if (!context.charge(1)) return false;
  if (object.kind == Kind::string) return call_string_method(context, method, object, given, out);
  if (method != Method::index && method != Method::count) return of_list(context, method, object, given, out);
  if (given.size() > 1 && method == Method::index) return context.unsupported("index() from a place on");
  if (given.size() != 1) return wrong_count(context, method);
  return search(context, method, object, given[0], out);
}

}  // namespace genkai::logic
