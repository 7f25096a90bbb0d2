#pragma once
// Log lines for operators on standard error (spdlog behind one source file). Questions, documents and keys
// are never logged at info or above. GENKAI_LOG sets the level: debug, info, warning (default), error, off.

#include <string>
#include <string_view>

namespace genkai::base::log {

void debug(std::string_view message);
void info(std::string_view message);
void warning(std::string_view message);
void error(std::string_view message);

}  // namespace genkai::base::log
