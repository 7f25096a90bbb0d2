#pragma once
// The parts of find_typed_spans: each appends the spans of its kind.

#include <string_view>
#include <vector>

#include "text/question.h"

namespace genkai::text {

void find_dates(std::string_view sentence, std::vector<TypedSpan>& out);
/// Times that name the half of the day or stand as 17:10; 3時 alone is among the dates.
void find_times(std::string_view sentence, std::vector<TypedSpan>& out);
void find_numbers(std::string_view sentence, std::vector<TypedSpan>& out);
void find_latin_names(std::string_view sentence, std::vector<TypedSpan>& out);
void find_japanese_names(std::string_view sentence, std::vector<TypedSpan>& out);
/// What stands in quotation marks: “”, "", 『』, 「」.
void find_quoted(std::string_view sentence, std::vector<TypedSpan>& out);

}  // namespace genkai::text
