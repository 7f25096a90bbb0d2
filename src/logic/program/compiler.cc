#include "logic/program/compiler.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "logic/program/expression_compiler.h"
#include "logic/program/lexer.h"

namespace genkai::logic {
namespace {

using base::fail;
using base::Result;
using base::Status;
using Names = std::unordered_set<std::uint32_t>;

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

class Compiler : public ExpressionCompiler {
 public:
  using ExpressionCompiler::ExpressionCompiler;

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

  std::vector<Loop> loops_;
};

}  // namespace

Result<Code> compile(const Tree& tree) {
  return Compiler(tree).run();
}

}  // namespace genkai::logic
