#include <cstdlib>

#include "knowledge/store/knowledge_base.h"

namespace genkai::knowledge {

base::Path home_folder() {
  const auto variable = [](const char* name) -> base::Path {
    const char* value = std::getenv(name);
    return value == nullptr ? base::Path() : base::Path(value);
  };
  if (auto home = variable("GENKAI_HOME"); !home.empty()) return home;
  if (auto data = variable("XDG_DATA_HOME"); !data.empty()) return data / "genkai";
  if (auto home = variable("HOME"); !home.empty()) return home / ".local" / "share" / "genkai";
  return base::Path(".genkai");
}

base::Result<base::Path> knowledge_base_folder(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  bool good = !name.empty() && name.size() <= 100 && name.front() != '.';
  for (const char c : name) good = good && allowed(c);
  if (!good)
    return base::fail(base::Code::invalid_argument,
                      "\"" + std::string(name.substr(0, 100)) + "\" is no name for a knowledge base",
                      "use letters, digits, '-', '_' and '.', at most 100, not beginning with '.'");
  return home_folder() / std::string(name);
}

}  // namespace genkai::knowledge
