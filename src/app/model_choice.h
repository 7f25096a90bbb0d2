#pragma once
// The language model that a verb's --model names, with its fallbacks; none when nothing is named.
//
//   GENKAI_ASSIGN_OR_RETURN(const ChosenModel model, open_model(choice));
//   answer::Answerer answerer(options, {.model = model.model});

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "answer/model_showing.h"
#include "base/result.h"
#include "model/upstream/chat_model.h"
#include "model/upstream/remembered_capabilities.h"
#include "model/upstream/transport.h"

namespace CLI {
class App;
}

namespace genkai::app {

/// What --model and the options that go with it say.
struct ModelChoice {
  std::vector<std::string> urls;          // the first is asked, the others when those before it fail
  std::optional<std::size_t> programs{};  // that vote about a computed value; 0: none
  std::size_t samples = 0;                // drafts from all the evidence together, at most; 0: the profile's
  std::string record, replay;             // a file of exchanges (docs/formats/exchanges.md)
  answer::ShowingChoice showing{};
  bool empty() const { return urls.empty(); }
};
/// What is wrong with a model's URL, for the parser's checks; empty: nothing.
std::string wrong_model_url(const std::string& url);
/// The parser refuses a wrong URL; the URL itself is in no message, as it may hold a password.
void add_model_options(CLI::App& verb, ModelChoice& choice);
/// invalid_argument when the URLs do not go together.
base::Status check(const ModelChoice& choice);

struct ChosenModel {
  std::unique_ptr<model::Models> all;
  model::ChatModel* model = nullptr;                          // owned by `all`; nullptr when none was chosen
  std::unique_ptr<model::RememberedCapabilities> remembered;  // none while exchanges are recorded or replayed

  /// How it is shown passages: as chosen, else as its probe of retrieval found.
  limits::context::Showing showing(const ModelChoice& choice) const;
  /// Keeps for the next run what was learnt about the models in this one.
  void remember() const;
};

/// Nothing is asked yet, so a model that is not there is no error here. Errors: a file that cannot be opened
/// or is malformed, a key that is no header.
base::Result<ChosenModel> open_model(const ModelChoice& choice);

}  // namespace genkai::app
