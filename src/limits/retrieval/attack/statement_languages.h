#pragma once
// The two halves of statement.h.

#include <string>
#include <string_view>

namespace genkai::limits::retrieval::attack {

std::string english_statement(std::string_view question, std::string_view answer);
std::string japanese_statement(std::string_view question, std::string_view answer);

}  // namespace genkai::limits::retrieval::attack
