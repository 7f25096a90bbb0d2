// Lengths, items, slices and texts of values.

#include <algorithm>
#include <cstdio>
#include <utility>

#include "logic/program/operations.h"
#include "logic/program/unicode.h"

namespace genkai::logic {
namespace {

constexpr std::size_t kMaxNesting = 200;  // of lists in lists that are printed

/// An index as Python reads it, from the end when negative; IndexError outside.
bool position(Context& context, Value of, Value index, std::uint64_t& out) {
  if (!index.is_integer())
    return context.raise("TypeError: " + std::string(type_name(of)) + " indices must be integers, not " +
                         std::string(type_name(index)));
  std::uint64_t size = 0;
  if (!length(context, of, size)) return false;
  const auto outside = [&] {
    return context.raise("IndexError: " + std::string(type_name(of)) + " index out of range");
  };
  if (index.kind == Kind::big) return outside();
  if (index.number >= 0) {
    out = static_cast<std::uint64_t>(index.number);
    return out < size || outside();
  }
  const std::uint64_t back = ~static_cast<std::uint64_t>(index.number) + 1;
  if (back > size) return outside();
  out = size - back;
  return true;
}

/// One bound of a slice, clamped to what a step of that sign can reach; `otherwise` when it is None.
bool slice_bound(Context& context, Value bound, std::int64_t size, bool backwards, std::int64_t otherwise,
                 std::int64_t& out) {
  if (bound.kind == Kind::none) {
    out = otherwise;
    return true;
  }
  if (!bound.is_integer())
    return context.raise("TypeError: slice indices must be integers or None, not " +
                         std::string(type_name(bound)));
  const std::int64_t low = backwards ? -1 : 0, high = backwards ? size - 1 : size;
  if (bound.kind == Kind::big) {
    out = big_of(bound).negative ? low : high;
    return true;
  }
  out = bound.number;
  if (out < 0) out = out < -size ? low : out + size;
  out = std::clamp(out, low, high);
  return true;
}

void append_ascii(std::u32string& out, std::string_view text) {
  out.append(text.begin(), text.end());
}

std::u32string quote(const std::u32string& text) {
  const bool has_single = text.find(U'\'') != std::u32string::npos,
             has_double = text.find(U'"') != std::u32string::npos;
  const char32_t mark = has_single && !has_double ? U'"' : U'\'';
  std::u32string out(1, mark);
  char escaped[16];
  for (const char32_t c : text) {
    if (c == mark || c == U'\\') {
      out += U'\\';
      out += c;
    } else if (c == U'\n' || c == U'\r' || c == U'\t') {
      append_ascii(out, c == U'\n' ? "\\n" : c == U'\r' ? "\\r" : "\\t");
    } else if (is_printable(c)) {
      out += c;
    } else {
      std::snprintf(escaped, sizeof escaped,
                    c < 0x100     ? "\\x%02x"
                    : c < 0x10000 ? "\\u%04x"
                                  : "\\U%08x",
                    static_cast<unsigned>(c));
      append_ascii(out, escaped);
    }
  }
  out += mark;
  return out;
}

/// repr and str of lists that may hold themselves: `open` are those around the value.
bool write(Context& context, Value value, bool quoted, std::vector<const Object*>& open,
           std::u32string& out) {
  if (!context.charge(1)) return false;
  if (!context.heap.has_room(out.size() * sizeof(char32_t))) return context.reached(Bound::memory);
  switch (value.kind) {
    case Kind::none:
      append_ascii(out, "None");
      return true;
    case Kind::boolean:
      append_ascii(out, value.number != 0 ? "True" : "False");
      return true;
    case Kind::integer:
      append_ascii(out, std::to_string(value.number));
      return true;
    case Kind::big: {
      const std::uint64_t limbs = big_of(value).limbs.size();
      if (!context.charge(limbs * limbs / 2 + limbs)) return false;
      append_ascii(out, big_of(value).text());
      return true;
    }
    case Kind::string:
      if (!context.charge(text_of(value).size() / 8)) return false;
      out += quoted ? quote(text_of(value)) : text_of(value);
      return true;
    case Kind::range: {
      const RangeObject& range = range_of(value);
      append_ascii(out, "range(" + std::to_string(range.start) + ", " + std::to_string(range.stop));
      if (range.step != 1) append_ascii(out, ", " + std::to_string(range.step));
      out += U')';
      return true;
    }
    case Kind::list:
    case Kind::tuple: {
      const bool list = value.kind == Kind::list;
      if (std::find(open.begin(), open.end(), value.object) != open.end()) {
        append_ascii(out, list ? "[...]" : "(...)");
        return true;
      }
      if (open.size() >= kMaxNesting) return context.reached(Bound::depth);
      open.push_back(value.object);
      out += list ? U'[' : U'(';
      const std::vector<Value>& items = items_of(value);
      for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0) append_ascii(out, ", ");
        if (!write(context, items[i], true, open, out)) return false;
      }
      if (!list && items.size() == 1) out += U',';
      out += list ? U']' : U')';
      open.pop_back();
      return true;
    }
    default:
      return context.unsupported("the text of a function");
  }
}

}  // namespace

bool to_text(Context& context, Value value, bool quoted, std::u32string& out) {
  std::vector<const Object*> open;
  return write(context, value, quoted, open, out);
}

bool length(Context& context, Value of, std::uint64_t& out) {
  if (of.kind == Kind::string)
    out = text_of(of).size();
  else if (of.is_sequence())
    out = items_of(of).size();
  else if (of.kind == Kind::range)
    out = range_of(of).size();
  else
    return context.raise("TypeError: object of type '" + std::string(type_name(of)) +
                         "' has no len() and no items");
  return true;
}

bool item_at(Context& context, Value of, std::uint64_t index, Value& out) {
  if (of.kind == Kind::string) return context.make_string(std::u32string(1, text_of(of)[index]), out);
  out = of.kind == Kind::range ? Value::integer(range_of(of).at(index)) : items_of(of)[index];
  return true;
}

bool apply_index(Context& context, Value of, Value index, Value& out) {
  if (of.kind == Kind::builtin) return context.unsupported("an item of a type");
  std::uint64_t at = 0;
  return position(context, of, index, at) && item_at(context, of, at, out);
}

bool store_index(Context& context, Value of, Value index, Value value) {
  const bool sized = of.is_sequence() || of.kind == Kind::string || of.kind == Kind::range;
  if (sized && index.kind == Kind::big)
    return context.raise("IndexError: cannot fit 'int' into an index-sized integer");
  if (of.kind != Kind::list)
    return context.raise("TypeError: '" + std::string(type_name(of)) +
                         "' object does not support item assignment");
  std::uint64_t at = 0;
  if (!position(context, of, index, at)) return false;
  items_of(of)[at] = value;
  return true;
}

bool apply_slice(Context& context, Value of, Value from, Value to, Value step, Value& out) {
  if (of.kind == Kind::range) return context.unsupported("a slice of a range");
  if (of.kind == Kind::builtin) return context.unsupported("a slice of a type");
  std::uint64_t items = 0;
  if (!length(context, of, items)) return false;
  const auto size = static_cast<std::int64_t>(items);
  std::int64_t by = 1, begin = 0, end = 0;
  if (step.kind == Kind::big) return context.unsupported("a slice with so large a step");
  if (step.kind != Kind::none) {
    if (!step.is_integer()) return context.raise("TypeError: slice indices must be integers or None");
    by = step.number;
  }
  if (by == 0) return context.raise("ValueError: slice step cannot be zero");
  if (!slice_bound(context, from, size, by < 0, by < 0 ? size - 1 : 0, begin)) return false;
  if (!slice_bound(context, to, size, by < 0, by < 0 ? -1 : size, end)) return false;
  const RangeObject taken(begin, end, by);
  const std::uint64_t count = taken.size();
  if (!context.charge(count / 4)) return false;
  if (!context.heap.has_room(count * sizeof(Value))) return context.reached(Bound::memory);
  if (of.kind == Kind::string) {
    std::u32string text;
    for (std::uint64_t i = 0; i < count; ++i) text += text_of(of)[static_cast<std::size_t>(taken.at(i))];
    return context.make_string(std::move(text), out);
  }
  std::vector<Value> values;
  for (std::uint64_t i = 0; i < count; ++i)
    values.push_back(items_of(of)[static_cast<std::size_t>(taken.at(i))]);
  return context.make_sequence(of.kind, std::move(values), out);
}

bool items_in(Context& context, Value of, std::vector<Value>& out) {
  std::uint64_t size = 0;
  if (!length(context, of, size) || !context.charge(size)) return false;
  if (!context.heap.has_room(size * sizeof(Value))) return context.reached(Bound::memory);
  out.reserve(size);
  for (std::uint64_t i = 0; i < size; ++i) {
    Value item;
    if (!item_at(context, of, i, item)) return false;
    out.push_back(item);
  }
  return true;
}

}  // namespace genkai::logic
