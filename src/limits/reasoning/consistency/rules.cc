#include "limits/reasoning/consistency/rules.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "limits/reasoning/consistency/claims.h"

namespace genkai::limits::reasoning {
namespace {

using base::Code;
using base::Json;
using base::Result;

constexpr std::size_t kPatterns = 64;  // of one rule
constexpr std::size_t kPatternBytes = 500;

Result<Pattern> pattern_of(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  if (text.empty()) return base::fail(Code::invalid_argument, "a statement of the rule is empty");
  if (text.size() > kPatternBytes)
    return base::fail(Code::invalid_argument, "a statement of the rule is longer than 500 bytes");
  Pattern pattern;
  pattern.text = text;
  constexpr std::string_view kNot = "not: ";
  const bool negated = text.starts_with(kNot);
  if (negated) text.remove_prefix(kNot.size());
  pattern.statement = read_statement(text);
  if (negated) pattern.statement.negated = !pattern.statement.negated;
  const auto& words = pattern.statement.predicate;
  for (std::size_t i = 0; i + 1 < words.size(); ++i)
    if (is_variable(words[i]))
      return base::fail(Code::invalid_argument, "in \"" + pattern.text + "\" a variable stands in the middle",
                        "a variable is the subject or the end of a statement");
  return pattern;
}

Result<std::vector<Pattern>> patterns_of(const Json& json) {
  std::vector<Pattern> patterns;
  const auto add = [&](std::string_view text) -> base::Status {
    GENKAI_ASSIGN_OR_RETURN(Pattern pattern, pattern_of(text));
    patterns.push_back(std::move(pattern));
    return {};
  };
  if (json.is_string()) {
    GENKAI_RETURN_IF_ERROR(add(json.as_string()));
  } else if (json.is_array() && json.items().size() <= kPatterns) {
    for (const Json& item : json.items()) {
      if (!item.is_string())
        return base::fail(Code::invalid_argument, "a statement of the rule is no string");
      GENKAI_RETURN_IF_ERROR(add(item.as_string()));
    }
  } else {
    return base::fail(Code::invalid_argument,
                      "the statements of a rule are a string or an array of at most 64");
  }
  return patterns;
}

Result<std::vector<Pattern>> split_patterns(std::string_view text) {
  std::vector<Pattern> patterns;
  if (text.find_first_not_of(' ') == std::string_view::npos) return patterns;
  for (std::size_t at = 0; at <= text.size() && patterns.size() < kPatterns;) {
    const std::size_t end = std::min(text.find(" & ", at), text.size());
    GENKAI_ASSIGN_OR_RETURN(Pattern pattern, pattern_of(text.substr(at, end - at)));
    patterns.push_back(std::move(pattern));
    at = end + 3;
  }
  return patterns;
}

void collect(const Pattern& pattern, std::set<std::string>& variables) {
  if (is_variable(pattern.statement.subject)) variables.insert(pattern.statement.subject);
  if (is_variable(pattern.statement.predicate.back())) variables.insert(pattern.statement.predicate.back());
}

base::Status check_variables(const Rule& rule) {
  if (rule.kind == Rule::Kind::implication) {
    std::set<std::string> bound, used;
    for (const Pattern& premise : rule.premises) collect(premise, bound);
    for (const Pattern& conclusion : rule.conclusions) collect(conclusion, used);
    for (const auto& name : used)
      if (!bound.contains(name))
        return base::fail(Code::invalid_argument, "no premise says what " + name + " is");
  } else {
    std::set<std::string> first;
    if (!rule.conclusions.empty()) collect(rule.conclusions.front(), first);
    for (const Pattern& member : rule.conclusions) {
      std::set<std::string> own;
      collect(member, own);
      if (own != first || own.size() > 1)
        return base::fail(Code::invalid_argument,
                          "the members of a rule of alternatives have one variable, the same in all");
    }
  }
  return {};
}

std::string text_of(const Rule& rule) {
  const auto list = [](const std::vector<Pattern>& patterns, const char* between) {
    std::string out;
    for (const Pattern& pattern : patterns) out += (out.empty() ? "" : between) + pattern.text;
    return out;
  };
  if (rule.kind == Rule::Kind::at_most_one) return "at most one of: " + list(rule.conclusions, "; ");
  if (rule.kind == Rule::Kind::exactly_one) return "exactly one of: " + list(rule.conclusions, "; ");
  return list(rule.premises, " & ") + " -> " + list(rule.conclusions, ", ");
}

Result<Rule> implication(std::string_view text) {
  const std::size_t arrow = text.find("->");
  if (arrow == std::string_view::npos)
    return base::fail(Code::invalid_argument, "\"rule\" has no ->", "?x is a dog -> ?x is a mammal");
  Rule rule;
  GENKAI_ASSIGN_OR_RETURN(rule.premises, split_patterns(text.substr(0, arrow)));
  GENKAI_ASSIGN_OR_RETURN(rule.conclusions, split_patterns(text.substr(arrow + 2)));
  return rule;
}

// "transitive": "is part of", or "?x は ?y の一部です", as an implication.
Result<Rule> property(std::string_view name, const std::string& relation) {
  const auto put = [&](std::string_view x, std::string_view y) {
    if (relation.find('?') == std::string::npos)
      return std::string(x) + " " + relation + " " + std::string(y);
    std::string out;
    for (std::size_t at = 0; at < relation.size(); ++at) {
      const std::string_view two = std::string_view(relation).substr(at, 2);
      if (two == "?x" || two == "?y")
        out += two == "?x" ? x : y, ++at;
      else
        out += relation[at];
    }
    return out;
  };
  const std::string xy = put("?x", "?y"), yz = put("?y", "?z"), xz = put("?x", "?z"), yx = put("?y", "?x");
  std::string written = xy + " -> not: " + yx;  // asymmetric
  if (name == "transitive") written = xy + " & " + yz + " -> " + xz;
  if (name == "symmetric") written = xy + " -> " + yx;
  if (name == "one_value") written = xy + " & " + xz + " -> not: " + xz;  // not both
  GENKAI_ASSIGN_OR_RETURN(Rule rule, implication(written));
  if (name == "one_value") rule.distinct.emplace_back("?y", "?z");
  rule.text = std::string(name == "one_value" ? "one value" : name) + ": " + relation;
  return rule;
}

}  // namespace

bool is_variable(std::string_view word) {
  return word.size() > 1 && word.front() == '?';
}

Result<std::vector<Rule>> rules_of(const Json& json) {
  if (!json.is_object()) return base::fail(Code::invalid_argument, "a rule is a JSON object");
  std::vector<Rule> rules;
  if (const Json* rule = json.find("rule")) {
    GENKAI_ASSIGN_OR_RETURN(Rule read, implication(rule->as_string()));
    rules.push_back(std::move(read));
  } else if (const Json* conclusions = json.find("then")) {
    Rule read;
    if (const Json* premises = json.find("if")) {
      GENKAI_ASSIGN_OR_RETURN(read.premises, patterns_of(*premises));
    }
    GENKAI_ASSIGN_OR_RETURN(read.conclusions, patterns_of(*conclusions));
    rules.push_back(std::move(read));
  } else if (json.find("source") && json.find("target")) {
    Rule read;
    GENKAI_ASSIGN_OR_RETURN(Pattern source, pattern_of(json.string("source")));
    GENKAI_ASSIGN_OR_RETURN(Pattern target, pattern_of(json.string("target")));
    const std::string polarity = json.string("polarity", "yes_yes");
    const auto sense = [](std::string_view word) { return word == "no"; };
    const std::size_t bar = polarity.find('_');
    const std::string from = polarity.substr(0, bar),
                      to = bar == std::string::npos ? "" : polarity.substr(bar + 1);
    if ((from != "yes" && from != "no") || (to != "yes" && to != "no"))
      return base::fail(Code::invalid_argument, "\"polarity\" is none of yes_yes, yes_no, no_yes, no_no");
    source.statement.negated ^= sense(from), target.statement.negated ^= sense(to);
    if (sense(from)) source.text = "not: " + source.text;
    if (sense(to)) target.text = "not: " + target.text;
    read.premises.push_back(std::move(source)), read.conclusions.push_back(std::move(target));
    rules.push_back(std::move(read));
  }
  for (const auto& [name, kind] : {std::pair{"at_most_one", Rule::Kind::at_most_one},
                                   {"not_both", Rule::Kind::at_most_one},
                                   {"exactly_one", Rule::Kind::exactly_one}})
    if (const Json* members = json.find(name)) {
      Rule read;
      read.kind = kind;
      GENKAI_ASSIGN_OR_RETURN(read.conclusions, patterns_of(*members));
      if (read.conclusions.size() < 2)
        return base::fail(Code::invalid_argument, std::string(name) + " has fewer than two members");
      rules.push_back(std::move(read));
    }
  for (const char* name : {"transitive", "symmetric", "asymmetric", "one_value"})
    if (const Json* relation = json.find(name)) {
      GENKAI_ASSIGN_OR_RETURN(Rule read, property(name, std::string(relation->as_string())));
      rules.push_back(std::move(read));
    }
  if (rules.empty())
    return base::fail(Code::invalid_argument, "no rule that is known here",
                      "\"rule\", \"if\" and \"then\", \"at_most_one\", \"exactly_one\", \"transitive\" ...");
  for (Rule& rule : rules) {
    if (rule.conclusions.empty()) return base::fail(Code::invalid_argument, "the rule concludes nothing");
    if (rules.size() == 1 && json.find("text")) rule.text = json.string("text");
    if (rule.text.empty()) rule.text = text_of(rule);
    if (const Json* hard = json.find("hard")) rule.hard = hard->as_bool();
    if (const Json* weight = json.find("weight")) {
      const double odds = weight->as_double(-1);
      if (!(odds >= 0))
        return base::fail(Code::invalid_argument, "\"weight\" (log-odds) is no number of 0 or more");
      rule.reliability = 1 / (1 + std::exp(-odds));
    }
    if (json.find("reliability")) rule.reliability = json.number("reliability", -1);
    if (!(rule.reliability >= 0.5 && rule.reliability <= 1))
      return base::fail(Code::invalid_argument, "\"reliability\" is no number from 0.5 to 1");
    GENKAI_RETURN_IF_ERROR(check_variables(rule));
  }
  return rules;
}

Result<std::vector<Rule>> parse_rules(std::string_view text) {
  GENKAI_ASSIGN_OR_RETURN(const auto records, read_json_records(text, "rules", kMostRules));
  std::vector<Rule> rules;
  std::size_t number = 0;
  for (const Json& record : records) {
    ++number;
    auto read = rules_of(record);
    if (!read)
      return base::fail(read.error().code, "rule " + std::to_string(number) + ": " + read.error().message,
                        read.error().hint.empty() ? "docs/limits/reasoning/consistency.md describes the file"
                                                  : read.error().hint);
    for (Rule& rule : *read) rules.push_back(std::move(rule));
  }
  return rules;
}

}  // namespace genkai::limits::reasoning
