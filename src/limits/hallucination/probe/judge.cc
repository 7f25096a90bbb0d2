#include "limits/hallucination/probe/judge.h"

#include <string>

#include "base/json.h"
#include "limits/hallucination/uncertainty/recorded_output.h"
#include "text/text.h"
#include "text/yes_no.h"

namespace genkai::limits::hallucination::probe {
namespace {

using base::Json;

// The number after "confidence" or 確信度, in a text that is no JSON.
std::optional<double> confidence_in(std::string_view text) {
  const std::string normalised = text::normalise(text.substr(0, 16 << 10));
  for (const std::string_view name : {"confidence", "確信度", "確率", "probability"}) {
    const std::size_t at = normalised.rfind(name);
    if (at == std::string::npos) continue;
    const std::size_t begin = normalised.find_first_of("0123456789.", at + name.size());
    if (begin == std::string::npos || begin > at + name.size() + 16) continue;
    std::size_t end = normalised.find_first_not_of("0123456789.", begin);
    if (end == std::string::npos) end = normalised.size();
    std::string number = normalised.substr(begin, end - begin);
    while (number.ends_with('.')) number.pop_back();
    if (end < normalised.size() && normalised[end] == '%') number += "%";
    return parse_confidence(Json(number));
  }
  return {};
}

}  // namespace

ParsedReply parse_reply(std::string_view text) {
  const model::asking::ShortReply said = model::asking::read_short_reply(text);
  ParsedReply reply{said.answer, said.usable};
  if (!said.object) {
    const std::size_t thought = text.rfind("</think>");
    reply.confidence = confidence_in(thought == std::string_view::npos ? text : text.substr(thought + 8));
    return reply;
  }
  if (const Json* confidence = said.object->find("confidence"))
    reply.confidence = parse_confidence(*confidence);
  if (const Json* stands = said.object->find("stands_by")) {
    if (stands->is_bool())
      reply.stands_by = stands->as_bool();
    else if (const auto yes = text::yes_or_no(stands->as_string()))
      reply.stands_by = *yes;
  }
  return reply;
}

Verdict judge(const ParsedReply& reply, const AnswerKey& key) {
  if (!reply.usable) return Verdict::unusable;
  if (reply.answer.empty() || declines(reply.answer)) return Verdict::refused;
  return key.matches(reply.answer) ? Verdict::right : Verdict::wrong;
}

}  // namespace genkai::limits::hallucination::probe
