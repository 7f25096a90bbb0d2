#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>
#include <unordered_set>

#include "limits/reasoning/guard.h"
#include "text/analyzer.h"
#include "text/question.h"
#include "text/text.h"

namespace genkai::limits::reasoning {
namespace {

using core::Claim;
using core::Conflict;
using core::Draft;
using core::Evidence;
using core::Verdict;
using core::Verified;

constexpr double kSameStatement =
    0.5;  // share of words (values aside) that two quotes about one fact have in common
constexpr double kWorthComparing = 0.4;  // of the best draft's probability: weaker drafts contradict nothing
constexpr int kNewerDays = 180;

int days_of(std::string_view iso_date) {
  const auto number = [&](std::size_t at, std::size_t n, int otherwise) {
    return iso_date.size() >= at + n ? std::atoi(std::string(iso_date.substr(at, n)).c_str()) : otherwise;
  };
  const int year = number(0, 4, 0);
  return year == 0 ? 0 : year * 365 + number(5, 2, 6) * 30 + number(8, 2, 15);
}

bool comparable(text::AnswerType type) {
  using text::AnswerType;
  return type == AnswerType::number || type == AnswerType::date || type == AnswerType::person ||
         type == AnswerType::place;
}

// A model's own words ("900 yen") say less than what it quotes.
const std::string& quoted(const Draft& draft) {
  return draft.model.empty() ? draft.text : draft.citations.front().quote;
}

// What a quote says apart from its value: its index terms without those of the span.
std::set<std::string> frame_of(const Draft& draft, text::Analyzer& analyzer) {
  std::set<std::string> frame;
  for (auto& term : analyzer.terms(quoted(draft))) frame.insert(std::move(term));
  for (const auto& term : analyzer.terms(draft.span)) frame.erase(term);
  return frame;
}

double overlap(const std::set<std::string>& a, const std::set<std::string>& b) {
  if (a.empty() || b.empty()) return 0;
  std::size_t both = 0;
  for (const auto& term : a) both += b.count(term);
  return static_cast<double>(both) / static_cast<double>(std::min(a.size(), b.size()));
}

bool share_document(const Draft& a, const Draft& b) {
  for (const auto& one : a.citations)
    for (const auto& other : b.citations)
      if (one.document.id == other.document.id) return true;
  return false;
}

std::string newest_date(const Draft& draft) {
  std::string newest;
  for (const auto& citation : draft.citations) newest = std::max(newest, citation.document.date);
  return newest;
}

// True when one statement holds the other's value too ("the second leader, just after Ian Murdock"), or the
// question names a value itself: then the values are not two answers to one question.
bool speaks_of_both(const Draft& a, const Draft& b, const std::string& question) {
  const auto holds = [](const std::string& text, const std::string& value) {
    return !value.empty() && text::normalise(text).find(text::normalise(value)) != std::string::npos;
  };
  return holds(quoted(a), b.span) || holds(quoted(b), a.span) || holds(question, a.span) ||
         holds(question, b.span);
}

// Words of a claim that the quote stands where it is said to stand.
bool quotes_hold(const Draft& draft, const std::vector<Evidence>& evidence) {
  for (const auto& citation : draft.citations) {
    const bool found = std::any_of(evidence.begin(), evidence.end(), [&](const Evidence& item) {
      return item.passage.id == citation.passage &&
             item.passage.text.find(citation.quote) != std::string::npos;
    });
    if (!found) return false;
  }
  return !draft.citations.empty();
}

bool is_stale(const Draft& draft, const std::vector<Evidence>& evidence) {
  return draft.evidence < evidence.size() && evidence[draft.evidence].suspected(core::Suspicion::stale);
}

}  // namespace

Verified verify(std::vector<Draft> drafts, const std::vector<Evidence>& evidence,
                const core::Interpretation& meaning, core::Trace& trace, const std::string& stage_name) {
  auto stage = trace.stage(stage_name);
  const std::size_t saw = drafts.size();
  Verified verified;
  for (Draft& draft : drafts) {
    if (!quotes_hold(draft, evidence)) {
      stage.note("dropped", "a quote that does not stand in its passage");
      continue;
    }
    if (!draft.model.empty() && !draft.supported) {
      stage.note("dropped", "an answer that its quotes do not support");
      continue;
    }
    if (draft.model.empty())
      draft.claims.push_back(
          Claim{draft.text, Verdict::supported, "stands in the cited passage, word for word"});
    if (is_stale(draft, evidence)) {
      stage.note("stale", draft.citations.front().document.id);
      verified.superseded.push_back(std::move(draft));
    } else {
      verified.drafts.push_back(std::move(draft));
    }
  }

  thread_local text::Analyzer analyzer;
  if (!verified.drafts.empty() && comparable(meaning.focus.type)) {
    std::vector<std::set<std::string>> frames;
    for (const Draft& draft : verified.drafts) frames.push_back(frame_of(draft, analyzer));
    std::unordered_set<std::size_t> dropped;
    // The best draft against every other that speaks of the same; the older of two is dropped and the rest
    // compared again.
    for (std::size_t i = 0; i < verified.drafts.size(); ++i) {
      Draft& best = verified.drafts[i];
      if (dropped.contains(i)) continue;
      if (best.value.empty() || best.span_type != meaning.focus.type) break;
      bool best_is_older = false;
      std::vector<std::size_t> against;
      for (std::size_t j = i + 1; j < verified.drafts.size(); ++j) {
        const Draft& other = verified.drafts[j];
        if (dropped.contains(j) || other.value.empty() || other.span_type != best.span_type) continue;
        if (other.probability < kWorthComparing * best.probability) continue;
        if (share_document(best, other) || overlap(frames[i], frames[j]) < kSameStatement) continue;
        if (other.value == best.value) {
          best.claims.push_back(
              Claim{best.value, Verdict::supported, "also in " + other.citations.front().document.id});
          continue;
        }
        if (speaks_of_both(best, other, meaning.text)) continue;
        const int own = days_of(newest_date(best)), its = days_of(newest_date(other));
        if (own > 0 && its > 0 && std::abs(own - its) >= kNewerDays) {
          if (its > own) {
            best_is_older = true;
            break;
          }
          dropped.insert(j);
          stage.note("superseded",
                     other.citations.front().document.id + " by " + best.citations.front().document.id);
        } else {
          against.push_back(j);
        }
      }
      if (best_is_older) {
        stage.note("superseded", best.citations.front().document.id + " by a newer document");
        dropped.insert(i);
        continue;
      }
      if (!against.empty()) {
        Conflict conflict;
        conflict.about = meaning.text;
        conflict.sides.push_back({best.span.empty() ? best.value : best.span, best.citations});
        for (const std::size_t j : against) {
          const Draft& other = verified.drafts[j];
          conflict.sides.push_back({other.span.empty() ? other.value : other.span, other.citations});
          best.claims.push_back(Claim{best.value, Verdict::contradicted,
                                      "otherwise in " + other.citations.front().document.id});
        }
        stage.note("conflict", std::to_string(conflict.sides.size()) + " values");
        verified.conflicts.push_back(std::move(conflict));
      }
      break;
    }
    std::vector<Draft> standing;
    for (std::size_t i = 0; i < verified.drafts.size(); ++i)
      (dropped.contains(i) ? verified.superseded : standing).push_back(std::move(verified.drafts[i]));
    verified.drafts = std::move(standing);
  }
  stage.counts(saw, verified.drafts.size());
  return verified;
}

}  // namespace genkai::limits::reasoning
