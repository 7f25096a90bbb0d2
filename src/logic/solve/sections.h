#pragma once
// A program's text as its statements, each with its section and place: what stands around it is taken off.
//
//   Source source = read_sections("```\nFacts:\nCat(Tom) ::: Tom is a cat\n```");
//   source.statements[0]     // facts, "Cat(Tom)", comment "Tom is a cat", line 3

#include <string>
#include <string_view>
#include <vector>

#include "logic/solve/solve.h"

namespace genkai::logic::solve {

enum class Section {
  none,
  predicates,
  facts,
  rules,
  premises,
  conclusion,
  query,
  domain,
  variables,
  constraints,
  declarations,
  options,
  ignored,
};

struct Statement {
  Section section = Section::none;
  std::string text;     // without comment, bullet and the white space around it
  std::string comment;  // after :::
  std::string label;    // of "A) ...": "A"
  Place place;          // where `text` begins
};

struct Source {
  std::vector<Statement> statements;
  std::vector<Repair> repairs;
  bool has(Section section) const;
  bool sectioned() const;
};

/// Reads what stands within code fences, when there are any, after the end of what was thought aloud. A line
/// is a statement; one whose brackets are open goes on in the next.
Source read_sections(std::string_view program);

}  // namespace genkai::logic::solve
