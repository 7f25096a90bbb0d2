#include "logic/program/compiler.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "logic/program/lexer.h"
#include "logic/program/unicode.h"

namespace genkai::logic {
namespace {

using base::fail;
using base::Result;
using base::Status;
using Names = std::unordered_set<std::uint32_t>;
using Slots = std::unordered_map<std::uint32_t, std::int32_t>;

/// The names that statements bind, functions' bodies left out, and those that they declare global.
class Bindings {
 public:
  explicit Bindings(const Tree& tree) : tree_(tree) {}
  std::vector<std::uint32_t> bound;  // in order of their first binding
  Names globals;

  void collect(const std::vector<Stmt>& body) {
    for (const Stmt& stmt : body) {
      if (stmt.kind == StmtKind::global) globals.insert(stmt.names.begin(), stmt.names.end());
      if (stmt.kind == StmtKind::def) {
        bind(stmt.names.front());
        continue;
      }
      for (const ExprId target : stmt.targets) bind_target(target);
      for (const Arm& arm : stmt.arms) collect(arm.body);
      collect(stmt.otherwise);
    }
  }

 private:
  void bind(std::uint32_t name) {
    if (seen_.insert(name).second) bound.push_back(name);
  }
  void bind_target(ExprId id) {
    const Expr& expr = tree_.exprs[static_cast<std::size_t>(id)];
    if (expr.kind == ExprKind::name) bind(expr.value);
    if (expr.kind == ExprKind::tuple || expr.kind == ExprKind::list)
      for (std::uint32_t i = 0; i < expr.items_size; ++i) bind_target(tree_.items[expr.items_begin + i]);
  }
  const Tree& tree_;
  Names seen_;
};

class Compiler {
 public:
  explicit Compiler(const Tree& tree) : tree_(tree) {}

  Result<Code> run() {
    code_.constants.resize(3);
    code_.constants[1].kind = Constant::Kind::true_;
    code_.constants[2].kind = Constant::Kind::false_;
    find_assigned(tree_.body);
    code_.functions.emplace_back().name = "<program>";
    function_ = 0;
    GENKAI_RETURN_IF_ERROR(block(tree_.body));
    emit(Op::end, 0, 0, 0);
    code_.only_defines = !code_.defined.empty() && only_defines(tree_.body);
    return std::move(code_);
  }

 private:
  struct Loop {
    std::size_t head = 0;
    bool iterates = false;  // an iterator lies on the stack
    std::vector<std::size_t> breaks;
  };

  const Expr& at(ExprId id) const { return tree_.exprs[static_cast<std::size_t>(id)]; }
  std::vector<Instruction>& code() { return code_.functions[function_].instructions; }
  std::size_t emit(Op op, std::int32_t a, std::int32_t b, std::uint32_t line) {
    code().push_back({op, a, b, line});
    return code().size() - 1;
  }
  std::int32_t here() { return static_cast<std::int32_t>(code().size()); }
  void land(std::size_t jump) { code()[jump].a = here(); }

  /// Names that the program gives a global meaning somewhere.
  void find_assigned(const std::vector<Stmt>& body) {
    Bindings all(tree_);
    all.collect(body);
    assigned_.insert(all.bound.begin(), all.bound.end());
    assigned_.insert(all.globals.begin(), all.globals.end());
    find_globals_of_functions(body);
  }
  void find_globals_of_functions(const std::vector<Stmt>& body) {
    for (const Stmt& stmt : body) {
      for (const Arm& arm : stmt.arms) {
        if (stmt.kind == StmtKind::def) {
          Bindings inner(tree_);
          inner.collect(arm.body);
          assigned_.insert(inner.globals.begin(), inner.globals.end());
        }
        find_globals_of_functions(arm.body);
      }
      find_globals_of_functions(stmt.otherwise);
    }
  }

  bool literal(ExprId id) const {
    const Expr& expr = at(id);
    if (expr.kind == ExprKind::unary) return literal(expr.first);
    return expr.kind <= ExprKind::string;
  }
  bool only_defines(const std::vector<Stmt>& body) const {
    return std::all_of(body.begin(), body.end(), [&](const Stmt& stmt) {
      if (stmt.kind == StmtKind::assign || stmt.kind == StmtKind::expression) return literal(stmt.value);
      return stmt.kind == StmtKind::def || stmt.kind == StmtKind::pass;
    });
  }

  std::int32_t global_slot(std::uint32_t name) {
    const auto [found, fresh] =
        global_slots_.try_emplace(name, static_cast<std::int32_t>(code_.globals.size()));
    if (fresh) code_.globals.push_back(tree_.texts[name]);
    return found->second;
  }
  const std::int32_t* local_slot(std::uint32_t name) const {
    const auto found = locals_.find(name);
    return found == locals_.end() ? nullptr : &found->second;
  }
  Status load(std::uint32_t name, std::uint32_t line) {
    if (const std::int32_t* slot = local_slot(name)) {
      emit(Op::load_local, *slot, 0, line);
      return {};
    }
    const std::string& text = tree_.texts[name];
    if (text == "__name__" && !assigned_.contains(name)) {
      Constant main;
      main.kind = Constant::Kind::string;
      main.text = U"__main__";
      code_.constants.push_back(std::move(main));
      emit(Op::constant, static_cast<std::int32_t>(code_.constants.size() - 1), 0, line);
      return {};
    }
    if (!assigned_.contains(name) && is_foreign_builtin(text)) return fail(unsupported_at(line, text + "()"));
    emit(Op::load_global, global_slot(name), 0, line);
    return {};
  }
  void store(std::uint32_t name, std::uint32_t line) {
    if (const std::int32_t* slot = local_slot(name))
      emit(Op::store_local, *slot, 0, line);
    else
      emit(Op::store_global, global_slot(name), 0, line);
  }

  std::int32_t constant(const Expr& expr) {
    if (expr.kind == ExprKind::none) return 0;
    if (expr.kind == ExprKind::true_) return 1;
    if (expr.kind == ExprKind::false_) return 2;
    Constant value;
    if (expr.kind == ExprKind::number) {
      value.kind = Constant::Kind::number;
      value.number = tree_.numbers[expr.value];
    } else {
      const auto found = string_constants_.find(expr.value);
      if (found != string_constants_.end()) return found->second;
      string_constants_.emplace(expr.value, static_cast<std::int32_t>(code_.constants.size()));
      value.kind = Constant::Kind::string;
      value.text = to_code_points(tree_.texts[expr.value]);
    }
    code_.constants.push_back(std::move(value));
    return static_cast<std::int32_t>(code_.constants.size() - 1);
  }

  Status items(const Expr& expr) {
    for (std::uint32_t i = 0; i < expr.items_size; ++i)
      GENKAI_RETURN_IF_ERROR(expression(tree_.items[expr.items_begin + i]));
    return {};
  }

  Status expression(ExprId id) {
    const Expr expr = at(id);
    const std::uint32_t line = expr.line;
    const auto size = static_cast<std::int32_t>(expr.items_size);
    switch (expr.kind) {
      case ExprKind::none:
      case ExprKind::true_:
      case ExprKind::false_:
      case ExprKind::number:
      case ExprKind::string:
        emit(Op::constant, constant(expr), 0, line);
        return {};
      case ExprKind::name:
        return load(expr.value, line);
      case ExprKind::unary:
        GENKAI_RETURN_IF_ERROR(expression(expr.first));
        emit(Op::unary, expr.op, 0, line);
        return {};
      case ExprKind::binary:
      case ExprKind::index:
        GENKAI_RETURN_IF_ERROR(expression(expr.first));
        GENKAI_RETURN_IF_ERROR(expression(expr.second));
        emit(expr.kind == ExprKind::index ? Op::index : Op::binary, expr.op, 0, line);
        return {};
      case ExprKind::logical: {
        std::vector<std::size_t> exits;
        for (std::uint32_t i = 0; i < expr.items_size; ++i) {
          GENKAI_RETURN_IF_ERROR(expression(tree_.items[expr.items_begin + i]));
          if (i + 1 < expr.items_size)
            exits.push_back(
                emit(expr.op == 0 ? Op::jump_if_false_or_pop : Op::jump_if_true_or_pop, 0, 0, line));
        }
        for (const std::size_t exit : exits) land(exit);
        return {};
      }
      case ExprKind::compare:
        return comparison(expr);
      case ExprKind::conditional: {
        GENKAI_RETURN_IF_ERROR(expression(expr.second));
        const std::size_t no = emit(Op::jump_if_false, 0, 0, line);
        GENKAI_RETURN_IF_ERROR(expression(expr.first));
        const std::size_t done = emit(Op::jump, 0, 0, line);
        land(no);
        GENKAI_RETURN_IF_ERROR(expression(expr.third));
        land(done);
        return {};
      }
      case ExprKind::call:
        GENKAI_RETURN_IF_ERROR(expression(expr.first));
        GENKAI_RETURN_IF_ERROR(items(expr));
        emit(Op::call, size, expr.op, line);
        return {};
      case ExprKind::method:
        GENKAI_RETURN_IF_ERROR(expression(expr.first));
        GENKAI_RETURN_IF_ERROR(items(expr));
        emit(Op::method, size, static_cast<std::int32_t>(*method_called(tree_.texts[expr.value])), line);
        return {};
      case ExprKind::slice:
        GENKAI_RETURN_IF_ERROR(expression(expr.first));
        for (std::uint32_t i = 0; i < 3; ++i) {
          const ExprId part = tree_.items[expr.items_begin + i];
          if (part == kNoExpr)
            emit(Op::constant, 0, 0, line);
          else
            GENKAI_RETURN_IF_ERROR(expression(part));
        }
        emit(Op::slice, 0, 0, line);
        return {};
      case ExprKind::list:
      case ExprKind::tuple:
        GENKAI_RETURN_IF_ERROR(items(expr));
        emit(expr.kind == ExprKind::list ? Op::build_list : Op::build_tuple, size, 0, line);
        return {};
    }
    return {};
  }

  /// a < b < c: b is evaluated once, and c not at all when a < b is false.
  Status comparison(const Expr& expr) {
    GENKAI_RETURN_IF_ERROR(expression(tree_.items[expr.items_begin]));
    std::vector<std::size_t> exits;
    for (std::uint32_t i = 1; i < expr.items_size; i += 2) {
      const std::int32_t op = tree_.items[expr.items_begin + i];
      GENKAI_RETURN_IF_ERROR(expression(tree_.items[expr.items_begin + i + 1]));
      if (i + 2 < expr.items_size) {
        emit(Op::duplicate, 0, 0, expr.line);
        emit(Op::rotate_three, 0, 0, expr.line);  // x y y -> y x y
        emit(Op::compare, op, 0, expr.line);
        exits.push_back(emit(Op::jump_if_false_or_pop, 0, 0, expr.line));
      } else {
        emit(Op::compare, op, 0, expr.line);
      }
    }
    if (exits.empty()) return {};
    const std::size_t done = emit(Op::jump, 0, 0, expr.line);
    for (const std::size_t exit : exits) land(exit);
    emit(Op::swap, 0, 0, expr.line);
    emit(Op::pop, 0, 0, expr.line);
    land(done);
    return {};
  }

  /// Stores the value on top of the stack.
  Status assign(ExprId id) {
    const Expr expr = at(id);
    switch (expr.kind) {
      case ExprKind::name:
        store(expr.value, expr.line);
        return {};
      case ExprKind::index:
        GENKAI_RETURN_IF_ERROR(expression(expr.first));
        GENKAI_RETURN_IF_ERROR(expression(expr.second));
        emit(Op::store_index, 0, 0, expr.line);
        return {};
      default:
        emit(Op::unpack, static_cast<std::int32_t>(expr.items_size), 0, expr.line);
        for (std::uint32_t i = 0; i < expr.items_size; ++i)
          GENKAI_RETURN_IF_ERROR(assign(tree_.items[expr.items_begin + i]));
        return {};
    }
  }

  Status augmented(const Stmt& stmt) {
    const Expr target = at(stmt.targets.front());
    const auto op = static_cast<std::int32_t>(stmt.op);
    if (target.kind == ExprKind::name) {
      GENKAI_RETURN_IF_ERROR(load(target.value, stmt.line));
      GENKAI_RETURN_IF_ERROR(expression(stmt.value));
      emit(Op::inplace, op, 0, stmt.line);
      store(target.value, stmt.line);
      return {};
    }
    GENKAI_RETURN_IF_ERROR(expression(target.first));
    GENKAI_RETURN_IF_ERROR(expression(target.second));
    emit(Op::duplicate_two, 0, 0, stmt.line);
    emit(Op::index, 0, 0, stmt.line);
    GENKAI_RETURN_IF_ERROR(expression(stmt.value));
    emit(Op::inplace, op, 0, stmt.line);
    emit(Op::rotate_three, 0, 0, stmt.line);  // of index value -> value of index
    emit(Op::store_index, 0, 0, stmt.line);
    return {};
  }

  Status block(const std::vector<Stmt>& body) {
    for (const Stmt& stmt : body) GENKAI_RETURN_IF_ERROR(statement(stmt));
    return {};
  }

  Status statement(const Stmt& stmt) {
    if (stmt.kind == StmtKind::if_) return if_statement(stmt);
    if (stmt.kind == StmtKind::while_) return while_statement(stmt);
    if (stmt.kind == StmtKind::for_) return for_statement(stmt);
    if (stmt.kind == StmtKind::global) return {};  // a declaration: nothing is executed
    emit(Op::step, 0, 0, stmt.line);
    switch (stmt.kind) {
      case StmtKind::expression:
        GENKAI_RETURN_IF_ERROR(expression(stmt.value));
        emit(Op::pop, 0, 0, stmt.line);
        return {};
      case StmtKind::assign:
        GENKAI_RETURN_IF_ERROR(expression(stmt.value));
        for (std::size_t i = 0; i < stmt.targets.size(); ++i) {
          if (i + 1 < stmt.targets.size()) emit(Op::duplicate, 0, 0, stmt.line);
          GENKAI_RETURN_IF_ERROR(assign(stmt.targets[i]));
        }
        return {};
      case StmtKind::augmented:
        return augmented(stmt);
      case StmtKind::break_:
        if (loops_.back().iterates) emit(Op::pop, 0, 0, stmt.line);
        loops_.back().breaks.push_back(emit(Op::jump, 0, 0, stmt.line));
        return {};
      case StmtKind::continue_:
        emit(Op::loop, static_cast<std::int32_t>(loops_.back().head), 0, stmt.line);
        return {};
      case StmtKind::return_:
        if (stmt.value == kNoExpr)
          emit(Op::constant, 0, 0, stmt.line);
        else
          GENKAI_RETURN_IF_ERROR(expression(stmt.value));
        emit(Op::return_, 0, 0, stmt.line);
        return {};
      case StmtKind::def:
        return def_statement(stmt);
      case StmtKind::assert_: {
        GENKAI_RETURN_IF_ERROR(expression(stmt.value));
        const std::size_t holds = emit(Op::jump_if_true, 0, 0, stmt.line);
        if (stmt.detail != kNoExpr) GENKAI_RETURN_IF_ERROR(expression(stmt.detail));
        emit(Op::fail_assertion, stmt.detail != kNoExpr, 0, stmt.line);
        land(holds);
        return {};
      }
      default:
        return {};
    }
  }

  Status if_statement(const Stmt& stmt) {
    std::vector<std::size_t> exits;
    for (const Arm& arm : stmt.arms) {
      emit(Op::step, 0, 0, arm.line);
      GENKAI_RETURN_IF_ERROR(expression(arm.test));
      const std::size_t no = emit(Op::jump_if_false, 0, 0, arm.line);
      GENKAI_RETURN_IF_ERROR(block(arm.body));
      exits.push_back(emit(Op::jump, 0, 0, arm.line));
      land(no);
    }
    GENKAI_RETURN_IF_ERROR(block(stmt.otherwise));
    for (const std::size_t exit : exits) land(exit);
    return {};
  }

  Status while_statement(const Stmt& stmt) {
    const Arm& arm = stmt.arms.front();
    const std::int32_t head = here();
    emit(Op::step, 0, 0, stmt.line);
    GENKAI_RETURN_IF_ERROR(expression(arm.test));
    const std::size_t no = emit(Op::jump_if_false, 0, 0, stmt.line);
    return loop_body(stmt, head, false, no);
  }

  Status for_statement(const Stmt& stmt) {
    GENKAI_RETURN_IF_ERROR(expression(stmt.value));
    emit(Op::iterate, 0, 0, stmt.line);
    const std::int32_t head = here();
    emit(Op::step, 0, 0, stmt.line);
    const std::size_t none = emit(Op::next, 0, 0, stmt.line);
    GENKAI_RETURN_IF_ERROR(assign(stmt.targets.front()));
    return loop_body(stmt, head, true, none);
  }

  Status loop_body(const Stmt& stmt, std::int32_t head, bool iterates, std::size_t exit) {
    loops_.push_back({static_cast<std::size_t>(head), iterates, {}});
    GENKAI_RETURN_IF_ERROR(block(stmt.arms.front().body));
    emit(Op::loop, head, 0, stmt.line);
    land(exit);
    const Loop done = std::move(loops_.back());
    loops_.pop_back();
    GENKAI_RETURN_IF_ERROR(block(stmt.otherwise));
    for (const std::size_t jump : done.breaks) land(jump);
    return {};
  }

  Status def_statement(const Stmt& stmt) {
    for (const ExprId value : stmt.targets) GENKAI_RETURN_IF_ERROR(expression(value));
    const std::size_t outer = function_;
    function_ = code_.functions.size();
    FunctionCode& made = code_.functions.emplace_back();
    made.name = tree_.texts[stmt.names.front()];
    made.parameters = static_cast<std::uint32_t>(stmt.names.size() - 1);
    made.required = made.parameters - static_cast<std::uint32_t>(stmt.targets.size());
    Bindings inner(tree_);
    inner.collect(stmt.arms.front().body);
    const auto add_local = [&](std::uint32_t name) {
      if (!locals_.try_emplace(name, static_cast<std::int32_t>(made.locals.size())).second) return;
      made.locals.push_back(tree_.texts[name]);
    };
    for (std::size_t i = 1; i < stmt.names.size(); ++i) {
      if (inner.globals.contains(stmt.names[i]))
        return fail(error_at(base::Code::invalid_argument, stmt.line, "a parameter is declared global"));
      add_local(stmt.names[i]);
    }
    for (const std::uint32_t name : inner.bound)
      if (!inner.globals.contains(name)) add_local(name);
    std::vector<Loop> outer_loops = std::exchange(loops_, {});
    GENKAI_RETURN_IF_ERROR(block(stmt.arms.front().body));
    emit(Op::constant, 0, 0, stmt.line);
    emit(Op::return_, 0, 0, stmt.line);
    loops_ = std::move(outer_loops);
    locals_.clear();
    const std::size_t index = std::exchange(function_, outer);
    code_.defined.push_back(static_cast<std::uint32_t>(index));
    emit(Op::make_function, static_cast<std::int32_t>(index), 0, stmt.line);
    store(stmt.names.front(), stmt.line);
    return {};
  }

  const Tree& tree_;
  Code code_;
  std::size_t function_ = 0;
  Names assigned_;
  Slots global_slots_, locals_, string_constants_;
  std::vector<Loop> loops_;
};

}  // namespace

Result<Code> compile(const Tree& tree) {
  return Compiler(tree).run();
}

}  // namespace genkai::logic
