#include "beliefbank_data.h"

#include <algorithm>
#include <map>

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"

namespace genkai::bench {

using base::Json;
using limits::reasoning::join;
using limits::reasoning::kMostClaims;
using limits::reasoning::read_json_records;

std::vector<std::string> predicate_of(std::string node) {
  std::replace(node.begin(),
               node.begin() + static_cast<std::ptrdiff_t>(std::min(node.find(',') + 1, node.size())), ',',
               ' ');
  std::vector<std::string> words;
  for (std::size_t at = 0; at < node.size();) {
    const std::size_t end = std::min(node.find(' ', at), node.size());
    if (end > at) words.push_back(node.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

Pattern pattern_of(const std::string& subject, std::vector<std::string> predicate, bool negated) {
  Pattern pattern;
  pattern.statement.subject = subject;
  pattern.statement.predicate = std::move(predicate);
  pattern.statement.negated = negated;
  pattern.text = subject + " " + join(pattern.statement.predicate);
  return pattern;
}

base::Result<BeliefBank> read_beliefbank(const std::string& folder) {
  BeliefBank data;
  GENKAI_ASSIGN_OR_RETURN(const std::string answers,
                          base::read_file(folder + "/beliefbank/model_answers.outside_silver.jsonl"));
  GENKAI_ASSIGN_OR_RETURN(const auto lines, read_json_records(answers, "answers", kMostClaims));
  std::map<std::string, std::size_t> places;
  for (const Json& line : lines) {
    const std::string source = line.string("source"), target = line.string("target");
    const std::string subject = source.substr(source.find(',') + 1);
    const auto [place, added] = places.emplace(subject, data.entities.size());
    if (added) {
      data.entities.push_back(subject);
      data.second_half.push_back(static_cast<char>(base::hash64(subject) & 1));
    }
    Claim claim;
    claim.id = std::to_string(data.claims.size() + 1);
    claim.text = line.string("q");
    claim.statement.subject = subject;
    claim.statement.predicate = predicate_of(target);
    claim.value = line.string("pred").ends_with("Yes");
    data.claims.push_back(std::move(claim));
    data.items.push_back({place->second, line.string("tgt") == "yes", target.substr(0, target.find(','))});
  }
  GENKAI_ASSIGN_OR_RETURN(const std::string graph,
                          base::read_file(folder + "/beliefbank/constraints_v2.json"));
  GENKAI_ASSIGN_OR_RETURN(const Json parsed, Json::parse(graph));
  for (const Json& link : parsed.find("links")->items()) {
    if (link.string("direction") != "forward") continue;
    Rule rule;
    rule.premises = {pattern_of("?x", predicate_of(link.string("source")))};
    rule.conclusions = {
        pattern_of("?x", predicate_of(link.string("target")), link.string("weight") == "yes_no")};
    rule.text = link.string("source") + " -> " + link.string("target");
    if (link.string("weight") == "yes_no") rule.text += kExcludes;
    data.rules.push_back(std::move(rule));
  }
  return data;
}

Rule inheritance() {
  Rule rule;
  rule.premises = {pattern_of("?x", {"IsA", "?c"}), pattern_of("?c", {"?p"})};
  rule.conclusions = {pattern_of("?x", {"?p"})};
  rule.text = kInherits;
  rule.among_claims = true;
  return rule;
}

}  // namespace genkai::bench
