#pragma once
// JSON pointers (RFC 6901).

#include <string>
#include <string_view>

#include "base/json.h"

namespace genkai::logic::grammar {

/// A member's name as a part of a pointer: ~ and / are escaped.
std::string pointer_part(std::string_view name);
/// What "/a/0" names in `document`, "" being all of it; nullptr when there is nothing.
const base::Json* at_pointer(const base::Json& document, std::string_view pointer);

}  // namespace genkai::logic::grammar
