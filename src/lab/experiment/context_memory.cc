// context-memory: whom a model believes where its context and its memory meet, in four cases, with and
// without context-aware decoding.

#include <algorithm>
#include <cmath>
#include <optional>

#include "lab/experiment/registry.h"
#include "lab/experiment/small_models.h"
#include "model/native/guards/context_aware.h"

namespace genkai::lab::experiment {
namespace {

using base::Result;

// <s> name value name value ? name -> value. The first half of the names is memorised, of the others each
// passage states a new value.
constexpr TokenId kAsk = kFirstSymbol, kFirst = kFirstSymbol + 1;
constexpr const char* kConditions[] = {"contradicting=0", "contradicting=0.2"};
constexpr const char* kCases[] = {"agrees", "contradicts", "absent", "irrelevant"};

struct World {
  std::size_t names = 0, values = 0;  // names: half memorised
  std::vector<std::size_t> truth;     // of the memorised

  TokenId name(std::size_t i) const { return kFirst + static_cast<TokenId>(i); }
  TokenId value(std::size_t v) const { return kFirst + static_cast<TokenId>(names + v); }
  std::size_t memorised() const { return names / 2; }
  std::size_t vocabulary() const { return static_cast<std::size_t>(kFirst) + names + values; }
};

std::vector<std::string> conditions(Scale) {
  return {std::begin(kConditions), std::end(kConditions)};
}

/// Two passages in either order, the second on a name other than `asked`; without the first, both are.
Tokens with_passages(const World& world, std::size_t asked, std::optional<std::size_t> stated,
                     base::Rng& rng) {
  const auto other = [&] {
    const std::size_t i = rng.below(world.names - 1);
    return i < asked ? i : i + 1;
  };
  std::pair<std::size_t, std::size_t> first{stated ? asked : other(),
                                            stated ? *stated : rng.below(world.values)};
  std::pair<std::size_t, std::size_t> second{other(), rng.below(world.values)};
  // What is said of a memorised name that is not asked about is what is remembered of it.
  for (auto* passage : {&first, &second})
    if (passage->first != asked && passage->first < world.memorised())
      passage->second = world.truth[passage->first];
  if (rng.uniform() < 0.5) std::swap(first, second);
  return {kBegin,
          world.name(first.first),
          world.value(first.second),
          world.name(second.first),
          world.value(second.second),
          kAsk,
          world.name(asked)};
}

Tokens bare(const World& world, std::size_t asked) {
  return {kBegin, kAsk, world.name(asked)};
}

std::size_t other_value(const World& world, std::size_t asked, base::Rng& rng) {
  return (world.truth[asked] + 1 + rng.below(world.values - 1)) % world.values;
}

train::Sample lesson_of(const World& world, double contradicting, base::Rng& rng) {
  const std::size_t asked = rng.below(world.names);
  const bool memorised = asked < world.memorised();
  const double kind = rng.uniform();
  Tokens tokens;
  TokenId answer = memorised ? world.value(world.truth[asked]) : kUnknown;
  if (kind < 0.3) {
    tokens = bare(world, asked);
  } else if (kind < 0.45) {
    tokens = with_passages(world, asked, std::nullopt, rng);
  } else {
    std::size_t stated = memorised ? world.truth[asked] : rng.below(world.values);
    if (memorised && rng.uniform() < contradicting) stated = other_value(world, asked, rng);
    tokens = with_passages(world, asked, stated, rng);
    answer = world.value(stated);
  }
  const std::size_t at = tokens.size();
  tokens.push_back(answer);
  return sample_of(std::move(tokens), at);
}

Result<Numbers> measure(const CellKey& key, const CellContext& context) {
  const bool ci = context.scale == Scale::ci;
  World world{.names = ci ? 32UL : 128UL, .values = ci ? 8UL : 32UL, .truth = {}};
  base::Rng rng(key.seed + 1300);
  for (std::size_t i = 0; i < world.memorised(); ++i) world.truth.push_back(rng.below(world.values));
  const double contradicting = std::stod(key.condition.substr(key.condition.find('=') + 1));
  train::Decoder model = make_model({.vocabulary = world.vocabulary()}, key.seed);
  GENKAI_RETURN_IF_ERROR(teach(
      model, [&](base::Rng& from) { return lesson_of(world, contradicting, from); },
      {.steps = ci ? 300UL : 2500UL, .samples = ci ? 32UL : 64UL, .rate = 2e-3}, key.seed, context.stop));
  Numbers out{{"changed_same", 0}, {"same", 0}};
  const std::size_t each = ci ? 100 : 500;
  for (const bool memorised : {true, false})
    for (const char* name : kCases) {
      const std::string_view which = name;
      if (!memorised && which == "agrees") continue;  // there is nothing to agree with: see "contradicts"
      std::vector<Tokens> with, without;
      std::vector<TokenId> right, remembered;
      for (std::size_t i = 0; i < each; ++i) {
        const std::size_t asked = memorised ? rng.below(world.memorised())
                                            : world.memorised() + rng.below(world.names - world.memorised());
        without.push_back(bare(world, asked));
        remembered.push_back(memorised ? world.value(world.truth[asked]) : kUnknown);
        right.push_back(remembered.back());
        if (which == "absent") {
          with.push_back(without.back());
        } else if (which == "irrelevant") {
          with.push_back(with_passages(world, asked, std::nullopt, rng));
        } else {
          const std::size_t stated = !memorised          ? rng.below(world.values)
                                     : which == "agrees" ? world.truth[asked]
                                                         : other_value(world, asked, rng);
          with.push_back(with_passages(world, asked, stated, rng));
          right.back() = world.value(stated);
        }
      }
      const auto said = next_probabilities(model, with), from_memory = next_probabilities(model, without);
      const std::string at = std::string("@") + name + (memorised ? "_memorised" : "_unknown");
      std::vector<float> a(world.vocabulary()), b(a), guarded(a);
      for (std::size_t i = 0; i < each; ++i) {
        for (std::size_t t = 0; t < a.size();
             ++t) {  // logits but for a constant, which decoding does not see
          a[t] = std::log(std::max(said.of(i)[t], 1e-30F));
          b[t] = std::log(std::max(from_memory.of(i)[t], 1e-30F));
        }
        model::native::context_aware(a, b, {}, guarded);
        const auto best =
            static_cast<TokenId>(std::max_element(guarded.begin(), guarded.end()) - guarded.begin());
        const auto weighed = [&](std::size_t t) { return 2 * a[t] - b[t]; };  // Shi et al., weight 1, no gate
        std::size_t ungated = 0;
        for (std::size_t t = 1; t < a.size(); ++t)
          if (weighed(t) > weighed(ungated)) ungated = t;
        const double share = 1.0 / static_cast<double>(each);
        out["plain" + at] += said.likeliest(i) == right[i] ? share : 0;
        out["guarded" + at] += best == right[i] ? share : 0;
        out["ungated" + at] += static_cast<TokenId>(ungated) == right[i] ? share : 0;
        out["memory" + at] += said.likeliest(i) == remembered[i] ? share : 0;
        if (said.likeliest(i) == from_memory.likeliest(i)) {
          out["same"] += 1;
          out["changed_same"] += best != said.likeliest(i) ? 1 : 0;
        }
      }
    }
  return out;
}

Finding find(const Results& results) {
  Finding out;
  out.figure = {.title = "Context against memory",
                .description =
                    "Share of answers that are right by the context, or by memory where the context says "
                    "nothing, in the cases of a memorised fact, with and without context-aware decoding.",
                .x = {.title = "what the context says of a memorised fact",
                      .categories = {"agrees", "contradicts", "absent", "irrelevant"}},
                .y = {.title = "right", .percent = true, .low = 0, .high = 1}};
  out.columns = {"contradicting lessons", "context",         "fact", "right", "guarded",
                 "without the gate",      "said from memory"};
  double changed = 0, same = 0, harm = 0;
  for (const char* condition : kConditions) {
    const std::string rate = std::string(condition).substr(std::string(condition).find('=') + 1);
    for (const char* decoding : {"plain", "guarded", "ungated"}) {
      stats::FigureSeries series{rate == "0" ? decoding : decoding + (", " + rate + " contradicting"),
                                 {},
                                 stats::SeriesStyle::points};
      for (std::size_t i = 0; i < std::size(kCases); ++i) {
        const Estimate found =
            results.over_seeds(condition, std::string(decoding) + "@" + kCases[i] + "_memorised")
                .within(0, 1);
        const double apart = 0.1 * static_cast<double>(out.figure.series.size()) - 0.25;
        series.points.push_back(found.at(static_cast<double>(i) + apart));
      }
      out.figure.series.push_back(std::move(series));
    }
    for (const char* kind : {"_memorised", "_unknown"})
      for (const char* which : kCases) {
        const auto of = [&](const char* what) {
          return results.over_seeds(condition, std::string(what) + "@" + which + kind).within(0, 1);
        };
        if (of("plain").n == 0) continue;
        const bool is_new = std::string_view(kind) == "_unknown";
        out.rows.push_back({rate, is_new && std::string_view(which) == "contradicts" ? "states it" : which,
                            is_new ? "not memorised" : "memorised", of("plain").text(), of("guarded").text(),
                            of("ungated").text(), of("memory").text()});
        if (std::string_view(which) != "contradicts")
          harm = std::max(harm, of("plain").mean - of("guarded").mean);
      }
    for (const double v : results.values(condition, "changed_same")) changed += v;
    for (const double v : results.values(condition, "same")) same += v;
  }
  const auto conflict = [&](const char* condition, const char* what) {
    return results.over_seeds(condition, std::string(what) + "@contradicts_memorised").within(0, 1);
  };
  const Estimate plain = conflict(kConditions[0], "plain"), guarded = conflict(kConditions[0], "guarded"),
                 memory = conflict(kConditions[0], "memory"), taught = conflict(kConditions[1], "plain");
  out.claims.push_back({ClaimKind::bound,
                        "the guard changes no answer where context and memory prefer the same one: " +
                            number(changed, 0) + " of " + number(same, 0),
                        changed == 0 && same > 0});
  out.claims.push_back(
      {ClaimKind::phenomenon,
       "a model whose training never contradicted it answers from memory against its context: " +
           memory.text() + " of the conflicts",
       memory.mean > 0.5});
  const Estimate ungated = conflict(kConditions[0], "ungated");
  out.claims.push_back(
      {ClaimKind::phenomenon,
       "without its gate context-aware decoding does so: " + plain.text() + " to " + ungated.text(),
       ungated.mean > plain.mean + 0.02});
  out.claims.push_back({ClaimKind::phenomenon,
                        "the guard makes it follow the context more often: " + plain.text() + " to " +
                            guarded.text() + " of the conflicts",
                        guarded.mean > plain.mean + 0.02});
  out.claims.push_back({ClaimKind::phenomenon,
                        "where there is no conflict the guard costs nothing: " +
                            number(std::max(harm, 0.0), 3) + " of the right answers at most",
                        harm < 0.01});
  out.claims.push_back({ClaimKind::phenomenon,
                        "a fifth of contradicting lessons makes it follow the context: " + taught.text(),
                        taught.interval.low > plain.mean && taught.mean > 0.9});
  out.paragraph =
      "Where the context contradicts what was memorised, a model whose lessons always agreed follows "
      "the context in " +
      plain.text() + " of the questions and its memory in " + memory.text() +
      "; with context-aware decoding it follows the context in " + guarded.text() + ", without the gate in " +
      ungated.text() +
      ". The gate leaves an answer alone where both prefer the same "
      "one, so that it cannot help a model that does not read its context at all. With a fifth of "
      "contradicting lessons it does so in " +
      taught.text() + " without any guard. Where there is no conflict the guard takes at most " +
      number(std::max(harm, 0.0), 3) + " of the right answers.";
  return out;
}

}  // namespace

const Experiment kContextMemory = {
    .name = "context-memory",
    .limit = "hallucination",
    .question = "Whom does a model believe where its context and its memory meet?",
    .predicted =
        "Nothing in training on contexts that agree with memory prefers the one to the other (Longpre et al. "
        "2021 found that models keep to memory). Context-aware decoding takes (1 + l) log p(with context) - "
        "l "
        "log p(without), with l their divergence, and leaves answers alone where both prefer the same one "
        "(`model/native/guards/context_aware.h`).",
    .measured =
        "128 names (ci: 32) of which half are memorised with one of 32 values each (8); of the others each "
        "passage states a new value, and \"unknown\" is right where none does. Two passages, in either "
        "order. "
        "Decoders of 2 layers, width 64; passages on memorised names agree with memory in training, or "
        "contradict it in a fifth of the lessons. 500 questions (ci: 100) for each case.",
    .assumes =
        "The context is right where it contradicts memory: a poisoned passage is another matter, and the "
        "guard "
        "makes it worse.",
    .conditions = conditions,
    .measure = measure,
    .find = find,
};

}  // namespace genkai::lab::experiment
