// The names that the language knows.

#include <algorithm>
#include <array>
#include <utility>

#include "logic/program/code.h"

namespace genkai::logic {
namespace {

constexpr std::array<std::pair<std::string_view, Method>, 20> kMethods = {
    {{"append", Method::append},     {"pop", Method::pop},       {"insert", Method::insert},
     {"extend", Method::extend},     {"remove", Method::remove}, {"reverse", Method::reverse},
     {"sort", Method::sort},         {"clear", Method::clear},   {"copy", Method::copy},
     {"index", Method::index},       {"count", Method::count},   {"join", Method::join},
     {"split", Method::split},       {"strip", Method::strip},   {"startswith", Method::startswith},
     {"endswith", Method::endswith}, {"find", Method::find},     {"replace", Method::replace},
     {"upper", Method::upper},       {"lower", Method::lower}}};

constexpr std::array<std::pair<std::string_view, Builtin>, 19> kBuiltins = {{{"abs", Builtin::abs},
                                                                             {"all", Builtin::all},
                                                                             {"any", Builtin::any},
                                                                             {"bool", Builtin::bool_},
                                                                             {"chr", Builtin::chr},
                                                                             {"divmod", Builtin::divmod},
                                                                             {"int", Builtin::int_},
                                                                             {"len", Builtin::len},
                                                                             {"list", Builtin::list},
                                                                             {"max", Builtin::max},
                                                                             {"min", Builtin::min},
                                                                             {"ord", Builtin::ord},
                                                                             {"pow", Builtin::pow},
                                                                             {"print", Builtin::print},
                                                                             {"range", Builtin::range},
                                                                             {"sorted", Builtin::sorted},
                                                                             {"str", Builtin::str},
                                                                             {"sum", Builtin::sum},
                                                                             {"tuple", Builtin::tuple}}};

// dir(builtins) of Python 3.13 without the above and without the exceptions and warnings, which are known by
// their endings; the last are set by every module or by `site`.
constexpr std::array<std::string_view, 66> kForeign = {"aiter",
                                                       "anext",
                                                       "ascii",
                                                       "bin",
                                                       "breakpoint",
                                                       "bytearray",
                                                       "bytes",
                                                       "callable",
                                                       "classmethod",
                                                       "compile",
                                                       "complex",
                                                       "delattr",
                                                       "dict",
                                                       "dir",
                                                       "enumerate",
                                                       "eval",
                                                       "exec",
                                                       "filter",
                                                       "float",
                                                       "format",
                                                       "frozenset",
                                                       "getattr",
                                                       "globals",
                                                       "hasattr",
                                                       "hash",
                                                       "help",
                                                       "hex",
                                                       "id",
                                                       "input",
                                                       "isinstance",
                                                       "issubclass",
                                                       "iter",
                                                       "locals",
                                                       "map",
                                                       "memoryview",
                                                       "next",
                                                       "object",
                                                       "oct",
                                                       "open",
                                                       "property",
                                                       "repr",
                                                       "reversed",
                                                       "round",
                                                       "set",
                                                       "setattr",
                                                       "slice",
                                                       "staticmethod",
                                                       "super",
                                                       "type",
                                                       "vars",
                                                       "zip",
                                                       "Ellipsis",
                                                       "NotImplemented",
                                                       "BaseException",
                                                       "Exception",
                                                       "StopIteration",
                                                       "SystemExit",
                                                       "GeneratorExit",
                                                       "KeyboardInterrupt",
                                                       "StopAsyncIteration",
                                                       "BaseExceptionGroup",
                                                       "ExceptionGroup",
                                                       "exit",
                                                       "quit",
                                                       "copyright",
                                                       "credits"};

}  // namespace

const Method* method_called(std::string_view name) {
  for (const auto& [known, method] : kMethods)
    if (known == name) return &method;
  return nullptr;
}
std::string_view name_of(Method method) {
  for (const auto& [name, known] : kMethods)
    if (known == method) return name;
  return {};
}
const Builtin* builtin_called(std::string_view name) {
  for (const auto& [known, builtin] : kBuiltins)
    if (known == name) return &builtin;
  return nullptr;
}
std::string_view name_of(Builtin builtin) {
  for (const auto& [name, known] : kBuiltins)
    if (known == builtin) return name;
  return {};
}
bool is_foreign_builtin(std::string_view name) {
  return name.ends_with("Error") || name.ends_with("Warning") || name == "license" ||
         name.starts_with("__") || std::find(kForeign.begin(), kForeign.end(), name) != kForeign.end();
}

}  // namespace genkai::logic
