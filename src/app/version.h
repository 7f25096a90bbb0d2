#pragma once
#include <string>

namespace genkai::app {
std::string version();
}
