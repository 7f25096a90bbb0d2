#include "lab/experiment/shipped_examination.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "lab/experiment/shipped_lessons.h"
#include "model/native/completion_form.h"
#include "model/native/generate.h"
#include "stats/calibration.h"

namespace genkai::lab::experiment {
namespace {

using base::Json;
using base::Rng;
using world::FactId;
using world::Split;

constexpr std::uint64_t kExamined = 500'000;  // seeds of worlds that are in no training
constexpr std::size_t kWorlds = 12;
constexpr std::size_t kLongestAnswer = 32;  // tokens

/// One question as asked.
struct Item {
  std::vector<std::string> passages;
  std::string question, answer;
};

struct Said {
  bool right = false, unknown = false;
  double probability = 0;
  std::size_t length = 0;
};

std::vector<model::native::TokenId> prompt_of(const model::native::Tokenizer& tokenizer, const Item& item) {
  return tokenizer.encode(model::native::completion_form(item.passages, item.question), true);
}

base::Result<Said> say(model::native::Engine& engine, const model::native::Tokenizer& tokenizer,
                       const Item& item) {
  const std::vector<model::native::TokenId> prompt = prompt_of(tokenizer, item);
  GENKAI_ASSIGN_OR_RETURN(model::native::Generation generation,
                          model::native::Generation::begin(engine, tokenizer, prompt,
                                                           {.max_tokens = kLongestAnswer, .temperature = 0}));
  while (generation.running()) GENKAI_RETURN_IF_ERROR(generation.step());
  const model::native::Generated& out = generation.samples().front();
  double logprob = 0;
  for (const auto& token : out.tokens) logprob += token.logprob;
  std::string text = out.text;
  if (text.starts_with(' ')) text.erase(0, 1);
  return Said{.right = out.ended && text == item.answer,
              .unknown = text == world::kUnknown,
              .probability = std::exp(logprob),
              .length = prompt.size()};
}

class Examiner {
 public:
  Examiner(const model::native::ModelFile& model, const ExaminationOptions& options, const Readings& readings,
           const world::World& home)
      : model_(model),
        options_(options),
        readings_(readings),
        home_(home),
        engine_(model.weights),
        rng_(options.seed) {}

  base::Result<Examination> all() {
    for (const std::size_t statements : {1U, 4U, 8U, 16U, 22U}) {
      GENKAI_RETURN_IF_ERROR(
          context("answer among " + std::to_string(statements) + " statements", statements, Ask::plain, 0.5));
    }
    GENKAI_RETURN_IF_ERROR(context("answer among 12, all of the same relation", 12, Ask::plain, 1));
    GENKAI_RETURN_IF_ERROR(
        context("in a wording never seen, 1 statement", 1, Ask::plain, 0.5, 0, 2, Wordings::unseen));
    GENKAI_RETURN_IF_ERROR(
        context("in a wording never seen, 8 statements", 8, Ask::plain, 0.5, 0, 2, Wordings::unseen));
    for (const auto& [kind, low, high] : {std::tuple{"answer in the first third of 16", 0.0, 0.33},
                                          std::tuple{"answer in the middle third of 16", 0.33, 0.67},
                                          std::tuple{"answer in the last third of 16", 0.67, 1.01}})
      GENKAI_RETURN_IF_ERROR(context(kind, 16, Ask::plain, 0.5, low, high));
    GENKAI_RETURN_IF_ERROR(context("asked back, 8 statements", 8, Ask::back, 0.5));
    GENKAI_RETURN_IF_ERROR(context("asked for a year, 8 statements", 8, Ask::year, 0.5));
    GENKAI_RETURN_IF_ERROR(context("over two facts, 8 statements", 8, Ask::hop, 0.3));
    GENKAI_RETURN_IF_ERROR(context("unstated of one spoken of, 8 statements", 8, Ask::unstated, 0.5));
    GENKAI_RETURN_IF_ERROR(context("of one not spoken of, 8 statements", 8, Ask::stranger, 0.5));
    GENKAI_RETURN_IF_ERROR(context("only an earlier value, 8 statements", 8, Ask::outdated, 0.5));
    GENKAI_RETURN_IF_ERROR(by_heart());
    summarise();
    return std::move(out_);
  }

 private:
  base::Status context(const std::string& kind, std::size_t statements, Ask ask, double alike, double low = 0,
                       double high = 2, Wordings wordings = Wordings::any) {
    ReadingShape shape{
        .statements = statements, .questions = 1, .entities = Split::test, .wordings = wordings};
    shape.contradicted = 0;
    shape.alike = alike;
    shape.ask_only({ask});
    std::vector<Item> items;
    for (std::size_t tries = 0; items.size() < options_.each && tries < 200 * options_.each; ++tries) {
      Reading reading = readings_.make(shape, rng_);
      const ReadingQuestion& asked = reading.asked.front();
      if (asked.ask != ask || asked.depth < low || asked.depth >= high) continue;
      if (ask == Ask::hop && asked.answer == world::kUnknown) continue;
      Item item{std::move(reading.passages), asked.question, asked.answer};
      if (prompt_of(model_.tokenizer, item).size() + kLongestAnswer <= model_.architecture().context)
        items.push_back(std::move(item));
    }
    return examine_kind("context", kind, items);
  }

  base::Status by_heart() {
    struct Band {
      const char* kind;
      std::size_t low, high;
      Split split;
      bool known;
    };
    constexpr Band kBands[] = {{"stated 1 to 2 times", 1, 2, Split::train, true},
                               {"stated 3 to 5 times", 3, 5, Split::train, true},
                               {"stated 6 to 10 times", 6, 10, Split::train, true},
                               {"stated 11 times and more", 11, ~std::size_t{0}, Split::train, true},
                               {"never stated", 0, 0, Split::train, false},
                               {"of bearers never heard of", 0, ~std::size_t{0}, Split::test, false}};
    for (const Band& band : kBands) {
      std::vector<FactId> facts;
      for (FactId id = 0; id < home_.facts().size(); ++id)
        if (home_.split(id) == band.split && home_.facts()[id].holds_in(world::kNow) &&
            home_.exposures(id) >= band.low && home_.exposures(id) <= band.high &&
            (band.known || home_.told(id) != world::Told::falsely))
          facts.push_back(id);
      rng_.shuffle(facts);
      facts.resize(std::min(facts.size(), options_.each));
      std::vector<Item> items;
      for (const FactId id : facts) {
        const Reading asked = experiment::by_heart(home_, id, band.known, Wordings::any, rng_);
        items.push_back({{}, asked.asked[0].question, asked.asked[0].answer});
      }
      GENKAI_RETURN_IF_ERROR(examine_kind("by heart", band.kind, items));
    }
    return {};
  }

  base::Status examine_kind(const std::string& part, const std::string& kind,
                            const std::vector<Item>& items) {
    Examined examined;
    examined.part = part;
    examined.kind = kind;
    examined.asked = items.size();
    std::vector<double> probabilities;
    std::vector<std::uint8_t> correct;
    std::size_t unknown = 0;
    double length = 0;
    for (const Item& item : items) {
      GENKAI_ASSIGN_OR_RETURN(const Said said, say(engine_, model_.tokenizer, item));
      probabilities.push_back(said.probability);
      correct.push_back(said.right ? 1 : 0);
      unknown += said.unknown ? 1 : 0;
      examined.confidence += said.probability;
      length += static_cast<double>(said.length);
      if (part == "context") {
        probabilities_.push_back(said.probability);
        correct_.push_back(said.right ? 1 : 0);
        auto& [hits, n] = item.answer == world::kUnknown ? invented_ : missed_;
        ++n;
        if (item.answer == world::kUnknown ? !said.unknown : said.unknown) ++hits;
      }
    }
    const std::size_t right = static_cast<std::size_t>(std::count(correct.begin(), correct.end(), 1));
    examined.right = stats::share_of(right, items.size());
    examined.unknown = stats::share_of(unknown, items.size());
    const double n = std::max(1.0, static_cast<double>(items.size()));
    examined.confidence /= n;
    examined.length = length / n;
    examined.auroc = stats::auroc(probabilities, correct);
    out_.kinds.push_back(std::move(examined));
    return {};
  }

  void summarise() {
    out_.auroc = stats::auroc(probabilities_, correct_);
    out_.calibration_error = stats::expected_calibration_error(probabilities_, correct_);
    out_.missed = stats::share_of(missed_.first, missed_.second);
    out_.invented = stats::share_of(invented_.first, invented_.second);
  }

  const model::native::ModelFile& model_;
  const ExaminationOptions& options_;
  const Readings& readings_;
  const world::World& home_;
  model::native::Engine engine_;
  Rng rng_;
  Examination out_;
  std::vector<double> probabilities_;
  std::vector<std::uint8_t> correct_;
  std::pair<std::size_t, std::size_t> missed_, invented_;
};

Json share(const stats::Share& of) {
  return Json::object({{"share", of.value()},
                       {"hits", of.hits},
                       {"n", of.n},
                       {"low", of.interval.low},
                       {"high", of.interval.high}});
}

std::string shown(const stats::Share& of) {
  char text[64];
  std::snprintf(text, sizeof text, "%.3f [%.3f, %.3f]", of.value(), of.interval.low, of.interval.high);
  return text;
}

}  // namespace

base::Result<Examination> examine(const model::native::ModelFile& model, const ExaminationOptions& options) {
  std::vector<world::World> worlds;
  for (std::size_t i = 0; i < kWorlds; ++i) {
    GENKAI_ASSIGN_OR_RETURN(world::World made, world::World::make({.seed = kExamined + options.seed + i}));
    worlds.push_back(std::move(made));
  }
  GENKAI_ASSIGN_OR_RETURN(const world::World home, world::World::make(home_world(options.seed)));
  std::vector<const world::World*> read;
  for (const world::World& one : worlds) read.push_back(&one);
  const Readings readings(read);
  return Examiner(model, options, readings, home).all();
}

Json to_json(const Examination& examination) {
  Json kinds = Json::array();
  for (const Examined& one : examination.kinds)
    kinds.push(Json::object({{"part", one.part},
                             {"kind", one.kind},
                             {"asked", one.asked},
                             {"right", share(one.right)},
                             {"unknown", share(one.unknown)},
                             {"confidence", one.confidence},
                             {"auroc", one.auroc},
                             {"prompt_tokens", one.length}}));
  return Json::object({{"kinds", std::move(kinds)},
                       {"context", Json::object({{"auroc", examination.auroc},
                                                 {"calibration_error", examination.calibration_error},
                                                 {"missed", share(examination.missed)},
                                                 {"invented", share(examination.invented)}})}});
}

std::string render(const Examination& examination) {
  std::string out;
  char line[256];
  std::snprintf(line, sizeof line, "%-9s %-42s %5s  %-21s %-21s %6s %6s %6s\n", "", "question", "n", "right",
                "says unknown", "conf.", "AUROC", "tokens");
  out += line;
  for (const Examined& one : examination.kinds) {
    std::snprintf(line, sizeof line, "%-9s %-42s %5zu  %-21s %-21s %6.3f %6.3f %6.0f\n", one.part.c_str(),
                  one.kind.c_str(), one.asked, shown(one.right).c_str(), shown(one.unknown).c_str(),
                  one.confidence, one.auroc, one.length);
    out += line;
  }
  std::snprintf(line, sizeof line, "\nall questions with passages: AUROC %.3f, calibration error %.3f\n",
                examination.auroc, examination.calibration_error);
  out += line;
  out += "\"unknown\" though the passages answer: " + shown(examination.missed) + "\n";
  out += "an answer though the passages do not answer: " + shown(examination.invented) + "\n";
  return out;
}

}  // namespace genkai::lab::experiment
