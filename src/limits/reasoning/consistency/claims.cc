#include "limits/reasoning/consistency/claims.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "text/text.h"

namespace genkai::limits::reasoning {
namespace {

using base::Code;
using base::Json;
using base::Result;

constexpr std::size_t kTextBytes = 4000;  // of one claim

base::Error at_line(const base::Error& error, std::size_t line) {
  return {error.code, "line " + std::to_string(line) + ": " + error.message, error.hint};
}

}  // namespace

double log_odds(double probability) {
  const double p = std::clamp(probability, 0.001, 0.999);
  return std::log(p / (1 - p));
}

Result<std::vector<Json>> read_json_records(std::string_view text, std::string_view member,
                                            std::size_t most) {
  const auto first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (first == std::string_view::npos) return base::fail(Code::invalid_argument, "it is empty");
  text.remove_prefix(first);
  const auto too_many = [&] {
    return base::fail(Code::resource_exhausted,
                      "more than " + std::to_string(most) + " " + std::string(member));
  };
  if (const auto whole = Json::parse(text); whole) {
    if (!whole->is_array() && !whole->find(member)) return std::vector<Json>{*whole};
    const Json& list = whole->is_array() ? *whole : *whole->find(member);
    if (!list.is_array())
      return base::fail(Code::invalid_argument, "\"" + std::string(member) + "\" is no array");
    if (list.items().size() > most) return too_many();
    return list.items();
  }
  std::vector<Json> records;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    auto parsed = Json::parse(line);
    if (!parsed) return base::fail(at_line(parsed.error(), number));
    if (records.size() == most) return too_many();
    records.push_back(std::move(*parsed));
  }
  return records;
}

Result<Claim> claim_of(const Json& json, const std::string& id_otherwise) {
  if (!json.is_object()) return base::fail(Code::invalid_argument, "a claim is a JSON object");
  Claim claim;
  claim.id = json.string("id", id_otherwise);
  claim.text = json.string("text");
  const std::string subject = json.string("subject"), proposition = json.string("proposition");
  if (claim.text.size() + subject.size() + proposition.size() > kTextBytes)
    return base::fail(Code::invalid_argument, "a claim is longer than 4,000 bytes");
  const auto blank = [](const std::string& text) {
    return text.find_first_not_of(" \t\r\n") == std::string::npos;
  };
  if (blank(claim.text) && blank(proposition))
    return base::fail(Code::invalid_argument, "a claim has neither \"text\" nor \"proposition\"");
  claim.said = blank(proposition) ? claim.text : proposition;
  if (!blank(proposition) && !blank(subject)) claim.subject = subject;
  claim.statement =
      claim.subject.empty() ? read_statement(claim.said) : read_statement(claim.subject, claim.said);
  if (blank(claim.text)) {
    const bool spaced = text::detect_language(proposition) != text::Language::japanese;
    claim.text = blank(subject) ? proposition : subject + (spaced ? " " : "は") + proposition;
  }
  if (const Json* value = json.find("value"); value && !value->is_null()) {
    if (!value->is_bool()) return base::fail(Code::invalid_argument, "\"value\" is neither true nor false");
    claim.value = value->as_bool();
  }
  if (const Json* confidence = json.find("confidence"); confidence && !confidence->is_null()) {
    claim.confidence = confidence->as_double(-1);
    if (!(claim.confidence >= 0 && claim.confidence <= 1))
      return base::fail(Code::invalid_argument, "\"confidence\" is no number from 0 to 1");
  }
  return claim;
}

Result<std::vector<Claim>> parse_claims(std::string_view text) {
  GENKAI_ASSIGN_OR_RETURN(const auto records, read_json_records(text, "claims", kMostClaims));
  std::vector<Claim> claims;
  claims.reserve(records.size());
  std::set<std::string> ids;
  for (const Json& record : records) {
    const std::string number = std::to_string(claims.size() + 1);
    auto claim = claim_of(record, number);
    if (!claim)
      return base::fail(claim.error().code, "claim " + number + ": " + claim.error().message,
                        "docs/limits/reasoning/consistency.md describes the file");
    if (!ids.insert(claim->id).second)
      return base::fail(Code::invalid_argument,
                        "claim " + number + ": the id \"" + claim->id + "\" was there before");
    claims.push_back(std::move(*claim));
  }
  return claims;
}

std::vector<Claim> claims_of_text(std::string_view text) {
  std::vector<Claim> claims;
  std::size_t number = 0;
  for (const text::Span& place : text::split_sentences(text)) {
    if (claims.size() == kMostClaims) break;
    Claim claim;
    claim.id = std::to_string(++number);
    claim.sentence = true;
    claim.text = claim.said = place.of(text);
    claim.statement = read_statement(claim.text);
    if (claim.statement.asserted) claims.push_back(std::move(claim));
  }
  return claims;
}

}  // namespace genkai::limits::reasoning
