#include "base/json.h"

#include <simdjson.h>

#include <charconv>
#include <cmath>

namespace genkai::base {
namespace {

Json convert(const simdjson::dom::element& element) {
  using simdjson::dom::element_type;
  switch (element.type()) {
    case element_type::ARRAY: {
      Json::Array items;
      const simdjson::dom::array source = element.get_array().value_unsafe();
      for (auto item : source) items.push_back(convert(item));
      return Json(std::move(items));
    }
    case element_type::OBJECT: {
      Json::Object members;
      const simdjson::dom::object source = element.get_object().value_unsafe();
      for (auto member : source) members.emplace_back(std::string(member.key), convert(member.value));
      return Json(std::move(members));
    }
    case element_type::INT64:
      return Json(element.get_int64().value_unsafe());
    case element_type::UINT64:
      return Json(static_cast<double>(element.get_uint64().value_unsafe()));
    case element_type::DOUBLE:
      return Json(element.get_double().value_unsafe());
    case element_type::STRING:
      return Json(std::string_view(element.get_string().value_unsafe()));
    case element_type::BOOL:
      return Json(element.get_bool().value_unsafe());
    case element_type::NULL_VALUE:
      return Json();
  }
  return Json();
}

// Length of the well-formed UTF-8 sequence at `s[i]`, or 0 (Unicode 15, table 3-7).
std::size_t utf8_length(std::string_view s, std::size_t i) {
  const auto byte = [&](std::size_t k) -> unsigned {
    return k < s.size() ? static_cast<unsigned char>(s[k]) : 0U;
  };
  const auto continuation = [&](std::size_t k) { return (byte(k) & 0xC0U) == 0x80U; };
  const unsigned lead = byte(i);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return continuation(i + 1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    if (!continuation(i + 1) || !continuation(i + 2)) return 0;
    if (lead == 0xE0 && byte(i + 1) < 0xA0) return 0;
    if (lead == 0xED && byte(i + 1) > 0x9F) return 0;
    return 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    if (!continuation(i + 1) || !continuation(i + 2) || !continuation(i + 3)) return 0;
    if (lead == 0xF0 && byte(i + 1) < 0x90) return 0;
    if (lead == 0xF4 && byte(i + 1) > 0x8F) return 0;
    return 4;
  }
  return 0;
}

void write_string(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (std::size_t i = 0; i < text.size();) {
    const unsigned char c = static_cast<unsigned char>(text[i]);
    if (c >= 0x80) {
      const std::size_t length = utf8_length(text, i);
      if (length == 0) {
        out += "\xEF\xBF\xBD";
        ++i;
      } else {
        out.append(text, i, length);
        i += length;
      }
      continue;
    }
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (c < 0x20 || c == 0x7F) {
          out += "\\u00";
          out += kHex[c >> 4];
          out += kHex[c & 15];
        } else {
          out += static_cast<char>(c);
        }
    }
    ++i;
  }
  out += '"';
}

void new_line(std::string& out, int indent, int depth) {
  if (indent <= 0) return;
  out += '\n';
  out.append(static_cast<std::size_t>(indent) * static_cast<std::size_t>(depth), ' ');
}

}  // namespace

Result<Json> Json::parse(std::string_view text) {
  thread_local simdjson::dom::parser parser;  // grows to the largest text; nesting limit 1,024
  const simdjson::padded_string padded(text);
  simdjson::dom::element root;
  if (auto error = parser.parse(padded).get(root); error)
    return fail(Code::invalid_argument, std::string("malformed JSON: ") + simdjson::error_message(error));
  Json value = convert(root);
  if (text.size() > (std::size_t{1} << 24))
    parser = simdjson::dom::parser();  // do not keep a huge buffer per thread
  return value;
}

std::string_view Json::as_string(std::string_view otherwise) const {
  const auto* value = std::get_if<std::string>(&value_);
  return value ? std::string_view(*value) : otherwise;
}

double Json::as_double(double otherwise) const {
  if (const auto* value = std::get_if<double>(&value_)) return *value;
  if (const auto* value = std::get_if<std::int64_t>(&value_)) return static_cast<double>(*value);
  return otherwise;
}

std::int64_t Json::as_int(std::int64_t otherwise) const {
  if (const auto* value = std::get_if<std::int64_t>(&value_)) return *value;
  if (const auto* value = std::get_if<double>(&value_); value && std::abs(*value) < 9e18)
    return static_cast<std::int64_t>(*value);
  return otherwise;
}

bool Json::as_bool(bool otherwise) const {
  const auto* value = std::get_if<bool>(&value_);
  return value ? *value : otherwise;
}

const Json::Array& Json::items() const {
  static const Array kEmpty;
  const auto* value = std::get_if<Array>(&value_);
  return value ? *value : kEmpty;
}

const Json::Object& Json::members() const {
  static const Object kEmpty;
  const auto* value = std::get_if<Object>(&value_);
  return value ? *value : kEmpty;
}

const Json* Json::find(std::string_view key) const {
  for (const auto& [name, value] : members())
    if (name == key) return &value;
  return nullptr;
}

std::string Json::string(std::string_view key, std::string_view otherwise) const {
  const Json* value = find(key);
  return std::string(value ? value->as_string(otherwise) : otherwise);
}

double Json::number(std::string_view key, double otherwise) const {
  const Json* value = find(key);
  return value ? value->as_double(otherwise) : otherwise;
}

Json& Json::set(std::string key, Json value) {
  if (is_null()) value_ = Object();
  Object& own = std::get<Object>(value_);
  for (auto& [name, old] : own) {
    if (name != key) continue;
    old = std::move(value);
    return *this;
  }
  own.emplace_back(std::move(key), std::move(value));
  return *this;
}

Json& Json::push(Json value) {
  if (is_null()) value_ = Array();
  std::get<Array>(value_).push_back(std::move(value));
  return *this;
}

void Json::write(std::string& out, int indent, int depth) const {
  char buffer[40];
  if (const auto* boolean = std::get_if<bool>(&value_)) {
    out += *boolean ? "true" : "false";
  } else if (const auto* integer = std::get_if<std::int64_t>(&value_)) {
    out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, *integer).ptr);
  } else if (const auto* real = std::get_if<double>(&value_)) {
    if (std::isfinite(*real))
      out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, *real).ptr);
    else
      out += "null";
  } else if (const auto* text = std::get_if<std::string>(&value_)) {
    write_string(out, *text);
  } else if (const auto* array = std::get_if<Array>(&value_)) {
    out += '[';
    bool first = true;
    for (const Json& item : *array) {
      if (!first) out += ',';
      first = false;
      new_line(out, indent, depth + 1);
      item.write(out, indent, depth + 1);
    }
    if (!array->empty()) new_line(out, indent, depth);
    out += ']';
  } else if (const auto* object = std::get_if<Object>(&value_)) {
    out += '{';
    bool first = true;
    for (const auto& [key, value] : *object) {
      if (!first) out += ',';
      first = false;
      new_line(out, indent, depth + 1);
      write_string(out, key);
      out += indent > 0 ? ": " : ":";
      value.write(out, indent, depth + 1);
    }
    if (!object->empty()) new_line(out, indent, depth);
    out += '}';
  } else {
    out += "null";
  }
}

std::string Json::dump(int indent) const {
  std::string out;
  write(out, indent, 0);
  return out;
}

}  // namespace genkai::base
