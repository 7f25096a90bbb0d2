#include "app/asking_cost.h"

#include <CLI/CLI.hpp>

#include <cstdio>

namespace genkai::app {
namespace {

std::string n(std::uint64_t value) {
  return std::to_string(value);
}

// Empty where it costs nothing.
std::string cost(std::string_view words, double money) {
  if (money <= 0) return {};
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%.4f", money);
  return std::string(words) + buffer;
}

}  // namespace

double CallPrices::of(std::uint64_t prompt_tokens, std::uint64_t completion_tokens) const {
  return (static_cast<double>(prompt_tokens) * in + static_cast<double>(completion_tokens) * out) / 1e6;
}

void add_price_options(CLI::App& verb, CallPrices& prices) {
  verb.add_option("--price-in", prices.in, "Of a million tokens that are sent, to show the cost")
      ->check(CLI::NonNegativeNumber);
  verb.add_option("--price-out", prices.out, "Of a million tokens that are received")
      ->check(CLI::NonNegativeNumber);
}

void price(model::Usage& usage, const CallPrices& prices) {
  if (usage.money == 0) usage.money = prices.of(usage.prompt_tokens, usage.completion_tokens);
}

std::string estimate_in_words(const model::asking::Estimate& before, const CallPrices& prices,
                              std::string_view known, text::Language language) {
  const double money = prices.of(before.prompt_tokens, before.completion_tokens);
  if (language == text::Language::japanese)
    return "これから" + n(before.calls) + "回呼び出します (記録済み" + n(before.known) +
           "件。見積もり: 入力約" + n(before.prompt_tokens) + "・出力約" + n(before.completion_tokens) +
           "トークン" + cost("、費用約", money) + ")。";
  return n(before.calls) + " calls to make, " + n(before.known) + " " + std::string(known) + "; about " +
         n(before.prompt_tokens) + " tokens in, " + n(before.completion_tokens) + " out" +
         cost(", cost about ", money) + ".";
}

std::string asked_in_words(std::size_t replies, const model::asking::Asked& asked, std::uint64_t seed,
                           text::Language language) {
  const model::Usage& used = asked.usage;
  if (language == text::Language::japanese)
    return "返答" + n(replies) + "件 (今回の呼び出し" + n(asked.calls) + "回、入力" + n(used.prompt_tokens) +
           "・出力" + n(used.completion_tokens) + "トークン" + cost("、費用", used.money) + ")。シード" +
           n(seed) + "、区間は95 %。" +
           (asked.failed > 0 ? n(asked.failed) + "件は返答がなく除きました。" : "");
  return n(replies) + " replies (" + n(asked.calls) + " calls now, " + n(used.prompt_tokens) +
         " tokens in, " + n(used.completion_tokens) + " out" + cost(", cost ", used.money) + "). Seed " +
         n(seed) + "; intervals of 95 %." +
         (asked.failed > 0 ? " " + n(asked.failed) + " got no reply and are left out." : "");
}

}  // namespace genkai::app
