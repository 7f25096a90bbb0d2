#include "limits/reasoning/consistency/relations.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <unordered_map>

#include "limits/reasoning/consistency/amounts.h"
#include "text/text.h"

namespace genkai::limits::reasoning {
namespace {

using std::string_view_literals::operator""sv;

// Guesses, larger where exceptions are rarer; docs/limits/reasoning/consistency.md says what they rest on.
constexpr double kInherited = 0.9;  // generics have exceptions: birds fly
constexpr double kPartOf = 0.95;
constexpr double kOrder = 0.999;
constexpr double kAmounts = 0.97;
constexpr double kOpposites = 0.95;
constexpr double kSingle = 0.9;
constexpr std::size_t kOfOneFrame = 200;  // claims that are compared with each other

Pattern pattern(std::string subject, std::vector<std::string> predicate, bool negated = false) {
  Pattern out;
  out.statement.subject = std::move(subject);
  out.statement.predicate = std::move(predicate);
  out.statement.negated = negated;
  out.text = out.statement.subject + " " + join(out.statement.predicate);
  return out;
}

Rule built_in(std::string text, std::string japanese, double reliability) {
  Rule rule;
  rule.japanese = std::move(japanese);
  rule.text = std::move(text);
  rule.reliability = reliability;
  rule.built_in = true;
  return rule;
}

void inherit(std::vector<Rule>& rules) {
  Rule passes = built_in("what holds of a kind holds of its members", "種類に言えることはその仲間にも言える",
                         kInherited);
  passes.premises = {pattern("?x", {"is", "?y"}), pattern("?y", {"?p"})};
  passes.premises[1].only = Pattern::Only::kind;
  passes.conclusions = {pattern("?x", {"?p"})};
  passes.among_claims = true;
  Rule chain = built_in("what holds of a kind holds of its members", "種類に言えることはその仲間にも言える",
                        kInherited);
  chain.premises = {pattern("?x", {"is", "?y"}), pattern("?y", {"is", "?z"})};
  chain.premises[1].only = Pattern::Only::kind;
  chain.conclusions = {pattern("?x", {"is", "?z"})};
  rules.push_back(std::move(chain));
  Rule denies = built_in("what is denied of a kind is denied of its members",
                         "種類にないことはその仲間にもない", kInherited);
  denies.premises = {pattern("?x", {"is", "?y"}), pattern("?y", {"?p"}, true)};
  denies.premises[1].only = Pattern::Only::denied_of_kind;
  denies.conclusions = {pattern("?x", {"?p"}, true)};
  denies.among_claims = true;
  rules.push_back(std::move(passes));
  rules.push_back(std::move(denies));
}

// Of a relation by its words before the object: {"is", "larger", "than"}.
void order(std::vector<std::string> words, double reliability, std::vector<Rule>& rules) {
  const auto of = [&](const char* x, const char* y, bool negated = false) {
    auto predicate = words;
    predicate.emplace_back(y);
    return pattern(x, std::move(predicate), negated);
  };
  std::string name = join(words);
  std::string japanese = name == "is part of" ? "の一部" : name;
  if (text::detect_language(name) == text::Language::japanese)  // {"is", "大きい", "than"}
    name = japanese = "より" + words[words.front() == "is" ? 1 : 0];
  Rule transitive = built_in("'" + name + "' is transitive", "'" + japanese + "' は推移的", reliability);
  transitive.premises = {of("?x", "?y"), of("?y", "?z")};
  transitive.conclusions = {of("?x", "?z")};
  transitive.distinct = {{"?x", "?z"}};
  Rule asymmetric =
      built_in("'" + name + "' holds one way round only", "'" + japanese + "' は一方向だけ", reliability);
  asymmetric.premises = {of("?x", "?y"), of("?y", "?x")};
  asymmetric.conclusions = {of("?y", "?x", true)};
  asymmetric.distinct = {{"?x", "?y"}};
  rules.push_back(std::move(transitive));
  rules.push_back(std::move(asymmetric));
}

bool opposite(const std::string& a, const std::string& b) {
  using Pair = std::pair<std::string_view, std::string_view>;
  static constexpr std::array<Pair, 34> kPairs{
      {{"open", "closed"},     {"alive", "dead"},         {"possible", "impossible"},
       {"legal", "illegal"},   {"true", "false"},         {"empty", "full"},
       {"married", "single"},  {"male", "female"},        {"even", "odd"},
       {"finite", "infinite"}, {"visible", "invisible"},  {"complete", "incomplete"},
       {"present", "absent"},  {"guilty", "innocent"},    {"correct", "incorrect"},
       {"valid", "invalid"},   {"safe", "unsafe"},        {"edible", "inedible"},
       {"hot", "cold"},        {"awake", "asleep"},       {"free", "occupied"},
       {"public", "private"},  {"mandatory", "optional"}, {"allowed", "forbidden"},
       {"可能", "不可能"},     {"有料", "無料"},          {"合法", "違法"},
       {"偶数", "奇数"},       {"有効", "無効"},          {"有罪", "無罪"},
       {"安全", "危険"},       {"必須", "任意"},          {"既婚", "未婚"},
       {"満員", "空席"}}};
  return std::any_of(kPairs.begin(), kPairs.end(), [&](const Pair& pair) {
    return (a == pair.first && b == pair.second) || (a == pair.second && b == pair.first);
  });
}

// "capital of France", フランスの首都: it has one value.
bool one_at_a_time(const std::string& subject) {
  for (const auto role : {"capital"sv, "president"sv, "ceo"sv, "author"sv, "director"sv, "inventor"sv,
                          "founder"sv, "mayor"sv, "king"sv, "queen"sv, "prime minister"sv, "owner"sv,
                          "captain"sv, "currency"sv, "birthplace"sv, "population"sv, "chairman"sv})
    if (subject.starts_with(std::string(role) + " of ")) return true;
  for (const auto role :
       {"の首都"sv, "の社長"sv, "の大統領"sv, "の首相"sv, "の作者"sv, "の著者"sv, "の監督"sv, "の創設者"sv,
        "の市長"sv, "の通貨"sv, "の県庁所在地"sv, "の会長"sv, "の館長"sv})
    if (subject.ends_with(role)) return true;
  return false;
}

class Relater {
 public:
  Relater(const std::vector<Claim>& claims, Network& network) : claims_(claims), network_(network) {}

  void run() {
    amounts();
    of_one_subject();
  }

 private:
  std::size_t note(std::string text, std::string japanese, double reliability) {
    const auto [place, added] = notes_.emplace(text, network_.rules.size());
    if (added) network_.rules.push_back({std::move(text), std::move(japanese), reliability, false, true});
    return place->second;
  }
  void exclusive(std::size_t a, std::size_t b, std::size_t rule) {
    add({-sign_of(std::min(a, b), true), -sign_of(std::max(a, b), true)}, rule);
  }
  void add(std::vector<Sign> literals, std::size_t rule) {
    if (proposition_of(literals[0]) == proposition_of(literals[1]) || !seen_.insert(literals).second) return;
    Constraint made;
    made.literals = std::move(literals);
    made.premises = 1;
    made.rule = rule;
    network_.constraints.push_back(std::move(made));
  }

  std::size_t narrowing() {
    return note("the narrower amount or date gives the wider", "狭い量や日付から広いものが言える", kAmounts);
  }

  void amounts() {
    std::map<std::string, std::vector<std::pair<std::size_t, Amount>>> frames;
    for (std::size_t i = 0; i < claims_.size(); ++i) {
      if (claims_[i].statement.scope == Scope::some || claims_[i].statement.subject.empty()) continue;
      for (Framed& one : framed(claims_[i].said, claims_[i].subject))
        frames[one.frame.key()].emplace_back(network_.claimed[i], std::move(one.amount));
    }
    for (const auto& [key, values] : frames)
      for (std::size_t i = 0; i < std::min(values.size(), kOfOneFrame); ++i)
        for (std::size_t j = i + 1; j < std::min(values.size(), kOfOneFrame); ++j) {
          const auto& [a, first] = values[i];
          const auto& [b, second] = values[j];
          if (a == b) continue;
          if (exclude(first, second))
            exclusive(a, b, note("two values of one amount or date", "一つの量や日付に二つの値", kAmounts));
          if (narrower(first, second)) add({-sign_of(a, true), sign_of(b, true)}, narrowing());
          if (narrower(second, first)) add({-sign_of(b, true), sign_of(a, true)}, narrowing());
        }
  }

  void of_one_subject() {
    std::map<std::string, std::vector<std::size_t>> subjects;
    for (std::size_t i = 0; i < network_.propositions.size(); ++i) {
      const Statement& said = network_.propositions[i].statement;
      if (!network_.propositions[i].latent && said.relation == Relation::is && !said.subject.empty())
        subjects[said.subject].push_back(i);
    }
    for (const auto& [subject, members] : subjects)
      for (std::size_t i = 0; i < std::min(members.size(), kOfOneFrame); ++i)
        for (std::size_t j = i + 1; j < std::min(members.size(), kOfOneFrame); ++j) {
          const std::string a = network_.propositions[members[i]].statement.object_words();
          const std::string b = network_.propositions[members[j]].statement.object_words();
          if (opposite(a, b))
            exclusive(members[i], members[j],
                      note("'" + a + "' and '" + b + "' exclude each other",
                           "'" + a + "' と '" + b + "' は両立しない", kOpposites));
          else if (one_at_a_time(subject))
            exclusive(members[i], members[j], note("it has one value", "値は一つ", kSingle));
        }
  }

  const std::vector<Claim>& claims_;
  Network& network_;
  std::set<std::vector<Sign>> seen_;
  std::map<std::string, std::size_t> notes_;
};

}  // namespace

std::vector<Rule> rules_of_words(const std::vector<Claim>& claims) {
  std::vector<Rule> rules;
  bool is = false;
  std::set<std::vector<std::string>> orders, parts;
  for (const Claim& claim : claims) {
    const Statement& said = claim.statement;
    if (said.relation == Relation::is) is = true;
    auto& into = said.relation == Relation::order ? orders : parts;
    if (said.relation == Relation::order || said.relation == Relation::part_of)
      into.insert(
          {said.predicate.begin(), said.predicate.begin() + static_cast<std::ptrdiff_t>(said.object)});
  }
  if (is) inherit(rules);
  for (const auto& words : parts) order(words, kPartOf, rules);
  for (const auto& words : orders) order(words, kOrder, rules);
  return rules;
}

void relate(const std::vector<Claim>& claims, Network& network) {
  Relater(claims, network).run();
}

}  // namespace genkai::limits::reasoning
