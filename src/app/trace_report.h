#pragma once
// What `genkai trace` shows: for people in English or Japanese, and as JSON (docs/formats/trace.md).

#include <string>

#include "answer/attribution.h"
#include "app/print.h"
#include "base/json.h"

namespace genkai::app {

std::string render(const answer::Attribution& found, const PrintStyle& style);
base::Json to_json(const answer::Attribution& found, answer::GroupBy by);

}  // namespace genkai::app
