// Examples that need no world: what is asked follows from the text itself.

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <iterator>
#include <utility>

#include "lab/world/examples.h"

namespace genkai::lab::world {
namespace {

constexpr std::string_view kProperties[] = {"Sparrow", "Bird",  "Warm",   "Quiet", "Bright",  "Heavy",
                                            "Shy",     "Round", "Smooth", "Tame",  "Striped", "Brave"};
constexpr std::string_view kIndividuals[] = {"Pip", "Tam", "Ola", "Rex", "Mia", "Ned"};

Example worked(Task task, std::string premises, std::string question, std::string steps, std::string answer) {
  Example example;
  example.task = task;
  if (!premises.empty()) example.add(premises + "\n", 0);
  example.add("Question: " + question + "\n", 0);
  if (!steps.empty()) example.add(steps, 1);
  example.add("Answer:", steps.empty() ? 0 : 1);
  example.add(" " + answer, 1);
  example.question = std::move(question);
  example.answer = std::move(answer);
  return example;
}

Example arithmetic(std::size_t steps, bool japanese, base::Rng& rng) {
  std::int64_t value = 2 + static_cast<std::int64_t>(rng.below(20));
  std::string expression = std::to_string(value), chain;
  for (std::size_t i = 0; i < steps; ++i) {
    const std::int64_t operand = 2 + static_cast<std::int64_t>(rng.below(value > 200 ? 80 : 9));
    const char sign = value > 200 ? '-' : "+-*"[rng.below(3)];
    const std::int64_t result = sign == '+'   ? value + operand
                                : sign == '-' ? value - operand
                                              : value * operand;
    const std::string step = " " + std::string(1, sign) + " " + std::to_string(operand);
    chain += std::to_string(value) + step + " = " + std::to_string(result) + "\n";
    expression = (i > 0 ? "(" + expression + ")" : expression) + step;
    value = result;
  }
  return worked(Task::arithmetic, "",
                japanese ? expression + " はいくつですか？" : "What is " + expression + "?", std::move(chain),
                std::to_string(value));
}

// A chain of rules from a stated property to the one that is asked about, whole or with one rule missing,
// among rules that lead elsewhere.
Example rules(std::size_t steps, bool japanese, base::Rng& rng) {
  std::vector<std::string> properties(std::begin(kProperties), std::end(kProperties));
  rng.shuffle(properties);
  const std::size_t length = std::clamp<std::size_t>(steps, 1, properties.size() - 3);
  const std::string who(kIndividuals[rng.below(std::size(kIndividuals))]);
  const bool broken = rng.below(3) == 0;
  const bool holds = rng.below(2) == 0;  // whether the last property follows or its opposite
  const bool asked = rng.below(2) == 0;
  const std::size_t missing = rng.below(length);
  const auto truth = [](bool value) { return std::string(value ? "True" : "False"); };
  std::vector<std::string> written;
  for (std::size_t i = 0; i < length; ++i)
    if (!broken || i != missing)
      written.push_back(properties[i] + "($x, True) >>> " + properties[i + 1] + "($x, " +
                        truth(i + 1 < length || holds) + ")");
  written.push_back(properties[length + 1] + "($x, True) >>> " + properties[length + 2] + "($x, True)");
  rng.shuffle(written);
  std::string program = "Facts:\n" + properties[0] + "(" + who + ", True)\nRules:\n";
  for (const std::string& rule : written) program += rule + "\n";
  const std::string query = properties[length] + "(" + who + ", " + truth(asked) + ")";
  program += "Query:\n" + query;
  return worked(Task::rules, std::move(program),
                japanese ? query + " は正しいですか？" : "Is " + query + " true?", "",
                broken ? std::string(kUnknown) : truth(holds == asked));
}

Example program(bool japanese, base::Rng& rng) {
  const auto small = [&](std::uint64_t from, std::uint64_t below) {
    return static_cast<std::int64_t>(from + rng.below(below));
  };
  std::int64_t x = small(1, 9);
  const std::int64_t n = small(2, 4), step = small(2, 5);
  std::string code = "x = " + std::to_string(x) + "\n";
  const std::string by = std::to_string(step);
  switch (rng.below(3)) {
    case 0:
      code += "for i in range(" + std::to_string(n) + "):\n    x = x + " + by + "\n";
      x += n * step;
      break;
    case 1: {
      const std::int64_t limit = x + small(3, 20);
      code += "while x < " + std::to_string(limit) + ":\n    x = x + " + by + "\n";
      while (x < limit) x += step;
      break;
    }
    default:
      code += "if x % 2 == 0:\n    x = x * " + by + "\nelse:\n    x = x - " + by + "\n";
      x = x % 2 == 0 ? x * step : x - step;
  }
  code += "print(x)";
  return worked(Task::program, std::move(code),
                japanese ? "このプログラムは何を表示しますか？" : "What does this program print?", "",
                std::to_string(x));
}

}  // namespace

Example derived(Task task, const Shape& shape, text::Language language, base::Rng& rng) {
  const bool japanese = language == text::Language::japanese;
  const std::size_t steps = 1 + shape.length / 3;
  if (task == Task::arithmetic) return arithmetic(steps, japanese, rng);
  if (task == Task::rules) return rules(steps, japanese, rng);
  assert(task == Task::program);
  return program(japanese, rng);
}

}  // namespace genkai::lab::world
