#pragma once
// More ways to state and to ask the facts of an English world than lab/world has, for training alone: a model
// that saw two wordings of each learns these two by heart. None of them is a wording that lab/world holds out
// for testing; and wordings that no training sees.
//
//   more_statements(fact)[0]                          // "{S} is a native of {V}."
//   fill(world, fact, more_statements(fact)[0])       // "Mirena Solbeck is a native of Tarvik."
//
// In braces S stands for the subject, V for the value, A and B for the first and the last year, Y for the
// year asked about.

#include <span>
#include <string>
#include <string_view>

#include "lab/world/world.h"

namespace genkai::lab::experiment {

std::span<const std::string_view> more_statements(const world::Fact& fact);
std::span<const std::string_view> more_questions(world::Relation relation);
std::span<const std::string_view> more_back_questions(world::Relation relation);
std::span<const std::string_view> more_year_questions(world::Relation relation);

/// In words that training knows, in an order that it never saw; of facts and questions that are neither asked
/// back nor of a year.
std::string_view unseen_statement(const world::Fact& fact);
std::string_view unseen_question(world::Relation relation);

std::string fill(const world::World& world, const world::Fact& fact, std::string_view wording, int year = 0);

}  // namespace genkai::lab::experiment
