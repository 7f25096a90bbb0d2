#include "app/check_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/print.h"

namespace genkai::app {
namespace {

using base::Json;
using limits::reasoning::Change;
using limits::reasoning::Claim;
using limits::reasoning::Consistency;
using limits::reasoning::ConsistencyReport;

constexpr std::size_t kChangesShown = 20;

std::string verdict_line(const ConsistencyReport& report, bool japanese) {
  switch (report.verdict()) {
    case Consistency::consistent:
      return japanese ? "矛盾は見つからない" : "Nothing contradicts anything else, as far as the rules reach";
    case Consistency::inconsistent:
      return japanese ? "一緒には成り立たない" : "This does not hold together";
    case Consistency::undetermined:
      return japanese ? "時間か大きさの上限に達し、判定できない"
                      : "Undetermined: a bound of time or size was reached";
  }
  return {};
}

std::string certificate_lines(const ConsistencyReport& report, bool japanese, text::Language language) {
  const auto& sure = report.certificate;
  std::string out;
  const bool sentences = !report.claims.empty() && report.claims.front().sentence;
  if (sure.contradictory)
    out = japanese ? "規則どうしが矛盾している: 回答については何も言えない\n"
                   : "The rules contradict each other: nothing follows about the answers\n";
  else if (sure.at_least > 0)
    out = japanese ? fmt::format("証明: {}件の{}のうち少なくとも{}件は誤り{}\n", sure.of,
                                 sentences ? "文" : "回答", sure.at_least,
                                 sure.exact() ? "" : fmt::format(" ({}件の変更で足りる)", sure.at_most))
                   : fmt::format("Certificate: at least {} of these {} {} wrong{}\n", sure.at_least, sure.of,
                                 sentences ? (sure.at_least == 1 ? "sentences is" : "sentences are")
                                           : (sure.at_least == 1 ? "answers is" : "answers are"),
                                 sure.exact() ? "" : fmt::format(" ({} changes suffice)", sure.at_most));
  if (out.empty()) return out;
  for (const auto& line : report.assumptions(language))
    out += (japanese ? "  前提: " : "  if ") + line + "\n";
  return out;
}

std::string change_line(const ConsistencyReport& report, const Change& change, bool japanese,
                        text::Language language) {
  const Claim& claim = report.claims[change.claim];
  const std::string text = printable(claim.text);
  const std::string what = claim.sentence ? (japanese ? "取り下げる" : "take back")
                           : japanese
                               ? std::string(change.to ? "「いいえ」を「はい」に" : "「はい」を「いいえ」に")
                               : std::string(change.to ? "no to yes" : "yes to no");
  std::string out =
      japanese ? fmt::format("  [{}] {} … {} (費用 {:.2f})\n", printable(claim.id), text, what, change.cost)
               : fmt::format("  [{}] {}  {}  (cost {:.2f})\n", printable(claim.id), text, what, change.cost);
  return out + "      " + printable(in_words(change.chain, report.claims, report.network, language)) + "\n";
}

std::string repair_lines(const ConsistencyReport& report, bool japanese, text::Language language) {
  if (!report.repair.found || (report.changes.empty() && report.repair.broken.empty())) return {};
  const std::string bound = report.repair.optimal
                                ? fmt::format("{:.2f}", report.repair.upper)
                                : fmt::format("{:.2f} ({} {:.2f})", report.repair.upper,
                                              japanese ? "下限" : "at least", report.repair.lower);
  std::string out = japanese ? "費用の最も小さい直し方 (費用 " + bound + "):\n"
                             : "The least costly repair (cost " + bound + "):\n";
  std::size_t shown = 0;
  for (const Change& change : report.changes) {
    if (++shown > kChangesShown) break;
    out += change_line(report, change, japanese, language);
  }
  if (report.changes.size() > kChangesShown) {
    const auto more = report.changes.size() - kChangesShown;
    out += japanese ? fmt::format("  ほか{}件 (--json にすべて)\n", more)
                    : fmt::format("  and {} more (all with --json)\n", more);
  }
  if (!report.repair.broken.empty()) {
    out += japanese ? "次の規則は、ここでは例外とみなす:\n" : "These rules give way here:\n";
    for (std::size_t i = 0; i < std::min(report.repair.broken.size(), kChangesShown); ++i) {
      const auto& one = report.network.constraints[report.repair.broken[i]];
      out += "  " + printable(words_of(report.network.rule_of(one), language));
      for (const auto sign : one.literals)
        out += (japanese ? " · " : " · ") +
               printable(report.network.propositions[limits::reasoning::proposition_of(sign)].text);
      out += "\n";
    }
  }
  return out;
}

}  // namespace

bool CheckReport::inconsistent() const {
  return !documents.empty() || consistency.verdict() == Consistency::inconsistent;
}

Json CheckReport::to_json(text::Language language) const {
  Json out = consistency.to_json(language);
  if (!with_documents) return out;
  Json against = Json::array();
  for (const HeldAgainst& one : documents)
    for (const core::Conflict& conflict : one.conflicts) {
      Json entry = Json::object({{"id", consistency.claims[one.claim].id}});
      if (!conflict.sides.empty()) entry.set("says", conflict.sides.front().value);
      if (conflict.sides.size() > 1) {
        entry.set("document_says", conflict.sides[1].value);
        if (!conflict.sides[1].citations.empty()) {
          entry.set("document", conflict.sides[1].citations.front().document.id);
          entry.set("quote", conflict.sides[1].citations.front().quote);
        }
      }
      against.push(std::move(entry));
    }
  out.set("against_documents", std::move(against));
  return out;
}

std::string render(const CheckReport& report, text::Language language) {
  const bool japanese = language == text::Language::japanese;
  const ConsistencyReport& consistency = report.consistency;
  std::string out = verdict_line(consistency, japanese);
  out += japanese ? fmt::format(" ({}件、{}個の関係)\n", consistency.claims.size(),
                                consistency.network.constraints.size())
                  : fmt::format(" (claims: {}, relations between them: {})\n", consistency.claims.size(),
                                consistency.network.constraints.size());
  out += certificate_lines(consistency, japanese, language);
  out += repair_lines(consistency, japanese, language);
  for (const HeldAgainst& one : report.documents)
    for (const core::Conflict& conflict : one.conflicts) {
      if (conflict.sides.size() < 2) continue;
      const Claim& claim = consistency.claims[one.claim];
      const auto& other = conflict.sides[1];
      const std::string document =
          other.citations.empty() ? "" : printable(other.citations.front().document.id);
      out += japanese ? fmt::format("文書と合わない: [{}] {} … {} は {} と言う\n", printable(claim.id),
                                    printable(claim.text), document, printable(other.value))
                      : fmt::format("Against the documents: [{}] {}  {} says {}\n", printable(claim.id),
                                    printable(claim.text), document, printable(other.value));
      if (!other.citations.empty()) out += "      \"" + printable(other.citations.front().quote) + "\"\n";
    }
  return out;
}

}  // namespace genkai::app
