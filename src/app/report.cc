#include <cstdio>

#include "app/command.h"
#include "app/exit_codes.h"
#include "app/version.h"
#include "base/json.h"

namespace genkai::app {

std::string version() {
  return GENKAI_VERSION;
}

int report(const base::Error& error, bool json) {
  if (json) {
    const base::Json value =
        base::Json::object({{"error", base::Json::object({{"code", base::to_string(error.code)},
                                                          {"message", error.message},
                                                          {"hint", error.hint}})}});
    std::fprintf(stderr, "%s\n", value.dump().c_str());
  } else {
    std::fprintf(stderr, "genkai: %s\n", error.message.c_str());
    if (!error.hint.empty()) std::fprintf(stderr, "        %s\n", error.hint.c_str());
  }
  return exit_code(error);
}

}  // namespace genkai::app
