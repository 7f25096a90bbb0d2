#pragma once
// From a line of `genkai score` to its measures: recorded samples are scored, a question without samples is
// asked of the model first, and what is asked is written down.
//
//   GENKAI_ASSIGN_OR_RETURN(auto scorer, Scorer::create(options));
//   GENKAI_ASSIGN_OR_RETURN(const ScoredLine scored, scorer->score(line));       // thread-safe

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "app/model_choice.h"
#include "base/json.h"
#include "base/result.h"
#include "limits/hallucination/uncertainty/sampling.h"
#include "limits/hallucination/uncertainty/uncertainty.h"

namespace genkai::app {

/// What was recorded, a JSON line each (docs/formats/score.md); appended to, and read again by id.
/// Thread-safe.
class RecordFile {
 public:
  /// Reads what is there. A torn last line is cut off; any other that cannot be read is left and said.
  static base::Result<std::unique_ptr<RecordFile>> open(const std::string& path);
  ~RecordFile();
  RecordFile(const RecordFile&) = delete;
  RecordFile& operator=(const RecordFile&) = delete;
  /// What was recorded under this id, or nothing.
  base::Result<std::optional<limits::hallucination::RecordedOutput>> find(const std::string& id);
  /// Written at once, so that a crash loses at most what is under way.
  base::Status append(const limits::hallucination::RecordedOutput& output);

 private:
  RecordFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  const std::string path_;
  const int descriptor_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::pair<std::uint64_t, std::size_t>> places_;  // offset and length
};

struct ScorerOptions {
  ModelChoice model;   // none: recorded samples only
  std::string record;  // a file for what the model says; empty: none
  bool model_entailment = false;
  limits::hallucination::SamplingOptions sampling;
};

struct ScoredLine {
  limits::hallucination::RecordedOutput output;
  limits::hallucination::Assessment assessment;
  /// Whether the first sample is right: `correct`, else by the right answers; nothing where neither is known.
  std::optional<bool> right() const {
    return output.correct ? output.correct : assessment.comparisons.judged_correct;
  }
};

class Scorer {
 public:
  static base::Result<std::unique_ptr<Scorer>> create(const ScorerOptions& options);
  /// Errors: a malformed line, a line without samples where no model was named, the model's.
  base::Result<ScoredLine> score(const base::Json& line) const;
  /// Keeps what was learnt about the model.
  void remember() const;

 private:
  Scorer() = default;
  base::Result<limits::hallucination::RecordedOutput> ask(
      limits::hallucination::RecordedOutput question) const;
  ScorerOptions options_;
  ChosenModel model_;
  std::unique_ptr<RecordFile> record_;
  std::unique_ptr<limits::hallucination::ModelEntailment> entailment_;
};

}  // namespace genkai::app
