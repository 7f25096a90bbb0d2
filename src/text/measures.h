#pragma once
// Which kind of amount a unit or a noun names: yen and 円 are money, "minutes" and 分間 are durations.
//
//   measure_of_unit("km") == Measure::length
//   measure_of_noun("fare") == Measure::money

#include <string_view>

#include "text/question.h"

namespace genkai::text {

/// Of what follows a number, normalised (normalise); "36 square metres" has the unit "square metres".
/// Measure::count when it is no unit of another kind.
Measure measure_of_unit(std::string_view unit);

/// Of what a question asks for, normalised: price, height, 料金, 高さ. Measure::none when it is no amount.
Measure measure_of_noun(std::string_view noun);

/// Of a date by its value (TypedSpan).
Measure measure_of_date(std::string_view value);

}  // namespace genkai::text
