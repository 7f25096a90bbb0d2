#pragma once
// Which passages speak of the same thing, where several things share the name that the question uses.
//
//   const Subjects subjects(meaning, evidence, idf);
//   if (!subjects.same(3, 7) && subjects.told_apart(3, 7)) two readings of the question
//
// Two documents are of one subject when the names and numbers in them, those of the question aside, overlap:
// their shared idf is at least 0.15 of the smaller of the two, or one is nearly a copy of the other.
// Subjects are the connected components. Chosen on half of RAMDocs (bench/ramdocs).

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/evidence.h"
#include "core/question.h"

namespace genkai::limits::retrieval {

class Subjects {
 public:
  /// `idf` of an index term in the knowledge base. REQUIRES: `evidence` lives as long as the call.
  Subjects(const core::Interpretation& meaning, const std::vector<core::Evidence>& evidence,
           const std::function<float(std::string_view)>& idf);

  bool same(std::size_t a, std::size_t b) const { return of_[a] == of_[b]; }
  /// True when the documents themselves tell the two subjects apart: in one of them the name of the question
  /// is followed by what distinguishes it, "Doug Harvey (umpire)", and not by the same in the other.
  bool told_apart(std::size_t a, std::size_t b) const;
  /// What distinguishes the subject of a passage: "Doug Harvey (umpire)", else its document's title, else the
  /// name or number in it that is rarest elsewhere; may be empty.
  const std::string& label(std::size_t passage) const { return labels_[of_[passage]]; }
  /// Whether its documents distinguish it: then the label holds how.
  bool named(std::size_t passage) const { return !epithets_[of_[passage]].empty(); }

 private:
  std::vector<std::size_t> of_;                 // subject of each passage
  std::vector<std::string> labels_, epithets_;  // of each subject
};

/// The name that a question asks about: the longest of its quoted titles and capitalised or katakana names;
/// may be empty.
std::string name_in(const core::Interpretation& meaning);

/// What follows `name` in a text in parentheses, unless it is a date, an abbreviation or a list; empty
/// without.
std::string epithet_of(std::string_view name, std::string_view text);

}  // namespace genkai::limits::retrieval
