#include "logic/solve/smt.h"

#include <algorithm>
#include <array>

#include "logic/solve/answer.h"
#include "logic/solve/z3_engine.h"

namespace genkai::logic::solve {
namespace {

constexpr int kDeepest = 200;
constexpr std::array<std::string_view, 12> kAllowed = {
    "declare-const",     "declare-fun",     "declare-sort", "declare-datatype",
    "declare-datatypes", "define-fun",      "define-const", "define-sort",
    "define-fun-rec",    "define-funs-rec", "assert",       "set-logic"};
constexpr std::array<std::string_view, 8> kIgnored = {"check-sat",  "get-model", "exit", "set-info",
                                                      "set-option", "push",      "pop",  "reset-assertions"};

bool space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// The innermost level that this reader knows is the command; what is in it is left to Z3.
class ScriptReader {
 public:
  ScriptReader(std::string_view text, std::vector<Repair>& repairs) : text_(text), repairs_(repairs) {}

  Read<Script> read() {
    while (true) {
      skip();
      if (at_ >= text_.size()) break;
      if (text_[at_] != '(') {
        if (const std::size_t end = fence(); end > 0) {
          step(end);
          continue;
        }
        return cannot_read(What::missing, place_, {"("});
      }
      const Place place = place_;
      auto command = group();
      if (!command) return tl::unexpected(command.error());
      if (auto done = take(*command, place); !done) return tl::unexpected(done.error());
    }
    if (script_.text.empty()) return cannot_read(What::empty_program, {});
    return std::move(script_);
  }

 private:
  Read<bool> take(std::string_view command, Place place) {
    const auto words = words_of(command);
    const std::string name = words.empty() ? "" : words[0];
    const auto is_in = [&](const auto& list) {
      return std::find(list.begin(), list.end(), name) != list.end();
    };
    if (name == "get-value") {
      // Terms are put into an assertion, so they hold nothing in quotes.
      if (command.find('"') != std::string_view::npos)
        return cannot_read(What::unknown_character, place, {"\""});
      const std::size_t open = command.find('(', 1);
      if (open == std::string_view::npos) return cannot_read(What::missing, place, {"(terms)"});
      for (const std::string& term : words_of(command.substr(open, command.rfind(')') - open)))
        script_.terms.push_back(term);
      return true;
    }
    if (is_in(kIgnored)) {
      if (name == "push" || name == "pop" || name == "reset-assertions" || name == "set-option")
        repairs_.push_back({{What::command_ignored, {name}}, place});
      return true;
    }
    if (!is_in(kAllowed)) return cannot_read(What::forbidden_command, place, {name});
    script_.text += command;
    script_.text += '\n';
    const bool defines = name == "define-fun" || name == "define-const" || name == "declare-const";
    if (defines && words.size() > 2 && (name != "define-fun" || words[2] == "()") &&
        words[name == "define-fun" && words.size() > 3 ? 3 : 2] == "Bool") {
      const std::string& what = words[1];
      if ((what.size() == 1 && what[0] >= 'A' && what[0] <= 'Z' && name != "declare-const") ||
          what == "query" || what == "goal" || what == "conclusion")
        script_.queries.push_back(what);
    }
    return true;
  }

  // Words and groups of one level: "(define-fun A () Bool (> x 3))" has five.
  static std::vector<std::string> words_of(std::string_view group) {
    std::vector<std::string> words;
    std::string word;
    int depth = 0;
    const auto end = [&] {
      if (!word.empty()) words.push_back(word);
      word.clear();
    };
    if (group.size() < 2) return words;
    for (const char c : group.substr(1, group.size() - (group.back() == ')' ? 2 : 1))) {
      if (depth == 0 && (space(c) || c == '(')) end();
      depth += (c == '(') - (c == ')');
      if (depth > 0 || !space(c)) word += c;
      if (depth == 0 && c == ')') end();
      if (words.size() > 1000) break;
    }
    end();
    return words;
  }

  // From ( to its ), without comments.
  Read<std::string> group() {
    std::string out;
    int depth = 0;
    const Place begin = place_;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ';') {
        skip();
        out += ' ';
        continue;
      }
      // Z3 reads \| within |...|, and #|...|# as a comment: a reader that differs from it lets commands
      // through.
      if (c == '|' || c == '\\') return cannot_read(What::unknown_character, place_, {std::string(1, c)});
      if (c == '"') {
        const std::size_t end = text_.find(c, at_ + 1);
        if (end == std::string_view::npos) return cannot_read(What::missing, place_, {std::string(1, c)});
        const std::string_view quoted = text_.substr(at_, end - at_ + 1);
        if (quoted.find('\\') != std::string_view::npos)
          return cannot_read(What::unknown_character, place_, {"\\"});
        out += quoted;
        step(quoted.size());
        continue;
      }
      depth += (c == '(') - (c == ')');
      if (depth > kDeepest) return cannot_read(What::nested_too_deep, place_);
      out += c;
      step(1);
      if (depth == 0) return out;
    }
    return cannot_read(What::missing, begin, {")"});
  }

  void skip() {
    while (at_ < text_.size()) {
      if (space(text_[at_])) {
        step(1);
      } else if (text_[at_] == ';') {
        while (at_ < text_.size() && text_[at_] != '\n') step(1);
      } else {
        return;
      }
    }
  }
  // "```smt2" to the end of its line
  std::size_t fence() const {
    if (text_.substr(at_, 3) != "```") return 0;
    return std::min(text_.find('\n', at_), text_.size()) - at_;
  }
  void step(std::size_t bytes) {
    for (; bytes > 0 && at_ < text_.size(); --bytes, ++at_) {
      if (text_[at_] == '\n')
        ++place_.line, place_.column = 1;
      else if ((static_cast<unsigned char>(text_[at_]) & 0xC0) != 0x80)
        ++place_.column;
    }
  }

  std::string_view text_;
  std::vector<Repair>& repairs_;
  std::size_t at_ = 0;
  Place place_{1, 1};
  Script script_;
};

class SmtAnswer {
 public:
  SmtAnswer(const Script& script, const Problem& problem, const Budget& budget, Solution& solution)
      : script_(script), options_(options_of(problem.options)), engine_(budget), solution_(solution) {}

  Read<bool> answer() {
    if (auto done = engine_.assert_smt(script_.text); !done) return done;
    const Check all = engine_.check();
    if (all == Check::unsat) {
      solution_.status = Status::unsatisfiable;
      solution_.why = {What::no_solution, {}};
      return true;
    }
    if (!script_.queries.empty()) return queries();
    if (all == Check::unknown) return gave_up();
    if (!script_.terms.empty()) return values();
    solution_.status = options_.empty() ? Status::ok : Status::ambiguous;
    solution_.answer = "sat";
    solution_.why = {options_.empty() ? What::satisfiable : What::none_follows, {}};
    return true;
  }

 private:
  // A script of its own for each, as a term of another parse is not this one's.
  Read<bool> queries() {
    std::vector<bool> holds, fails;
    for (const std::string& name : script_.queries) {
      const auto value = engine_.value_of(script_.text, name);
      if (!value) return tl::unexpected(value.error());
      if (!*value || (*value)->another == Check::unknown) return gave_up();
      const bool settled = (*value)->another == Check::unsat;
      holds.push_back(settled && (*value)->text == "true");
      fails.push_back(settled && (*value)->text == "false");
      if (holds.back()) solution_.why = {What::follows, {name}};
    }
    if (script_.queries.size() > 1 || script_.queries[0].size() == 1) {
      choose_one(holds, script_.queries, solution_);
      return true;
    }
    solution_.why = {holds[0]   ? What::follows
                     : fails[0] ? What::refuted
                                : What::neither_follows,
                     {script_.queries[0]}};
    choose(holds[0] ? Truth::yes : fails[0] ? Truth::no : Truth::unknown, options_, solution_);
    return true;
  }

  Read<bool> values() {
    std::string list;
    for (const std::string& term : script_.terms) {
      const auto value = engine_.value_of(script_.text, term);
      if (!value) return tl::unexpected(value.error());
      if (!*value || (*value)->another == Check::unknown) return gave_up();
      if ((*value)->another == Check::sat) {
        solution_.status = Status::ambiguous;
        solution_.why = {What::value_open, {term, (*value)->text, "something else"}};
        return true;
      }
      list += (list.empty() ? "" : ", ") + (*value)->text;
      solution_.steps.push_back(term + " = " + (*value)->text);
    }
    solution_.why = {
        What::value_found,
        {script_.terms.size() == 1 ? script_.terms[0] : "(" + std::to_string(script_.terms.size()) + ")",
         list}};
    solution_.status = Status::ok;
    solution_.answer = list;
    if (options_.empty()) return true;
    if (const auto option = option_with(options_, list)) {
      solution_.answer = options_[*option].name();
      return true;
    }
    solution_.status = Status::ambiguous;
    solution_.why = {What::no_such_option, {list}};
    return true;
  }

  Read<bool> gave_up() {
    solution_.status = Status::undetermined;
    solution_.why = {What::solver_gave_up, {engine_.reason()}};
    return true;
  }

  const Script& script_;
  const std::vector<Option> options_;
  Z3Engine engine_;
  Solution& solution_;
};

}  // namespace

bool looks_like_smt(std::string_view program) {
  return program.find("(assert") != std::string_view::npos ||
         program.find("(declare-") != std::string_view::npos ||
         program.find("(check-sat") != std::string_view::npos;
}

Read<Script> read_smt(std::string_view program, std::vector<Repair>& repairs) {
  return ScriptReader(program, repairs).read();
}

Solution solve_smt(const Problem& problem, const Budget& budget) {
  Solution solution;
  solution.dialect = Dialect::smt;
  const auto script = read_smt(problem.program, solution.repairs);
  if (!script) {
    solution.error = script.error();
    return solution;
  }
  if (const auto done = SmtAnswer(*script, problem, budget, solution).answer(); !done)
    solution.error = done.error();
  return solution;
}

}  // namespace genkai::logic::solve
