// decoding: greedy, sampled and searched writing of the same chains, at equal numbers of tokens.

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "lab/experiment/registry.h"
#include "lab/experiment/step_chains.h"
#include "limits/reasoning/bound/best_of_n.h"
#include "limits/reasoning/bound/majority.h"
#include "limits/reasoning/bound/survival.h"

namespace genkai::lab::experiment {
namespace {

using base::Result;
namespace bound = limits::reasoning::bound;

constexpr std::size_t kSteps = kMostChainSteps;
constexpr std::size_t kWidths[] = {1, 3, 5, 9, 17, 33};  // samples, beams, or writings of a step at most
constexpr std::size_t kMostSamples = 33;
constexpr std::size_t kEnough = 9;  // where the ways are compared

std::vector<std::string> conditions(Scale) {
  return {"sums"};
}

std::string at(const char* what, std::size_t n) {
  return std::string(what) + "@" + std::to_string(n);
}

using Questions = std::vector<SumChain>;

std::vector<Tokens> prompts_of(const Questions& questions, std::size_t times) {
  std::vector<Tokens> out;
  for (const SumChain& question : questions) out.insert(out.end(), times, ask_for_steps(question));
  return out;
}

/// A whole chain of which the checker refutes no step, and that answers with its last total.
bool passes(const SumChain& question, const WrittenSum& written) {
  return written.totals.size() == kSteps && written.answer == written.totals.back() &&
         !first_refuted({question.terms, written.totals});
}

/// Of the first n samples: the most frequent answer (among equals the first), the strict majority (n is
/// odd), any right one, and the first whole chain that passes (else the first sample).
void measure_samples(const Questions& questions, const std::vector<WrittenSum>& samples, std::size_t n,
                     Numbers& out) {
  double plural = 0, strict = 0, any = 0, checked = 0, tokens = 0, checked_tokens = 0, single = 0;
  for (std::size_t q = 0; q < questions.size(); ++q) {
    const WrittenSum* of = &samples[q * kMostSamples];
    std::map<int, std::size_t> votes;
    std::size_t right = 0;
    const WrittenSum* accepted = nullptr;
    for (std::size_t i = 0; i < n; ++i) {
      tokens += static_cast<double>(of[i].tokens);
      if (of[i].answer) ++votes[*of[i].answer];
      right += is_right(questions[q], of[i]) ? 1 : 0;
      if (accepted == nullptr) {
        checked_tokens += static_cast<double>(of[i].tokens);
        if (passes(questions[q], of[i])) accepted = &of[i];
      }
    }
    const WrittenSum* leader = of;
    for (std::size_t i = 0; i < n; ++i)
      if (of[i].answer && (!leader->answer || votes[*of[i].answer] > votes[*leader->answer])) leader = &of[i];
    plural += is_right(questions[q], *leader) ? 1 : 0;
    strict += 2 * right > n ? 1 : 0;
    any += right > 0 ? 1 : 0;
    single += static_cast<double>(right) / static_cast<double>(n);
    checked += is_right(questions[q], accepted != nullptr ? *accepted : of[0]) ? 1 : 0;
  }
  const auto asked = static_cast<double>(questions.size());
  out[at("vote", n)] = plural / asked;
  out[at("strict", n)] = strict / asked;
  out[at("any", n)] = any / asked;
  out[at("single", n)] = single / asked;
  out[at("chosen", n)] = checked / asked;
  out[at("vote_tokens", n)] = tokens / asked;
  out[at("chosen_tokens", n)] = checked_tokens / asked;
}

struct Beam {
  Tokens tokens;
  double log_probability = 0;
  std::size_t question = 0;
};

/// The `width` likeliest whole chains by the model alone; gives the likeliest one's answer.
void measure_beams(const train::Decoder& model, const Questions& questions, std::size_t width, Numbers& out) {
  std::vector<Beam> beams;
  for (std::size_t q = 0; q < questions.size(); ++q) beams.push_back({ask_for_steps(questions[q]), 0, q});
  double tokens = 0;
  for (std::size_t round = 0; round < kSteps + 2; ++round) {
    std::vector<Tokens> prompts;
    for (const Beam& beam : beams) prompts.push_back(beam.tokens);
    const Distinct next = next_of_distinct(model, prompts);
    std::vector<Beam> kept;
    for (std::size_t first = 0, last = 0; first < beams.size(); first = last) {
      while (last < beams.size() && beams[last].question == beams[first].question) ++last;
      std::vector<std::tuple<double, std::size_t, TokenId>> grown;
      for (std::size_t b = first; b < last; ++b) {
        const auto row = next.probabilities.of(next.place[b]);
        for (std::size_t t = 0; t < row.size(); ++t)
          if (row[t] > 1e-6F)
            grown.emplace_back(-beams[b].log_probability - std::log(row[t]), b, static_cast<TokenId>(t));
      }
      std::sort(grown.begin(), grown.end());
      grown.resize(std::min(grown.size(), width));
      for (const auto& [cost, b, token] : grown) {
        kept.push_back({beams[b].tokens, -cost, beams[b].question});
        kept.back().tokens.push_back(token);
      }
    }
    beams = std::move(kept);
    tokens += static_cast<double>(beams.size());
  }
  double right = 0;
  std::size_t seen = questions.size();  // beams of a question are in the order of their probability
  for (const Beam& beam : beams) {
    if (beam.question == seen) continue;
    seen = beam.question;
    right += beam.tokens.back() == kFirstDigit + questions[seen].totals.back() ? 1 : 0;
  }
  const auto asked = static_cast<double>(questions.size());
  out[at("beam", width)] = right / asked;
  out[at("beam_tokens", width)] = tokens / asked;
}

/// Each step is drawn, checked, and drawn anew while it is refuted, `most` times in all; then the chain is
/// given up.
void measure_step_search(const train::Decoder& model, const Questions& questions, std::size_t most,
                         base::Rng& rng, Numbers& out) {
  struct Search {
    SumChain chain;
    std::size_t question, writings;
  };
  std::vector<Search> open;
  for (std::size_t q = 0; q < questions.size(); ++q) open.push_back({{questions[q].terms, {}}, q, 0});
  double tokens = 0, finished = 0;
  std::vector<Tokens> whole;
  std::vector<std::size_t> whole_of;
  while (!open.empty()) {
    std::vector<Tokens> prompts;
    for (const Search& search : open)
      prompts.push_back(ask_for_steps(search.chain, search.chain.totals.size()));
    const Distinct next = next_of_distinct(model, prompts);
    std::vector<Search> still;
    for (std::size_t i = 0; i < open.size(); ++i) {
      Search& search = open[i];
      auto& totals = search.chain.totals;
      const TokenId token =
          draw_token(next.probabilities.of(next.place[i]), rng) - total_token(totals.size(), 0);
      tokens += 1;
      ++search.writings;
      const bool is_step = token >= 0 && token < kModulus;
      if (is_step) totals.push_back(token);
      if (!is_step || first_refuted(search.chain)) {
        if (is_step) totals.pop_back();
        if (search.writings < most) still.push_back(std::move(search));
      } else if (totals.size() < kSteps) {
        search.writings = 0;
        still.push_back(std::move(search));
      } else {
        finished += 1;
        whole.push_back(ask_for_steps(search.chain, kSteps));
        whole_of.push_back(search.question);
      }
    }
    open = std::move(still);
  }
  const auto answers = write_all(model, std::move(whole), Choice::likeliest, rng);
  double right = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    tokens += static_cast<double>(answers[i].tokens);
    right += is_right(questions[whole_of[i]], answers[i]) ? 1 : 0;
  }
  const auto asked = static_cast<double>(questions.size());
  out[at("search", most)] = right / asked;
  out[at("search_finished", most)] = finished / asked;
  out[at("search_tokens", most)] = tokens / asked;
}

/// What the bounds say, from samples of other questions.
base::Status predict(const Questions& questions, const std::vector<WrittenSum>& samples, Numbers& out) {
  std::vector<bound::StepErrors> errors(kSteps);
  std::vector<bound::Attempts> attempts(questions.size());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const SumChain& question = questions[i / kMostSamples];
    const SumChain said{question.terms, samples[i].totals};
    for (std::size_t s = 0; s < kSteps && s <= said.totals.size(); ++s) {
      errors[s].n += 1;
      errors[s].wrong += s < said.totals.size() && step_right(said, s) ? 0 : 1;
    }
    attempts[i / kMostSamples].n += 1;
    attempts[i / kMostSamples].right += is_right(question, samples[i]) ? 1 : 0;
  }
  for (bound::StepErrors& step : errors)
    if (step.n == 0) step = {1, 1};  // no sample came so far
  for (const std::size_t n : kWidths) {
    GENKAI_ASSIGN_OR_RETURN(const bound::Survival chain,
                            bound::survival(errors, {.caught = 1, .false_alarm = 0, .retries = n - 1}));
    out[at("search_predicted", n)] = chain.value;
    GENKAI_ASSIGN_OR_RETURN(const bound::Majority vote, bound::majority(attempts, n));
    out[at("strict_predicted", n)] = vote.value;
    GENKAI_ASSIGN_OR_RETURN(const bound::PassAt any, bound::pass_at(attempts, n));
    out[at("any_predicted", n)] = any.value;
  }
  return {};
}

Result<Numbers> measure(const CellKey& key, const CellContext& context) {
  const bool ci = context.scale == Scale::ci;
  train::Decoder model = make_model({.vocabulary = kSumVocabulary}, key.seed);
  base::Rng rng(key.seed + 800);
  Numbers out;
  // Stopped while it still errs: a finished model leaves nothing to search for.
  const Questions held = draw_questions(kSteps, ci ? 10 : 100, rng);
  const auto half_right = [&](std::uint64_t step) {
    const auto written = write_all(model, prompts_of(held, 1), Choice::likeliest, rng);
    out["trained_steps"] = static_cast<double>(step);
    return share_right(held, written) >= 0.5;
  };
  const auto draw = [](base::Rng& from) {
    return step_lesson(draw_chain(1 + from.below(kMostChainSteps), 0, from));
  };
  GENKAI_RETURN_IF_ERROR(
      teach(model, draw, {.steps = ci ? 40U : 3000U, .rate = 2e-3, .look = half_right, .look_every = 20},
            key.seed, context.stop));
  const Questions questions = draw_questions(kSteps, ci ? 6 : 200, rng),
                  others = draw_questions(kSteps, ci ? 4 : 100, rng);
  const auto greedy = write_all(model, prompts_of(questions, 1), Choice::likeliest, rng);
  out["greedy"] = share_right(questions, greedy);
  for (const WrittenSum& written : greedy) out["greedy_tokens"] += static_cast<double>(written.tokens);
  out["greedy_tokens"] /= static_cast<double>(greedy.size());
  const auto samples = write_all(model, prompts_of(questions, kMostSamples), Choice::sampled, rng);
  double outside = 0;
  for (const std::size_t n : kWidths) {
    measure_samples(questions, samples, n, out);
    measure_beams(model, questions, n, out);
    measure_step_search(model, questions, n, rng, out);
    GENKAI_ASSIGN_OR_RETURN(const bound::Majority vote,
                            bound::majority({.right = out[at("single", n)], .correlation = 0, .n = n}));
    const double strict = out[at("strict", n)];
    if (strict < vote.any_dependence.low - 1e-9 || strict > vote.any_dependence.high + 1e-9) outside += 1;
    if (std::max(out[at("vote", n)], out[at("chosen", n)]) > out[at("any", n)]) outside += 1;
  }
  out["outside"] = outside;
  GENKAI_RETURN_IF_ERROR(
      predict(others, write_all(model, prompts_of(others, kMostSamples), Choice::sampled, rng), out));
  return out;
}

Finding find(const Results& results) {
  Finding out;
  out.figure = {.title = "Decoding at equal compute",
                .description =
                    "Share of right answers by the tokens generated for a question, for greedy "
                    "writing, votes, beams, whole chains that are checked and steps that are checked.",
                .x = {.title = "tokens generated for a question", .log = true},
                .y = {.title = "right", .percent = true, .low = 0, .high = 1}};
  const auto share = [&](const char* what, std::size_t n) {
    return results.over_seeds("sums", at(what, n)).within(0, 1);
  };
  const auto tokens = [&](const char* what, std::size_t n) {
    return results.over_seeds("sums", at(what, n)).mean;
  };
  const Estimate greedy = results.over_seeds("sums", "greedy").within(0, 1);
  const double greedy_tokens = results.over_seeds("sums", "greedy_tokens").mean;
  stats::FigureSeries once{"greedy", {greedy.at(greedy_tokens)}, stats::SeriesStyle::points};
  struct Way {
    const char *key, *tokens, *name;
  };
  constexpr Way kWays[] = {{"search", "search_tokens", "each step checked"},
                           {"chosen", "chosen_tokens", "whole chains checked"},
                           {"vote", "vote_tokens", "vote of samples"},
                           {"beam", "beam_tokens", "beams, unchecked"}};
  for (const Way& way : kWays) {
    stats::FigureSeries series{way.name, {}, stats::SeriesStyle::line_dots};
    for (const std::size_t n : kWidths)
      if (tokens(way.tokens, n) > 0) series.points.push_back(share(way.key, n).at(tokens(way.tokens, n)));
    out.figure.series.push_back(std::move(series));
  }
  out.figure.series.push_back(std::move(once));

  out.columns = {"n",        "vote",
                 "tokens",   "beams",
                 "tokens",   "chains checked",
                 "tokens",   "steps checked",
                 "tokens",   "finished, predicted",
                 "finished", "majority, predicted",
                 "majority"};
  double apart = 0, vote_apart = 0;
  for (const std::size_t n : kWidths) {
    std::vector<std::string> row{std::to_string(n)};
    for (const Way& way : {kWays[2], kWays[3], kWays[1], kWays[0]}) {
      row.push_back(share(way.key, n).text());
      row.push_back(number(tokens(way.tokens, n), 0));
    }
    const double predicted = share("search_predicted", n).mean, found = share("search_finished", n).mean;
    row.insert(row.end(), {number(predicted), share("search_finished", n).text(),
                           number(share("strict_predicted", n).mean), share("strict", n).text()});
    out.rows.push_back(std::move(row));
    apart = std::max(apart, std::abs(predicted - found));
    vote_apart = std::max(vote_apart, std::abs(share("strict_predicted", n).mean - share("strict", n).mean));
  }
  double outside = 0;
  for (const double v : results.values("sums", "outside")) outside += v;
  out.claims.push_back(
      {ClaimKind::bound,
       "no choice among n whole answers is right more often than one of them is, and a strict "
       "majority stays in the range that holds for any dependence: " +
           number(outside, 0) + " outside",
       outside == 0});
  const Estimate search = share("search", kEnough), vote = share("vote", kEnough),
                 beam = share("beam", kEnough), chosen = share("chosen", kEnough);
  out.claims.push_back({ClaimKind::phenomenon,
                        "checking each step beats a vote of " + std::to_string(kEnough) +
                            " with fewer tokens: " + search.text() + " with " +
                            number(tokens("search_tokens", kEnough), 0) + " tokens against " + vote.text() +
                            " with " + number(tokens("vote_tokens", kEnough), 0),
                        search.interval.low > vote.interval.high &&
                            tokens("search_tokens", kEnough) < tokens("vote_tokens", kEnough)});
  for (const auto& [name, reached] :
       {std::pair("a vote of ", vote), std::pair("the likeliest beam of ", beam)})
    out.claims.push_back({ClaimKind::phenomenon,
                          name + std::to_string(kEnough) + " beats greedy writing: " + reached.text() +
                              " against " + greedy.text(),
                          reached.mean > greedy.mean + 0.02});
  out.claims.push_back(
      {ClaimKind::phenomenon,
       "independent retries predict how many checked chains finish, within .05 at each n: at "
       "most " +
           number(apart, 3) + " apart",
       apart <= 0.05});
  out.claims.push_back({ClaimKind::phenomenon,
                        "the beta-binomial vote predicts the strict majority within .05 at each n: at most " +
                            number(vote_apart, 3) + " apart",
                        vote_apart <= 0.05});
  out.paragraph =
      "The model is stopped while it still errs: greedy writing is right in " + greedy.text() + " with " +
      number(greedy_tokens, 0) + " tokens, one sample in " + share("vote", 1).text() + ". With " +
      std::to_string(kEnough) + " times the tokens at most, a vote is right in " + vote.text() +
      ", the likeliest of " + std::to_string(kEnough) + " beams in " + beam.text() +
      ", the first whole chain that the exact checker passes in " + chosen.text() + " (" +
      number(tokens("chosen_tokens", kEnough), 0) +
      " tokens), and steps that are checked as they are written in " + search.text() + " (" +
      number(tokens("search_tokens", kEnough), 0) +
      " tokens). A check after each step keeps what was right before the error; a check at the end throws it "
      "away. "
      "Independent retries foresee " +
      share("search_predicted", kEnough).text() + " finished chains and " +
      share("search_finished", kEnough).text() +
      " finish: a model that is sure of a wrong step repeats it. The two are at most " + number(apart, 2) +
      " apart.";
  return out;
}

}  // namespace

const Experiment kDecoding = {
    .name = "decoding",
    .limit = "reasoning",
    .question =
        "What is the best use of a number of tokens: one greedy chain, a vote, beams, or checked steps?",
    .predicted =
        "A choice among n answers is right at most where one of them is (pass@n, Chen et al. 2021). A vote "
        "follows "
        "the beta-binomial law (`limits/reasoning/bound/majority.h`). With an exact checker and r rewritings "
        "of a "
        "step, a step of error e is given up with e^(r+1) if rewritings are independent (`survival.h`).",
    .measured =
        "Sums modulo 10 of nine terms in eight steps; a decoder of 2 layers, width 64, stopped when half of "
        "its "
        "greedy chains are right; 200 questions (ci: 6), samples at temperature 1, 1 to 33 samples, beams or "
        "writings of a step; every generated token counts. Predictions come from samples of 100 other "
        "questions.",
    .assumes =
        "A checker that decides every step exactly and costs no tokens, as for arithmetic; such a checker "
        "could "
        "write the sum itself, so this shows what search makes of a checker, not what it is needed for. A "
        "chain "
        "that is given up counts as wrong.",
    .conditions = conditions,
    .measure = measure,
    .find = find,
};

}  // namespace genkai::lab::experiment
