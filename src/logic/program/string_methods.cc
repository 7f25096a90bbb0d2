// Methods of strings.

#include <algorithm>
#include <utility>

#include "logic/program/operations.h"
#include "text/utf8.h"

namespace genkai::logic {
namespace {

using Arguments = std::vector<Value>;
using Text = std::u32string;
constexpr std::size_t npos = Text::npos;

bool is_space(char32_t c) {
  return text::is_space(c) || (c >= 0x1C && c <= 0x1F);
}

bool charge_search(Context& context, const Text& in, const Text& wanted) {
  return context.charge(in.size() * (wanted.size() / 4 + 1));
}

bool join(Context& context, const Text& between, Value of, Value& out) {
  std::vector<Value> items;
  if (!items_in(context, of, items)) return false;
  std::size_t total = 0;
  for (const Value item : items) {
    if (item.kind != Kind::string)
      return context.raise("TypeError: sequence item: expected str instance, " +
                           std::string(type_name(item)) + " found");
    total += text_of(item).size() + between.size();
  }
  if (!context.charge(total / 16)) return false;
  if (!context.heap.has_room(total * sizeof(char32_t))) return context.reached(Bound::memory);
  Text made;
  made.reserve(total);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) made += between;
    made += text_of(items[i]);
  }
  return context.make_string(std::move(made), out);
}

bool split(Context& context, const Text& text, const Text* by, Value& out) {
  std::vector<Value> parts;
  const auto add = [&](std::size_t begin, std::size_t end) {
    Value part;
    if (!context.make_string(text.substr(begin, end - begin), part)) return false;
    parts.push_back(part);
    return true;
  };
  if (by == nullptr) {
    if (!context.charge(text.size())) return false;
    for (std::size_t at = 0; at < text.size();) {
      while (at < text.size() && is_space(text[at])) ++at;
      const std::size_t begin = at;
      while (at < text.size() && !is_space(text[at])) ++at;
      if (at > begin && !add(begin, at)) return false;
    }
  } else {
    if (by->empty()) return context.raise("ValueError: empty separator");
    if (!charge_search(context, text, *by)) return false;
    std::size_t begin = 0;
    for (std::size_t at = text.find(*by); at != npos; at = text.find(*by, begin)) {
      if (!add(begin, at)) return false;
      begin = at + by->size();
    }
    if (!add(begin, text.size())) return false;
  }
  return context.make_sequence(Kind::list, std::move(parts), out);
}

bool replace(Context& context, const Text& text, const Text& old, const Text& with, Value& out) {
  if (!charge_search(context, text, old)) return false;
  Text made;
  const auto fits = [&] {
    if (!context.charge(with.size() / 16)) return false;
    return context.heap.has_room((made.size() + with.size()) * sizeof(char32_t)) ||
           context.reached(Bound::memory);
  };
  std::size_t at = 0;
  if (old.empty()) {
    for (; at <= text.size(); ++at) {
      if (!fits()) return false;
      made += with;
      if (at < text.size()) made += text[at];
    }
    return context.make_string(std::move(made), out);
  }
  for (std::size_t found = text.find(old); found != npos; found = text.find(old, at)) {
    if (!fits()) return false;
    made.append(text, at, found - at);
    made += with;
    at = found + old.size();
  }
  made.append(text, at);
  return context.make_string(std::move(made), out);
}

bool change_case(Context& context, Text text, bool upper, Value& out) {
  if (!context.charge(text.size() / 8)) return false;
  for (char32_t& c : text) {
    if (c > 0x7F) return context.unsupported("upper and lower case beyond ASCII");
    if (upper ? text::is_ascii_lower(c) : text::is_ascii_upper(c)) c ^= 0x20;
  }
  return context.make_string(std::move(text), out);
}

std::int64_t count(const Text& text, const Text& wanted) {
  if (wanted.empty()) return static_cast<std::int64_t>(text.size()) + 1;
  std::int64_t found = 0;
  for (std::size_t at = text.find(wanted); at != npos; at = text.find(wanted, at + wanted.size())) ++found;
  return found;
}

bool strip(Context& context, const Text& text, const Text* characters, Value& out) {
  if (!context.charge(text.size() * (characters != nullptr ? characters->size() / 4 + 1 : 1))) return false;
  const auto goes = [&](char32_t c) {
    return characters != nullptr ? characters->find(c) != npos : is_space(c);
  };
  std::size_t begin = 0, end = text.size();
  while (begin < end && goes(text[begin])) ++begin;
  while (end > begin && goes(text[end - 1])) --end;
  return context.make_string(text.substr(begin, end - begin), out);
}

}  // namespace

bool call_string_method(Context& context, Method method, Value object, const Arguments& given, Value& out) {
  const Text& text = text_of(object);
  const auto wrong = [&](std::string_view what) {
    return context.raise("TypeError: " + std::string(name_of(method)) + "() " + std::string(what));
  };
  if (method == Method::upper || method == Method::lower) {
    if (!given.empty()) return wrong("takes no arguments");
    return change_case(context, text, method == Method::upper, out);
  }
  if (method == Method::join)
    return given.size() == 1 ? join(context, text, given[0], out) : wrong("takes one argument");
  const bool optional = method == Method::split || method == Method::strip;
  const std::size_t wanted = method == Method::replace ? 2 : 1;
  if (given.size() > wanted) return context.unsupported("further arguments of a method of strings");
  if (given.size() < wanted && !optional) return wrong("takes more arguments");
  const Text* first = nullptr;
  if (!given.empty() && !(optional && given[0].kind == Kind::none)) {
    if (given[0].kind == Kind::tuple) return context.unsupported("a tuple for a method of strings");
    if (given[0].kind != Kind::string) return wrong("takes a string");
    first = &text_of(given[0]);
  }
  switch (method) {
    case Method::split:
      return split(context, text, first, out);
    case Method::strip:
      return strip(context, text, first, out);
    case Method::replace:
      if (given[1].kind != Kind::string) return wrong("takes two strings");
      return replace(context, text, *first, text_of(given[1]), out);
    case Method::startswith:
      out = Value::boolean(text.starts_with(*first));
      return context.charge(first->size() / 16);
    case Method::endswith:
      out = Value::boolean(text.ends_with(*first));
      return context.charge(first->size() / 16);
    default:
      break;
  }
  if (!charge_search(context, text, *first)) return false;
  if (method == Method::count) {
    out = Value::integer(count(text, *first));
    return true;
  }
  const std::size_t at = text.find(*first);
  if (at == npos && method == Method::index) return context.raise("ValueError: substring not found");
  out = Value::integer(at == npos ? -1 : static_cast<std::int64_t>(at));
  return true;
}

}  // namespace genkai::logic
