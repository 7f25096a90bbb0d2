#pragma once
// What a model is asked when it is to write a program in logic.
//
//   const Dialect dialect = dialect_for(options);
//   request.messages = {{.content = formalise_prompt(dialect, question)}};
//   ... {.content = repair_prompt("line 3, column 7: ) is missing here")}

#include <string>
#include <string_view>
#include <vector>

#include "limits/reasoning/formal/answer_formally.h"

namespace genkai::limits::reasoning {

/// Options that include "unknown": first-order logic. Other truth values, or none: Horn rules. Any others
/// are told apart by constraints.
logic::solve::Dialect dialect_for(const std::vector<std::string>& options);

/// The dialect with a worked example, then the question between marks, as data.
std::string formalise_prompt(logic::solve::Dialect dialect, const FormalQuestion& question);

/// Sends a program back: `error` is what the reader says of it (logic/solve to_model).
std::string repair_prompt(std::string_view error);

}  // namespace genkai::limits::reasoning
