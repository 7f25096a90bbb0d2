#pragma once
// What the solvers have to say to people and to models, in English and Japanese.
//
//   Message message{What::unknown_name, {"blu_book", "blue_book"}};
//   say(message, text::Language::english)     // "no variable is called blu_book; did you mean blue_book?"

#include <string>
#include <vector>

#include "text/text.h"

namespace genkai::logic::solve {

enum class What {
  nothing,
  // What was read otherwise than it stands.
  fence_removed,
  prose_dropped,
  section_ignored,
  spelling_merged,
  rule_among_facts,
  words_joined,
  letter_is_variable,
  open_fact_ignored,
  sentence_read,
  query_repeated,
  polarity_from_question,
  order_from_sentence,
  place_from_sentence,
  truth_value_open,
  labels_by_order,
  domain_assumed,
  option_ignored,
  command_ignored,
  // Why a program cannot be read.
  empty_program,
  too_long,
  unexpected,
  missing,
  nested_too_deep,
  unknown_character,
  number_too_large,
  unclear_caret,
  not_an_atom,
  not_a_rule,
  unsafe_variable,
  not_stratified,
  no_query,
  several_queries,
  truth_value_expected,
  unknown_name,
  unknown_variable,
  no_domain,
  not_a_constraint,
  no_premises,
  free_variable,
  sort_clash,
  too_many_cases,
  forbidden_command,
  solver_refused,
  // What came out.
  derived,
  refuted,
  not_derived,
  self_contradiction,
  contradiction_elsewhere,
  follows,
  holds_in_all,
  none_follows,
  several_follow,
  no_solution,
  value_found,
  value_open,
  satisfiable,
  neither_follows,
  no_such_option,
  out_of_budget,
  solver_gave_up,
  votes,
  votes_split,
};

struct Message {
  What what = What::nothing;
  std::vector<std::string> arguments{};
};

/// One sentence without a full stop; empty for What::nothing.
std::string say(const Message& message, text::Language language);
/// How to write it instead; empty where there is nothing to advise.
std::string advise(const Message& message, text::Language language);

}  // namespace genkai::logic::solve
