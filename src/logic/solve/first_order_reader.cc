#include <algorithm>
#include <set>
#include <utility>

#include "logic/solve/first_order.h"
#include "logic/solve/names.h"

namespace genkai::logic::solve {
namespace {

using Asks = Theory::Asks;

class FirstOrderReader {
 public:
  FirstOrderReader(const Source& source, std::vector<Repair>& repairs) : source_(source), repairs_(repairs) {}

  Read<Theory> read() {
    for (const Statement& one : source_.statements)
      if (auto done = take(one); !done) return tl::unexpected(done.error());
    if (theory_.queries.empty()) return cannot_read(What::no_query, {});
    if (theory_.premises.empty() && theory_.enumerations.empty()) return cannot_read(What::no_premises, {});
    const bool labelled = std::none_of(theory_.queries.begin(), theory_.queries.end(),
                                       [](const auto& one) { return one.name.empty(); });
    if (theory_.queries.size() > 1 && !labelled)
      return cannot_read(What::several_queries, theory_.queries[1].formula.place);
    return std::move(theory_);
  }

 private:
  Read<bool> take(const Statement& one) {
    if (one.section == Section::predicates || one.section == Section::domain ||
        one.section == Section::variables)
      return true;
    const bool query = one.section == Section::conclusion || one.section == Section::query ||
                       one.section == Section::options;
    std::vector<Repair> repairs;
    auto parsed = parse(one.text, one.place, repairs);
    const bool prose = !parsed || (parsed->op == Op::name && parsed->name.find('_') != std::string::npos &&
                                   !repairs.empty());
    const bool beside = (one.section == Section::none && source_.sectioned()) ||
                        (query && (!theory_.queries.empty() || one.section == Section::options));
    if (prose && beside) {
      repairs_.push_back({{What::prose_dropped, {one.text.substr(0, 60)}}, one.place});
      return true;
    }
    if (query && parsed && parsed->op == Op::name && parsed->name == "Question") return true;
    if (!parsed) return tl::unexpected(parsed.error());
    std::move(repairs.begin(), repairs.end(), std::back_inserter(repairs_));
    if (parsed->op == Op::equal && declares(parsed->parts[1])) return declare(*parsed);
    if (query) return ask(std::move(*parsed), one);
    if (auto done = close(*parsed); !done) return done;
    theory_.premises.push_back(std::move(*parsed));
    return true;
  }

  static bool declares(const Expression& e) {
    return e.op == Op::call && (e.name == "EnumSort" || e.name == "Function" || e.name == "DeclareSort" ||
                                e.name == "IntSort" || e.name == "BoolSort");
  }

  Read<bool> declare(const Expression& e) {
    const Expression& made = e.parts[1];
    const std::string& name = e.parts[0].name;
    if (made.name == "IntSort" || made.name == "BoolSort" || made.name == "DeclareSort") {
      aliases_[name] = made.name == "IntSort" ? "Int" : made.name == "BoolSort" ? "Bool" : "Entity";
      return true;
    }
    if (made.parts.empty()) return cannot_read(What::missing, made.place, {"the members"});
    if (made.name == "EnumSort") {
      Theory::Enumeration all;
      for (const Expression& one : made.parts[0].parts) {
        if (one.op == Op::number)
          all.numbers.push_back(one.number);
        else if (one.op == Op::name &&
                 std::find(all.members.begin(), all.members.end(), one.name) == all.members.end())
          all.members.push_back(one.name);
        else
          return cannot_read(What::unexpected, one.place, {to_text(one)});
      }
      if (all.members.empty() == all.numbers.empty() || all.members.size() + all.numbers.size() > 1000)
        return cannot_read(What::missing, made.place, {"a list of names, or of numbers"});
      for (const std::string& member : all.members) {
        const auto [at, fresh] =
            theory_.symbols.emplace(std::pair(member, std::size_t{0}), Theory::Symbol{{}, name});
        if (!fresh && at->second.result != name)
          return cannot_read(What::sort_clash, made.place, {member, name});
        names_.intern(member);
      }
      theory_.enumerations[name] = std::move(all);
      return true;
    }
    const Expression& type = made.parts[0];  // [a, b] -> [c]
    if (type.op != Op::implication) return cannot_read(What::missing, made.place, {"[sorts] -> [sort]"});
    Theory::Symbol symbol;
    const auto sorts = [&](const Expression& list) {
      std::vector<std::string> all;
      if (list.op == Op::name) all.push_back(sort_called(list.name));
      for (const Expression& one : list.parts) all.push_back(sort_called(one.name));
      return all;
    };
    symbol.arguments = sorts(type.parts[0]);
    const auto result = sorts(type.parts[1]);
    if (result.size() != 1) return cannot_read(What::missing, type.place, {"one result"});
    symbol.result = result[0];
    names_.intern(name, symbol.arguments.size() + 1);
    keep_in_range(name, symbol, e.place);
    theory_.symbols[{name, symbol.arguments.size()}] = std::move(symbol);
    return true;
  }

  // A function into a range of numbers has its values there.
  void keep_in_range(const std::string& name, const Theory::Symbol& symbol, Place place) {
    const auto range = theory_.enumerations.find(symbol.result);
    if (range == theory_.enumerations.end() || !range->second.members.empty()) return;
    Expression all{Op::for_all, {}, 0, {}, {}, place}, value{Op::call, name, 0, {}, {}, place},
        any{Op::disjunction, {}, 0, {}, {}, place};
    for (const std::string& sort : symbol.arguments) {
      all.bound.push_back({"argument " + std::to_string(all.bound.size()), sort});
      value.parts.push_back({Op::variable, all.bound.back().name, 0, {}, {}, place});
    }
    for (const std::int64_t number : range->second.numbers)
      any.parts.push_back({Op::equal, {}, 0, {value, {Op::number, {}, number, {}, {}, place}}, {}, place});
    all.parts.push_back(std::move(any));
    theory_.premises.push_back(std::move(all));
  }

  std::string sort_called(const std::string& name) const {
    if (theory_.enumerations.contains(name)) return name;
    if (const auto alias = aliases_.find(name); alias != aliases_.end()) return alias->second;
    if (name == "int" || name == "Int") return "Int";
    if (name == "bool" || name == "Bool") return "Bool";
    return "Entity";
  }

  Read<bool> ask(Expression e, const Statement& one) {
    Theory::Query query;
    query.name = one.label;
    query.text = one.text;
    if (query.name.empty()) query.name = label_in(one.comment);
    if (e.op == Op::call && e.parts.size() == 1 &&
        (e.name == "is_valid" || e.name == "is_sat" || e.name == "is_unsat")) {
      query.asks = e.name == "is_valid" ? Asks::follows
                   : e.name == "is_sat" ? Asks::possible
                                        : Asks::impossible;
      e = Expression(e.parts[0]);
    }
    if (auto done = close(e); !done) return done;
    query.formula = std::move(e);
    theory_.queries.push_back(std::move(query));
    return true;
  }
  static std::string label_in(const std::string& comment) {
    for (std::size_t i = 0; i + 2 < comment.size(); ++i)
      if (comment[i] == '(' && comment[i + 1] >= 'A' && comment[i + 1] <= 'Z' && comment[i + 2] == ')')
        return std::string(1, comment[i + 1]);
    return {};
  }

  // No variable is free, and each name has one spelling.
  Read<bool> close(Expression& e) {
    std::vector<std::string> bound;
    return close(e, bound);
  }
  Read<bool> close(Expression& e, std::vector<std::string>& bound) {
    const std::size_t outside = bound.size();
    for (auto& one : e.bound) {
      bound.push_back(one.name);
      variables_.insert(one.name);
      if (!one.sort.empty()) one.sort = sort_called(one.sort);
    }
    if (e.op == Op::name || e.op == Op::variable) {
      if (std::find(bound.begin(), bound.end(), e.name) != bound.end()) {
        e.op = Op::variable;
        return true;
      }
      const bool letter = e.name.size() == 1 && e.name[0] >= 'u' && e.name[0] <= 'z' &&
                          !theory_.symbols.contains({e.name, 0});
      if (e.op == Op::variable || letter || variables_.contains(e.name))
        return cannot_read(What::free_variable, e.place, {e.name});
      spell(e, 0);
    }
    if (e.op == Op::call && e.bound.empty() && e.name != "Distinct") spell(e, e.parts.size() + 1);
    for (Expression& part : e.parts)
      if (auto done = close(part, bound); !done) return done;
    bound.resize(outside);
    return true;
  }
  void spell(Expression& e, std::size_t kind) {
    const auto found = names_.intern(e.name, kind);
    if (!found.merged) return;
    repairs_.push_back({{What::spelling_merged, {e.name, names_[found.number]}}, e.place});
    e.name = names_[found.number];
  }

  const Source& source_;
  std::vector<Repair>& repairs_;
  Theory theory_;
  Names names_;
  std::map<std::string, std::string> aliases_;
  std::set<std::string> variables_;
};

}  // namespace

Read<Theory> read_first_order(const Source& source, std::vector<Repair>& repairs) {
  return FirstOrderReader(source, repairs).read();
}

}  // namespace genkai::logic::solve
