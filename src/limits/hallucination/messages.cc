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
    default:
      return "回答できません。";
  }
}

}  // namespace

std::string message_for(core::Reason reason, text::Language language, const std::string& detail) {
  return language == text::Language::japanese ? japanese(reason, detail) : english(reason, detail);
}

}  // namespace genkai::limits::hallucination
