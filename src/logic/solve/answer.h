#pragma once
// From what a program says to one of the options, and from the question to what is asked.
//
//   options_of({"A) True", "B) False"})[1]                    // {"B", "False"}
//   choose(Truth::no, options_of(...), solution);             // status ok, answer "B"
//   stated("Is the following true? Max is not shy.", {"Max", "Shy"})   // false: it states the negation

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logic/solve/solve.h"

namespace genkai::logic::solve {

enum class Truth { yes, no, unknown };

struct Option {
  std::string label;  // "A"; empty when it has none
  std::string text;
  const std::string& name() const { return label.empty() ? text : label; }
};
std::vector<Option> options_of(const std::vector<std::string>& options);

/// "True", "no", "Uncertain", "正しい": the truth value that an option's text is, if it is one.
std::optional<Truth> truth_said(std::string_view text);

/// Sets status and answer for a statement that is true, false or open: the option that says so; with no
/// options "True", "False" or "Unknown". Where no option says "unknown", open is undetermined with the why
/// that the solution has; where none says "true" or "false", ambiguous.
void choose(Truth truth, const std::vector<Option>& options, Solution& solution);

/// Sets status and answer to the option for which alone `holds`; several or none is ambiguous. `names` are
/// the options' names.
void choose_one(const std::vector<bool>& holds, const std::vector<std::string>& names, Solution& solution);

/// The words of a text, as they stand: letters and digits of any script.
std::vector<std::string> words_of(std::string_view text);

/// The option that is this value, as a whole word of its text.
std::optional<std::size_t> option_with(const std::vector<Option>& options, const std::string& value);

/// Whether the last sentence of `question` that holds all of `names` (in any form that name_key takes for the
/// same; names in CamelCase word by word) states or denies; nothing where no such sentence is there or it is
/// not plain.
std::optional<bool> stated(std::string_view question, const std::vector<std::string>& names);

/// What a question about possibilities wants of its option.
enum class Modality { must_be_true, could_be_true, must_be_false, could_be_false };
/// "which could be true", "cannot be true", "must be true EXCEPT"; by default must_be_true.
Modality modality_of(std::string_view question);

}  // namespace genkai::logic::solve
