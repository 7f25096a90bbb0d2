#pragma once
// What every verb shares: each registers itself with the parser and leaves its action in `run`.

#include <functional>
#include <string>

#include "base/result.h"

namespace CLI {
class App;
}

namespace genkai::app {

/// Set by the verb that the command line chose; its result is the exit status.
using Action = std::function<int()>;

void add_ask(CLI::App& program, Action& run);
void add_search(CLI::App& program, Action& run);
void add_ingest(CLI::App& program, Action& run);
void add_kb(CLI::App& program, Action& run);
void add_lab_world(CLI::App& lab, Action& run);  // below the verb `lab`
void add_enrich(CLI::App& program, Action& run);
void add_serve(CLI::App& program, Action& run);
void add_key(CLI::App& program, Action& run);
void add_bound(CLI::App& program, Action& run);
void add_attack(CLI::App& program, Action& run);
void add_forensics(CLI::App& program, Action& run);
void add_trace(CLI::App& program, Action& run);
void add_calibrate(CLI::App& program, Action& run);
void add_certify(CLI::App& program, Action& run);
void add_probe(CLI::App& program, Action& run);
void add_compute(CLI::App& program, Action& run);
void add_score(CLI::App& program, Action& run);
void add_steps(CLI::App& program, Action& run);
void add_solve(CLI::App& program, Action& run);
void add_check(CLI::App& program, Action& run);
void add_maxsat(CLI::App& program, Action& run);
void add_grammar(CLI::App& program, Action& run);
void add_run(CLI::App& program, Action& run);
void add_lab(CLI::App& program, Action& run);
void add_lab_train(CLI::App& lab, Action& run);  // below the verb `lab`
void add_lab_eval(CLI::App& lab, Action& run);   // likewise

/// Prints "genkai: message" and the hint on standard error (as JSON when `json`) and gives the exit status.
int report(const base::Error& error, bool json);

}  // namespace genkai::app
