#include "serve/risk_watch.h"

#include <openssl/rand.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/hash.h"
#include "base/json.h"
#include "base/log.h"
#include "serve/key_hash.h"

namespace genkai::serve {

using base::Code;
using base::Result;

namespace {

constexpr std::size_t kMostWatches = 1'000;  // knowledge bases, models and calibrations are few
constexpr double kPromises = 400;            // a promise counts as the next multiple of 1/400 above it
constexpr std::int64_t kDay = 86'400;
constexpr unsigned kMostLevels = 60;

// A promise of less is one of more, too, so that rounding up costs power and no validity; and clients that
// ask for a thousand different risks make no thousand tests.
unsigned promise_of(double risk) {
  return static_cast<unsigned>(std::ceil(risk * kPromises - 1e-6));
}

std::string shown(const WatchKey& key) {
  return "knowledge base '" + key.knowledge + "', model '" + key.model + "', calibration " + key.hash;
}

std::optional<std::pair<std::uint64_t, std::uint64_t>> id_of(std::string_view text) {
  std::pair<std::uint64_t, std::uint64_t> id;
  if (text.size() != 32 || text.find_first_not_of("0123456789abcdef") != std::string_view::npos)
    return std::nullopt;
  std::from_chars(text.data(), text.data() + 16, id.first, 16);
  std::from_chars(text.data() + 16, text.data() + 32, id.second, 16);
  return id;
}

std::string random_id() {
  std::string random(16, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(random.data()), static_cast<int>(random.size())) != 1)
    return {};
  return to_hex(random);
}

}  // namespace

double Standing::risk(double wanted) const {
  return std::ldexp(wanted, -static_cast<int>(level));
}

std::string_view name_of(const Standing& standing, double wanted) {
  return standing.suspends(wanted) ? "stopped" : standing.level > 0 ? "tightened" : "good";
}

bool WatchReport::refuted() const {
  return std::any_of(promises.begin(), promises.end(),
                     [](const PromiseReport& one) { return one.refuted.has_value(); });
}

RiskWatch::~RiskWatch() = default;

Result<std::unique_ptr<RiskWatch>> RiskWatch::open(RiskWatchOptions options) {
  std::unique_ptr<RiskWatch> watch(new RiskWatch(std::move(options)));
  if (watch->options_.file.empty()) return watch;
  const auto replay = [&watch](const FeedbackLine& line) { watch->replay(line); };
  FeedbackLog::Found found;
  auto log = FeedbackLog::open(watch->options_.file, replay, found);
  if (log) {
    watch->log_ = std::move(*log);
  } else {
    const base::Error error = log.error();
    if (watch->options_.file_required || error.code == Code::unsupported || error.code == Code::corrupt)
      return base::fail(error);
    base::log::warning("feedback is kept until the server stops, and not longer: " + error.message);
    if (found.lines == 0)  // a promise that is known to be broken stays so
      GENKAI_RETURN_IF_ERROR(FeedbackLog::read(watch->options_.file, replay, found));
  }
  watch->say_what_was_found(found);
  return watch;
}

void RiskWatch::replay(const FeedbackLine& line) {
  const std::lock_guard lock(mutex_);
  Watch* const watch = watch_of({line.knowledge, line.model, line.hash}, line.time);
  if (!watch) return;
  if (line.risk > 0) use(*watch);
  const auto id = id_of(line.answer_id);
  const auto known = answers_.find(*id);
  if (line.correct) {
    // What is remembered goes before what the line says: a verdict whose writing failed may be there twice.
    std::optional<bool> was = line.was;
    if (known != answers_.end())
      was = known->second.verdict < 0 ? std::nullopt : std::optional(known->second.verdict == 1);
    if (line.risk > 0) count(*watch, line.risk, line.level, was, *line.correct, line.time, false);
  }
  if (known != answers_.end()) {
    if (line.correct) known->second.verdict = *line.correct ? 1 : 0;
    return;
  }
  Remembered answer{watch, static_cast<float>(line.risk), static_cast<std::uint16_t>(line.level)};
  if (line.correct) answer.verdict = *line.correct ? 1 : 0;
  remember(*id, answer, line.time);
}

void RiskWatch::say_what_was_found(const FeedbackLog::Found& found) const {
  const std::string file = options_.file.string();
  if (found.torn && log_) base::log::warning(file + ": the last line was cut off and is dropped");
  if (found.malformed > 0)
    base::log::warning(file + ": " + std::to_string(found.malformed) +
                       " lines could not be read and are passed over");
  for (const WatchReport& one : report())
    if (one.current && one.refuted())
      base::log::warning("feedback had refuted the promise of " + shown(one.key) +
                         "; it stands until calibrated anew");
}

RiskWatch::Watch* RiskWatch::watch_of(const WatchKey& key, std::int64_t now) {
  if (const auto found = watches_.find(key); found != watches_.end()) return found->second.get();
  if (watches_.size() >= kMostWatches) {
    if (!std::exchange(crowded_, true))
      base::log::error("more than " + std::to_string(kMostWatches) +
                       " calibrations are in the feedback; further ones are not watched");
    return nullptr;
  }
  auto watch = std::make_unique<Watch>();
  watch->key = key;
  watch->since = now;
  const std::uint64_t seed = base::hash64(key.knowledge + '\0' + key.model + '\0' + key.hash);
  watch->drift = std::make_unique<stats::DriftMonitor>(std::span<const double>(), seed);
  return (watches_[key] = std::move(watch)).get();
}

void RiskWatch::use(Watch& watch) {
  if (watch.current) return;
  for (const auto& [key, other] : watches_)
    if (key.knowledge == watch.key.knowledge && key.model == watch.key.model) other->current = false;
  watch.current = true;
}

Standing RiskWatch::standing_of(const Watch& watch) const {
  return {watch.level, watch.level > 0 && options_.on_breach == OnBreach::stop};
}

Standing RiskWatch::standing(const WatchKey& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = watches_.find(key);
  return found == watches_.end() ? Standing() : standing_of(*found->second);
}

void RiskWatch::remember(const Id& id, const Remembered& answer, std::int64_t now) {
  answers_.emplace(id, answer);
  order_.emplace_back(id, now);
  const std::int64_t oldest = options_.clock->unix_seconds() - kDay * options_.remember_days;
  while (!order_.empty() && (order_.size() > options_.most_remembered || order_.front().second < oldest)) {
    answers_.erase(order_.front().first);
    order_.pop_front();
  }
}

std::string RiskWatch::given(const GivenAnswer& answer) {
  const std::string text = random_id();
  if (text.empty()) return text;
  const std::int64_t now = options_.clock->unix_seconds();
  {
    const std::lock_guard lock(mutex_);
    Watch* const watch = watch_of(answer.key, now);
    if (!watch) return text;
    if (answer.risk > 0) watch->current = true;  // a quote's promise stands beside a model's
    remember(*id_of(text),
             {watch, static_cast<float>(answer.risk), static_cast<std::uint16_t>(answer.level), -1,
              answer.answered},
             now);
  }
  if (!log_ || answer.risk <= 0) return text;
  const FeedbackLine line{text,        now,          answer.key.knowledge, answer.key.model, answer.key.hash,
                          answer.risk, answer.level, answer.probability};
  if (const auto kept = log_->append(line, FeedbackLog::Durable::no); !kept)
    keep_failed(kept.error());
  else
    keep_worked();
  return text;
}

void RiskWatch::scored(const WatchKey& key, double score) {
  const std::lock_guard lock(mutex_);
  Watch* const watch = watch_of(key, options_.clock->unix_seconds());
  if (!watch) return;
  use(*watch);
  watch->drift->observe(score);
  if (watch->drift_logged || !watch->drift->drifted(options_.delta)) return;
  watch->drift_logged = true;
  base::log::warning("the questions are no longer like those before: " + shown(key) + ", after " +
                     std::to_string(watch->drift->observed()) + " since the start; calibrate anew soon");
}

Result<Counted> RiskWatch::feedback(std::string_view answer_id, bool correct, const std::string& note) {
  const auto unknown = [] {
    return base::fail(Code::not_found, "no answer has this id, or it is forgotten by now");
  };
  const auto id = id_of(answer_id);
  if (!id) return unknown();
  const std::lock_guard one_at_a_time(saying_);
  Remembered answer;
  {
    const std::lock_guard lock(mutex_);
    const auto found = answers_.find(*id);
    if (found == answers_.end()) return unknown();
    answer = found->second;
  }
  Counted counted{answer.risk > 0, {}};
  if (!counted.counted)
    counted.why = answer.answered ? "the answer came without a certificate, so there is no promise to test"
                                  : "nothing was answered, so there is no promise to test";
  if (answer.verdict == (correct ? 1 : 0)) return counted;
  const WatchKey& key = answer.watch->key;
  const std::int64_t now = options_.clock->unix_seconds();
  // A float holds the promise for counting; the line says it as people wrote it.
  const double risk = std::round(static_cast<double>(answer.risk) * 1e6) / 1e6;
  FeedbackLine line{std::string(answer_id), now, key.knowledge, key.model, key.hash, risk, answer.level};
  line.correct = correct;
  if (answer.verdict >= 0) line.was = answer.verdict == 1;
  line.note = note;
  if (log_) {
    if (const auto kept = log_->append(line, FeedbackLog::Durable::yes); !kept) {
      keep_failed(kept.error());
      return base::fail(Code::unavailable, "feedback cannot be written down now, so it was not counted",
                        "send it again later");
    }
    keep_worked();
  }
  const std::lock_guard lock(mutex_);
  if (const auto found = answers_.find(*id); found != answers_.end()) found->second.verdict = correct ? 1 : 0;
  ++verdicts_[{key.knowledge, key.model, correct}];
  if (counted.counted) count(*answer.watch, risk, answer.level, line.was, correct, now, true);
  return counted;
}

void RiskWatch::count(Watch& watch, double risk, unsigned level, std::optional<bool> was, bool correct,
                      std::int64_t now, bool say) {
  if (was == correct) return;
  const unsigned promise = promise_of(risk);
  Test& test = watch.tests[{level, promise}];
  test.monitor.risk = promise / kPromises;
  test.monitor.delta = options_.delta;
  // The line with the first verdict may have been damaged, so that the counts do not hold it.
  const bool replaces =
      was && (correct ? test.monitor.wrong > 0 : test.monitor.wrong < test.monitor.observed);
  if (!replaces)
    test.monitor.observe(!correct);
  else if (correct)
    --test.monitor.wrong;
  else
    ++test.monitor.wrong;
  // The wealth grows with wrong answers only. An alarm stays: that it was ever raised is what delta bounds.
  if (correct || test.refuted || !test.monitor.breached()) return;
  test.refuted = now;
  if (options_.on_breach != OnBreach::warn && level >= watch.level)
    watch.level = std::min(level + 1, kMostLevels);
  if (!say) return;
  const stats::Interval rate = test.monitor.rate();
  const auto percent = [](double share) { return base::Json(std::round(share * 1e4) / 100).dump() + " %"; };
  base::log::error("feedback refutes the promise of " + shown(watch.key) + ": " +
                   std::to_string(test.monitor.wrong) + " of " + std::to_string(test.monitor.observed) +
                   " answers were wrong (two-sided interval of the rate: " + percent(rate.low) + " to " +
                   percent(rate.high) + "), where at most " + percent(test.monitor.risk) +
                   " was promised (one-sided test at " + percent(options_.delta) + "); " +
                   (options_.on_breach == OnBreach::warn ? "it is kept up, as configured"
                    : options_.on_breach == OnBreach::tighten
                        ? "answers are given at half the risk from now on, or none below 1 %"
                        : "nothing is answered until calibrated anew"));
}

void RiskWatch::keep_failed(const base::Error& error) {
  ++lost_;
  if (!failing_.exchange(true))
    base::log::error("feedback cannot be kept: " + error.message + "; answers go out all the same");
}

void RiskWatch::keep_worked() {
  if (failing_.exchange(false)) base::log::warning("feedback is kept again");
}

std::vector<WatchReport> RiskWatch::report() const {
  const std::lock_guard lock(mutex_);
  std::vector<WatchReport> all;
  for (const auto& [key, watch] : watches_) {
    WatchReport one{
        .key = key, .standing = standing_of(*watch), .current = watch->current, .since = watch->since};
    for (const auto& [at, test] : watch->tests) {
      const stats::RiskMonitor& monitor = test.monitor;
      one.observed += monitor.observed;
      one.wrong += monitor.wrong;
      one.promises.push_back({monitor.risk, at.first, monitor.observed, monitor.wrong, monitor.rate(),
                              monitor.log_wealth(), test.refuted});
    }
    one.scores = watch->drift->observed();
    one.drift_wealth = watch->drift->wealth();
    one.drifted = watch->drift->drifted(options_.delta);
    all.push_back(std::move(one));
  }
  return all;
}

RiskWatch::Counters RiskWatch::counters() const {
  const std::lock_guard lock(mutex_);
  return {verdicts_, lost_, log_ != nullptr};
}

}  // namespace genkai::serve
