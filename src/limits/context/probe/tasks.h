#pragma once
// What the probe of context asks: texts of a wanted length with facts at a wanted depth, drawn by a seed, so
// that no model has read them, and a question whose answer is known.
//
//   const Item item = make_item({Task::needle, 2000, 0.5, 0}, text::Language::english, seed);
//   item.lines[item.evidence.front()]                 // "Mirena Solbeck was born in Tarvik.", in the middle
//   is_right(item, "Tarvik")                          // true
//   ask_of(item, Form::chat)                          // for model::asking::ask_all

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/asking/ask.h"
#include "text/text.h"

namespace genkai::limits::context::probe {

enum class Task {
  needle,       // one fact among sentences of other kinds
  needles,      // three facts about one subject, all of which are asked for
  key_value,    // one of as many pairs as fit
  tracking,     // a variable that was set to another that was set to another, beside a second chain
  counting,     // how many do something; which is the most common (every other item)
  hops,         // a fact about what another fact names
  distractors,  // a question where others of the same name, and other facts of the subject, stand around
};
constexpr std::size_t kTasks = 7;
/// As options, files and JSON write it: "needle", "key_value".
std::string_view task_name(Task task);
std::optional<Task> task_named(std::string_view name);
/// Its evidence stands in one place, which can be chosen. That of the others is spread over the text.
bool has_depth(Task task);

/// Which item: the same place, language and seed give the same item.
struct Place {
  Task task = Task::needle;
  std::size_t tokens = 1000;  // of the text, estimated (text::estimate_tokens of each line)
  double depth = 0;           // 0: the text begins with the evidence, 1: it ends with it; if has_depth
  std::size_t number = 0;
};

struct Item {
  Place place;
  text::Language language = text::Language::english;
  std::vector<std::string> lines;     // the text
  std::vector<std::size_t> evidence;  // places of the lines that the answer rests on, ascending
  std::string question;
  std::vector<std::string> answers;  // the reply has to hold each
  std::size_t tokens = 0;            // that the text has
};
Item make_item(const Place& place, text::Language language, std::uint64_t seed);

enum class Form {
  chat,       // instructions, the text between lines that hold a key, the question; the answer as JSON
  completes,  // for a model that only completes: model/native/completion_form.h
};
/// The reply holds each answer and little else; where the answer is a number, no other number. Of a model
/// that only completes the first line counts.
bool is_right(const Item& item, std::string_view reply, Form form);

/// `blind`: the question without the text. key.part is the task's name, or "blind"; key.id the place.
model::asking::Ask ask_of(const Item& item, Form form, bool blind = false);

}  // namespace genkai::limits::context::probe
