#include "app/print.h"

#include <cstdio>

namespace genkai::app {
namespace {

using core::Answer;
using core::Citation;
using core::Outcome;
using core::Reason;
using text::Language;

constexpr double kWorthShowing = 0.3;  // a rejected quote less probable than this tells people nothing

constexpr const char* kBold = "1";
constexpr const char* kGreen = "32";
constexpr const char* kYellow = "33";
constexpr const char* kFaint = "2";

std::string paint(const PrintStyle& style, const char* code, const std::string& text) {
  return style.colour ? std::string("\033[") + code + "m" + text + "\033[0m" : text;
}

std::string percent(double share) {
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, "%.0f %%", share * 100);
  return buffer;
}

std::string place(const Citation& citation, Language language) {
  const bool japanese = language == Language::japanese;
  std::string out = printable(citation.document.id);
  if (!citation.heading.empty()) out += " › " + printable(citation.heading);
  if (citation.page > 0)
    out += japanese ? "、" + std::to_string(citation.page) + "ページ"
                    : ", page " + std::to_string(citation.page);
  else if (citation.line > 0)
    out +=
        japanese ? "、" + std::to_string(citation.line) + "行目" : ", line " + std::to_string(citation.line);
  if (!citation.document.date.empty()) out += " (" + printable(citation.document.date) + ")";
  return out;
}

// The places of an answer, the first few by name; with their words where the answer has others.
std::string place_lines(const std::vector<Citation>& citations, const PrintStyle& style, bool words = false) {
  constexpr std::size_t kNamed = 3;
  std::string out;
  for (std::size_t i = 0; i < citations.size() && i < kNamed; ++i) {
    if (words)
      out += style.language == Language::japanese ? "     「" + printable(citations[i].quote) + "」\n"
                                                  : "     \"" + printable(citations[i].quote) + "\"\n";
    out += "     " + paint(style, kFaint, place(citations[i], style.language)) + "\n";
  }
  if (citations.size() > kNamed) {
    const std::string more = std::to_string(citations.size() - kNamed);
    out += "     " +
           paint(style, kFaint,
                 style.language == Language::japanese ? "ほか" + more + "か所"
                                                      : "and " + more + " more places") +
           "\n";
  }
  return out;
}

// Who bears the answer out, and how many of all may be planted; nothing for one, whose place is named
// above, or where it cannot be counted.
std::string planted_line(const base::Json& numbers, Language language) {
  const auto planted = static_cast<long>(numbers.number("modified"));
  const auto witnesses = static_cast<long>(numbers.number("witnesses"));
  if (witnesses < 2) return {};
  if (language == Language::japanese)
    return "裏付け: 独立した記述" + std::to_string(witnesses) + "件。" +
           (planted == 0 ? "そのうち1件が偽物なら、別の答えだったかもしれない"
                         : "見つかった記述のうち" + std::to_string(planted) +
                               "件までが偽物でも、それなしで別の答えにはならなかった");
  return "witnesses: " + std::to_string(witnesses) + " independent passages bear it out; " +
         (planted == 0
              ? "were one planted, another answer might have been given without it"
              : "up to " + std::to_string(planted) +
                    " of those found may be planted, and no other would have been given without them");
}

std::string certificate_line(const core::Certificate& certificate, Language language) {
  const base::Json& numbers = certificate.numbers;
  if (certificate.kind == "poisoning") return planted_line(numbers, language);
  if (certificate.kind != "risk") return certificate.statement;
  const auto whole = [&](const char* name) {
    return std::to_string(static_cast<long>(numbers.number(name)));
  };
  const std::string risk = percent(numbers.number("risk")), set = numbers.string("calibration_set"),
                    confidence = percent(1 - numbers.number("delta", 0.05));
  const bool synthetic = numbers.find("synthetic") && numbers.find("synthetic")->as_bool();
  if (language == Language::japanese)
    return "保証: 誤答率" + risk + "以下 (信頼度" + confidence + "。校正用の" + whole("answered") +
           "問中、誤り" + whole("errors") + "問: " + set + ")" +
           (synthetic ? " ※文書から機械的に作った質問による校正" : "");
  return "certificate: at most " + risk + " of such answers are wrong (" + confidence + " confidence; " +
         whole("errors") + " of " + whole("answered") + " were, among " + set + ")" +
         (synthetic ? "; synthetic: those questions were made from the documents by a program" : "");
}

// What a language model's answer rests on.
std::string basis_line(const core::AnswerItem& item, Language language) {
  if (language == Language::english) return printable(item.model) + ": " + core::basis_of(item);
  const std::string model = "言語モデル(" + printable(item.model) + "): ";
  switch (item.basis) {
    case core::Basis::calibrated:
      return model + (item.by_quote ? "校正済み。同じ答えが、単独で求められた確かさに届く記述にあります。"
                                    : "この知識ベースとモデルについて校正済み。");
    case core::Basis::executed:
      return model + "プログラムを制限付きで実行しました。";
    case core::Basis::agreement:
      return model + "下書き" + std::to_string(item.drafts) + "件中" + std::to_string(item.agreeing) +
             "件の一致による推定で、このモデルについて校正されたものではありません。";
    case core::Basis::none:
      return model + "検査していないため、確率はありません。";
  }
  return model;
}

std::string why(const Answer& answer, const PrintStyle& style) {
  return answer.message + " " + paint(style, kFaint, "[" + std::string(core::to_string(answer.reason)) + "]");
}

}  // namespace

std::string printable(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    if (byte == 0xC2 && next >= 0x80 && next <= 0x9F) {
      ++i;  // C1 controls, which some terminals obey too
    } else if (text[i] == '\n') {
      out += ' ';
    } else if (byte >= 0x20 && byte != 0x7F) {
      out += text[i];
    }
  }
  return out;
}

text::Language message_language(const std::string& wanted, const std::string& question) {
  if (wanted == "ja") return Language::japanese;
  if (wanted == "en") return Language::english;
  return text::detect_language(question) == Language::japanese ? Language::japanese : Language::english;
}

std::string render(const Answer& answer, const PrintStyle& style) {
  const bool japanese = style.language == Language::japanese;
  std::string out;
  if (style.question) out += paint(style, kBold, "Q  " + printable(answer.question)) + "\n";
  switch (answer.outcome) {
    case Outcome::answered:
      for (const auto& item : answer.answers) {
        out += paint(style, kGreen, "A  ") + printable(item.text);
        if (item.basis != core::Basis::none && item.basis != core::Basis::executed)
          out += "  " + paint(style, kBold, percent(item.probability));
        out += "\n";
        if (answer.answers.size() > 1 && item.interpretation != answer.question &&
            !item.interpretation.empty())
          out += "     " + paint(style, kFaint, printable(item.interpretation)) + "\n";
        out += place_lines(item.citations, style, !item.model.empty());
        if (!item.model.empty())
          out += "     " + paint(style, kFaint, basis_line(item, style.language)) + "\n";
      }
      if (!answer.message.empty()) out += "     " + paint(style, kFaint, printable(answer.message)) + "\n";
      for (const auto& certificate : answer.certificates)
        if (const std::string line = certificate_line(certificate, style.language); !line.empty())
          out += "     " + paint(style, kFaint, line) + "\n";
      break;
    case Outcome::needs_clarification:
      out += paint(style, kYellow, "?  ") + why(answer, style) + "\n";
      break;
    case Outcome::abstained:
      out += paint(style, kYellow, "—  ") + why(answer, style) + "\n";
      for (const auto& conflict : answer.conflicts)
        for (const auto& side : conflict.sides) {
          if (side.citations.empty()) continue;
          out += "   " + paint(style, kBold, printable(side.value)) + (japanese ? "：" : ": ") +
                 printable(side.citations.front().quote) + "\n";
          out += place_lines(side.citations, style);
        }
      if (answer.conflicts.empty() && answer.reason != Reason::insufficient_evidence)
        for (const auto& item : answer.rejected) {
          if (item.probability < kWorthShowing) continue;
          out += "   " + std::string(japanese ? "最も近い箇所 " : "closest ") + "(" +
                 percent(item.probability) + "): " + printable(item.text) + "\n";
          out += place_lines(item.citations, style);
        }
      break;
  }
  return out;
}

std::string render(const core::Trace& trace, const PrintStyle& style) {
  std::string out;
  char buffer[96];
  for (const auto& stage : trace.stages()) {
    std::snprintf(buffer, sizeof buffer, "   %-10s %8.2f ms  %5zu -> %-5zu", stage.name.c_str(),
                  stage.milliseconds, stage.saw, stage.kept);
    out += paint(style, kBold, buffer) + "\n";
    for (const auto& [what, text] : stage.notes)
      out += "              " + what + ": " + printable(text) + "\n";
  }
  return out;
}

}  // namespace genkai::app
