#pragma once
// One text to train on or to ask, in parts, each with the weight of the loss on predicting it.
//
//   Example example;
//   example.add("Mirena Solbeck lives in Tarvik.\n", 0);
//   example.add("Question: Where does Mirena Solbeck live?\nAnswer:", 0);
//   example.add(" Tarvik", 1);                             // what follows it, </s>, has the last part's
//   weight example.text()                                         // the parts end to end, without <s> and
//   </s>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace genkai::lab::world {

enum class Split { train, test };
std::string_view to_string(Split split);

enum class Task {
  statements,    // passages of stated facts, nothing asked
  closed_book,   // a question without passages
  in_context,    // passages, one of which answers; the others say the same relation of other bearers
  multi_hop,     // two facts have to be joined
  reversed,      // stated from subject to value, asked from value to subject
  unanswerable,  // passages that do not answer: `unknown`
  as_of,         // which value held in a year
  arithmetic,    // steps in the notation that limits/reasoning/steps checks
  rules,         // a Horn program that logic/solve reads, and what follows from it
  program,       // what a short program prints
  poisoned,      // in_context with passages of an attacker
  repeated,      // scaffold: a segment of names, again
  table,         // scaffold: key and value pairs, and the value of one key
  names,         // scaffold: a name to be copied
};
constexpr std::size_t kTasks = 14;
constexpr std::array<Task, kTasks> kAllTasks{
    Task::statements,   Task::closed_book, Task::in_context, Task::multi_hop, Task::reversed,
    Task::unanswerable, Task::as_of,       Task::arithmetic, Task::rules,     Task::program,
    Task::poisoned,     Task::repeated,    Task::table,      Task::names};
std::string_view to_string(Task task);
std::optional<Task> parse_task(std::string_view name);

/// The answer to what cannot be answered.
constexpr std::string_view kUnknown = "unknown";

struct Part {
  std::string text;
  float weight = 1;  // of the loss on predicting this text; 0: it is only read
};

struct Example {
  std::vector<Part> parts;
  Task task = Task::statements;
  std::string question{};  // empty where nothing is asked
  std::string answer{};    // as it stands at the end
  void add(std::string text, float weight) { parts.push_back({std::move(text), weight}); }
  std::string text() const {
    std::string all;
    for (const Part& part : parts) all += part.text;
    return all;
  }
};

}  // namespace genkai::lab::world
