#include "limits/reasoning/consistency/consistency.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace genkai::limits::reasoning {

using base::Json;

namespace {
constexpr std::size_t kNamed = 5;  // rules in the assumptions
}

std::string_view to_string(Consistency verdict) {
  switch (verdict) {
    case Consistency::consistent:
      return "consistent";
    case Consistency::inconsistent:
      return "inconsistent";
    case Consistency::undetermined:
      return "undetermined";
  }
  return "undetermined";
}

std::vector<char> answered(const std::vector<Claim>& claims, const Network& network) {
  std::vector<char> out(network.propositions.size());
  for (std::size_t i = 0; i < claims.size(); ++i) out[network.claimed[i]] = claims[i].holds();
  return out;
}

Applicable count_applicable(const Network& network, const std::vector<char>& assignment) {
  Applicable out;
  for (const Constraint& one : network.constraints) {
    bool applies = true;
    for (std::size_t i = 0; i < one.literals.size() && applies; ++i) {
      const std::size_t place = proposition_of(one.literals[i]);
      applies = !network.propositions[place].latent;
      if (i < one.premises) applies = applies && (assignment[place] != 0) == (one.literals[i] < 0);
    }
    if (!applies) continue;
    ++out.applicable;
    if (fails(one, assignment)) ++out.violated;
  }
  return out;
}

Consistency ConsistencyReport::verdict() const {
  if (certificate.contradictory || certificate.at_least > 0) return Consistency::inconsistent;
  if (certificate.at_most == 0 && !network.cut) return Consistency::consistent;
  return Consistency::undetermined;
}

ConsistencyReport check_consistency(std::vector<Claim> claims, const std::vector<Rule>& rules,
                                    const ConsistencyOptions& options) {
  ConsistencyReport report;
  report.claims = std::move(claims);
  std::vector<Rule> all = rules;
  if (options.from_words)
    for (Rule& rule : rules_of_words(report.claims)) all.push_back(std::move(rule));
  report.network = build_network(report.claims, all, options.bounds);
  if (options.from_words) relate(report.claims, report.network);
  const auto given = count_applicable(report.network, answered(report.claims, report.network));
  report.applicable = given.applicable, report.violated = given.violated;
  report.certificate = certify(report.claims, report.network, options.repair);
  report.repair = find_repair(report.claims, report.network, options.repair);
  const auto chains = explain(report.claims, report.network, report.repair);
  for (std::size_t i = 0; i < report.repair.changed.size(); ++i) {
    Change change;
    change.claim = report.repair.changed[i];
    change.to = !report.claims[change.claim].value;
    change.cost = log_odds(report.claims[change.claim].confidence);
    change.chain = chains[i];
    report.changes.push_back(std::move(change));
  }
  return report;
}

std::vector<std::string> ConsistencyReport::assumptions(text::Language language) const {
  const bool japanese = language == text::Language::japanese;
  std::set<std::size_t> rules, read;
  for (const Constraint& one : network.constraints)
    (network.rule_of(one).built_in ? read : rules).insert(one.rule);
  std::vector<std::string> out;
  if (!rules.empty())
    out.push_back(japanese ? "与えられた規則のうち使われた" + std::to_string(rules.size()) + "件に例外がない"
                           : "each of the " + std::to_string(rules.size()) +
                                 " given rules that apply holds without exception");
  std::set<std::string> named;  // two rules may have one text
  for (const std::size_t rule : read) named.insert(words_of(network.rules[rule], language));
  std::size_t shown = 0;
  for (const std::string& name : named) {
    if (++shown > kNamed) break;
    out.push_back(japanese ? "言葉から読み取った規則に例外がない: " + name
                           : "without exception, as read from the words: " + name);
  }
  if (named.size() > kNamed)
    out.push_back(japanese ? "ほか" + std::to_string(named.size() - kNamed) + "種の規則"
                           : std::to_string(named.size() - kNamed) + " more such rules hold");
  out.push_back(
      japanese ? "それぞれが意味どおりの命題として読み取られている (同じ言葉は同じものを指す)"
               : "each claim was read as the proposition it means, and the same words mean the same thing");
  return out;
}

Json ConsistencyReport::to_json(text::Language language) const {
  Json out = Json::object({{"verdict", to_string(verdict())},
                           {"claims", claims.size()},
                           {"propositions", network.propositions.size()},
                           {"constraints", network.constraints.size()},
                           {"applicable", applicable},
                           {"violated", violated},
                           {"cut", network.cut}});
  Json sure = Json::object({{"wrong_at_least", certificate.at_least},
                            {"changes_suffice", certificate.at_most},
                            {"of", certificate.of},
                            {"exact", certificate.exact()},
                            {"rules_contradict_each_other", certificate.contradictory}});
  Json assumed = Json::array();
  for (auto& line : assumptions(language)) assumed.push(std::move(line));
  sure.set("assumes", std::move(assumed));
  out.set("certificate", std::move(sure));
  Json repaired = Json::object({{"found", repair.found},
                                {"optimal", repair.optimal},
                                {"cost_at_least", repair.lower},
                                {"cost", repair.found ? Json(repair.upper) : Json()}});
  Json changed = Json::array(), broken = Json::array();
  for (const Change& change : changes) {
    const Claim& claim = claims[change.claim];
    Json because = Json::array();
    for (const std::size_t answer : change.chain.answers) because.push(claims[answer].id);
    changed.push(Json::object({{"id", claim.id},
                               {"text", claim.text},
                               {"from", claim.value},
                               {"to", change.to},
                               {"cost", change.cost},
                               {"because_of", std::move(because)},
                               {"why", in_words(change.chain, claims, network, language)}}));
  }
  for (const std::size_t i : repair.broken) {
    const Constraint& one = network.constraints[i];
    Json members = Json::array();
    for (const Sign sign : one.literals) members.push(network.propositions[proposition_of(sign)].text);
    broken.push(Json::object({{"rule", words_of(network.rule_of(one), language)},
                              {"cost", log_odds(network.rule_of(one).reliability)},
                              {"propositions", std::move(members)}}));
  }
  repaired.set("changes", std::move(changed));
  repaired.set("rules_given_up", std::move(broken));
  out.set("repair", std::move(repaired));
  return out;
}

}  // namespace genkai::limits::reasoning
