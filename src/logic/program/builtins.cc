// The builtin functions.

#include <algorithm>
#include <limits>
#include <utility>

#include "logic/program/operations.h"
#include "logic/program/unicode.h"
#include "text/utf8.h"

namespace genkai::logic {
namespace {

using Arguments = std::vector<Value>;

bool wrong_count(Context& context, Builtin builtin, std::size_t given) {
  return context.raise("TypeError: " + std::string(name_of(builtin)) + "() does not take " +
                       std::to_string(given) + " arguments");
}
bool wrong_type(Context& context, Builtin builtin, Value given) {
  return context.raise("TypeError: " + std::string(name_of(builtin)) + "() does not take '" +
                       std::string(type_name(given)) + "'");
}

bool parse_integer(Context& context, const std::u32string& text, Value& out) {
  const auto invalid = [&] { return context.raise("ValueError: invalid literal for int() with base 10"); };
  if (!context.charge(text.size())) return false;
  std::string ascii;
  for (const char32_t c : text) {
    if (c > 0x7F) return context.unsupported("int() of characters beyond ASCII");
    ascii += static_cast<char>(c);
  }
  const auto space = [](char c) { return c == ' ' || (c >= 9 && c <= 13) || (c >= 0x1C && c <= 0x1F); };
  while (!ascii.empty() && space(ascii.back())) ascii.pop_back();
  std::string_view rest = ascii;
  while (!rest.empty() && space(rest.front())) rest.remove_prefix(1);
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  std::string digits;
  bool underscore = true;  // none may stand first, or after another
  for (const char c : rest) {
    if (c == '_' ? underscore : !text::is_ascii_digit(static_cast<unsigned char>(c))) return invalid();
    underscore = c == '_';
    if (!underscore) digits += c;
  }
  if (digits.empty() || underscore) return invalid();
  if (!context.charge(digits.size() * digits.size() / 512)) return false;
  Integer value;
  if (!parse_digits(digits, 10, context.budget.integer_bits, value))
    return context.reached(Bound::integer_bits);
  return context.make_integer(negative ? negated(value) : std::move(value), out);
}

bool make_range(Context& context, const Arguments& given, Value& out) {
  if (given.empty() || given.size() > 3) return wrong_count(context, Builtin::range, given.size());
  std::int64_t parts[3] = {0, 0, 1};
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (!given[i].is_integer()) return wrong_type(context, Builtin::range, given[i]);
    if (given[i].kind == Kind::big) return context.unsupported("a range beyond 64 bits");
    parts[given.size() == 1 ? 1 : i] = given[i].number;
  }
  if (parts[2] == 0) return context.raise("ValueError: range() arg 3 must not be zero");
  return context.put(context.heap.make<RangeObject>(0, parts[0], parts[1], parts[2]), out);
}

bool print(Context& context, const Arguments& given, Keywords keywords, Value& out) {
  std::size_t named = keywords == Keywords::none                               ? 0
                      : keywords == Keywords::sep || keywords == Keywords::end ? 1
                                                                               : 2;
  const std::size_t count = given.size() - named;
  std::u32string separator = U" ", end = U"\n";
  const auto name = [&](std::size_t at, std::u32string& into) {
    if (given[at].kind == Kind::none) return true;
    if (given[at].kind != Kind::string)
      return context.raise("TypeError: sep and end of print() must be None or a string");
    into = text_of(given[at]);
    return true;
  };
  if (keywords == Keywords::sep || keywords == Keywords::sep_end)
    if (!name(count, separator)) return false;
  if (keywords == Keywords::end_sep && !name(count + 1, separator)) return false;
  if (keywords == Keywords::end || keywords == Keywords::end_sep)
    if (!name(count, end)) return false;
  if (keywords == Keywords::sep_end && !name(count + 1, end)) return false;
  for (std::size_t i = 0; i < count; ++i) {
    std::u32string text;
    if (!to_text(context, given[i], false, text)) return false;
    if (!context.charge((text.size() + separator.size()) / 8)) return false;
    if (i > 0) context.print(to_utf8(separator));
    context.print(to_utf8(text));
  }
  if (!context.charge(end.size() / 8)) return false;
  context.print(to_utf8(end));
  out = Value::none();
  return true;
}

/// min or max, of several arguments or of the items of one.
bool extreme(Context& context, Builtin builtin, const Arguments& given, Value& out) {
  if (given.empty()) return wrong_count(context, builtin, 0);
  Value among;
  std::uint64_t size = given.size();
  if (given.size() == 1) {
    among = given.front();
    if (!length(context, among, size)) return false;
    if (size == 0)
      return context.raise("ValueError: " + std::string(name_of(builtin)) + "() arg is an empty sequence");
  }
  for (std::uint64_t i = 0; i < size; ++i) {
    Value item;
    if (given.size() > 1)
      item = given[static_cast<std::size_t>(i)];
    else if (!item_at(context, among, i, item))
      return false;
    bool better = i == 0;
    if (i > 0 &&
        !(builtin == Builtin::min ? less(context, item, out, better) : less(context, out, item, better)))
      return false;
    if (better) out = item;
  }
  return true;
}

bool sum(Context& context, const Arguments& given, Value& out) {
  if (given.empty() || given.size() > 2) return wrong_count(context, Builtin::sum, given.size());
  out = given.size() == 2 ? given[1] : Value::integer(0);
  if (out.kind == Kind::string) return context.raise("TypeError: sum() can't sum strings");
  std::uint64_t size = 0;
  if (!length(context, given.front(), size)) return false;
  for (std::uint64_t i = 0; i < size; ++i) {
    Value item, total;
    if (!context.charge(1) || !item_at(context, given.front(), i, item)) return false;
    if (!apply_binary(context, BinaryOp::add, out, item, false, total)) return false;
    out = total;
  }
  return true;
}

bool all_or_any(Context& context, bool any, Value of, Value& out) {
  std::uint64_t size = 0;
  if (!length(context, of, size)) return false;
  bool found = !any;
  for (std::uint64_t i = 0; i < size && found != any; ++i) {
    Value item;
    if (!context.charge(1) || !item_at(context, of, i, item)) return false;
    found = truth(item);
  }
  out = Value::boolean(found);
  return true;
}

bool of_one(Context& context, Builtin builtin, Value value, Value& out) {
  switch (builtin) {
    case Builtin::abs:
      if (!value.is_integer()) return wrong_type(context, builtin, value);
      return context.make_integer(
          integer_of(value).sign() < 0 ? negated(integer_of(value)) : integer_of(value), out);
    case Builtin::all:
    case Builtin::any:
      return all_or_any(context, builtin == Builtin::any, value, out);
    case Builtin::bool_:
      out = Value::boolean(truth(value));
      return true;
    case Builtin::chr: {
      if (!value.is_integer()) return wrong_type(context, builtin, value);
      if (value.kind == Kind::big)
        return context.raise("OverflowError: Python int too large to convert to C int");
      if (value.number < 0 || value.number > 0x10FFFF)
        return value.number > std::numeric_limits<std::int32_t>::max() ||
                       value.number < std::numeric_limits<std::int32_t>::min()
                   ? context.raise("OverflowError: Python int too large to convert to C int")
                   : context.raise("ValueError: chr() arg not in range(0x110000)");
      if (value.number >= 0xD800 && value.number <= 0xDFFF)
        return context.unsupported("half of a surrogate pair");
      return context.make_string(std::u32string(1, static_cast<char32_t>(value.number)), out);
    }
    case Builtin::int_:
      if (value.is_integer()) return context.make_integer(integer_of(value), out);
      if (value.kind == Kind::string) return parse_integer(context, text_of(value), out);
      return wrong_type(context, builtin, value);
    case Builtin::len: {
      std::uint64_t size = 0;
      if (!length(context, value, size)) return false;
      if (size > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return context.raise("OverflowError: Python int too large to convert to C ssize_t");
      out = Value::integer(static_cast<std::int64_t>(size));
      return true;
    }
    case Builtin::ord:
      if (value.kind != Kind::string || text_of(value).size() != 1)
        return wrong_type(context, builtin, value);
      out = Value::integer(text_of(value).front());
      return true;
    case Builtin::str: {
      if (value.kind == Kind::string) {
        out = value;
        return true;
      }
      std::u32string text;
      return to_text(context, value, false, text) && context.make_string(std::move(text), out);
    }
    case Builtin::tuple:
      if (value.kind == Kind::tuple) {
        out = value;
        return true;
      }
      [[fallthrough]];
    default: {  // list, sorted, tuple
      std::vector<Value> items;
      if (!items_in(context, value, items)) return false;
      if (builtin == Builtin::sorted && !sort_items(context, items)) return false;
      return context.make_sequence(builtin == Builtin::tuple ? Kind::tuple : Kind::list, std::move(items),
                                   out);
    }
  }
}

/// What a type gives without an argument.
bool of_none(Context& context, Builtin builtin, Value& out) {
  switch (builtin) {
    case Builtin::bool_:
      out = Value::boolean(false);
      return true;
    case Builtin::int_:
      out = Value::integer(0);
      return true;
    case Builtin::str:
      return context.make_string({}, out);
    case Builtin::list:
    case Builtin::tuple:
      return context.make_sequence(builtin == Builtin::list ? Kind::list : Kind::tuple, {}, out);
    default:
      return wrong_count(context, builtin, 0);
  }
}

}  // namespace

bool call_builtin(Context& context, Builtin builtin, const Arguments& given, Keywords keywords, Value& out) {
  if (builtin == Builtin::print) return print(context, given, keywords, out);
  if (keywords != Keywords::none) return context.unsupported("a named argument");
  if (!context.charge(given.size() + 1)) return false;
  switch (builtin) {
    case Builtin::range:
      return make_range(context, given, out);
    case Builtin::min:
    case Builtin::max:
      return extreme(context, builtin, given, out);
    case Builtin::sum:
      return sum(context, given, out);
    case Builtin::pow:
      if (given.size() == 3) return context.unsupported("pow() with a modulus");
      if (given.size() != 2) return wrong_count(context, builtin, given.size());
      return apply_binary(context, BinaryOp::power, given[0], given[1], false, out);
    case Builtin::divmod: {
      if (given.size() != 2) return wrong_count(context, builtin, given.size());
      if (!given[0].is_integer() || !given[1].is_integer()) return wrong_type(context, builtin, given[0]);
      std::vector<Value> both(2);
      return apply_binary(context, BinaryOp::floor_divide, given[0], given[1], false, both[0]) &&
             apply_binary(context, BinaryOp::modulo, given[0], given[1], false, both[1]) &&
             context.make_sequence(Kind::tuple, std::move(both), out);
    }
    default:
      break;
  }
  if (given.size() == 1) return of_one(context, builtin, given.front(), out);
  if (given.empty()) return of_none(context, builtin, out);
  if (builtin == Builtin::int_ || builtin == Builtin::str)
    return context.unsupported("a second argument of a type");
  return wrong_count(context, builtin, given.size());
}

}  // namespace genkai::logic
