#include "limits/reasoning/chains/self_consistency.h"

#include <algorithm>
#include <map>

#include "limits/reasoning/bound/majority.h"

namespace genkai::limits::reasoning::chains {
namespace {

struct Votes {
  std::size_t count = 0, first = 0;  // the sample that gave it first
};

// Counts, and who leads: the earliest among equals.
struct Leader {
  std::string key;
  std::size_t count = 0, second = 0, answers = 0;
};
Leader leader_of(const std::map<std::string, Votes>& votes) {
  Leader out;
  std::size_t first = 0;
  for (const auto& [key, vote] : votes) {
    out.answers += vote.count;
    if (vote.count > out.count || (vote.count == out.count && vote.first < first)) {
      out.second = std::max(out.second, out.count);
      out.key = key;
      out.count = vote.count;
      first = vote.first;
    } else {
      out.second = std::max(out.second, vote.count);
    }
  }
  return out;
}

}  // namespace

std::string_view to_string(Stop stop) {
  switch (stop) {
    case Stop::certain:
      return "certain";
    case Stop::settled:
      return "settled";
    case Stop::failed:
      return "failed";
    case Stop::budget:
      break;
  }
  return "budget";
}

base::Task<base::Result<SelfConsistency>> self_consistency(model::LanguageModel& model,
                                                           model::ChatRequest request, KeyOf key_of,
                                                           SelfConsistencyOptions options,
                                                           core::Trace& trace) {
  if (request.temperature && *request.temperature <= 0)
    co_return base::fail(base::Code::invalid_argument, "samples at temperature 0 agree about anything",
                         "set a temperature above 0");
  GENKAI_CO_RETURN_IF_ERROR(core::check_inside("the level", options.level));
  if (options.budget == 0) co_return base::fail(base::Code::invalid_argument, "the budget of samples is 0");
  auto stage = trace.stage("self-consistency");
  SelfConsistency out;
  std::map<std::string, Votes> votes;
  std::vector<std::string> texts;
  while (texts.size() < options.budget) {
    const std::size_t wanted = texts.empty() ? std::max(options.least, options.wave) : options.wave;
    model::ChatRequest wave = request;
    wave.samples = std::min(std::max<std::size_t>(1, wanted), options.budget - texts.size());
    if (wave.seed) *wave.seed += static_cast<std::int64_t>(texts.size());
    const auto completion = co_await ask(model, std::move(wave), out.cost);
    if (!completion) {
      stage.note("failed", completion.error().message);
      if (texts.empty()) co_return base::fail(completion.error());
      out.stop = Stop::failed;
      break;
    }
    for (const model::Sample& sample : completion->samples) {
      const std::string key = key_of(sample.text);
      if (!key.empty()) {
        Votes& vote = votes.try_emplace(key, Votes{0, texts.size()}).first->second;
        ++vote.count;
      }
      texts.push_back(sample.text);
    }
    const Leader leader = leader_of(votes);
    const std::size_t remaining = options.budget - std::min(options.budget, texts.size());
    const auto found = bound::stopping(leader.count, leader.second, remaining);
    if (!found) co_return base::fail(found.error());
    out.leads = leader.answers == 0 ? 0 : found->leads;
    if (remaining == 0) break;
    if (leader.answers >= options.least && out.leads >= options.level) {
      out.stop = Stop::certain;
      break;
    }
    if (found->settled && leader.answers > 0) {
      out.stop = Stop::settled;
      break;
    }
  }
  const Leader leader = leader_of(votes);
  out.drawn = texts.size();
  out.answers = leader.answers;
  out.agreeing = leader.count;
  out.key = leader.key;
  if (leader.count > 0) {
    out.text = texts[votes.at(leader.key).first];
    out.share = (static_cast<double>(leader.count) + 0.5) / (static_cast<double>(leader.answers) + 1);
  }
  stage.note("leading", std::to_string(out.agreeing) + " of " + std::to_string(out.answers) + " answers");
  stage.note("stopped", std::string(to_string(out.stop)));
  stage.counts(out.drawn, votes.size());
  co_return out;
}

}  // namespace genkai::limits::reasoning::chains
