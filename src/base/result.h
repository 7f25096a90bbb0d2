#pragma once
// Errors are values. A function that can fail returns Result<T>:
//
//   Result<Config> load(const Path& path) {
//     GENKAI_ASSIGN_OR_RETURN(std::string text, read_file(path));
//     if (text.empty()) return fail(Code::invalid_argument, "it is empty", "write a configuration into it");
//     return parse(text);
//   }
//
// Exceptions mean a broken invariant of the program and are never part of an interface.

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace genkai::base {

enum class Code {
  invalid_argument,    // the caller's input is wrong; the message says what
  not_found,           // a file, knowledge base, document that should be there is not
  already_exists,      // something is in the way
  corrupt,             // stored bytes fail their checksum or their format
  unsupported,         // understood, but this build or format cannot do it
  permission_denied,   // the operating system refused
  resource_exhausted,  // a limit was hit: disk, memory, size, time of a subprocess
  unavailable,         // something outside (a program, a server) did not answer
  deadline_exceeded,   // it took longer than it was given
  cancelled,           // the user stopped it
  internal,            // a failure that none of the others names
};

std::string_view to_string(Code code);

struct Error {
  Code code = Code::internal;
  std::string message;  // for people: what went wrong, with the name of the thing
  std::string hint;     // for people: what to do about it; may be empty
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

inline tl::unexpected<Error> fail(Code code, std::string message, std::string hint = {}) {
  return tl::unexpected<Error>(Error{code, std::move(message), std::move(hint)});
}
inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

/// An error of the operating system (`error_number` is errno) about `what`, with code and hint chosen by it.
Error system_error(std::string_view what, int error_number);

#define GENKAI_CONCAT_INNER(a, b) a##b
#define GENKAI_CONCAT(a, b) GENKAI_CONCAT_INNER(a, b)

/// Returns the error of `expression` from the enclosing function, if it has one.
#define GENKAI_RETURN_IF_ERROR(expression)                           \
  do {                                                               \
    if (auto genkai_status = (expression); !genkai_status)           \
      return ::genkai::base::fail(std::move(genkai_status).error()); \
  } while (false)

/// `target = value of expression`, or returns its error from the enclosing function.
#define GENKAI_ASSIGN_OR_RETURN(target, expression) \
  GENKAI_ASSIGN_OR_RETURN_INNER(GENKAI_CONCAT(genkai_result_, __LINE__), target, expression)
#define GENKAI_ASSIGN_OR_RETURN_INNER(result, target, expression)      \
  auto result = (expression);                                          \
  if (!result) return ::genkai::base::fail(std::move(result).error()); \
  target = std::move(*result)

/// The same two inside a coroutine.
#define GENKAI_CO_RETURN_IF_ERROR(expression)                           \
  do {                                                                  \
    if (auto genkai_status = (expression); !genkai_status)              \
      co_return ::genkai::base::fail(std::move(genkai_status).error()); \
  } while (false)
#define GENKAI_CO_ASSIGN_OR_RETURN(target, expression) \
  GENKAI_CO_ASSIGN_OR_RETURN_INNER(GENKAI_CONCAT(genkai_result_, __LINE__), target, expression)
#define GENKAI_CO_ASSIGN_OR_RETURN_INNER(result, target, expression)      \
  auto result = (expression);                                             \
  if (!result) co_return ::genkai::base::fail(std::move(result).error()); \
  target = std::move(*result)

}  // namespace genkai::base
