#include "app/calibrate_kb_ask.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <map>
#include <mutex>
#include <optional>

#include "answer/gold_answer.h"
#include "answer/without_documents.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/progress.h"
#include "base/thread_pool.h"
#include "limits/hallucination/decision.h"

namespace genkai::app {

using base::Code;
using base::Json;

namespace {

constexpr std::size_t kModelColumns = 3, kMemoryColumns = 2;
constexpr std::size_t kFailuresInARow = 5;
constexpr std::size_t kLongestQuestion = 8192;  // bytes

struct Asked {
  std::vector<double> scores;  // empty: there are none
  bool correct = false;
  std::string outcome;
  std::string line{};  // as it was recorded
};

Json strings(const std::vector<std::string>& texts) {
  Json list = Json::array();
  for (const auto& text : texts) list.push(text);
  return list;
}

std::optional<std::vector<std::string>> strings(const Json* json) {
  std::vector<std::string> out;
  if (!json || json->is_null()) return out;
  if (!json->is_array()) return {};
  for (const Json& item : json->items()) {
    if (!item.is_string()) return {};
    out.emplace_back(item.as_string());
  }
  return out;
}

// Each line of a text that is not blank, with its number from 1.
template <class Visit>
void each_line(std::string_view text, const Visit& visit) {
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    ++number;
    const std::string_view line = text.substr(at, end - at);
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) visit(number, line);
    at = end + 1;
  }
}

std::string id_of(const LabelledQuestion& question, const AskSetting& setting) {
  const Json key = Json::object({{"question", question.question},
                                 {"answers", strings(question.answers)},
                                 {"hidden", strings(question.hidden)},
                                 {"model", setting.model},
                                 {"setting", setting.setting},
                                 {"passages", setting.view->passage_count()}});
  return base::content_hash(key.dump());
}

Json to_json(const std::string& id, const LabelledQuestion& question, const Asked& asked) {
  Json scores = Json::array();
  for (const double score : asked.scores) scores.push(std::isnan(score) ? Json() : Json(score));
  return Json::object({{"id", id},
                       {"question", question.question},
                       {"answers", strings(question.answers)},
                       {"hidden", strings(question.hidden)},
                       {"scores", std::move(scores)},
                       {"correct", asked.correct},
                       {"outcome", asked.outcome}});
}

// What an earlier run recorded. A last line that was cut off while it was written is asked again.
base::Result<std::map<std::string, Asked>> read_record(const std::string& path) {
  std::map<std::string, Asked> known;
  std::error_code ignored;
  if (path.empty() || !std::filesystem::exists(path, ignored)) return known;
  GENKAI_ASSIGN_OR_RETURN(const std::string text, base::read_file(path));
  each_line(text, [&](std::size_t, std::string_view line) {
    const auto json = Json::parse(line);
    const Json* scores = json ? json->find("scores") : nullptr;
    const Json* correct = json ? json->find("correct") : nullptr;
    if (!scores || !scores->is_array() || !correct || !correct->is_bool() || json->string("id").empty())
      return;
    Asked asked{{}, correct->as_bool(), json->string("outcome")};
    for (const Json& score : scores->items())
      asked.scores.push_back(score.is_number() ? score.as_double() : std::nan(""));
    asked.line = line;
    known[json->string("id")] = std::move(asked);
  });
  return known;
}

// Appends a line as soon as it is known, so that nothing asked is lost. Thread-safe.
class Record {
 public:
  static base::Result<std::unique_ptr<Record>> open(const std::string& path) {
    auto record = std::unique_ptr<Record>(new Record);
    if (path.empty()) return record;
    record->file_ = std::fopen(path.c_str(), "ab");
    if (!record->file_) return base::fail(base::system_error("cannot write " + path, errno));
    return record;
  }
  Record(const Record&) = delete;
  Record& operator=(const Record&) = delete;
  ~Record() {
    if (file_) std::fclose(file_);
  }
  void add(const Json& line) {
    if (!file_) return;
    const std::string text = line.dump() + "\n";
    const std::lock_guard lock(mutex_);
    if (std::fwrite(text.data(), 1, text.size(), file_) != text.size() || std::fflush(file_) != 0)
      failed_ = true;
  }
  bool failed() const { return failed_; }

 private:
  Record() = default;
  std::mutex mutex_;
  std::FILE* file_ = nullptr;
  std::atomic<bool> failed_ = false;
};

// Nothing when the model failed; `why` then says so.
base::Result<std::optional<Asked>> ask(const LabelledQuestion& question, const AskSetting& setting,
                                       std::string& why) {
  std::unique_ptr<answer::WithoutDocuments> less;
  const knowledge::KnowledgeView* view = setting.view;
  if (!question.hidden.empty()) {
    GENKAI_ASSIGN_OR_RETURN(less, answer::WithoutDocuments::make(*view, question.hidden));
    view = less.get();
  }
  core::Trace trace;
  GENKAI_ASSIGN_OR_RETURN(
      const core::Answer answer,
      base::run_blocking(setting.answerer->answer({"", question.question, setting.today}, *view, trace)));
  for (const auto& stage : trace.stages())
    if (stage.name == "fall back") {
      for (const auto& [what, text] : stage.notes) why = what == "model" ? text : why;
      return std::optional<Asked>();
    }
  Asked asked;
  asked.outcome = std::string(core::to_string(answer.outcome));
  if (answer.outcome != core::Outcome::answered) asked.outcome = std::string(core::to_string(answer.reason));
  const auto& items = answer.outcome == core::Outcome::answered ? answer.answers : answer.rejected;
  if (!items.empty()) {
    asked.scores = items.front().scores;
    asked.correct = question.answerable && answer::holds_answer(items.front().text, question.answers);
  }
  return std::optional(std::move(asked));
}

std::string group_of(const std::string& question) {
  core::Interpretation meaning;
  meaning.language = text::detect_language(question);
  return limits::hallucination::group_of(meaning);
}

}  // namespace

base::Result<OwnQuestions> read_own_questions(const std::string& path) {
  GENKAI_ASSIGN_OR_RETURN(const std::string text, base::read_file(path));
  OwnQuestions out;
  each_line(text, [&](std::size_t number, std::string_view line) {
    const auto json = Json::parse(line);
    const Json* question = json ? json->find("question") : nullptr;
    auto answers = strings(json ? json->find("answers") : nullptr);
    if (!question || !question->is_string() || question->as_string().empty() ||
        question->as_string().size() > kLongestQuestion || !answers)
      return out.malformed.push_back(number);
    std::erase_if(*answers, [](const std::string& own) { return own.empty(); });
    const bool answerable = !answers->empty();
    out.questions.push_back({std::string(question->as_string()), std::move(*answers), {}, answerable});
  });
  if (out.questions.empty())
    return base::fail(
        Code::invalid_argument,
        path + " has no questions (" + std::to_string(out.malformed.size()) + " malformed lines)",
        "one a line: {\"question\": \"...\", \"answers\": [\"...\"]}; no answers: unanswerable");
  return out;
}

base::Result<Outcomes> ask_all(const std::vector<LabelledQuestion>& questions, const AskSetting& setting) {
  GENKAI_ASSIGN_OR_RETURN(const auto known, read_record(setting.record));
  GENKAI_ASSIGN_OR_RETURN(const auto record, Record::open(setting.record));
  std::vector<std::string> ids;
  std::vector<std::optional<Asked>> asked(questions.size());
  Outcomes out;
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    ids.push_back(id_of(questions[i], setting));
    if (const auto found = known.find(ids.back()); found != known.end()) {
      asked[i] = found->second;
      ++out.resumed;
    } else {
      open.push_back(i);
    }
  }
  std::mutex mutex;  // guards `error`, `out.failure`
  std::optional<base::Error> error;
  std::atomic<std::size_t> failures = 0, failed = 0;
  std::atomic<bool> stop = false;
  {
    base::Progress progress("calibrate", open.size());
    base::ThreadPool pool(setting.threads);
    pool.parallel_for(open.size(), [&](std::size_t k) {
      if (stop || setting.cancellation.cancelled()) return;
      const std::size_t i = open[k];
      std::string why;
      auto result = ask(questions[i], setting, why);
      progress.advance(1);
      if (!result) {
        const std::lock_guard lock(mutex);
        if (!error) error = result.error();
        stop = true;
      } else if (!*result) {
        const std::lock_guard lock(mutex);
        out.failure = why;
        ++failed;
        if (++failures >= kFailuresInARow) stop = true;
      } else {
        failures = 0;
        record->add(to_json(ids[i], questions[i], **result));
        asked[i] = std::move(**result);
      }
    });
  }
  if (error) return base::fail(*error);
  if (record->failed()) return base::fail(Code::resource_exhausted, "cannot write " + setting.record);
  const std::string go_on = setting.record.empty()
                                ? "with --record-questions FILE it could go on where it ended"
                                : "run it again: what was asked is in " + setting.record;
  if (setting.cancellation.cancelled()) return base::fail(Code::cancelled, "interrupted while asking", go_on);
  if (stop) return base::fail(Code::unavailable, "the model fails again and again: " + out.failure, go_on);
  out.failed = failed;

  const std::size_t columns =
      setting.model.empty() ? 1 : kModelColumns + (setting.memory ? kMemoryColumns : 0);
  out.items.columns = columns;
  std::string lines;
  for (const auto& [id, other] : known)  // of other runs with the same file
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) lines += other.line + "\n";
  for (std::size_t i = 0; i < questions.size(); ++i) {
    if (!asked[i]) continue;
    lines += to_json(ids[i], questions[i], *asked[i]).dump() + "\n";
    const bool scored = asked[i]->scores.size() == columns;
    for (std::size_t column = 0; column < columns; ++column)
      out.items.scores.push_back(scored ? asked[i]->scores[column] : std::nan(""));
    out.items.groups.push_back(group_of(questions[i].question));
    out.items.correct.push_back(asked[i]->correct ? 1 : 0);
    out.answerable.push_back(questions[i].answerable);
    out.scored.push_back(scored);
  }
  // In the order of the questions, so that the same run gives the same bytes.
  if (!setting.record.empty()) GENKAI_RETURN_IF_ERROR(base::write_file_atomically(setting.record, lines));
  return out;
}

}  // namespace genkai::app
