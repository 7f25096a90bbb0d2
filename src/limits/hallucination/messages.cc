#include "limits/hallucination/messages.h"

namespace genkai::limits::hallucination {
namespace {

std::string english(core::Reason reason, const std::string& detail) {
  using core::Reason;
  switch (reason) {
    case Reason::none:
      return "";
    case Reason::insufficient_evidence:
      return "The documents do not answer this.";
    case Reason::low_confidence:
      return "The documents may hold an answer, but the best passage is not sure enough for the wanted risk.";
    case Reason::conflicting_evidence:
      return "The documents contradict each other, and nothing tells which is right.";
    case Reason::suspected_poisoning:
      return "The passages found try to steer the answer (" + detail + "), so none of them is used.";
    case Reason::stale_evidence:
      return "Only an out-of-date document speaks of this (" + detail + ").";
    case Reason::ambiguous_question:
      return "What does \"" + detail + "\" mean here? Please name it in the question.";
    case Reason::model_unavailable:
      return "The language model (" + detail + ") does not answer, and no passage alone is sure enough.";
    case Reason::budget_exhausted:
      return "The budget of the language model (" + detail +
             ") is spent, and no passage alone is sure enough.";
    case Reason::context_exceeded:
      return "The question and its passages are too long for the language model (" + detail + ").";
    default:
      return "No answer could be given.";
  }
}

std::string japanese(core::Reason reason, const std::string& detail) {
  using core::Reason;
  switch (reason) {
    case Reason::none:
      return "";
    case Reason::insufficient_evidence:
      return "文書の中に答えが見つかりません。";
    case Reason::low_confidence:
      return "答えらしい箇所はありますが、求められた確かさに届きません。";
    case Reason::conflicting_evidence:
      return "文書どうしが食い違っており、どちらが正しいか判断できません。";
    case Reason::suspected_poisoning:
      return "見つかった箇所は回答を誘導しようとしている疑いがあるため(" + detail + ")、使いません。";
    case Reason::stale_evidence:
      return "このことに触れているのは古い文書だけです(" + detail + ")。";
    case Reason::ambiguous_question:
      return "「" + detail + "」が何を指すのか、質問の中で示してください。";
    case Reason::model_unavailable:
      return "言語モデル(" + detail + ")から応答がなく、文書の記述だけでは求められた確かさに届きません。";
    case Reason::budget_exhausted:
      return "言語モデル(" + detail + ")の予算を使い切り、文書の記述だけでは求められた確かさに届きません。";
    case Reason::context_exceeded:
      return "質問と文書が長く、言語モデル(" + detail + ")に入りきりません。";
    default:
      return "回答できません。";
  }
}

}  // namespace

std::string message_for(core::Reason reason, text::Language language, const std::string& detail) {
  return language == text::Language::japanese ? japanese(reason, detail) : english(reason, detail);
}

std::string disagreement_message(Disagreement how, std::size_t agreeing, std::size_t drafts,
                                 text::Language language) {
  const bool japanese = language == text::Language::japanese;
  const std::string own = std::to_string(agreeing), all = std::to_string(drafts);
  switch (how) {
    case Disagreement::among_drafts:
      return japanese ? "言語モデルの下書き" + all + "件のうち同じ答えは" + own +
                            "件で、求められた確かさに届きません。"
                      : "Of the language model's " + all + " drafts " + own +
                            " say the same, which is not sure enough for the wanted risk.";
    case Disagreement::with_evidence:
      return japanese ? "言語モデルの答えは、文書の記述で裏付けられません。"
                      : "What the language model answers does not stand in the documents.";
    case Disagreement::with_quote:
      return japanese ? "言語モデルの答えが、最も確かな文書の記述と食い違っています。"
                      : "The language model answers otherwise than the passage that is most certain.";
    case Disagreement::with_sources:
      return japanese ? "言語モデルの答えが、手元の資料と食い違っています。"
                      : "What the language model answers is contradicted by the material at hand.";
    case Disagreement::does_not_know:
      return japanese ? "言語モデルは、答えが分からないとしています。"
                      : "The language model says that it does not know.";
  }
  return {};
}

std::string several_readings_message(text::Language language) {
  return language == text::Language::japanese
             ? "質問の名前に当てはまるものが複数あるため、それぞれについて答えます。"
             : "The question's name belongs to several things; each of them is answered.";
}

std::string which_message(const std::vector<std::string>& things, text::Language language) {
  const bool japanese = language == text::Language::japanese;
  std::string out = japanese ? "どれについての質問ですか: " : "Which one is meant: ";
  for (std::size_t i = 0; i < things.size(); ++i) {
    if (i > 0) out += japanese ? "、" : i + 1 == things.size() ? " or " : ", ";
    out += things[i];
  }
  return out + (japanese ? "。" : "?");
}

std::string suspended_message(text::Language language) {
  return language == text::Language::japanese ? "寄せられた正誤の報告により、約束した誤り率が守られていないと"
                                                "分かりました。較正し直すまで回答を控えます。"
                                              : "Feedback has shown that the promised error rate is not "
                                                "kept, so nothing is answered until the "
                                                "knowledge base is calibrated anew (genkai calibrate).";
}

std::string stale_message(const std::string& date, text::Language language) {
  return language == text::Language::japanese
             ? "この答えの根拠は" + date + "のもので、今は違っているかもしれません。"
             : "The evidence for this is from " + date + " and may be out of date.";
}

std::string fallback_message(core::Reason reason, const std::string& model, text::Language language) {
  const bool japanese = language == text::Language::japanese;
  if (reason == core::Reason::budget_exhausted)
    return japanese ? "言語モデル(" + model + ")の予算を使い切ったため、文書の記述をそのまま示します。"
                    : "The budget of the language model (" + model + ") is spent; this is a verbatim quote.";
  if (reason == core::Reason::context_exceeded)
    return japanese ? "言語モデル(" + model + ")に入りきらないため、文書の記述をそのまま示します。"
                    : "The question and its passages are too long for the language model (" + model +
                          "); this is a verbatim quote.";
  return japanese ? "言語モデル(" + model + ")から応答がないため、文書の記述をそのまま示します。"
                  : "The language model (" + model + ") does not answer; this is a verbatim quote.";
}

}  // namespace genkai::limits::hallucination
