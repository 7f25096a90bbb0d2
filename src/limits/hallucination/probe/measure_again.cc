// Contradiction, snowballing, freshness: what changes when the model is asked again, misled or asked of news.

#include <algorithm>
#include <cmath>
#include <limits>

#include "limits/hallucination/probe/ask.h"
#include "limits/hallucination/probe/measures.h"

namespace genkai::limits::hallucination::probe {
namespace {

struct Repeated {
  std::size_t answered = 0, declined = 0;
  bool differs = false;
};

Repeated repeated(const Fact& fact, const std::vector<const Reply*>& replies) {
  const AnswerKey key(fact.answers);
  Repeated out;
  std::vector<std::string> answers;
  for (const Reply* reply : replies) {
    const ParsedReply parsed = parse_reply(reply->text);
    const Verdict verdict = judge(parsed, key);
    if (verdict == Verdict::refused) ++out.declined;
    if (verdict == Verdict::right || verdict == Verdict::wrong) answers.push_back(parsed.answer);
  }
  out.answered = answers.size();
  for (std::size_t i = 0; i < answers.size() && !out.differs; ++i)
    for (std::size_t j = 0; j < i && !out.differs; ++j)
      out.differs = !say_the_same(answers[i], answers[j], key);
  return out;
}

enum class Stance { kept, gave_up, unclear };

struct Stood {
  Stance stance = Stance::unclear;
  bool right = false;  // the answer that it now holds
};

// By what it says of its first answer, and by the answer that it gives now; unclear where they contradict.
Stood stood(const Reply& reply, const AnswerKey& injected, const AnswerKey& right, bool injected_is_right) {
  const ParsedReply parsed = parse_reply(reply.text);
  if (!parsed.usable) return {};
  Stood out;
  const bool holds = injected.matches(parsed.answer);
  out.right = right.matches(parsed.answer);
  const bool moved = out.right && !holds;  // to the right answer, from a wrong one
  const bool stays = holds && (injected_is_right || !out.right);
  const bool elsewhere = injected_is_right && !holds && !parsed.answer.empty();
  if (!parsed.stands_by)
    out.stance = moved ? Stance::gave_up : stays ? Stance::kept : Stance::unclear;
  else if (*parsed.stands_by)
    out.stance = moved ? Stance::gave_up : elsewhere ? Stance::unclear : Stance::kept;
  else
    out.stance = stays ? Stance::unclear : Stance::gave_up;
  return out;
}

std::vector<AgeBin> by_age(std::vector<std::pair<double, Verdict>> items) {
  constexpr std::size_t kLeastOfBin = 8, kMostBins = 5;
  std::stable_sort(items.begin(), items.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<AgeBin> bins;
  if (items.empty()) return bins;
  const std::size_t count = std::clamp<std::size_t>(items.size() / kLeastOfBin, 1, kMostBins);
  for (std::size_t bin = 0, begin = 0; bin < count; ++bin) {
    const std::size_t end = items.size() * (bin + 1) / count;
    std::size_t current = 0, stale = 0;
    for (std::size_t i = begin; i < end; ++i) {
      current += items[i].second == Verdict::right ? 1 : 0;
      stale += items[i].second == Verdict::wrong ? 1 : 0;
    }
    bins.push_back({items[begin].first, items[end - 1].first, share_of(current, end - begin),
                    share_of(stale, end - begin)});
    begin = end;
  }
  return bins;
}

// Maximum likelihood over a grid of 0.6 % steps; those within 1.92 of the best are the interval (Wilks 1938).
std::optional<HalfLife> half_life(const std::vector<std::pair<double, bool>>& stale) {
  const auto old = static_cast<std::size_t>(
      std::count_if(stale.begin(), stale.end(), [](const auto& one) { return one.second; }));
  if (stale.size() < 10 || old < 3 || stale.size() - old < 3) return {};
  constexpr double kLeast = 0.02, kMost = 500, kStep = 1.006, kWithin = 1.920729;
  std::vector<std::pair<double, double>> likelihoods;
  double best = -std::numeric_limits<double>::infinity();
  HalfLife found;
  for (double years = kLeast; years <= kMost; years *= kStep) {
    double sum = 0;
    for (const auto& [age, is_stale] : stale) {
      const double p = std::clamp(std::exp2(-age / years), 1e-12, 1 - 1e-12);
      sum += std::log(is_stale ? p : 1 - p);
    }
    likelihoods.emplace_back(years, sum);
    if (sum > best) best = sum, found.years = years;
  }
  found.interval = {kMost, kLeast};
  for (const auto& [years, sum] : likelihoods) {
    if (sum < best - kWithin) continue;
    found.interval.low = std::min(found.interval.low, years);
    found.interval.high = std::max(found.interval.high, years);
  }
  return found;
}

}  // namespace

ContradictionReport measure_contradiction(const FactSet& facts, const Replies& replies, std::size_t repeats) {
  ContradictionReport report;
  report.repeats = repeats;
  std::size_t twice = 0, differ = 0, same_twice = 0, same_differ = 0, asked = 0, wavering = 0;
  for (const Fact& fact : facts.facts) {
    if (!fact.answerable()) continue;
    std::vector<const Reply*> again, same;
    for (std::size_t k = 0; k < repeats; ++k) {
      if (const Reply* reply = replies.find(key_of(Purpose::again, fact.id, k))) again.push_back(reply);
      const ReplyKey own = k == 0 ? key_of(Purpose::closed, fact.id, 0) : key_of(Purpose::same, fact.id, k);
      if (const Reply* reply = replies.find(own)) same.push_back(reply);
    }
    if (again.size() >= 2) {
      const Repeated seen = repeated(fact, again);
      ++asked;
      wavering += seen.answered > 0 && seen.declined > 0 ? 1 : 0;
      twice += seen.answered >= 2 ? 1 : 0;
      differ += seen.differs ? 1 : 0;
    }
    if (same.size() >= 2) {
      const Repeated seen = repeated(fact, same);
      same_twice += seen.answered >= 2 ? 1 : 0;
      same_differ += seen.differs ? 1 : 0;
    }
  }
  report.contradicted = share_of(differ, twice);
  report.same = share_of(same_differ, same_twice);
  report.wavering = share_of(wavering, asked);
  return report;
}

SnowballReport measure_snowballing(const FactSet& facts, const Judged& judged, const Replies& replies,
                                   std::uint64_t seed) {
  SnowballReport report;
  std::size_t wrong = 0, defended = 0, corrected = 0, withdrawn = 0, known = 0, known_defended = 0, right = 0,
              kept = 0;
  std::vector<double> gave_up_wrong, gave_up_right;
  for (std::size_t i = 0; i < facts.facts.size(); ++i) {
    const Fact& fact = facts.facts[i];
    const Reply* of_wrong = replies.find(key_of(Purpose::stand_wrong, fact.id, 0));
    const Reply* of_right = replies.find(key_of(Purpose::stand_right, fact.id, 0));
    const AnswerKey key(fact.answers);
    Stood first, second;
    if (of_wrong) {
      first = stood(*of_wrong, AnswerKey({wrong_answer(facts, i, seed)}), key, false);
      if (first.stance == Stance::unclear) {
        ++report.unclear_wrong;
      } else {
        const bool stands = first.stance == Stance::kept;
        ++wrong;
        defended += stands ? 1 : 0;
        corrected += !stands && first.right ? 1 : 0;
        withdrawn += !stands && !first.right ? 1 : 0;
        if (judged[i].closed && *judged[i].closed == Verdict::right) {
          ++known;
          known_defended += stands ? 1 : 0;
        }
      }
    }
    if (of_right) {
      second = stood(*of_right, key, key, true);
      if (second.stance == Stance::unclear) {
        ++report.unclear_right;
      } else {
        ++right;
        kept += second.stance == Stance::kept ? 1 : 0;
      }
    }
    if (first.stance == Stance::unclear || second.stance == Stance::unclear) continue;
    gave_up_wrong.push_back(first.stance == Stance::gave_up ? 1 : 0);
    gave_up_right.push_back(second.stance == Stance::gave_up ? 1 : 0);
  }
  report.defended = share_of(defended, wrong);
  report.corrected = share_of(corrected, wrong);
  report.withdrawn = share_of(withdrawn, wrong);
  report.defended_known = share_of(known_defended, known);
  report.kept = share_of(kept, right);
  report.abandoned = share_of(right - kept, right);
  const auto gap = stats::paired_bootstrap(gave_up_wrong, gave_up_right, {.seed = seed});
  report.discrimination = {gap.mean, gap.interval};
  report.pairs = gave_up_wrong.size();
  return report;
}

FreshnessReport measure_freshness(const FactSet& facts, const Judged& judged, const std::string& today) {
  FreshnessReport report;
  std::size_t n = 0, current = 0, stale = 0, other = 0, refused = 0;
  std::vector<std::pair<double, Verdict>> ages;
  std::vector<std::pair<double, bool>> either;
  std::vector<std::size_t> asked;
  for (std::size_t i = 0; i < facts.facts.size(); ++i) {
    const Fact& fact = facts.facts[i];
    if (fact.changed.empty() || !fact.answerable() || !judged[i].closed ||
        *judged[i].closed == Verdict::unusable)
      continue;
    const auto age = years_since(fact.changed.front().until, today);
    if (!age || *age < 0) {
      ++report.undated;
      continue;
    }
    ++n;
    asked.push_back(i);
    Verdict verdict = *judged[i].closed;
    if (verdict == Verdict::right) {
      ++current;
      either.emplace_back(*age, false);
    } else if (verdict == Verdict::refused) {
      ++refused;
    } else if (std::any_of(fact.changed.begin(), fact.changed.end(), [&](const OlderValue& older) {
                 return AnswerKey(older.answers).matches(judged[i].reply.answer);
               })) {
      ++stale;
      either.emplace_back(*age, true);
    } else {
      ++other;
      verdict = Verdict::unusable;  // neither the new value nor an old one
    }
    ages.emplace_back(*age, verdict);
  }
  report.current = share_of(current, n);
  report.stale = share_of(stale, n);
  report.other = share_of(other, n);
  report.refused = share_of(refused, n);
  report.constant = constant_baseline(facts, asked, report.constant_answer);
  report.ages = by_age(std::move(ages));
  report.half_life = half_life(either);
  return report;
}

}  // namespace genkai::limits::hallucination::probe
