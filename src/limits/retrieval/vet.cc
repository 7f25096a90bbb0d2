#include <algorithm>
#include <map>

#include "limits/retrieval/bursts.h"
#include "limits/retrieval/copies.h"
#include "limits/retrieval/echo.h"
#include "limits/retrieval/guard.h"
#include "limits/retrieval/injection.h"
#include "limits/retrieval/relevance.h"
#include "limits/retrieval/staleness.h"
#include "limits/retrieval/vet_text.h"

namespace genkai::limits::retrieval {
namespace {

using core::Evidence;
using core::Suspicion;

void mark(Evidence& item, Suspicion kind, std::string why, std::string text) {
  if (!item.suspected(kind)) item.suspicions.push_back(kind);
  item.trust.findings.push_back({kind, std::move(why), std::move(text)});
}

constexpr double kOrderBesideOne = 0.4;  // threshold for a passage whose section holds an order

void mark_orders(std::vector<Evidence>& evidence, const std::vector<Orders>& orders) {
  const auto beside_order = [&](std::size_t i) {
    for (std::size_t j = 0; j < evidence.size(); ++j)
      if (j != i && orders[j].score >= kOrderThreshold && evidence[j].passage.section_size > 1 &&
          evidence[j].passage.section_first == evidence[i].passage.section_first)
        return true;
    return false;
  };
  for (std::size_t i = 0; i < evidence.size(); ++i)
    if (orders[i].score >= kOrderThreshold || (orders[i].score >= kOrderBesideOne && beside_order(i)))
      for (const OrderSignal& signal : orders[i].signals)
        mark(evidence[i], Suspicion::instructs_reader, std::string(signal.why), signal.text);
}

// Orders in a passage's text, title and heading: whoever is shown the one is shown the others.
class OrderFinder {
 public:
  Orders in(const core::Passage& passage, const VetText& text) {
    Orders own = find_orders(text);
    const Orders& label = in_label(passage.document.title + "\n" + passage.heading);
    if (label.score > own.score) own = label;
    return own;
  }

 private:
  const Orders& in_label(const std::string& label) {
    const auto [place, added] = labels_.try_emplace(label);
    if (added) place->second = find_orders(vet_text(label));
    return place->second;
  }
  std::map<std::string, Orders> labels_;
};

// What one passage shows by itself, orders aside.
void vet_one(Evidence& item, const VetText& text, const core::Question& question, const Asked& asked,
             std::string_view normalised_question) {
  if (hides_text(text, item.passage.text))
    mark(item, Suspicion::hidden_text, "holds " + std::to_string(text.hidden.total()) + " hidden characters",
         excerpt(text.hidden.tag_text, 0, text.hidden.tag_text.size()));
  if (!text.mixed.empty())
    mark(item, Suspicion::lookalikes, "mixes scripts within " + std::to_string(text.mixed.size()) + " words",
         excerpt(text.mixed.front(), 0, text.mixed.front().size()));
  if (const auto echo = find_echo(text.folded, asked))
    mark(item, Suspicion::echoes_question, "repeats the question as a statement",
         excerpt(text.folded, echo->begin, echo->end));
  if (auto stale = find_stale(item, text.normalised, question, normalised_question)) {
    item.trust.stale = true;
    mark(item, Suspicion::stale, std::move(stale->why), excerpt(stale->words, 0, stale->words.size()));
  }
}

void mark_copies(std::vector<Evidence>& evidence, const std::vector<std::string_view>& texts) {
  const CopyGraph graph = copy_graph(texts);
  const auto groups = groups_of(graph.near);
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    Evidence& item = evidence[i];
    item.trust.group = groups[i];
    if (graph.exact_copy_of[i] != i)
      mark(item, Suspicion::exact_copy,
           "the words of " + evidence[graph.exact_copy_of[i]].passage.document.id, "");
    else if (!graph.near[i].empty() && graph.near[i].front() < i)
      mark(item, Suspicion::near_duplicate,
           "nearly the words of " + evidence[graph.near[i].front()].passage.document.id, "");
    if (groups[i] != i) item.trust.independent = false;
  }
}

// At most so many passages of one source are witnesses of their own.
void limit_sources(std::vector<Evidence>& evidence, std::size_t most) {
  std::map<std::string, std::size_t> counted;
  for (Evidence& item : evidence) {
    item.trust.source = item.passage.document.source;
    if (item.trust.source.empty() || !item.trust.independent || item.poisoned()) continue;
    if (++counted[item.trust.source] > most) item.trust.independent = false;
  }
}

}  // namespace

void vet(std::vector<Evidence>& evidence, const core::Interpretation& meaning, const core::Question& question,
         core::Trace& trace, const VetOptions& options) {
  auto stage = trace.stage("vet");
  const std::string normalised_question = text::normalise(meaning.text);
  const Asked asked = asked_of(normalised_question);
  std::vector<VetText> texts;
  texts.reserve(evidence.size());
  std::vector<Orders> orders;
  OrderFinder finder;
  std::vector<std::string_view> normalised, folded;
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    Evidence& item = evidence[i];
    texts.push_back(vet_text(item.passage.text));
    orders.push_back(finder.in(item.passage, texts.back()));
    vet_one(item, texts.back(), question, asked, normalised_question);
    item.trust.relevance = relevance(item.scores, i);
    if (item.trust.relevance < off_topic_threshold())
      mark(item, Suspicion::off_topic, "little of the question is in it", "");
  }
  mark_orders(evidence, orders);
  for (const VetText& text : texts) {
    normalised.push_back(text.normalised);
    folded.push_back(text.folded);
  }
  mark_copies(evidence, normalised);
  const auto burst = find_burst(evidence, folded, asked);
  for (const std::size_t i : burst) {
    mark(evidence[i], Suspicion::burst,
         "one of " + std::to_string(burst.size()) + " new documents that restate the question", "");
    if (i != burst.front()) evidence[i].trust.independent = false;
  }
  limit_sources(evidence, options.per_source);
  std::size_t poisoned = 0, copies = 0;
  for (const Evidence& item : evidence) {
    const bool copy = item.suspected(Suspicion::exact_copy);
    copies += copy ? 1 : 0;
    poisoned += item.poisoned() && !copy ? 1 : 0;
    for (const core::Finding& finding : item.trust.findings) {
      if (finding.kind == Suspicion::exact_copy || finding.kind == Suspicion::off_topic) continue;
      stage.note(std::string(core::to_string(finding.kind)),
                 item.passage.document.id + ": " + finding.why +
                     (finding.text.empty() ? std::string() : " (" + finding.text + ")"));
    }
    stage.record(core::trust_record(item));
  }
  if (copies > 0) stage.note("exact copies", std::to_string(copies));
  stage.counts(evidence.size(), evidence.size() - poisoned - copies);
}

}  // namespace genkai::limits::retrieval
