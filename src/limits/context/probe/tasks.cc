#include "limits/context/probe/tasks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/hash.h"
#include "limits/context/probe/wording.h"
#include "model/asking/answer_key.h"
#include "model/native/completion_form.h"
#include "text/utf8.h"

namespace genkai::limits::context::probe {
namespace {

using base::Json;
using model::asking::Ask;

constexpr std::array<std::string_view, kTasks> kNames{"needle",   "needles", "key_value",  "tracking",
                                                      "counting", "hops",    "distractors"};
constexpr std::size_t kHouses = 3, kChain = 4;
constexpr std::size_t kMostSpare = 80;  // code points that a reply may hold beside its answers

// An item under construction.
class Maker {
 public:
  Maker(const Place& place, text::Language language, std::uint64_t seed)
      : rng_(base::hash64(std::string(task_name(place.task)) + "/" + std::to_string(place.tokens) + "/" +
                              std::to_string(place.depth) + "/" + std::to_string(place.number),
                          seed)),
        names_(language, base::Rng(rng_())),
        words_(wording_of(language)) {
    item_.place = place;
    item_.language = language;
  }

  Item make() {
    switch (item_.place.task) {
      case Task::needle:
        needle();
        break;
      case Task::needles:
        needles();
        break;
      case Task::key_value:
        key_value();
        break;
      case Task::tracking:
        tracking();
        break;
      case Task::counting:
        counting();
        break;
      case Task::hops:
        hops();
        break;
      case Task::distractors:
        distractors();
        break;
    }
    compose();
    return std::move(item_);
  }

 private:
  void needle();
  void needles();
  void key_value();
  void tracking();
  void counting();
  void hops();
  void distractors();

  std::string number(std::uint64_t low, std::uint64_t high) {
    return std::to_string(low + rng_.below(high - low + 1));
  }
  std::string code() { return number(10'000, 99'999); }
  /// A line that the answer rests on, and one that only surrounds it.
  void fact(std::string line) { add(facts_, std::move(line)); }
  void other(std::string line) { add(others_, std::move(line)); }
  void add(std::vector<std::string>& where, std::string line) {
    item_.tokens += text::estimate_tokens(line);
    where.push_back(std::move(line));
  }
  bool full() const { return item_.tokens >= item_.place.tokens; }
  /// Statements of kinds that no question of this probe is about; of birthplaces only where told.
  void surround(bool birthplaces, bool occupations = true);
  void compose();

  base::Rng rng_;
  Names names_;
  const Wording& words_;
  Item item_;
  std::vector<std::string> facts_, others_;
};

void Maker::surround(bool birthplaces, bool occupations) {
  while (!full()) {
    switch (rng_.below(birthplaces ? 8 : 7)) {
      case 0:
        if (occupations)
          other(filled(words_.occupation, names_.person(), words_.occupations[rng_.below(kOccupations)]));
        break;
      case 1:
        other(filled(words_.employer, names_.person(), names_.company()));
        break;
      case 2:
        other(filled(words_.author, names_.book(), names_.person()));
        break;
      case 3:
        other(filled(words_.founded, names_.company(), number(1850, 1999)));
        break;
      case 4:
        other(filled(words_.inhabitants, names_.town(), number(200, 90'000)));
        break;
      case 5:
        other(filled(words_.published, names_.book(), number(1850, 1999)));
        break;
      case 6:
        other(filled(words_.office, names_.company(), names_.town()));
        break;
      default:
        other(filled(words_.birthplace, names_.person(), names_.town()));
        break;
    }
  }
}

void Maker::needle() {
  const std::string who = names_.person(), where = names_.town();
  fact(filled(words_.birthplace, who, where));
  item_.question = filled(words_.ask_birthplace, who);
  item_.answers = {where};
  surround(false);
}

void Maker::needles() {
  const std::string who = names_.person();
  for (std::size_t i = 0; i < kHouses; ++i) {
    item_.answers.push_back(names_.town());
    fact(filled(words_.house, who, item_.answers.back()));
  }
  item_.question = filled(words_.ask_houses, who);
  surround(true);
}

void Maker::key_value() {
  const std::string key = names_.word(), value = code();
  fact(filled(words_.code, key, value));
  item_.question = filled(words_.ask_code, key);
  item_.answers = {value};
  while (!full()) {
    std::string line = filled(words_.code, names_.word(), code());
    if (line.find(value) == std::string::npos) other(std::move(line));
  }
}

void Maker::tracking() {
  const std::string value = code();
  std::string wrong = code();
  while (wrong == value) wrong = code();
  for (const bool asked : {true, false}) {
    std::string variable = names_.word();
    std::string line = filled(words_.set_to, variable, asked ? value : wrong);
    for (std::size_t i = 0; i < kChain; ++i) {
      asked ? fact(std::move(line)) : other(std::move(line));
      if (i + 1 == kChain) break;
      const std::string next = names_.word();
      line = filled(words_.copied, next, variable);
      variable = next;
    }
    if (asked) item_.question = filled(words_.ask_variable, variable);
  }
  item_.answers = {value};
  surround(true);
}

void Maker::counting() {
  std::array<std::size_t, kOccupations> counts{}, order{};
  for (std::size_t i = 0; i < kOccupations; ++i) order[i] = i;
  rng_.shuffle(order);
  const std::size_t asked = order[0];
  const bool most_common = item_.place.number % 2 == 1;
  counts[asked] = most_common ? 6 : 2 + rng_.below(8);
  for (std::size_t i = 1; i < 5; ++i) counts[order[i]] = 1 + rng_.below(most_common ? 4 : 8);
  for (std::size_t i = 0; i < kOccupations; ++i)
    for (std::size_t n = 0; n < counts[i]; ++n) {
      std::string line = filled(words_.occupation, names_.person(), words_.occupations[i]);
      i == asked || most_common ? fact(std::move(line)) : other(std::move(line));
    }
  item_.question = most_common ? std::string(words_.ask_most_common)
                               : filled(words_.ask_occupation_count, {}, words_.occupations[asked]);
  item_.answers = {most_common ? std::string(words_.occupations[asked]) : std::to_string(counts[asked])};
  surround(true, false);
}

void Maker::hops() {
  const std::string book = names_.book(), author = names_.person(), where = names_.town();
  fact(filled(words_.author, book, author));
  fact(filled(words_.birthplace, author, where));
  item_.question = filled(words_.ask_author_birthplace, book);
  item_.answers = {where};
  surround(true);
}

void Maker::distractors() {
  const std::string who = names_.person(), where = names_.town();
  fact(filled(words_.birthplace, who, where));
  item_.question = filled(words_.ask_birthplace, who);
  item_.answers = {where};
  // Other facts of the subject with values of the same kind, then its namesakes, one in two of their facts of
  // the kind that is asked about.
  other(filled(words_.home, who, names_.town()));
  other(filled(words_.house, who, names_.town()));
  while (!full()) {
    const std::string also = names_.namesake(who);
    other(filled(rng_.below(2) == 0 ? words_.birthplace : words_.home, also, names_.town()));
  }
}

// Evidence at its depth, or anywhere in the order in which it was made; the rest shuffled around it.
void Maker::compose() {
  rng_.shuffle(others_);
  const std::size_t all = facts_.size() + others_.size();
  std::vector<std::size_t> places;
  if (has_depth(item_.place.task)) {
    places = {static_cast<std::size_t>(
        std::llround(std::clamp(item_.place.depth, 0.0, 1.0) * static_cast<double>(others_.size())))};
  } else {
    std::vector<std::size_t> any(all);
    for (std::size_t i = 0; i < all; ++i) any[i] = i;
    rng_.shuffle(any);
    places.assign(any.begin(), any.begin() + static_cast<std::ptrdiff_t>(facts_.size()));
    std::sort(places.begin(), places.end());
  }
  item_.lines.reserve(all);
  std::size_t fact = 0, other = 0;
  while (item_.lines.size() < all)
    item_.lines.push_back(fact < places.size() && places[fact] == item_.lines.size()
                              ? std::move(facts_[fact++])
                              : std::move(others_[other++]));
  item_.evidence = std::move(places);
}

std::string id_of(const Place& place) {
  return std::to_string(place.tokens) + "/" + std::to_string(std::lround(100 * place.depth)) + "/" +
         std::to_string(place.number);
}

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), text::is_ascii_digit);
}

// Runs of digits, commas between digits left out.
std::vector<std::string> numbers_in(std::string_view raw) {
  const std::string text = text::normalise(raw);
  std::vector<std::string> out;
  bool open = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text::is_ascii_digit(text[i]);
    const bool joins = text[i] == ',' && open && i + 1 < text.size() && text::is_ascii_digit(text[i + 1]);
    if (digit && !open) out.emplace_back();
    if (digit) out.back() += text[i];
    open = digit || joins;
  }
  return out;
}

}  // namespace

std::string_view task_name(Task task) {
  return kNames[static_cast<std::size_t>(task)];
}

std::optional<Task> task_named(std::string_view name) {
  for (std::size_t i = 0; i < kTasks; ++i)
    if (kNames[i] == name) return static_cast<Task>(i);
  return {};
}

bool has_depth(Task task) {
  return task == Task::needle || task == Task::key_value || task == Task::distractors;
}

Item make_item(const Place& place, text::Language language, std::uint64_t seed) {
  return Maker(place, language, seed).make();
}

bool is_right(const Item& item, std::string_view raw, Form form) {
  if (form == Form::completes) {
    raw.remove_prefix(std::min(raw.find_first_not_of(" \t\r\n"), raw.size()));
    raw = raw.substr(0, raw.find('\n'));
  }
  const std::string reply = model::asking::read_short_reply(raw).answer;
  std::size_t room = kMostSpare;
  for (const std::string& answer : item.answers) {
    room += text::count_code_points(answer);
    if (is_number(answer)) {
      const auto numbers = numbers_in(reply);
      if (!numbers.empty())
        return std::all_of(numbers.begin(), numbers.end(), [&](const auto& one) { return one == answer; });
    }
    if (!model::asking::AnswerKey({answer}).matches(reply)) return false;
  }
  return text::count_code_points(reply) <= room;
}

Ask ask_of(const Item& item, Form form, bool blind) {
  Ask ask;
  ask.key = {blind ? "blind" : std::string(task_name(item.place.task)),
             (blind ? std::string(task_name(item.place.task)) + "/" : std::string()) + id_of(item.place), 0};
  if (form == Form::completes) {
    ask.messages = {{.content = model::native::completion_form(
                         blind ? std::vector<std::string>() : item.lines, item.question)}};
    ask.reply_tokens = 8;
    return ask;
  }
  const Wording& words = wording_of(item.language);
  std::string content;
  if (blind) {
    content = std::string(words.blind_instructions) + "\n\n";
  } else {
    std::string text;
    for (const std::string& line : item.lines) text += line + "\n";
    const std::string key = base::content_hash(text).substr(0, 16);
    const std::size_t at = words.instructions.find("{K}");
    content = std::string(words.instructions.substr(0, at)) + key +
              std::string(words.instructions.substr(at + 3)) + "\n\n" + key + "\n" + text + key + "\n\n";
  }
  ask.messages = {{.content = content + std::string(words.question) + item.question}};
  ask.schema = Json::object({{"type", "object"},
                             {"properties", Json::object({{"answer", Json::object({{"type", "string"}})}})},
                             {"required", Json::array({"answer"})},
                             {"additionalProperties", false}});
  return ask;
}

}  // namespace genkai::limits::context::probe
