#include "lab/world/examples.h"

#include <algorithm>
#include <utility>

#include "lab/world/wording.h"
#include "limits/retrieval/attack/attack.h"

namespace genkai::lab::world {
namespace {

namespace attack = limits::retrieval::attack;

std::size_t at(Split split) {
  return static_cast<std::size_t>(split);
}

template <class Item>
const Item& pick(const std::vector<Item>& items, base::Rng& rng) {
  return items[rng.below(items.size())];
}

std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '\n' || c == '\r' ? ' ' : c;
  return out;
}

// The question with its name, and the answer.
void ask_and_answer(Example& example, std::string question, std::string_view name, std::string answer,
                    float name_weight) {
  const std::size_t found = name.empty() ? std::string::npos : question.find(name);
  if (found == std::string::npos) {
    example.add("Question: " + question, 0);
  } else {
    example.add("Question: " + question.substr(0, found), 0);
    example.add(std::string(name), name_weight);
    if (found + name.size() < question.size()) example.add(question.substr(found + name.size()), 0);
  }
  example.add("\nAnswer:", 0);
  example.add(" " + answer, 1);
  example.question = std::move(question);
  example.answer = std::move(answer);
}

void read(Example& example, std::vector<std::string> passages, base::Rng& rng) {
  rng.shuffle(passages);
  for (std::string& passage : passages) example.add(std::move(passage) + "\n", 0);
}

}  // namespace

std::string_view to_string(Task task) {
  constexpr std::string_view kNames[kTasks] = {
      "statements", "closed_book", "in_context", "multi_hop", "reversed", "unanswerable", "as_of",
      "arithmetic", "rules",       "program",    "poisoned",  "repeated", "table",        "names"};
  return kNames[static_cast<std::size_t>(task)];
}

std::optional<Task> parse_task(std::string_view name) {
  for (const Task task : kAllTasks)
    if (to_string(task) == name) return task;
  return {};
}

Examples::Examples(const World& world) : world_(world) {
  for (FactId id = 0; id < world.facts().size(); ++id)
    alike_[at(world.split(id))][static_cast<std::size_t>(world.facts()[id].relation)].push_back(id);
  for (EntityId id = 0; id < world.entities().size(); ++id)
    entities_[at(world.entities()[id].split)].push_back(id);
  for (std::size_t i = 0; i < world.log().size(); ++i) {
    const Statement& said = world.log()[i];
    const Split split = world.split(said.fact);
    log_[at(split)].push_back(i);
    if (said.truth && world.facts()[said.fact].holds_in(kNow)) stated_[at(split)].push_back(said.fact);
  }
  for (const Split split : {Split::train, Split::test}) {
    plain_[at(split)] = plain_questions(world, split);
    hops_[at(split)] = hop_questions(world, split);
    backs_[at(split)] = back_questions(world, split);
    years_[at(split)] = year_questions(world, split);
  }
}

Asked Examples::draw_plain(Split split, base::Rng& rng) const {
  return pick(plain_[at(split)], rng);
}

Example Examples::statements(const Shape& shape, base::Rng& rng) const {
  Example example;
  const auto& log = log_[at(shape.entities)];
  for (std::size_t i = 0; i < shape.length && !log.empty(); ++i) {
    const Statement& said = world_.log()[pick(log, rng)];
    const Fact& fact = world_.facts()[said.fact];
    const std::size_t count = statement_wordings(world_.options().language, fact);
    example.add(state(world_, fact, draw_wording(count, shape.wordings, rng), said.value) +
                    (i + 1 < shape.length ? "\n" : ""),
                1);
  }
  return example;
}

Example Examples::closed_book(const Shape& shape, base::Rng& rng) const {
  const auto& stated = stated_[at(shape.entities)];
  if (stated.empty()) return in_context(Task::in_context, draw_plain(shape.entities, rng), shape, rng);
  const FactId id = pick(stated, rng);
  const Asked asked{Form::plain, {id}, world_.facts()[id].value, 0, 0};
  Example example;
  example.task = Task::closed_book;
  ask_and_answer(example, question_text(world_, asked, shape.wordings, rng),
                 world_.entities()[world_.facts()[id].subject].name, asked.answer,
                 static_cast<float>(shape.name_weight));
  return example;
}

std::vector<std::string> Examples::distractors(const Asked& asked, const std::vector<FactId>& support,
                                               std::size_t count, const Shape& shape, base::Rng& rng) const {
  std::vector<FactId> taken = support;
  std::vector<std::string> out;
  const auto& all = alike_[at(shape.entities)];
  for (std::size_t tries = 0; out.size() < count && tries < 20 * count; ++tries) {
    const Fact& about = world_.facts()[asked.support[rng.below(asked.support.size())]];
    FactId id;
    if (rng.uniform() < shape.hard) {
      id = pick(all[static_cast<std::size_t>(about.relation)], rng);
    } else {
      id = pick(plain_[at(shape.entities)], rng).support[0];
      if (rng.below(2) == 0) {  // of the same subject
        const auto relation = static_cast<Relation>(rng.below(kRelations));
        const auto own = world_.facts_of(about.subject, relation);
        if (!own.empty()) id = pick(own, rng);
      }
    }
    if (std::find(taken.begin(), taken.end(), id) != taken.end()) continue;
    taken.push_back(id);
    const Fact& fact = world_.facts()[id];
    out.push_back(
        state(world_, fact,
              draw_wording(statement_wordings(world_.options().language, fact), shape.wordings, rng)));
  }
  return out;
}

Example Examples::in_context(Task task, Asked asked, const Shape& shape, base::Rng& rng) const {
  Example example;
  example.task = task;
  const Fact& fact = world_.facts()[asked.support[0]];
  std::optional<std::string> other;
  if (task == Task::in_context && rng.uniform() < shape.counterfactual) {
    const auto& alike = alike_[at(shape.entities)][static_cast<std::size_t>(fact.relation)];
    other = world_.facts()[pick(alike, rng)].value;
    asked.answer = *other;
  }
  std::vector<std::string> passages = distractors(asked, asked.support, shape.distractors, shape, rng);
  for (const FactId id : asked.support) {
    const Fact& known = world_.facts()[id];
    const std::size_t count = statement_wordings(world_.options().language, known);
    // The first wording of each list names the subject before the value.
    const std::size_t wording = asked.form == Form::back ? 0 : draw_wording(count, shape.wordings, rng);
    passages.push_back(state(world_, known, wording, other));
  }
  read(example, std::move(passages), rng);
  const std::string& name = asked.form == Form::back ? fact.value : world_.entities()[fact.subject].name;
  ask_and_answer(example, question_text(world_, asked, shape.wordings, rng), name, asked.answer,
                 static_cast<float>(shape.name_weight));
  return example;
}

Example Examples::unanswerable(const Shape& shape, base::Rng& rng) const {
  const Asked asked = draw_plain(shape.entities, rng);
  Example example;
  example.task = Task::unanswerable;
  read(example, distractors(asked, asked.support, shape.distractors + 1, shape, rng), rng);
  ask_and_answer(example, question_text(world_, asked, shape.wordings, rng),
                 world_.entities()[world_.facts()[asked.support[0]].subject].name, std::string(kUnknown),
                 static_cast<float>(shape.name_weight));
  return example;
}

Example Examples::poisoned(const Shape& shape, base::Rng& rng) const {
  const Asked asked = draw_plain(shape.entities, rng);
  const Fact& fact = world_.facts()[asked.support[0]];
  const std::string question = question_text(world_, asked, shape.wordings, rng);
  std::vector<std::string> passages = distractors(asked, asked.support, shape.distractors, shape, rng);
  passages.push_back(state(
      world_, fact, draw_wording(statement_wordings(world_.options().language, fact), shape.wordings, rng)));
  attack::Target target{question, {asked.answer}, world_.false_value(asked.support[0]), {}, {}};
  attack::CraftOptions options;
  options.form = attack::kForms[rng.below(attack::kForms.size())];
  options.copies = options.form == attack::Form::flood ? 1 : 1 + rng.below(2);
  options.seed = rng();
  options.today = std::to_string(kNow) + "-01-01";
  for (const auto& document : attack::craft(target, options)) {
    std::string text;
    for (const auto& block : document.blocks) text += (text.empty() ? "" : " ") + one_line(block.text);
    passages.push_back(std::move(text));
  }
  Example example;
  example.task = Task::poisoned;
  read(example, std::move(passages), rng);
  ask_and_answer(example, question, world_.entities()[fact.subject].name, asked.answer,
                 static_cast<float>(shape.name_weight));
  return example;
}

Example Examples::scaffold(Task task, const Shape& shape, base::Rng& rng) const {
  Example example;
  example.task = task;
  std::vector<EntityId> order = entities_[at(shape.entities)];
  const std::size_t length = std::max<std::size_t>(1, std::min(shape.length, order.size() / 2));
  for (std::size_t i = 0; i < 2 * length; ++i) std::swap(order[i], order[i + rng.below(order.size() - i)]);
  const auto name = [&](std::size_t i) -> const std::string& { return world_.entities()[order[i]].name; };
  if (task == Task::repeated) {
    std::string segment;
    for (std::size_t i = 0; i < length; ++i) segment += (i > 0 ? ", " : "") + name(i);
    example.add(segment + "\n", 0);
    example.add(segment, 1);
    return example;
  }
  if (task == Task::names) {
    ask_and_answer(
        example,
        world_.japanese() ? "「" + name(0) + "」を写してください。" : "Copy the name " + name(0) + ".",
        name(0), name(0), static_cast<float>(shape.name_weight));
    return example;
  }
  for (std::size_t i = 0; i < length; ++i) example.add(name(i) + ": " + name(length + i) + "\n", 0);
  const std::size_t asked = rng.below(length);
  ask_and_answer(example, name(asked), name(asked), name(length + asked),
                 static_cast<float>(shape.name_weight));
  return example;
}

Example Examples::make(Task task, const Shape& shape, base::Rng& rng) const {
  const std::size_t split = at(shape.entities);
  switch (task) {
    case Task::statements:
      return statements(shape, rng);
    case Task::closed_book:
      return closed_book(shape, rng);
    case Task::unanswerable:
      return unanswerable(shape, rng);
    case Task::poisoned:
      return poisoned(shape, rng);
    case Task::repeated:
    case Task::table:
    case Task::names:
      return scaffold(task, shape, rng);
    case Task::arithmetic:
    case Task::rules:
    case Task::program:
      return derived(task, shape, world_.options().language, rng);
    case Task::in_context:
      break;
    case Task::multi_hop:
    case Task::reversed:
    case Task::as_of: {
      const auto& asked = task == Task::multi_hop  ? hops_[split]
                          : task == Task::reversed ? backs_[split]
                                                   : years_[split];
      if (!asked.empty()) return in_context(task, pick(asked, rng), shape, rng);
      break;
    }
  }
  return in_context(Task::in_context, draw_plain(shape.entities, rng), shape, rng);
}

}  // namespace genkai::lab::world
