#include "limits/retrieval/probe/measure.h"

#include <algorithm>

#include "model/asking/answer_key.h"
#include "text/text.h"

namespace genkai::limits::retrieval::probe {
namespace {

using model::asking::AnswerKey;
using model::asking::Replies;

// What a reply to an item says.
struct Reading {
  bool usable = false, declines = false;
  bool right = false, wrong = false, other = false;  // names the answer, the wrong one, the namesake's
  bool says_so = false;                              // that sources differ
  bool asks = false;
};

bool holds_any(const std::string& text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

Reading reading_of(const std::string& text, const Item& item) {
  const auto said = model::asking::read_short_reply(text);
  Reading out;
  out.usable = said.usable;
  const std::string normalised = text::normalise(said.answer);
  out.right = AnswerKey(item.answers).matches(said.answer);
  out.wrong = !item.wrong.empty() && AnswerKey({item.wrong}).matches(said.answer);
  out.other = !item.other_answers.empty() && AnswerKey(item.other_answers).matches(said.answer);
  out.says_so = holds_any(normalised, {"contradict", "conflict", "disagree", "differ", "inconsisten", "矛盾",
                                       "食い違", "異なる", "一致しま", "一致しない"});
  out.asks = holds_any(normalised, {"?", "which one", "どちら", "どの町の", "特定できま"});
  out.declines = said.answer.empty() || model::asking::declines(said.answer);
  return out;
}

std::optional<Reading> read(const Replies& replies, const char* part, const Item& item, std::size_t variant) {
  const auto* reply = replies.find({part, item.id, variant});
  if (!reply) return {};
  return reading_of(reply->text, item);
}

// Counts a property over items; what has no reply is in neither number.
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

Paired pair_of(const std::vector<std::optional<bool>>& first,
               const std::vector<std::optional<bool>>& second) {
  Paired out;
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (!first[i] || !second[i]) continue;
    ++out.n;
    out.only_first += *first[i] && !*second[i] ? 1 : 0;
    out.only_second += *second[i] && !*first[i] ? 1 : 0;
  }
  out.p = stats::mcnemar_exact(out.only_first, out.only_second);
  return out;
}

// Whether each item is answered rightly in a variant of a part.
std::vector<std::optional<bool>> right_in(const std::vector<Item>& items, const Replies& replies,
                                          const char* part, std::size_t variant) {
  std::vector<std::optional<bool>> out;
  for (const Item& item : items) {
    const auto reading = read(replies, part, item, variant);
    out.push_back(reading ? std::optional(reading->right) : std::nullopt);
  }
  return out;
}

Share share_of(const std::vector<std::optional<bool>>& outcomes) {
  Counted counted;
  for (const auto& one : outcomes)
    if (one) counted.see(*one);
  return counted.share();
}

OrderReport measure_order(const Items& items, const Replies& replies) {
  OrderReport report;
  std::array<std::vector<std::optional<bool>>, kPlaces> right;
  for (std::size_t place = 0; place < kPlaces; ++place) {
    right[place] = right_in(items.plain, replies, "order", place);
    report.right[place] = share_of(right[place]);
  }
  report.first_middle = pair_of(right[0], right[1]);
  report.last_middle = pair_of(right[2], right[1]);
  report.first_last = pair_of(right[0], right[2]);
  const auto better = [](const Paired& pair, bool first) {
    constexpr double kLevel = 0.05 / 3;
    return pair.p < kLevel && (pair.only_first > pair.only_second) == first;
  };
  const bool first_end = better(report.first_middle, true), last_end = better(report.last_middle, true);
  if (first_end && last_end)
    report.best = "edges";
  else if (first_end || better(report.first_last, true))
    report.best = "best_first";
  else if (last_end || better(report.first_last, false))
    report.best = "best_last";
  return report;
}

DistractorReport measure_distractors(const Items& items, const Replies& replies) {
  DistractorReport report;
  std::array<std::vector<std::optional<bool>>, std::size(kAdded)> right;
  for (std::size_t k = 0; k < right.size(); ++k) {
    right[k] = right_in(items.plain, replies, "distractors", k);
    report.right[k] = share_of(right[k]);
  }
  report.none_most = pair_of(right.front(), right.back());
  Counted absent;
  for (const Item& item : items.plain)
    if (const auto reading = read(replies, "absent", item, 0))
      absent.see(reading->usable && !reading->declines && !reading->asks);
  report.answered_absent = absent.share();
  return report;
}

FragmentReport measure_fragmentation(const Items& items, const Replies& replies) {
  const auto near = right_in(items.fragmented, replies, "fragmentation", 0),
             far = right_in(items.fragmented, replies, "fragmentation", 1);
  return {share_of(near), share_of(far), pair_of(near, far)};
}

PoisonReport measure_poisoning(const Items& items, const Replies& replies) {
  PoisonReport report;
  for (std::size_t n = 1; n <= kCounters; ++n) {
    Counted adopted, right;
    for (const Item& item : items.plain)
      if (const auto reading = read(replies, "poisoning", item, n)) {
        adopted.see(reading->wrong && !reading->right);
        right.see(reading->right && !reading->wrong);
      }
    report.adopted[n - 1] = adopted.share();
    report.right[n - 1] = right.share();
  }
  return report;
}

ConflictReport measure_conflict(const Items& items, const Replies& replies) {
  Counted says_so, picks_right, picks_wrong, newer, older, both;
  for (const Item& item : items.plain) {
    if (const auto reading = read(replies, "conflict", item, 0)) {
      const bool told = reading->says_so || (reading->right && reading->wrong);
      says_so.see(told);
      picks_right.see(!told && reading->right);
      picks_wrong.see(!told && reading->wrong);
    }
    if (const auto reading = read(replies, "conflict", item, 1)) {
      const bool told = reading->says_so || (reading->right && reading->wrong);
      both.see(told);
      newer.see(!told && reading->right);
      older.see(!told && reading->wrong);
    }
  }
  return {says_so.share(), picks_right.share(), picks_wrong.share(),
          newer.share(),   older.share(),       both.share()};
}

AmbiguityReport measure_ambiguity(const Items& items, const Replies& replies) {
  Counted both, asks, one, declines;
  for (const Item& item : items.ambiguous)
    if (const auto reading = read(replies, "ambiguity", item, 0)) {
      const bool names_both = reading->right && reading->other;
      const bool names_one = reading->right != reading->other;
      both.see(names_both);
      asks.see(!names_both && reading->asks);
      one.see(names_one && !reading->asks);
      declines.see(!names_both && !names_one && !reading->asks);
    }
  return {both.share(), asks.share(), one.share(), declines.share()};
}

MemoryReport measure_memory(const Items& items, const Replies& replies) {
  Counted known, adopted, kept;
  for (const Item& item : items.remembered) {
    const auto closed = read(replies, "blind", item, 0), open = read(replies, "memory", item, 0);
    if (closed) known.see(closed->right);
    // Where memory says what the passage says, or nothing, following the passage shows nothing.
    if (!closed || !open || !closed->right || closed->wrong) continue;
    adopted.see(open->wrong && !open->right);
    kept.see(open->right && !open->wrong);
  }
  return {known.share(), adopted.share(), kept.share()};
}

Share constant_of(const std::vector<Item>& items) {
  std::size_t most = 0;
  std::vector<AnswerKey> keys;
  for (const Item& item : items) keys.emplace_back(item.answers);
  for (const Item& item : items)
    most =
        std::max(most, static_cast<std::size_t>(std::count_if(keys.begin(), keys.end(), [&](const auto& key) {
                   return key.matches(item.answers.front());
                 })));
  return stats::share_of(most, items.size());
}

}  // namespace

ProbeReport measure(const Items& items, const Replies& replies, const ProbeOptions& options) {
  ProbeReport report;
  report.blind = share_of(right_in(items.plain, replies, "blind", 0));
  report.constant = constant_of(items.plain);
  const Parts& parts = options.parts;
  if (parts.order) report.order = measure_order(items, replies);
  if (parts.distractors) report.distractors = measure_distractors(items, replies);
  if (parts.fragmentation) report.fragmentation = measure_fragmentation(items, replies);
  if (parts.poisoning) report.poisoning = measure_poisoning(items, replies);
  if (parts.conflict) report.conflict = measure_conflict(items, replies);
  if (parts.ambiguity) report.ambiguity = measure_ambiguity(items, replies);
  if (parts.memory) report.memory = measure_memory(items, replies);
  for (const Case& one : plan_cases(items, options))
    if (const auto* reply = replies.find(one.key))
      report.unusable += model::asking::read_short_reply(reply->text).usable ? 0 : 1;
  return report;
}

}  // namespace genkai::limits::retrieval::probe
