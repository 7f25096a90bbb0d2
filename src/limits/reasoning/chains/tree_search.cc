#include "limits/reasoning/chains/tree_search.h"

#include <algorithm>
#include <set>

namespace genkai::limits::reasoning::chains {
namespace {

struct Open {
  std::vector<std::string> steps;
  double score = 0.5;
  std::size_t born = 0;
};

bool goes_first(const Open& a, const Open& b) {
  if (a.score != b.score) return a.score > b.score;
  if (a.steps.size() != b.steps.size()) return a.steps.size() > b.steps.size();
  return a.born < b.born;
}

model::ChatRequest ask_for_next(const std::string& question, const Open& open, const TreeOptions& options) {
  const bool japanese = options.language == text::Language::japanese;
  std::string content = (japanese ? "問題: " : "Problem: ") + question + "\n";
  for (std::size_t i = 0; i < open.steps.size(); ++i)
    content += std::to_string(i + 1) + ". " + open.steps[i] + "\n";
  model::ChatRequest request;
  request.messages = {
      {.role = "system",
       .content =
           japanese
               ? "次の手順を1行だけ書いてください。計算は a * b = c の形で書きます。"
                 "手順が揃っていれば「答え: 」に続けて答えを1行で書いてください。"
               : "Write the next step alone, in one line, with its calculation as a * b = c. When no step "
                 "is missing, write one line \"Answer: ...\" instead."},
      {.content = std::move(content)}};
  request.samples = options.branch;
  request.temperature = options.temperature;
  request.max_tokens = options.max_tokens;
  request.deadline = options.deadline;
  request.stop = {"\n\n"};
  return request;
}

// What follows the mark of an answer at the beginning of a line; nothing where the chain goes on.
std::optional<std::string> answer_in(const std::string& line) {
  for (const std::string_view mark : {"Answer:", "answer:", "答え:", "答え："})
    if (line.starts_with(mark)) return first_line(std::string_view(line).substr(mark.size()));
  return {};
}

class Search {
 public:
  Search(std::string question, Evaluator evaluator, const TreeOptions& options)
      : question_(std::move(question)), evaluator_(std::move(evaluator)), options_(options) {
    open_.push_back({});
  }

  base::Task<base::Status> run(model::LanguageModel& model) {
    while (!open_.empty() && !result.accepted) {
      std::vector<Open> level;  // what goes on now
      const std::size_t count = options_.order == SearchOrder::beam ? open_.size() : 1;
      std::move(open_.begin(), open_.begin() + static_cast<std::ptrdiff_t>(count), std::back_inserter(level));
      open_.erase(open_.begin(), open_.begin() + static_cast<std::ptrdiff_t>(count));
      for (const Open& open : level) {
        if (result.calls == options_.calls) {
          result.budget_ended = true;
          co_return base::Status();
        }
        ++result.calls;
        auto request = ask_for_next(question_, open, options_);
        const auto completion = co_await ask(model, std::move(request), result.cost);
        if (!completion) {
          if (result.calls == 1) co_return base::fail(completion.error());
          result.budget_ended = true;
          co_return base::Status();
        }
        expand(open, *completion);
        if (result.accepted) co_return base::Status();
      }
      std::sort(open_.begin(), open_.end(), goes_first);
      if (open_.size() > options_.width) open_.resize(options_.width);
    }
    co_return base::Status();
  }

  TreeResult result;

 private:
  void expand(const Open& from, const model::Completion& completion) {
    std::set<std::string> siblings;
    for (const model::Sample& sample : completion.samples) {
      const std::string line = first_line(sample.text);
      if (line.empty() || !siblings.insert(line).second) continue;
      ++result.proposed;
      const auto answer = answer_in(line);
      if (answer && answer->empty()) continue;
      Open next{from.steps, 0, ++born_};
      if (!answer) next.steps.push_back(line);
      Evaluation found = evaluator_(question_, next.steps, answer.value_or(""));
      if (found.finding == Finding::refuted) {
        ++result.refuted;
        continue;
      }
      next.score = found.score;
      if (!answer) {
        if (next.steps.size() < options_.depth) open_.push_back(std::move(next));
        continue;
      }
      ++result.complete;
      const bool accepted = found.finding == Finding::confirmed;
      if (accepted || !result.best || found.score > result.best->evaluation.score)
        result.best = FoundChain{std::move(next.steps), *answer, std::move(found)};
      if (accepted) {
        result.accepted = true;
        return;
      }
    }
  }

  std::string question_;
  Evaluator evaluator_;
  const TreeOptions& options_;
  std::vector<Open> open_;
  std::size_t born_ = 0;
};

}  // namespace

base::Task<base::Result<TreeResult>> search_chains(model::LanguageModel& model, std::string question,
                                                   Evaluator evaluator, TreeOptions options,
                                                   core::Trace& trace) {
  if (!evaluator)
    co_return base::fail(base::Code::invalid_argument, "there is nothing that evaluates a chain",
                         "without an outside evaluator a search only finds what the model likes");
  if (options.width == 0 || options.branch == 0 || options.depth == 0 || options.calls == 0)
    co_return base::fail(base::Code::invalid_argument, "width, branch, depth and calls have to be above 0");
  auto stage = trace.stage("tree search");
  Search search(std::move(question), std::move(evaluator), options);
  const base::Status status = co_await search.run(model);
  if (!status) {
    stage.note("failed", status.error().message);
    co_return base::fail(status.error());
  }
  const TreeResult& result = search.result;
  stage.note("ended", result.accepted       ? "confirmed"
                      : result.budget_ended ? "budget"
                                            : "nothing left to go on with");
  stage.note("requests", std::to_string(result.calls) + ", steps proposed " +
                             std::to_string(result.proposed) + ", refuted " + std::to_string(result.refuted));
  stage.counts(result.proposed, result.complete);
  co_return std::move(search.result);
}

}  // namespace genkai::limits::reasoning::chains
