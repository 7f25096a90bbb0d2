// Answers held to the relations (is-a, part-of, order) that passages state: false alarms over right answers
// of JaQuAD and XQuAD, and catches of made-up contradictions among the passages of the same questions.
//
//   GENKAI_DATA=... build/release/bench/stated_relations [--most 400] [--calibrating] [--seed 1]
//
// Right answers, in three forms: the gold answer alone, the sentence that holds it, and that sentence against
// the passages without its own paragraph. All are right, so that each alarm is false. Contradictions: a
// relation between made-up names is stated in two or three sentences at random places of a question's
// passages, and the answer denies what follows; beside it the answer that follows, which must not alarm.
//
// Real answers, right and wrong: a model's yes or no to BeliefBank's questions of is-a, against a passage
// that says one thing of the entity ("A poodle is a dog.") and, sentence by sentence, the is-a rules that
// lead on from there. The right answers were derived from the same rules.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>
#include <map>
#include <set>

#include "answer/found_evidence.h"
#include "answer/stated.h"
#include "base/hash.h"
#include "base/rng.h"
#include "beliefbank_data.h"
#include "squad.h"
#include "stats/share.h"

namespace genkai::bench {
namespace {

using Evidence = std::vector<core::Evidence>;
using Clock = std::chrono::steady_clock;

constexpr double kSeconds = 0.2;

struct Alarms {
  std::size_t hits = 0, n = 0;
  double slowest = 0;  // ms
  void print(const char* label) const {
    const auto share = stats::share_of(hits, n);
    std::printf("    %-44s %4zu of %4zu  %.3f [%.3f, %.3f]  slowest %.0f ms\n", label, hits, n, share.value(),
                share.interval.low, share.interval.high, slowest);
  }
};

void hold(const std::string& question, const std::string& answer, const Evidence& evidence, bool show,
          Alarms& alarms) {
  const auto begin = Clock::now();
  const auto why =
      answer::denied_by_relations(question, answer, evidence, text::detect_language(question), kSeconds);
  const double ms = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
  alarms.slowest = std::max(alarms.slowest, ms);
  ++alarms.n;
  if (!why) return;
  ++alarms.hits;
  if (show) std::printf("      %s | %s\n", question.c_str(), why->c_str());
}

std::string sentence_with(const std::string& text, const std::string& gold) {
  for (const text::Span& place : text::split_sentences(text))
    if (place.of(text).find(gold) != std::string::npos) return std::string(place.of(text));
  return {};
}

// Sentences, a question, the answer that follows from them and the one that cannot be.
struct Made {
  const char* kind;
  std::vector<std::string> sentences;
  std::string question, follows, denied;
};

std::vector<Made> made(bool japanese, base::Rng& rng) {
  const auto name = [&] {
    static constexpr const char* kParts[] = {"ka", "ro", "mi", "tu", "ne", "so", "vi", "la"};
    static constexpr const char* kKana[] = {"カ", "ロ", "ミ", "ツ", "ネ", "ソ", "ビ", "ラ"};
    std::string out;
    for (int i = 0; i < 4; ++i) out += (japanese ? kKana : kParts)[rng.below(8)];
    if (!japanese) out += 'n';
    return out;
  };
  const std::string a = name(), b = name(), c = name();
  if (japanese)
    return {{"is-a",
             {a + "は" + b + "です。", b + "は" + c + "です。"},
             a + "は" + c + "ですか？",
             "はい。",
             "いいえ。"},
            {"is-a, denied of the kind",
             {a + "は" + b + "です。", b + "は" + c + "ではありません。"},
             a + "とは何ですか？",
             a + "は" + b + "です。",
             a + "は" + c + "です。"},
            {"part of",
             {a + "は" + b + "の一部です。", b + "は" + c + "の一部です。"},
             c + "は" + a + "の一部ですか？",
             "いいえ。",
             "はい。"},
            {"order",
             {a + "は" + b + "より古い。", b + "は" + c + "より古いです。"},
             a + "と" + c + "ではどちらが古いですか？",
             a,
             c}};
  return {{"is-a",
           {"A " + a + " is a " + b + ".", "Every " + b + " is a " + c + "."},
           "Is a " + a + " a " + c + "?",
           "Yes.",
           "No."},
          {"is-a, denied of the kind",
           {"A " + a + " is a " + b + ".", "No " + b + " is a " + c + "."},
           "What is a " + a + "?",
           "A " + a + " is a " + b + ".",
           "A " + a + " is a " + c + "."},
          {"part of",
           {"The " + a + " is part of the " + b + ".", "The " + b + " is part of the " + c + "."},
           "Is the " + c + " part of the " + a + "?",
           "No.",
           "Yes."},
          {"order",
           {"The " + a + " is older than the " + b + ".", "The " + c + " is newer than the " + b + "."},
           "Which is older, the " + a + " or the " + c + "?",
           "The " + a + ".",
           "The " + c + "."}};
}

void among(const Made& one, base::Rng& rng, Evidence& evidence) {
  for (const std::string& sentence : one.sentences) {
    if (evidence.empty()) evidence.emplace_back();
    std::string& text = evidence[rng.below(evidence.size())].passage.text;
    const auto sentences = text::split_sentences(text);
    const std::size_t at = sentences.empty() ? 0 : sentences[rng.below(sentences.size())].begin;
    text.insert(at, sentence + " ");
  }
}

base::Status run(std::size_t most, Split split, std::uint64_t seed) {
  GENKAI_ASSIGN_OR_RETURN(const Squad jaquad, load_jaquad(data_folder()));
  GENKAI_ASSIGN_OR_RETURN(const Squad xquad, load_xquad(data_folder()));
  GENKAI_ASSIGN_OR_RETURN(auto base, TemporaryKnowledgeBase::create());
  GENKAI_RETURN_IF_ERROR(add_contexts(*base.kb, jaquad));
  GENKAI_RETURN_IF_ERROR(add_contexts(*base.kb, xquad));
  GENKAI_ASSIGN_OR_RETURN(const auto view, base.kb->view());
  base::Rng rng(seed);
  for (const Squad* squad : {&jaquad, &xquad}) {
    std::vector<const SquadQuestion*> questions;
    for (const auto& question : squad->questions)
      if (split_of(*squad, question) == split) questions.push_back(&question);
    rng.shuffle(questions);
    if (questions.size() > most) questions.resize(most);
    Alarms gold, sentence, apart;
    std::vector<std::string> kinds;
    std::vector<Alarms> caught, follows;
    std::size_t passages = 0;
    for (const SquadQuestion* question : questions) {
      core::Trace trace;
      GENKAI_ASSIGN_OR_RETURN(const auto found,
                              answer::find_evidence({"", question->text, ""}, *view, {}, true, trace));
      passages += found.evidence.size();
      const std::string& context = squad->contexts[question->context].text;
      hold(question->text, question->answers.front(), found.evidence, true, gold);
      if (const auto whole = sentence_with(context, question->answers.front()); !whole.empty()) {
        hold(question->text, whole, found.evidence, true, sentence);
        Evidence others = found.evidence;
        std::erase_if(others,
                      [&](const auto& one) { return one.passage.text.find(whole) != std::string::npos; });
        hold(question->text, whole, others, true, apart);
      }
      const auto cases = made(squad == &jaquad, rng);
      caught.resize(cases.size()), follows.resize(cases.size());
      for (std::size_t i = 0; i < cases.size(); ++i) {
        if (kinds.size() <= i) kinds.emplace_back(cases[i].kind);
        Evidence with = found.evidence;
        among(cases[i], rng, with);
        hold(cases[i].question, cases[i].denied, with, false, caught[i]);
        hold(cases[i].question, cases[i].follows, with, true, follows[i]);
      }
    }
    std::printf(
        "  %s: %zu questions, %.1f passages each\n", squad->name.c_str(), questions.size(),
        static_cast<double>(passages) / static_cast<double>(std::max<std::size_t>(1, questions.size())));
    gold.print("false alarms: the gold answer");
    sentence.print("false alarms: the sentence that holds it");
    apart.print("false alarms: its own paragraph left out");
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      caught[i].print(("caught: " + kinds[i]).c_str());
      follows[i].print(("false alarms: what follows, " + kinds[i]).c_str());
    }
  }
  return {};
}

// BeliefBank.
std::string is_a(const std::string& subject, const std::string& kind, const char* quantifier = "A") {
  return std::string(quantifier) + " " + subject + " is a " + kind + ".\n";
}

// Rules from one kind to another, as sentences that name the kind first.
struct Told {
  std::string other;
  bool denies = false;
  std::string sentence;
};

std::multimap<std::string, Told> kinds_of(const BeliefBank& data) {
  std::multimap<std::string, Told> out;
  for (const Rule& rule : data.rules) {
    const auto& from = rule.premises[0].statement.predicate;
    const auto& to = rule.conclusions[0].statement;
    if (from[0] != "IsA" || to.predicate[0] != "IsA") continue;
    const std::string kind = limits::reasoning::join(from, 1),
                      other = limits::reasoning::join(to.predicate, 1);
    out.emplace(kind, Told{other, to.negated, is_a(kind, other, to.negated ? "No" : "Every")});
  }
  return out;
}

base::Status real_answers() {
  GENKAI_ASSIGN_OR_RETURN(const BeliefBank data, read_beliefbank(data_folder().string()));
  const auto kinds = kinds_of(data);
  std::map<std::size_t, std::vector<std::size_t>> of_entity;
  for (std::size_t i = 0; i < data.items.size(); ++i)
    if (data.items[i].relation == "IsA") of_entity[data.items[i].entity].push_back(i);
  Alarms wrong, beyond, right;
  for (const auto& [entity, items] : of_entity) {
    std::size_t told = data.items.size();
    for (const std::size_t i : items)
      if (data.items[i].right_is_yes &&
          (told == data.items.size() ||
           base::hash64(data.claims[i].text) < base::hash64(data.claims[told].text)))
        told = i;
    if (told == data.items.size()) continue;
    const std::string kind = limits::reasoning::join(data.claims[told].statement.predicate, 1);
    Evidence evidence(1);
    std::string& text = evidence[0].passage.text;
    text = is_a(data.entities[entity], kind);
    std::set<std::string> seen{kind}, denied;
    for (std::deque<std::string> open{kind}; !open.empty(); open.pop_front()) {
      const auto [begin, end] = kinds.equal_range(open.front());
      for (auto at = begin; at != end; ++at) {
        const auto& [other, denies, sentence] = at->second;
        text += sentence;
        if (denies)
          denied.insert(other);
        else if (seen.insert(other).second)
          open.push_back(other);
      }
    }
    for (const std::size_t i : items) {
      if (i == told) continue;
      const bool is_right = data.claims[i].value == data.items[i].right_is_yes;
      const std::string target = limits::reasoning::join(data.claims[i].statement.predicate, 1);
      const bool chained = (data.claims[i].value ? denied : seen).contains(target);
      hold(data.claims[i].text, data.claims[i].value ? "Yes." : "No.", evidence, is_right,
           is_right  ? right
           : chained ? wrong
                     : beyond);
    }
  }
  std::printf("  beliefbank: questions of is-a about %zu entities, each with one fact\n", of_entity.size());
  wrong.print("caught: wrong, a chain of sentences denies it");
  beyond.print("caught: other wrong answers");
  right.print("false alarms: right answers");
  return {};
}

}  // namespace
}  // namespace genkai::bench

int main(int argc, char** argv) {
  CLI::App program{"Answers against the relations that passages state"};
  std::size_t most = 400;
  std::uint64_t seed = 1;
  bool calibrating = false;
  program.add_option("--most", most, "Questions of each set")->capture_default_str();
  program.add_option("--seed", seed, "Of the questions chosen and the names made up")->capture_default_str();
  program.add_flag("--calibrating", calibrating, "Ask of the calibrating quarter, to choose settings on");
  CLI11_PARSE(program, argc, argv);
  if (const auto status = genkai::bench::real_answers(); !status) {
    std::fprintf(stderr, "%s\n%s\n", status.error().message.c_str(), status.error().hint.c_str());
    return 1;
  }
  const auto split = calibrating ? genkai::bench::Split::calibration : genkai::bench::Split::test;
  if (const auto status = genkai::bench::run(most, split, seed); !status) {
    std::fprintf(stderr, "%s\n%s\n", status.error().message.c_str(), status.error().hint.c_str());
    return 1;
  }
  return 0;
}
