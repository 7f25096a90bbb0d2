#pragma once
// Dates as documents write them, to ISO 8601.
//
//   find_date("Last updated: 5 March 2024") == "2024-03-05"
//   find_date("令和6年3月5日") == "2024-03-05"

#include <string>
#include <string_view>

#include "knowledge/document/document.h"

namespace genkai::knowledge::reading {

/// The first date in the text as YYYY-MM-DD, YYYY-MM or YYYY (1000 to 2999), or empty. Reads 2024-03-05,
/// 2024/3/5, 20240305, 5 March 2024, March 5, 2024, March 2024, 2024年3月5日, 令和6年3月5日 and a year alone.
std::string find_date(std::string_view text);

/// The date of a line near the top that says when the document was written or updated ("Last updated:
/// 2024-03-05", "更新日：2024年3月5日"), or empty.
std::string stated_date(const ParsedDocument& document);

}  // namespace genkai::knowledge::reading
