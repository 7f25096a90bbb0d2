#pragma once
// The drafting model that needs no model: picks the sentence or two of the evidence that answer a question,
// verbatim and short, and says how probable it is that they do.
//
//   std::vector<core::Draft> drafts = ExtractiveReader::built_in().read(question, evidence, 5, similarity);
//   const RiskThreshold limit = ExtractiveReader::built_in().calibration().threshold_for(0.10);
//   if (!drafts.empty() && drafts[0].probability >= limit.threshold) ...

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/draft.h"
#include "core/evidence.h"
#include "core/question.h"
#include "model/reader_calibration.h"

namespace genkai::model {

/// Thread-safe.
class ExtractiveReader {
 public:
  /// With the weights that ship inside the program (src/model/reader_weights.json).
  static const ExtractiveReader& built_in();
  /// From the text of a weights file (docs/formats/reader-weights.md); malformed text is invalid_argument.
  static base::Result<std::unique_ptr<ExtractiveReader>> from_weights(std::string_view json);
  virtual ~ExtractiveReader() = default;

  /// The cosine of two texts (an embedder's), or an empty function. The first text is always the question's.
  using Similarity = std::function<float(std::string_view, std::string_view)>;
  /// Up to `count` drafts from different places, best first, each one or two neighbouring sentences of at
  /// most 300 code points, verbatim (Draft::text is its first citation's quote). Nearly equal sentences of
  /// several passages are one draft with several citations. Evidence is ranked best first; poisoned evidence
  /// is not read.
  virtual std::vector<core::Draft> read(const core::Interpretation& question,
                                        std::span<const core::Evidence> evidence, std::size_t count,
                                        const Similarity& similarity) const = 0;
  virtual const ReaderCalibration& calibration() const = 0;
};

}  // namespace genkai::model
