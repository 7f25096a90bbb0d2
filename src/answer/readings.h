#pragma once
// The things that a question's name may mean, and what the passages about each of them say.
//
//   for (const Reading& reading : readings_of(meaning, evidence, testimonies, own, idf, {}))
//     use(testimonies[reading.place], reading.label);                    // "Doug Harvey (umpire)"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "answer/testimony.h"
#include "core/evidence.h"
#include "core/question.h"

namespace genkai::answer {

struct ReadingOptions {
  bool by_context = false;  // subjects that have hardly a name or number in common are different ones; else
                            // only those that the documents themselves tell apart
  double least = 0.5;  // the reader's probability, of a passage alone, at which it answers for its subject
  std::size_t most = 5;
};

/// One subject, answered by the passage that is surest about it.
struct Reading {
  std::size_t place = 0;  // in the evidence
  bool own = false;       // the subject of the passage `own`
  double score = 0;       // log odds, and 4 ln(1 + other documents of the subject that hold the same words)
  std::string label;      // what tells it apart; may be empty
  bool named = false;     // by the documents: "Doug Harvey (umpire)"
  std::vector<std::size_t> members;  // all passages of the subject
};

/// Subjects among documents that hold the question's name, surest first. Empty when the question names
/// nothing. `own` is the place of the passage that was answered from. The weight of support was chosen on
/// half of RAMDocs (bench/ramdocs); near copies support nothing.
std::vector<Reading> readings_of(const core::Interpretation& meaning,
                                 const std::vector<core::Evidence>& evidence, const Testimonies& testimonies,
                                 std::size_t own, const std::function<float(std::string_view)>& idf,
                                 const ReadingOptions& options);

}  // namespace genkai::answer
