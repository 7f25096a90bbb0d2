#include "limits/hallucination/probe/probe.h"

namespace genkai::limits::hallucination::probe {

ProbeReport measure(const FactSet& facts, const Replies& replies, const AskOptions& options,
                    const std::string& today) {
  ProbeReport report;
  const Judged judged = judge_all(facts, replies);
  const Parts& parts = options.parts;
  if (parts.accuracy) report.accuracy = measure_accuracy(facts, judged, replies);
  if (parts.calibration) {
    report.stated = measure_calibration(judged, facts, false, options.seed);
    report.tokens = measure_calibration(judged, facts, true, options.seed);
    for (std::size_t i = 0; i < judged.size(); ++i)
      if (facts.facts[i].answerable() && judged[i].closed && !judged[i].reply.confidence &&
          (*judged[i].closed == Verdict::right || *judged[i].closed == Verdict::wrong))
        ++report.without_confidence;
  }
  if (parts.abstention) report.abstention = measure_abstention(facts, judged);
  if (parts.contradiction) report.contradiction = measure_contradiction(facts, replies, options.repeats);
  if (parts.snowballing) report.snowballing = measure_snowballing(facts, judged, replies, options.seed);
  if (parts.freshness) report.freshness = measure_freshness(facts, judged, today);
  return report;
}

}  // namespace genkai::limits::hallucination::probe
