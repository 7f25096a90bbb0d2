#pragma once
// Whether claims can be true together: the door of this folder.
//
//   GENKAI_ASSIGN_OR_RETURN(auto claims, parse_claims(file));
//   const ConsistencyReport report = check_consistency(std::move(claims), rules, {});
//   report.verdict();                 // consistent, inconsistent, undetermined
//   report.certificate.at_least;      // so many answers are wrong, if the rules hold
//   report.changes[0].claim;          // what the least costly repair changes, with its cost and its chain

#include <cstddef>
#include <string>
#include <vector>

#include "base/json.h"
#include "limits/reasoning/consistency/explain.h"
#include "limits/reasoning/consistency/relations.h"

namespace genkai::limits::reasoning {

struct ConsistencyOptions {
  RepairOptions repair;
  NetworkBounds bounds;
  bool from_words = true;  // relations that are read from the claims' own words, besides the rules
};

enum class Consistency { consistent, inconsistent, undetermined };
std::string_view to_string(Consistency verdict);

struct Change {
  std::size_t claim = 0;
  bool to = false;  // the answer that it would have
  double cost = 0;  // log-odds of its confidence
  Chain chain;
};

struct ConsistencyReport {
  std::vector<Claim> claims;
  Network network;
  std::size_t applicable = 0, violated = 0;  // instances of rules among the answers themselves
  Certificate certificate;
  Repair repair;
  std::vector<Change> changes;
  std::vector<std::string> assumptions(text::Language language) const;
  /// Of the answers as given, every rule taken as true.
  Consistency verdict() const;
  base::Json to_json(text::Language language) const;
};

/// Instances of rules whose premises all are answers that hold, and those of them whose conclusion is
/// answered otherwise. Instances with a proposition that nobody was asked about do not count.
struct Applicable {
  std::size_t applicable = 0, violated = 0;
  double consistency() const {
    return applicable == 0 ? 1 : 1 - static_cast<double>(violated) / static_cast<double>(applicable);
  }
};
Applicable count_applicable(const Network& network, const std::vector<char>& assignment);

/// What the answers say of each proposition; the last where several differ.
std::vector<char> answered(const std::vector<Claim>& claims, const Network& network);

ConsistencyReport check_consistency(std::vector<Claim> claims, const std::vector<Rule>& rules,
                                    const ConsistencyOptions& options);

}  // namespace genkai::limits::reasoning
