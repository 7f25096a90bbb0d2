#pragma once
// Asking what a probe planned: costs told before, progress, replies kept, interrupted and gone on with.
//
//   model::asking::Replies replies(model_name, seed);
//   GENKAI_ASSIGN_OR_RETURN(const auto asked, ask_and_record(model, plan, replies, settings, {.record =
//   path}));

#include <string>
#include <vector>

#include "app/asking_cost.h"
#include "app/model_choice.h"
#include "app/probe_page.h"
#include "base/file.h"
#include "base/json.h"
#include "base/result.h"
#include "model/asking/ask.h"
#include "text/text.h"

namespace CLI {
class App;
}

namespace genkai::app {

struct ProbeAsking {
  std::string record;  // file of replies; empty: they are not kept
  CallPrices prices;
  text::Language language = text::Language::english;
};

/// --record, --price-in, --price-out
void add_asking_options(CLI::App& verb, ProbeAsking& asking);

/// Reads what is recorded, says what asking the rest will cost, asks it and appends each reply. The usage of
/// the result has its price. Errors: cancelled with a hint how to go on; those of the model and of the file;
/// unavailable when there is no reply at all.
base::Result<model::asking::Asked> ask_and_record(const ChosenModel& model,
                                                  const std::vector<model::asking::Ask>& plan,
                                                  model::asking::Replies& replies,
                                                  const model::asking::AskSettings& settings,
                                                  const ProbeAsking& asking);

/// Prints, as the last thing a probe does.
base::Status print_all(const std::string& text);

/// Where the result of a probe goes besides the terminal.
struct ProbeResult {
  base::Path save;     // for later runs; empty: it is not kept
  std::string report;  // a page; empty: none
  bool json = false;   // printed in place of the text
  text::Language language = text::Language::english;
};
/// Keeps the JSON and says where, writes the page, and prints.
base::Status hand_over(const ProbeResult& where, const base::Json& json, const ProbePage& page,
                       const std::vector<ProbeSection>& sections);

}  // namespace genkai::app
