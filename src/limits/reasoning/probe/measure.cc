#include "limits/reasoning/probe/measure.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "model/asking/answer_key.h"
#include "stats/intervals.h"
#include "text/text.h"
#include "text/utf8.h"
#include "text/yes_no.h"

namespace genkai::limits::reasoning::probe {
namespace {

using model::asking::Replies;
using Outcomes = std::vector<std::optional<bool>>;

// Counts a property; what has no reply is in neither number.
class Counted {
 public:
  void see(bool hit) {
    ++n_;
    hits_ += hit ? 1 : 0;
  }
  Share share() const { return stats::share_of(hits_, n_); }

 private:
  std::size_t hits_ = 0, n_ = 0;
};

Share share_of(const Outcomes& outcomes) {
  Counted counted;
  for (const auto& one : outcomes)
    if (one) counted.see(*one);
  return counted.share();
}

Paired pair_of(const Outcomes& first, const Outcomes& second, std::uint64_t seed) {
  Paired out;
  std::vector<double> one, other;
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (!first[i] || !second[i]) continue;
    one.push_back(*first[i] ? 1 : 0);
    other.push_back(*second[i] ? 1 : 0);
    out.only_first += *first[i] && !*second[i] ? 1 : 0;
    out.only_second += *second[i] && !*first[i] ? 1 : 0;
  }
  out.n = one.size();
  out.p = stats::mcnemar_exact(out.only_first, out.only_second);
  if (out.n == 0) return out;
  const auto difference = stats::paired_bootstrap(one, other, {.seed = seed});
  out.difference = difference.mean;
  out.interval = difference.interval;
  return out;
}

class Measuring {
 public:
  Measuring(const Items& items, const Replies& replies, const ProbeOptions& options)
      : items_(items), replies_(replies), options_(options) {}

  ConsistencyReport consistency();
  StepReport steps(const StepChecker& check);
  VariantReport variants();
  OrderReport order();
  IrrelevantReport irrelevant();
  Share blind();
  Share constant() const;
  std::size_t unusable() const { return unusable_; }

 private:
  std::optional<std::string> short_answer(const char* part, const std::string& id,
                                          std::size_t wording) const {
    const auto* reply = replies_.find({part, id, wording});
    if (!reply) return {};
    return model::asking::read_short_reply(reply->text).answer;
  }
  std::optional<bool> right_number(const char* part, const Problem& problem, std::size_t wording) {
    const auto answer = short_answer(part, problem.id, wording);
    if (!answer) return {};
    const auto number = whole_number(*answer);
    unusable_ += number ? 0 : 1;
    return number == problem.answer;
  }
  // nothing: no reply; else what it says, if it says anything
  std::optional<std::optional<bool>> said(const char* part, const std::string& id, std::size_t wording) {
    const auto answer = short_answer(part, id, wording);
    if (!answer) return {};
    const auto out = text::yes_or_no(*answer);
    unusable_ += out ? 0 : 1;
    return out;
  }
  Outcomes bases() {
    if (bases_.empty())
      for (const auto& variants : items_.problems)
        bases_.push_back(right_number("problem", variants.front(), 0));
    return bases_;
  }
  Outcomes right_answers(const char* part, std::size_t order) {
    Outcomes out;
    for (const RuleWorld& world : items_.worlds) {
      const auto answer = said(part, world.id, order);
      out.push_back(answer ? std::optional(*answer == world.truth) : std::nullopt);
    }
    return out;
  }

  const Items& items_;
  const Replies& replies_;
  const ProbeOptions& options_;
  Outcomes bases_;
  std::size_t unusable_ = 0;
};

ConsistencyReport Measuring::consistency() {
  constexpr std::array kCoin{0.5, 0.25, 0.25, 0.75};
  ConsistencyReport report;
  for (std::size_t k = 0; k < kKinds.size(); ++k) {
    auto& out = report.kinds[k];
    out.kind = kKinds[k];
    out.coin_violated = kCoin[k];
    Counted violations, right, always, yes;
    for (const Related& set : items_.related) {
      if (set.kind != out.kind) continue;
      std::vector<bool> answers;
      for (std::size_t i = 0; i < set.statements.size(); ++i) {
        const auto answer = said("statements", set.id, i);
        if (!answer) continue;
        right.see(*answer == set.statements[i].truth);
        yes.see(set.statements[i].truth);
        if (*answer) answers.push_back(**answer);
      }
      if (answers.size() != set.statements.size()) continue;
      violations.see(violated(set.kind, answers));
      always.see(violated(set.kind, std::vector<bool>(answers.size(), true)));
    }
    out.violated = violations.share();
    out.right = right.share();
    out.constant_violated = always.share();
    const Share truths = yes.share();
    out.constant_right = stats::share_of(std::max(truths.hits, truths.n - truths.hits), truths.n);
  }
  return report;
}

constexpr std::size_t kMostSteps = 2000;

// What is written, without the line of the answer.
std::vector<std::string> steps_of(const std::string& reply) {
  std::vector<std::string> out;
  std::string_view text = reply;
  if (const std::size_t thought = text.rfind("</think>"); thought != text.npos)
    text.remove_prefix(thought + 8);
  while (!text.empty() && out.size() < kMostSteps) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    if (line.find("Answer:") != line.npos || line.find("答え:") != line.npos ||
        line.find("答え：") != line.npos)
      continue;
    out.emplace_back(line);
  }
  return out;
}

StepReport Measuring::steps(const StepChecker& check) {
  StepReport report;
  Counted right, wrong_chain, clean_right, wrong_right;
  std::size_t checked = 0, wrong = 0;
  std::vector<std::size_t> lengths;
  for (const auto& variants : items_.problems) {
    const Problem& problem = variants.front();
    const auto* reply = replies_.find({"steps", problem.id, 0});
    if (!reply) continue;
    const auto number = whole_number(steps::stated_answer(reply->text));
    unusable_ += number ? 0 : 1;
    right.see(number == problem.answer);
    const StepVerdict verdict = check(problem.text(), steps_of(reply->text));
    if (verdict.checked == 0) {
      ++report.unchecked;
      continue;
    }
    checked += verdict.checked;
    wrong += std::min(verdict.wrong, verdict.checked);
    lengths.push_back(verdict.checked);
    const bool has_wrong = verdict.first_wrong.has_value();
    wrong_chain.see(has_wrong);
    (has_wrong ? wrong_right : clean_right).see(number == problem.answer);
  }
  report.right = right.share();
  report.with_wrong_step = wrong_chain.share();
  report.without_wrong_step =
      stats::share_of(report.with_wrong_step.n - report.with_wrong_step.hits, report.with_wrong_step.n);
  report.wrong_steps = stats::share_of(wrong, checked);
  report.right_when_clean = clean_right.share();
  report.right_when_wrong = wrong_right.share();
  const double chains = static_cast<double>(lengths.size());
  for (const std::size_t length : lengths) {
    report.predicted += std::pow(1 - report.wrong_steps.value(), static_cast<double>(length)) / chains;
    report.steps += static_cast<double>(length) / chains;
  }
  return report;
}

VariantReport Measuring::variants() {
  VariantReport report;
  std::array<Outcomes, kVariants> right;
  right[0] = bases();
  for (std::size_t k = 1; k < kVariants; ++k)
    for (const auto& item : items_.problems) right[k].push_back(right_number("variants", item[k], k));
  double mean = 0;
  report.least = 1;
  for (std::size_t k = 0; k < kVariants; ++k) {
    report.right[k] = share_of(right[k]);
    const double share = report.right[k].value();
    mean += share / kVariants;
    report.least = std::min(report.least, share);
    report.most = std::max(report.most, share);
  }
  report.names = pair_of(right[0], right[1], options_.seed);
  report.numbers = pair_of(right[0], right[2], options_.seed);
  report.both = pair_of(right[0], right[3], options_.seed);
  for (const Share& share : report.right)
    report.deviation += (share.value() - mean) * (share.value() - mean) / (kVariants - 1);
  report.deviation = std::sqrt(report.deviation);
  Counted unstable;
  double variance = 0;
  std::size_t whole = 0;
  for (std::size_t i = 0; i < items_.problems.size(); ++i) {
    std::size_t hits = 0, seen = 0;
    for (const Outcomes& of : right)
      if (of[i]) {
        ++seen;
        hits += *of[i] ? 1 : 0;
      }
    if (seen != kVariants) continue;
    ++whole;
    unstable.see(hits > 0 && hits < kVariants);
    const double own = static_cast<double>(hits) / kVariants;
    variance += own * (1 - own) * kVariants / (kVariants - 1);  // unbiased
  }
  report.unstable = unstable.share();
  if (whole > 0) report.by_chance = std::sqrt(variance) / static_cast<double>(whole);
  return report;
}

OrderReport Measuring::order() {
  OrderReport report;
  std::array<Outcomes, kOrders> right;
  for (std::size_t k = 0; k < kOrders; ++k) {
    right[k] = right_answers("order", k);
    report.right[k] = share_of(right[k]);
  }
  report.reversed = pair_of(right[0], right[1], options_.seed);
  report.shuffled = pair_of(right[0], right[2], options_.seed);
  report.blind = share_of(right_answers("order_blind", 0));
  const auto yes = static_cast<std::size_t>(std::count_if(
      items_.worlds.begin(), items_.worlds.end(), [](const RuleWorld& world) { return world.truth; }));
  report.constant = stats::share_of(std::max(yes, items_.worlds.size() - yes), items_.worlds.size());
  return report;
}

IrrelevantReport Measuring::irrelevant() {
  IrrelevantReport report;
  std::array<Outcomes, std::size(kIrrelevant)> right;
  right[0] = bases();
  for (std::size_t k = 1; k < right.size(); ++k)
    for (const auto& item : items_.problems) right[k].push_back(right_number("irrelevant", item.front(), k));
  for (std::size_t k = 0; k < right.size(); ++k) report.right[k] = share_of(right[k]);
  report.one = pair_of(right[0], right[1], options_.seed);
  report.most = pair_of(right[0], right[2], options_.seed);
  return report;
}

Share Measuring::blind() {
  Outcomes right;
  for (const auto& item : items_.problems) {
    const auto answer = short_answer("blind", item.front().id, 0);
    right.push_back(answer ? std::optional(whole_number(*answer) == item.front().answer) : std::nullopt);
  }
  return share_of(right);
}

Share Measuring::constant() const {
  std::map<std::int64_t, std::size_t> counts;
  std::size_t most = 0;
  for (const auto& item : items_.problems) most = std::max(most, ++counts[item.front().answer]);
  return stats::share_of(most, items_.problems.size());
}

}  // namespace

std::optional<std::int64_t> whole_number(const std::string& answer) {
  const std::string folded = text::normalise(answer);
  const auto digit = [&](std::size_t at) { return at < folded.size() && text::is_ascii_digit(folded[at]); };
  std::size_t end = folded.size();
  while (end > 0 && !digit(end - 1)) --end;
  if (end == 0) return {};
  std::size_t begin = end;
  const auto joins = [&](std::size_t at) {
    return (folded[at] == ',' || folded[at] == '.') && at > 0 && digit(at - 1);
  };
  while (begin > 0 && (digit(begin - 1) || joins(begin - 1))) --begin;
  std::string digits;
  bool decimals = false, zero = true;
  for (std::size_t at = begin; at < end; ++at) {
    if (folded[at] == '.') {
      decimals = true;
    } else if (digit(at)) {
      if (decimals)
        zero = zero && folded[at] == '0';
      else
        digits += folded[at];
    }
  }
  if (!zero || digits.empty() || digits.size() > 18) return {};
  const std::int64_t value = std::stoll(digits);
  return begin > 0 && folded[begin - 1] == '-' ? -value : value;
}

ProbeReport measure(const Items& items, const Replies& replies, const ProbeOptions& options,
                    const StepChecker& check) {
  ProbeReport report;
  Measuring measuring(items, replies, options);
  const Parts& parts = options.parts;
  if (parts.variants || parts.irrelevant) {
    report.blind = measuring.blind();
    report.constant = measuring.constant();
  }
  if (parts.consistency) report.consistency = measuring.consistency();
  if (parts.steps && check) report.steps = measuring.steps(check);
  if (parts.variants) report.variants = measuring.variants();
  if (parts.order) report.order = measuring.order();
  if (parts.irrelevant) report.irrelevant = measuring.irrelevant();
  if (parts.corruption) report.corruption = steps::measure_corruption(items.worked(), options.seed, replies);
  report.unusable = measuring.unusable();
  return report;
}

}  // namespace genkai::limits::reasoning::probe
