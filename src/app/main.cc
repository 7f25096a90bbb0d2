#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>
#include <new>

#include "app/command.h"
#include "app/exit_codes.h"
#include "app/version.h"
#include "model/upstream/libllama.h"

namespace genkai::app {
namespace {

int run_program(int argc, char** argv) {
  CLI::App program{
      "genkai answers questions from your own documents, with evidence, a calibrated probability and a\n"
      "certificate, or says why it does not answer. Nothing leaves this machine, except to a language model\n"
      "that you name.\n\n"
      "  genkai ask \"When does the museum open?\" --docs ./handbook\n"
      "  genkai ingest ./handbook --kb handbook && genkai ask \"...\" --kb handbook\n"
      "  genkai ask \"...\" --kb handbook --model http://127.0.0.1:8000/v1"};
  program.set_version_flag("--version", version() + (model::has_libllama() ? " with libllama" : ""));
  program.require_subcommand(1);
  program.footer(
      "Exit status: 0 answered or done, 2 abstained, 3 the question needs to be clearer, 4 inconsistent,\n"
      "64 wrong usage, 65 malformed input, 66 not found, 70 internal failure, 73 cannot write, 75 try "
      "again,\n"
      "130 interrupted.");
  Action run;
  add_ask(program, run);
  add_search(program, run);
  add_ingest(program, run);
  add_kb(program, run);
  add_enrich(program, run);
  add_serve(program, run);
  add_key(program, run);
  add_attack(program, run);
  add_forensics(program, run);
  add_trace(program, run);
  add_bound(program, run);
  add_calibrate(program, run);
  add_certify(program, run);
  add_probe(program, run);
  add_compute(program, run);
  add_score(program, run);
  add_steps(program, run);
  add_solve(program, run);
  add_check(program, run);
  add_maxsat(program, run);
  add_grammar(program, run);
  add_run(program, run);
  add_lab(program, run);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? kOk : kUsage;
  }
  return run();
}

}  // namespace
}  // namespace genkai::app

// Nothing throws on bad input, so what arrives here is memory that ran out or a failure of the program.
int main(int argc, char** argv) {
  try {
    return genkai::app::run_program(argc, argv);
  } catch (const std::bad_alloc&) {
    std::fputs("genkai: out of memory\n", stderr);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "genkai: internal failure: %s\n", error.what());
  }
  return genkai::app::kInternal;
}
