#include "lab/world/export.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "base/json.h"
#include "lab/world/examples.h"
#include "lab/world/question.h"
#include "lab/world/wording.h"

namespace genkai::lab::world {
namespace {

using base::Json;

constexpr std::size_t kSentences = 6;  // of one document

std::string_view language_code(const World& world) {
  return world.japanese() ? "ja" : "en";
}

// Statements of one source about one subject, at most kSentences and no sentence twice; more make another
// document.
std::vector<File> documents(const World& world) {
  struct Document {
    std::string text, date;
    std::size_t sentences = 0;
    std::set<std::string> said;
  };
  std::vector<std::map<EntityId, std::vector<Document>>> by_source(world.sources().size());
  for (const Statement& said : world.log()) {
    const Fact& fact = world.facts()[said.fact];
    const std::string sentence = state(world, fact, said.wording, said.value);
    auto& list = by_source[said.source][fact.subject];
    auto place = std::find_if(list.begin(), list.end(), [&](const Document& one) {
      return one.sentences < kSentences && !one.said.contains(sentence);
    });
    if (place == list.end()) place = list.insert(list.end(), Document{});
    if (!place->text.empty() && !world.japanese()) place->text += ' ';
    place->text += sentence;
    place->date = std::max(place->date, said.date);
    ++place->sentences;
    place->said.insert(sentence);
  }
  std::vector<File> files;
  for (std::size_t s = 0; s < by_source.size(); ++s) {
    File file{"documents/source-" + std::to_string(s + 1) + ".jsonl", ""};
    for (const auto& [subject, list] : by_source[s])
      for (std::size_t i = 0; i < list.size(); ++i)
        file.content += Json::object({{"id", "s" + std::to_string(s + 1) + "-e" + std::to_string(subject) +
                                                 "-" + std::to_string(i + 1)},
                                      {"title", world.entities()[subject].name},
                                      {"text", list[i].text},
                                      {"source", world.sources()[s].name},
                                      {"date", list[i].date}})
                            .dump() +
                        "\n";
    if (!file.content.empty()) files.push_back(std::move(file));
  }
  return files;
}

std::string sources(const World& world) {
  std::string out;
  for (std::size_t i = 0; i < world.sources().size(); ++i)
    out += Json::object({{"source", world.sources()[i].name},
                         {"trust", world.sources()[i].trust},
                         {"file", "documents/source-" + std::to_string(i + 1) + ".jsonl"}})
               .dump() +
           "\n";
  return out;
}

Json ids(const std::vector<FactId>& facts) {
  Json list = Json::array();
  for (const FactId id : facts) list.push(id);
  return list;
}

std::string questions(const World& world, const ExportOptions& options) {
  base::Rng rng(world.options().seed * 2 + 1);
  std::array<std::vector<Asked>, 4> pools;
  for (const Split split : {Split::train, Split::test})
    for (const auto& [form, make] : {std::pair{Form::plain, &plain_questions},
                                     {Form::hop, &hop_questions},
                                     {Form::back, &back_questions},
                                     {Form::year, &year_questions}}) {
      const auto made = make(world, split);
      auto& pool = pools[static_cast<std::size_t>(form)];
      pool.insert(pool.end(), made.begin(), made.end());
    }
  for (auto& pool : pools) rng.shuffle(pool);
  std::string out;
  for (std::size_t i = 0; i < options.questions; ++i) {
    auto* pool = &pools[i % 10 < 7 ? 0 : i % 10 - 6];
    if (pool->empty()) pool = &pools[0];
    if (pool->empty()) break;
    const Asked asked = std::move(pool->back());
    pool->pop_back();
    const bool known = answerable(world, asked);
    Json answers = Json::array();
    if (known) answers.push(asked.answer);
    out += Json::object({{"id", "q" + std::to_string(i + 1)},
                         {"question", question_text(world, asked, options.wordings, rng)},
                         {"answers", std::move(answers)},
                         {"truth", asked.answer},
                         {"form", to_string(asked.form)},
                         {"year", asked.year},
                         {"hop", asked.hop},
                         {"facts", ids(asked.support)},
                         {"split", to_string(world.split(asked.support[0]))},
                         {"lang", language_code(world)}})
               .dump() +
           "\n";
  }
  return out;
}

// One line for each fact that holds now. What nobody states truly is asked as unanswerable.
std::string facts(const World& world, const ExportOptions& options) {
  base::Rng rng(world.options().seed * 2 + 2);
  std::string out;
  for (const Split split : {Split::train, Split::test})
    for (const Asked& asked : plain_questions(world, split)) {
      const FactId id = asked.support[0];
      const Fact& fact = world.facts()[id];
      Json answers = Json::array(), changed = Json::array();
      if (world.exposures(id) > 0) answers.push(fact.value);
      for (const FactId older : world.facts_of(fact.subject, fact.relation))
        if (world.facts()[older].until != 0)
          changed.push(Json::object({{"until", std::to_string(world.facts()[older].until)},
                                     {"answers", Json::array({world.facts()[older].value})}}));
      Json line = Json::object({{"id", "f" + std::to_string(id)},
                                {"question", question_text(world, asked, options.wordings, rng)},
                                {"answers", std::move(answers)}});
      if (world.exposures(id) > 0) {
        line.set("exposure", world.exposures(id));
        line.set("exposure_is", world.japanese() ? "記録の中の正しい記述の数" : "true statements in the log");
      }
      line.set("wrong", world.false_value(id));
      if (!changed.items().empty()) line.set("changed", std::move(changed));
      line.set("lang", language_code(world));
      out += line.dump() + "\n";
    }
  return out;
}

std::string fact_key(const World& world, FactId id) {
  const Fact& fact = world.facts()[id];
  std::string key = world.entities()[fact.subject].name + " | " + std::string(to_string(fact.relation));
  if (fact.timed())
    key += " | " + std::to_string(fact.from) + "-" + (fact.until ? std::to_string(fact.until) : "");
  return key;
}

std::string log(const World& world) {
  std::string out;
  for (const Statement& said : world.log())
    out += Json::object({{"fact", fact_key(world, said.fact) + " | " + said.value},
                         {"source", world.sources()[said.source].name},
                         {"date", said.date},
                         {"true", said.truth}})
               .dump() +
           "\n";
  return out;
}

std::string truth(const World& world) {
  std::string out;
  for (FactId id = 0; id < world.facts().size(); ++id) {
    const Fact& fact = world.facts()[id];
    const Entity& subject = world.entities()[fact.subject];
    Json line = Json::object({{"fact", id},
                              {"subject", subject.name},
                              {"kind", to_string(subject.kind)},
                              {"relation", to_string(fact.relation)},
                              {"value", fact.value}});
    if (!subject.reading.empty()) line.set("reading", subject.reading);
    if (fact.timed()) {
      line.set("from", fact.from);
      line.set("until", fact.until ? Json(fact.until) : Json());
    }
    line.set("told", to_string(world.told(id)));
    line.set("exposures", world.exposures(id));
    line.set("probability", world.probability(id));
    line.set("split", to_string(subject.split));
    out += line.dump() + "\n";
  }
  return out;
}

std::string examples(const World& world, std::size_t each) {
  const Examples maker(world);
  std::string out;
  for (const Split split : {Split::train, Split::test}) {
    if (split == Split::test && world.options().test == 0) continue;
    if (split == Split::train && world.options().test == 1) continue;
    for (const Task task : kAllTasks)
      for (std::size_t i = 0; i < each; ++i) {
        base::Rng rng((world.options().seed * 2 + static_cast<std::uint64_t>(split)) * 1'000'003 +
                      static_cast<std::uint64_t>(task) * 100'000'007 + i);
        Shape shape;
        shape.entities = shape.wordings = split;
        const Example example = maker.make(task, shape, rng);
        Json parts = Json::array();
        for (const Part& part : example.parts)
          parts.push(Json::object({{"text", part.text}, {"weight", part.weight}}));
        out += Json::object({{"task", to_string(example.task)},
                             {"split", to_string(split)},
                             {"question", example.question},
                             {"answer", example.answer},
                             {"parts", std::move(parts)}})
                   .dump() +
               "\n";
      }
  }
  return out;
}

}  // namespace

std::vector<File> files_of(const World& world, const ExportOptions& options) {
  std::vector<File> files = documents(world);
  files.push_back({"sources.jsonl", sources(world)});
  files.push_back({"questions.jsonl", questions(world, options)});
  files.push_back({"facts.jsonl", facts(world, options)});
  files.push_back({"log.jsonl", log(world)});
  files.push_back({"truth.jsonl", truth(world)});
  if (options.examples > 0) files.push_back({"examples.jsonl", examples(world, options.examples)});
  return files;
}

}  // namespace genkai::lab::world
