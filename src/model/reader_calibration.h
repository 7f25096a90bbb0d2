#pragma once
// How sure the reader must be for a wanted risk, and the questions that this rests on.
//
//   RiskThreshold t = threshold_for(0.10);
//   if (draft.probability >= t.threshold) ...

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace genkai::model {

struct RiskThreshold {
  double threshold =
      std::numeric_limits<double>::infinity();  // on Draft::probability; infinite: answer nothing
  std::size_t n = 0;                            // calibration questions answered at it
  std::size_t errors = 0;                       // of those, wrong
  double upper_bound = 1;  // one-sided Clopper-Pearson bound of the error among answered, at `confidence`
  double coverage = 0;     // share of the calibration questions answered
  double confidence = 0;
  std::string calibration_set;  // its name, for people
  std::string hash;             // 128 bits in hexadecimal over its items
  std::size_t size = 0;         // its questions
};

/// The scores of the best drafts on a calibration set that no weight was fitted to. Thread-safe.
class ReaderCalibration {
 public:
  static base::Result<ReaderCalibration> parse(const base::Json& json);
  /// The most permissive threshold that keeps the error among answered at or below `risk` (0 to 1), with
  /// `confidence` over the draw of the calibration set, for questions like those of the set
  /// (stats/risk_control.h). Never below kEvenOdds: what is more probably wrong than right is no answer.
  RiskThreshold threshold_for(double risk, double confidence = kConfidence) const;
  std::size_t size() const { return scores_.size(); }
  const std::string& name() const { return name_; }

  static constexpr double kConfidence = 0.95;
  static constexpr double kEvenOdds = 0.5;

 private:
  std::string name_, hash_;
  std::vector<double> scores_;
  std::vector<std::uint8_t> correct_;
};

/// Of the reader that ships inside the program.
RiskThreshold threshold_for(double risk, double confidence = ReaderCalibration::kConfidence);

}  // namespace genkai::model
