#include "limits/reasoning/chains/chain.h"

#include <algorithm>

#include "text/text.h"

namespace genkai::limits::reasoning::chains {

constexpr std::size_t kMostLine = 2000;

std::string_view to_string(Finding finding) {
  switch (finding) {
    case Finding::confirmed:
      return "confirmed";
    case Finding::refuted:
      return "refuted";
    case Finding::undetermined:
      break;
  }
  return "undetermined";
}

Revised revised(std::string answer, double probability, const SecondThought& again,
                const std::optional<Outside>& outside) {
  const double agreeing = static_cast<double>(again.agreeing),
               differing = static_cast<double>(again.differing);
  Revised out{std::move(answer), probability * ((agreeing + 1) / (agreeing + differing + 1))};
  if (!outside || outside->finding == Finding::undetermined) return out;
  const double own = std::clamp(outside->probability, 0.0, 1.0);
  if (outside->finding == Finding::confirmed) {
    out.probability = std::max(probability, own);
  } else if (outside->answer.empty()) {
    out.probability = std::min(out.probability, 1 - own);
  } else {
    out.answer = outside->answer;
    out.probability = own;
    out.overturned = true;
  }
  return out;
}

void add(core::Cost& cost, const model::Completion& completion) {
  cost.model_drafts += completion.samples.size();
  cost.prompt_tokens += completion.usage.prompt_tokens;
  cost.completion_tokens += completion.usage.completion_tokens;
  cost.money += completion.usage.money;
}

base::Task<base::Result<model::Completion>> ask(model::LanguageModel& model, model::ChatRequest request,
                                                core::Cost& cost) {
  auto completion = co_await model.complete(std::move(request));
  if (completion) add(cost, *completion);
  co_return completion;
}

std::string first_line(std::string_view text) {
  if (const std::size_t thought = text.rfind("</think>"); thought != text.npos)
    text.remove_prefix(thought + 8);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
    const auto trim = [&] {
      while (!line.empty() && blank(line.front())) line.remove_prefix(1);
      while (!line.empty() && blank(line.back())) line.remove_suffix(1);
    };
    trim();
    if (line.starts_with("- ") || line.starts_with("* ")) line.remove_prefix(2);
    std::size_t digits = 0;
    while (digits < line.size() && line[digits] >= '0' && line[digits] <= '9') ++digits;
    if (digits > 0 && digits < 4 && line.substr(digits).starts_with(". ")) line.remove_prefix(digits + 2);
    trim();
    if (!line.empty()) return std::string(text::prefix(line, kMostLine));
  }
  return {};
}

}  // namespace genkai::limits::reasoning::chains
