// The summary of `genkai score` as people read it, in English or Japanese.

#include <algorithm>
#include <cstdarg>
#include <cstdio>

#include "app/score_table.h"

namespace genkai::app {
namespace {

__attribute__((format(printf, 1, 2))) std::string format(const char* pattern, ...) {
  char buffer[512];
  va_list arguments;
  va_start(arguments, pattern);
  std::vsnprintf(buffer, sizeof buffer, pattern, arguments);
  va_end(arguments);
  return buffer;
}

std::string head(const ScoreSummary& s, bool japanese) {
  const double percent =
      s.judged > 0 ? 100.0 * static_cast<double>(s.right) / static_cast<double>(s.judged) : 0;
  std::string out = japanese ? format("%zu 行", s.lines) : format("%zu lines", s.lines);
  if (s.failed > 0)
    out += japanese ? format("（うち %zu 行は読めないか、採点できませんでした）", s.failed)
                    : format(", %zu of them could not be scored", s.failed);
  out += japanese ? "。" : ".";
  if (s.judged > 0)
    out += japanese ? format("正誤が分かるもの %zu 件、正答率 %.1f %%（95 %% 区間 %.1f〜%.1f）。", s.judged,
                             percent, 100 * s.base_rate.low, 100 * s.base_rate.high)
                    : format(" %zu known to be right or wrong: %.1f %% right (95 %%: %.1f to %.1f).",
                             s.judged, percent, 100 * s.base_rate.low, 100 * s.base_rate.high);
  if (s.abstained > 0)
    out +=
        japanese ? format("回答を控えたもの %zu 件。", s.abstained) : format(" %zu abstained.", s.abstained);
  out += "\n";
  if (s.judged_here > 0)
    out +=
        japanese
            ? format("%zu 件の正誤は、正解との組み込みの比較で判定しました。人の判定ではありません。\n",
                     s.judged_here)
            : format("%zu were judged by the built-in comparison with the right answers, not by a person.\n",
                     s.judged_here);
  if (s.judged == 0)
    out += japanese ? "正誤が分からないため、指標が正誤を見分けるかどうかは分かりません（\"correct\" か "
                      "\"answers\" が必要です）。\n"
                    : "Nothing says what is right (\"correct\" or \"answers\"), so how well a measure tells "
                      "is unknown.\n";
  return out;
}

std::string measure_rows(const ScoreSummary& s, bool japanese) {
  // Columns of two cells for each Japanese character, so the padding is written out.
  std::string out = format("\n%-27s       n %s  %s\n", "", japanese ? "        平均" : "        mean",
                           s.judged == 0 ? ""
                           : japanese    ? "AUROC (95 % 区間)    Brier (定数予測)"
                                         : "AUROC (95 %)         Brier (constant)");
  for (const MeasureSummary& one : s.measures) {
    const std::string name(one.measure->name);
    out += format("%-25s %s %7zu %12.4g", name.c_str(), one.measure->higher_is_certain ? "+" : "-", one.items,
                  one.mean);
    if (one.order.defined)
      out += format("  %.3f (%.3f-%.3f)", one.order.auroc, one.order.interval.low, one.order.interval.high);
    if (one.brier && one.order.defined) out += format("  %.3f (%.3f)", *one.brier, one.constant_brier);
    out += "\n";
  }
  if (s.judged > 0)
    out += format("%s %7zu %12s  0.500\n",
                  japanese ? "定数予測                   " : "a constant predictor       ", s.judged, "");
  out += japanese ? "+ は大きいほど確か、- は小さいほど確か。AUROC 0.5 は何も見分けないことを意味します。\n"
                  : "+ higher is more certain, - lower is. An AUROC of 0.5 tells nothing apart.\n";
  return out;
}

std::string selection_line(const ScoreSummary& s, bool japanese) {
  if (!s.selection) return {};
  const auto& one = *s.selection;
  return japanese
             ? format(
                   "\n%s が %g 以上のものだけ答える: %zu 件中 %zu 件に答え、%zu 件が誤り（誤り率の 95 %% "
                   "区間 "
                   "%.1f〜%.1f %%）。\n",
                   s.options.measure.c_str(), *s.options.threshold, one.of, one.answered, one.wrong,
                   100 * one.risk.low, 100 * one.risk.high)
             : format(
                   "\nAnswering from %s %g on: %zu of %zu answered, %zu of them wrong (95 %%: %.1f to %.1f "
                   "%%).\n",
                   s.options.measure.c_str(), *s.options.threshold, one.answered, one.of, one.wrong,
                   100 * one.risk.low, 100 * one.risk.high);
}

std::string policy_name(const HonestRow& row, const ScoreSummary& s, bool japanese) {
  if (row.policy == "always abstain") return japanese ? "いつも控える" : row.policy;
  if (row.policy == "answer everything") return japanese ? "すべて答える" : row.policy;
  return japanese ? format("%s > %g のとき答える", s.options.measure.c_str(), *s.options.penalty)
                  : format("answer where %s > %g", s.options.measure.c_str(), *s.options.penalty);
}

std::string honest_rows(const ScoreSummary& s, bool japanese) {
  if (s.honest.empty()) return {};
  const double cost = *s.options.penalty / (1 - *s.options.penalty);
  std::string out =
      japanese ? format("\n正直さに報いる採点（正答 1、控える 0、誤答 -%.3g）、1 問あたりの点:\n", cost)
               : format("\nHonest scoring (right 1, abstaining 0, wrong -%.3g), points a question:\n", cost);
  for (const HonestRow& row : s.honest) {
    const std::string name = policy_name(row, s, japanese);
    const bool nothing = row.policy == "always abstain";
    out += format("  %+.3f", row.score.mean);
    out += nothing ? std::string("                     ")
                   : format(" (%+.3f to %+.3f)", row.score.interval.low, row.score.interval.high);
    out += format("  %s: %zu / %zu\n", name.c_str(), row.score.answered, row.questions);
  }
  if (s.chosen_missing > 0)
    out += japanese ? format("%zu 件には %s がなく、控えたものとしました。\n", s.chosen_missing,
                             s.options.measure.c_str())
                    : format("%zu questions have no %s and count as not answered.\n", s.chosen_missing,
                             s.options.measure.c_str());
  return out;
}

}  // namespace

std::string ScoreSummary::text(text::Language language) const {
  const bool japanese = language == text::Language::japanese;
  if (lines == 0) return japanese ? "行がありません。\n" : "No lines.\n";
  return head(*this, japanese) + measure_rows(*this, japanese) + selection_line(*this, japanese) +
         honest_rows(*this, japanese);
}

}  // namespace genkai::app
