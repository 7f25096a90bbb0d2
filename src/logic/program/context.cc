#include <utility>

#include "logic/program/operations.h"

namespace genkai::logic {

bool Context::raise(std::string text) {
  if (!stop.stopped) stop = {true, true, Bound::none, std::move(text)};
  return false;
}
bool Context::reached(Bound bound) {
  if (!stop.stopped) stop = {true, false, bound, {}};
  return false;
}
bool Context::unsupported(std::string what) {
  if (!stop.stopped) stop = {true, false, Bound::unsupported, std::move(what)};
  return false;
}

bool Context::make_integer(Integer value, Value& out) {
  if (value.fits()) {
    out = Value::integer(value.small);
    return true;
  }
  const std::size_t payload = value.limbs.size() * sizeof(std::uint64_t);
  return put(heap.make<BigObject>(payload, std::move(value)), out);
}
bool Context::make_string(std::u32string text, Value& out) {
  const std::size_t payload = text.size() * sizeof(char32_t);
  return put(heap.make<StringObject>(payload, std::move(text)), out);
}
bool Context::make_sequence(Kind kind, std::vector<Value> items, Value& out) {
  const std::size_t payload = items.size() * sizeof(Value);
  return put(heap.make<SequenceObject>(payload, kind, std::move(items)), out);
}

void Context::print(std::string_view text) {
  const std::size_t room = budget.output_bytes - output.size();
  if (text.size() <= room && !output_cut) {
    output.append(text);
    return;
  }
  if (!output_cut) {
    std::size_t end = room;  // not through a character
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    output.append(text.substr(0, end));
  }
  output_cut = true;
}

std::string_view type_name(Value value) {
  switch (value.kind) {
    case Kind::none:
      return "NoneType";
    case Kind::boolean:
      return "bool";
    case Kind::integer:
    case Kind::big:
      return "int";
    case Kind::string:
      return "str";
    case Kind::list:
      return "list";
    case Kind::tuple:
      return "tuple";
    case Kind::range:
      return "range";
    case Kind::function:
      return "function";
    case Kind::builtin:
      return "builtin_function_or_method";
    default:
      return "object";
  }
}

bool truth(Value value) {
  switch (value.kind) {
    case Kind::none:
      return false;
    case Kind::boolean:
    case Kind::integer:
      return value.number != 0;
    case Kind::string:
      return !text_of(value).empty();
    case Kind::list:
    case Kind::tuple:
      return !items_of(value).empty();
    case Kind::range:
      return range_of(value).size() > 0;
    default:
      return true;
  }
}

}  // namespace genkai::logic
