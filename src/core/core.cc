#include "core/answer.h"
#include "core/evidence.h"
#include "core/trace.h"

namespace genkai::core {

using base::Json;

std::string_view to_string(FoundBy by) {
  switch (by) {
    case FoundBy::search:
      return "search";
    case FoundBy::neighbour:
      return "neighbour";
    case FoundBy::addition:
      return "addition";
    case FoundBy::hypothesis:
      return "hypothesis";
    case FoundBy::entity:
      return "entity";
  }
  return "search";
}

std::string_view to_string(Suspicion suspicion) {
  switch (suspicion) {
    case Suspicion::instructs_reader:
      return "instructs_reader";
    case Suspicion::hidden_text:
      return "hidden_text";
    case Suspicion::lookalikes:
      return "lookalikes";
    case Suspicion::echoes_question:
      return "echoes_question";
    case Suspicion::burst:
      return "burst";
    case Suspicion::exact_copy:
      return "exact_copy";
    case Suspicion::near_duplicate:
      return "near_duplicate";
    case Suspicion::stale:
      return "stale";
    case Suspicion::off_topic:
      return "off_topic";
  }
  return "";
}

Json trust_record(const Evidence& evidence) {
  const Trust& trust = evidence.trust;
  Json record = Json::object({{"passage", evidence.passage.id}, {"document", evidence.passage.document.id}});
  if (!trust.source.empty()) record.set("source", trust.source);
  record.set("group", trust.group);
  record.set("independent", trust.independent);
  if (trust.relevance >= 0) record.set("relevance", trust.relevance);
  if (trust.stale) record.set("stale", true);
  Json findings = Json::array();
  for (const Finding& finding : trust.findings) {
    Json one = Json::object({{"kind", to_string(finding.kind)}, {"why", finding.why}});
    if (!finding.text.empty()) one.set("text", finding.text);
    findings.push(std::move(one));
  }
  if (!trust.findings.empty()) record.set("findings", std::move(findings));
  return record;
}

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::supported:
      return "supported";
    case Verdict::contradicted:
      return "contradicted";
    case Verdict::inconsistent:
      return "inconsistent";
    case Verdict::not_checkable:
      return "not_checkable";
  }
  return "";
}

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::answered:
      return "answered";
    case Outcome::abstained:
      return "abstained";
    case Outcome::needs_clarification:
      return "needs_clarification";
  }
  return "";
}

std::string_view to_string(Reason reason) {
  switch (reason) {
    case Reason::none:
      return "";
    case Reason::insufficient_evidence:
      return "insufficient_evidence";
    case Reason::low_confidence:
      return "low_confidence";
    case Reason::conflicting_evidence:
      return "conflicting_evidence";
    case Reason::suspected_poisoning:
      return "suspected_poisoning";
    case Reason::stale_evidence:
      return "stale_evidence";
    case Reason::ambiguous_question:
      return "ambiguous_question";
    case Reason::undecidable:
      return "undecidable";
    case Reason::context_exceeded:
      return "context_exceeded";
    case Reason::illegible_image:
      return "illegible_image";
    case Reason::unsupported_modality:
      return "unsupported_modality";
    case Reason::budget_exhausted:
      return "budget_exhausted";
    case Reason::model_unavailable:
      return "model_unavailable";
  }
  return "";
}

namespace {

Json to_json(const Citation& citation) {
  Json json = Json::object(
      {{"document", citation.document.id}, {"passage", citation.passage}, {"quote", citation.quote}});
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty()) json.set(key, value);
  };
  add("title", citation.document.title);
  add("heading", citation.heading);
  add("source", citation.document.source);
  add("date", citation.document.date);
  if (citation.page > 0) json.set("page", citation.page);
  if (citation.line > 0) json.set("line", citation.line);
  return json;
}

Json to_json(const std::vector<Citation>& citations) {
  Json json = Json::array();
  for (const Citation& citation : citations) json.push(to_json(citation));
  return json;
}

Json to_json(const std::vector<Claim>& claims) {
  Json json = Json::array();
  for (const Claim& claim : claims)
    json.push(
        Json::object({{"text", claim.text}, {"verdict", to_string(claim.verdict)}, {"why", claim.why}}));
  return json;
}

Json to_json(const AnswerItem& item) {
  Json json = Json::object({{"text", item.text}, {"span", item.span}});
  if (item.basis != Basis::none && item.basis != Basis::executed) json.set("probability", item.probability);
  json.set("interpretation", item.interpretation).set("citations", to_json(item.citations));
  if (item.model.empty()) return json;
  json.set("model", item.model)
      .set("calibrated", item.basis == Basis::calibrated)
      .set("basis", basis_of(item))
      .set("agreement", Json::object({{"agreeing", item.agreeing}, {"drafts", item.drafts}}))
      .set("claims", to_json(item.claims));
  return json;
}

Json to_json(const Cost& cost) {
  Json json = Json::object({{"passages_found", cost.passages_found},
                            {"passages_read", cost.passages_read},
                            {"tokens_read", cost.tokens_read},
                            {"tokens_written", cost.tokens_written},
                            {"milliseconds", cost.milliseconds}});
  if (cost.model_drafts == 0) return json;
  return json.set("model_drafts", cost.model_drafts)
      .set("prompt_tokens", cost.prompt_tokens)
      .set("completion_tokens", cost.completion_tokens)
      .set("money", cost.money);
}

Json to_json(const std::vector<AnswerItem>& items) {
  Json json = Json::array();
  for (const AnswerItem& item : items) json.push(to_json(item));
  return json;
}

Json to_json(const Conflict& conflict) {
  Json sides = Json::array();
  for (const auto& side : conflict.sides)
    sides.push(Json::object({{"value", side.value}, {"citations", to_json(side.citations)}}));
  return Json::object({{"about", conflict.about}, {"sides", std::move(sides)}});
}

Json to_json(const Certificate& certificate) {
  Json assumptions = Json::array();
  for (const auto& assumption : certificate.assumptions) assumptions.push(assumption);
  return Json::object({{"kind", certificate.kind},
                       {"statement", certificate.statement},
                       {"assumptions", std::move(assumptions)},
                       {"numbers", certificate.numbers}});
}

Json to_json(const MemoryCheck& memory) {
  const auto side = [](const MemoryCheck::Side& own) {
    return Json::object({{"answer", own.answer.empty() ? Json() : Json(own.answer)},
                         {"agreeing", own.agreeing},
                         {"drafts", own.drafts}});
  };
  return Json::object({{"case", memory.which},
                       {"weighed_by", memory.weighed_by},
                       {"closed_book", side(memory.closed_book)},
                       {"open_book", side(memory.open_book)}});
}

}  // namespace

std::string basis_of(const AnswerItem& item) {
  if (item.model.empty()) return {};
  switch (item.basis) {
    case Basis::calibrated:
      return item.by_quote
                 ? "calibrated: the same answer stands in a quote that carries the wanted risk by itself"
                 : "calibrated for this model on this knowledge base";
    case Basis::agreement:
      return "estimate from " + std::to_string(item.agreeing) + " of " + std::to_string(item.drafts) +
             " agreeing drafts, not calibrated for this model";
    case Basis::executed:
      return "a program was run within bounds";
    case Basis::none:
      return "not checked: there is no probability";
  }
  return {};
}

Json to_json(const Answer& answer) {
  Json conflicts = Json::array(), certificates = Json::array();
  for (const auto& conflict : answer.conflicts) conflicts.push(to_json(conflict));
  for (const auto& certificate : answer.certificates) certificates.push(to_json(certificate));
  Json json = Json::object({{"id", answer.question_id},
                            {"outcome", to_string(answer.outcome)},
                            {"reason", to_string(answer.reason)},
                            {"message", answer.message},
                            {"answers", to_json(answer.answers)},
                            {"rejected", to_json(answer.rejected)},
                            {"conflicts", std::move(conflicts)},
                            {"certificates", std::move(certificates)},
                            {"cost", to_json(answer.cost)}});
  if (answer.memory) json.set("memory", to_json(*answer.memory));
  return json;
}

Json to_json(const StageRecord& stage) {
  Json notes = Json::array();
  for (const auto& [what, text] : stage.notes) notes.push(Json::object({{"what", what}, {"text", text}}));
  Json json = Json::object({{"stage", stage.name},
                            {"milliseconds", stage.milliseconds},
                            {"saw", stage.saw},
                            {"kept", stage.kept},
                            {"notes", std::move(notes)}});
  if (!stage.records.empty()) {
    Json records = Json::array();
    for (const Json& record : stage.records) records.push(record);
    json.set("records", std::move(records));
  }
  return json;
}

Json Trace::to_json() const {
  Json stages = Json::array();
  for (const StageRecord& record : stages_) stages.push(core::to_json(record));
  return stages;
}

}  // namespace genkai::core
