#include "base/result.h"

#include <cerrno>
#include <system_error>

namespace genkai::base {

std::string_view to_string(Code code) {
  switch (code) {
    case Code::invalid_argument:
      return "invalid_argument";
    case Code::not_found:
      return "not_found";
    case Code::already_exists:
      return "already_exists";
    case Code::corrupt:
      return "corrupt";
    case Code::unsupported:
      return "unsupported";
    case Code::permission_denied:
      return "permission_denied";
    case Code::resource_exhausted:
      return "resource_exhausted";
    case Code::unavailable:
      return "unavailable";
    case Code::deadline_exceeded:
      return "deadline_exceeded";
    case Code::cancelled:
      return "cancelled";
    case Code::internal:
      return "internal";
  }
  return "internal";
}

Error system_error(std::string_view what, int error_number) {
  Error error;
  error.message = std::string(what) + ": " + std::generic_category().message(error_number);
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      error.code = Code::not_found;
      break;
    case EEXIST:
      error.code = Code::already_exists;
      break;
    case EACCES:
    case EPERM:
    case EROFS:
      error.code = Code::permission_denied;
      error.hint = "check the permissions of the file and of its folder";
      break;
    case ENOSPC:
    case EDQUOT:
      error.code = Code::resource_exhausted;
      error.hint = "free some disk space and run the command again; what was stored before is intact";
      break;
    case ENOMEM:
    case EMFILE:
    case ENFILE:
    case EFBIG:
      error.code = Code::resource_exhausted;
      break;
    default:
      error.code = Code::internal;
  }
  return error;
}

}  // namespace genkai::base
