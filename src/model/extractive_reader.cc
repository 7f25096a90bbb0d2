#include "model/extractive_reader.h"

#include <cmath>
#include <cstdlib>
#include <map>
#include <mutex>

#include "model/reader_drafts.h"
#include "model/reader_network.h"
#include "model/reader_spans.h"
#include "stats/logistic.h"

extern "C" {
extern const char genkai_reader_weights_begin[];
extern const char genkai_reader_weights_end[];
}

namespace genkai::model {
namespace {

using base::Code;
using base::Json;

class WeightedReader final : public ExtractiveReader {
 public:
  static base::Result<std::unique_ptr<ExtractiveReader>> parse(std::string_view text) {
    GENKAI_ASSIGN_OR_RETURN(const Json json, Json::parse(text));
    if (json.string("format") != "genkai-reader" || json.number("version") != 1)
      return base::fail(Code::invalid_argument, "these are no reader weights of version 1",
                        "make them with tools/train_reader");
    const Json* span = json.find("span_model");
    const Json* unit = json.find("unit_model");
    const Json* draft = json.find("draft_model");
    const Json* calibration = json.find("calibration");
    const Json* pair_share = json.find("pair_share");
    if (!span || !unit || !draft || !calibration || !pair_share || !pair_share->is_number())
      return base::fail(
          Code::invalid_argument,
          "reader weights need span_model, unit_model, draft_model, pair_share and calibration");
    auto reader = std::make_unique<WeightedReader>();
    GENKAI_ASSIGN_OR_RETURN(reader->spans_, Network::parse(*span, span_feature_names()));
    GENKAI_ASSIGN_OR_RETURN(reader->units_, Network::parse(*unit, unit_feature_names()));
    GENKAI_ASSIGN_OR_RETURN(reader->drafts_, Network::parse(*draft, draft_feature_names()));
    GENKAI_ASSIGN_OR_RETURN(reader->calibration_, ReaderCalibration::parse(*calibration));
    reader->pair_share_ = pair_share->as_double();
    return reader;
  }

  std::vector<core::Draft> read(const core::Interpretation& question,
                                std::span<const core::Evidence> evidence, std::size_t count,
                                const Similarity& similarity) const override {
    if (count == 0 || evidence.empty()) return {};
    const Reading reading = look(question, evidence, similarity, spans_);
    std::vector<double> scores;
    scores.reserve(reading.rows.size());
    for (const UnitRow& row : reading.rows) scores.push_back(units_(row));
    std::vector<core::Draft> drafts;
    for (const Choice& choice : choose(question, evidence, reading, scores, pair_share_, count)) {
      const core::Evidence& own = evidence[choice.evidence];
      core::Draft draft;
      draft.text = choice.quote.of(own.passage.text);
      draft.span = choice.span.of(own.passage.text);
      draft.span_type = choice.span_type;
      draft.value = choice.value;
      draft.evidence = choice.evidence;
      draft.score = choice.score;
      draft.probability = stats::sigmoid(drafts_(choice.features));
      draft.citations.push_back(cite(own.passage, draft.text));
      for (const std::size_t copy : choice.copies) {
        const Unit& unit = reading.table.units[copy];
        draft.citations.push_back(
            cite(evidence[unit.evidence].passage, std::string(reading.table.text(unit, evidence))));
      }
      drafts.push_back(std::move(draft));
    }
    return drafts;
  }

  const ReaderCalibration& calibration() const override { return calibration_; }

 private:
  static core::Citation cite(const core::Passage& passage, std::string quote) {
    return {passage.document, passage.id, passage.heading, passage.page, passage.line, std::move(quote)};
  }

  Network spans_, units_, drafts_;
  ReaderCalibration calibration_;
  double pair_share_ = 1;
};

}  // namespace

base::Result<std::unique_ptr<ExtractiveReader>> ExtractiveReader::from_weights(std::string_view json) {
  return WeightedReader::parse(json);
}

const ExtractiveReader& ExtractiveReader::built_in() {
  static const std::unique_ptr<ExtractiveReader> reader = [] {
    auto made =
        from_weights({genkai_reader_weights_begin,
                      static_cast<std::size_t>(genkai_reader_weights_end - genkai_reader_weights_begin)});
    if (!made) std::abort();  // the program's own bytes; model_test reads them at every build
    return std::move(*made);
  }();
  return *reader;
}

RiskThreshold threshold_for(double risk, double confidence) {
  constexpr std::size_t kKept = 1000;  // clients may name any risk
  static std::mutex mutex;
  static std::map<std::pair<double, double>, RiskThreshold> known;  // a pure function of both
  const std::lock_guard lock(mutex);
  const auto found = known.find({risk, confidence});
  if (found != known.end()) return found->second;
  if (known.size() >= kKept) known.clear();
  return known
      .emplace(std::pair{risk, confidence},
               ExtractiveReader::built_in().calibration().threshold_for(risk, confidence))
      .first->second;
}

}  // namespace genkai::model
