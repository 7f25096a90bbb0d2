#include "logic/program/program.h"

#include <algorithm>
#include <utility>

#include "logic/program/compiler.h"
#include "logic/program/literal.h"
#include "logic/program/machine.h"
#include "logic/program/parser.h"
#include "logic/program/unicode.h"

namespace genkai::logic {
namespace {

using base::fail;
using base::Result;

void conclude(Machine& machine, bool done, Execution& out) {
  out.steps = machine.steps();
  out.output = std::move(machine.context().output);
  out.output_cut = machine.context().output_cut;
  const Stop& stop = machine.context().stop;
  if (machine.repeats()) {
    out.ending = Ending::never_halts;
    out.earlier_step = machine.earlier_step();
    out.later_step = machine.steps();
    out.line = machine.line();
  } else if (done) {
    out.ending = Ending::halted;
  } else {
    out.ending = stop.failed ? Ending::failed : Ending::undetermined;
    out.bound = stop.failed ? Bound::none : stop.bound;
    out.error = stop.text;
    out.line = machine.line();
  }
}

}  // namespace

std::string_view to_string(Ending ending) {
  switch (ending) {
    case Ending::halted:
      return "halted";
    case Ending::failed:
      return "failed";
    case Ending::never_halts:
      return "never_halts";
    case Ending::undetermined:
      return "undetermined";
  }
  return {};
}

std::string_view to_string(Bound bound) {
  switch (bound) {
    case Bound::none:
      return "none";
    case Bound::steps:
      return "steps";
    case Bound::operations:
      return "operations";
    case Bound::memory:
      return "memory";
    case Bound::integer_bits:
      return "integer_bits";
    case Bound::depth:
      return "depth";
    case Bound::unsupported:
      return "unsupported";
  }
  return {};
}

Result<Program> Program::parse(std::string_view source, std::size_t source_bytes) {
  if (source.size() > source_bytes)
    return fail(base::Code::resource_exhausted,
                "the program has more than " + std::to_string(source_bytes) + " bytes",
                "give a shorter program");
  GENKAI_ASSIGN_OR_RETURN(const Tree tree, parse_program(source));
  GENKAI_ASSIGN_OR_RETURN(Code code, compile(tree));
  return Program(std::make_shared<const Code>(std::move(code)));
}

std::vector<FunctionInfo> Program::functions() const {
  std::vector<FunctionInfo> out;
  for (const std::uint32_t index : code_->defined) {
    const FunctionCode& function = code_->functions[index];
    std::erase_if(out, [&](const FunctionInfo& known) { return known.name == function.name; });
    out.push_back({function.name, function.required, function.parameters});
  }
  return out;
}

bool Program::only_defines() const {
  return code_->only_defines;
}

Execution run(const Program& program, const Budget& budget) {
  Execution out;
  Machine machine(program.code(), budget);
  const bool done = machine.run();
  conclude(machine, done, out);
  return out;
}

Result<Execution> call(const Program& program, std::string_view function,
                       const std::vector<std::string>& arguments, const Budget& budget) {
  const std::vector<FunctionInfo> known = program.functions();
  const auto found =
      std::find_if(known.begin(), known.end(), [&](const auto& one) { return one.name == function; });
  if (found == known.end())
    return fail(base::Code::not_found, "the program defines no function \"" + std::string(function) + "\"");
  if (arguments.size() < found->required || arguments.size() > found->parameters)
    return fail(base::Code::invalid_argument, "\"" + std::string(function) + "\" takes " +
                                                  std::to_string(found->parameters) + " arguments, " +
                                                  std::to_string(arguments.size()) + " were given");
  Machine machine(program.code(), budget);
  Execution out;
  if (!machine.run()) {
    conclude(machine, false, out);
    return out;
  }
  std::vector<Value> values;
  for (const std::string& text : arguments) {
    GENKAI_ASSIGN_OR_RETURN(const Value value, read_literal(text, machine.context()));
    values.push_back(value);
  }
  const std::vector<std::string>& globals = program.code().globals;
  const auto slot =
      static_cast<std::size_t>(std::find(globals.begin(), globals.end(), function) - globals.begin());
  bool done = machine.call(slot, values);
  if (done) {
    std::u32string text;
    done = to_text(machine.context(), machine.result(), true, text);
    for (const Value value : values) {
      if (value.kind != Kind::list || !done) continue;
      text += U"; ";
      done = to_text(machine.context(), value, true, text);
    }
    out.result = to_utf8(text);
  }
  conclude(machine, done, out);
  return out;
}

}  // namespace genkai::logic
