#include "app/score_lines.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/async.h"
#include "base/log.h"

namespace genkai::app {
namespace {

using base::Code;
using base::Json;
using base::Result;
using limits::hallucination::RecordedOutput;

constexpr std::size_t kReadAtOnce = std::size_t{1} << 20;

}  // namespace

Result<std::unique_ptr<RecordFile>> RecordFile::open(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (descriptor < 0) return base::fail(base::system_error(path, errno));
  std::unique_ptr<RecordFile> file(new RecordFile(path, descriptor));
  std::string rest;
  std::uint64_t begin = 0;  // of `rest` in the file
  std::size_t malformed = 0;
  std::string block(kReadAtOnce, '\0');
  for (std::uint64_t at = 0;;) {
    const ssize_t got = ::pread(descriptor, block.data(), block.size(), static_cast<off_t>(at));
    if (got < 0) return base::fail(base::system_error(path, errno));
    if (got == 0) break;
    at += static_cast<std::uint64_t>(got);
    rest.append(block, 0, static_cast<std::size_t>(got));
    std::size_t used = 0;
    for (std::size_t end = rest.find('\n'); end != std::string::npos; end = rest.find('\n', used)) {
      const auto line = Json::parse(std::string_view(rest).substr(used, end - used));
      const auto output = line ? limits::hallucination::parse_recorded_output(*line)
                               : Result<RecordedOutput>(base::fail(line.error()));
      if (output)
        file->places_[output->id] = {begin + used, end - used};
      else
        ++malformed;
      used = end + 1;
    }
    rest.erase(0, used);
    begin += used;
  }
  if (!rest.empty() && ::ftruncate(descriptor, static_cast<off_t>(begin)) != 0)
    return base::fail(base::system_error(path, errno));
  if (malformed > 0)
    base::log::warning(std::to_string(malformed) + " lines of " + path +
                       " cannot be read and are left as they are");
  return file;
}

RecordFile::~RecordFile() {
  ::close(descriptor_);
}

Result<std::optional<RecordedOutput>> RecordFile::find(const std::string& id) {
  std::string line;
  {
    const std::lock_guard lock(mutex_);
    const auto found = places_.find(id);
    if (found == places_.end()) return std::optional<RecordedOutput>();
    line.resize(found->second.second);
    const ssize_t got =
        ::pread(descriptor_, line.data(), line.size(), static_cast<off_t>(found->second.first));
    if (got != static_cast<ssize_t>(line.size()))
      return base::fail(base::system_error(path_, got < 0 ? errno : EIO));
  }
  GENKAI_ASSIGN_OR_RETURN(const Json json, Json::parse(line));
  GENKAI_ASSIGN_OR_RETURN(auto output, limits::hallucination::parse_recorded_output(json));
  return std::optional<RecordedOutput>(std::move(output));
}

base::Status RecordFile::append(const RecordedOutput& output) {
  const std::string line = limits::hallucination::to_json(output).dump() + "\n";
  const std::lock_guard lock(mutex_);
  struct stat now {};
  if (::fstat(descriptor_, &now) != 0) return base::fail(base::system_error(path_, errno));
  std::size_t written = 0;
  while (written < line.size()) {
    const ssize_t got = ::write(descriptor_, line.data() + written, line.size() - written);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return base::fail(base::system_error(path_, errno));
    written += static_cast<std::size_t>(got);
  }
  places_[output.id] = {static_cast<std::uint64_t>(now.st_size), line.size() - 1};
  return {};
}

Result<std::unique_ptr<Scorer>> Scorer::create(const ScorerOptions& options) {
  std::unique_ptr<Scorer> scorer(new Scorer());
  scorer->options_ = options;
  GENKAI_ASSIGN_OR_RETURN(scorer->model_, open_model(options.model));
  if (!options.record.empty()) {
    GENKAI_ASSIGN_OR_RETURN(scorer->record_, RecordFile::open(options.record));
  }
  if (options.model_entailment && scorer->model_.model)
    scorer->entailment_ = std::make_unique<limits::hallucination::ModelEntailment>(*scorer->model_.model);
  return scorer;
}

Result<RecordedOutput> Scorer::ask(RecordedOutput question) const {
  if (!model_.model)
    return base::fail(Code::invalid_argument, "the line has no \"samples\"",
                      "record samples, or name a model with --model");
  if (question.question.empty())
    return base::fail(Code::invalid_argument, "the line has neither \"samples\" nor a \"question\"");
  if (record_) {
    if (question.id.empty())
      return base::fail(Code::invalid_argument,
                        "the line has no \"id\" under which to record what the model says");
    GENKAI_ASSIGN_OR_RETURN(auto known, record_->find(question.id));
    if (known) {
      if (known->question != question.question)
        return base::fail(Code::invalid_argument, "another question was recorded under the id " + question.id,
                          "record into another file, or give the question an id of its own");
      return std::move(*known);
    }
  }
  GENKAI_ASSIGN_OR_RETURN(
      auto sampled, base::run_blocking(limits::hallucination::sample(*model_.model, question.id,
                                                                     question.question, options_.sampling)));
  for (const std::string& problem : sampled.problems) base::log::warning(question.id + ": " + problem);
  RecordedOutput output = std::move(sampled.output);
  output.others = std::move(question.others);
  output.answers = std::move(question.answers);
  output.group = std::move(question.group);
  if (record_) GENKAI_RETURN_IF_ERROR(record_->append(output));
  return output;
}

Result<ScoredLine> Scorer::score(const Json& line) const {
  ScoredLine scored;
  GENKAI_ASSIGN_OR_RETURN(scored.output, limits::hallucination::parse_recorded_output(line));
  if (scored.output.samples.empty()) {
    GENKAI_ASSIGN_OR_RETURN(scored.output, ask(std::move(scored.output)));
  }
  if (entailment_) {
    GENKAI_ASSIGN_OR_RETURN(scored.assessment,
                            base::run_blocking(limits::hallucination::assess(scored.output, *entailment_)));
  } else {
    scored.assessment = limits::hallucination::assess(scored.output);
  }
  return scored;
}

void Scorer::remember() const {
  if (model_.model) model_.remember();
}

}  // namespace genkai::app
